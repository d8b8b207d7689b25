"""Where a crew's vehicle was during its shift: how often the receiver is asked, and what goes into the outbox when.

The receiver is the phone's greatest consumer, so it is asked as often as the movement needs. It rests at the end of the
shift, whoever forgets to end it. What waits in memory is at most two minutes; the rest is in the outbox, offline as well.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

from mobile.devices.battery import Battery
from mobile.devices.boot_clock import DeviceTime
from mobile.devices.location import Location
from mobile.keeping.disk import StoreFull
from mobile.outbox.ladder import About, ItemKind, NewItem
from shared.contracts import DecodeError, Fix, LocationBatch, canonical_json, decode, encode, limits
from shared.geometry import Point, distance_m

log = logging.getLogger(__name__)
WHO = "tracking"  # for whom the receiver runs
SHIFT_FACT = "tracking.shift"
DRIVING_FROM_MPS, WALKING_FROM_MPS = 3.0, 0.5
DRIVING_S, WALKING_S, STANDING_S = 5.0, 30.0, 120.0
SLOWER_AFTER_S = 60.0  # a red light is not the end of the way
LOW_PERCENT, LOW_EVERY_S = 15, 30.0
FIXES_MOST = 200  # of one item
FLUSH_AFTER_S = 120.0
KEPT_MOST = 2000  # in memory while the phone's storage is full


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What is tracked, and until when at the latest."""

    until: datetime = field(metadata=limits("End of the shift, by the server's clock"))
    route_id: UUID | None = field(default=None, metadata=limits("The route that is driven"))


class Pace:
    """How often the receiver is asked: faster at once, slower only after a while. Pure but for what it remembers."""

    def __init__(self) -> None:
        self.every_s = DRIVING_S
        self._last: Fix | None = None
        self._slow_since: datetime | None = None

    def after(self, fix: Fix, *, low_battery: bool = False) -> float:
        """Seconds to the next fix that is wanted."""
        wanted_s = _wanted_s(self._speed_mps(fix))
        self._last = fix
        if wanted_s <= self.every_s:
            self.every_s, self._slow_since = wanted_s, None
        else:
            self._slow_since = self._slow_since or fix.taken_at
            if fix.taken_at - self._slow_since >= timedelta(seconds=SLOWER_AFTER_S):
                self.every_s, self._slow_since = wanted_s, None
        return max(self.every_s, LOW_EVERY_S) if low_battery else self.every_s

    def _speed_mps(self, fix: Fix) -> float:
        """As the receiver says it, else over the way from the last fix beyond what both may be off."""
        if fix.speed_mps is not None:
            return fix.speed_mps
        last = self._last
        passed_s = (fix.taken_at - last.taken_at).total_seconds() if last else 0.0
        if last is None or passed_s <= 0:
            return DRIVING_FROM_MPS
        way_m = distance_m(Point(last.lat, last.lon), Point(fix.lat, fix.lon))
        return max(way_m - last.accuracy_m - fix.accuracy_m, 0.0) / passed_s


def _wanted_s(speed_mps: float) -> float:
    if speed_mps >= DRIVING_FROM_MPS:
        return DRIVING_S
    return WALKING_S if speed_mps >= WALKING_FROM_MPS else STANDING_S


class Facts(Protocol):
    """Small values that survive a restart."""

    def get(self, name: str, default: Any = None) -> Any: ...
    def put(self, name: str, value: Any) -> None: ...
    def forget(self, name: str) -> None: ...


class Outbox(Protocol):
    """Where batches go."""

    def put(self, item: NewItem) -> None: ...


class Sender(Protocol):
    """In whose name they are sent; None while that is not known."""

    @property
    def device_id(self) -> UUID | None: ...
    @property
    def owner_id(self) -> UUID | None: ...


class Tracker:
    """Tracks one shift at a time; any thread may call it, fixes come on the receiver's."""

    def __init__(
        self,
        location: Location,
        outbox: Outbox,
        facts: Facts,
        sender: Sender,
        time: DeviceTime,
        battery: Battery,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """``now`` is the server's time as far as the phone knows it."""
        self._location = location
        self._outbox = outbox
        self._facts = facts
        self._sender = sender
        self._time = time
        self._battery = battery
        self._now = now
        self._lock = threading.RLock()
        self._shift: Shift | None = None
        self._pace = Pace()
        self._every_s = DRIVING_S
        self._fixes: list[Fix] = []
        self._stop_listening: Callable[[], None] | None = None

    @property
    def shift(self) -> Shift | None:
        """What is being tracked."""
        return self._shift

    def begin(self, shift: Shift) -> None:
        """Track from now on; a shift that was tracked before ends."""
        with self._lock:
            self.end()
            if shift.until <= self._now():
                self._facts.forget(SHIFT_FACT)
                return
            self._facts.put(SHIFT_FACT, encode(shift))
            self._shift, self._pace, self._every_s = shift, Pace(), DRIVING_S
            self._stop_listening = self._location.listen(self._heard)
            self._location.start(self._every_s, WHO)

    def resume(self) -> None:
        """The app was started anew, perhaps after a crash: go on with the shift that was tracked."""
        try:
            shift = decode(Shift, self._facts.get(SHIFT_FACT))
        except DecodeError:
            return
        self.begin(shift)

    def end(self) -> None:
        """Departure, or the end of the shift: the receiver rests, and what it gave goes out."""
        with self._lock:
            if self._shift is None:
                return
            if self._stop_listening is not None:
                self._stop_listening()
            self._location.stop(WHO)
            self._flush()
            self._shift, self._stop_listening = None, None
            self._facts.forget(SHIFT_FACT)

    def tick(self) -> None:
        """Time has passed: end a shift that is over, let go what has waited long enough."""
        with self._lock:
            if self._shift is None:
                return
            if self._now() >= self._shift.until:
                self.end()
            elif self._fixes and self._waited_s() >= FLUSH_AFTER_S:
                self._flush()

    def _heard(self, fix: Fix) -> None:
        with self._lock:
            if self._shift is None:
                return
            if self._is_wanted(fix):
                self._fixes.append(fix)
                del self._fixes[:-KEPT_MOST]
            every_s = self._pace.after(fix, low_battery=self._is_low())
            if every_s != self._every_s:
                self._every_s = every_s
                self._location.start(every_s, WHO)
            if len(self._fixes) >= FIXES_MOST:
                self._flush()
            self.tick()

    def _is_wanted(self, fix: Fix) -> bool:
        """Another part of the app may make the receiver run faster; that is not for the batch."""
        if not self._fixes:
            return True
        return fix.taken_at - self._fixes[-1].taken_at >= timedelta(seconds=0.8 * self._every_s)

    def _is_low(self) -> bool:
        charge = self._battery.charge()
        return charge is not None and not charge.charging and charge.percent <= LOW_PERCENT

    def _waited_s(self) -> float:
        """By the boot clock: the wall clock may be set meanwhile."""
        oldest_ms = self._fixes[0].boot_ms
        return FLUSH_AFTER_S if oldest_ms is None else (self._time.boot.boot_ms() - oldest_ms) / 1000

    def _flush(self) -> None:
        """Into the outbox, item by item; what does not fit on the phone waits in memory."""
        device_id, owner_id = self._sender.device_id, self._sender.owner_id
        if device_id is None or owner_id is None:
            return
        route_id = self._shift.route_id if self._shift else None
        while self._fixes:
            fixes = tuple(self._fixes[:FIXES_MOST])
            batch = LocationBatch(
                id=uuid4(), device_id=device_id, route_id=route_id, fixes=fixes, clock=self._time.reading()
            )
            item = NewItem(
                id=batch.id,
                kind=ItemKind.LOCATION_FIXES,
                owner_id=owner_id,
                manifest=canonical_json(encode(batch)),
                created_at=self._time.now(),
                about=About(subjects={"route": route_id} if route_id else {}),
            )
            try:
                self._outbox.put(item)
            except StoreFull:
                log.warning("the phone is full: %d fixes wait in memory", len(self._fixes))
                return
            del self._fixes[: len(fixes)]
