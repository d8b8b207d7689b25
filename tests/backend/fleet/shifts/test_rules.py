"""A shift's span: as it was where that is known, as planned else, and never for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from backend.fleet.shifts.rules import Break, ShiftFacts, shift_errors, span_of
from shared.vocabulary import ShiftState

START = datetime(2026, 11, 23, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLANNED = ShiftFacts(
    id=UUID(int=1),
    district_id=UUID(int=2),
    vehicle_id=UUID(int=3),
    driver_id=None,
    state=ShiftState.PLANNED,
    starts_at=START,
    ends_at=START + 8 * HOUR,
    breaks=(),
    started_at=None,
    ended_at=None,
)
RUNNING = replace(PLANNED, state=ShiftState.RUNNING, started_at=START - HOUR)


def test_a_shift_is_as_long_as_it_really_was() -> None:
    """Begun early, closed early; planned until it begins; none when it fell away."""
    assert (START, START + 8 * HOUR) == span_of(PLANNED, now=START)
    closed = replace(RUNNING, state=ShiftState.CLOSED, ended_at=START + 5 * HOUR)
    assert (START - HOUR, START + 5 * HOUR) == span_of(closed, now=START + 9 * HOUR)
    assert span_of(replace(PLANNED, state=ShiftState.CANCELLED), now=START) is None


def test_a_shift_that_runs_late_goes_on_for_at_most_a_day() -> None:
    """A driver who forgets to close it is not followed for ever."""
    assert (START - HOUR, START + 8 * HOUR) == span_of(RUNNING, now=START)
    assert (START - HOUR, START + 11 * HOUR) == span_of(RUNNING, now=START + 11 * HOUR)
    assert (START - HOUR, START + 23 * HOUR) == span_of(RUNNING, now=START + 90 * HOUR)


def test_breaks_lie_within_the_shift_one_after_the_other() -> None:
    """Each is named by its place in the list."""
    noon = Break(earliest_at=START + 3 * HOUR, latest_at=START + 4 * HOUR, minutes=60)
    late = Break(earliest_at=START + 7 * HOUR, latest_at=START + 7.5 * HOUR, minutes=60)
    assert {} == shift_errors(START, START + 8 * HOUR, [noon])
    assert {"breaks[1]"} == set(shift_errors(START, START + 8 * HOUR, [noon, late]))
    assert {"breaks[1]"} == set(shift_errors(START, START + 8 * HOUR, [noon, noon]))
    assert {"ends_at"} == set(shift_errors(START, START, [noon]))
    assert {"ends_at"} == set(shift_errors(START, START + 25 * HOUR, []))
