"""Vehicles: entering, changing and archiving them, and what planners need to know of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.clock import new_id, now
from backend.database import db
from backend.errors import Conflict, Invalid, NotFound
from backend.fleet.facilities.service import require_depot
from backend.fleet.reach import may_change, require_home, within_reach
from backend.fleet.vehicles.models import Vehicle as Vehicle
from backend.fleet.vehicles.rules import VehicleFacts, clean_plate, vehicle_errors
from backend.ledger.service import record
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import Audience, ContainerType, VehicleKind

_ = Message
TOGETHER = ("kind", "container_types", "gross_weight_t", "capacity_kg")  # what the rules look at


def create(by: Principal, *, district_id: UUID | None = None, **values: Any) -> Vehicle:
    """Enter a vehicle; Invalid names what is wrong, Conflict a number that another has."""
    values = _tidy(values)
    _require_sound(values, values, by, hold=True)
    moment = now()
    vehicle = Vehicle(
        id=new_id(),
        district_id=require_home(district_id, by, "vehicles.change"),
        out_since=moment if values["out_reason"] is not None else None,
        created_at=moment,
        changed_at=moment,
        version=1,
        **values,
    )
    _require_free(vehicle.id, values)
    db.session().add(vehicle)
    db.session().flush()
    _record("vehicle.created", vehicle, by)
    return vehicle


def check(values: Mapping[str, Any], by: Principal, vehicle: Vehicle | None = None) -> None:
    """Invalid when ``values`` make no sound new vehicle, or no sound change of one; nothing is written."""
    values = _tidy(values)
    if vehicle is None or "district_id" in values:
        require_home(values.get("district_id"), by, "vehicles.change")
    if vehicle is not None and not may_change(vehicle.district_id, by, "vehicles.change"):
        message = _("is the whole city's: only who works in every district may change it")
        raise Invalid({"board_number": [message]})
    whole = values if vehicle is None else {name: getattr(vehicle, name) for name in TOGETHER} | dict(values)
    _require_sound(whole, values, by)
    _require_free(new_id() if vehicle is None else vehicle.id, values)


def by_board_number(by: Principal) -> dict[str, Vehicle]:
    """The vehicles of the fleet that the principal sees."""
    return {vehicle.board_number: vehicle for vehicle in db.session().scalars(_in_fleet(by))}


def to_change(vehicle_id: UUID, by: Principal, action: str = "vehicles.change") -> Vehicle:
    """A vehicle that the principal may change, locked until the transaction ends."""
    vehicle = _find(vehicle_id, by, action, lock=True)
    if not may_change(vehicle.district_id, by, action):
        raise NotFound(_("vehicle"), vehicle_id)
    return vehicle


def change(vehicle: Vehicle, by: Principal, **wished: Any) -> Vehicle:
    """Change a vehicle; what stays the same is no change."""
    if vehicle.archived_at is not None:
        raise Conflict(_("This vehicle is archived and cannot be changed: enter a new one."))
    if "district_id" in wished:
        require_home(wished["district_id"], by, "vehicles.change")
    wished = _tidy(wished)
    changed = {name: value for name, value in wished.items() if getattr(vehicle, name) != value}
    if not changed:
        return vehicle
    _require_sound({name: getattr(vehicle, name) for name in TOGETHER} | changed, changed, by, hold=True)
    _require_free(vehicle.id, changed)
    if "out_reason" in changed:
        was_out, is_out = vehicle.out_reason is not None, changed["out_reason"] is not None
        if was_out != is_out:
            vehicle.out_since = now() if is_out else None
    for name, value in changed.items():
        setattr(vehicle, name, value)
    _touch(vehicle)
    _record("vehicle.changed", vehicle, by, fields=sorted(changed))
    return vehicle


def archive(vehicle: Vehicle, by: Principal) -> None:
    """Take a vehicle out of the fleet; its shifts and positions keep it. Once more changes nothing."""
    if vehicle.archived_at is None:
        vehicle.archived_at = now()
        _touch(vehicle)
        _record("vehicle.archived", vehicle, by)


def get(vehicle_id: UUID, by: Principal, *, lock: bool = False) -> Vehicle:
    """A vehicle of the principal's districts or of the whole city; locked until the transaction ends if wished."""
    return _find(vehicle_id, by, "vehicles.read", lock=lock)


def in_fleet(vehicle_id: UUID, by: Principal) -> bool:
    """Whether there is such a vehicle that the principal sees, in service or not."""
    return db.session().scalar(_in_fleet(by).where(Vehicle.id == vehicle_id)) is not None


def existing(vehicle_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the ids that are a vehicle's, archived or not."""
    wished = list(vehicle_ids)
    return set(db.session().scalars(sa.select(Vehicle.id).where(Vehicle.id.in_(wished)))) if wished else set()


def known_as(text: str) -> Vehicle | None:
    """The vehicle in the fleet with this board number, else with this plate; whoever counts at a gate sees them all."""
    board = " ".join(text.split())
    in_use = sa.select(Vehicle).where(Vehicle.archived_at.is_(None))
    found = db.session().scalar(in_use.where(sa.func.lower(Vehicle.board_number) == board.lower()))
    return found or db.session().scalar(in_use.where(Vehicle.plate == clean_plate(text)))


def contractors(vehicle_ids: Iterable[UUID]) -> dict[UUID, tuple[str, UUID | None]]:
    """Whose vehicles are, and of which district, archived or not."""
    query = sa.select(Vehicle.id, Vehicle.contractor, Vehicle.district_id).where(
        Vehicle.id.in_(list(vehicle_ids))
    )
    return {row[0]: (row[1], row[2]) for row in db.session().execute(query)}


def list_vehicles(
    by: Principal,
    *,
    kind: VehicleKind | None = None,
    state: str | None = None,
    district_id: UUID | None = None,
    depot_id: UUID | None = None,
    cursor: str | None = None,
    limit: int,
) -> Page:
    """Vehicles of the fleet, newest first; those in service have no ``out_reason``."""
    query = _in_fleet(by)
    wished = ((Vehicle.kind, kind), (Vehicle.district_id, district_id), (Vehicle.depot_id, depot_id))
    for column, value in wished:
        if value is not None:
            query = query.where(column == value)
    if state is not None:
        is_out = Vehicle.out_reason.is_not(None)
        query = query.where(is_out if state == "out_of_service" else ~is_out)
    return paginate(query, Vehicle.created_at, Vehicle.id, cursor=cursor, limit=limit)


def facts(by: Principal, *, vehicle_ids: list[UUID] | None = None) -> list[VehicleFacts]:
    """Every vehicle in service that the principal sees, by board number; or those of them that are named."""
    query = _in_fleet(by).where(Vehicle.out_reason.is_(None)).order_by(Vehicle.board_number)
    if vehicle_ids is not None:
        query = query.where(Vehicle.id.in_(vehicle_ids))
    return [facts_of(vehicle) for vehicle in db.session().scalars(query)]


def facts_of(vehicle: Vehicle) -> VehicleFacts:
    """A row as planners see it."""
    return VehicleFacts(
        id=vehicle.id,
        district_id=vehicle.district_id,
        board_number=vehicle.board_number,
        plate=vehicle.plate,
        kind=vehicle.kind,
        container_types=frozenset(ContainerType(each) for each in vehicle.container_types),
        capacity_kg=vehicle.capacity_kg,
        capacity_m3=vehicle.capacity_m3,
        compaction=vehicle.compaction,
        loading_m3_h=vehicle.loading_m3_h,
        gross_weight_t=vehicle.gross_weight_t,
        height_m=vehicle.height_m,
        width_m=vehicle.width_m,
        contractor=vehicle.contractor,
        depot_id=vehicle.depot_id,
        cost_fixed_kzt=vehicle.cost_fixed_kzt,
        cost_per_km_kzt=vehicle.cost_per_km_kzt,
        cost_per_h_kzt=vehicle.cost_per_h_kzt,
    )


def _in_fleet(by: Principal) -> sa.Select[Vehicle]:
    query = sa.select(Vehicle).where(Vehicle.archived_at.is_(None))
    return within_reach(query, Vehicle.district_id, by, "vehicles.read")


def _find(vehicle_id: UUID, by: Principal, action: str, *, lock: bool = False) -> Vehicle:
    query = within_reach(sa.select(Vehicle).where(Vehicle.id == vehicle_id), Vehicle.district_id, by, action)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    vehicle = db.session().scalar(query)
    if vehicle is None:
        raise NotFound(_("vehicle"), vehicle_id)
    return vehicle


def _require_sound(
    whole: Mapping[str, Any], wished: Mapping[str, Any], by: Principal, *, hold: bool = False
) -> None:
    types = [ContainerType(each) for each in whole["container_types"]]
    errors = vehicle_errors({**whole, "container_types": types})
    if wished.get("plate") == "":
        errors["plate"] = [_("must have letters or digits")]
    if errors:
        raise Invalid(errors)
    if wished.get("depot_id") is not None:
        require_depot(wished["depot_id"], by, hold=hold)


def _require_free(vehicle_id: UUID, wished: Mapping[str, Any]) -> None:
    """No other vehicle in the fleet has the board number or plate."""
    message = _("is {value} of another vehicle in the fleet: correct it, or archive the other first")
    errors = {}
    for name, column in (("board_number", Vehicle.board_number), ("plate", Vehicle.plate)):
        value = wished.get(name)
        if value is not None and db.session().scalar(
            sa.select(Vehicle.id).where(
                column == value, Vehicle.archived_at.is_(None), Vehicle.id != vehicle_id
            )
        ):
            errors[name] = [message.format(value=value)]
    if errors:
        raise Invalid(errors)


def _tidy(values: Mapping[str, Any]) -> dict[str, Any]:
    tidy = dict(values)
    for name in ("board_number", "model", "contractor", "out_reason"):
        if tidy.get(name) is not None:
            tidy[name] = " ".join(tidy[name].split())
    if tidy.get("plate") is not None:
        tidy["plate"] = clean_plate(tidy["plate"])
    if "container_types" in tidy:
        tidy["container_types"] = sorted({ContainerType(each).value for each in tidy["container_types"]})
    return tidy


def _touch(vehicle: Vehicle) -> None:
    vehicle.version += 1
    vehicle.changed_at = now()


def _record(kind: str, vehicle: Vehicle, by: Principal, **facts: Any) -> None:
    record(
        kind,
        actor=by.actor,
        subject=f"vehicle:{vehicle.id}",
        at=vehicle.changed_at,
        audience=Audience.OPERATIONS,
        district_id=vehicle.district_id,
        vehicle_kind=vehicle.kind.value,
        in_service=vehicle.out_reason is None,
        version=vehicle.version,
        **facts,
    )
