"""The law's numbers, the table of moves and working days, by themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.people import order_rules as rules
from backend.people.deadline_rules import DeadlineKind, Limits, Notice, deadlines_of, notice_of
from backend.people.order_rules import Law
from shared.vocabulary import OrderState, Regime

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
LIMITS = Limits(arrange_working_days=5, end_warning_days=14, near_working_days=2)
ADMINISTRATIVE = Law(
    hours_least=10, hours_most=100, daily_h=8, daily_employed_h=4, weekly_h=40, months_most=4
)


@dataclass(frozen=True)
class Rest:
    """A district's days of rest."""

    rest_weekdays: frozenset[int] = frozenset({6})
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True)
class SomeOrder:
    """What of an order the rules look at."""

    regime: Regime = Regime.ADMINISTRATIVE
    hours_total_min: int = 60 * 60
    employed: bool = False
    daily_cap_min: int = 480
    weekly_cap_min: int | None = 2400
    starts_on: date = date(2026, 11, 1)
    ends_on: date | None = date(2027, 2, 28)
    state: OrderState = OrderState.SERVING
    received_on: date | None = None
    credited_min: int = 0
    work_kind: str | None = None
    geofence_id: str | None = None
    notified_on: date | None = None


CALENDARS = st.builds(
    Rest,
    rest_weekdays=st.frozensets(st.integers(0, 6), max_size=6),
    holidays=st.frozensets(DAYS, max_size=5),
)


@given(start=DAYS, count=st.integers(1, 30), rest=CALENDARS)
def test_the_nth_working_day_has_n_working_days_before_it(start: date, count: int, rest: Rest) -> None:
    """Counting forth and counting between agree, and the day reached is a working day."""
    end = rules.add_working_days(start, count, rest)
    assert rules.is_working_day(end, rest)
    assert count == rules.working_days_between(start, end, rest)


@given(start=DAYS, count=st.integers(1, 30), rest=CALENDARS)
def test_going_back_from_a_working_day_returns_no_later_than_the_start(
    start: date, count: int, rest: Rest
) -> None:
    """From the nth day back by n one stands on the last working day up to the start."""
    back = rules.add_working_days(rules.add_working_days(start, count, rest), -count, rest)
    assert back <= start
    assert 0 == rules.working_days_between(start, start, rest)
    if rules.is_working_day(start, rest):
        assert start == back


def test_a_district_that_never_works_still_has_deadlines() -> None:
    """A calendar filled in wrongly must not hang the reminder."""
    never = Rest(rest_weekdays=frozenset(range(7)))
    assert date(2026, 11, 28) == rules.add_working_days(date(2026, 11, 23), 5, never)


@given(day=DAYS, months=st.integers(0, 48))
def test_months_later_is_the_same_day_or_the_months_last(day: date, months: int) -> None:
    """31 October and four months are 28 February."""
    later = rules.months_later(day, months)
    assert later.day == day.day or (later.day < day.day and later == rules.month_end(later))
    assert months == (later.year - day.year) * 12 + later.month - day.month


def test_four_months_from_the_end_of_october() -> None:
    """February is short."""
    assert date(2027, 2, 28) == rules.months_later(date(2026, 10, 31), 4)


@given(
    hours=st.integers(1, 2000),
    daily=st.integers(1, 600),
    weekly=st.none() | st.integers(1, 11_000),
    employed=st.booleans(),
    days=st.integers(-10, 200),
)
def test_what_passes_the_law_keeps_within_it(
    hours: int, daily: int, weekly: int | None, employed: bool, days: int
) -> None:
    """Nothing that breaks a cap or the dates comes through without an error."""
    start = date(2026, 11, 1)
    order = SomeOrder(
        hours_total_min=hours * 60,
        daily_cap_min=daily,
        weekly_cap_min=weekly,
        employed=employed,
        starts_on=start,
        ends_on=start + timedelta(days=days),
    )
    if rules.terms_errors(order, ADMINISTRATIVE):
        return
    assert 10 <= hours <= 100
    assert daily <= (240 if employed else 480)
    assert employed or (weekly is not None and weekly <= 2400)
    assert start <= start + timedelta(days=days) <= date(2027, 3, 1)


def test_no_move_leads_out_of_a_closed_order() -> None:
    """What was completed or removed stays so; a new order is registered instead."""
    assert [] == [move for move in rules.MOVES if move.source in rules.CLOSED]


def test_every_state_is_reached_and_completion_is_never_by_itself() -> None:
    """The program proposes, a person completes, suspends and removes."""
    assert set(OrderState) == {move.target for move in rules.MOVES} | {OrderState.REGISTERED}
    by_itself = {move.target for move in rules.MOVES if move.by_itself}
    assert {OrderState.ENROLLED, OrderState.SERVING} == by_itself
    assert all(
        rules.Need.REASON in move.needs
        for move in rules.MOVES
        if move.target in (OrderState.SUSPENDED, OrderState.COMPLETED, OrderState.REMOVED)
    )


CHANGES = [
    (date(2026, 11, 2), OrderState.REGISTERED, OrderState.SERVING),
    (date(2026, 11, 9), OrderState.SERVING, OrderState.SUSPENDED),
    (date(2026, 11, 16), OrderState.SUSPENDED, OrderState.SERVING),
    (date(2026, 11, 16), OrderState.SERVING, OrderState.REMOVED),
]


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (1, OrderState.REGISTERED),
        (2, OrderState.SERVING),
        (9, OrderState.SERVING),
        (10, OrderState.SUSPENDED),
        (16, OrderState.SERVING),
        (17, OrderState.REMOVED),
    ],
)
def test_the_most_open_state_of_a_day_counts(day: int, state: OrderState) -> None:
    """What was done before a suspension or a removal on the same day is not lost by it."""
    assert state is rules.state_on(CHANGES, OrderState.REMOVED, date(2026, 11, day))


def test_a_deadline_is_near_then_passed_and_silent_once_it_is_met() -> None:
    """Two working days before Saturday the 28th is Thursday the 26th."""
    order = SomeOrder(received_on=date(2026, 11, 23), state=OrderState.REGISTERED)
    notices = {}
    for day in range(24, 31):
        today = date(2026, 11, day)
        [deadline] = [
            each
            for each in deadlines_of(order, today, Rest(), LIMITS)
            if each.kind is DeadlineKind.ARRANGE_WORK
        ]
        notices[day] = notice_of(deadline, today, Rest(), LIMITS)
    near, passed = Notice.NEAR, Notice.PASSED
    assert {24: None, 25: None, 26: near, 27: near, 28: near, 29: passed, 30: passed} == notices
    met = replace(order, work_kind="Уборка", geofence_id="x", notified_on=date(2026, 11, 24))
    [deadline] = deadlines_of(met, date(2026, 11, 28), Rest(), LIMITS)
    assert notice_of(deadline, date(2026, 11, 28), Rest(), LIMITS) is None
    assert [] == deadlines_of(met, date(2026, 11, 29), Rest(), LIMITS)


@given(today=DAYS, state=st.sampled_from(sorted(rules.CLOSED)))
def test_closed_orders_have_no_deadlines(today: date, state: OrderState) -> None:
    """Whatever is missing."""
    order = SomeOrder(received_on=today, ends_on=today, state=state)
    assert [] == deadlines_of(order, today, Rest(), LIMITS)
