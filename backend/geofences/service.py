"""Geofences: drawing, changing, archiving them, and finding those that hold a point (districts' own: `districts`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import shapely.geometry
import sqlalchemy as sa
from flask import current_app

from backend.accounts.policy import districts_for
from backend.accounts.service import require_district
from backend.clock import new_id, now
from backend.database import READ_ONLY, db
from backend.errors import Conflict, Invalid, NotFound
from backend.geofences.boundaries import checked_boundary
from backend.geofences.boundaries import city_bounds as city_bounds
from backend.geofences.districts import DistrictAreas as DistrictAreas
from backend.geofences.districts import district_areas as district_areas
from backend.geofences.districts import district_at as district_at
from backend.geofences.models import Geofence
from backend.geofences.rules import Fence, FenceIndex
from backend.ledger.service import record
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared.encoding import canonical_json
from shared.geometry import Point
from shared.i18n import Message
from shared.vocabulary import Audience

_ = Message
CACHE = "qala_fence_index"
PARSED_AT_ONCE = 500  # ids in one query
FENCE_COLUMNS = (Geofence.id, Geofence.version, Geofence.boundary, Geofence.valid_from, Geofence.valid_until)


def create(
    by: Principal,
    *,
    district_id: UUID,
    name: str,
    boundary: object,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> Geofence:
    """Draw a geofence; Invalid says what is wrong with the boundary, and where."""
    moment = now()
    start = (valid_from or moment).astimezone(UTC)
    end = valid_until.astimezone(UTC) if valid_until else None
    fence = Geofence(
        id=new_id(),
        district_id=require_district(district_id, by, "geofences.change"),
        name=name.strip(),
        boundary=checked_boundary(boundary),
        valid_from=start,
        valid_until=_checked_end(start, end),
        created_at=moment,
        changed_at=moment,
        version=1,
    )
    db.session().add(fence)
    _record("geofence.created", fence, by)
    return fence


def to_change(geofence_id: UUID, by: Principal) -> Geofence:
    """A geofence that the principal may change, locked until the transaction ends."""
    return _find(geofence_id, by, "geofences.change", lock=True)


def change(fence: Geofence, by: Principal, **wished: Any) -> Geofence:
    """Change name, boundary or validity; what stays the same is no change."""
    if fence.archived_at is not None:
        raise Conflict(_("This geofence is archived and cannot be changed: draw a new one."))
    if "name" in wished:
        wished["name"] = wished["name"].strip()
    if "boundary" in wished:
        wished["boundary"] = checked_boundary(wished["boundary"])
    _checked_end(wished.get("valid_from", fence.valid_from), wished.get("valid_until", fence.valid_until))
    changed = {name: value for name, value in wished.items() if getattr(fence, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(fence, name, value.astimezone(UTC) if isinstance(value, datetime) else value)
        _touch(fence)
        _record("geofence.changed", fence, by, fields=sorted(changed))
    return fence


def archive(fence: Geofence, by: Principal) -> None:
    """Take a geofence out of use; tasks that name it keep it. Once more changes nothing."""
    if fence.archived_at is None:
        fence.archived_at = now()
        _touch(fence)
        _record("geofence.archived", fence, by)


def get(geofence_id: UUID, by: Principal) -> Geofence:
    """A geofence of the principal's districts."""
    return _find(geofence_id, by, "geofences.read")


def list_geofences(
    by: Principal,
    *,
    district_id: UUID | None = None,
    at: datetime | None = None,
    contains: Point | None = None,
    cursor: str | None = None,
    limit: int,
) -> Page:
    """Geofences in use in the principal's districts, newest first."""
    query = _in_scope(sa.select(Geofence).where(Geofence.archived_at.is_(None)), by)
    if district_id is not None:
        query = query.where(Geofence.district_id == district_id)
    if at is not None:
        query = query.where(
            Geofence.valid_from <= at, sa.or_(Geofence.valid_until.is_(None), Geofence.valid_until > at)
        )
    if contains is not None:
        query = query.where(Geofence.id.in_(_index().containing([[contains.lon, contains.lat]])[0]))
    return paginate(query, Geofence.created_at, Geofence.id, cursor=cursor, limit=limit)


# --- for other features --------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class FenceFacts:
    """What others need to know of a geofence before they refer to it."""

    id: UUID
    district_id: UUID
    valid_from: datetime
    valid_until: datetime | None
    archived: bool


def facts_of(geofence_id: UUID) -> FenceFacts | None:
    """What a task checks before it takes place in a geofence; None when there is none."""
    fence = db.session().get(Geofence, geofence_id)
    if fence is None:
        return None
    return FenceFacts(
        id=fence.id,
        district_id=fence.district_id,
        valid_from=fence.valid_from,
        valid_until=fence.valid_until,
        archived=fence.archived_at is not None,
    )


def boundary_of(geofence_id: UUID) -> dict[str, Any]:
    """The GeoJSON of a geofence, archived or not."""
    fence = db.session().get(Geofence, geofence_id)
    if fence is None:
        raise NotFound(_("geofence"), geofence_id)
    return fence.boundary


def boundaries(geofence_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """The GeoJSON of several geofences, archived or not."""
    query = sa.select(Geofence.id, Geofence.boundary).where(Geofence.id.in_(list(geofence_ids)))
    return {row.id: row.boundary for row in db.session().execute(query)}


def versions(geofence_ids: Iterable[UUID]) -> dict[UUID, int]:
    """A number for each geofence that grows with every change."""
    query = sa.select(Geofence.id, Geofence.version).where(Geofence.id.in_(list(geofence_ids)))
    return {row.id: row.version for row in db.session().execute(query)}


# -------------------------------------------------------------------------------------------------------


def _find(geofence_id: UUID, by: Principal, action: str, *, lock: bool = False) -> Geofence:
    fence = db.session().get(Geofence, geofence_id, with_for_update=lock)
    allowed = districts_for(by, action)
    if fence is None or (allowed is not None and fence.district_id not in allowed):
        raise NotFound(_("geofence"), geofence_id)
    return fence


def _in_scope(query: sa.Select[Geofence], by: Principal) -> sa.Select[Geofence]:
    allowed = districts_for(by, "geofences.read")
    return query if allowed is None else query.where(Geofence.district_id.in_(allowed))


def _checked_end(start: datetime, end: datetime | None) -> datetime | None:
    if end is not None and end <= start:
        message = _("must lie after valid_from {start}, was {value}; leave it out for no end")
        raise Invalid({"valid_until": [message.format(start=start.isoformat(), value=end.isoformat())]})
    return end


def _touch(fence: Geofence) -> None:
    fence.version += 1
    fence.changed_at = now()


def _record(kind: str, fence: Geofence, by: Principal, **facts: Any) -> None:
    record(
        kind,
        actor=by.actor,
        subject=f"geofence:{fence.id}",
        at=fence.changed_at,
        audience=Audience.OPERATIONS,
        district_id=fence.district_id,
        boundary_sha256=hashlib.sha256(canonical_json(fence.boundary)).hexdigest(),
        valid_from=fence.valid_from.isoformat(),
        valid_until=fence.valid_until.isoformat() if fence.valid_until else None,
        version=fence.version,
        **facts,
    )


@dataclass(frozen=True)
class _Kept:
    """An index, the state of the rows that it was made from, and each fence with its row's version."""

    state: tuple[object, ...]
    fences: Mapping[UUID, tuple[int, Fence[UUID]]]
    index: FenceIndex[UUID]


def _index() -> FenceIndex[UUID]:
    """The index of every geofence in use, kept in the process until a row changes.

    Rows are never deleted and each change makes a version larger, so the sum grows with every change. A
    transaction that writes keeps nothing: it may see rows that are rolled back.
    """
    newest = sa.select(sa.func.sum(Geofence.version), sa.func.max(Geofence.changed_at))
    state = tuple(db.session().execute(newest).one())
    kept: _Kept | None = current_app.extensions.get(CACHE)
    if kept is None or kept.state != state:
        kept = _build(state, kept.fences if kept else {})
        if db.session().connection().get_execution_options().get(READ_ONLY, False):
            current_app.extensions[CACHE] = kept
    return kept.index


def _build(state: tuple[object, ...], known: Mapping[UUID, tuple[int, Fence[UUID]]]) -> _Kept:
    """A new index; boundaries are read and parsed only where the version is not known yet."""
    query = sa.select(Geofence.id, Geofence.version).where(Geofence.archived_at.is_(None))
    versions = {
        row.id: row.version for row in db.session().execute(query.order_by(Geofence.created_at, Geofence.id))
    }
    fences = {
        key: known[key] for key, version in versions.items() if key in known and known[key][0] == version
    }
    missing = sorted(set(versions) - set(fences))
    for start in range(0, len(missing), PARSED_AT_ONCE):
        some = sa.select(*FENCE_COLUMNS).where(Geofence.id.in_(missing[start : start + PARSED_AT_ONCE]))
        for row in db.session().execute(some):
            fence = Fence(
                id=row.id,
                boundary=shapely.geometry.shape(row.boundary),
                valid_from=row.valid_from,
                valid_until=row.valid_until,
            )
            fences[row.id] = (row.version, fence)
    return _Kept(state, fences, FenceIndex([fences[key][1] for key in versions if key in fences]))
