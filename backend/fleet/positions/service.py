"""Positions: taken in during shifts only, each belonging to the shift at its own time; read by the one concerned and by route, purged.

Phones send batches (`receive`), trackers single fixes (`receive_of_vehicle`). Who is at work when is declared by features:
`declare_shifts` for people, `declare_vehicle_shifts` for vehicles.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for, owns_only
from backend.adapters import settings
from backend.blobs import sha256_hex
from backend.clock import new_id, now
from backend.database import db
from backend.errors import Conflict, Invalid
from backend.fleet.positions.models import LocationBatch, LocationFix, VehiclePosition
from backend.fleet.positions.rules import Belonging, belonging
from backend.fleet.positions.rules import Shift as Shift
from backend.fleet.positions.storing import store
from backend.ledger.service import log_access, record
from backend.uploads.moments import moment_of_fix
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared import contracts
from shared.encoding import canonical_json, encode
from shared.i18n import Message
from shared.vocabulary import Audience

_ = Message
PURGE_BATCH = 5000
OF_FIX = ("taken_at", "lat", "lon", "accuracy_m", "speed_mps", "provider", "mock")
Shifts = Callable[[Principal, datetime, datetime], Collection[Shift]]
VehicleShifts = Callable[[UUID, datetime, datetime], Collection[Shift]]
SHIFTS: dict[str, Shifts] = {}
VEHICLE_SHIFTS: dict[str, VehicleShifts] = {}


@dataclass(frozen=True, kw_only=True)
class TrackerFix:
    """One position that a vehicle's tracker sent."""

    at: datetime
    lat: float
    lon: float
    accuracy_m: float | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    mock: bool = False


@dataclass(frozen=True)
class Taken:
    """What became of some positions; together they are those that were sent."""

    kept: int
    doubles: int
    outside_shift: int


def declare_shifts(kind: str, shifts: Shifts) -> None:
    """Let a feature say when somebody is at work: the principal's shifts that meet a span of time."""
    SHIFTS[kind] = shifts


def declare_vehicle_shifts(kind: str, shifts: VehicleShifts) -> None:
    """Let a feature say when a vehicle is at work: its shifts that meet a span of time."""
    VEHICLE_SHIFTS[kind] = shifts


def receive(batch_id: UUID, batch: contracts.LocationBatch, by: Principal) -> LocationBatch:
    """Take a batch in; what lies outside the principal's shifts is counted and not kept. Known ids get their first answer."""
    _require_own(batch_id, batch, by)
    content_hash = sha256_hex(canonical_json(encode(batch)))
    known = db.session().get(LocationBatch, batch_id)
    if known is not None:
        if (known.user_id, known.content_hash) != (by.user_id, content_hash):
            message = _(
                "There is a batch of positions {id} with other content: what was received first stands; choose a new id."
            )
            raise Conflict(message.format(id=str(batch_id)))
        return known
    moment = now()
    rows = _in_shifts(batch, by, moment)
    kept = store(rows)
    row = LocationBatch(
        id=batch_id,
        user_id=by.user_id,
        device_id=by.device_id,
        content_hash=content_hash,
        received_at=moment,
        kept=kept,
        doubles=len(rows) - kept,
        outside_shift=len(batch.fixes) - len(rows),
    )
    db.session().add(row)
    return row


def receive_of_vehicle(vehicle_id: UUID, tracker_id: UUID, fixes: Collection[TrackerFix]) -> Taken:
    """Take in what a tracker sent; what lies outside the vehicle's shifts is counted and not kept, for nobody is followed home."""
    moment = now()
    slack = timedelta(minutes=settings().location_slack_min)
    rows = []
    shifts = _shifts_of_vehicle(vehicle_id, [fix.at for fix in fixes], slack)
    for fix in fixes:
        owner = belonging(fix.at, shifts, slack=slack, wished_route_id=None)
        if owner is not None:
            rows.append(
                _row(owner, moment)
                | {"vehicle_id": vehicle_id, "tracker_id": tracker_id, "device_id": None}
                | {"at": fix.at, "taken_at": fix.at, "provider": "tracker"}
                | {name: value for name, value in vars(fix).items() if name != "at"}
            )
    kept = store(rows)
    return Taken(kept=kept, doubles=len(rows) - kept, outside_shift=len(fixes) - len(rows))


def list_fixes(
    by: Principal,
    *,
    route_id: UUID | None = None,
    shift_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int,
) -> Page:
    """Positions, oldest first: one's own, or those of one route or shift of the principal's districts; the latter read is logged."""
    query = sa.select(LocationFix)
    if owns_only(by, "location_fixes.read"):
        query = query.where(LocationFix.user_id == by.user_id)
    else:
        if route_id is None and shift_id is None:
            message = _("is missing: positions are shown by route or shift only; see /routes and /shifts")
            raise Invalid({"route": [message]})
        allowed = districts_for(by, "location_fixes.read")
        if allowed is not None:
            query = query.where(LocationFix.district_id.in_(allowed))
        subject = f"route:{route_id}" if route_id is not None else f"shift:{shift_id}"
        log_access(by.actor, "location_fixes.read", subject, now())
    if shift_id is not None:
        query = query.where(LocationFix.shift_id == shift_id)
    if route_id is not None:
        query = query.where(LocationFix.route_id == route_id)
    return _page(query, since, until, cursor, limit)


def list_own(
    by: Principal,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int,
) -> Page:
    """Every position that is kept of the principal, from whatever device or vehicle, oldest first."""
    return _page(sa.select(LocationFix).where(LocationFix.user_id == by.user_id), since, until, cursor, limit)


def track(vehicle_id: UUID, since: datetime, until: datetime) -> list[LocationFix]:
    """A vehicle's positions between two moments, in order of time: what a drive is matched from. The caller logs the read."""
    query = sa.select(LocationFix).where(
        LocationFix.vehicle_id == vehicle_id, LocationFix.at >= since, LocationFix.at < until
    )
    return list(db.session().scalars(query.order_by(LocationFix.at, LocationFix.id)))


def latest(by: Principal) -> list[VehiclePosition]:
    """The last known position of each vehicle of the principal's districts, in one query; the read is logged."""
    query = sa.select(VehiclePosition).order_by(VehiclePosition.vehicle_id)
    allowed = districts_for(by, "vehicles.positions")
    if allowed is not None:
        query = query.where(VehiclePosition.district_id.in_(allowed))
    log_access(by.actor, "vehicles.positions", "vehicles", now())
    return list(db.session().scalars(query))


def moved_since(moment: datetime) -> list[VehiclePosition]:
    """Vehicles heard since a moment, for the live feed."""
    query = sa.select(VehiclePosition).where(VehiclePosition.received_at >= moment)
    return list(db.session().scalars(query.order_by(VehiclePosition.received_at)))


def track_of_route(route_id: UUID, *, user_id: UUID | None = None) -> Sequence[LocationFix]:
    """Every position of a route, or one user's of it, oldest first; who may see it the caller has asked, and logged."""
    query = sa.select(LocationFix).where(LocationFix.route_id == route_id)
    if user_id is not None:
        query = query.where(LocationFix.user_id == user_id)
    return db.session().scalars(query.order_by(LocationFix.at, LocationFix.id)).all()


def heard_of_route(route_id: UUID) -> tuple[int, datetime | None]:
    """How many positions there are of a route, and when the last one came."""
    query = sa.select(sa.func.count(), sa.func.max(LocationFix.received_at)).where(
        LocationFix.route_id == route_id
    )
    count, last_at = db.session().execute(query).one()
    return count, last_at


def purge() -> int:
    """Delete a batch of positions whose time is over; returns how many."""
    moment = now()
    before = moment - timedelta(days=settings().location_keep_days)
    due = sa.select(LocationFix.id).where(LocationFix.at < before).order_by(LocationFix.at).limit(PURGE_BATCH)
    ids = list(db.session().scalars(due))
    db.session().execute(sa.delete(VehiclePosition).where(VehiclePosition.at < before))
    if ids:
        db.session().execute(sa.delete(LocationFix).where(LocationFix.id.in_(ids)))
        record(
            "positions.purged",
            actor="system",
            subject="location_fixes",
            at=moment,
            audience=Audience.OPERATIONS,
            positions=len(ids),
        )
    return len(ids)


def _in_shifts(batch: contracts.LocationBatch, by: Principal, moment: datetime) -> list[dict[str, Any]]:
    """The fixes that belong to a shift of the principal's, each at its own time."""
    slack = timedelta(minutes=settings().location_slack_min)
    latest_at = moment + timedelta(seconds=settings().future_tolerance_s)
    timed = [(fix, moment_of_fix(fix, batch.clock, received_at=moment)) for fix in batch.fixes]
    times = [at for _fix, at in timed if at <= latest_at]
    if not times:
        return []
    spans = min(times) - slack, max(times) + slack
    shifts = [shift for find in SHIFTS.values() for shift in find(by, *spans)]
    found = []
    for fix, at in timed:
        owner = (
            belonging(at, shifts, slack=slack, wished_route_id=batch.route_id) if at <= latest_at else None
        )
        if owner is not None:
            found.append(
                _row(owner, moment)
                | {"user_id": by.user_id, "device_id": by.device_id, "tracker_id": None}
                | {"at": at, "heading_deg": None}
                | {name: getattr(fix, name) for name in OF_FIX}
            )
    return found


def _shifts_of_vehicle(vehicle_id: UUID, times: Collection[datetime], slack: timedelta) -> list[Shift]:
    if not times:
        return []
    spans = min(times) - slack, max(times) + slack
    return [shift for find in VEHICLE_SHIFTS.values() for shift in find(vehicle_id, *spans)]


def _row(owner: Belonging, moment: datetime) -> dict[str, Any]:
    return {"id": new_id(), "received_at": moment, **vars(owner)}


def _page(
    query: sa.Select[LocationFix],
    since: datetime | None,
    until: datetime | None,
    cursor: str | None,
    limit: int,
) -> Page:
    if since is not None:
        query = query.where(LocationFix.at >= since)
    if until is not None:
        query = query.where(LocationFix.at < until)
    return paginate(query, LocationFix.at, LocationFix.id, cursor=cursor, limit=limit, oldest_first=True)


def _require_own(batch_id: UUID, batch: contracts.LocationBatch, by: Principal) -> None:
    errors: dict[str, list[Message]] = {}
    if batch.id != batch_id:
        message = _("must be the id in the address, {id}, was {value}")
        errors["id"] = [message.format(id=str(batch_id), value=str(batch.id))]
    if batch.device_id != by.device_id:
        message = _("must be the device you are signed in on, {id}, was {value}")
        errors["device_id"] = [message.format(id=str(by.device_id), value=str(batch.device_id))]
    clock = batch.clock
    if clock is not None and (clock.server_at is None) != (clock.server_boot_ms is None):
        errors["clock"] = [_("must have server_at and server_boot_ms, or neither of them after a restart")]
    if errors:
        raise Invalid(errors)
