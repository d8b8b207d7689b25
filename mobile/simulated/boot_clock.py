"""A simulated phone's boot-time clock: it counts from the phone's start, and nobody can set it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from shared.contracts import DeviceClock

RUNNING_MS = 3_600_000  # the phone was started an hour before it is picked up


class BootClock:
    """CLOCK_BOOTTIME and the id of the start, and when by it the server's time was heard last."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self.restart(RUNNING_MS)

    def restart(self, running_ms: int = 0) -> None:
        """Start the phone anew: it counts from zero again and has not met the server."""
        self.boot_id = str(uuid4())
        self._started_ms = self._ticks_ms() - running_ms
        self._heard: tuple[datetime, int] | None = None

    def boot_ms(self) -> int:
        """Milliseconds since the phone was started."""
        return self._ticks_ms() - self._started_ms

    def hear(self, server_at: datetime) -> None:
        """Remember the server's time of this moment."""
        self._heard = (server_at, self.boot_ms())

    def reading(self) -> DeviceClock:
        """What a check-in says of the clocks."""
        server_at, server_boot_ms = self._heard or (None, None)
        return DeviceClock(
            boot_id=self.boot_id, boot_ms=self.boot_ms(), server_at=server_at, server_boot_ms=server_boot_ms
        )

    def _ticks_ms(self) -> int:
        return round(1000 * self._seconds())
