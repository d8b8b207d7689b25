"""What a plan that was typed by hand keeps of what a planner had derived: ways, turns, sites, vehicle, shift. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from backend.routing.rules.plans import RoutePlan, Stop

Way = tuple[UUID | None, tuple[object, ...], UUID | None, tuple[object, ...]]


def carried_over(before: RoutePlan, typed: RoutePlan) -> RoutePlan:
    """The typed plan with what still holds: a site while its stop stays, segments while its line does, snow while its place does, a way while both of its ends do.

    A way, its turns or a length that would no longer be true becomes unknown.
    """
    known = {stop.id: stop for stop in before.stops if stop.id is not None}
    old_ways, new_ways = _ways(before.stops), _ways(typed.stops)
    held = set(old_ways)
    stops = []
    for stop, way in zip(typed.stops, new_ways, strict=True):
        old = known.get(stop.id) if stop.id is not None else None
        if old is None:
            stops.append(stop)
            continue
        stays = way in held
        stops.append(
            replace(
                stop,
                site_id=stop.site_id or old.site_id,
                path=old.path if stays else None,
                instructions=old.instructions if stays else None,
                segments=old.segments if old.line == stop.line else None,
                haul=old.haul
                if (old.lat, old.lon, old.action) == (stop.lat, stop.lon, stop.action)
                else None,
            )
        )
    return replace(
        typed,
        stops=tuple(stops),
        plan_id=before.plan_id,
        vehicle_id=typed.vehicle_id or (before.vehicle_id if typed.vehicle == before.vehicle else None),
        shift_id=typed.shift_id or before.shift_id,
        length_m=before.length_m if old_ways == new_ways else None,
    )


def _ways(stops: Sequence[Stop]) -> list[Way]:
    """Of each stop: from where to where one drives to it."""
    ways: list[Way] = []
    last: tuple[UUID | None, tuple[object, ...]] = (None, ())
    for stop in stops:
        here = (stop.id, (stop.lat, stop.lon, str(stop.line)))
        ways.append((*last, *here))
        last = here
    return ways
