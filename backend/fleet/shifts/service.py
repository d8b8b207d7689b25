"""Shifts: planning, changing, beginning and closing them; who drove what when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts import service as accounts
from backend.clock import new_id, now
from backend.database import db
from backend.errors import Conflict, Invalid, NotFound
from backend.fleet.positions.service import declare_shifts, declare_vehicle_shifts
from backend.fleet.shifts import rows, rules, working
from backend.fleet.shifts.models import VehicleShift
from backend.fleet.shifts.rules import ShiftFacts
from backend.fleet.vehicles import service as vehicles
from backend.ledger.service import record
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import Audience, Role, ShiftState

_ = Message
CHECKED = ("vehicle_id", "driver_id", "starts_at", "ends_at")


def create(by: Principal, *, district_id: UUID | None = None, **values: Any) -> VehicleShift:
    """Plan a shift; Invalid names what is wrong, and who has another shift then."""
    values = _tidy(values)
    home = _home(district_id, values["vehicle_id"], by)
    _require_sound(None, home, values, by)
    moment = now()
    shift = VehicleShift(
        id=new_id(),
        district_id=home,
        state=ShiftState.PLANNED,
        created_by=by.user_id,
        created_at=moment,
        changed_at=moment,
        version=1,
        **values | {"breaks": rows.stored(values["breaks"])},
    )
    db.session().add(shift)
    db.session().flush()
    _record("shift.created", shift, by)
    return shift


def check(values: Mapping[str, Any], by: Principal, shift: VehicleShift | None = None) -> None:
    """Invalid when ``values`` make no sound new shift, or no sound change of one; nothing is written or locked."""
    values = _tidy(values)
    if shift is None:
        home = _home(values.get("district_id"), values["vehicle_id"], by, lock=False)
        _require_sound(None, home, values, by, lock=False)
    else:
        before = {name: getattr(shift, name) for name in CHECKED} | {"breaks": rows.breaks_of(shift)}
        _require_sound(shift.id, shift.district_id, before | values, by, lock=False)


def open_ones(by: Principal) -> list[VehicleShift]:
    """The shifts that the principal may change: planned or running."""
    query = rows.in_scope(sa.select(VehicleShift), by, "shifts.change")
    return list(db.session().scalars(query.where(VehicleShift.state.in_(rules.OPEN))))


def to_change(shift_id: UUID, by: Principal, action: str = "shifts.change") -> VehicleShift:
    """A shift that the principal may change or move, locked until the transaction ends."""
    return rows.find(shift_id, by, action, lock=True)


def change(shift: VehicleShift, by: Principal, **wished: Any) -> VehicleShift:
    """Change a shift that is planned or running; what stays the same is no change."""
    if shift.state not in rules.OPEN:
        message = _("A shift that is {state} cannot be changed: plan a new one.")
        raise Conflict(message.format(state=shift.state.value))
    wished = _tidy(wished)
    before: dict[str, Any] = {name: getattr(shift, name) for name in (*CHECKED, "note")}
    before["breaks"] = rows.breaks_of(shift)
    changed = {name: value for name, value in wished.items() if before[name] != value}
    if not changed:
        return shift
    _require_sound(shift.id, shift.district_id, before | changed, by)
    for name, value in changed.items():
        setattr(shift, name, rows.stored(value) if name == "breaks" else value)
    _touch(shift)
    _record("shift.changed", shift, by, fields=sorted(changed))
    return shift


def move(shift: VehicleShift, by: Principal, *, to: ShiftState) -> VehicleShift:
    """Begin, close or cancel a shift; one that is there already stays as it is: the answer may have been lost."""
    source = shift.state
    if source is to:
        return shift
    if to not in rules.NEXT[source]:
        allowed = ", ".join(each.value for each in rules.NEXT[source]) or "—"
        message = _("A shift cannot go from {source} to {target}; from {source} it can go to: {allowed}.")
        raise Conflict(message.format(source=source.value, target=to.value, allowed=allowed))
    moment = now()
    if to is ShiftState.RUNNING:
        shift.started_at = moment
    elif to is ShiftState.CLOSED:
        shift.ended_at = moment
    shift.state = to
    _touch(shift)
    _record("shift.moved", shift, by, source=source.value, target=to.value)
    return shift


def get(shift_id: UUID, by: Principal) -> VehicleShift:
    """One shift within the principal's reach."""
    return rows.find(shift_id, by, "shifts.read")


def list_shifts(
    by: Principal,
    *,
    vehicle_id: UUID | None = None,
    driver_id: UUID | None = None,
    district_id: UUID | None = None,
    state: ShiftState | None = None,
    ends_from: datetime | None = None,
    starts_before: datetime | None = None,
    cursor: str | None = None,
    limit: int,
) -> Page:
    """Shifts within the principal's reach, the latest first: who drove what when."""
    query = rows.in_scope(sa.select(VehicleShift), by, "shifts.read")
    wished = (
        (VehicleShift.vehicle_id, vehicle_id),
        (VehicleShift.driver_id, driver_id),
        (VehicleShift.district_id, district_id),
        (VehicleShift.state, state),
    )
    for column, value in wished:
        if value is not None:
            query = query.where(column == value)
    if ends_from is not None:
        query = query.where(VehicleShift.ends_at >= ends_from)
    if starts_before is not None:
        query = query.where(VehicleShift.starts_at < starts_before)
    return paginate(query, VehicleShift.starts_at, VehicleShift.id, cursor=cursor, limit=limit)


def facts(by: Principal, since: datetime, until: datetime) -> list[ShiftFacts]:
    """Shifts of the principal's districts that meet a span of time and have not fallen away, by their start."""
    query = rows.in_scope(sa.select(VehicleShift), by, "shifts.read").where(
        VehicleShift.starts_at < until,
        VehicleShift.ends_at >= since,
        VehicleShift.state != ShiftState.CANCELLED,
    )
    found = db.session().scalars(query.order_by(VehicleShift.starts_at, VehicleShift.id))
    return [rows.facts_of(shift) for shift in found]


def one(shift_id: UUID, by: Principal) -> ShiftFacts | None:
    """A shift within the principal's reach, None when there is none."""
    query = rows.in_scope(sa.select(VehicleShift), by, "shifts.read").where(VehicleShift.id == shift_id)
    shift = db.session().scalar(query)
    return None if shift is None else rows.facts_of(shift)


def existing(shift_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the ids that are a shift's, whatever its state."""
    wished = list(shift_ids)
    query = sa.select(VehicleShift.id).where(VehicleShift.id.in_(wished))
    return set(db.session().scalars(query)) if wished else set()


def _home(district_id: UUID | None, vehicle_id: UUID, by: Principal, *, lock: bool = True) -> UUID:
    """The district of a shift: the one that is named, else the vehicle's."""
    wished = district_id or _vehicle(vehicle_id, by, lock=lock).district_id
    if wished is None:
        message = _("is missing: the vehicle is the whole city's, so say for which district it works")
        raise Invalid({"district_id": [message]})
    return accounts.require_district(wished, by, "shifts.change")


def _vehicle(vehicle_id: UUID, by: Principal, *, lock: bool = True) -> vehicles.Vehicle:
    """A vehicle in the fleet, locked unless nothing is to be written: two shifts at once see each other."""
    try:
        vehicle = vehicles.get(vehicle_id, by, lock=lock)
    except NotFound:
        vehicle = None
    if vehicle is None or vehicle.archived_at is not None:
        message = _("must be a vehicle in the fleet, was {value}; see /vehicles")
        raise Invalid({"vehicle_id": [message.format(value=str(vehicle_id))]})
    return vehicle


def _require_sound(
    shift_id: UUID | None, district_id: UUID, values: Mapping[str, Any], by: Principal, *, lock: bool = True
) -> None:
    errors = rules.shift_errors(values["starts_at"], values["ends_at"], values["breaks"])
    vehicle = _vehicle(values["vehicle_id"], by, lock=lock)
    if vehicle.out_reason is not None:
        message = _("is out of service ({reason}): put it back first, or choose another")
        errors["vehicle_id"] = [message.format(reason=vehicle.out_reason)]
    driver_id = values["driver_id"]
    if driver_id is not None:
        driver = accounts.staff_in_district([driver_id], district_id, lock=lock).get(driver_id)
        if driver is None or driver.role is not Role.CREW:
            message = _("must be active staff of the shift's district with the role {role}, was {value}")
            errors["driver_id"] = [message.format(role=Role.CREW.value, value=str(driver_id))]
    if not errors:
        errors = rules.clash_errors(
            **{name: values[name] for name in CHECKED}, others=rows.others(shift_id, values)
        )
    if errors:
        raise Invalid(errors)


def _tidy(values: Mapping[str, Any]) -> dict[str, Any]:
    tidy: dict[str, Any] = {
        name: value.astimezone(UTC) if isinstance(value, datetime) else value
        for name, value in values.items()
    }
    if "breaks" in tidy:
        tidy["breaks"] = tuple(tidy["breaks"])
    if "note" in tidy:
        tidy["note"] = tidy["note"].strip()
    return tidy


def _touch(shift: VehicleShift) -> None:
    shift.version += 1
    shift.changed_at = now()


def _record(kind: str, shift: VehicleShift, by: Principal, **facts: Any) -> None:
    record(
        kind,
        actor=by.actor,
        subject=f"shift:{shift.id}",
        at=shift.changed_at,
        audience=Audience.OPERATIONS,
        district_id=shift.district_id,
        vehicle=f"vehicle:{shift.vehicle_id}",
        driver=f"user:{shift.driver_id}" if shift.driver_id else None,
        starts_at=shift.starts_at.isoformat(),
        ends_at=shift.ends_at.isoformat(),
        state=shift.state.value,
        version=shift.version,
        **facts,
    )


declare_shifts("vehicle_shifts", working.of_driver)
declare_vehicle_shifts("vehicle_shifts", working.of_vehicle)
