"""The shifts that a plan may give work to, with their vehicles; Invalid names whom or what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.adapters import settings
from backend.errors import Invalid
from backend.fleet import service as fleet
from backend.fleet.service import ShiftFacts, VehicleFacts
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import FacilityKind

_ = Message


def chosen(
    found: Iterable[ShiftFacts],
    by: Principal,
    *,
    day: date,
    shift_ids: frozenset[UUID],
    fits: Callable[[VehicleFacts], bool],
    none: Message,
) -> list[ShiftFacts]:
    """The shifts that are named, else those whose vehicle is in service and fits; ``none`` says that there is none."""
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
        shifts = [
            shift for shift in shifts if shift.vehicle_id in in_service and fits(in_service[shift.vehicle_id])
        ]
    if not shifts:
        raise Invalid({"day": [none]})
    return shifts


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
