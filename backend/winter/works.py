"""Work on streets as it is done: one row for each stop, piece, way and work; the latest passes are kept with the piece."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite

from backend.adapters import settings
from backend.clock import new_id, now
from backend.database import db
from backend.ledger.service import record
from backend.streets import service as streets
from backend.winter.facts import places_of
from backend.winter.models import StreetState, StreetWork
from backend.winter.rules.passes import AGAINST, ALONG, BOTH, PASSES_MOST
from shared.encoding import canonical_json
from shared.vocabulary import Audience, WinterWork

Key = tuple[int, WinterWork, int]  # segment, work, way
AT_ONCE = 1000  # ids in one query
FORWARD = {BOTH: None, ALONG: True, AGAINST: False}
FACTS = ("done_at", "metres", "share", "passes", "by_track", "route_id", "vehicle_id", "withdrawn_at")


@dataclass(frozen=True, kw_only=True)
class DoneWork:
    """What a stop did along one piece of street."""

    segment_id: int
    forward: bool | None
    work: WinterWork
    done_at: datetime
    metres: float | None  # worked, all passes together; None: once along its whole length
    share: float  # of the length
    by_track: bool  # False: somebody reported it, no track shows it


def record_work(
    *,
    segment_id: int,
    forward: bool | None,
    work: WinterWork,
    done_at: datetime,
    metres: float,
    share: float,
    route_id: UUID | None,
    stop_id: UUID,
    vehicle_id: UUID | None,
    by_track: bool,
    actor: str,
) -> None:
    """One piece of street was worked on. The same stop, piece, way and work again corrects what was said before."""
    done = DoneWork(
        segment_id=segment_id,
        forward=forward,
        work=work,
        done_at=done_at,
        metres=metres,
        share=share,
        by_track=by_track,
    )
    record_works([done], route_id=route_id, stop_id=stop_id, vehicle_id=vehicle_id, actor=actor)


def record_works(
    works: Sequence[DoneWork],
    *,
    route_id: UUID | None,
    stop_id: UUID,
    vehicle_id: UUID | None,
    actor: str,
) -> None:
    """What a stop did along several pieces, with one entry in the ledger; pieces that it does not name stay as they were."""
    query = sa.select(StreetWork).where(StreetWork.stop_id == stop_id).with_for_update()
    known = {_key(row): row for row in db.session().scalars(query)}
    lengths = _lengths([each.segment_id for each in works])
    touched: set[Key] = set()
    for each in works:
        key = (each.segment_id, each.work, way_of(each.forward))
        length_m = lengths.get(each.segment_id, 0.0)
        metres = length_m if each.metres is None else each.metres
        facts = {
            "done_at": each.done_at,
            "metres": round(metres, 1),
            "share": round(min(each.share, 1.0), 4),
            "passes": _passes(metres, length_m),
            "by_track": each.by_track,
            "route_id": route_id,
            "vehicle_id": vehicle_id,
            "withdrawn_at": None,
        }
        row = known.get(key)
        if row is not None and all(getattr(row, name) == facts[name] for name in FACTS):
            continue
        if row is None:
            row = StreetWork(
                id=new_id(), stop_id=stop_id, segment_id=each.segment_id, work=each.work, way=key[2]
            )
            db.session().add(row)
            known[key] = row
        for name, value in facts.items():
            setattr(row, name, value)
        row.recorded_at = now()
        touched.add(key)
    if touched:
        _refresh(touched)
        _record("street.worked", stop_id, route_id, vehicle_id, actor, known, touched)


def withdraw_work(stop_id: UUID, *, actor: str) -> None:
    """The stop was not driven after all: what was recorded of it counts no more. Once more changes nothing."""
    query = sa.select(StreetWork).where(StreetWork.stop_id == stop_id).with_for_update()
    known = {_key(row): row for row in db.session().scalars(query)}
    touched = _withdraw(known.values())
    if touched:
        _refresh(touched)
        any_row = next(iter(known.values()))
        _record("street.work_withdrawn", stop_id, any_row.route_id, any_row.vehicle_id, actor, known, touched)


def is_recorded(stop_id: UUID) -> bool:
    """Whether anything that counts is recorded of a stop."""
    query = sa.select(StreetWork.id).where(StreetWork.stop_id == stop_id, StreetWork.withdrawn_at.is_(None))
    return db.session().scalar(query.limit(1)) is not None


@dataclass(frozen=True, kw_only=True)
class KnownWork:
    """What is recorded of one piece of street that a stop worked along."""

    stop_id: UUID
    segment_id: int
    forward: bool | None
    work: WinterWork
    done_at: datetime
    metres: float
    share: float
    by_track: bool


def works_of(stop_ids: Collection[UUID]) -> list[KnownWork]:
    """What is recorded of stops, withdrawn work apart."""
    wished, found = sorted(stop_ids), []
    for start in range(0, len(wished), AT_ONCE):
        query = sa.select(StreetWork).where(
            StreetWork.stop_id.in_(wished[start : start + AT_ONCE]), StreetWork.withdrawn_at.is_(None)
        )
        found += [
            KnownWork(
                stop_id=row.stop_id,
                segment_id=row.segment_id,
                forward=FORWARD[row.way],
                work=row.work,
                done_at=row.done_at,
                metres=row.metres,
                share=row.share,
                by_track=row.by_track,
            )
            for row in db.session().scalars(query)
        ]
    return found


def way_of(forward: bool | None) -> int:
    """How rows number a direction."""
    return BOTH if forward is None else ALONG if forward else AGAINST


def _withdraw(rows: Iterable[StreetWork]) -> set[Key]:
    touched = set()
    for row in rows:
        if row.withdrawn_at is None:
            row.withdrawn_at = now()
            touched.add(_key(row))
    return touched


def _key(row: StreetWork) -> Key:
    return (row.segment_id, row.work, row.way)


def _lengths(segment_ids: Sequence[int]) -> dict[int, float]:
    if streets.newest_import() is None:
        return {}
    network = streets.network()
    at = places_of(network, segment_ids)
    return dict(zip(network.segment_id[at].tolist(), network.length_m[at].tolist(), strict=True))


def _passes(metres: float, length_m: float) -> int:
    """How often the piece was gone along: a stop may hold several passes of it."""
    return min(max(round(metres / length_m), 1), PASSES_MOST) if length_m else 1


def _refresh(touched: set[Key]) -> None:
    """Keep the latest passes of each piece, way and work; a part that is shorter than the setting counts as none.

    The rows are locked before works are read, all of them in one order: two machines may be on one street.
    """
    db.session().flush()
    states = _locked(touched)
    works = _latest({segment_id for segment_id, _work, _way in touched})
    for key, state in states.items():
        rows = works.get(key, [])
        if not rows:
            db.session().delete(state)
            continue
        state.done_at, state.by_track = rows[0].done_at, rows[0].by_track
        times = [row.done_at.timestamp() for row in rows for _pass in range(row.passes)]
        state.recent_s = times[:PASSES_MOST]
    db.session().flush()


def _locked(touched: set[Key]) -> dict[Key, StreetState]:
    insert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    empty = {"done_at": now(), "by_track": False, "recent_s": []}
    values = [{"segment_id": key[0], "work": key[1], "way": key[2], **empty} for key in sorted(touched)]
    db.session().execute(insert(StreetState).on_conflict_do_nothing(), values)
    query = (
        sa.select(StreetState)
        .where(StreetState.segment_id.in_({key[0] for key in touched}))
        .order_by(StreetState.segment_id, StreetState.work, StreetState.way)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {(row.segment_id, row.work, row.way): row for row in db.session().scalars(query)}
    return {key: found[key] for key in sorted(touched)}


def _latest(segment_ids: Collection[int]) -> dict[Key, list[StreetWork]]:
    """The latest works that count of each way and work of some pieces, newest first."""
    number = sa.func.row_number().over(
        partition_by=(StreetWork.segment_id, StreetWork.work, StreetWork.way),
        order_by=(StreetWork.done_at.desc(), StreetWork.id),
    )
    ranked = (
        sa.select(StreetWork, number.label("number"))
        .where(
            StreetWork.segment_id.in_(segment_ids),
            StreetWork.withdrawn_at.is_(None),
            StreetWork.share >= settings().street_covered_share,
        )
        .subquery()
    )
    row = orm.aliased(StreetWork, ranked)
    query = sa.select(row).where(ranked.c.number <= PASSES_MOST).order_by(ranked.c.number)
    found: dict[Key, list[StreetWork]] = {}
    for each in db.session().scalars(query):
        found.setdefault(_key(each), []).append(each)
    return found


def _record(
    kind: str,
    stop_id: UUID,
    route_id: UUID | None,
    vehicle_id: UUID | None,
    actor: str,
    known: dict[Key, StreetWork],
    touched: set[Key],
) -> None:
    rows = [known[key] for key in sorted(touched)]
    listed: list[Any] = [
        [row.segment_id, row.work.value, row.way, row.done_at.isoformat(), row.metres, row.by_track]
        for row in rows
    ]
    record(
        kind,
        actor=actor,
        subject=f"stop:{stop_id}",
        at=now(),
        audience=Audience.OPERATIONS,
        route=f"route:{route_id}" if route_id else None,
        vehicle=f"vehicle:{vehicle_id}" if vehicle_id else None,
        pieces=len(rows),
        metres=round(sum(row.metres for row in rows)),
        by_track=sum(row.by_track for row in rows),
        sha256=hashlib.sha256(canonical_json(listed)).hexdigest(),
    )
