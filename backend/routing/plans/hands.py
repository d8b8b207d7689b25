"""The shifts that a plan may give work to, with their vehicles; Invalid names whom or what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.accounts.calendars import midnight
from backend.adapters import settings
from backend.errors import Invalid
from backend.fleet import service as fleet
from backend.fleet.service import ShiftFacts, VehicleFacts
from backend.routing.plans.basics import Hours
from backend.routing.plans.rules import Wishes
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import FacilityKind

_ = Message
NOON_H = 12  # a night's shifts begin from one noon to the next


def chosen(
    found: Iterable[ShiftFacts],
    by: Principal,
    wishes: Wishes,
    able: Callable[[VehicleFacts], bool],
    none: Message,
) -> list[ShiftFacts]:
    """The shifts that are named, else those whose vehicle is in service, able, and the district's or the whole city's.

    ``none`` says, for a ``day``, that there is none.
    """
    day, shift_ids = wishes.day, wishes.shift_ids
    shifts, in_service = list(found), {vehicle.id: vehicle for vehicle in fleet.vehicles(by)}
    if shift_ids:
        unknown = shift_ids - {shift.id for shift in shifts}
        if unknown:
            message = _("must be shifts of {day} that you may see, was {value}; see /shifts")
            raise Invalid({"shift_ids": [message.format(day=day.isoformat(), value=_listed(unknown))]})
        shifts = [shift for shift in shifts if shift.id in shift_ids]
        out = [shift.id for shift in shifts if shift.vehicle_id not in in_service]
        if out:
            message = _("must be shifts whose vehicle is in service, was {value}; see /vehicles")
            raise Invalid({"shift_ids": [message.format(value=_listed(out))]})
    else:
        fit = {
            vehicle.id
            for vehicle in in_service.values()
            if able(vehicle) and vehicle.district_id in (None, wishes.district_id or vehicle.district_id)
        }
        shifts = [shift for shift in shifts if shift.vehicle_id in fit]
    if not shifts:
        raise Invalid({"day": [none.format(day=day.isoformat())]})
    return shifts


def shifts_of_night(by: Principal, night: date) -> list[ShiftFacts]:
    """The shifts that begin from noon to noon and are not over."""
    begin = midnight(night) + timedelta(hours=NOON_H)
    end = begin + timedelta(days=1)
    return [
        shift
        for shift in fleet.shifts(by, begin, end)
        if begin <= shift.starts_at < end and shift.ended_at is None
    ]


def as_kept(vehicle: VehicleFacts, shift: ShiftFacts, origin: datetime) -> dict[str, Any]:
    """What every kind of day keeps of a vehicle on a shift: the fields of `Hand`, its depot, rest, size and prices."""
    rest = shift.breaks[0] if shift.breaks else None
    return {
        "id": str(shift.id),
        "vehicle_id": str(vehicle.id),
        "board": vehicle.board_number,
        "driver_ids": () if shift.driver_id is None else (str(shift.driver_id),),
        "district": None if vehicle.district_id is None else str(vehicle.district_id),
        "depot_id": str(vehicle.depot_id),
        "shift": Hours(opens_s=second(shift.starts_at, origin), closes_s=second(shift.ends_at, origin)),
        "rest": None
        if rest is None
        else Hours(opens_s=second(rest.earliest_at, origin), closes_s=second(rest.latest_at, origin)),
        "rest_s": 0 if rest is None else round(rest.minutes * 60),
        "gross_t": vehicle.gross_weight_t,
        "height_m": vehicle.height_m,
        "cost_fixed": vehicle.cost_fixed_kzt,
        "cost_per_km": vehicle.cost_per_km_kzt,
        "cost_per_h": vehicle.cost_per_h_kzt,
    }


def vehicles_at_home(by: Principal, shifts: Iterable[ShiftFacts]) -> Mapping[UUID, VehicleFacts]:
    """The vehicles in service by id; Invalid where one of the shifts' has no depot that is in use and in reach."""
    known = {vehicle.id: vehicle for vehicle in fleet.vehicles(by)}
    depot_ids = {each.id for each in fleet.facilities(by) if each.kind is FacilityKind.DEPOT}
    homeless = sorted(
        known[shift.vehicle_id].board_number
        for shift in shifts
        if shift.vehicle_id in known and known[shift.vehicle_id].depot_id not in depot_ids
    )
    if homeless:
        message = _("has vehicles without a depot in use: {boards}; set depot_id under /vehicles")
        raise Invalid({"shift_ids": [message.format(boards=", ".join(homeless))]})
    return known


def second(moment: datetime, origin: datetime) -> int:
    """Whole seconds since the day's midnight."""
    return int((moment - origin).total_seconds())


def night_span(origin: datetime) -> tuple[datetime, datetime]:
    """From the day's noon to the next noon: the nights that begin on it."""
    noon = origin + timedelta(hours=12)
    return noon, noon + timedelta(days=1)


def zone() -> ZoneInfo:
    """The city's clock."""
    return ZoneInfo(settings().time_zone)


def _listed(ids: Iterable[UUID]) -> str:
    return ", ".join(sorted(map(str, ids)))
