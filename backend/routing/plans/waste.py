"""The waste day, assembled: which sites are due, on which shifts, to which landfills; and what is left of a day under way."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from backend.accounts.calendars import midnight
from backend.adapters import settings
from backend.clock import now
from backend.containers import service as containers
from backend.containers.service import SiteNeed
from backend.database import db
from backend.errors import Invalid
from backend.fleet import service as fleet
from backend.fleet.service import ShiftFacts, VehicleFacts
from backend.routing import rows
from backend.routing.models import Route, RouteStop
from backend.routing.plans.day import (
    Day,
    DayFacility,
    DayHeld,
    DayStop,
    DayVehicle,
    Hours,
    Rates,
    Spot,
)
from backend.routing.plans.models import Plan, PlanRun
from backend.routing.plans.rules import Events, Wishes
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import FacilityKind, RouteState, StopAction, StopState

_ = Message
DISPOSAL = frozenset({FacilityKind.LANDFILL, FacilityKind.TRANSFER_STATION})
NIGHT_S = 12 * 3600  # windows are looked up until noon of the next day: shifts may end then


def assemble(by: Principal, wishes: Wishes) -> Day:
    """The day that was wished for; Invalid names who or what is missing."""
    origin = midnight(wishes.day)
    shifts = _shifts(by, wishes)
    at = min(shift.starts_at for shift in shifts)
    needs = containers.needs(by, at=at, district_id=wishes.district_id, site_ids=wishes.site_ids or None)
    unknown = wishes.site_ids - {need.site.id for need in needs}
    if unknown:
        message = _("must be container sites in use that you may see, was {value}; see /containers")
        raise Invalid({"site_ids": [message.format(value=", ".join(sorted(map(str, unknown))))]})
    due = [need for need in needs if wishes.site_ids or need.level >= wishes.fill_from]
    if not due:
        message = _(
            "leaves nothing to serve: no site is expected to be {share} full; lower it, or name site_ids"
        )
        raise Invalid({"fill_from": [message.format(share=f"{wishes.fill_from:.0%}")]})
    return Day(
        stops=tuple(
            _stop(need, origin, required=bool(wishes.site_ids) or need.level >= wishes.must_from)
            for need in due
        ),
        facilities=_facilities(by, origin),
        vehicles=_vehicles(by, shifts, origin),
        rates=_rates(wishes.balanced_min),
    )


def assemble_rest(by: Principal, plan: Plan, routes: Sequence[Route], events: Events) -> Day:
    """What is left of a day under way: from where each vehicle stands, with the next stop it drives to locked."""
    origin, moment = midnight(plan.day), now()
    now_s = int((moment - origin).total_seconds())
    shifts = [shift for shift in _shifts_of(by, plan.day) if shift.id not in events.out_shift_ids]
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
    facilities = _facilities(by, origin)
    vehicles = [
        _under_way(vehicle, by_shift.get(UUID(vehicle.id)), stops_of, now_s, facilities, needs, amounts)
        for vehicle in _vehicles(by, shifts, origin)
    ]
    return Day(
        stops=tuple(_stop(need, origin, required=True) for need in needs),
        facilities=facilities,
        vehicles=tuple(vehicles),
        rates=_rates(plan.wishes["balanced_min"]),
        held=held,
        closed_segment_ids=tuple(sorted(events.closed_segment_ids)),
    )


def _shifts(by: Principal, wishes: Wishes) -> list[ShiftFacts]:
    """The shifts of the day that collect waste, or those named."""
    found = _shifts_of(by, wishes.day)
    if wishes.shift_ids:
        unknown = wishes.shift_ids - {shift.id for shift in found}
        if unknown:
            message = _("must be shifts of {day} that you may see, was {value}; see /shifts")
            values = ", ".join(sorted(map(str, unknown)))
            raise Invalid({"shift_ids": [message.format(day=wishes.day.isoformat(), value=values)]})
        found = [shift for shift in found if shift.id in wishes.shift_ids]
    else:
        collecting = {
            vehicle.id
            for vehicle in fleet.vehicles(by)
            if vehicle.container_types
            and vehicle.district_id in (None, wishes.district_id or vehicle.district_id)
        }
        found = [shift for shift in found if shift.vehicle_id in collecting]
    if not found:
        message = _("has no shift whose vehicle empties containers: enter one under /shifts for {day}")
        raise Invalid({"day": [message.format(day=wishes.day.isoformat())]})
    return found


def _shifts_of(by: Principal, day: date) -> list[ShiftFacts]:
    """The shifts that begin on a day of the city's and are not over."""
    begin, end = midnight(day), midnight(day + timedelta(days=1))
    return [
        shift for shift in fleet.shifts(by, begin, end) if shift.starts_at >= begin and shift.ended_at is None
    ]


def _stop(need: SiteNeed, origin: datetime, *, required: bool) -> DayStop:
    site = need.site
    boxes = [f"{each.count} × {each.volume_m3:g} м³".replace(".", ",") for each in site.containers]
    return DayStop(
        id=str(site.id),
        title=site.address or site.code,
        detail=", ".join([*boxes, *filter(None, [site.access_note])]),
        spot=_spot(site.place),
        kg=math.ceil(need.fill.weight_kg),
        litres=math.ceil(need.fill.volume_m3 * 1000),
        service_s=round(site.service_min * 60),
        hours=() if site.hours is None else _hours(site.windows(*_span(origin), _zone()), origin),
        container_types=tuple(sorted({each.type.value for each in site.containers})),
        max_gross_t=site.max_gross_t,
        max_height_m=site.max_height_m,
        max_width_m=site.max_width_m,
        priority=site.priority,
        required=required,
        prize=0.0 if required else round(settings().full_site_worth_kzt * min(need.level, 1.0), 2),
        district=str(site.district_id),
    )


def _facilities(by: Principal, origin: datetime) -> tuple[DayFacility, ...]:
    """Every depot, and the places to unload that are open at some time of the day."""
    found = []
    for each in fleet.facilities(by):
        if each.kind not in DISPOSAL | {FacilityKind.DEPOT}:
            continue
        disposal = each.kind in DISPOSAL
        hours = _hours(each.windows(*_span(origin), _zone()), origin)
        if disposal and not hours:
            continue
        found.append(
            DayFacility(
                id=str(each.id),
                title=each.name,
                spot=_spot(each.place),
                hours=hours if disposal and each.hours is not None else (),
                queue_s=round(each.queue_min * 60),
                unload_s=round(each.unload_min * 60),
                disposal=disposal,
            )
        )
    if not any(each.disposal for each in found):
        message = _("has no place to unload that is open: enter a landfill under /facilities, or open one")
        raise Invalid({"day": [message]})
    return tuple(found)


def _vehicles(by: Principal, shifts: Iterable[ShiftFacts], origin: datetime) -> tuple[DayVehicle, ...]:
    """The shifts whose vehicle is in service; Invalid where one has no depot."""
    known = {vehicle.id: vehicle for vehicle in fleet.vehicles(by)}
    homeless = sorted(
        known[shift.vehicle_id].board_number
        for shift in shifts
        if shift.vehicle_id in known and known[shift.vehicle_id].depot_id is None
    )
    if homeless:
        message = _("has vehicles without a depot: {boards}; set depot_id under /vehicles")
        raise Invalid({"shift_ids": [message.format(boards=", ".join(homeless))]})
    return tuple(
        _vehicle(known[shift.vehicle_id], shift, origin) for shift in shifts if shift.vehicle_id in known
    )


def _vehicle(vehicle: VehicleFacts, shift: ShiftFacts, origin: datetime) -> DayVehicle:
    rest = shift.breaks[0] if shift.breaks else None
    return DayVehicle(
        id=str(shift.id),
        vehicle_id=str(vehicle.id),
        board=vehicle.board_number,
        driver_ids=() if shift.driver_id is None else (str(shift.driver_id),),
        district=None if vehicle.district_id is None else str(vehicle.district_id),
        depot_id=str(vehicle.depot_id),
        shift=Hours(opens_s=_second(shift.starts_at, origin), closes_s=_second(shift.ends_at, origin)),
        rest=None
        if rest is None
        else Hours(opens_s=_second(rest.earliest_at, origin), closes_s=_second(rest.latest_at, origin)),
        rest_s=0 if rest is None else round(rest.minutes * 60),
        capacity_kg=None if vehicle.capacity_kg is None else int(vehicle.capacity_kg),
        capacity_l=None if vehicle.loose_m3 is None else int(vehicle.loose_m3 * 1000),
        container_types=tuple(sorted(each.value for each in vehicle.container_types)),
        gross_t=vehicle.gross_weight_t,
        height_m=vehicle.height_m,
        width_m=vehicle.width_m,
        cost_fixed=vehicle.cost_fixed_kzt,
        cost_per_km=vehicle.cost_per_km_kzt,
        cost_per_h=vehicle.cost_per_h_kzt,
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


def _rates(balanced_min: int | None) -> Rates:
    given = settings()
    return Rates(
        foreign_district=given.foreign_district_kzt,
        overtime_per_h=given.overtime_kzt_per_h if balanced_min is not None else 0.0,
        balanced_s=None if balanced_min is None else balanced_min * 60,
        moved_stop=given.moved_stop_kzt,
        moved_order=given.moved_order_kzt,
    )


def _hours(windows: Iterable[tuple[datetime, datetime]], origin: datetime) -> tuple[Hours, ...]:
    return tuple(
        Hours(opens_s=_second(opens, origin), closes_s=_second(closes, origin)) for opens, closes in windows
    )


def _span(origin: datetime) -> tuple[datetime, datetime]:
    return origin, origin + timedelta(days=1, seconds=NIGHT_S)


def _second(moment: datetime, origin: datetime) -> int:
    return int((moment - origin).total_seconds())


def _zone() -> ZoneInfo:
    return ZoneInfo(settings().time_zone)


def _spot(place: object) -> Spot:
    return Spot(lat=place.lat, lon=place.lon)  # type: ignore[attr-defined]


def _stored_ids(ids: Iterable[str]) -> set[UUID]:
    return {UUID(each) for each in ids}
