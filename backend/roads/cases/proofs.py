"""What a report says of the repairs that it is the proof of."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from backend.database import db
from backend.roads.cases.models import CaseRepair, RoadCase
from backend.roads.cases.seen import Seen, seen_in
from backend.roads.cases.telling import tell
from backend.roads.looking.models import DefectLabel
from backend.roads.models import Defect
from shared.vocabulary import DefectKind, DefectState, ProofCheck


def check_in(row: Defect, seen: Seen) -> ProofCheck:
    """What a report that was looked at says of a repair; without a place, or of snow, it says nothing.

    Neither does a photo that an earlier report holds, byte for byte or saved anew: it was taken for something else. Whoever
    turns a report's case down has not said that there is no fault in its photo: that is said of the report itself.
    """
    if row.same_photo_as is not None:
        return ProofCheck.CANNOT
    is_turned_down = row.state is DefectState.REJECTED and not _is_called_sound(row.id)
    kind = row.kind or row.kind_guess if is_turned_down else seen.kind
    if kind is not None and kind is not DefectKind.SNOW_PILE:
        return ProofCheck.FAULTY
    if kind is not None or seen.cannot is not None or row.lat is None:
        return ProofCheck.CANNOT
    return ProofCheck.CLEAN


def _is_called_sound(defect_id: UUID) -> bool:
    """Whether the last word of a person on a report is «no fault»."""
    query = sa.select(DefectLabel.fault).where(DefectLabel.defect_id == defect_id)
    said = db.session().scalar(query.order_by(DefectLabel.said_at.desc(), DefectLabel.id.desc()).limit(1))
    return said is False


def check_of(defect_id: UUID) -> ProofCheck:
    """What is known by now of a report that somebody names as proof."""
    row = db.session().get_one(Defect, defect_id)
    if row.held or row.looked_at is None:
        return ProofCheck.WAITING
    return check_in(row, seen_in(row))


def check_named(defect_id: UUID, check: ProofCheck) -> None:
    """Write what a report shows into the repairs of which somebody has named it as proof, wherever it lies."""
    named = sa.select(CaseRepair).where(CaseRepair.proof_id == defect_id)
    for repair in db.session().scalars(named).all():
        if repair.proof_check is not check:
            write_proof(db.session().get_one(RoadCase, repair.case_id), repair, defect_id, check)


def write_proof(case: RoadCase, repair: CaseRepair, defect_id: UUID, check: ProofCheck) -> None:
    """Make a report the proof of a repair."""
    repair.proof_id, repair.proof_check = defect_id, check
    case.version += 1
    tell("case.proof_seen", case, by=None, defect=f"defect:{defect_id}", check=check.value)
