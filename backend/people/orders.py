"""Orders: registering, changing and moving them; and the terms that hold on a day, for attendance.

A change of a day is a change for all of that day, and leaves the days before it alone (`order_history`); where and under whom is
kept to the moment (`assignment_at`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from backend.accounts import service as accounts
from backend.clock import new_id, now
from backend.database import db
from backend.errors import Conflict, Invalid
from backend.ledger.service import log_access
from backend.people import followers
from backend.people import order_history as history
from backend.people import order_rows as rows
from backend.people import order_rules as rules
from backend.people import service as people
from backend.people.order_assignments import Assignment, Sent, assignment_at, sent_to
from backend.people.order_models import Order
from backend.people.order_terms import (
    OrderTerms,
    allows,
    local_day,
    open_order_id,
    people_with_stale_credit,
    propose_completion,
    started,
    take_stale,
    terms_on,
    terms_on_days,
    weekdays_of,
)
from backend.people.sites import usable_site
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import BiometricBasis, OrderState, Regime, Role

__all__ = [
    "Assignment",
    "OrderTerms",
    "OrderView",
    "Sent",
    "allows",
    "assignment_at",
    "change",
    "get",
    "list_of",
    "list_orders",
    "local_day",
    "move",
    "open_order_id",
    "people_with_stale_credit",
    "propose_completion",
    "register",
    "sent_to",
    "started",
    "take_stale",
    "terms_on",
    "terms_on_days",
    "to_change",
]

_ = Message
ASSIGNED = frozenset({"geofence_id", "supervisor_id"})


@dataclass(frozen=True, kw_only=True)
class MoveView:
    """One change of state, its reason opened."""

    source: OrderState
    target: OrderState
    reason: str
    moved_by: UUID | None
    moved_at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderView:
    """An order as staff see it; the person by id only."""

    id: UUID
    person_id: UUID
    district_id: UUID
    number: str
    regime: Regime
    hours_total_min: int
    employed: bool
    daily_cap_min: int
    weekly_cap_min: int | None
    allowed_weekdays: Sequence[int]
    starts_on: date
    ends_on: date | None
    received_on: date | None
    notified_on: date | None
    work_kind: str | None
    geofence_id: UUID | None
    supervisor_id: UUID | None
    state: OrderState
    next_states: Sequence[OrderState]
    credited_min: int
    completion_proposed_at: datetime | None
    moves: Sequence[MoveView]
    created_by: UUID
    created_at: datetime
    changed_at: datetime
    version: int


def register(person_id: UUID, by: Principal, **wished: Any) -> OrderView:
    """Add a person's order; caps that are not named are the law's. Invalid names every field that is wrong."""
    person = people.require(person_id, by, "orders.change", lock=True)
    if rows.open_order(person.id) is not None:
        raise Conflict(
            _("This person has an order that is not closed: complete or remove it before the next one.")
        )
    [order] = register_all([(person.id, person.district_id, wished)], by)
    if person.biometric_basis is BiometricBasis.REFUSED or people.known_face(person.id) is not None:
        rows.write_move(order, OrderState.ENROLLED)
    return _view(order)


def register_all(wished: Iterable[tuple[UUID, UUID, dict[str, Any]]], by: Principal) -> list[Order]:
    """Add orders of people without one in few statements: (person, district, what is wished) each."""
    orders, moment = [], now()
    for person_id, district_id, terms in wished:
        order = Order(
            id=new_id(),
            person_id=person_id,
            district_id=district_id,
            state=OrderState.REGISTERED,
            credited_min=0,
            created_by=by.user_id,
            created_at=moment,
            changed_at=moment,
            version=1,
            moves=[],
            **_with_caps(terms),
        )
        _require_sound(order, frozenset(terms))
        orders.append(order)
        rows.record_act("order.registered", order, by, **_facts(order))
    db.session().add_all(orders)
    db.session().flush()
    db.session().add_all(history.begin(order, by.user_id) for order in orders)
    for order in orders:
        rows.write_assignment(order, number=1)
    return orders


def to_change(order_id: UUID, by: Principal) -> Order:
    """An order that the principal may change, locked until the transaction ends; its person before it, as hours do."""
    people.lock(rows.find(order_id, by, "orders.change").person_id)
    return rows.find(order_id, by, "orders.change", lock=True)


def change(order: Order, by: Principal, *, counts_from: date | None = None, **wished: Any) -> OrderView:
    """Change an order that is not closed; what stays the same is no change. A new site or supervisor counts from now.

    Terms count from today on, or from an earlier day as a correction; the hours credited so far follow at once.
    """
    if order.state in rules.CLOSED:
        message = _("An order that is {state} cannot be changed: register a new one.")
        raise Conflict(message.format(state=order.state.value))
    today, law = local_day(now()), rows.law_of(order.regime)
    [line] = history.lines([order]).values()
    errors = history.counting_errors(line, wished, counts_from, today)
    if errors:
        raise Invalid(errors)
    since = counts_from or today
    before = history.since_day(line, since)
    changed = {
        name
        for name, value in wished.items()
        if getattr(order, name) != value
        or (name in history.OF_THE_DAY and any(getattr(each, name) != value for each in before))
    }
    if not changed:
        return _view(order)
    after = history.amended(line, since, wished, law)
    for name in changed:
        setattr(order, name, wished[name])
    for name in history.OF_THE_DAY:
        setattr(order, name, getattr(after[-1], name))
    with db.session().no_autoflush:  # what is unsound never reaches the database
        _require_sound(order, frozenset(changed), after)
    rows.touch(order)
    counted = {}
    if changed & history.TERMS:
        history.write(order, after, by.user_id)
        counted = {"counts_from": since.isoformat(), "correction": since < today}
    if changed & ASSIGNED:
        rows.write_assignment(order)
    rows.record_act("order.changed", order, by, fields=sorted(changed), **counted, **_facts(order))
    if counted:
        followers.terms_changed(order.person_id)
    return _view(order)


def move(order: Order, by: Principal, *, to: OrderState, reason: str = "") -> OrderView:
    """Move an order to another state; one that is there already stays as it is: the answer may have been lost."""
    state, reason = order.state, reason.strip()
    if state is to:
        return _view(order)
    wished = rules.find_move(state, to)
    if wished is None:
        allowed = ", ".join(each.value for each in rules.next_states(state)) or "—"
        message = _("An order cannot go from {source} to {target}; from {source} it can go to: {allowed}.")
        raise Conflict(message.format(source=state.value, target=to.value, allowed=allowed))
    errors = rules.move_errors(
        wished, reason=reason, completion_proposed=order.completion_proposed_at is not None
    )
    if errors:
        raise Invalid(errors)
    rows.write_move(order, to, by=by, reason=reason)
    return _view(order)


def get(order_id: UUID, by: Principal) -> OrderView:
    """One order of the principal's districts; the read is logged."""
    order = rows.find(order_id, by, "orders.read")
    log_access(by.actor, "orders.read", f"person:{order.person_id}", now())
    return _view(order)


def list_of(person_id: UUID, by: Principal) -> list[OrderView]:
    """A person's orders, newest first; the read is logged."""
    people.require(person_id, by, "orders.read")
    log_access(by.actor, "orders.read", f"person:{person_id}", now())
    query = sa.select(Order).where(Order.person_id == person_id).options(selectinload(Order.moves))
    return [_view(order) for order in db.session().scalars(query.order_by(Order.created_at.desc(), Order.id))]


def list_orders(
    by: Principal,
    *,
    state: OrderState | None = None,
    regime: Regime | None = None,
    district_id: UUID | None = None,
    supervisor_id: UUID | None = None,
    cursor: str | None = None,
    limit: int,
) -> Page:
    """Orders of the principal's districts, newest first; each read is logged."""
    query = rows.in_scope(sa.select(Order), by, "orders.read")
    wished = {"state": state, "regime": regime, "district_id": district_id, "supervisor_id": supervisor_id}
    for name, value in wished.items():
        if value is not None:
            query = query.where(getattr(Order, name) == value)
    page = paginate(
        query.options(selectinload(Order.moves)), Order.created_at, Order.id, cursor=cursor, limit=limit
    )
    for order in page.items:
        log_access(by.actor, "orders.list", f"person:{order.person_id}", now())
    return Page([_view(order) for order in page.items], page.next)


# -------------------------------------------------------------------------------------------------------


def _with_caps(wished: dict[str, Any]) -> dict[str, Any]:
    law = rows.law_of(wished["regime"])
    employed = wished["employed"]
    full = dict(wished)
    if full.get("daily_cap_min") is None:
        full["daily_cap_min"] = law.daily_cap_min(employed=employed)
    if full.get("weekly_cap_min") is None:
        full["weekly_cap_min"] = law.weekly_cap_min(employed=employed)
    return full


def _require_sound(order: Order, changed: frozenset[str], held: Sequence[history.Held] = ()) -> None:
    """Invalid when the order is or was unlawful on a day, or names a site or a supervisor of nowhere."""
    law = rows.law_of(order.regime)
    errors: rules.Errors = {}
    each_terms: tuple[rules.Terms, ...] = (*held, order)
    for terms in each_terms:
        errors |= rules.terms_errors(terms, law)
    if (
        "geofence_id" in changed
        and order.geofence_id is not None
        and not usable_site(order.geofence_id, order.district_id)
    ):
        message = _("must be a geofence in use of the person's district, was {value}; see /geofences")
        errors["geofence_id"] = [message.format(value=str(order.geofence_id))]
    if "supervisor_id" in changed and order.supervisor_id is not None:
        staff = accounts.staff_in_district([order.supervisor_id], order.district_id)
        if order.supervisor_id not in staff or staff[order.supervisor_id].role is not Role.SUPERVISOR:
            message = _("must be an active supervisor of the person's district, was {value}; see /users")
            errors["supervisor_id"] = [message.format(value=str(order.supervisor_id))]
    for name in sorted(changed & {"received_on", "notified_on"}):
        day, today = getattr(order, name), local_day(now())
        if day is not None and day > today:
            message = _("must not lie in the future, today is {today}, was {value}")
            errors[name] = [message.format(today=today.isoformat(), value=day.isoformat())]
    if errors:
        raise Invalid(errors)


def _facts(order: Order) -> dict[str, Any]:
    """What the ledger keeps of an order: no number, no words, opaque ids."""
    return {
        "regime": order.regime.value,
        "hours_total_min": order.hours_total_min,
        "daily_cap_min": order.daily_cap_min,
        "weekly_cap_min": order.weekly_cap_min,
        "starts_on": order.starts_on.isoformat(),
        "ends_on": order.ends_on.isoformat() if order.ends_on else None,
        "geofence_id": str(order.geofence_id) if order.geofence_id else None,
        "supervisor_id": str(order.supervisor_id) if order.supervisor_id else None,
        "version": order.version,
    }


def _view(order: Order) -> OrderView:
    return OrderView(
        **{
            each.name: getattr(order, each.name)
            for each in fields(OrderView)
            if each.name not in ("allowed_weekdays", "next_states", "moves")
        },
        allowed_weekdays=sorted(weekdays_of(order)),
        next_states=rules.next_states(order.state),
        moves=[
            MoveView(
                source=each.source,
                target=each.target,
                reason=rows.reason_of(order, each),
                moved_by=each.moved_by,
                moved_at=each.moved_at,
            )
            for each in order.moves
        ],
    )
