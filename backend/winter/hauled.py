"""Snow as it is taken away: one row for each stop of a route; a pile or street that is empty counts from anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.clock import new_id, now
from backend.database import db
from backend.errors import NotFound
from backend.ledger.service import record
from backend.winter.models import SnowHauling, SnowPileRow
from shared.i18n import Message
from shared.vocabulary import Audience

_ = Message


def record_hauled(
    pile: str,
    *,
    done_at: datetime,
    volume_m3: float,
    is_rest_gone: bool,
    route_id: UUID | None,
    stop_id: UUID,
    vehicle_id: UUID | None,
    by_track: bool,
    actor: str,
) -> None:
    """A stop hauled from a pile (the id that ``volumes`` gave it); NotFound for another. The same stop again corrects it."""
    kind, _colon, key = pile.partition(":")
    try:
        segment_id = int(key) if kind == "segment" else None
        measured = _pile(UUID(key)) if kind == "pile" else None
    except ValueError as error:
        raise NotFound(_("snow pile"), pile) from error
    if segment_id is None and measured is None:
        raise NotFound(_("snow pile"), pile)
    facts: dict[str, Any] = {
        "segment_id": segment_id if measured is None else measured.segment_id,
        "pile_id": None if measured is None else measured.id,
        "route_id": route_id,
        "vehicle_id": vehicle_id,
        "done_at": done_at,
        "volume_m3": volume_m3,
        "is_rest_gone": is_rest_gone,
        "by_track": by_track,
        "withdrawn_at": None,
    }
    row = _of_stop(stop_id)
    if row is not None and all(getattr(row, name) == value for name, value in facts.items()):
        return
    moved_from = row.pile_id if row is not None else None
    if row is None:
        row = SnowHauling(id=new_id(), stop_id=stop_id)
        db.session().add(row)
    for name, value in facts.items():
        setattr(row, name, value)
    row.recorded_at = now()
    for pile_id in {moved_from, row.pile_id} - {None}:
        _refresh(pile_id)
    _record("snow.hauled", row, actor)


def withdraw_hauled(stop_id: UUID, *, actor: str) -> None:
    """The stop hauled nothing after all. Once more changes nothing."""
    row = _of_stop(stop_id)
    if row is None or row.withdrawn_at is not None:
        return
    row.withdrawn_at = now()
    if row.pile_id is not None:
        _refresh(row.pile_id)
    _record("snow.hauling_withdrawn", row, actor)


def _of_stop(stop_id: UUID) -> SnowHauling | None:
    query = sa.select(SnowHauling).where(SnowHauling.stop_id == stop_id).with_for_update()
    return db.session().scalar(query)


def _pile(pile_id: UUID) -> SnowPileRow | None:
    return db.session().get(SnowPileRow, pile_id, with_for_update=True)


def _refresh(pile_id: UUID | None) -> None:
    """A pile is gone from the first hauling on that left nothing, and there again when that is withdrawn."""
    db.session().flush()
    pile = _pile(pile_id) if pile_id else None
    if pile is None:
        return
    query = sa.select(sa.func.min(SnowHauling.done_at)).where(
        SnowHauling.pile_id == pile_id, SnowHauling.is_rest_gone, SnowHauling.withdrawn_at.is_(None)
    )
    pile.gone_at = db.session().scalar(query)


def _record(kind: str, row: SnowHauling, actor: str) -> None:
    record(
        kind,
        actor=actor,
        subject=f"stop:{row.stop_id}",
        at=now(),
        audience=Audience.OPERATIONS,
        piece=str(row.segment_id) if row.segment_id is not None else None,
        pile=f"snow_pile:{row.pile_id}" if row.pile_id else None,
        route=f"route:{row.route_id}" if row.route_id else None,
        vehicle=f"vehicle:{row.vehicle_id}" if row.vehicle_id else None,
        volume_m3=row.volume_m3,
        is_rest_gone=row.is_rest_gone,
        by_track=row.by_track,
    )
