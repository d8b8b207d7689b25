"""A person's hours as staff see them: day by day, with proofs, gaps, absences and how the order stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID

from backend.attendance.hours import gaps, rules
from backend.attendance.hours.gaps import GapView
from backend.attendance.hours.reckoning import Reckoning, local_day, reckon, zone
from backend.attendance.paper import service as paper
from backend.attendance.spot_checks import service as spot_checks
from backend.attendance.spot_checks.models import SpotCheck
from backend.clock import now
from backend.errors import Invalid
from backend.ledger.service import log_access
from backend.people import orders
from backend.people import service as people
from backend.web.principal import Principal
from shared.i18n import Message

_ = Message
Thing = TypeVar("Thing")
SPAN_MAX = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class DayView:
    """One day: what was proven, what is credited, and why the rest is not."""

    day: date
    stretches: Sequence[rules.Stretch]
    pieces: Sequence[rules.Piece]
    spot_checks: Sequence[SpotCheck]
    absences: Sequence[paper.Reason]
    worked_min: int = 0
    credited_min: int = 0
    over_cap_min: int = 0
    unproven_min: int = 0


@dataclass(frozen=True, kw_only=True)
class OrderSum:
    """How much of an order has been served since its first day."""

    order_id: UUID
    hours_total_min: int
    credited_min: int

    @property
    def remaining_min(self) -> int:
        """Minutes still to serve."""
        return self.hours_total_min - self.credited_min


@dataclass(frozen=True, kw_only=True)
class HoursView:
    """A person's hours in a span of days, both ends included, and how the order stands today."""

    person_id: UUID
    from_day: date
    until_day: date
    days: Sequence[DayView]
    gaps: Sequence[GapView]
    order: OrderSum | None

    @property
    def worked_min(self) -> int:
        """Minutes between proofs, credited or not."""
        return sum(day.worked_min for day in self.days)

    @property
    def credited_min(self) -> int:
        """Minutes that count towards the order."""
        return sum(day.credited_min for day in self.days)

    @property
    def over_cap_min(self) -> int:
        """Proven minutes that the order does not allow to be credited."""
        return sum(day.over_cap_min for day in self.days)

    @property
    def unproven_min(self) -> int:
        """Minutes round spot checks that nobody answered and that no person has credited."""
        return sum(day.unproven_min for day in self.days)


def of_person(
    person_id: UUID, by: Principal, *, from_day: date | None = None, until_day: date | None = None
) -> HoursView:
    """A person's hours day by day; without days: the city's month so far. The read is logged."""
    person = people.require(person_id, by, "hours.read")
    today = now().astimezone(zone()).date()
    until_day = until_day or today
    from_day = from_day or until_day.replace(day=1)
    if not timedelta() <= until_day - from_day <= SPAN_MAX:
        message = _("must lie on the day «from», {value}, or at most {days} days after it; was {until}")
        shown = message.format(days=SPAN_MAX.days, value=from_day.isoformat(), until=until_day.isoformat())
        raise Invalid({"until": [shown]})
    log_access(by.actor, "hours.read", f"person:{person.id}", now())
    return view(person.id, from_day, until_day)


def view(person_id: UUID, from_day: date, until_day: date) -> HoursView:
    """A person's hours for features that have asked for permission themselves: documents, receipts."""
    reckoning = reckon(person_id)
    return HoursView(
        person_id=person_id,
        from_day=from_day,
        until_day=until_day,
        days=_days(person_id, reckoning, from_day, until_day),
        gaps=[
            each
            for each in gaps.views(person_id, reckoning.gaps)
            if from_day <= local_day(each.starts_at) <= until_day
        ],
        order=_order_sum(person_id, reckoning, until_day),
    )


def _days(person_id: UUID, reckoning: Reckoning, from_day: date, until_day: date) -> list[DayView]:
    """The days of a span on which something is known."""
    start = datetime.combine(from_day, time(), zone())
    end = datetime.combine(until_day + timedelta(days=1), time(), zone())
    by_day: dict[date, rules.Day] = {each.day: each for each in reckoning.days}
    stretches = _by_day(reckoning.stretches, lambda each: local_day(each.came_at))
    checks = _by_day(spot_checks.due(person_id, start, end), lambda each: local_day(each.due_at))
    away: dict[date, list[paper.Reason]] = {}
    for reason in paper.reasons_between(person_id, from_day, until_day):
        first, last = max(reason.from_day, from_day), min(reason.until_day, until_day)
        for offset in range((last - first).days + 1):
            away.setdefault(first + timedelta(days=offset), []).append(reason)
    known = sorted(day for day in {*by_day, *stretches, *checks, *away} if from_day <= day <= until_day)
    return [
        DayView(
            day=day,
            stretches=stretches.get(day, []),
            pieces=by_day[day].pieces if day in by_day else (),
            spot_checks=checks.get(day, []),
            absences=away.get(day, []),
            worked_min=by_day[day].worked_min if day in by_day else 0,
            credited_min=by_day[day].credited_min if day in by_day else 0,
            over_cap_min=by_day[day].over_cap_min if day in by_day else 0,
            unproven_min=by_day[day].unproven_min if day in by_day else 0,
        )
        for day in known
    ]


def _order_sum(person_id: UUID, reckoning: Reckoning, until_day: date) -> OrderSum | None:
    """The order in force on the last day asked for, or else the last one in whose time there is presence."""
    terms = orders.terms_on(person_id, until_day)
    if terms is not None:
        order_id, total_min = terms.order_id, terms.hours_total_min
    else:
        before = [day for day in reckoning.terms if day <= until_day]
        if not before:
            return None
        last = reckoning.terms[max(before)]
        order_id, total_min = last.order_id, last.hours_total_min
    return OrderSum(
        order_id=order_id,
        hours_total_min=total_min,
        credited_min=reckoning.credited_by_order.get(order_id, 0),
    )


def _by_day(things: Iterable[Thing], day_of: Callable[[Thing], date]) -> dict[date, list[Thing]]:
    found: dict[date, list[Thing]] = {}
    for thing in things:
        found.setdefault(day_of(thing), []).append(thing)
    return found
