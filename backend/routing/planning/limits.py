"""When a run ends: at a time, after iterations, or when somebody stops it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Limits:
    """The limits of one run; ``begun`` is by the machine's monotonic clock."""

    begun: float
    seconds: float
    ending_s: float
    """Of the seconds so many are not for the search."""
    iterations: int | None
    stop: Callable[[], bool]
    stopped: bool = False

    @property
    def left_s(self) -> float:
        """Seconds left; those of a run by iterations do not end."""
        return self.begun + self.seconds - time.monotonic() if self.iterations is None else float("inf")

    def is_ending(self) -> bool:
        """Whether even the time kept for the end is almost used up."""
        return self.left_s < self.ending_s / 2

    @property
    def search_ends(self) -> float:
        """When a search must be over, by the monotonic clock."""
        return self.begun + self.seconds - self.ending_s

    def share(self, done: int) -> float:
        """How much of the search is over."""
        if self.iterations is not None:
            return done / self.iterations
        return (time.monotonic() - self.begun) / max(1e-9, self.search_ends - self.begun)

    def over(self, done: int) -> bool:
        """Whether to end now."""
        if not self.stopped and self.stop():
            self.stopped = True
        return self.stopped or self.share(done) >= 1.0
