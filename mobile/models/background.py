"""Work away from the screen's thread: the network and the disk may take long, a screen may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

Result = TypeVar("Result")


class Background(Protocol):
    """Runs work elsewhere and comes back to the screen's thread with its end."""

    def run(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Call ``done`` with what ``work`` returns, or ``failed`` with what it raises, on the screen's thread."""
