"""Reckoning the condition of a piece of street anew from what was seen on it lately: whenever a report or case of it changes, and daily."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.adapters import settings
from backend.clock import new_id, now
from backend.database import db
from backend.roads.cases.believing import street_index
from backend.roads.cases.models import CaseView, RoadCase
from backend.roads.cases.rules.life import FAULTY
from backend.roads.cases.rules.severity import severity_of
from backend.roads.condition.models import StreetCondition
from backend.roads.condition.rules.index import Condition, Fault, condition_of
from shared.vocabulary import CaseState, DefectKind, Severity

OFF_INDEX = frozenset({DefectKind.SNOW_PILE, DefectKind.OTHER})  # no distress that the index knows
HAS_PHOTOS = sa.or_(CaseView.looker.is_not(None), CaseView.cannot.is_not(None))
IS_EVIDENCE = (CaseView.looker.is_not(None), CaseView.cannot.is_(None), CaseView.is_witness.is_(True))


def reckon(segment_id: int | None) -> StreetCondition | None:
    """Reckon a piece of street; a new row only where something has changed. None where nothing was ever seen of it."""
    index = street_index()
    at = index.place_of(segment_id)
    if segment_id is None or at is None or index.network is None:
        return None
    db.session().flush()
    views = _views(segment_id)
    newest = _newest(segment_id)
    if not views:
        nothing = Condition(score=None, units=1 if newest is None else newest.units, units_seen=0, sums=())
        return None if newest is None else _keep(newest, segment_id, nothing, [])
    seen_m = [each.along_m or 0.0 for each in views if _is_evidence(each)]
    found = condition_of(float(index.network.length_m[at]), seen_m, _faults(segment_id, views))
    return _keep(newest, segment_id, found, views)


def stale_segments(limit: int) -> list[int]:
    """Pieces of street whose newest condition rests on evidence that has left the period since, or was none."""
    counted = (
        sa.select(sa.func.count())
        .where(
            CaseView.segment_id == StreetCondition.segment_id,
            CaseView.seen_at >= now() - _period(),
            *IS_EVIDENCE,
        )
        .scalar_subquery()
    )
    query = (
        sa.select(StreetCondition.segment_id)
        .where(
            StreetCondition.is_newest.is_(True),
            StreetCondition.photos > 0,
            sa.or_(StreetCondition.evidence_from < now() - _period(), StreetCondition.assessed != counted),
        )
        .order_by(StreetCondition.segment_id)
        .limit(limit)
    )
    return list(db.session().scalars(query))


def _period() -> timedelta:
    return timedelta(days=settings().condition_days)


def _is_evidence(view: CaseView) -> bool:
    """Whether a model looked at a new photo of it and saw a road: words alone, and a photo that an earlier report had, show neither a fault nor that there is none."""
    return view.looker is not None and view.cannot is None and view.is_witness


def _views(segment_id: int) -> list[CaseView]:
    """Those with photos, the earliest first."""
    query = sa.select(CaseView).where(
        CaseView.segment_id == segment_id, CaseView.seen_at >= now() - _period(), HAS_PHOTOS
    )
    return list(db.session().scalars(query.order_by(CaseView.seen_at)))


def _faults(segment_id: int, views: Sequence[CaseView]) -> list[Fault]:
    """Every fault once: a case as it stands, and what photos show beside the case's own kind.

    Cases are taken by where they lie by now, whatever piece of street a single poor fix of theirs lies on. What was repaired or
    rejected counts no more. One that no photo shows counts once a person has confirmed it, and only on a stretch that was seen.
    """
    query = sa.select(RoadCase).where(
        RoadCase.segment_id == segment_id,
        RoadCase.state.in_(sorted(FAULTY)),
        RoadCase.last_seen_at >= now() - _period(),
    )
    cases = {case.id: case for case in db.session().scalars(query)}
    photographed = _photographed(list(cases))
    found = [
        Fault(
            kind=case.kind,
            severity=case.severity,
            along_m=case.along_m or 0.0,
            area_m2=case.area_m2,
            length_m=case.length_m,
            is_seen=case.id in photographed,
        )
        for case in cases.values()
        if case.kind is not None and case.kind not in OFF_INDEX
        if case.id in photographed or case.state is not CaseState.REPORTED
    ]
    beside: dict[tuple[UUID, str], Fault] = {}
    for view in views:
        case = cases.get(view.case_id) if view.case_id is not None else None
        if case is None or not _is_evidence(view):
            continue
        for each in view.faults:
            kind = DefectKind(each["kind"])
            if kind is not case.kind and kind not in OFF_INDEX:
                beside[case.id, kind.value] = _beside(case, kind, each)
    return [*found, *beside.values()]


def _photographed(case_ids: Sequence[UUID]) -> set[UUID]:
    """Those of some cases that a photo of the period shows."""
    query = sa.select(CaseView.case_id).where(
        CaseView.case_id.in_(case_ids), CaseView.seen_at >= now() - _period(), *IS_EVIDENCE
    )
    return {each for each in db.session().scalars(query.distinct()) if each is not None}


def _beside(case: RoadCase, kind: DefectKind, outline: dict[str, Any]) -> Fault:
    area_m2, length_m = outline["area_m2"], outline["length_m"]
    return Fault(
        kind=kind,
        severity=severity_of(kind, area_m2=area_m2, length_m=length_m, said=Severity(outline["severity"])),
        along_m=case.along_m or 0.0,
        area_m2=area_m2,
        length_m=length_m,
    )


def _newest(segment_id: int) -> StreetCondition | None:
    query = sa.select(StreetCondition).where(
        StreetCondition.segment_id == segment_id, StreetCondition.is_newest.is_(True)
    )
    return db.session().scalar(query.with_for_update())


def _keep(
    newest: StreetCondition | None, segment_id: int, found: Condition, views: Sequence[CaseView]
) -> StreetCondition:
    moment = now()
    said: dict[str, Any] = {
        "score": found.score,
        "photos": len(views),
        "assessed": sum(map(_is_evidence, views)),
        "units": found.units,
        "units_seen": found.units_seen,
        "faults": [
            {
                "kind": each.kind.value,
                "severity": each.severity.value,
                "count": each.count,
                "area_m2": each.area_m2,
                "length_m": each.length_m,
                "deduct": each.deduct,
            }
            for each in found.sums
        ],
        "scales": dict(Counter(each.scale for each in views if _is_evidence(each))),
        "evidence_from": _first(views, newest, moment),
        "evidence_until": views[-1].seen_at if views else _first(views, newest, moment),
    }
    if newest is not None and all(getattr(newest, name) == value for name, value in said.items()):
        return newest
    if newest is not None and newest.reckoned_at.date() == moment.date():
        for name, value in said.items():
            setattr(newest, name, value)
        newest.reckoned_at = moment
        return newest
    if newest is not None:
        newest.is_newest = False
    row = StreetCondition(id=new_id(), segment_id=segment_id, is_newest=True, reckoned_at=moment, **said)
    db.session().add(row)
    db.session().flush()
    return row


def _first(views: Sequence[CaseView], newest: StreetCondition | None, moment: datetime) -> datetime:
    if views:
        return views[0].seen_at
    return newest.evidence_until if newest is not None else moment
