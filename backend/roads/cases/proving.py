"""What is seen at a repaired place: the proof of the repair, or the fault again."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from backend.database import db
from backend.roads.cases.believing import belief_of
from backend.roads.cases.models import CaseRepair, CaseView, RoadCase
from backend.roads.cases.rules.beliefs import Belief
from backend.roads.cases.rules.deciding import decide
from backend.roads.cases.searching import near_cases
from backend.roads.cases.writing import step, tell, urge
from shared.vocabulary import CaseState, ProofCheck

PROVABLE = (CaseState.REPAIRING, CaseState.REPAIRED)


def prove_by_place(view: CaseView, belief: Belief) -> None:
    """A photo without a fault may be the proof of a repair near it; else it only says how the street is."""
    check = ProofCheck.CANNOT if view.cannot is not None else ProofCheck.CLEAN
    named = sa.select(CaseRepair).where(CaseRepair.proof_id == view.defect_id)
    for repair in db.session().scalars(named):
        repair.proof_check = check
    cases = near_cases(belief, PROVABLE)
    found = decide(belief, {key: belief_of(case) for key, case in cases.items()}).joins
    if found is not None:
        prove(cases[found.key], view, check)


def prove(case: RoadCase, view: CaseView, check: ProofCheck) -> None:
    """A report at the place after its last repair is the proof where there is none, or none that is clean."""
    repair = last_repair(case)
    if repair is None or view.seen_at < repair.repaired_at:
        return
    better = check is ProofCheck.CLEAN and repair.proof_check is not ProofCheck.CLEAN
    if repair.proof_id in (None, view.defect_id) or better:
        repair.proof_id, repair.proof_check = view.defect_id, check
        case.version += 1
        tell("case.proof_seen", case, by=None, defect=f"defect:{view.defect_id}", check=check.value)


def check_of(defect_id: object) -> ProofCheck:
    """What is known by now of a photo that somebody names as proof."""
    view = db.session().get(CaseView, defect_id)
    if view is None:
        return ProofCheck.WAITING
    if view.kind is not None:
        return ProofCheck.FAULTY
    return ProofCheck.CANNOT if view.cannot is not None else ProofCheck.CLEAN


def last_repair(case: RoadCase) -> CaseRepair | None:
    """The newest repair of a case."""
    return case.repairs[-1] if case.repairs else None


def is_covered(case: RoadCase, seen_at: datetime) -> bool:
    """Whether a fault seen at a time is the old one, or came back within the warranty."""
    repair = last_repair(case)
    return repair is None or seen_at <= repair.warranty_until


def returned(case: RoadCase, view: CaseView) -> None:
    """What was repaired is broken again within the warranty: the case opens again and names the repair."""
    repair = last_repair(case)
    if repair is None or view.seen_at <= repair.repaired_at:
        return
    repair.returned_at = view.seen_at
    case.returns += 1
    case.task_id = None
    urge(case)
    step(case, CaseState.CONFIRMED, by=None, reason="")
    days = (view.seen_at - repair.repaired_at).days
    tell("case.returned", case, by=None, defect=f"defect:{view.defect_id}", repair=str(repair.id), days=days)
