"""Snowfalls: entered, corrected by new versions, withdrawn; every saying of one is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for
from backend.accounts.service import require_district
from backend.clock import new_id, now
from backend.database import db
from backend.errors import Conflict, Invalid, NotFound
from backend.ledger.service import record
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from backend.winter.models import SnowfallRow, SnowfallVersion
from backend.winter.rules.snowfalls import snowfall_errors
from shared.i18n import Message
from shared.vocabulary import Audience

_ = Message
FACTS = ("begun_at", "ended_at", "depth_cm", "temperature_c", "icing", "note")


def create(by: Principal, *, district_id: UUID | None, **values: Any) -> SnowfallRow:
    """Enter a snowfall of a district, or (None) of the whole city; Invalid names what is wrong."""
    _require_home(district_id, by)
    _require_sound(values)
    moment = now()
    row = SnowfallRow(
        id=new_id(),
        district_id=district_id,
        withdrawn_at=None,
        created_at=moment,
        changed_at=moment,
        version=0,
        **values,
    )
    db.session().add(row)
    _keep(row, by, "snowfall.entered")
    return row


def to_change(snowfall_id: UUID, by: Principal) -> SnowfallRow:
    """A snowfall that the principal may change, locked until the transaction ends."""
    row = db.session().get(SnowfallRow, snowfall_id, with_for_update=True, populate_existing=True)
    allowed = districts_for(by, "snowfalls.change")
    if row is None or (allowed is not None and row.district_id not in allowed):
        raise NotFound(_("snowfall"), snowfall_id)
    return row


def change(row: SnowfallRow, by: Principal, **wished: Any) -> SnowfallRow:
    """Correct a snowfall: a new version; what stays the same is none."""
    if row.withdrawn_at is not None:
        raise Conflict(_("This snowfall is withdrawn and cannot be changed: enter a new one."))
    _require_sound({name: getattr(row, name) for name in FACTS} | wished)
    changed = sorted(name for name, value in wished.items() if getattr(row, name) != value)
    if changed:
        for name in changed:
            setattr(row, name, wished[name])
        _keep(row, by, "snowfall.corrected", fields=changed)
    return row


def withdraw(row: SnowfallRow, by: Principal) -> None:
    """It did not snow after all: the snowfall counts no more, and stays readable. Once more changes nothing."""
    if row.withdrawn_at is None:
        row.withdrawn_at = now()
        _keep(row, by, "snowfall.withdrawn")


def get(snowfall_id: UUID, by: Principal) -> SnowfallRow:
    """A snowfall of the principal's districts or of the whole city."""
    row = db.session().scalar(_in_scope(sa.select(SnowfallRow).where(SnowfallRow.id == snowfall_id), by))
    if row is None:
        raise NotFound(_("snowfall"), snowfall_id)
    return row


def versions(row: SnowfallRow) -> list[SnowfallVersion]:
    """Every saying of a snowfall, the first one first."""
    query = sa.select(SnowfallVersion).where(SnowfallVersion.snowfall_id == row.id)
    return list(db.session().scalars(query.order_by(SnowfallVersion.version)))


def snowed_since(moment: datetime) -> bool:
    """Whether any snowfall began then or later that nobody has withdrawn."""
    query = sa.select(SnowfallRow.id).where(
        SnowfallRow.begun_at >= moment, SnowfallRow.withdrawn_at.is_(None)
    )
    return db.session().scalar(query.limit(1)) is not None


def list_snowfalls(
    by: Principal, *, begun_after: datetime | None = None, cursor: str | None = None, limit: int
) -> Page:
    """Snowfalls of the principal's districts and of the whole city, the latest to begin first; withdrawn ones are marked."""
    query = _in_scope(sa.select(SnowfallRow), by)
    if begun_after is not None:
        query = query.where(SnowfallRow.begun_at > begun_after)
    return paginate(query, SnowfallRow.begun_at, SnowfallRow.id, cursor=cursor, limit=limit)


def _in_scope(query: sa.Select[SnowfallRow], by: Principal) -> sa.Select[SnowfallRow]:
    allowed = districts_for(by, "winter.read")
    if allowed is None:
        return query
    return query.where(sa.or_(SnowfallRow.district_id.is_(None), SnowfallRow.district_id.in_(allowed)))


def _require_home(district_id: UUID | None, by: Principal) -> None:
    if district_id is not None:
        require_district(district_id, by, "snowfalls.change")
    elif districts_for(by, "snowfalls.change") is not None:
        message = _("must be one of your districts: only who works in every district may leave it out")
        raise Invalid({"district_id": [message]})


def _require_sound(values: dict[str, Any]) -> None:
    errors = snowfall_errors(
        begun_at=values["begun_at"], ended_at=values["ended_at"], now=now(), ahead=timedelta(days=2)
    )
    if errors:
        raise Invalid(errors)


def _keep(row: SnowfallRow, by: Principal, kind: str, **facts: Any) -> None:
    """Keep what is said now as a version of its own, and tell the ledger."""
    row.version += 1
    row.changed_at = now()
    db.session().flush()
    db.session().add(
        SnowfallVersion(
            id=new_id(),
            snowfall_id=row.id,
            version=row.version,
            withdrawn=row.withdrawn_at is not None,
            set_by=by.user_id,
            set_at=row.changed_at,
            **{name: getattr(row, name) for name in FACTS},
        )
    )
    record(
        kind,
        actor=by.actor,
        subject=f"snowfall:{row.id}",
        at=row.changed_at,
        audience=Audience.OPERATIONS,
        district_id=row.district_id,
        begun_at=row.begun_at.isoformat(),
        ended_at=row.ended_at.isoformat() if row.ended_at else None,
        depth_cm=row.depth_cm,
        temperature_c=row.temperature_c,
        version=row.version,
        **facts,
    )
