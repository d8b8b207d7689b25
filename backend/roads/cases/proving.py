"""What is seen at a repaired place: the proof of the repair, or the fault again."""

from __future__ import annotations

from datetime import datetime

from backend.database import db
from backend.roads.cases.believing import belief_of
from backend.roads.cases.models import CaseRepair, CaseView, RoadCase
from backend.roads.cases.proofs import write_proof
from backend.roads.cases.rules.beliefs import Belief
from backend.roads.cases.rules.deciding import decide
from backend.roads.cases.searching import near_cases
from backend.roads.cases.telling import tell
from backend.roads.cases.writing import step, urge
from backend.roads.models import Defect
from shared.vocabulary import CaseState, ProofCheck

PROVABLE = (CaseState.REPAIRING, CaseState.REPAIRED)


def prove_by_place(view: CaseView, belief: Belief, check: ProofCheck) -> None:
    """A photo without a fault may be the proof of a repair near it; else it only says how the street is."""
    cases = near_cases(belief, PROVABLE)
    found = decide(belief, {key: belief_of(case) for key, case in cases.items()}).joins
    if found is not None:
        prove(cases[found.key], view, check)


def prove(case: RoadCase, view: CaseView, check: ProofCheck) -> None:
    """A report at the place after its last repair is the proof where there is none, or where it outweighs the one there.

    A fault seen later than a clean proof is the fault come back, whether or not somebody has closed the case since.
    """
    repair = last_repair(case)
    if repair is None or view.seen_at < repair.repaired_at:
        return
    if (repair.proof_id, repair.proof_check) == (view.defect_id, check):
        return
    if repair.proof_id not in (None, view.defect_id):
        if not _outweighs(repair, view, check):
            return
        if repair.proof_check is ProofCheck.CLEAN and is_covered(case, view.seen_at):
            returned(case, view)
            return
    write_proof(case, repair, view.defect_id, check)


def last_repair(case: RoadCase) -> CaseRepair | None:
    """The newest repair of a case."""
    return case.repairs[-1] if case.repairs else None


def is_covered(case: RoadCase, seen_at: datetime) -> bool:
    """Whether a fault seen at a time is the old one, or came back within the warranty."""
    repair = last_repair(case)
    return repair is None or seen_at <= repair.warranty_until


def returned(case: RoadCase, view: CaseView) -> None:
    """What was repaired is broken again within the warranty: the case opens again and names the repair.

    A fault seen before the proof that is clean was there before the repair was good: a phone was offline.
    """
    repair = last_repair(case)
    if repair is None or view.seen_at <= repair.repaired_at:
        return
    if repair.proof_check is ProofCheck.CLEAN and view.seen_at <= _proof_at(repair):
        return
    repair.returned_at = view.seen_at
    case.returns += 1
    case.task_id = None
    urge(case)
    step(case, CaseState.CONFIRMED, by=None, reason="")
    days = (view.seen_at - repair.repaired_at).days
    tell("case.returned", case, by=None, defect=f"defect:{view.defect_id}", repair=str(repair.id), days=days)


def _outweighs(repair: CaseRepair, view: CaseView, check: ProofCheck) -> bool:
    """Whether a report says more of a repair than the proof that it has: of those that show the road the later one."""
    if check is ProofCheck.CANNOT:
        return False
    if repair.proof_check is ProofCheck.CLEAN:
        return check is ProofCheck.FAULTY and view.seen_at > _proof_at(repair)
    return repair.proof_check is not ProofCheck.FAULTY or view.seen_at >= _proof_at(repair)


def _proof_at(repair: CaseRepair) -> datetime:
    return db.session().get_one(Defect, repair.proof_id).captured_at
