"""The device's boot-time clock, which nobody can set, and the server's time that it carries on without a network."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from shared.contracts import DecodeError, DeviceClock, decode, encode

BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")  # Linux and Android: anew with every start
HEARD_FACT = "clock.heard"
KEEP_EVERY = timedelta(
    minutes=10
)  # a boot clock drifts by milliseconds meanwhile: no reason to wake the disk


class BootClock(Protocol):
    """Milliseconds since the device was started, deep sleep included."""

    @property
    def boot_id(self) -> str:
        """Changes with every start of the device."""
        ...

    def boot_ms(self) -> int:
        """Milliseconds since then."""
        ...


class Facts(Protocol):
    """Small values that survive a restart of the app."""

    def get(self, name: str, default: Any = None) -> Any: ...
    def put(self, name: str, value: Any) -> None: ...


class SystemBootClock:
    """The system's own: CLOCK_BOOTTIME, which on Android is SystemClock.elapsedRealtime().

    Where there is no such clock (a desktop that is no Linux), it counts from the start of the app and says so by a boot id of its own.
    """

    def __init__(self, boot_id_file: Path = BOOT_ID_FILE) -> None:
        self._clock: int | None = getattr(time, "CLOCK_BOOTTIME", None)
        own = str(uuid4())
        try:
            self.boot_id = boot_id_file.read_text(encoding="ascii").strip()[:64] or own
        except (OSError, UnicodeDecodeError):
            self.boot_id = own
        if self._clock is None:
            self.boot_id = own

    def boot_ms(self) -> int:
        """See BootClock."""
        if self._clock is None:
            return time.monotonic_ns() // 1_000_000
        return time.clock_gettime_ns(self._clock) // 1_000_000


class DeviceTime:
    """Both clocks of the device, and when by them the server's time was heard last; any thread may use it."""

    def __init__(self, boot: BootClock, facts: Facts, now: Callable[[], datetime]) -> None:
        self.boot = boot
        self.now = now
        self._facts = facts
        self._lock = threading.Lock()
        self._heard = self._kept()
        self._kept_at = self._heard.server_at if self._heard else None

    def hear(self, server_at: datetime) -> None:
        """Remember the server's time of this moment; on the disk only now and then."""
        heard = DeviceClock(
            boot_id=self.boot.boot_id,
            boot_ms=self.boot.boot_ms(),
            server_at=server_at,
            server_boot_ms=self.boot.boot_ms(),
        )
        with self._lock:
            self._heard = heard
            due = self._kept_at is None or abs(server_at - self._kept_at) >= KEEP_EVERY
            if due:
                self._kept_at = server_at
        if due:
            self._facts.put(HEARD_FACT, encode(heard))

    def reading(self) -> DeviceClock:
        """What a check-in, a report or a batch of fixes says of the clocks now."""
        with self._lock:
            heard = self._heard
        return DeviceClock(
            boot_id=self.boot.boot_id,
            boot_ms=self.boot.boot_ms(),
            server_at=heard.server_at if heard else None,
            server_boot_ms=heard.server_boot_ms if heard else None,
        )

    def server_now(self) -> datetime | None:
        """The server's time as the boot clock has carried it on, whatever the wall clock was set to; None where it was not heard since the start."""
        with self._lock:
            heard = self._heard
        if heard is None or heard.server_at is None or heard.server_boot_ms is None:
            return None
        return heard.server_at + timedelta(milliseconds=self.boot.boot_ms() - heard.server_boot_ms)

    def _kept(self) -> DeviceClock | None:
        """What was heard before the app was restarted, unless the device was restarted since."""
        try:
            kept = decode(DeviceClock, self._facts.get(HEARD_FACT))
        except DecodeError:
            return None
        return kept if kept.boot_id == self.boot.boot_id else None
