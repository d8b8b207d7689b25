"""The terms of an order that hold on a day, and what attendance tells orders: presence has begun, hours are reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from backend.accounts import service as accounts
from backend.adapters import settings
from backend.database import db
from backend.people import order_rows as rows
from backend.people import order_rules as rules
from backend.people.order_models import Order, OrderAssignment
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


@dataclass(frozen=True)
class Assignment:
    """Where and under whom an order was served since a moment."""

    order_id: UUID
    geofence_id: UUID | None
    supervisor_id: UUID | None
    since: datetime


def terms_on(person_id: UUID, day: date) -> OrderTerms | None:
    """The order in force on a day of the city's calendar: within its dates, not completed or removed before.

    ``state`` is the most open one that held during the day, so what was done before a suspension is not lost by it.
    """
    query = (
        sa.select(Order)
        .where(
            Order.person_id == person_id,
            Order.starts_on <= day,
            sa.or_(Order.ends_on.is_(None), Order.ends_on >= day),
        )
        .options(selectinload(Order.moves))
        .order_by(Order.starts_on.desc(), Order.created_at.desc())
    )
    for order in db.session().scalars(query):
        changes = [(local_day(each.moved_at), each.source, each.target) for each in order.moves]
        state = rules.state_on(changes, order.state, day)
        if state not in rules.CLOSED:
            return _terms(order, state)
    return None


def allows(terms: OrderTerms, day: date, calendar: accounts.Calendar) -> bool:
    """Whether the order lets the person serve on a day: its dates, its weekdays, and no holiday of the district."""
    return (
        terms.starts_on <= day
        and (terms.ends_on is None or day <= terms.ends_on)
        and day.weekday() in terms.allowed_weekdays
        and day not in calendar.holidays
    )


def assignment_at(order_id: UUID, moment: datetime) -> Assignment | None:
    """Where and under whom an order was served at a moment; None before it was registered."""
    query = (
        sa.select(OrderAssignment)
        .where(OrderAssignment.order_id == order_id, OrderAssignment.since <= moment)
        .order_by(OrderAssignment.number.desc())
        .limit(1)
    )
    row = db.session().scalar(query)
    return None if row is None else Assignment(order_id, row.geofence_id, row.supervisor_id, row.since)


def started(person_id: UUID) -> None:
    """The person's presence was accepted for the first time: the order is served from now on. Again changes nothing."""
    order = rows.open_order(person_id)
    if order is not None and order.state in (OrderState.REGISTERED, OrderState.ENROLLED):
        rows.write_move(order, OrderState.SERVING)


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


def local_day(moment: datetime) -> date:
    """The city's day of a moment."""
    return moment.astimezone(ZoneInfo(settings().time_zone)).date()


def _terms(order: Order, state: OrderState) -> OrderTerms:
    return OrderTerms(
        order_id=order.id,
        person_id=order.person_id,
        district_id=order.district_id,
        regime=order.regime,
        state=state,
        hours_total_min=order.hours_total_min,
        daily_cap_min=order.daily_cap_min,
        weekly_cap_min=order.weekly_cap_min,
        allowed_weekdays=weekdays_of(order),
        starts_on=order.starts_on,
        ends_on=order.ends_on,
    )


def weekdays_of(order: Order) -> frozenset[int]:
    """The weekdays on which an order is served: its own, or those of the district."""
    if order.allowed_weekdays is not None:
        return frozenset(order.allowed_weekdays)
    return rules.weekdays_by(accounts.calendar_of(order.district_id))


def _credit(order: Order) -> dict[str, int]:
    return {"credited_min": order.credited_min, "hours_total_min": order.hours_total_min}
