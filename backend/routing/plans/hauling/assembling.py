"""The hauling night, assembled: which snow lies where, on which shifts, to which dumps with how much room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from backend.accounts.calendars import midnight
from backend.adapters import settings
from backend.errors import Invalid
from backend.fleet import service as fleet
from backend.fleet.service import ShiftFacts, VehicleFacts
from backend.routing.plans import hands
from backend.routing.plans.basics import Hours, Spot
from backend.routing.plans.hands import second
from backend.routing.plans.hauling import machines
from backend.routing.plans.hauling.night import (
    HaulNight,
    HaulPile,
    HaulPlace,
    HaulRates,
    HaulRole,
    HaulVehicle,
)
from backend.routing.plans.rules import Wishes
from backend.routing.volumes import filling
from backend.web.principal import Principal
from backend.winter import service as winter
from backend.winter.service import SnowPile
from shared.i18n import Message
from shared.vocabulary import FacilityKind

_ = Message
CYCLES_AN_HOUR, SPARE = 2.0, 1.3
"""How often a truck could go at the very most, and how much more than that is still asked for: what is beyond waits for another night."""
PILES_MOST = 600


def assemble(by: Principal, wishes: Wishes) -> HaulNight:
    """The night that was wished for; Invalid names who or what is missing."""
    origin = midnight(wishes.day)
    none = _(
        "has no shift of a loader or dump truck that is in service: enter one under /shifts, from noon of {day} to the next noon"
    )
    shifts = hands.chosen(
        hands.shifts_of_night(by, wishes.day),
        by,
        wishes,
        lambda vehicle: vehicle.kind in machines.TAKES_PART,
        none,
    )
    vehicles = vehicles_of(by, shifts, origin)
    lying = winter.volumes(
        by,
        night=wishes.day,
        district_id=wishes.district_id,
        segment_ids=wishes.segment_ids or None,
    )
    least = 0.0 if wishes.segment_ids else wishes.pile_from_m3
    found = [pile for pile in lying if pile.volume_m3 > 0 and (pile.measured or pile.volume_m3 >= least)]
    if not found:
        message = _(
            "leaves nothing to haul: no snow of {m3} m³ lies anywhere; lower pile_from_m3, enter the snowfall, or measure a pile"
        )
        raise Invalid({"pile_from_m3": [message.format(m3=f"{least:g}")]})
    piles, waiting = tonight(found, vehicles)
    return HaulNight(
        piles=tuple(map(pile_of, piles)),
        places=places_of(by, origin, wishes.day),
        vehicles=vehicles,
        rates=rates_of(),
        density_kg_m3=settings().snow_density_kg_m3,
        waiting_m3=round(sum(each.volume_m3 for each in waiting), 1),
        waiting_piles=len(waiting),
    )


def tonight(
    piles: Iterable[SnowPile], vehicles: Iterable[HaulVehicle]
) -> tuple[list[SnowPile], list[SnowPile]]:
    """The most urgent piles that the fleet might haul by any reckoning, and those that wait for another night."""
    possible = sum(
        each.body_m3 * CYCLES_AN_HOUR * (each.shift.closes_s - each.shift.opens_s) / 3600 for each in vehicles
    )
    asked: list[SnowPile] = []
    waiting: list[SnowPile] = []
    total = 0.0
    for pile in sorted(piles, key=lambda each: (each.priority, -each.volume_m3, each.id)):
        fits = not possible or total <= SPARE * possible
        (asked if fits and len(asked) < PILES_MOST else waiting).append(pile)
        total += pile.volume_m3
    return asked, waiting


def pile_of(pile: SnowPile) -> HaulPile:
    """A pile as the night keeps it."""
    return HaulPile(
        id=pile.id,
        title=pile.title or pile.id,
        spot=Spot(lat=pile.lat, lon=pile.lon),
        m3=pile.volume_m3,
        priority=pile.priority,
        urgency=urgency_of(pile.priority),
        district=None if pile.district_id is None else str(pile.district_id),
    )


def urgency_of(priority: int) -> float:
    """Each class of priority weighs twice the next."""
    return float(2.0 ** max(-2, 3 - priority))


def places_of(by: Principal, origin: datetime, night: date) -> tuple[HaulPlace, ...]:
    """Every depot, and the snow dumps that are open at some time of the night, with the room that is left."""
    span = hands.night_span(origin)
    facilities = fleet.facilities(by)
    dumps = {each.id for each in facilities if each.kind is FacilityKind.SNOW_DUMP}
    filled = filling.filled_m3(dumps, night)
    found = []
    for each in facilities:
        dump = each.id in dumps
        if not dump and each.kind is not FacilityKind.DEPOT:
            continue
        windows = each.windows(*span, hands.zone())
        if dump and not windows:
            continue
        room = None if each.capacity_m3_day is None else max(0.0, each.capacity_m3_day - filled[each.id])
        hours = tuple(Hours(opens_s=second(a, origin), closes_s=second(b, origin)) for a, b in windows)
        found.append(
            HaulPlace(
                id=str(each.id),
                title=each.name,
                spot=Spot(lat=each.place.lat, lon=each.place.lon),
                dump=dump,
                hours=hours if dump and each.hours is not None else (),
                room_m3=room if dump else None,
                price_m3=each.price_m3_kzt,
                bays=each.bays,
                unload_s=round(each.unload_min * 60),
            )
        )
    if not any(each.dump for each in found):
        message = _("has no snow dump that is open that night: enter one under /facilities, or open one")
        raise Invalid({"day": [message]})
    return tuple(found)


def vehicles_of(by: Principal, shifts: Iterable[ShiftFacts], origin: datetime) -> tuple[HaulVehicle, ...]:
    """The shifts of loaders and trucks whose vehicle is in service; Invalid where one has no depot, or a truck no body."""
    shifts = list(shifts)
    known = hands.vehicles_at_home(by, shifts)
    found, bodiless = [], []
    for shift in shifts:
        vehicle = known.get(shift.vehicle_id)
        if vehicle is None:
            continue
        if vehicle.kind in machines.HAULS and _body_m3(vehicle) is None:
            bodiless.append(vehicle.board_number)
        found.append(_vehicle(vehicle, shift, origin))
    if bodiless:
        message = _("has trucks without a body volume: {boards}; set capacity_m3 under /vehicles")
        raise Invalid({"shift_ids": [message.format(boards=", ".join(sorted(bodiless)))]})
    return tuple(found)


def rates_of() -> HaulRates:
    """The city's prices."""
    given = settings()
    return HaulRates(
        lying_m3_h=given.snow_lying_kzt_m3_h,
        left_m3=given.snow_left_kzt_m3,
        overtime_h=given.overtime_kzt_per_h,
    )


def dump_spots(places: Iterable[HaulPlace]) -> Mapping[tuple[float, float], str]:
    """Dumps by where they are."""
    return {(each.spot.lat, each.spot.lon): each.id for each in places if each.dump}


def stored_ids(ids: Iterable[str]) -> set[UUID]:
    """Ids as a plan keeps them."""
    return {UUID(each) for each in ids}


def _body_m3(vehicle: VehicleFacts) -> float | None:
    return machines.body_m3(vehicle.capacity_m3, vehicle.capacity_kg, settings().snow_density_kg_m3)


def _vehicle(vehicle: VehicleFacts, shift: ShiftFacts, origin: datetime) -> HaulVehicle:
    truck = vehicle.kind in machines.HAULS
    return HaulVehicle(
        **hands.as_kept(vehicle, shift, origin),
        role=HaulRole.TRUCK if truck else HaulRole.LOADER,
        contractor=vehicle.contractor,
        loads_m3_h=0.0 if truck else vehicle.loading_m3_h or machines.LOADS_M3_H.get(vehicle.kind, 0.0),
        body_m3=(_body_m3(vehicle) or 0.0) if truck else 0.0,
    )
