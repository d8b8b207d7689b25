"""The location: fixes as the receiver gives them, kept for as long as a check-in may need them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

from mobile.devices.trouble import Trouble
from mobile.listeners import log
from shared.contracts import Fix

FIXES_KEPT = 600
Heard = Callable[[Fix], None]


class Location(Protocol):
    """The receiver; several parts of the app may ask it to run, the most eager one sets the pace."""

    @property
    def trouble(self) -> Trouble | None:
        """Why there are no fixes, None while nothing is wrong."""
        ...

    @property
    def latest(self) -> Fix | None:
        """The last fix, however old it is."""
        ...

    def since(self, boot_ms: int) -> tuple[Fix, ...]:
        """The fixes taken from this moment of the boot clock on, oldest first."""
        ...

    def listen(self, call: Heard) -> Callable[[], None]:
        """Call with every fix, on the receiver's thread; the answer ends it."""
        ...

    def start(self, every_s: float, who: str = "app") -> None:
        """Give ``who`` a fix about this often; again to change the pace."""
        ...

    def stop(self, who: str = "app") -> None:
        """``who`` needs none any more; the receiver rests when nobody does."""
        ...


class FixLog:
    """The newest fixes and who listens to them; any thread may use it."""

    def __init__(self) -> None:
        self._fixes: deque[Fix] = deque(maxlen=FIXES_KEPT)
        self._calls: tuple[Heard, ...] = ()
        self._lock = threading.Lock()

    @property
    def latest(self) -> Fix | None:
        """See Location."""
        with self._lock:
            return self._fixes[-1] if self._fixes else None

    def since(self, boot_ms: int) -> tuple[Fix, ...]:
        """See Location."""
        with self._lock:
            return tuple(fix for fix in self._fixes if fix.boot_ms is not None and fix.boot_ms >= boot_ms)

    def listen(self, call: Heard) -> Callable[[], None]:
        """See Location."""
        self._calls = (*self._calls, call)

        def stop() -> None:
            self._calls = tuple(each for each in self._calls if each is not call)

        return stop

    def add(self, fix: Fix) -> None:
        """A fix has come; some receivers give the last one twice, and the second time it says nothing."""
        with self._lock:
            if self._fixes and self._fixes[-1].taken_at == fix.taken_at:
                return
            self._fixes.append(fix)
        for call in self._calls:
            try:
                call(fix)
            except Exception:
                log.exception("a listener failed")


class Wishes:
    """Who wants fixes how often; the shortest wish holds."""

    def __init__(self) -> None:
        self._every_s: dict[str, float] = {}

    def start(self, every_s: float, who: str) -> float:
        """The pace that holds now, in seconds between fixes."""
        if every_s <= 0:
            raise ValueError(f"every_s must be above 0, was {every_s}")
        self._every_s[who] = every_s
        return min(self._every_s.values())

    def stop(self, who: str) -> float | None:
        """The pace that holds now, None when nobody wants any."""
        self._every_s.pop(who, None)
        return min(self._every_s.values(), default=None)


class NoLocation(FixLog):
    """Where there is no receiver."""

    trouble: Trouble | None = Trouble.MISSING

    def start(self, every_s: float, who: str = "app") -> None:
        """There is nothing to start."""

    def stop(self, who: str = "app") -> None:
        """There is nothing to stop."""
