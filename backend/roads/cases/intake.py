"""A report becomes part of a case: its street, the cases that it may be of, the one that it joins, or a new one."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from backend.clock import now
from backend.database import db
from backend.roads.cases import joining, proofs, proving
from backend.roads.cases.believing import believed_of, street_index, views_of
from backend.roads.cases.copies import note_copy
from backend.roads.cases.models import CaseMerge, CaseView, RoadCase
from backend.roads.cases.rules.beliefs import Belief
from backend.roads.cases.rules.deciding import Decision, Likeness
from backend.roads.cases.rules.life import JOINABLE, OPEN
from backend.roads.cases.rules.merging import Evidence, Factor, Score
from backend.roads.cases.rules.streets import StreetIndex
from backend.roads.cases.searching import decided, near_cases, parted
from backend.roads.cases.seen import Seen, seen_in
from backend.roads.cases.telling import tell
from backend.roads.cases.turns import take_turn
from backend.roads.cases.writing import keep_merge, move, open_case, refresh, step
from backend.roads.condition.reckoning import reckon
from backend.roads.looking.models import DefectPhoto
from backend.roads.models import Defect
from shared.vocabulary import CaseState, DefectKind, DefectState, ProofCheck

SURE = 50.0  # logarithm of odds of the very same photo
JOINED_BY_REPORTS = OPEN | {CaseState.CLOSED}


def take_in(row: Defect, *, by: UUID | None = None) -> None:
    """Take in a report that was looked at and has a place, or what a person (``by``) said of it since; the same again changes nothing.

    Runs in the caller's transaction. A report without a place, one that a moderator has not let in, or of a pile of
    snow, is none of any case; one that a person takes for a pile since leaves its case and stays what the person said.
    """
    if row.held or row.looked_at is None:
        return
    take_turn()
    said, seen, session = row.state, seen_in(row), db.session()
    is_pile = seen.kind is DefectKind.SNOW_PILE
    if not is_pile and session.get(CaseView, row.id) is None:
        note_copy(row)
    check = proofs.check_in(row, seen)
    proofs.check_named(row.id, check)
    if row.lat is None or row.lon is None or row.accuracy_m is None:
        return
    if is_pile:
        if session.get(CaseView, row.id) is None:
            return
        seen = replace(seen, kind=None, severity=None, faults=())
    index = street_index()
    view = session.get(CaseView, row.id)
    if view is None:
        fresh = row.same_photo_as is None  # an old photo of a sound road would else make any street good
        view = CaseView(defect_id=row.id, case_id=None, doubts=[], is_witness=fresh, taken_in_at=now())
        session.add(view)
    placed_before = (view.lat, view.lon)
    if not _write_view(view, row, seen) and by is None:
        return
    belief = believed_of([view], index)
    _write_lane(view, belief)
    session.flush()
    is_moved = placed_before != (view.lat, view.lon)
    if view.case_id is not None and is_moved and _leaves(view, belief, index):
        _leave(row, view, index, by)
        _place(row, view, belief, index)
    elif view.case_id is not None:
        _learn_anew(row, view, index, by, is_pile=is_pile, is_moved=is_moved)
    elif seen.kind is None:
        proving.prove_by_place(view, belief, check)
    else:
        _place(row, view, belief, index)
    if said is DefectState.CONFIRMED and view.case_id is not None:
        case = session.get_one(RoadCase, view.case_id)
        if case.state is CaseState.REPORTED:
            step(case, CaseState.CONFIRMED, by=by, reason="")
    own = None if view.case_id is None else session.get_one(RoadCase, view.case_id)
    if own is None or own.segment_id != view.segment_id:  # the case's own has been reckoned
        reckon(view.segment_id)


def _place(row: Defect, view: CaseView, belief: Belief, index: StreetIndex) -> None:
    cases = near_cases(belief, JOINED_BY_REPORTS)
    apart = parted([view.defect_id])
    for banned in apart:
        cases.pop(banned, None)
    same = _case_of_same_photo(row, apart)
    decision = Decision(joins=same) if same is not None else decided(belief, cases, index)
    view.is_witness = same is None
    view.doubts = [
        {"case_id": str(each.key), "probability": round(each.probability, 3)} for each in decision.doubts
    ]
    if decision.joins is None:
        open_case([view], index)
        return
    case = db.session().get_one(RoadCase, decision.joins.key)
    is_old = case.state is CaseState.CLOSED and not proving.is_covered(case, view.seen_at)
    if is_old and same is None:
        open_case([view], index, earlier_case_id=case.id)
        return
    _merge(case, view, decision.joins, index)
    if same is not None:  # it says nothing of the road since it was taken
        return
    if case.state is CaseState.CLOSED:
        proving.returned(case, view)
    elif case.state is CaseState.REPAIRED:
        proving.prove(case, view, ProofCheck.FAULTY)
    else:
        joining.join_known(case, index)


def _merge(case: RoadCase, view: CaseView, likeness: Likeness[UUID], index: StreetIndex) -> None:
    view.case_id = case.id
    keep_merge(case, view, probability=likeness.probability, evidence=likeness.score.evidence)
    refresh(case, index)
    tell(
        "case.merged",
        case,
        by=None,
        defect=f"defect:{view.defect_id}",
        probability=round(likeness.probability, 3),
        log_odds=round(likeness.score.log_odds, 2),
    )


def _case_of_same_photo(row: Defect, apart: set[UUID]) -> Likeness[UUID] | None:
    """The case that has one of the very photos: the same photo from two phones is one fault and no second witness.

    Whichever of the two was taken in first is the witness: that the other was received before it is no matter.
    """
    copied = row.same_photo_as if row.saved_anew else None
    query = (
        sa.select(RoadCase.id)
        .join(CaseView, CaseView.case_id == RoadCase.id)
        .join(DefectPhoto, DefectPhoto.defect_id == CaseView.defect_id)
        .where(
            sa.or_(DefectPhoto.sha256.in_(row.photo_hashes), CaseView.defect_id == copied),
            CaseView.defect_id != row.id,
            RoadCase.state.in_(sorted(JOINED_BY_REPORTS)),
            RoadCase.id.not_in(apart),
        )
        .order_by(CaseView.taken_in_at, CaseView.defect_id)
        .limit(1)
    )
    case_id = db.session().scalar(query)
    if case_id is None:
        return None
    factor = Factor.PHOTO if copied is None else Factor.COPY
    score = Score(evidence=(Evidence(factor=factor, weight=SURE),))
    return Likeness(key=case_id, score=score, probability=1.0)


def _leaves(view: CaseView, belief: Belief, index: StreetIndex) -> bool:
    """Whether a report that a person put elsewhere is none of its case any more, while others are."""
    case = _case_of(view)
    if view.kind is None or len(views_of(case)) < 2:
        return False
    near = near_cases(belief, JOINED_BY_REPORTS)
    decision = decided(belief, {key: each for key, each in near.items() if key == case.id}, index)
    return decision.joins is None and not decision.doubts


def _leave(row: Defect, view: CaseView, index: StreetIndex, by: UUID | None) -> None:
    """Take a report out of its case, which keeps how it came and went."""
    case = _case_of(view)
    query = sa.select(CaseMerge).where(
        CaseMerge.defect_id == view.defect_id, CaseMerge.case_id == case.id, CaseMerge.undone_at.is_(None)
    )
    for merge in db.session().scalars(query):
        merge.undone_by, merge.undone_at = by, now()
    view.case_id, view.is_witness, row.case_id = None, True, None
    row.version += 1
    db.session().flush()
    refresh(case, index)


def _learn_anew(
    row: Defect, view: CaseView, index: StreetIndex, by: UUID | None, *, is_pile: bool, is_moved: bool
) -> None:
    """A person spoke on a report that is in a case: the case is reckoned anew, or loses it; one that loses all is rejected."""
    case = _case_of(view)
    is_last = len(views_of(case)) == 1
    if view.kind is not None:
        if case.state is CaseState.REJECTED:  # who said «no fault» has taken it back
            step(case, CaseState.REPORTED, by=by, reason="")
        if is_moved and is_last:
            move(case, view, index)
        else:
            refresh(case, index)
        return
    if is_pile or not is_last:
        view.case_id, row.case_id = None, None
        row.version += 1
        db.session().flush()
    if not is_last:
        refresh(case, index)
    elif case.state in JOINABLE:
        step(case, CaseState.REJECTED, by=by, reason="")


def _case_of(view: CaseView) -> RoadCase:
    return db.session().get_one(RoadCase, view.case_id)


def _write_view(view: CaseView, row: Defect, seen: Seen) -> bool:
    """Put what a report shows into its view; whether anything changed that cases rest on."""
    mine = [each for each in seen.faults if seen.kind is not None and each["kind"] == seen.kind.value]
    areas = [each["area_m2"] for each in mine if each["area_m2"] is not None]
    lengths = [each["length_m"] for each in mine if each["length_m"] is not None]
    said = {
        "lat": row.lat,
        "lon": row.lon,
        "accuracy_m": row.accuracy_m,
        "heading_deg": row.heading_deg,
        "seen_at": row.captured_at,
        "kind": seen.kind,
        "severity": seen.severity,
        "cannot": seen.cannot,
        "area_m2": max(areas, default=None),
        "length_m": max(lengths, default=None),
        "faults": [dict(each) for each in seen.faults],
        "scale": seen.scale,
        "look": seen.look,
        "looker": seen.looker,
    }
    changed = [name for name, value in said.items() if getattr(view, name) != value]
    for name in changed:
        setattr(view, name, said[name])
    return bool(changed)


def _write_lane(view: CaseView, belief: Belief) -> None:
    best = belief.lanes[0] if belief.lanes else None
    view.segment_id = None if best is None else best.segment_id
    view.along_m = None if best is None else round(best.along_m, 1)
    view.right = None if best is None else round(best.right, 3)
