"""What is left of a hauling night under way: where each vehicle stands, what trucks carry, what still lies at the piles, which dumps still take snow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.calendars import midnight
from backend.clock import now
from backend.database import db
from backend.errors import Invalid
from backend.routing import rows
from backend.routing.models import Route, RouteStop
from backend.routing.plans.basics import Hours, Spot
from backend.routing.plans.hands import shifts_of_night
from backend.routing.plans.hauling.assembling import (
    pile_of,
    places_of,
    rates_of,
    stored_ids,
    tonight,
    vehicles_of,
)
from backend.routing.plans.hauling.night import HaulNight, HaulPile, HaulPlace, HaulRole, HaulVehicle
from backend.routing.plans.models import Plan, PlanRun
from backend.routing.plans.rules import Events
from backend.web.principal import Principal
from backend.winter import service as winter
from shared.contracts import decode
from shared.i18n import Message
from shared.vocabulary import RouteState, StopAction, StopState

_ = Message
LEAST_M3 = 0.5  # less at a pile is nothing


def assemble(by: Principal, plan: Plan, routes: Sequence[Route], events: Events) -> HaulNight:
    """The night from now on; Invalid where nothing is left, or a dump is named that there is not."""
    origin, moment = midnight(plan.day), now()
    now_s = int((moment - origin).total_seconds())
    stops_of = rows.stops_of([route.id for route in routes])
    by_shift = {route.shift_id: route for route in routes if route.state is not RouteState.CLOSED}
    wished = stored_ids(plan.wishes["shift_ids"])
    shifts = [
        shift
        for shift in shifts_of_night(by, plan.day)
        if shift.id not in events.out_shift_ids
        and (shift.id in by_shift or (shift.ends_at > moment and (not wished or shift.id in wished)))
    ]
    nights = _nights(plan)
    newest = nights[-1]
    known = {each.id for each in newest.vehicles}
    vehicles = [
        _under_way(each, by_shift.get(UUID(each.id)), stops_of, now_s, newest)
        for each in vehicles_of(by, shifts, origin)
        if each.id in known or UUID(each.id) in by_shift or each.shift.closes_s > now_s + 3600
    ]
    piles, waiting = _piles(
        by, plan, nights, [each for found in stops_of.values() for each in found], events, vehicles
    )
    if not piles and not any(each.load_m3 for each in vehicles):
        message = _("leaves nothing to haul: everything is hauled or dropped; close the plan instead")
        raise Invalid({"reason": [message]})
    return HaulNight(
        piles=piles,
        places=_places(by, plan, events, places_of(by, origin, plan.day)),
        vehicles=tuple(vehicles),
        rates=rates_of(),
        density_kg_m3=newest.density_kg_m3,
        waiting_m3=waiting[0],
        waiting_piles=waiting[1],
        closed_segment_ids=tuple(sorted(events.closed_segment_ids)),
    )


def _nights(plan: Plan) -> list[HaulNight]:
    """What every run of the plan was reckoned from, in order."""
    query = sa.select(PlanRun.day).where(PlanRun.plan_id == plan.id).order_by(PlanRun.number)
    return [decode(HaulNight, day) for day in db.session().scalars(query)]


def _piles(
    by: Principal,
    plan: Plan,
    nights: Sequence[HaulNight],
    stops: Sequence[RouteStop],
    events: Events,
    vehicles: Sequence[HaulVehicle],
) -> tuple[tuple[HaulPile, ...], tuple[float, int]]:
    """What still lies, and how much at how many places is not asked for."""
    taken: dict[str, float] = defaultdict(float)
    gone, dropped = set(), set()
    for stop in stops:
        haul = stop.haul or {}
        if stop.action is not StopAction.LOAD or "pile" not in haul:
            continue
        if "partner" in haul:
            taken[haul["pile"]] += haul["m3"] if stop.state is StopState.DONE else 0.0
        elif stop.state is StopState.SKIPPED:
            dropped.add(haul["pile"])
        elif stop.state is StopState.DONE and haul.get("rest_gone"):
            gone.add(haul["pile"])
    if events.new_snow:
        lying = winter.volumes(
            by,
            night=plan.day,
            district_id=plan.district_id,
            segment_ids=frozenset(plan.wishes["segment_ids"]) or None,
        )
        open_ones = [
            replace(each, volume_m3=round(each.volume_m3 - (0.0 if each.id in gone else taken[each.id]), 1))
            for each in lying
            if each.measured or each.volume_m3 >= plan.wishes["pile_from_m3"]
        ]
        asked, waiting = tonight([each for each in open_ones if each.volume_m3 >= LEAST_M3], vehicles)
        return tuple(map(pile_of, asked)), (sum(each.volume_m3 for each in waiting), len(waiting))
    first: dict[str, HaulPile] = {}
    for night in nights:
        for pile in night.piles:
            first.setdefault(pile.id, pile)
    left = [
        replace(pile, m3=round(pile.m3 - taken[pile.id], 1))
        for pile in first.values()
        if pile.id not in gone | dropped
    ]
    kept = tuple(each for each in left if each.m3 >= LEAST_M3)
    return kept, (nights[-1].waiting_m3, nights[-1].waiting_piles)


def _places(by: Principal, plan: Plan, events: Events, places: Iterable[HaulPlace]) -> tuple[HaulPlace, ...]:
    found = tuple(places)
    closed = {str(each) for each in events.closed_dump_ids}
    unknown = closed - {each.id for each in found if each.dump}
    if unknown:
        message = _("must be snow dumps that you may see, was {value}; see /facilities?kind=snow_dump")
        raise Invalid({"closed_dump_ids": [message.format(value=", ".join(sorted(unknown)))]})
    return tuple(replace(each, room_m3=0.0) if each.id in closed else each for each in found)


def _under_way(
    vehicle: HaulVehicle,
    route: Route | None,
    stops_of: Mapping[UUID, Sequence[RouteStop]],
    now_s: int,
    newest: HaulNight,
) -> HaulVehicle:
    """The vehicle where it stands now: at its last reported stop; a truck with what it has loaded since it unloaded."""
    shift = Hours(
        opens_s=max(vehicle.shift.opens_s, min(now_s, vehicle.shift.closes_s)),
        closes_s=vehicle.shift.closes_s,
    )
    stops = [] if route is None else list(stops_of[route.id])
    rested = any(stop.action is StopAction.BREAK and stop.state is StopState.DONE for stop in stops)
    if vehicle.rest is not None and (rested or now_s > vehicle.rest.closes_s):
        vehicle = replace(vehicle, rest=None, rest_s=0)
    done = [stop for stop in stops if stop.state is not StopState.PLANNED]
    if route is None or not done:
        return replace(vehicle, shift=shift)
    last = max(done, key=lambda stop: stop.number or 0)
    coming = [
        stop for stop in stops if stop.state is StopState.PLANNED and (stop.number or 0) > (last.number or 0)
    ]
    following = coming[0].haul or {} if coming else {}
    here = replace(
        vehicle,
        shift=shift,
        start=Spot(lat=last.lat, lon=last.lon),
        under_way=True,
        trips_before=_trips(stops),
    )
    if vehicle.role is HaulRole.LOADER:
        open_piles = {pile.id for pile in newest.piles}
        pile = following.get("pile")
        return replace(here, locked=(pile,) if pile in open_piles else ())
    load_m3 = min(_load_m3(stops), vehicle.body_m3)
    dump = next((stop.haul for stop in coming if stop.action is StopAction.UNLOAD and stop.haul), None)
    return replace(
        here,
        load_m3=load_m3,
        dump_id=dump["dump_id"] if dump and load_m3 else None,
        loader_id=None if load_m3 else following.get("partner_id"),
    )


def _load_m3(stops: Sequence[RouteStop]) -> float:
    """Cubic metres that a truck has loaded since it unloaded, as planned."""
    load = 0.0
    for stop in sorted(stops, key=lambda each: each.number or 0):
        if stop.state is not StopState.DONE or not stop.haul:
            continue
        load = load + stop.haul["m3"] if stop.action is StopAction.LOAD else 0.0
    return round(load, 3)


def _trips(stops: Sequence[RouteStop]) -> int:
    return sum(stop.action is StopAction.UNLOAD and stop.state is not StopState.PLANNED for stop in stops)
