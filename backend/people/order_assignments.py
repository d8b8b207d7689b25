"""Where and under whom an order is served, to the moment: a dispatcher may move a person in the middle of a shift."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.service import local_day
from backend.clock import now
from backend.database import db
from backend.people.order_models import Order, OrderAssignment
from shared.vocabulary import OrderState

SERVED = frozenset({OrderState.REGISTERED, OrderState.ENROLLED, OrderState.SERVING})


@dataclass(frozen=True)
class Assignment:
    """Where and under whom an order was served; site and supervisor each since when without a break."""

    order_id: UUID
    geofence_id: UUID | None
    supervisor_id: UUID | None
    site_since: datetime
    supervisor_since: datetime


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A person whom an order sends to a site, since a moment."""

    person_id: UUID
    geofence_id: UUID
    since: datetime


def assignment_at(order_id: UUID, moment: datetime) -> Assignment | None:
    """Where and under whom an order was served at a moment; None before it was registered."""
    return _assignments_at([order_id], moment).get(order_id)


def sent_to(geofence_ids: Collection[UUID], *, since: datetime) -> list[Sent]:
    """Who is to serve at one of the sites now and was sent there after a moment, by an order in force today. In two queries."""
    if not geofence_ids:
        return []
    moment = now()
    today = local_day(moment)
    lately = sa.exists().where(OrderAssignment.order_id == Order.id, OrderAssignment.since > since)
    query = sa.select(Order.id, Order.person_id).where(
        Order.state.in_(sorted(SERVED)),
        Order.geofence_id.in_(list(geofence_ids)),
        Order.starts_on <= today,
        sa.or_(Order.ends_on.is_(None), Order.ends_on >= today),
        lately,
    )
    people = {row.id: row.person_id for row in db.session().execute(query)}
    return [
        Sent(person_id=people[each.order_id], geofence_id=site_id, since=each.site_since)
        for each in _assignments_at(list(people), moment).values()
        if (site_id := each.geofence_id) is not None and site_id in geofence_ids and each.site_since > since
    ]


def _assignments_at(order_ids: Collection[UUID], moment: datetime) -> dict[UUID, Assignment]:
    if not order_ids:
        return {}
    query = sa.select(OrderAssignment).where(
        OrderAssignment.order_id.in_(list(order_ids)), OrderAssignment.since <= moment
    )
    by_order: dict[UUID, list[OrderAssignment]] = {}
    for row in db.session().scalars(query.order_by(OrderAssignment.order_id, OrderAssignment.number)):
        by_order.setdefault(row.order_id, []).append(row)
    return {order_id: _last(rows) for order_id, rows in by_order.items()}


def _last(rows: list[OrderAssignment]) -> Assignment:
    """The last of an order's assignments, which are given by number; a change of the one leaves the other's time alone."""
    last = rows[-1]
    return Assignment(
        order_id=last.order_id,
        geofence_id=last.geofence_id,
        supervisor_id=last.supervisor_id,
        site_since=_since((row.geofence_id, row.since) for row in rows),
        supervisor_since=_since((row.supervisor_id, row.since) for row in rows),
    )


def _since(values: Iterable[tuple[UUID | None, datetime]]) -> datetime:
    """Since when the last of the values holds without a break; there is at least one."""
    held: tuple[UUID | None, datetime] | None = None
    for value, since in values:
        if held is None or held[0] != value:
            held = value, since
    assert held is not None
    return held[1]
