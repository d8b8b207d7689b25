"""The night, assembled: what the streets need, on which shifts, from which depots."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import datetime

from backend.accounts.calendars import midnight
from backend.adapters import settings
from backend.errors import Invalid
from backend.fleet import service as fleet
from backend.fleet.service import ShiftFacts, VehicleFacts
from backend.routing.plans import hands
from backend.routing.plans.basics import Spot
from backend.routing.plans.clearing import machines
from backend.routing.plans.clearing.night import (
    Night,
    NightDepot,
    NightMachine,
    NightRates,
    NightSpeed,
    NightWork,
)
from backend.routing.plans.hands import second
from backend.routing.plans.rules import Wishes
from backend.streets import service as streets
from backend.web.principal import Principal
from backend.winter import service as winter
from backend.winter.service import StreetNeed
from shared.i18n import Message
from shared.vocabulary import FacilityKind, WinterWork

_ = Message
REFILL_MIN = 10.0  # where a depot says nothing about how long loading takes


def assemble(by: Principal, wishes: Wishes) -> Night:
    """The night that was wished for; Invalid names who or what is missing."""
    origin = midnight(wishes.day)
    none = _(
        "has no shift whose vehicle does this work in winter and is in service: enter one under /shifts, from noon of {day} to the next noon"
    )
    shifts = hands.chosen(
        hands.shifts_of_night(by, wishes.day),
        by,
        wishes,
        lambda vehicle: bool(machines.does(vehicle.kind, wishes.works)),
        none,
    )
    needs = winter.needs(
        by,
        night=wishes.day,
        works=wishes.works,
        district_id=wishes.district_id,
        segment_ids=wishes.segment_ids or None,
    )
    if not needs:
        message = _(
            "leaves nothing to do: no street needs it that night; enter the snowfall under /winter/snowfalls, or name segment_ids"
        )
        raise Invalid({"works": [message]})
    return Night(
        works=tuple(works_of(needs, origin)),
        depots=depots_of(by),
        vehicles=machines_of(by, shifts, origin, wishes.works),
        rates=rates_of(wishes.balanced_min),
        grit_from_s=grit_from_s(),
    )


def grit_from_s() -> int:
    """From when on streets that are cleared in the same night are gritted: an hour of the next morning."""
    return round((24 + settings().grit_from_h) * 3600)


def works_of(needs: Iterable[StreetNeed], origin: datetime) -> Iterator[NightWork]:
    """What the streets need, with the names of the streets; segments that are not in force are left aside."""
    network = streets.network()
    index = {int(segment_id): number for number, segment_id in enumerate(network.segment_id)}
    for need in needs:
        number = index.get(need.segment_id)
        if number is None or need.passes < 1:
            continue
        yield NightWork(
            segment_id=need.segment_id,
            forward=need.forward,
            work=need.work,
            numbers=tuple(range(1, need.passes + 1)),
            passes=need.passes,
            metres=max(1, round(need.metres)),
            grit_kg=math.ceil(need.grit_kg / need.passes),
            due_s=None if need.due_at is None else second(need.due_at, origin),
            urgency=need.urgency,
            priority=need.priority,
            street=network.name(number).ru,
            district=None if need.district_id is None else str(need.district_id),
        )


def depots_of(by: Principal) -> tuple[NightDepot, ...]:
    """Every depot; all of them keep grit."""
    return tuple(
        NightDepot(
            id=str(each.id),
            title=each.name,
            spot=Spot(lat=each.place.lat, lon=each.place.lon),
            stay_s=round((each.unload_min or REFILL_MIN) * 60),
            store=True,
        )
        for each in fleet.facilities(by)
        if each.kind is FacilityKind.DEPOT
    )


def machines_of(
    by: Principal, shifts: Iterable[ShiftFacts], origin: datetime, works: frozenset[WinterWork]
) -> tuple[NightMachine, ...]:
    """The shifts whose vehicle is in service; Invalid where one has no depot that is in use and in reach."""
    shifts = list(shifts)
    known = hands.vehicles_at_home(by, shifts)
    return tuple(
        _machine(known[shift.vehicle_id], shift, origin, works)
        for shift in shifts
        if shift.vehicle_id in known
    )


def rates_of(balanced_min: int | None) -> NightRates:
    """The city's prices."""
    given = settings()
    return NightRates(
        late_per_h=given.late_street_kzt_per_h,
        foreign_district=given.foreign_district_kzt,
        overtime_per_h=given.overtime_kzt_per_h if balanced_min is not None else 0.0,
        balanced_s=None if balanced_min is None else balanced_min * 60,
        moved_task=given.moved_street_kzt,
    )


def _machine(
    vehicle: VehicleFacts, shift: ShiftFacts, origin: datetime, works: frozenset[WinterWork]
) -> NightMachine:
    carries = vehicle.kind in machines.CARRIES_GRIT and vehicle.capacity_kg is not None
    return NightMachine(
        **hands.as_kept(vehicle, shift, origin),
        speeds=tuple(
            NightSpeed(work=work, kmh=kmh) for work, kmh in machines.does(vehicle.kind, works).items()
        ),
        capacity_kg=int(vehicle.capacity_kg or 0) if carries else None,
    )
