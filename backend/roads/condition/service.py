"""Conditions for people: one piece of street with its history, and the worst streets first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from backend.adapters import settings
from backend.clock import now
from backend.database import db
from backend.errors import Invalid, NotFound
from backend.roads.cases.believing import street_index
from backend.roads.cases.rules.streets import StreetIndex
from backend.roads.cases.service import street_name, told_name
from backend.roads.condition.models import StreetCondition
from backend.roads.condition.rules.telling import Unknown, band_of, trend_per_year
from backend.streets import service as streets
from backend.streets.network import StreetClass
from backend.web.boxes import BoundingBox
from shared.i18n import Message

_ = Message
HISTORY_MOST = 400
SEGMENT_ID_MOST = 2**63 - 1


def condition(segment_id: int) -> dict[str, Any]:
    """One piece of street: index, evidence, faults, trend and history; NotFound for a piece that is not in force."""
    index = _index()
    if index.place_of(segment_id) is None:
        raise NotFound(_("piece of street"), segment_id)
    query = (
        sa.select(StreetCondition)
        .where(StreetCondition.segment_id == segment_id)
        .order_by(StreetCondition.reckoned_at.desc())
        .limit(HISTORY_MOST)
    )
    history = list(db.session().scalars(query))[::-1]
    newest = next((row for row in history if row.is_newest), None)
    if newest is None:
        return _without(segment_id, index)
    return _shown(newest, index, history)


def worst_first(
    *,
    bbox: BoundingBox | None = None,
    below: float | None = None,
    cursor: str | None = None,
    limit: int,
) -> dict[str, Any]:
    """Pieces of street that have an index, the worst first, as GeoJSON; with how much of the city has none."""
    index = _index()
    query = sa.select(StreetCondition).where(
        StreetCondition.is_newest.is_(True), StreetCondition.score.is_not(None)
    )
    if below is not None:
        query = query.where(StreetCondition.score < below)
    if cursor is not None:
        score, last_id = _read_cursor(cursor)
        beside = sa.and_(StreetCondition.score == score, StreetCondition.segment_id > last_id)
        query = query.where(sa.or_(StreetCondition.score > score, beside))
    rows = db.session().scalars(query.order_by(StreetCondition.score, StreetCondition.segment_id))
    inside = [row for row in rows if _meets(index, row.segment_id, bbox)]
    page = inside[:limit]
    histories = _histories([row.segment_id for row in page])
    return {
        "attribution": _attribution(),
        "known": _known(index),
        "features": [_feature(row, index, histories[row.segment_id]) for row in page],
        "next": f"{page[-1].score}:{page[-1].segment_id}" if len(inside) > limit else None,
    }


def marks() -> dict[str, Any]:
    """Every piece of street in force that has an index, as columns for a map, the worst first; one query, no histories."""
    index = _index()
    network = index.network
    assert network is not None
    query = (
        sa.select(StreetCondition.segment_id, StreetCondition.score)
        .where(StreetCondition.is_newest.is_(True), StreetCondition.score.is_not(None))
        .order_by(StreetCondition.score, StreetCondition.segment_id)
    )
    rows = [(*row, index.place_of(row.segment_id)) for row in db.session().execute(query)]
    told = [(segment_id, score, at) for segment_id, score, at in rows if at is not None]
    return {
        "attribution": _attribution(),
        "segment_ids": [segment_id for segment_id, _score, _at in told],
        "scores": [score for _id, score, _at in told],
        "bands": [band_of(score) for _id, score, _at in told],
        "streets": [told_name(network.name(at)) for _id, _score, at in told],
        "lines": [network.line(at).round(6).tolist() for _id, _score, at in told],
    }


def _known(index: StreetIndex) -> dict[str, Any]:
    """Metres of street with an index, with photos that say nothing, and without evidence."""
    rows = db.session().execute(
        sa.select(StreetCondition.segment_id, StreetCondition.score).where(
            StreetCondition.is_newest.is_(True), StreetCondition.photos > 0
        )
    )
    assert index.network is not None
    metres = {"assessed_m": 0.0, "cannot_m": 0.0}
    for segment_id, score in rows:
        at = index.place_of(segment_id)
        if at is not None:
            metres["cannot_m" if score is None else "assessed_m"] += float(index.network.length_m[at])
    unknown = float(index.network.length_m.sum()) - sum(metres.values())
    return {name: round(value) for name, value in {**metres, "no_evidence_m": unknown}.items()}


def _shown(
    row: StreetCondition, index: StreetIndex, history: Sequence[StreetCondition] = ()
) -> dict[str, Any]:
    names = "segment_id score photos assessed units units_seen faults scales evidence_from evidence_until reckoned_at"
    known = {name: getattr(row, name) for name in names.split()}
    scored = [(each.reckoned_at, each.score) for each in history if each.score is not None]
    unknown = None
    if row.score is None:
        is_old = row.evidence_until < now() - timedelta(days=settings().condition_days)
        without = Unknown.TOO_OLD if is_old else Unknown.NO_EVIDENCE
        unknown = Unknown.CANNOT_ASSESS if row.photos else without
    return (
        known
        | _street(row.segment_id, index)
        | {
            "band": band_of(row.score),
            "why_unknown": unknown,
            "evidence_age_days": max((now() - row.evidence_until).days, 0),
            "trend_per_year": trend_per_year(scored),
            "history": [{"reckoned_at": at, "score": score} for at, score in scored],
        }
    )


def _without(segment_id: int, index: StreetIndex) -> dict[str, Any]:
    empty = dict.fromkeys(
        (
            "score",
            "band",
            "evidence_from",
            "evidence_until",
            "evidence_age_days",
            "trend_per_year",
            "reckoned_at",
        )
    )
    counts = dict.fromkeys(("photos", "assessed", "units_seen"), 0)
    at = index.place_of(segment_id)
    assert at is not None
    return {
        **empty,
        **counts,
        "units": None,
        "segment_id": segment_id,
        "faults": [],
        "scales": {},
        "history": [],
        "why_unknown": Unknown.NO_EVIDENCE,
        **_street(segment_id, index),
    }


def _street(segment_id: int, index: StreetIndex) -> dict[str, Any]:
    at = index.place_of(segment_id)
    if at is None or index.network is None:
        return {"street": None, "street_class": None, "length_m": None}
    return {
        "street": street_name(segment_id),
        "street_class": StreetClass(int(index.network.street_class[at])).name.lower(),
        "length_m": round(float(index.network.length_m[at]), 1),
    }


def _histories(segment_ids: Sequence[int]) -> dict[int, list[StreetCondition]]:
    """All that was reckoned of some pieces, oldest first."""
    found: dict[int, list[StreetCondition]] = {each: [] for each in segment_ids}
    query = sa.select(StreetCondition).where(StreetCondition.segment_id.in_(segment_ids))
    for row in db.session().scalars(query.order_by(StreetCondition.reckoned_at)):
        found[row.segment_id].append(row)
    return found


def _feature(row: StreetCondition, index: StreetIndex, history: Sequence[StreetCondition]) -> dict[str, Any]:
    at = index.place_of(row.segment_id)
    assert at is not None
    assert index.network is not None
    line = [[round(lon, 7), round(lat, 7)] for lon, lat in index.network.line(at).tolist()]
    return {
        "id": row.segment_id,
        "geometry": {"type": "LineString", "coordinates": line},
        "properties": _shown(row, index, history),
    }


def _meets(index: StreetIndex, segment_id: int, bbox: BoundingBox | None) -> bool:
    at = index.place_of(segment_id)
    if at is None or index.network is None:
        return False
    if bbox is None:
        return True
    line = index.network.line(at)
    (west, south), (east, north) = line.min(axis=0), line.max(axis=0)
    return bool(west <= bbox.east and east >= bbox.west and south <= bbox.north and north >= bbox.south)


def _index() -> StreetIndex:
    if streets.newest_import() is None:
        raise streets.no_streets()
    return street_index()


def _attribution() -> str:
    row = streets.newest_import()
    assert row is not None
    return row.attribution


def _read_cursor(cursor: str) -> tuple[float, int]:
    score, colon, segment_id = cursor.partition(":")
    try:
        if colon and 0 <= int(segment_id) <= SEGMENT_ID_MOST:
            return float(score), int(segment_id)
    except ValueError:
        pass
    message = _("must be «next» of an earlier page, was {value}; leave it out for the first page")
    raise Invalid({"cursor": [message.format(value=cursor[:60])]})
