"""What a dispatcher plans, and what makes it sound; the path of each error is the field's. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from backend.places import far_off
from backend.routing.rules.turns import TurnStep
from shared.geometry import Point, distance_m
from shared.i18n import Message
from shared.vocabulary import Role, RouteKind, StopAction, StreetSide

_ = Message
WINDOW_MAX = timedelta(days=2)
LINE_POINTS_MAX = 2000
LINE_FAR_M = 5_000.0  # a stop's mark and its segment belong together
Errors = dict[str, list[Message]]


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One thing to do on the way, as it is planned; ``id`` is None for one that is new."""

    id: UUID | None
    action: StopAction
    title: str
    detail: str
    lat: float
    lon: float
    line: Mapping[str, Any] | None  # GeoJSON LineString in driving direction
    side: StreetSide | None
    arrive_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    locked: bool
    photo_needed: bool
    site_id: UUID | None = None  # the container site that is emptied there
    path: Mapping[str, Any] | None = None  # GeoJSON LineString from the stop before; None: not known
    instructions: tuple[TurnStep, ...] | None = None  # on that path, in order; None: not known
    segments: Sequence[Mapping[str, Any]] | None = None
    """Whole segments along the line, in driving order: ``id``, ``forward`` (driven), ``either`` (whether the other way would do), ``work``, ``pass`` of ``passes``."""
    haul: Mapping[str, Any] | None = None
    """Of snow: ``m3`` planned, ``body_m3`` of the truck, ``trip`` (1 is the first), ``partner`` (board number of the loader), ``dump_id`` where it is
    unloaded, ``contractor`` whose truck it is, ``way_s`` driven since the unloading before; of a loader's stop ``pile`` (its id in winter) and ``rest_gone`` (whether nothing is planned to be left there)."""


@dataclass(frozen=True, kw_only=True)
class RoutePlan:
    """Everything of a route that a dispatcher sets."""

    district_id: UUID
    kind: RouteKind
    title: str
    note: str
    task_id: UUID | None
    vehicle: str
    starts_at: datetime
    ends_at: datetime
    assignee_ids: frozenset[UUID]
    stops: tuple[Stop, ...]
    plan_id: UUID | None = None
    vehicle_id: UUID | None = None
    shift_id: UUID | None = None
    length_m: float | None = None


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the city's records say about the ids in a plan, and where the city lies."""

    staff_roles: Mapping[UUID, Role]  # active staff of the plan's district
    task_known: bool  # whether the planner sees the task, if one is named
    vehicle_known: bool  # whether it is in the fleet, if one is named
    shift_known: bool  # whether there is such a shift, of the vehicle if one is named
    stop_ids: Set[UUID]  # the stops that the route has or had
    city: Point
    city_radius_km: float


def plan_errors(plan: RoutePlan, known: Known) -> Errors:
    """Everything that is wrong with a plan, by field; empty when it is sound."""
    errors: Errors = {}
    _check_window(plan, errors)
    if plan.task_id is not None and not known.task_known:
        message = _("must be a task that you may see, was {value}; see /tasks")
        errors["task_id"] = [message.format(value=str(plan.task_id))]
    if plan.vehicle_id is not None and not known.vehicle_known:
        message = _("must be a vehicle in the fleet, was {value}; see /vehicles")
        errors["vehicle_id"] = [message.format(value=str(plan.vehicle_id))]
    if plan.shift_id is not None and not known.shift_known:
        message = _("must be a shift of the route's district and vehicle, was {value}; see /shifts")
        errors["shift_id"] = [message.format(value=str(plan.shift_id))]
    wrong = sorted(str(each) for each in plan.assignee_ids if known.staff_roles.get(each) is not Role.CREW)
    if wrong:
        message = _(
            "must be active staff of the route's district with the role {roles}, was {value}; see /users"
        )
        errors["assignee_ids"] = [message.format(roles=Role.CREW.value, value=", ".join(wrong))]
    seen: dict[UUID, int] = {}
    for index, stop in enumerate(plan.stops):
        _check_stop(f"stops[{index}]", stop, known, errors)
        if stop.id is not None and stop.id in seen:
            message = _("is the id of stops[{index}] too: leave it out for a new stop")
            errors[f"stops[{index}].id"] = [message.format(index=seen[stop.id])]
        elif stop.id is not None:
            seen[stop.id] = index
    return errors


def _check_window(plan: RoutePlan, errors: Errors) -> None:
    start, end = plan.starts_at.isoformat(), plan.ends_at.isoformat()
    if plan.ends_at <= plan.starts_at:
        message = _("must lie after starts_at {start}, was {value}")
        errors["ends_at"] = [message.format(start=start, value=end)]
    elif plan.ends_at - plan.starts_at > WINDOW_MAX:
        message = _(
            "must lie at most {days} days after starts_at {start}, was {value}: one route is one shift"
        )
        errors["ends_at"] = [message.format(days=WINDOW_MAX.days, start=start, value=end)]


def _check_stop(path: str, stop: Stop, known: Known, errors: Errors) -> None:
    if stop.id is not None and stop.id not in known.stop_ids:
        message = _("must be a stop of this route, was {value}: leave it out for a new stop")
        errors[f"{path}.id"] = [message.format(value=str(stop.id))]
    point = Point(lat=stop.lat, lon=stop.lon)
    if (far := far_off(point, city=known.city, radius_km=known.city_radius_km)) is not None:
        errors[f"{path}.lat"] = [far]
    elif stop.line is not None and (flaw := _line_flaw(stop.line, point)) is not None:
        errors[f"{path}.line"] = [flaw]
    if stop.side is not None and stop.line is None:
        errors[f"{path}.side"] = [_("goes with line only: send null for a place")]
    if stop.opens_at is not None and stop.closes_at is not None and stop.closes_at <= stop.opens_at:
        message = _("must lie after opens_at {start}, was {value}")
        errors[f"{path}.closes_at"] = [
            message.format(start=stop.opens_at.isoformat(), value=stop.closes_at.isoformat())
        ]


def _line_flaw(line: Mapping[str, Any], mark: Point) -> Message | None:
    """What is wrong with a segment's line; whoever calls has seen that the mark is in the city."""
    positions = line.get("coordinates")
    if line.get("type") != "LineString" or set(line) != {"type", "coordinates"}:
        return _("must be a GeoJSON LineString: type and coordinates, nothing else")
    if not isinstance(positions, list) or not 2 <= len(positions) <= LINE_POINTS_MAX:
        return _("must have 2 to {max} positions").format(max=LINE_POINTS_MAX)
    for index, position in enumerate(positions):
        if not _is_position(position):
            return _("must be positions [lon, lat]; position {index} is none").format(index=index)
        if distance_m(mark, Point(lat=position[1], lon=position[0])) > LINE_FAR_M:
            message = _(
                "must lie within {max} m of the stop; position {index} does not (GeoJSON is lon, lat)"
            )
            return message.format(max=f"{LINE_FAR_M:g}", index=index)
    return None


def _is_position(value: Any) -> bool:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
        return False
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in value)
    return numbers and all(map(math.isfinite, value)) and abs(value[0]) <= 180 and abs(value[1]) <= 90
