"""Where and under whom a person's order in force sent them at a moment: what check-ins, sheets and spot checks ask of orders."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.people import orders
from shared.vocabulary import OrderState


def sending_at(person_id: UUID, at: datetime) -> orders.Assignment | None:
    """What the order said at the moment; None when none was in force, which sends nobody anywhere."""
    return sending_by(orders.terms_on(person_id, orders.local_day(at)), at)


def sending_by(terms: orders.OrderTerms | None, at: datetime) -> orders.Assignment | None:
    """The same by the terms of that day, for whoever has read them already."""
    if terms is None or terms.state is OrderState.SUSPENDED:
        return None
    return orders.assignment_at(terms.order_id, at)
