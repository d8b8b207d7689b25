"""The tracker: turns the fixes of a shift into items of the outbox, a few of each minute.

It rests at the end of the shift, whoever forgets to end it. What waits in memory is at most two minutes; the rest is in
the outbox, offline as well.
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
from mobile.devices.location import Heard, Location
from mobile.keeping.disk import StoreFull
from mobile.outbox.ladder import About, ItemKind, NewItem
from mobile.tracking.pace import DRIVING_S, LOW_PERCENT, Pace
from shared.contracts import DecodeError, Fix, LocationBatch, canonical_json, decode, encode, limits

log = logging.getLogger(__name__)
WHO = "tracking"  # for whom the receiver runs
SHIFT_FACT = "tracking.shift"
FIXES_MOST = 200  # of one item
FLUSH_AFTER_S = 120.0
KEPT_MOST = 2000  # in memory while the phone's storage is full


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What is tracked, for what, and until when at the latest."""

    until: datetime = field(metadata=limits("End of the shift, by the server's clock"))
    route_id: UUID | None = field(default=None, metadata=limits("The route that is driven"))
    task_id: UUID | None = field(
        default=None, metadata=limits("The task that is worked on, where it is no route")
    )
    title: str = field(
        default="", compare=False, metadata=limits("Its name, as the screens say it", max_length=200)
    )

    @property
    def subjects(self) -> dict[str, UUID]:
        """What its batches are about."""
        named = {"route": self.route_id, "task": self.task_id}
        return {name: subject for name, subject in named.items() if subject is not None}


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
        heard: Heard = lambda _fix: None,
    ) -> None:
        """``now`` is the server's time as far as the phone knows it; ``heard`` is told of every fix that is kept."""
        self._location = location
        self._outbox = outbox
        self._facts = facts
        self._sender = sender
        self._time = time
        self._battery = battery
        self._now = now
        self._tell = heard
        self._lock = threading.RLock()
        self._shift: Shift | None = None
        self._whose: tuple[UUID, UUID] | None = None  # device and owner of the shift, once they are known
        self._pace = Pace()
        self._every_s = DRIVING_S
        self._fixes: list[Fix] = []
        self._left: list[
            tuple[Shift, tuple[UUID, UUID], list[Fix]]
        ] = []  # of shifts that ended on a full phone
        self._stop_listening: Callable[[], None] | None = None

    @property
    def shift(self) -> Shift | None:
        """What is being tracked."""
        return self._shift

    @property
    def every_s(self) -> float:
        """How often the receiver is asked now, seconds."""
        return self._every_s

    def begin(self, shift: Shift) -> None:
        """Track from now on; a shift that was tracked before ends."""
        with self._lock:
            self.end()
            if shift.until <= self._now():
                self._facts.forget(SHIFT_FACT)
                return
            self._facts.put(SHIFT_FACT, encode(shift))
            self._shift, self._pace, self._every_s = shift, Pace(), DRIVING_S
            self._whose = self._sent_by()
            self._stop_listening = self._location.listen(self._heard)
            self._location.start(self._every_s, WHO)

    def remembered(self) -> Shift | None:
        """The shift that was tracked when the app last ran, if it ended in the middle of one."""
        try:
            return decode(Shift, self._facts.get(SHIFT_FACT))
        except DecodeError:
            return None

    def resume(self) -> None:
        """The app was started anew, perhaps after a crash: go on with the shift that was tracked."""
        if (shift := self.remembered()) is not None:
            self.begin(shift)

    def ask_again(self) -> None:
        """The receiver may be used now, which was not so before: start it."""
        with self._lock:
            if self._shift is not None:
                self._location.start(self._every_s, WHO)

    def end(self) -> None:
        """Departure, or the end of the shift: the receiver rests, and what it gave goes out."""
        with self._lock:
            if self._shift is None:
                return
            self.rest()
            if self._fixes and self._whose is not None:
                self._left.append((self._shift, self._whose, self._fixes[:]))
            self._shift, self._fixes = None, []
            self._facts.forget(SHIFT_FACT)

    def rest(self) -> None:
        """The app is closed in the middle of a shift: nothing stays in memory alone, and ``resume`` goes on."""
        with self._lock:
            if self._stop_listening is not None:
                self._stop_listening()
                self._stop_listening = None
                self._location.stop(WHO)
            self._flush()

    def tick(self) -> None:
        """Time has passed: end a shift that is over, let go what has waited long enough."""
        with self._lock:
            if self._left:
                self._flush()
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
                self._tell(fix)
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

    def _sent_by(self) -> tuple[UUID, UUID] | None:
        device_id, owner_id = self._sender.device_id, self._sender.owner_id
        return None if device_id is None or owner_id is None else (device_id, owner_id)

    def _flush(self) -> None:
        """Into the outbox; in the name of whoever began the shift, for he may have signed out since."""
        self._left = [left for left in self._left if not self._put(*left)]
        self._whose = self._whose or self._sent_by()
        if self._shift is not None and self._whose is not None:
            self._put(self._shift, self._whose, self._fixes)

    def _put(self, shift: Shift, whose: tuple[UUID, UUID], fixes: list[Fix]) -> bool:
        """Item by item, taking them off the list; False when some do not fit on the phone and wait in memory."""
        device_id, owner_id = whose
        while fixes:
            some = tuple(fixes[:FIXES_MOST])
            batch = LocationBatch(
                id=uuid4(),
                device_id=device_id,
                route_id=shift.route_id,
                fixes=some,
                clock=self._time.reading(),
            )
            item = NewItem(
                id=batch.id,
                kind=ItemKind.LOCATION_FIXES,
                owner_id=owner_id,
                manifest=canonical_json(encode(batch)),
                created_at=self._time.now(),
                about=About(subjects=shift.subjects),
            )
            try:
                self._outbox.put(item)
            except StoreFull:
                log.warning("the phone is full: %d fixes wait in memory", len(fixes))
                return False
            del fixes[: len(some)]
        return True
