"""When a crew is at work, as far as its phone knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mobile.shots.example_routes import ROUTE_ID, sheet, snow_sheet
from mobile.shots.examples import NOW, task
from mobile.sync.overlay import LocalRoute, LocalTask
from mobile.tracking.due import EARLY, Work, shift_due
from mobile.tracking.tracker import Shift
from shared.contracts import RouteSheet
from shared.vocabulary import RouteState, StopState, TaskState

HOUR = timedelta(hours=1)
UNTOUCHED = replace(
    sheet(),
    state=RouteState.RELEASED,
    stops=tuple(replace(each, state=StopState.PLANNED, skip_reason=None) for each in sheet().stops),
)
INSPECTION = task(12, "Осмотр", TaskState.IN_PROGRESS, 9)


def of(*sheets: RouteSheet, withdrawn: bool = False) -> Work:
    """The work of a crew with these routes."""
    return Work(tuple(LocalRoute(each, withdrawn=withdrawn) for each in sheets))


def test_a_route_that_is_driven_is_recorded_until_its_end() -> None:
    """With its name, for the screens say why."""
    found = shift_due(of(sheet()), NOW)
    assert Shift(until=sheet().ends_at, route_id=ROUTE_ID) == found
    assert found is not None
    assert sheet().title == found.title


def test_a_route_that_nobody_has_begun_is_not_recorded() -> None:
    """It lies on the phone since yesterday; the first report begins it, before the server has heard of that."""
    assert shift_due(of(UNTOUCHED), NOW) is None
    begun = replace(
        UNTOUCHED, stops=(replace(UNTOUCHED.stops[0], state=StopState.DONE), *UNTOUCHED.stops[1:])
    )
    assert shift_due(of(begun), NOW) is not None


@pytest.mark.parametrize(
    ("route", "withdrawn"),
    [
        (replace(sheet(), state=RouteState.CLOSED), False),
        (replace(sheet(), state=RouteState.DRAFT), False),
        (replace(sheet(), stops=tuple(replace(each, state=StopState.DONE) for each in sheet().stops)), False),
        (sheet(), True),
    ],
)
def test_closed_taken_back_finished_or_withdrawn_it_ends(route: RouteSheet, withdrawn: bool) -> None:
    """Whoever did it, and however the phone heard of it."""
    assert shift_due(of(route, withdrawn=withdrawn), NOW) is None


def test_it_ends_with_the_shift_and_begins_little_before_it() -> None:
    """Nobody is followed home; who starts early is."""
    work = of(sheet())
    assert shift_due(work, sheet().ends_at) is None
    assert shift_due(work, sheet().ends_at - timedelta(seconds=1)) is not None
    assert shift_due(work, sheet().starts_at - EARLY) is not None
    assert shift_due(work, sheet().starts_at - EARLY - timedelta(seconds=1)) is None


def test_a_task_in_progress_counts_where_no_route_is_driven() -> None:
    """One that is only handed out, done or withdrawn does not."""
    assert Shift(until=INSPECTION.ends_at, task_id=INSPECTION.id) == shift_due(
        Work(tasks=(LocalTask(INSPECTION),)), NOW
    )
    for state in set(TaskState) - {TaskState.IN_PROGRESS}:
        assert shift_due(Work(tasks=(LocalTask(replace(INSPECTION, state=state)),)), NOW) is None
    assert shift_due(Work(tasks=(LocalTask(INSPECTION, withdrawn=True),)), NOW) is None
    both = Work((LocalRoute(sheet()),), (LocalTask(INSPECTION),))
    found = shift_due(both, NOW)
    assert found is not None
    assert ROUTE_ID == found.route_id


def test_what_is_recorded_already_goes_on() -> None:
    """A second route that was begun does not tear the first; a new end of the shift is heard of."""
    other = replace(snow_sheet(), starts_at=sheet().starts_at - HOUR)
    tracked = Shift(until=sheet().ends_at, route_id=ROUTE_ID)
    assert tracked == shift_due(of(other, sheet()), NOW, tracked)
    longer = replace(sheet(), ends_at=sheet().ends_at + HOUR)
    assert replace(tracked, until=longer.ends_at) == shift_due(of(other, longer), NOW, tracked)
