"""Decisions on the minutes round missed spot checks, and appeals against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from backend.attendance.hours import rules
from backend.attendance.hours.crediting import refresh
from backend.attendance.hours.models import GapDecision
from backend.attendance.hours.reckoning import reckon
from backend.attendance.models import CheckIn
from backend.attendance.reviews.subjects import Ruling, Subject, declare_subject
from backend.attendance.spot_checks import service as spot_checks
from backend.blobs import BlobDamaged, seal, unseal
from backend.clock import new_id, now
from backend.database import db
from backend.errors import Conflict, NotAllowed, NotFound
from backend.ledger.service import record
from backend.people import keys
from backend.people import service as people
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import Audience

_ = Message
KIND = "gap"


@dataclass(frozen=True, kw_only=True)
class GapView:
    """A gap round a missed spot check, with the decision that stands."""

    id: UUID
    spot_check_id: UUID
    task_id: UUID
    due_at: datetime
    starts_at: datetime
    ends_at: datetime
    credited: bool | None
    decided_by: UUID | None
    decided_at: datetime | None
    words: str | None


def decide(person_id: UUID, gap_id: UUID, by: Principal, *, credited: bool, words: str) -> GapView:
    """Say whether the minutes round a missed spot check count; never by whoever captured check-ins of that shift."""
    person = people.require(person_id, by, "hours.decide", lock=True)
    gap = next((each for each in reckon(person_id).gaps if each.id == gap_id), None)
    if gap is None:
        raise NotFound(_("gap"), gap_id)
    if by.user_id in _captured_by(person_id, gap.task_id):
        raise NotAllowed(
            _("You captured check-ins of this shift: another member of staff must decide on its minutes.")
        )
    if gap.credited is not None:
        raise Conflict(_("These minutes were decided on already; an appeal can change that."))
    _append(gap, person_id, person.district_id, by, credited=credited, words=words)
    refresh(person_id)
    [decided] = views(person_id, [each for each in reckon(person_id).gaps if each.id == gap_id])
    return decided


def views(person_id: UUID, gaps: Sequence[rules.Gap]) -> list[GapView]:
    """Gaps with the decisions that stand on them."""
    shown = []
    for gap in gaps:
        rows = _decisions(gap.id) if gap.credited is not None else ()
        last = rows[-1] if rows else None
        shown.append(
            GapView(
                id=gap.id,
                spot_check_id=gap.spot_check_id,
                task_id=gap.task_id,
                due_at=gap.due_at,
                starts_at=gap.starts_at,
                ends_at=gap.ends_at,
                credited=gap.credited,
                decided_by=last.decided_by if last else None,
                decided_at=last.decided_at if last else None,
                words=_words(person_id, last) if last else None,
            )
        )
    return shown


def _words(person_id: UUID, row: GapDecision) -> str | None:
    try:
        return unseal(keys.key_of(person_id), row.sealed_words, bound_to=_binding(row.id)).decode()
    except (keys.KeyErased, BlobDamaged):
        return None


def _binding(decision_id: UUID) -> str:
    return f"gap_decision:{decision_id}"


# --- appeals -----------------------------------------------------------------------------------------------------------


def look(gap_id: UUID, *, lock: bool) -> Subject | None:
    """A gap as appeals see it: who captured the shift, and who has decided."""
    rows = _decisions(gap_id)
    if not rows:
        return None
    if lock:
        people.lock_for_biometrics(rows[0].person_id)
        rows = _decisions(gap_id)
    spot_check = spot_checks.find(rows[0].spot_check_id)
    captured = _captured_by(rows[0].person_id, spot_check.task_id) if spot_check else set()
    return Subject(
        person_id=rows[0].person_id,
        district_id=rows[0].district_id,
        decided_at=rows[-1].decided_at,
        involved=frozenset(captured | {row.decided_by for row in rows}),
    )


def uphold(gap_id: UUID, ruling: Ruling) -> None:
    """Credit the minutes of a gap, as an appeal asked."""
    last = _decisions(gap_id)[-1]
    spot_check = spot_checks.find(last.spot_check_id)
    assert spot_check is not None  # its row is never deleted
    gap = rules.Gap(
        id=gap_id,
        spot_check_id=last.spot_check_id,
        task_id=spot_check.task_id,
        due_at=spot_check.due_at,
        starts_at=last.starts_at,
        ends_at=last.ends_at,
    )
    now_there = [each for each in reckon(last.person_id).gaps if each.id == gap_id]
    _append(
        now_there[0] if now_there else gap,
        last.person_id,
        last.district_id,
        ruling.by,
        credited=True,
        words=ruling.words,
        appeal_id=ruling.appeal_id,
    )
    refresh(last.person_id)


declare_subject(KIND, look=look, uphold=uphold)


# --- inside ------------------------------------------------------------------------------------------------------------


def _append(
    gap: rules.Gap,
    person_id: UUID,
    district_id: UUID,
    by: Principal,
    *,
    credited: bool,
    words: str,
    appeal_id: UUID | None = None,
) -> None:
    decision_id, moment = new_id(), now()
    try:
        key = keys.key_of(person_id)
        sealed = seal(key, words.strip().encode(), bound_to=_binding(decision_id))
    except keys.KeyErased:  # the words could name people: without a key they are not kept
        sealed = b""
    db.session().add(
        GapDecision(
            id=decision_id,
            gap_id=gap.id,
            number=len(_decisions(gap.id)) + 1,
            spot_check_id=gap.spot_check_id,
            person_id=person_id,
            district_id=district_id,
            starts_at=gap.starts_at,
            ends_at=gap.ends_at,
            credited=credited,
            sealed_words=sealed,
            appeal_id=appeal_id,
            decided_by=by.user_id,
            decided_at=moment,
        )
    )
    db.session().flush()
    record(
        "gap.decided",
        actor=by.actor,
        subject=f"gap:{gap.id}",
        at=moment,
        audience=Audience.SUPERVISION,
        district_id=district_id,
        credited=credited,
        person=f"person:{person_id}",
        task=f"task:{gap.task_id}",
        spot_check=f"spot_check:{gap.spot_check_id}",
        starts_at=gap.starts_at.isoformat(),
        ends_at=gap.ends_at.isoformat(),
        appeal=f"appeal:{appeal_id}" if appeal_id else None,
    )


def _decisions(gap_id: UUID) -> Sequence[GapDecision]:
    query = sa.select(GapDecision).where(GapDecision.gap_id == gap_id).order_by(GapDecision.number)
    return db.session().scalars(query).all()


def _captured_by(person_id: UUID, task_id: UUID) -> set[UUID]:
    query = sa.select(CheckIn.captured_by).where(CheckIn.person_id == person_id, CheckIn.task_id == task_id)
    return set(db.session().scalars(query))
