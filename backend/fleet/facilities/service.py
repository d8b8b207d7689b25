"""Facilities: entering, changing and archiving them, and what planners need to know of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.clock import new_id, now
from backend.database import db
from backend.errors import Conflict, Invalid, NotFound
from backend.fleet.facilities.models import Facility
from backend.fleet.facilities.rules import FacilityFacts, facility_errors
from backend.fleet.reach import may_change, require_home, within_reach
from backend.fleet.vehicles.models import Vehicle
from backend.ledger.service import record
from backend.web.paging import Page, paginate
from backend.web.places import place_errors
from backend.web.principal import Principal
from shared.geometry import Point
from shared.i18n import Message
from shared.vocabulary import Audience, FacilityKind

_ = Message
TEXTS = ("name", "address", "note", "closed_reason")


def create(by: Principal, *, district_id: UUID | None = None, place: Point, **values: Any) -> Facility:
    """Enter a facility; Invalid names what is wrong."""
    _require_sound(values, place)
    moment = now()
    facility = Facility(
        id=new_id(),
        district_id=require_home(district_id, by, "facilities.change"),
        lat=place.lat,
        lon=place.lon,
        created_at=moment,
        changed_at=moment,
        version=1,
        **_tidy(values),
    )
    db.session().add(facility)
    db.session().flush()
    _record("facility.created", facility, by)
    return facility


def check(values: Mapping[str, Any], by: Principal, facility: Facility | None = None) -> None:
    """Invalid when ``values`` make no sound new facility, or no sound change of one; nothing is written."""
    if facility is None or "district_id" in values:
        require_home(values.get("district_id"), by, "facilities.change")
    if facility is not None and not may_change(facility.district_id, by, "facilities.change"):
        message = _("is the whole city's: only who works in every district may change it")
        raise Invalid({"name": [message]})
    kept = {} if facility is None else {"kind": facility.kind, **_capacities(facility)}
    place = values["place"] if facility is None else values.get("place", facility.place)
    _require_sound(kept | _tidy(dict(values)), place)


def by_name(by: Principal) -> dict[str, list[Facility]]:
    """The facilities in use that the principal sees, by name without regard to capitals."""
    found: dict[str, list[Facility]] = {}
    for facility in db.session().scalars(_in_use(by)):
        found.setdefault(facility.name.casefold(), []).append(facility)
    return found


def to_change(facility_id: UUID, by: Principal) -> Facility:
    """A facility that the principal may change, locked until the transaction ends."""
    facility = _find(facility_id, by, "facilities.change", lock=True)
    if not may_change(facility.district_id, by, "facilities.change"):
        raise NotFound(_("facility"), facility_id)
    return facility


def change(facility: Facility, by: Principal, **wished: Any) -> Facility:
    """Change a facility; what stays the same is no change."""
    if facility.archived_at is not None:
        raise Conflict(_("This facility is archived and cannot be changed: enter a new one."))
    if "district_id" in wished:
        require_home(wished["district_id"], by, "facilities.change")
    place = wished.pop("place", facility.place)
    wished = _tidy(wished) | {"lat": place.lat, "lon": place.lon}
    _require_sound({"kind": facility.kind, **_capacities(facility), **wished}, place)
    changed = sorted(name for name, value in wished.items() if getattr(facility, name) != value)
    if changed:
        for name in changed:
            setattr(facility, name, wished[name])
        _touch(facility)
        _record("facility.changed", facility, by, fields=changed)
    return facility


def archive(facility: Facility, by: Principal) -> None:
    """Take a facility out of use; plans that name it keep it. Once more changes nothing. Conflict while vehicles start there."""
    if facility.archived_at is None:
        _require_no_home(facility.id)
        facility.archived_at = now()
        _touch(facility)
        _record("facility.archived", facility, by)


def _require_no_home(facility_id: UUID) -> None:
    """No vehicle in the fleet starts there; the facility is locked, and so is one that a vehicle is being given."""
    boards = sa.select(Vehicle.board_number).where(
        Vehicle.depot_id == facility_id, Vehicle.archived_at.is_(None)
    )
    found = list(db.session().scalars(boards.order_by(Vehicle.board_number)))
    if found:
        message = _(
            "This depot cannot be archived while vehicles start there: {boards}. Set another depot_id under /vehicles first."
        )
        raise Conflict(message.format(boards=", ".join(found)))


def get(facility_id: UUID, by: Principal) -> Facility:
    """A facility of the principal's districts or of the whole city."""
    return _find(facility_id, by, "facilities.read")


def list_facilities(
    by: Principal,
    *,
    kind: FacilityKind | None = None,
    district_id: UUID | None = None,
    cursor: str | None = None,
    limit: int,
) -> Page:
    """Facilities in use, newest first."""
    query = _in_use(by)
    if kind is not None:
        query = query.where(Facility.kind == kind)
    if district_id is not None:
        query = query.where(Facility.district_id == district_id)
    return paginate(query, Facility.created_at, Facility.id, cursor=cursor, limit=limit)


def facts(by: Principal) -> list[FacilityFacts]:
    """Every facility in use that the principal sees, by name; closed ones say why."""
    return [facts_of(row) for row in db.session().scalars(_in_use(by).order_by(Facility.name, Facility.id))]


def names(facility_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What facilities are called, archived or not."""
    query = sa.select(Facility.id, Facility.name).where(Facility.id.in_(list(facility_ids)))
    return {row[0]: row[1] for row in db.session().execute(query)}


def facts_of(facility: Facility) -> FacilityFacts:
    """A row as planners see it."""
    return FacilityFacts(
        id=facility.id,
        district_id=facility.district_id,
        kind=facility.kind,
        name=facility.name,
        place=facility.place,
        hours=None if facility.hours is None else tuple(tuple(each) for each in facility.hours),
        unload_min=facility.unload_min,
        queue_min=facility.queue_min,
        bays=facility.bays,
        capacity_t_day=facility.capacity_t_day,
        capacity_m3_day=facility.capacity_m3_day,
        price_m3_kzt=facility.price_m3_kzt,
        closed_reason=facility.closed_reason,
    )


def require_depot(facility_id: UUID, by: Principal, field: str = "depot_id", *, hold: bool = False) -> UUID:
    """A depot in use that the principal sees, held against archiving until the transaction ends if wished; else an error of the field."""
    depot = _in_use(by).where(Facility.id == facility_id, Facility.kind == FacilityKind.DEPOT)
    known = db.session().scalar(depot.with_for_update(read=True) if hold else depot)
    if known is None:
        message = _("must be a depot in use, was {value}; see /facilities?kind=depot")
        raise Invalid({field: [message.format(value=str(facility_id))]})
    return facility_id


def _in_use(by: Principal) -> sa.Select[Facility]:
    query = sa.select(Facility).where(Facility.archived_at.is_(None))
    return within_reach(query, Facility.district_id, by, "facilities.read")


def _find(facility_id: UUID, by: Principal, action: str, *, lock: bool = False) -> Facility:
    query = within_reach(
        sa.select(Facility).where(Facility.id == facility_id), Facility.district_id, by, action
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    facility = db.session().scalar(query)
    if facility is None:
        raise NotFound(_("facility"), facility_id)
    return facility


def _require_sound(values: dict[str, Any], place: Point) -> None:
    errors = place_errors(place) | facility_errors(values)
    if errors:
        raise Invalid(errors)


def _capacities(facility: Facility) -> dict[str, Any]:
    return {"capacity_t_day": facility.capacity_t_day, "capacity_m3_day": facility.capacity_m3_day}


def _tidy(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.strip() if name in TEXTS and value is not None else value
        for name, value in values.items()
    }


def _touch(facility: Facility) -> None:
    facility.version += 1
    facility.changed_at = now()


def _record(kind: str, facility: Facility, by: Principal, **facts: Any) -> None:
    record(
        kind,
        actor=by.actor,
        subject=f"facility:{facility.id}",
        at=facility.changed_at,
        audience=Audience.OPERATIONS,
        district_id=facility.district_id,
        facility_kind=facility.kind.value,
        closed=facility.closed_reason is not None,
        version=facility.version,
        **facts,
    )
