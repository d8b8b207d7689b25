"""The waste day, assembled: which sites are due, on which shifts, to which landfills."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from backend.accounts.calendars import midnight
from backend.adapters import settings
from backend.containers import service as containers
from backend.containers.service import SiteNeed
from backend.errors import Invalid
from backend.fleet import service as fleet
from backend.fleet.service import ShiftFacts, VehicleFacts
from backend.routing.plans import hands
from backend.routing.plans.basics import Hours, Spot
from backend.routing.plans.hands import second, zone
from backend.routing.plans.rules import Wishes
from backend.routing.plans.waste.day import Day, DayFacility, DayStop, DayVehicle, Rates
from backend.routing.plans.waste.remedies import CLOSED
from backend.web.principal import Principal
from shared.geometry import Point
from shared.i18n import Message
from shared.vocabulary import FacilityKind

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
            stop_of(need, origin, required=bool(wishes.site_ids) or need.level >= wishes.must_from)
            for need in due
        ),
        facilities=facilities_of(by, origin),
        vehicles=vehicles_of(by, shifts, origin),
        rates=rates_of(wishes.balanced_min),
    )


def _shifts(by: Principal, wishes: Wishes) -> list[ShiftFacts]:
    """The shifts of the day that collect waste, or those named."""
    none = _(
        "has no shift whose vehicle empties containers and is in service: enter one under /shifts for {day}"
    )
    return hands.chosen(
        shifts_of(by, wishes.day), by, wishes, lambda vehicle: bool(vehicle.container_types), none
    )


def shifts_of(by: Principal, day: date) -> list[ShiftFacts]:
    """The shifts that begin on a day of the city's and are not over."""
    begin, end = midnight(day), midnight(day + timedelta(days=1))
    return [
        shift for shift in fleet.shifts(by, begin, end) if shift.starts_at >= begin and shift.ended_at is None
    ]


def stop_of(need: SiteNeed, origin: datetime, *, required: bool) -> DayStop:
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
        hours=() if site.hours is None else _hours(site.windows(*_span(origin), zone()), origin) or CLOSED,
        container_types=tuple(sorted({each.type.value for each in site.containers})),
        max_gross_t=site.max_gross_t,
        max_height_m=site.max_height_m,
        max_width_m=site.max_width_m,
        priority=site.priority,
        required=required,
        prize=0.0 if required else float(round(settings().full_site_worth_kzt * min(need.level, 1.0))),
        district=str(site.district_id),
    )


def facilities_of(by: Principal, origin: datetime) -> tuple[DayFacility, ...]:
    """Every depot, and the places to unload that are open at some time of the day."""
    found = []
    for each in fleet.facilities(by):
        if each.kind not in DISPOSAL | {FacilityKind.DEPOT}:
            continue
        disposal = each.kind in DISPOSAL
        hours = _hours(each.windows(*_span(origin), zone()), origin)
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


def vehicles_of(by: Principal, shifts: Iterable[ShiftFacts], origin: datetime) -> tuple[DayVehicle, ...]:
    """The shifts whose vehicle is in service; Invalid where one has no depot that is in use and in reach."""
    shifts = list(shifts)
    known = hands.vehicles_at_home(by, shifts)
    return tuple(
        _vehicle(known[shift.vehicle_id], shift, origin) for shift in shifts if shift.vehicle_id in known
    )


def _vehicle(vehicle: VehicleFacts, shift: ShiftFacts, origin: datetime) -> DayVehicle:
    return DayVehicle(
        **hands.as_kept(vehicle, shift, origin),
        capacity_kg=None if vehicle.capacity_kg is None else int(vehicle.capacity_kg),
        capacity_l=None if vehicle.loose_m3 is None else int(vehicle.loose_m3 * 1000),
        container_types=tuple(sorted(each.value for each in vehicle.container_types)),
        width_m=vehicle.width_m,
    )


def rates_of(balanced_min: int | None) -> Rates:
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
        Hours(opens_s=second(opens, origin), closes_s=second(closes, origin)) for opens, closes in windows
    )


def _span(origin: datetime) -> tuple[datetime, datetime]:
    return origin, origin + timedelta(days=1, seconds=NIGHT_S)


def _spot(place: Point) -> Spot:
    return Spot(lat=place.lat, lon=place.lon)
