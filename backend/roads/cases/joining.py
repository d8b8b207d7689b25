"""Two cases that turn out to be one fault: by themselves while nobody has planned anything, or because a person says so."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from backend.database import db
from backend.roads.cases.believing import belief_of, views_of
from backend.roads.cases.models import CaseView, RoadCase
from backend.roads.cases.rules.life import JOINABLE
from backend.roads.cases.rules.merging import Evidence
from backend.roads.cases.rules.streets import StreetIndex
from backend.roads.cases.searching import decided, near_cases, parted
from backend.roads.cases.telling import tell
from backend.roads.cases.writing import keep_merge, refresh, step
from shared.vocabulary import CaseState


def join_known(case: RoadCase, index: StreetIndex) -> RoadCase:
    """Join a case that has just learnt something with the one that it is by now plainly the same as; the case that stays."""
    if case.state not in JOINABLE or case.views < 2:
        return case
    belief = belief_of(case)
    others = near_cases(belief, JOINABLE)
    others.pop(case.id, None)
    mine = {view.defect_id for view in views_of(case)}
    for banned in parted(mine):
        others.pop(banned, None)
    found = decided(belief, others, index).joins
    if found is None:
        return case
    other = others[found.key]
    if case.id in parted(view.defect_id for view in views_of(other)):
        return case
    stays, goes = sorted(
        (case, other), key=lambda each: (each.state is CaseState.REPORTED, -each.views, each.opened_at)
    )
    join(stays, goes, index, probability=found.probability, evidence=found.score.evidence)
    return stays


def join(
    stays: RoadCase,
    goes: RoadCase,
    index: StreetIndex,
    *,
    probability: float | None = None,
    evidence: Sequence[Evidence] = (),
    by: UUID | None = None,
    reason: str = "",
) -> None:
    """Put all reports of one case into another; the one that goes keeps its history and says where they went."""
    moving: list[CaseView] = views_of(goes)
    for view in moving:
        view.case_id = stays.id
        keep_merge(
            stays,
            view,
            probability=probability,
            evidence=evidence,
            from_case_id=goes.id,
            by=by,
            reason=reason,
        )
    goes.joined_into = stays.id
    db.session().flush()
    was_confirmed = goes.state is CaseState.CONFIRMED
    step(goes, CaseState.JOINED, by=by, reason=reason)
    if was_confirmed and stays.state is CaseState.REPORTED:
        step(stays, CaseState.CONFIRMED, by=by, reason=reason)
    refresh(stays, index)
    tell(
        "case.joined",
        stays,
        by=by,
        other=f"case:{goes.id}",
        views=len(moving),
        probability=None if probability is None else round(probability, 3),
    )
