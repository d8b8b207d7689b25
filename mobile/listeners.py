"""Who wants to know that something has changed: called after the change, on the thread that made it."""

from __future__ import annotations

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)
Call = Callable[[], None]


class Listeners:
    """Calls without arguments; a screen that fails while it listens costs nobody a record."""

    def __init__(self) -> None:
        self._calls: tuple[Call, ...] = ()  # replaced, never changed: safe to walk from any thread

    def add(self, call: Call) -> Call:
        """Listen; the answer ends it."""
        self._calls = (*self._calls, call)

        def stop() -> None:
            self._calls = tuple(each for each in self._calls if each is not call)

        return stop

    def tell(self) -> None:
        """Something has changed."""
        for call in self._calls:
            try:
                call()
            except Exception:
                log.exception("a listener failed")
