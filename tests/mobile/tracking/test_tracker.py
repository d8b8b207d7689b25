"""Tracking of a shift: how often the receiver runs, what goes into the outbox, and when it ends."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from mobile.devices.battery import Charge
from mobile.devices.boot_clock import DeviceTime
from mobile.keeping.disk import StoreFull
from mobile.outbox.ladder import ItemKind, NewItem
from mobile.tracking.pace import DRIVING_S, LOW_EVERY_S, STANDING_S, WALKING_S, Pace
from mobile.tracking.tracker import (
    FIXES_MOST,
    FLUSH_AFTER_S,
    WHO,
    Shift,
    Tracker,
)
from shared.contracts import Fix, LocationBatch, decode, parse_json
from tests.mobile.capture.capture_stage import AT, NOON, FakeLocation, Ticks
from tests.mobile.phone_store import OWNER, Phone

ROUTE_ID, DEVICE_ID = uuid4(), uuid4()


class Cab:
    """A phone in a cab, with a store that is real and a sky that the test moves."""

    device_id: UUID | None = DEVICE_ID
    owner_id: UUID | None = OWNER

    def __init__(self, folder: Path) -> None:
        self.phone = Phone(folder)
        self.ticks = Ticks()
        self.location = FakeLocation()
        self.battery: Charge | None = None
        self.full = False
        self.restart()

    def restart(self) -> None:
        """The app was killed; what it held in memory is gone."""
        self.location._calls = ()
        self.location.wishes.clear()
        self.tracker = Tracker(
            self.location,
            self,
            self.phone.store.facts,
            self,
            DeviceTime(self.ticks, self.phone.store.facts, self.ticks.now),
            self,
            now=self.ticks.now,
        )

    def charge(self) -> Charge | None:
        """See Battery."""
        return self.battery

    def put(self, item: NewItem) -> None:
        """The outbox, on a disk that may be full."""
        if self.full:
            raise StoreFull
        self.phone.outbox.put(item)

    def begin(self, hours: float = 8) -> None:
        """The shift."""
        self.tracker.begin(Shift(until=self.ticks.now() + timedelta(hours=hours), route_id=ROUTE_ID))

    def ride(self, seconds: float, speed_mps: float | None = 10.0, every_s: float | None = None) -> None:
        """Fixes as often as they are wanted."""
        end_ms = self.ticks.ms + round(1000 * seconds)
        while self.ticks.ms < end_ms and WHO in self.location.wishes:
            self.ticks.ms += round(1000 * (every_s or self.location.wishes[WHO]))
            self.location.add(a_fix(self.ticks, speed_mps=speed_mps))

    def batches(self) -> list[LocationBatch]:
        """What the outbox holds, oldest first."""
        with self.phone.store.database.reading() as connection:
            return [
                decode(LocationBatch, parse_json(manifest))
                for _item, manifest in self.phone.outbox.ahead(connection, ItemKind.LOCATION_FIXES)
            ]


def a_fix(ticks: Ticks, **changes: Any) -> Fix:
    """A fix as of now."""
    said: dict[str, Any] = {
        "lat": AT.lat,
        "lon": AT.lon,
        "accuracy_m": 6.0,
        "taken_at": ticks.now(),
        "boot_ms": ticks.ms,
    }
    return Fix(**{**said, **changes})


@pytest.fixture
def cab(tmp_path: Path) -> Cab:
    """A crew."""
    return Cab(tmp_path)


@pytest.mark.parametrize(("speed_mps", "every_s"), [(12.0, DRIVING_S), (1.2, WALKING_S), (0.0, STANDING_S)])
def test_receiver_runs_as_often_as_the_movement_needs(cab: Cab, speed_mps: float, every_s: float) -> None:
    """Driving, walking, standing."""
    cab.begin()
    cab.ride(600, speed_mps)
    assert {WHO: every_s} == cab.location.wishes


def test_red_light_changes_nothing_and_driving_off_counts_at_once(cab: Cab) -> None:
    """Slower only after a minute, faster with the first fix."""
    cab.begin()
    cab.ride(100)
    cab.ride(45, 0.0)
    assert DRIVING_S == cab.location.wishes[WHO]
    cab.ride(400, 0.0)
    assert STANDING_S == cab.location.wishes[WHO]
    cab.ride(1, 9.0)
    assert DRIVING_S == cab.location.wishes[WHO]


def test_speed_is_reckoned_where_the_receiver_says_none() -> None:
    """Beyond what both fixes may be off, so that a standing vehicle does not walk."""
    ticks, pace = Ticks(), Pace()
    pace.after(a_fix(ticks, speed_mps=None))
    for _ in range(20):
        ticks.ms += 5000
        every_s = pace.after(a_fix(ticks, speed_mps=None, lat=AT.lat + 0.00005))
    assert STANDING_S == every_s
    ticks.ms += 5000
    assert DRIVING_S == pace.after(a_fix(ticks, speed_mps=None, lat=AT.lat + 0.002))


def test_low_battery_asks_less_often_unless_it_is_being_charged(cab: Cab) -> None:
    """A phone that is dead at noon tracks nothing."""
    cab.begin()
    cab.battery = Charge(12, charging=False)
    cab.ride(60)
    assert LOW_EVERY_S == cab.location.wishes[WHO]
    cab.battery = Charge(12, charging=True)
    cab.ride(60)
    assert DRIVING_S == cab.location.wishes[WHO]


def test_fixes_reach_the_outbox_within_two_minutes(cab: Cab) -> None:
    """Oldest first, each once, with the route and the device's clocks."""
    cab.begin()
    cab.ride(600)
    batches = cab.batches()
    assert len(batches) >= 600 / FLUSH_AFTER_S - 1
    assert {(ROUTE_ID, DEVICE_ID)} == {(batch.route_id, batch.device_id) for batch in batches}
    times = [fix.taken_at for batch in batches for fix in batch.fixes]
    assert sorted(set(times)) == times
    assert all(batch.clock is not None for batch in batches)


def test_long_ride_without_a_flush_is_cut_into_batches(cab: Cab) -> None:
    """At most 200 fixes an item, however many waited while the phone was full."""
    cab.full = True
    cab.begin()
    cab.ride(5 * 450)
    assert [] == cab.batches()
    cab.full = False
    cab.tracker.tick()
    sizes = [len(batch.fixes) for batch in cab.batches()]
    assert (FIXES_MOST, 450) == (max(sizes), sum(sizes))


def test_faster_receiver_of_a_check_in_adds_nothing(cab: Cab) -> None:
    """The camera screen asks for a fix each second; the batch stays thin."""
    cab.begin()
    cab.ride(100, every_s=1.0)
    cab.tracker.end()
    assert 19 <= sum(len(batch.fixes) for batch in cab.batches()) <= 26


def test_departure_ends_the_tracking(cab: Cab) -> None:
    """What was still in memory goes out; the receiver rests."""
    cab.begin()
    cab.ride(20)
    cab.tracker.end()
    assert ({}, None) == (cab.location.wishes, cab.tracker.shift)
    assert 4 == sum(len(batch.fixes) for batch in cab.batches())
    cab.location.add(a_fix(cab.ticks))
    assert 1 == len(cab.batches())


def test_end_of_the_shift_ends_it_too(cab: Cab) -> None:
    """Nobody is followed home."""
    cab.begin(hours=1)
    cab.ride(2 * 3600)
    assert ({}, None) == (cab.location.wishes, cab.tracker.shift)
    last = cab.batches()[-1].fixes[-1]
    assert last.taken_at <= NOON + timedelta(hours=1, seconds=DRIVING_S)


def test_shift_over_is_not_begun(cab: Cab) -> None:
    """Nor one that ended while the phone was off."""
    cab.begin(hours=-1)
    assert cab.tracker.shift is None
    cab.begin(hours=1)
    cab.ticks.ms += 2 * 3_600_000
    cab.restart()
    cab.tracker.resume()
    assert ({}, None) == (cab.location.wishes, cab.tracker.shift)


def test_tracking_goes_on_after_a_crash(cab: Cab) -> None:
    """With the same route; at most two minutes are missing."""
    cab.begin()
    cab.ride(300)
    known = sum(len(batch.fixes) for batch in cab.batches())
    assert known >= (300 - FLUSH_AFTER_S) / DRIVING_S
    cab.restart()
    cab.tracker.resume()
    cab.ride(20)
    cab.tracker.end()
    assert known + 4 == sum(len(batch.fixes) for batch in cab.batches())
    assert {ROUTE_ID} == {batch.route_id for batch in cab.batches()}


def test_nothing_is_tracked_without_a_shift(cab: Cab) -> None:
    """Not even what the receiver gives for other reasons."""
    cab.tracker.resume()
    cab.location.add(a_fix(cab.ticks))
    cab.tracker.tick()
    cab.tracker.end()
    assert [] == cab.batches()


def test_fixes_wait_until_the_device_is_known(cab: Cab) -> None:
    """A phone that was never signed in keeps them in memory."""
    cab.device_id = None
    cab.begin()
    cab.ride(300)
    assert [] == cab.batches()
    cab.device_id = DEVICE_ID
    cab.tracker.tick()
    assert 60 == sum(len(batch.fixes) for batch in cab.batches())
