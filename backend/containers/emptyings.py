"""Emptyings of container sites: one for each stop that was driven; the latest is kept with its site."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.clock import new_id, now
from backend.containers.models import ContainerSite, Emptying
from backend.database import db
from backend.errors import NotFound
from backend.ledger.service import record
from shared.i18n import Message
from shared.vocabulary import Audience

_ = Message


def record_emptying(
    site_id: UUID,
    *,
    stop_id: UUID,
    emptied_at: datetime,
    actor: str,
    route_id: UUID | None = None,
    vehicle_id: UUID | None = None,
    reported_by: UUID | None = None,
    volume_m3: float | None = None,
    weight_kg: float | None = None,
) -> Emptying:
    """A stop of a route emptied a site. The same stop again corrects what it said before; a late one changes no newer."""
    site = _locked(site_id)
    facts = {
        "site_id": site_id,
        "emptied_at": emptied_at,
        "route_id": route_id,
        "vehicle_id": vehicle_id,
        "reported_by": reported_by,
        "volume_m3": volume_m3,
        "weight_kg": weight_kg,
        "withdrawn_at": None,
    }
    row = db.session().scalar(sa.select(Emptying).where(Emptying.stop_id == stop_id))
    if row is not None and all(getattr(row, name) == value for name, value in facts.items()):
        return row
    moved_from = row.site_id if row is not None and row.site_id != site_id else None
    if row is None:
        row = Emptying(id=new_id(), stop_id=stop_id)
        db.session().add(row)
    for name, value in facts.items():
        setattr(row, name, value)
    row.recorded_at = now()
    _refresh(site)
    if moved_from is not None:
        _refresh(_locked(moved_from))
    _record("container_site.emptied", site, row, actor, emptied_at=emptied_at.isoformat())
    return row


def withdraw_emptying(stop_id: UUID, *, actor: str) -> None:
    """A later report says that the stop was not driven: its emptying counts no more. Once more changes nothing."""
    row = db.session().scalar(sa.select(Emptying).where(Emptying.stop_id == stop_id))
    if row is None or row.withdrawn_at is not None:
        return
    site = _locked(row.site_id)
    row.withdrawn_at = now()
    _refresh(site)
    _record("container_site.emptying_withdrawn", site, row, actor)


def last_emptying(site_id: UUID) -> Emptying | None:
    """The latest emptying of a site that counts; None: nobody ever saw one."""
    return db.session().scalar(_counting(site_id).order_by(Emptying.emptied_at.desc()).limit(1))


def emptyings(site_id: UUID) -> sa.Select[Emptying]:
    """Every emptying of a site that counts."""
    return _counting(site_id)


def _counting(site_id: UUID) -> sa.Select[Emptying]:
    return sa.select(Emptying).where(Emptying.site_id == site_id, Emptying.withdrawn_at.is_(None))


def _locked(site_id: UUID) -> ContainerSite:
    site = db.session().get(ContainerSite, site_id, with_for_update=True, populate_existing=True)
    if site is None:
        raise NotFound(_("container site"), site_id)
    return site


def _refresh(site: ContainerSite) -> None:
    """Keep the latest emptying with the site; its version stays, for nobody has changed the site."""
    db.session().flush()
    last = last_emptying(site.id)
    site.emptied_at = None if last is None else last.emptied_at


def _record(kind: str, site: ContainerSite, row: Emptying, actor: str, **facts: Any) -> None:
    record(
        kind,
        actor=actor,
        subject=f"container_site:{site.id}",
        at=now(),
        audience=Audience.OPERATIONS,
        district_id=site.district_id,
        stop=f"stop:{row.stop_id}",
        route=f"route:{row.route_id}" if row.route_id else None,
        vehicle=f"vehicle:{row.vehicle_id}" if row.vehicle_id else None,
        **facts,
    )
