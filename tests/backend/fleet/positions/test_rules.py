"""Which shift a position belongs to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from backend.fleet.positions.rules import Shift, shift_at

START = datetime(2026, 11, 23, 4, tzinfo=UTC)
SLACK = timedelta(minutes=30)
HOUR = timedelta(hours=1)
MORNING = Shift(starts_at=START, ends_at=START + 4 * HOUR, route_id=UUID(int=1), district_id=UUID(int=9))
EVENING = Shift(starts_at=START + 4 * HOUR, ends_at=START + 8 * HOUR, route_id=UUID(int=2))
TASK = Shift(starts_at=START, ends_at=START + 8 * HOUR)


def found(hours: float, *shifts: Shift, wished: UUID | None = None) -> Shift | None:
    """The shift of a moment so many hours after the begin."""
    return shift_at(START + hours * HOUR, shifts, slack=SLACK, wished_route_id=wished)


def test_a_fix_outside_every_shift_belongs_to_none() -> None:
    """Nobody is followed home."""
    assert found(-0.6, MORNING, EVENING) is None
    assert found(8.6, MORNING, EVENING) is None
    assert found(1) is None


def test_the_slack_is_part_of_the_shift() -> None:
    """The way to the first stop, and a shift that ran late."""
    assert (MORNING, EVENING) == (found(-0.5, MORNING, EVENING), found(8.5, MORNING, EVENING))


def test_a_late_fix_belongs_to_the_shift_of_its_own_time() -> None:
    """Whatever the phone drives by now."""
    assert MORNING == found(1, EVENING, MORNING, wished=EVENING.route_id)


def test_between_two_shifts_the_named_route_decides() -> None:
    """Within the slack of both; without a name the one that holds the moment itself."""
    assert EVENING == found(3.8, MORNING, EVENING, wished=EVENING.route_id)
    assert MORNING == found(3.8, MORNING, EVENING)


def test_a_route_comes_before_a_task() -> None:
    """Positions are read by route."""
    assert MORNING == found(1, TASK, MORNING)
    assert TASK == found(6, TASK, MORNING)
