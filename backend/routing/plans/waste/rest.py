"""What is left of a waste day under way: from where each vehicle stands, with what it carries, and what it heads for locked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.calendars import midnight
from backend.clock import now
from backend.containers import service as containers
from backend.containers.service import SiteNeed
from backend.database import db
from backend.errors import Invalid
from backend.routing import rows
from backend.routing.models import Route, RouteStop
from backend.routing.planning.plan import Act
from backend.routing.plans.basics import Hours, Spot
from backend.routing.plans.models import Plan, PlanRun
from backend.routing.plans.rules import Events
from backend.routing.plans.waste.assembling import facilities_of, rates_of, shifts_of, stop_of, vehicles_of
from backend.routing.plans.waste.day import Day, DayFacility, DayHeld, DayStep, DayTour, DayVehicle
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import RouteState, StopAction, StopState

_ = Message


def assemble(by: Principal, plan: Plan, routes: Sequence[Route], events: Events) -> Day:
    """What is left of a day under way: from where each vehicle stands, with the next stop it drives to locked."""
    origin, moment = midnight(plan.day), now()
    now_s = int((moment - origin).total_seconds())
    shifts = [shift for shift in shifts_of(by, plan.day) if shift.id not in events.out_shift_ids]
    stops_of = rows.stops_of([route.id for route in routes])
    by_shift = {route.shift_id: route for route in routes if route.state is not RouteState.CLOSED}
    planned = {shift.id for shift in shifts if shift.id in by_shift}
    wished = _stored_ids(plan.wishes["shift_ids"])
    shifts = [
        shift
        for shift in shifts
        if shift.id in planned or (shift.ends_at > moment and (not wished or shift.id in wished))
    ]
    left = _left(routes, stops_of, events)
    needs = containers.needs(by, at=moment, site_ids=left | events.urgent_site_ids)
    unknown = events.urgent_site_ids - {need.site.id for need in needs}
    if unknown:
        message = _("must be container sites in use that you may see, was {value}; see /containers")
        raise Invalid({"urgent_site_ids": [message.format(value=", ".join(sorted(map(str, unknown))))]})
    held = _held(by_shift.values(), stops_of)
    amounts = _amounts(plan)
    facilities = facilities_of(by, origin)
    vehicles = [
        _under_way(vehicle, by_shift.get(UUID(vehicle.id)), stops_of, now_s, facilities, needs, amounts)
        for vehicle in vehicles_of(by, shifts, origin)
    ]
    return Day(
        stops=tuple(stop_of(need, origin, required=True) for need in needs),
        facilities=facilities,
        vehicles=tuple(vehicles),
        rates=rates_of(plan.wishes["balanced_min"]),
        held=held,
        tours=tuple(_tours(vehicles, by_shift, stops_of, facilities, {need.site.id for need in needs})),
        closed_segment_ids=tuple(sorted(events.closed_segment_ids)),
    )


def _under_way(
    vehicle: DayVehicle,
    route: Route | None,
    stops_of: Mapping[UUID, Sequence[RouteStop]],
    now_s: int,
    facilities: Sequence[DayFacility],
    needs: Sequence[SiteNeed],
    amounts: Mapping[UUID, tuple[int, int]],
) -> DayVehicle:
    """The vehicle where it stands now: at its last reported stop, as full as what it has collected since it unloaded."""
    shift = Hours(
        opens_s=max(vehicle.shift.opens_s, min(now_s, vehicle.shift.closes_s)),
        closes_s=vehicle.shift.closes_s,
    )
    if vehicle.rest is not None and now_s > vehicle.rest.closes_s:
        vehicle = replace(vehicle, rest=None, rest_s=0)
    stops = [] if route is None else stops_of[route.id]
    done = [stop for stop in stops if stop.state is not StopState.PLANNED]
    if route is None or not done:
        return replace(vehicle, shift=shift)
    last = max(done, key=lambda stop: stop.number or 0)
    coming = [
        stop for stop in stops if stop.state is StopState.PLANNED and (stop.number or 0) > (last.number or 0)
    ]
    place_ids = {(each.spot.lat, each.spot.lon): each.id for each in facilities if each.disposal}
    sites = {need.site.id for need in needs}
    firmly = [stop for index, stop in enumerate(coming) if index == 0 or stop.locked]
    locked = [
        str(stop.site_id) if stop.site_id is not None else place_ids.get((stop.lat, stop.lon))
        for stop in firmly
        if stop.site_id in sites or stop.action is StopAction.UNLOAD
    ]
    kg, litres = _load_of(done, stops, amounts)
    return replace(
        vehicle,
        shift=shift,
        start=Spot(lat=last.lat, lon=last.lon),
        load_kg=min(kg, vehicle.capacity_kg or kg),
        load_l=min(litres, vehicle.capacity_l or litres),
        locked=tuple(each for each in locked if each is not None),
        under_way=True,
    )


def _tours(
    vehicles: Sequence[DayVehicle],
    by_shift: Mapping[UUID | None, Route],
    stops_of: Mapping[UUID, Sequence[RouteStop]],
    facilities: Sequence[DayFacility],
    sites: Collection[UUID],
) -> Iterator[DayTour]:
    """What each vehicle was still going to do, behind what is locked."""
    unloads = {(each.spot.lat, each.spot.lon): each.id for each in facilities if each.disposal}
    for vehicle in vehicles:
        route = by_shift.get(UUID(vehicle.id))
        if route is None:
            continue
        locked, steps = list(vehicle.locked), []
        for stop in stops_of[route.id]:
            step = _step(stop, sites, unloads)
            if step is None:
                continue
            if step.id in locked:
                locked.remove(step.id)
            else:
                steps.append(step)
        yield DayTour(vehicle_id=vehicle.id, steps=tuple(steps))


def _step(
    stop: RouteStop, sites: Collection[UUID], unloads: Mapping[tuple[float, float], str]
) -> DayStep | None:
    """A stop of a route as the solver knows it; None for what is done, dropped or no act of its."""
    if stop.state is not StopState.PLANNED:
        return None
    if stop.site_id in sites:
        return DayStep(act=Act.STOP, id=str(stop.site_id))
    if stop.action is StopAction.UNLOAD and (stop.lat, stop.lon) in unloads:
        return DayStep(act=Act.UNLOAD, id=unloads[stop.lat, stop.lon])
    return None


def _load_of(
    done: Collection[RouteStop], stops: Sequence[RouteStop], amounts: Mapping[UUID, tuple[int, int]]
) -> tuple[int, int]:
    """Kilograms and litres collected since the last unloading, by what was expected at each site."""
    kg = litres = 0
    for stop in stops:
        if stop not in done or stop.state is not StopState.DONE:
            continue
        if stop.action is StopAction.UNLOAD:
            kg = litres = 0
        elif stop.site_id is not None and stop.site_id in amounts:
            kg, litres = kg + amounts[stop.site_id][0], litres + amounts[stop.site_id][1]
    return kg, litres


def _amounts(plan: Plan) -> dict[UUID, tuple[int, int]]:
    """What every run of the plan expected at each site; the latest run's word counts."""
    runs = db.session().scalars(
        sa.select(PlanRun.day).where(PlanRun.plan_id == plan.id).order_by(PlanRun.number)
    )
    return {UUID(stop["id"]): (stop["kg"], stop["litres"]) for day in runs for stop in day["stops"]}


def _left(routes: Sequence[Route], stops_of: Mapping[UUID, Sequence[RouteStop]], events: Events) -> set[UUID]:
    """The sites that the plan still owes, without those that were dropped."""
    return {
        stop.site_id
        for route in routes
        for stop in stops_of[route.id]
        if stop.site_id is not None and stop.state is StopState.PLANNED
    } - events.dropped_site_ids


def _held(routes: Iterable[Route], stops_of: Mapping[UUID, Sequence[RouteStop]]) -> tuple[DayHeld, ...]:
    """Where the plan in force holds each site: on which shift, after which site."""
    held: list[DayHeld] = []
    for route in routes:
        before: str | None = None
        for stop in stops_of[route.id]:
            if stop.site_id is not None and stop.state is StopState.PLANNED:
                site_id = str(stop.site_id)
                held.append(DayHeld(stop_id=site_id, vehicle_id=str(route.shift_id), after_id=before))
                before = site_id
    return tuple(held)


def _stored_ids(ids: Iterable[str]) -> set[UUID]:
    return {UUID(each) for each in ids}
