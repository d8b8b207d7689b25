"""Which shift a position belongs to, by its own time: late, doubled and out-of-order fixes change nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Shift:
    """When somebody is at work; ``route_id`` and ``district_id`` where it is a route."""

    starts_at: datetime
    ends_at: datetime
    route_id: UUID | None = None
    district_id: UUID | None = None


def shift_at(
    at: datetime, shifts: Iterable[Shift], *, slack: timedelta, wished_route_id: UUID | None
) -> Shift | None:
    """The shift that holds a moment, None outside every one.

    Of several, the one of the route that the phone names; then one that holds the moment without slack; then a route.
    """
    holding = [each for each in shifts if each.starts_at - slack <= at <= each.ends_at + slack]
    return min(
        holding,
        key=lambda each: (
            wished_route_id is None or each.route_id != wished_route_id,
            not each.starts_at <= at <= each.ends_at,
            each.route_id is None,
            each.starts_at,
            str(each.route_id),
        ),
        default=None,
    )
