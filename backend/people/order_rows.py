"""Orders between the database and the rules: finding them, moving them on, and what the ledger keeps of it.

What happens to the person (a face enrolled, biometrics refused, another district) moves the order from here.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from backend.accounts.policy import districts_for
from backend.accounts.service import local_day
from backend.adapters import settings
from backend.blobs import seal, unseal
from backend.clock import new_id, now
from backend.database import db
from backend.errors import NotFound
from backend.ledger.service import record
from backend.people import followers, keys, order_rules
from backend.people import order_history as history
from backend.people.order_models import Order, OrderAssignment, OrderMove
from backend.people.order_rules import Law
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import Audience, OrderState, Regime

_ = Message
SYSTEM = "system"


def law_of(regime: Regime) -> Law:
    """What the law says of a regime, from the city's settings."""
    city = settings()
    if regime is Regime.CRIMINAL:
        return Law(
            hours_least=city.order_criminal_hours_least,
            hours_most=city.order_criminal_hours_most,
            daily_h=city.order_criminal_daily_h,
            daily_employed_h=city.order_criminal_employed_daily_h,
            weekly_h=None,
            months_most=None,
        )
    return Law(
        hours_least=city.order_administrative_hours_least,
        hours_most=city.order_administrative_hours_most,
        daily_h=city.order_administrative_daily_h,
        daily_employed_h=city.order_administrative_employed_daily_h,
        weekly_h=city.order_administrative_weekly_h,
        months_most=city.order_administrative_months,
    )


def find(order_id: UUID, by: Principal, action: str, *, lock: bool = False) -> Order:
    """An order on which the principal may do the action; locked until the transaction ends if wished."""
    query = in_scope(sa.select(Order).where(Order.id == order_id), by, action)
    query = query.options(selectinload(Order.moves))
    order = db.session().scalar(
        query.with_for_update().execution_options(populate_existing=True) if lock else query
    )
    if order is None:
        raise NotFound(_("order"), order_id)
    return order


def in_scope(query: sa.Select[Order], by: Principal, action: str) -> sa.Select[Order]:
    """The query, narrowed to the orders on which the principal may do the action."""
    allowed = districts_for(by, action)
    return query if allowed is None else query.where(Order.district_id.in_(allowed))


def locked(order_id: UUID) -> Order:
    """An order, locked until the transaction ends, for work that no principal asked for."""
    return db.session().get_one(Order, order_id, with_for_update=True, populate_existing=True)


def open_order(person_id: UUID) -> Order | None:
    """The person's order that is not closed, locked until the transaction ends."""
    query = sa.select(Order).where(
        Order.person_id == person_id, Order.state.not_in(sorted(order_rules.CLOSED))
    )
    return db.session().scalar(query.with_for_update().execution_options(populate_existing=True))


def write_move(order: Order, target: OrderState, *, by: Principal | None = None, reason: str = "") -> None:
    """Put an order into another state; whether it may go there was asked before."""
    source = order.state
    number = len(order.moves) + 1
    order.state = target
    touch(order)
    order.moves.append(
        OrderMove(
            id=new_id(),
            number=number,
            source=source,
            target=target,
            sealed_reason=_seal_reason(order, number, reason) if reason else None,
            moved_by=by.user_id if by else None,
            moved_at=order.changed_at,
        )
    )
    record_act("order.moved", order, by, source=source.value, target=target.value, with_reason=bool(reason))


def reason_of(order: Order, move: OrderMove) -> str:
    """Why an order was moved; nothing once the person's key is gone."""
    if move.sealed_reason is None:
        return ""
    try:
        key = keys.key_of(order.person_id)
    except keys.KeyErased:
        return ""
    return unseal(key, move.sealed_reason, bound_to=_binding(order.id, move.number)).decode()


def write_assignment(order: Order, *, number: int | None = None) -> None:
    """Note where and under whom the order is served from now on; the first such note is number 1."""
    db.session().add(
        OrderAssignment(
            id=new_id(),
            order_id=order.id,
            number=_next_assignment(order.id) if number is None else number,
            geofence_id=order.geofence_id,
            supervisor_id=order.supervisor_id,
            since=order.changed_at,
        )
    )


def _next_assignment(order_id: UUID) -> int:
    query = sa.select(sa.func.max(OrderAssignment.number)).where(OrderAssignment.order_id == order_id)
    return (db.session().scalar(query) or 0) + 1


def touch(order: Order) -> None:
    """Say that an order changed."""
    order.version += 1
    order.changed_at = now()


def record_act(kind: str, order: Order, by: Principal | None, **facts: Any) -> None:
    """Remember an act on an order in the ledger."""
    record(
        kind,
        actor=by.actor if by else SYSTEM,
        subject=f"order:{order.id}",
        at=now(),
        audience=Audience.SUPERVISION,
        district_id=order.district_id,
        person=f"person:{order.person_id}",
        **facts,
    )


# --- what follows by itself ----------------------------------------------------------------------------


def follow_enrolment(person_id: UUID) -> None:
    """The person's face was enrolled, or will never be: the order waits no longer for it."""
    order = open_order(person_id)
    if order is not None and order.state is OrderState.REGISTERED:
        write_move(order, OrderState.ENROLLED)


def follow_district(person_id: UUID, district_id: UUID, by: Principal) -> None:
    """The person belongs to another district now: the order goes along, and gets a site and a supervisor there."""
    order = open_order(person_id)
    if order is None or order.district_id == district_id:
        return
    [line] = history.lines([order]).values()
    today = local_day(now())
    held = history.amended(line, today, {"district_id": district_id}, law_of(order.regime))
    order.district_id, order.geofence_id, order.supervisor_id = district_id, None, None
    touch(order)
    history.write(order, held, by.user_id)
    write_assignment(order)
    record_act(
        "order.changed",
        order,
        by,
        fields=["district_id", "geofence_id", "supervisor_id"],
        counts_from=today.isoformat(),
        correction=False,
    )
    followers.terms_changed(person_id)


def _seal_reason(order: Order, number: int, reason: str) -> bytes | None:
    try:
        key = keys.key_of(order.person_id)
    except keys.KeyErased:  # nothing of the person is written any more, not even why
        return None
    return seal(key, reason.encode(), bound_to=_binding(order.id, number))


def _binding(order_id: UUID, number: int) -> str:
    return f"order-move:{order_id}:{number}"
