"""Decisions on the minutes round spot checks that nobody answered, and appeals against them.

A decision holds for the minutes that the gap had then (see rules.gaps): a gap that was split since is still decided on, and
names the gap under whose id that was done, which is the one to appeal against.
"""

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
from backend.attendance.spot_checks.models import SpotCheck
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
    """A gap with the decision that stands; ``decided_as`` is the gap that the decision named."""

    id: UUID
    spot_check_ids: Sequence[UUID]
    task_id: UUID
    due_at: datetime
    starts_at: datetime
    ends_at: datetime
    waiting: bool
    credited: bool | None
    decided_as: UUID | None
    decided_by: UUID | None
    decided_at: datetime | None
    words: str | None


def decide(person_id: UUID, gap_id: UUID, by: Principal, *, credited: bool, words: str) -> GapView:
    """Say whether the minutes of a gap count; never by whoever captured check-ins of that shift."""
    person = people.require(person_id, by, "hours.decide", lock=True)
    gap = next((each for each in reckon(person_id).gaps if each.id == gap_id), None)
    if gap is None:
        raise NotFound(_("gap"), gap_id)
    if by.user_id in _captured_by(person_id, gap.task_id, gap.starts_at, gap.ends_at):
        raise NotAllowed(
            _("You captured check-ins of this shift: another member of staff must decide on its minutes.")
        )
    if gap.credited is not None:
        raise Conflict(_("These minutes were decided on already; an appeal can change that."))
    if gap.waiting:
        raise Conflict(
            _(
                "The answer to a spot check in these minutes may still come from a phone without a network, or is in review: "
                "decide when it is settled."
            )
        )
    _append(gap, person_id, person.district_id, by, credited=credited, words=words)
    refresh(person_id)
    [decided] = views(person_id, [each for each in reckon(person_id).gaps if each.id == gap_id])
    return decided


def views(person_id: UUID, gaps: Sequence[rules.Gap]) -> list[GapView]:
    """Gaps with the decisions that stand on them."""
    shown = []
    for gap in gaps:
        row = db.session().get(GapDecision, gap.decision.decision_id) if gap.decision else None
        shown.append(
            GapView(
                id=gap.id,
                spot_check_ids=gap.spot_check_ids,
                task_id=gap.task_id,
                due_at=gap.due_at,
                starts_at=gap.starts_at,
                ends_at=gap.ends_at,
                waiting=gap.waiting,
                credited=gap.credited,
                decided_as=row.gap_id if row else None,
                decided_by=row.decided_by if row else None,
                decided_at=row.decided_at if row else None,
                words=_words(person_id, row) if row else None,
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
        people.lock(rows[0].person_id)
        rows = _decisions(gap_id)
    last = rows[-1]
    captured = _captured_by(last.person_id, _first_check(last).task_id, last.starts_at, last.ends_at)
    return Subject(
        person_id=rows[0].person_id,
        district_id=rows[0].district_id,
        decided_at=rows[-1].decided_at,
        involved=frozenset(captured | {row.decided_by for row in rows}),
    )


def uphold(gap_id: UUID, ruling: Ruling) -> None:
    """Credit the minutes that were decided on, as an appeal asked; what the gap has grown by since is open."""
    last = _decisions(gap_id)[-1]
    first_check = _first_check(last)
    gap = rules.Gap(
        id=gap_id,
        spot_check_ids=(first_check.id,),
        task_id=first_check.task_id,
        due_at=first_check.due_at,
        starts_at=last.starts_at,
        ends_at=last.ends_at,
    )
    _append(
        gap,
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
            spot_check_id=gap.spot_check_ids[0],
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
        spot_checks=[f"spot_check:{each}" for each in gap.spot_check_ids],
        starts_at=gap.starts_at.isoformat(),
        ends_at=gap.ends_at.isoformat(),
        appeal=f"appeal:{appeal_id}" if appeal_id else None,
    )


def _decisions(gap_id: UUID) -> Sequence[GapDecision]:
    query = sa.select(GapDecision).where(GapDecision.gap_id == gap_id).order_by(GapDecision.number)
    return db.session().scalars(query).all()


def _first_check(row: GapDecision) -> SpotCheck:
    spot_check = spot_checks.find(row.spot_check_id)
    assert spot_check is not None  # its row is never deleted
    return spot_check


def _captured_by(person_id: UUID, task_id: UUID, starts_at: datetime, ends_at: datetime) -> set[UUID]:
    """Who captured check-ins of the person on a task, or on any other whose check-ins hold or meet these minutes."""
    of_person = CheckIn.person_id == person_id
    within = sa.select(CheckIn.task_id).where(of_person, CheckIn.captured_at.between(starts_at, ends_at))
    query = sa.select(CheckIn.captured_by).where(
        of_person, sa.or_(CheckIn.task_id == task_id, CheckIn.task_id.in_(within))
    )
    return set(db.session().scalars(query))
