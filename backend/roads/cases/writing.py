"""Opening cases, putting reports into them and taking them out, and what follows: place, kind, severity, due date, the reports' states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.clock import new_id, now
from backend.database import db
from backend.geofences import service as geofences
from backend.roads.cases.believing import believed_of, views_of, write_belief
from backend.roads.cases.caring import care_in_force
from backend.roads.cases.models import CaseMerge, CaseMove, CaseView, RoadCase
from backend.roads.cases.rules.care import due_at, urgency_of
from backend.roads.cases.rules.cells import cell_of
from backend.roads.cases.rules.life import OF_REPORTS, OPEN
from backend.roads.cases.rules.merging import Evidence
from backend.roads.cases.rules.severity import severity_of
from backend.roads.cases.rules.streets import StreetIndex
from backend.roads.cases.telling import tell
from backend.roads.condition.reckoning import reckon
from backend.roads.looking.models import DefectLabel
from backend.roads.models import Defect
from backend.streets.network import StreetClass
from shared.vocabulary import CaseState


def open_case(
    views: Sequence[CaseView],
    index: StreetIndex,
    *,
    earlier_case_id: UUID | None = None,
    by: UUID | None = None,
) -> RoadCase:
    """A new case with one report, or with several that a person took out of another."""
    moment = now()
    case = RoadCase(
        id=new_id(),
        district_id=_district(views[0]),
        state=CaseState.REPORTED,
        is_open=True,
        opened_at=moment,
        earlier_case_id=earlier_case_id,
        joined_into=None,
        task_id=None,
        returns=0,
        version=0,
    )
    _reckon(case, views, index)
    db.session().add(case)
    db.session().flush()
    for view in views:
        view.case_id = case.id
        keep_merge(case, view, opened=True, by=by)
    tell(
        "case.opened",
        case,
        by=by,
        defect=f"defect:{views[0].defect_id}",
        case_kind=case.kind.value if case.kind else None,
        earlier_case=f"case:{earlier_case_id}" if earlier_case_id else None,
    )
    db.session().flush()
    follow(case)
    reckon(case.segment_id)
    return case


def refresh(case: RoadCase, index: StreetIndex) -> None:
    """Reckon a case anew from its views, and let its reports follow."""
    db.session().flush()
    before = case.segment_id
    _reckon(case, views_of(case), index)
    follow(case)
    for segment_id in {before, case.segment_id}:
        reckon(segment_id)


def move(case: RoadCase, view: CaseView, index: StreetIndex) -> None:
    """A case's only report was put elsewhere: the case goes there too, and to the district of that place."""
    case.district_id = _district(view)
    refresh(case, index)


def step(case: RoadCase, to: CaseState, *, by: UUID | None, reason: str) -> None:
    """Write a change of state with its ledger entry; what is allowed is for callers to say."""
    source = case.state
    case.state, case.is_open = to, to in OPEN
    case.changed_at = now()
    case.version += 1
    case.moves.append(
        CaseMove(
            number=len(case.moves) + 1,
            source=source,
            target=to,
            reason=reason,
            moved_by=by,
            moved_at=case.changed_at,
        )
    )
    tell("case.moved", case, by=by, source=source.value, target=to.value, with_reason=bool(reason))
    follow(case)
    reckon(case.segment_id)


def follow(case: RoadCase) -> None:
    """Let the reports of a case say what it says; phones hear of it by /sync.

    As they are now: workers write what they saw of a report without waiting for a turn.
    """
    state = OF_REPORTS[case.state]
    query = (
        sa.select(Defect)
        .join(CaseView, CaseView.defect_id == Defect.id)
        .where(
            CaseView.case_id == case.id,
            sa.or_(Defect.state != state, Defect.case_id.is_distinct_from(case.id)),
        )
        .with_for_update(of=Defect)
        .execution_options(populate_existing=True)
    )
    for row in db.session().scalars(query):
        row.state, row.case_id = state, case.id
        row.version += 1


def keep_merge(
    case: RoadCase,
    view: CaseView,
    *,
    opened: bool = False,
    probability: float | None = None,
    evidence: Sequence[Evidence] = (),
    from_case_id: UUID | None = None,
    by: UUID | None = None,
    reason: str = "",
) -> None:
    """Keep why a report stands in a case."""
    db.session().add(
        CaseMerge(
            id=new_id(),
            defect_id=view.defect_id,
            case_id=case.id,
            from_case_id=from_case_id,
            opened=opened,
            probability=probability,
            evidence=[_written(each) for each in evidence],
            made_by=by,
            made_at=now(),
            reason=reason,
            undone_by=None,
            undone_at=None,
            undone_reason="",
        )
    )


def urge(case: RoadCase) -> None:
    """Priority and due date by the table in force, from the first report, or from when it was seen again."""
    kind = None if case.street_class is None else StreetClass(case.street_class)
    urgency = urgency_of(care_in_force()[1], kind, case.severity)
    since = case.first_seen_at
    if case.returns:
        since = max([since, *(each.returned_at for each in case.repairs if each.returned_at is not None)])
    case.priority, case.due_at = urgency.priority, due_at(urgency, since)


def _reckon(case: RoadCase, views: Sequence[CaseView], index: StreetIndex) -> None:
    belief = believed_of(views, index)
    write_belief(case, belief)
    word = _latest_word(views)
    case.cell, case.kind = cell_of(belief.place), belief.kind if word is None else word.kind
    case.area_m2 = max((each.area_m2 for each in views if each.area_m2 is not None), default=None)
    case.length_m = max((each.length_m for each in views if each.length_m is not None), default=None)
    said = [each.severity for each in views if each.severity is not None and each.kind is case.kind]
    case.severity = severity_of(
        case.kind,
        area_m2=case.area_m2,
        length_m=case.length_m,
        said=said[-1] if said else None,
        decided=None if word is None else word.severity,
    )
    case.views, case.witnesses = len(views), sum(each.is_witness for each in views)
    case.first_seen_at = min(each.seen_at for each in views)
    fresh = [each.seen_at for each in views if each.is_witness] or [each.seen_at for each in views]
    case.last_seen_at = max(fresh)  # a copy of a photo is not the fault seen again
    kind = index.class_of(case.segment_id)
    case.street_class = None if kind is None else int(kind)
    urge(case)
    case.changed_at = now()
    case.version += 1


def _latest_word(views: Sequence[CaseView]) -> CaseView | None:
    """The latest view that a person called a fault: what it shows is known, whatever the others were taken for."""
    query = sa.select(DefectLabel.defect_id).where(
        DefectLabel.defect_id.in_([each.defect_id for each in views]), DefectLabel.fault.is_(True)
    )
    spoken_on = set(db.session().scalars(query))
    found = [each for each in views if each.defect_id in spoken_on and each.kind is not None]
    return max(found, key=lambda each: (each.seen_at, each.defect_id), default=None)


def _written(evidence: Evidence) -> dict[str, Any]:
    def short(value: float | None) -> float | None:
        return None if value is None else round(value, 3)

    return {
        "factor": evidence.factor.value,
        "weight": round(evidence.weight, 2) + 0.0,  # no «-0.0»
        "value": short(evidence.value),
        "other": short(evidence.other),
    }


def _district(view: CaseView) -> UUID:
    """Whose the place is; where no district is drawn there, the reporter's."""
    found = geofences.district_at(view.lat, view.lon)
    if found is not None:
        return found
    return db.session().get_one(Defect, view.defect_id).district_id
