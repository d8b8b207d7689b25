"""Which deadlines an order has, whether they are met, and when the ledger reminds of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Protocol

from backend.people import order_rules
from backend.people.order_rules import Calendar, add_working_days, month_end, working_days_between
from shared.vocabulary import OrderState

WEEKEND = frozenset({5, 6})  # 0 is Monday
ARRANGEMENTS = ("work_kind", "geofence_id", "notified_on")


class DeadlineKind(StrEnum):
    """What has to be done by a day."""

    ARRANGE_WORK = "arrange_work"  # set the kind of work and the site, and notify probation
    TIMESHEET = "timesheet"
    ORDER_END = "order_end"


class Notice(StrEnum):
    """What the ledger says of a deadline, once each."""

    NEAR = "near"
    PASSED = "passed"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long things may take in this city."""

    arrange_working_days: int
    end_warning_days: int
    near_working_days: int


@dataclass(frozen=True)
class OfficeCalendar:
    """The days on which the akimat's offices rest."""

    rest_weekdays: frozenset[int]
    holidays: frozenset[date]


def office(rest: Calendar) -> OfficeCalendar:
    """The five-day week of the labour code, in which deadlines are counted whatever days a district's works go on."""
    return OfficeCalendar(frozenset(rest.rest_weekdays) | WEEKEND, frozenset(rest.holidays))


class OrderFacts(Protocol):
    """What of an order its deadlines follow from."""

    @property
    def state(self) -> OrderState: ...
    @property
    def received_on(self) -> date | None: ...
    @property
    def ends_on(self) -> date | None: ...
    @property
    def hours_total_min(self) -> int: ...
    @property
    def credited_min(self) -> int: ...
    @property
    def work_kind(self) -> str | None: ...
    @property
    def geofence_id(self) -> Any: ...
    @property
    def notified_on(self) -> date | None: ...


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """Something that has to be done by a day. ``settled`` None: nobody has told the program whether it is done."""

    kind: DeadlineKind
    due_on: date
    settled: bool | None
    working_days_left: int  # below 0: that many ago
    missing: tuple[str, ...] = ()  # fields of the order that are not set yet
    missing_min: int | None = None


def deadlines_of(order: OrderFacts, today: date, rest: Calendar, limits: Limits) -> list[Deadline]:
    """The deadlines of an order on a day; one that was met is shown until its day has passed."""
    if order.state in order_rules.CLOSED:
        return []
    found = [_arrange_work(order, today, rest, limits), _timesheet(order, today, rest)]
    found.append(_order_end(order, today, rest, limits))
    return [each for each in found if each is not None and (not each.settled or each.due_on >= today)]


def notice_of(deadline: Deadline, today: date, rest: Calendar, limits: Limits) -> Notice | None:
    """What the ledger should say of a deadline today; None while it is far or when it is met."""
    if deadline.settled:
        return None
    if today > deadline.due_on:
        return Notice.PASSED
    reminded_from = add_working_days(deadline.due_on, -limits.near_working_days, rest)
    return Notice.NEAR if today >= reminded_from else None


def _arrange_work(order: OrderFacts, today: date, rest: Calendar, limits: Limits) -> Deadline | None:
    if order.received_on is None:
        return None
    due_on = add_working_days(order.received_on, limits.arrange_working_days, rest)
    missing = tuple(name for name in ARRANGEMENTS if getattr(order, name) is None)
    return Deadline(
        kind=DeadlineKind.ARRANGE_WORK,
        due_on=due_on,
        settled=not missing,
        working_days_left=working_days_between(today, due_on, rest),
        missing=missing,
    )


def _timesheet(order: OrderFacts, today: date, rest: Calendar) -> Deadline | None:
    if order.state is not OrderState.SERVING:
        return None
    due_on = month_end(today)
    return Deadline(
        kind=DeadlineKind.TIMESHEET,
        due_on=due_on,
        settled=None,
        working_days_left=working_days_between(today, due_on, rest),
    )


def _order_end(order: OrderFacts, today: date, rest: Calendar, limits: Limits) -> Deadline | None:
    missing_min = order.hours_total_min - order.credited_min
    if (
        order.ends_on is None
        or missing_min <= 0
        or order.ends_on - today > timedelta(days=limits.end_warning_days)
    ):
        return None
    return Deadline(
        kind=DeadlineKind.ORDER_END,
        due_on=order.ends_on,
        settled=False,
        working_days_left=working_days_between(today, order.ends_on, rest),
        missing_min=missing_min,
    )
