"""Which shift a position belongs to, by its own time: late, doubled and out-of-order fixes change nothing. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Shift:
    """When somebody, or a vehicle, is at work, and what of a route and of a vehicle's shift is known."""

    starts_at: datetime
    ends_at: datetime
    route_id: UUID | None = None
    district_id: UUID | None = None
    vehicle_id: UUID | None = None
    shift_id: UUID | None = None
    user_id: UUID | None = None  # who drives


@dataclass(frozen=True, kw_only=True)
class Belonging:
    """What a position belongs to at its own time."""

    route_id: UUID | None
    district_id: UUID | None
    vehicle_id: UUID | None
    shift_id: UUID | None
    user_id: UUID | None


def belonging(
    at: datetime, shifts: Collection[Shift], *, slack: timedelta, wished_route_id: UUID | None
) -> Belonging | None:
    """What a moment belongs to, None outside every shift: the route of one, the vehicle and driver of another beside it."""
    found = shift_at(at, shifts, slack=slack, wished_route_id=wished_route_id)
    if found is None:
        return None
    of_vehicles = [
        each
        for each in shifts
        if each.shift_id is not None
        and each.route_id is None
        and found.vehicle_id in (None, each.vehicle_id)
        and found.shift_id in (None, each.shift_id)
    ]
    beside = shift_at(at, of_vehicles, slack=slack, wished_route_id=None) or found
    return Belonging(
        route_id=found.route_id,
        district_id=found.district_id or beside.district_id,
        vehicle_id=found.vehicle_id or beside.vehicle_id,
        shift_id=found.shift_id or beside.shift_id,
        user_id=found.user_id or beside.user_id,
    )


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
