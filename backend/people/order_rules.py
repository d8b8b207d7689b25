"""What an order may be: its states and the moves between them, the law's caps, and the days that count. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from shared.i18n import Message
from shared.vocabulary import OrderState, Regime, Role

_ = Message
HOUR_MIN = 60
WEEK_MIN = 7 * 24 * HOUR_MIN
WEEK = frozenset(range(7))
SEARCH_DAYS_MAX = 3700  # ten years without one working day is a calendar that somebody filled in wrongly

Errors = dict[str, list[Message]]

# --- states --------------------------------------------------------------------------------------------


class Need(StrEnum):
    """What a move asks for."""

    REASON = "reason"
    PROPOSAL = "proposal"


@dataclass(frozen=True)
class Move:
    """A change of state that some roles may make, or that follows by itself."""

    source: OrderState
    target: OrderState
    needs: frozenset[Need] = frozenset()
    by_itself: bool = False


PLANNERS = frozenset({Role.ADMINISTRATOR, Role.DISPATCHER})
REASON = frozenset({Need.REASON})

MOVES: tuple[Move, ...] = (
    # By itself when a face is enrolled or biometrics are refused; by an officer for a face that cannot be matched
    Move(OrderState.REGISTERED, OrderState.ENROLLED, REASON, by_itself=True),
    # By itself with the first accepted presence
    Move(OrderState.REGISTERED, OrderState.SERVING, by_itself=True),
    Move(OrderState.ENROLLED, OrderState.SERVING, by_itself=True),
    Move(OrderState.SERVING, OrderState.SUSPENDED, REASON),
    Move(OrderState.SUSPENDED, OrderState.SERVING, REASON),
    # Never by itself: the program proposes, a person completes
    Move(OrderState.SERVING, OrderState.COMPLETED, REASON | {Need.PROPOSAL}),
    Move(OrderState.REGISTERED, OrderState.REMOVED, REASON),
    Move(OrderState.ENROLLED, OrderState.REMOVED, REASON),
    Move(OrderState.SERVING, OrderState.REMOVED, REASON),
    Move(OrderState.SUSPENDED, OrderState.REMOVED, REASON),
)
CLOSED = frozenset({OrderState.COMPLETED, OrderState.REMOVED})
# Of several states in one day the first of these counts: work done before a suspension is not lost by it
MOST_OPEN_FIRST = (
    OrderState.SERVING,
    OrderState.ENROLLED,
    OrderState.REGISTERED,
    OrderState.SUSPENDED,
    OrderState.COMPLETED,
    OrderState.REMOVED,
)


def find_move(source: OrderState, target: OrderState) -> Move | None:
    """The move from one state to another, None where there is none."""
    return next((move for move in MOVES if (move.source, move.target) == (source, target)), None)


def next_states(source: OrderState) -> list[OrderState]:
    """Where an order can go from a state."""
    return [move.target for move in MOVES if move.source is source]


def move_errors(move: Move, *, reason: str, completion_proposed: bool) -> Errors:
    """What a person's move still lacks, by field."""
    errors: Errors = {}
    if Need.REASON in move.needs and not reason.strip():
        message = _("must say why the order goes from {source} to {target}")
        errors["reason"] = [message.format(source=move.source.value, target=move.target.value)]
    if Need.PROPOSAL in move.needs and not completion_proposed:
        errors["to"] = [
            _(
                "needs the hours first: an order is completed once its completion was proposed; else remove it with a reason"
            )
        ]
    return errors


def state_on(
    changes: list[tuple[date, OrderState, OrderState]], current: OrderState, day: date
) -> OrderState:
    """The state that counts on a day: the most open one that held during it.

    ``changes`` are (local day, source, target) in their order.
    """
    before = [target for changed_on, _source, target in changes if changed_on < day]
    within = [target for changed_on, _source, target in changes if changed_on == day]
    first = changes[0][1] if changes else current
    held = {before[-1] if before else first, *within}
    return next(state for state in MOST_OPEN_FIRST if state in held)


def order_state_diagram() -> str:
    """The moves as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", "    [*] --> registered"]
    for move in MOVES:
        who = "by itself or dispatcher" if move.by_itself else "dispatcher"
        needs = "".join(f", needs {need.value}" for need in sorted(move.needs))
        lines.append(f"    {move.source.value} --> {move.target.value}: {who}{needs}")
    return "\n".join([*lines, *(f"    {state.value} --> [*]" for state in sorted(CLOSED))]) + "\n"


# --- the law's numbers ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Law:
    """What the law says of one regime; hours come from the city's settings, for laws change."""

    hours_least: int
    hours_most: int
    daily_h: int
    daily_employed_h: int
    weekly_h: int | None  # of those who neither work nor study
    months_most: int | None

    def daily_cap_min(self, *, employed: bool) -> int:
        """How much of one day counts at most."""
        return (self.daily_employed_h if employed else self.daily_h) * HOUR_MIN

    def weekly_cap_min(self, *, employed: bool) -> int | None:
        """How much of one week counts at most; None: the days alone limit it."""
        return None if employed or self.weekly_h is None else self.weekly_h * HOUR_MIN


class Terms(Protocol):
    """What of an order is held against the law."""

    @property
    def regime(self) -> Regime: ...
    @property
    def hours_total_min(self) -> int: ...
    @property
    def employed(self) -> bool: ...
    @property
    def daily_cap_min(self) -> int: ...
    @property
    def weekly_cap_min(self) -> int | None: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date | None: ...


def terms_errors(terms: Terms, law: Law) -> Errors:
    """Everything that is wrong with an order's numbers and dates, by field; empty when it is lawful."""
    errors: Errors = {}
    if not law.hours_least * HOUR_MIN <= terms.hours_total_min <= law.hours_most * HOUR_MIN:
        message = _(
            "must come to {least} to {most} hours for the regime {regime}, was {value} h: see the document"
        )
        errors["hours_total_min"] = [
            message.format(
                least=law.hours_least,
                most=law.hours_most,
                regime=terms.regime.value,
                value=in_hours(terms.hours_total_min),
            )
        ]
    daily = law.daily_cap_min(employed=terms.employed)
    if not 0 < terms.daily_cap_min <= daily:
        message = _("must come to at most {most} hours a day by the law, was {value} h")
        value = in_hours(terms.daily_cap_min)
        errors["daily_cap_min"] = [message.format(most=in_hours(daily), value=value)]
    _check_weekly(terms, law, errors)
    _check_dates(terms, law, errors)
    return errors


def in_hours(minutes: int) -> str:
    """Minutes as people speak of an order: 7.5 for 450."""
    return f"{minutes / HOUR_MIN:g}"


def _check_weekly(terms: Terms, law: Law, errors: Errors) -> None:
    weekly, wished = law.weekly_cap_min(employed=terms.employed), terms.weekly_cap_min
    most = WEEK_MIN if weekly is None else weekly
    if (wished is None and weekly is not None) or (wished is not None and not 0 < wished <= most):
        message = _("must come to at most {most} hours a week, was {value} h")
        value = "null" if wished is None else in_hours(wished)
        errors["weekly_cap_min"] = [message.format(most=in_hours(most), value=value)]


def _check_dates(terms: Terms, law: Law, errors: Errors) -> None:
    start, end = terms.starts_on, terms.ends_on
    if end is not None and end < start:
        message = _("must not lie before starts_on {start}, was {value}")
        errors["ends_on"] = [message.format(start=start.isoformat(), value=end.isoformat())]
        return
    if law.months_most is None:
        return
    latest = months_later(start, law.months_most)
    if end is None or end > latest:
        message = _(
            "must lie within {months} months of starts_on, at most {latest}, was {value}: see the document"
        )
        value = "null" if end is None else end.isoformat()
        errors["ends_on"] = [message.format(months=law.months_most, latest=latest.isoformat(), value=value)]


# --- days ----------------------------------------------------------------------------------------------


class Calendar(Protocol):
    """On which days a district rests; weekdays count from Monday, which is 0."""

    @property
    def rest_weekdays(self) -> Set[int]: ...
    @property
    def holidays(self) -> Set[date]: ...


def is_working_day(day: date, rest: Calendar) -> bool:
    """Whether a district works on a day."""
    return day.weekday() not in rest.rest_weekdays and day not in rest.holidays


def add_working_days(start: date, count: int, rest: Calendar) -> date:
    """The ``count``-th working day after a day (before it, for a negative count); the day itself is never counted."""
    step = timedelta(days=1 if count >= 0 else -1)
    day, left = start, abs(count)
    for _tried in range(SEARCH_DAYS_MAX):
        if left == 0:
            return day
        day += step
        left -= is_working_day(day, rest)
    # Nobody works in this district: fall back on plain days rather than never remind
    return start + count * timedelta(days=1)


def working_days_between(start: date, end: date, rest: Calendar) -> int:
    """How many working days lie after ``start`` up to and with ``end``; negative when ``end`` lies before."""
    if end < start:
        return -working_days_between(end, start, rest)
    return sum(
        is_working_day(start + timedelta(days=offset), rest) for offset in range(1, (end - start).days + 1)
    )


def months_later(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def weekdays_by(rest: Calendar) -> frozenset[int]:
    """The weekdays on which a district works."""
    return WEEK - frozenset(rest.rest_weekdays)
