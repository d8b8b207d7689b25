"""The terms of an order that hold on a day, and what attendance tells orders: presence has begun, hours are reached.

Which of the terms are those of the day and which follow the document says `order_history`; a district's days of rest are those
of the day too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from backend.accounts import service as accounts
from backend.accounts.service import local_day as local_day
from backend.accounts.since import holding
from backend.database import db
from backend.people import order_history as history
from backend.people import order_rows as rows
from backend.people import order_rules as rules
from backend.people.order_models import Order, OrderTermsRow
from shared.vocabulary import OrderState, Regime


@dataclass(frozen=True)
class OrderTerms:
    """What of an order counts on a day: how much, when, and in which state it was."""

    order_id: UUID
    person_id: UUID
    district_id: UUID
    regime: Regime
    state: OrderState
    hours_total_min: int
    daily_cap_min: int
    weekly_cap_min: int | None
    allowed_weekdays: frozenset[int]
    starts_on: date
    ends_on: date | None


def terms_on(person_id: UUID, day: date) -> OrderTerms | None:
    """The terms on a day of the city's calendar; None without an order in force (see `terms_on_days`)."""
    return terms_on_days(person_id, [day]).get(day)


def terms_on_days(person_id: UUID, days: Sequence[date]) -> dict[date, OrderTerms]:
    """The terms of each day on which an order is in force: within its dates, not completed or removed before. In few queries.

    ``state`` is the most open one that held during the day, so what was done before a suspension is not lost by it.
    """
    if not days:
        return {}
    query = (
        sa.select(Order)
        .where(
            Order.person_id == person_id,
            Order.starts_on <= max(days),
            sa.or_(Order.ends_on.is_(None), Order.ends_on >= min(days)),
        )
        .options(selectinload(Order.moves))
        .order_by(Order.starts_on.desc(), Order.created_at.desc())
    )
    orders = list(db.session().scalars(query))
    lines = history.lines(orders)
    districts = {held.district_id for line in lines.values() for held in line}
    calendars = {each: accounts.calendar_history(each) for each in sorted(districts)}
    found: dict[date, OrderTerms] = {}
    for order in orders:
        changes = [(local_day(each.moved_at), each.source, each.target) for each in order.moves]
        for day in days:
            if day in found or not _within(order, day):
                continue
            state = rules.state_on(changes, order.state, day)
            if state not in rules.CLOSED:
                held = holding(lines[order.id], day)
                found[day] = _terms(order, state, held, calendars[held.district_id].on(day))
    return found


def allows(terms: OrderTerms, day: date, calendar: accounts.Calendar) -> bool:
    """Whether the order lets the person serve on a day: its dates, its weekdays, and no holiday of the district."""
    return (
        terms.starts_on <= day
        and (terms.ends_on is None or day <= terms.ends_on)
        and day.weekday() in terms.allowed_weekdays
        and day not in calendar.holidays
    )


def started(person_id: UUID) -> None:
    """The person's presence was accepted for the first time: the order is served from now on. Again changes nothing."""
    order = rows.open_order(person_id)
    if order is not None and order.state in (OrderState.REGISTERED, OrderState.ENROLLED):
        rows.write_move(order, OrderState.SERVING)


def open_order_id(person_id: UUID) -> UUID | None:
    """The person's order that is not closed, whether or not it is in force today."""
    order = rows.open_order(person_id)
    return None if order is None else order.id


def propose_completion(order_id: UUID, credited_min: int) -> None:
    """Keep the minutes credited so far; when they reach the order's hours its completion is proposed, once.

    Should a decision take minutes away again, the proposal is withdrawn. Completing is a person's act.
    """
    order = rows.locked(order_id)
    if order.state in rules.CLOSED:
        return
    reached = credited_min >= order.hours_total_min
    if order.credited_min == credited_min and reached == (order.completion_proposed_at is not None):
        return
    order.credited_min = credited_min
    proposed = order.completion_proposed_at is not None
    rows.touch(order)
    if reached and not proposed:
        order.completion_proposed_at = order.changed_at
        rows.record_act("order.completion_proposed", order, None, **_credit(order))
    elif proposed and not reached:
        order.completion_proposed_at = None
        rows.record_act("order.completion_withdrawn", order, None, **_credit(order))


# --- a district's calendar -----------------------------------------------------------------------------


@accounts.follow_calendar
def mark_stale(district_id: UUID) -> None:
    """A district rests on other days: the credit of every open order that counts, or counted, there is to be reckoned anew.

    Hundreds of people are too many for one request, so the order carries a mark, in one statement, and workers do the rest.
    """
    of_district = sa.select(OrderTermsRow.order_id).where(OrderTermsRow.district_id == district_id)
    db.session().execute(
        sa.update(Order)
        .where(Order.id.in_(of_district), Order.state.not_in(sorted(rules.CLOSED)))
        .values(credit_is_stale=True)
    )


def people_with_stale_credit() -> list[UUID]:
    """Whose credit is to be reckoned anew because a calendar changed."""
    return list(db.session().scalars(sa.select(Order.person_id).where(Order.credit_is_stale).distinct()))


def take_stale(person_id: UUID) -> bool:
    """Take the mark off a person's orders; whether there was one. Whoever takes it reckons afterwards, or a change is missed."""
    query = sa.update(Order).where(Order.person_id == person_id, Order.credit_is_stale)
    taken = db.session().execute(query.values(credit_is_stale=False).returning(Order.id))
    return bool(taken.all())


# -------------------------------------------------------------------------------------------------------


def _within(order: Order, day: date) -> bool:
    return order.starts_on <= day and (order.ends_on is None or day <= order.ends_on)


def _terms(order: Order, state: OrderState, held: history.Held, calendar: accounts.Calendar) -> OrderTerms:
    own = held.allowed_weekdays
    return OrderTerms(
        order_id=order.id,
        person_id=order.person_id,
        district_id=held.district_id,
        regime=order.regime,
        state=state,
        hours_total_min=order.hours_total_min,
        daily_cap_min=held.daily_cap_min,
        weekly_cap_min=held.weekly_cap_min,
        allowed_weekdays=rules.weekdays_by(calendar) if own is None else frozenset(own),
        starts_on=order.starts_on,
        ends_on=order.ends_on,
    )


def weekdays_of(order: Order) -> frozenset[int]:
    """The weekdays on which an order is served from today on: its own, or those of the district."""
    if order.allowed_weekdays is not None:
        return frozenset(order.allowed_weekdays)
    return rules.weekdays_by(accounts.calendar_of(order.district_id))


def _credit(order: Order) -> dict[str, int]:
    return {"credited_min": order.credited_min, "hours_total_min": order.hours_total_min}
