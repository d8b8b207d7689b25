"""From a run to the routes that are driven: at the release, after a new plan, at the close."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.calendars import midnight
from backend.adapters import settings
from backend.database import db
from backend.errors import Invalid
from backend.routing import rows
from backend.routing import service as routes
from backend.routing.models import Route
from backend.routing.planning.plan import Act
from backend.routing.plans.day import Day, DayFacility, DayStop, DayVehicle, Hours, Spot
from backend.routing.plans.models import Plan, PlanRun
from backend.routing.rules import turns
from backend.routing.rules.plans import RoutePlan, Stop
from backend.web.principal import Principal
from shared.contracts import decode
from shared.i18n import DEFAULT_LANGUAGE, Message, translate
from shared.vocabulary import RouteState, StopAction, StopState

_ = Message
DEPOT_TITLE, BREAK_TITLE = _("Depot"), _("Break")
NO_DRIVER = _("shift {board} has no driver: name one, or plan without it")


def release(plan: Plan, run: PlanRun, by: Principal) -> None:
    """Write one route for each tour of the run and hand them to their drivers; Invalid where a shift has none."""
    day = decode(Day, run.day)
    assert run.result is not None
    vehicles = {each.id: each for each in day.vehicles}
    tours = [
        tour for tour in run.result["tours"] if any(each["act"] == Act.STOP.value for each in tour["visits"])
    ]
    idle = [vehicles[tour["shift_id"]].board for tour in tours if not vehicles[tour["shift_id"]].driver_ids]
    if idle:
        raise Invalid({"to": [NO_DRIVER.format(board=board) for board in idle]})
    for tour in tours:
        vehicle = vehicles[tour["shift_id"]]
        stops = tuple(_stops(plan, day, vehicle, tour))
        _write(plan, day, vehicle, stops, tour["distance_m"], by)


def change_routes(plan: Plan, run: PlanRun, by: Principal) -> None:
    """Put the run's tours behind what is done already; who has nothing left to do keeps what was done."""
    day = decode(Day, run.day)
    assert run.result is not None
    assert run.events is not None
    reason = str(run.events["reason"])
    tours = {tour["shift_id"]: tour for tour in run.result["tours"]}
    vehicles = {each.id: each for each in day.vehicles}
    found = (
        db.session()
        .scalars(
            sa.select(Route)
            .where(Route.plan_id == plan.id, Route.state != RouteState.CLOSED)
            .with_for_update()
        )
        .all()
    )
    stops_of = rows.stops_of([route.id for route in found])
    for route in found:
        stops = stops_of[route.id]
        before = rows.plan_of(route, stops, rows.assignees_of([route.id])[route.id])
        reported = {stop.id for stop in stops if stop.state is not StopState.PLANNED}
        kept = [stop for stop in before.stops if stop.id in reported]
        tour = tours.pop(str(route.shift_id), None)
        coming = [] if tour is None else list(_stops(plan, day, vehicles[str(route.shift_id)], tour))
        known = [stop for stop in before.stops if stop.id not in reported]
        stops_now = (*kept, *_same_ids(known, coming))
        if not stops_now:
            routes.move(route, by, to=RouteState.CLOSED, reason=reason)
            continue
        length_m = None if tour is None else float(tour["distance_m"])
        routes.change(route, by, replace(before, stops=stops_now, length_m=length_m), reason=reason)
    for shift_id, tour in tours.items():  # whoever had nothing to do until now
        if any(each["act"] == Act.STOP.value for each in tour["visits"]):
            vehicle = vehicles[shift_id]
            if not vehicle.driver_ids:
                raise Invalid({"number": [NO_DRIVER.format(board=vehicle.board)]})
            new = tuple(_stops(plan, day, vehicle, tour))
            _write(plan, day, vehicle, new, tour["distance_m"], by)


def close(plan: Plan, by: Principal, *, reason: str) -> None:
    """Close every route of a plan that is not closed."""
    words = reason or translate(_("The plan of the day was closed."), DEFAULT_LANGUAGE)
    for route in (
        db.session()
        .scalars(
            sa.select(Route)
            .where(Route.plan_id == plan.id, Route.state != RouteState.CLOSED)
            .with_for_update()
        )
        .all()
    ):
        routes.move(route, by, to=RouteState.CLOSED, reason=words)


def _write(
    plan: Plan, day: Day, vehicle: DayVehicle, stops: tuple[Stop, ...], length_m: float, by: Principal
) -> None:
    districts = {stop.id: stop.district for stop in day.stops}
    served = [districts[str(stop.site_id)] for stop in stops if stop.site_id is not None]
    district = plan.district_id or UUID(vehicle.district or max(set(served), key=served.count))
    view = routes.create(
        by,
        RoutePlan(
            district_id=district,
            kind=plan.kind,
            title=f"{plan.title} · {vehicle.board}" if plan.title else vehicle.board,
            note="",
            task_id=None,
            vehicle=vehicle.board,
            starts_at=_moment(plan, vehicle.shift.opens_s),
            ends_at=_moment(plan, vehicle.shift.closes_s),
            assignee_ids=frozenset(map(UUID, vehicle.driver_ids)),
            stops=stops,
            plan_id=plan.id,
            vehicle_id=UUID(vehicle.vehicle_id),
            shift_id=UUID(vehicle.id),
            length_m=length_m,
        ),
    )
    routes.move(view.route, by, to=RouteState.RELEASED)


def _stops(plan: Plan, day: Day, vehicle: DayVehicle, tour: Mapping[str, Any]) -> Iterator[Stop]:
    """What the driver sees of a tour, in order."""
    stops = {stop.id: stop for stop in day.stops}
    facilities = {each.id: each for each in day.facilities}
    here = vehicle.start or facilities[vehicle.depot_id].spot
    for visit in tour["visits"]:
        act, name = Act(visit["act"]), visit["id"]
        if act is Act.START and vehicle.start is not None:
            continue  # it is on the road already
        if act is Act.STOP:
            yield _site_stop(plan, day.action, stops[name], visit)
            here = stops[name].spot
        elif act is Act.REST:
            title = translate(BREAK_TITLE, DEFAULT_LANGUAGE)
            yield _plain_stop(plan, StopAction.BREAK, title, here, visit)
        else:
            facility = facilities[name or vehicle.depot_id]
            here = facility.spot
            action = StopAction.UNLOAD if act is Act.UNLOAD else StopAction.DEPOT
            yield _plain_stop(plan, action, facility.title, here, visit, facility)


def _site_stop(plan: Plan, action: StopAction, stop: DayStop, visit: Mapping[str, Any]) -> Stop:
    return replace(
        _plain_stop(plan, action, stop.title, stop.spot, visit, stop),
        detail=stop.detail,
        photo_needed=settings().collect_photos_needed,
        site_id=UUID(stop.id),
    )


def _plain_stop(
    plan: Plan,
    action: StopAction,
    title: str,
    spot: Spot,
    visit: Mapping[str, Any],
    place: DayStop | DayFacility | None = None,
) -> Stop:
    hours = _hours_at(place.hours if place is not None else (), visit["begins_s"])
    way = visit["way"]
    return Stop(
        id=None,
        action=action,
        title=title,
        detail="",
        lat=spot.lat,
        lon=spot.lon,
        line=None,
        side=None,
        arrive_at=_moment(plan, visit["arrives_s"]),
        opens_at=None if hours is None else _moment(plan, hours.opens_s),
        closes_at=None if hours is None else _moment(plan, hours.closes_s),
        locked=False,
        photo_needed=False,
        path=None if way is None else {"type": "LineString", "coordinates": way["path"]},
        instructions=None if way is None else turns.read(way["steps"]),
    )


def _hours_at(hours: Sequence[Hours], second: int) -> Hours | None:
    """The hours within which something begins; None where any time will do."""
    return next(
        (each for each in hours if each.opens_s <= second <= each.closes_s and each.opens_s < each.closes_s),
        None,
    )


def _same_ids(known: Sequence[Stop], coming: Sequence[Stop]) -> Iterator[Stop]:
    """The coming stops under the ids of those that they are: the same site, or the next one of the same kind and place."""
    free = list(known)
    for stop in coming:
        same = next((each for each in free if _work_of(each) == _work_of(stop)), None)
        if same is None:
            yield stop
        else:
            free.remove(same)
            yield replace(stop, id=same.id, locked=same.locked, photo_needed=same.photo_needed)


def _work_of(stop: Stop) -> tuple[object, ...]:
    if stop.site_id is not None:
        return stop.action, stop.site_id
    if stop.action is StopAction.BREAK:
        return (stop.action,)
    return stop.action, stop.lat, stop.lon


def _moment(plan: Plan, second: int) -> datetime:
    return midnight(plan.day) + timedelta(seconds=second)
