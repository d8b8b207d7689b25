"""Positions of crews: taken in during shifts only, read by the one concerned and by route, purged when their time is over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from backend.accounts.policy import districts_for, owns_only
from backend.adapters import settings
from backend.blobs import sha256_hex
from backend.clock import new_id, now
from backend.database import db
from backend.errors import Conflict, Invalid
from backend.fleet.positions.models import LocationBatch, LocationFix
from backend.fleet.positions.rules import Shift, shift_at
from backend.ledger.service import log_access, record
from backend.uploads.moments import moment_of_fix
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared import contracts
from shared.encoding import canonical_json, encode
from shared.i18n import Message
from shared.vocabulary import Audience

__all__ = ["Shift", "declare_shifts", "list_fixes", "purge", "receive", "track_of_route"]

_ = Message
PURGE_BATCH = 5000
Shifts = Callable[[Principal, datetime, datetime], Collection[Shift]]
SHIFTS: dict[str, Shifts] = {}


def declare_shifts(kind: str, shifts: Shifts) -> None:
    """Let a feature say when somebody is at work: the principal's shifts that meet a span of time."""
    SHIFTS[kind] = shifts


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
    kept = _insert(rows)
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


def list_fixes(
    by: Principal,
    *,
    route_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int,
) -> Page:
    """Positions, oldest first: one's own, or those of one route of the principal's districts; the latter read is logged."""
    query = sa.select(LocationFix)
    if owns_only(by, "location_fixes.read"):
        query = query.where(LocationFix.user_id == by.user_id)
    else:
        if route_id is None:
            raise Invalid({"route": [_("is missing: positions are shown by route only; see /routes")]})
        allowed = districts_for(by, "location_fixes.read")
        if allowed is not None:
            query = query.where(LocationFix.district_id.in_(allowed))
        log_access(by.actor, "location_fixes.read", f"route:{route_id}", now())
    if route_id is not None:
        query = query.where(LocationFix.route_id == route_id)
    if since is not None:
        query = query.where(LocationFix.at >= since)
    if until is not None:
        query = query.where(LocationFix.at < until)
    return paginate(query, LocationFix.at, LocationFix.id, cursor=cursor, limit=limit, oldest_first=True)


def track_of_route(route_id: UUID, *, user_id: UUID | None = None) -> Sequence[LocationFix]:
    """Every position of a route, or one user's of it, oldest first; who may see it the caller has asked, and logged."""
    query = sa.select(LocationFix).where(LocationFix.route_id == route_id)
    if user_id is not None:
        query = query.where(LocationFix.user_id == user_id)
    return db.session().scalars(query.order_by(LocationFix.at, LocationFix.id)).all()


def purge() -> int:
    """Delete a batch of positions whose time is over; returns how many."""
    moment = now()
    before = moment - timedelta(days=settings().location_keep_days)
    due = sa.select(LocationFix.id).where(LocationFix.at < before).order_by(LocationFix.at).limit(PURGE_BATCH)
    ids = list(db.session().scalars(due))
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
    latest = moment + timedelta(seconds=settings().future_tolerance_s)
    timed = [(fix, moment_of_fix(fix, batch.clock, received_at=moment)) for fix in batch.fixes]
    times = [at for _fix, at in timed if at <= latest]
    if not times:
        return []
    spans = min(times) - slack, max(times) + slack
    shifts = [shift for find in SHIFTS.values() for shift in find(by, *spans)]
    found = []
    for fix, at in timed:
        shift = shift_at(at, shifts, slack=slack, wished_route_id=batch.route_id) if at <= latest else None
        if shift is not None:
            found.append(
                {
                    "id": new_id(),
                    "user_id": by.user_id,
                    "device_id": by.device_id,
                    "route_id": shift.route_id,
                    "district_id": shift.district_id,
                    "at": at,
                    "taken_at": fix.taken_at,
                    "received_at": moment,
                    "lat": fix.lat,
                    "lon": fix.lon,
                    "accuracy_m": fix.accuracy_m,
                    "speed_mps": fix.speed_mps,
                    "provider": fix.provider,
                    "mock": fix.mock,
                }
            )
    return found


def _insert(rows: list[dict[str, Any]]) -> int:
    """Write positions; those that are there already, or twice in the batch, stay as they are. Returns how many are new."""
    if not rows:
        return 0
    rows = sorted(
        rows, key=lambda row: row["taken_at"]
    )  # in one order: two batches never wait for each other
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    # Rows beside the statement, not in its VALUES: 7,000 parameters take longer to write down than to insert
    statement = insert(LocationFix).on_conflict_do_nothing().returning(LocationFix.id)
    return len(db.session().scalars(statement, rows).all())


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
