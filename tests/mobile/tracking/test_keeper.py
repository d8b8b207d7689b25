"""The keeper of shifts: it begins, resumes and ends the recording by what the phone's own copy says, and says what it does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mobile.devices.boot_clock import DeviceTime
from mobile.devices.shift_notice import NoShiftNotice
from mobile.devices.trouble import Trouble
from mobile.shots.example_routes import ROUTE_ID, sheet
from mobile.sync.overlay import LocalRoute
from mobile.tracking.driven import ways
from mobile.tracking.due import NO_WORK, Work
from mobile.tracking.keeper import ShiftKeeper
from mobile.tracking.tracker import WHO, Tracker
from shared.contracts import RouteSheet
from shared.vocabulary import RouteState
from tests.mobile.capture.capture_stage import FakeLocation, Ticks
from tests.mobile.phone_store import Phone
from tests.mobile.tracking.test_tracker import DEVICE_ID, OWNER, a_fix

PATIENCE_S = 60.0  # of a machine that has much else to do


class BarredNotice(NoShiftNotice):
    """A system that does not always allow it."""

    allowed = True

    def show(self, title: str, text: str) -> None:
        """See ShiftNotice."""
        if self.allowed:
            super().show(title, text)


class Cab:
    """A phone in a cab: real store, a sky and a local copy that the test sets."""

    device_id = DEVICE_ID
    owner_id: Any = OWNER

    def __init__(self, folder: Path) -> None:
        self.phone = Phone(folder)
        self.ticks = Ticks()
        self.notice = BarredNotice()
        self.work = NO_WORK
        self.told = 0
        self.restart()

    def restart(self) -> None:
        """The app was killed."""
        self.location = FakeLocation()

        def tracker(heard: Any) -> Tracker:
            device_time = DeviceTime(self.ticks, self.phone.store.facts, self.ticks.now)
            return Tracker(
                self.location,
                self.phone.outbox,
                self.phone.store.facts,
                self,
                device_time,
                self,
                now=self.ticks.now,
                heard=heard,
            )

        self.keeper = ShiftKeeper(
            tracker,
            self.location,
            self.phone.outbox,
            work=lambda: self.work,
            now=self.ticks.now,
            notice=self.notice,
            say=lambda shift: ("Qala", shift.title),
        )
        self.keeper.listen(self._count)

    def _count(self) -> None:
        self.told += 1

    def charge(self) -> None:
        """See Battery."""

    def hand(self, **changes: Any) -> RouteSheet:
        """A route that is driven from now on, eight hours."""
        route = replace(
            sheet(), starts_at=self.ticks.now(), ends_at=self.ticks.now() + timedelta(hours=8), **changes
        )
        self.work = Work((LocalRoute(route),))
        return route

    def ride(self, count: int = 3) -> None:
        """Some fixes."""
        for _fix in range(count):
            self.ticks.ms += 5000
            self.location.add(a_fix(self.ticks, speed_mps=10.0))

    def items(self) -> list[Any]:
        """What lies in the outbox."""
        return self.phone.outbox.items()


@pytest.fixture
def cab(tmp_path: Path) -> Cab:
    """A crew."""
    return Cab(tmp_path)


def test_recording_begins_with_the_route_and_says_so(cab: Cab) -> None:
    """Receiver, notice and whoever watches."""
    cab.keeper.step()
    assert ({}, None, 0) == (cab.location.wishes, cab.notice.shown, cab.told)
    route = cab.hand()
    cab.keeper.step()
    cab.ride()
    recording = cab.keeper.recording
    assert recording.shift is not None
    assert (ROUTE_ID, route.ends_at, 3) == (recording.shift.route_id, recording.shift.until, recording.count)
    assert (("Qala", route.title), 1) == (cab.notice.shown, cab.told)
    cab.keeper.step()
    assert 1 == cab.told


@pytest.mark.parametrize("after", [NO_WORK, Work((LocalRoute(replace(sheet(), state=RouteState.CLOSED)),))])
def test_recording_ends_when_sync_says_that_the_route_is_over(cab: Cab, after: Work) -> None:
    """Closed by the dispatcher, taken away, or signed out: what was recorded goes out, the receiver rests."""
    cab.hand()
    cab.keeper.step()
    cab.ride()
    cab.work = after
    cab.keeper.step()
    assert ({}, None, None) == (cab.location.wishes, cab.notice.shown, cab.keeper.recording.shift)
    assert 1 == len(cab.items())
    cab.ride()
    assert 1 == len(cab.items())


def test_what_was_recorded_is_sent_in_the_name_of_who_drove(cab: Cab) -> None:
    """He has signed out by then, and somebody else may be signed in."""
    cab.hand()
    cab.keeper.step()
    cab.ride()
    cab.owner_id, cab.work = None, NO_WORK
    cab.keeper.step()
    assert [OWNER] == [item.owner_id for item in cab.items()]


def test_a_crash_costs_what_was_in_memory_only(cab: Cab) -> None:
    """The way so far comes back from the outbox, for the map."""
    cab.hand()
    cab.keeper.step()
    cab.ride(30)
    kept = len(cab.keeper.load(ROUTE_ID))
    assert kept >= 24
    cab.restart()
    cab.keeper.step()
    assert WHO in cab.location.wishes
    cab.ride()
    driven = cab.keeper.driven(ROUTE_ID)
    assert driven is not None
    assert kept + 3 == len(driven) == cab.keeper.recording.count


def test_closing_the_app_keeps_all_and_the_next_start_goes_on(cab: Cab) -> None:
    """Nothing stays in memory alone."""
    cab.hand()
    cab.keeper.step()
    cab.ride()
    cab.keeper.stop()
    assert (3, {}) == (len(cab.keeper.load(ROUTE_ID)), cab.location.wishes)
    cab.restart()
    cab.keeper.step()
    assert cab.keeper.recording.shift is not None


def test_a_longer_shift_is_recorded_to_its_new_end(cab: Cab) -> None:
    """The dispatcher has planned an hour more."""
    route = cab.hand()
    cab.keeper.step()
    longer = replace(route, ends_at=route.ends_at + timedelta(hours=1))
    cab.work = Work((LocalRoute(longer),))
    cab.keeper.step()
    shift = cab.keeper.recording.shift
    assert shift is not None
    assert longer.ends_at == shift.until


def test_a_permission_that_comes_late_starts_the_receiver(cab: Cab) -> None:
    """Until then the trouble is said, and no notice claims that anything is recorded."""
    cab.location.trouble = Trouble.NOT_ALLOWED
    cab.hand()
    cab.keeper.step()
    assert (Trouble.NOT_ALLOWED, None) == (cab.keeper.recording.trouble, cab.notice.shown)
    cab.location.trouble = None
    cab.location.wishes.clear()  # a receiver that was refused keeps no wish
    cab.keeper.step()
    assert WHO in cab.location.wishes
    assert (None, 2) == (cab.keeper.recording.trouble, cab.told)
    assert cab.notice.shown is not None


def test_a_notice_that_is_refused_is_tried_again(cab: Cab) -> None:
    """Android lets an app show it only while it is seen; the recording goes on meanwhile."""
    cab.notice.allowed = False
    cab.hand()
    cab.keeper.step()
    assert cab.keeper.recording.shift is not None
    cab.notice.allowed = True
    cab.keeper.step()
    assert cab.notice.shown is not None


def test_the_end_of_the_shift_ends_it_whatever_the_copy_says(cab: Cab) -> None:
    """No network, and nobody closes the route."""
    cab.hand()
    cab.keeper.step()
    cab.ticks.ms += 8 * 3_600_000
    cab.keeper.step()
    assert ({}, None) == (cab.location.wishes, cab.keeper.recording.shift)


@pytest.fixture
def running(cab: Cab) -> Iterator[Cab]:
    """The same with its thread."""
    cab.keeper.start()
    yield cab
    cab.keeper.stop(5.0)


def test_the_thread_looks_when_it_is_woken_and_outlives_an_error(running: Cab) -> None:
    """A copy that cannot be read for a moment costs no recording."""
    running.work = None  # type: ignore[assignment]
    running.keeper.wake()
    running.hand()
    deadline = time.monotonic() + PATIENCE_S
    while running.keeper.recording.shift is None:
        assert time.monotonic() < deadline
        running.keeper.wake()
        time.sleep(0.02)


def test_the_driven_way_is_cut_where_nothing_was_recorded() -> None:
    """A straight line over an hour in a yard nobody drove would be a lie; a mast is no place."""
    ticks = Ticks()
    fixes = []
    for gap_s, accuracy_m in ((0, 6.0), (5, 6.0), (5, 800.0), (3600, 6.0), (5, 6.0)):
        ticks.ms += 1000 * gap_s
        fixes.append(a_fix(ticks, accuracy_m=accuracy_m))
    assert [2, 2] == [len(way) for way in ways(fixes)]
