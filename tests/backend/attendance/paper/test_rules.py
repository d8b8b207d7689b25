"""Rules of sheets and absences: times, windows, overlaps and deadlines, by example and by property."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.attendance.paper import rules
from backend.attendance.paper.rules import Stretch
from shared.vocabulary import AbsenceReason

NINE = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TASK, TODAY = UUID(int=7), date(2026, 11, 23)
minutes = st.integers(0, 10_000).map(lambda count: NINE + timedelta(minutes=count))


def hours(count: float) -> timedelta:
    """A span."""
    return timedelta(hours=count)


def stretch(since_h: float, until_h: float) -> Stretch:
    """A stretch of the day."""
    return Stretch(
        came_at=NINE + hours(since_h), left_at=NINE + hours(until_h), sheet_id=uuid4(), task_id=TASK
    )


@pytest.mark.parametrize(
    ("since_h", "until_h", "oldest_days", "wrong"),
    [
        (0, 4, 31, []),
        (0, 16, 31, []),
        (0, 16.01, 31, ["left_at"]),
        (0, 0, 31, ["left_at"]),
        (4, 3, 31, ["left_at"]),
        (19, 20.08, 31, []),
        (19, 20.09, 31, ["left_at"]),
        (-31 * 24, -31 * 24 + 20 - 5, None, []),
        (20 - 31 * 24 - 1, 20 - 31 * 24, 31, []),
        (20 - 31 * 24 - 1, 20 - 31 * 24 - 0.01, 31, ["left_at"]),
        (20 - 310 * 24 - 1, 20 - 310 * 24, None, []),
    ],
)
def test_the_times_of_a_sheet(
    since_h: float, until_h: float, oldest_days: int | None, wrong: list[str]
) -> None:
    """Later than coming, at most 16 h, not in the future but for the clocks' difference, not too long ago."""
    errors = rules.stretch_errors(
        NINE + hours(since_h),
        NINE + hours(until_h),
        moment=NINE + hours(20),
        tolerance=timedelta(minutes=5),
        oldest=None if oldest_days is None else timedelta(days=oldest_days),
    )
    assert wrong == list(errors)


@given(
    first=minutes, second=minutes, starts_at=minutes, length=st.integers(1, 600), slack=st.integers(0, 120)
)
def test_what_lies_within_the_window_lies_within_a_wider_one(
    first: datetime, second: datetime, starts_at: datetime, length: int, slack: int
) -> None:
    """More slack never puts a stretch outside; none is inside that touches the border from without."""
    came_at, left_at = sorted((first, second))
    window = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=length)}
    outside = rules.outside_window(came_at, left_at, **window, slack=timedelta(minutes=slack))
    wider = rules.outside_window(came_at, left_at, **window, slack=timedelta(minutes=slack + 1))
    assert outside or not wider
    early = came_at < starts_at - timedelta(minutes=slack)
    late = left_at > window["ends_at"] + timedelta(minutes=slack)
    assert outside == (early or late)


def test_touching_is_not_sharing_and_the_earliest_is_named() -> None:
    """A second sheet may begin when the first ends."""
    morning, noon, evening = stretch(0, 3), stretch(2, 4), stretch(6, 8)
    assert None is rules.overlapping(NINE + hours(4), NINE + hours(6), [morning, noon, evening])
    assert noon is rules.overlapping(NINE + hours(3), NINE + hours(7), [evening, morning, noon])


@given(first=minutes, second=minutes, third=minutes, fourth=minutes)
def test_overlapping_goes_both_ways(
    first: datetime, second: datetime, third: datetime, fourth: datetime
) -> None:
    """If one shares time with the other, the other shares it with the one; and there is a moment in both."""
    one, other = sorted((first, second)), sorted((third, fourth))
    as_stretch = [
        Stretch(came_at=pair[0], left_at=pair[1], sheet_id=uuid4(), task_id=TASK) for pair in (one, other)
    ]
    there = rules.overlapping(*one, [as_stretch[1]]) is not None
    back = rules.overlapping(*other, [as_stretch[0]]) is not None
    assert there == back
    if there and one[0] < one[1] and other[0] < other[1]:
        assert max(one[0], other[0]) < min(one[1], other[1])


@pytest.mark.parametrize(
    ("from_day", "until_day", "wrong"),
    [
        (TODAY, TODAY, []),
        (TODAY, TODAY - timedelta(days=1), ["until_day"]),
        (TODAY, TODAY + timedelta(days=366), []),
        (TODAY, TODAY + timedelta(days=367), ["until_day"]),
        (TODAY - timedelta(days=366), TODAY, []),
        (TODAY - timedelta(days=367), TODAY - timedelta(days=367), ["from_day"]),
        (TODAY + timedelta(days=366), TODAY + timedelta(days=366), []),
        (TODAY + timedelta(days=367), TODAY + timedelta(days=367), ["from_day"]),
        (date.min, date.max, ["until_day"]),
    ],
)
def test_the_days_of_an_absence(from_day: date, until_day: date, wrong: list[str]) -> None:
    """In order, not longer than a year, not farther from today than a year."""
    assert wrong == list(rules.absence_errors(from_day, until_day, today=TODAY))


@given(
    reason=st.sampled_from(AbsenceReason),
    until=st.integers(-300, 300),
    entered=st.integers(-300, 300),
    within=st.integers(1, 60),
)
def test_nobody_is_late_before_being_asked(
    reason: AbsenceReason, until: int, entered: int, within: int
) -> None:
    """The whole time is left after the absence's end and after its entry, for reasons that ask for a document."""
    until_day, entered_on = TODAY + timedelta(days=until), TODAY + timedelta(days=entered)
    due_on = rules.document_due_on(reason, until_day, entered_on, within=timedelta(days=within))
    if reason not in rules.WITH_DOCUMENT:
        assert due_on is None
    else:
        assert due_on is not None
        assert within == min((due_on - until_day).days, (due_on - entered_on).days)


@given(subject=st.uuids(), other=st.uuids(), number=st.integers(1, 9), another=st.integers(1, 9))
def test_no_two_decisions_share_an_id(subject: UUID, other: UUID, number: int, another: int) -> None:
    """The id follows from subject and number."""
    same = (subject, number) == (other, another)
    assert same == (rules.decision_id(subject, number) == rules.decision_id(other, another))
