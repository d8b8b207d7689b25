"""Check-ins: reading what came of them, and forgetting frames whose time is over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for, owns_only
from backend.adapters import blobs, settings
from backend.attendance import words
from backend.attendance.models import CheckIn
from backend.attendance.receiving import binding, frame_blob
from backend.attendance.reviews.rules import shows_evidence
from backend.blobs import BlobDamaged, BlobMissing, unseal
from backend.clock import now
from backend.database import db
from backend.errors import NotAllowed, NotFound
from backend.ledger.service import log_access, record
from backend.people import keys
from backend.tasks import service as tasks
from backend.web.language import current_language
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared import contracts
from shared.i18n import Message
from shared.vocabulary import (
    Audience,
    CheckInState,
    DecisionReason,
    EvidenceKind,
    FindingCode,
    FindingResult,
    Language,
    Outcome,
    ReviewState,
)

_ = Message
KEPT_ON_PHONE_DAYS = 60  # a phone may be offline for weeks and must still learn its verdicts
PURGE_BATCH = 200


def frames_to_purge() -> dict[UUID, list[str]]:
    """Judged check-ins whose frames' time is over, a batch, with the names of their blobs."""
    before = now() - timedelta(days=settings().photo_retention_days)
    query = sa.select(CheckIn).where(
        CheckIn.received_at < before, CheckIn.frames_purged_at.is_(None), CheckIn.state == CheckInState.JUDGED
    )
    # What a person is still to look at stays
    query = query.where(CheckIn.review_state.is_distinct_from(ReviewState.OPEN))
    rows = db.session().scalars(query.order_by(CheckIn.received_at).limit(PURGE_BATCH))
    return {
        row.id: [frame_blob(row.id, row.person_id, digest) for digest in row.frame_hashes] for row in rows
    }


def mark_purged(check_in_ids: Collection[UUID]) -> None:
    """Note that frames are gone; hashes, verdict and ledger stay."""
    db.session().execute(
        sa.update(CheckIn).where(CheckIn.id.in_(check_in_ids)).values(frames_purged_at=now())
    )
    record(
        "evidence.purged",
        actor="system",
        subject="check_ins",
        at=now(),
        audience=Audience.SUPERVISION,
        check_ins=len(check_in_ids),
    )


# --- reading -----------------------------------------------------------------------------------------------------------


def answer(row: CheckIn, language: Language | None = None) -> contracts.CheckInAnswer:
    """A check-in as its device and the console see it, in words of the reader's language."""
    language = language or current_language()
    return contracts.CheckInAnswer(
        id=row.id,
        state=row.state,
        received=tuple(row.frame_hashes),
        outcome=row.outcome,
        remedy=row.remedy,
        findings=tuple(_in_words(finding, language) for finding in row.findings),
        summary=words.summary(row.outcome, row.remedy, language),
        decided_at=row.decided_at,
        ledger_id=row.ledger_id,
        ledger_hash=row.ledger_hash,
        decision=_decision(row, language),
    )


def _decision(row: CheckIn, language: Language) -> contracts.Decision | None:
    if row.decision is None:
        return None
    outcome = Outcome(row.decision["outcome"])
    return contracts.Decision(
        outcome=outcome,
        text=words.decision(outcome, DecisionReason(row.decision["reason"]), language),
        decided_at=datetime.fromisoformat(row.decision["decided_at"]),
    )


def peek(check_in_id: UUID) -> contracts.CheckInAnswer:
    """The answer on a check-in that the caller has just sent."""
    return answer(db.session().get_one(CheckIn, check_in_id, populate_existing=True))


def get(check_in_id: UUID, by: Principal, action: str = "check_ins.read") -> CheckIn:
    """One check-in in the principal's scope of an action; the read is logged."""
    row = db.session().scalar(_scoped(sa.select(CheckIn).where(CheckIn.id == check_in_id), by, action))
    if row is None:
        raise NotFound(_("check-in"), check_in_id)
    log_access(by.actor, action, f"check_in:{row.id}", now())
    return row


def list_check_ins(
    by: Principal,
    *,
    person_id: UUID | None,
    task_id: UUID | None,
    outcome: Outcome | None,
    cursor: str | None,
    limit: int,
) -> Page:
    """Check-ins in the principal's scope, newest first; the read is logged."""
    query = _scoped(sa.select(CheckIn), by, "check_ins.read")
    for column, value in (
        (CheckIn.person_id, person_id),
        (CheckIn.task_id, task_id),
        (CheckIn.outcome, outcome),
    ):
        if value is not None:
            query = query.where(column == value)
    page = paginate(query, CheckIn.received_at, CheckIn.id, cursor=cursor, limit=limit)
    for row in page.items:
        log_access(by.actor, "check_ins.list", f"check_in:{row.id}", now())
    return page


def frame(check_in_id: UUID, index: int, by: Principal) -> bytes:
    """One frame's bytes as they were signed, for those who may see evidence; the read is logged."""
    row = db.session().scalar(
        _scoped(sa.select(CheckIn).where(CheckIn.id == check_in_id), by, "check_ins.evidence")
    )
    if row is None or index >= len(row.frame_hashes):
        raise NotFound(_("frame"), f"{check_in_id}/{index}")
    if not shows_evidence(by.role, row.review_state):
        raise NotAllowed(_("Frames are shown to dispatchers only of check-ins that are or were in review."))
    digest = row.frame_hashes[index]
    log_access(by.actor, "check_ins.evidence", f"check_in:{row.id}", now())
    try:
        sealed = blobs().get(frame_blob(row.id, row.person_id, digest))
        return unseal(keys.key_of(row.person_id), sealed, bound_to=binding(row.id, digest))
    except (keys.KeyErased, BlobMissing, BlobDamaged) as error:
        raise NotFound(_("frame"), f"{check_in_id}/{index}") from error


def visible(by: Principal) -> dict[UUID, str]:
    """The check-ins of a device's user that its phone should know the verdict of, with what changes when they do."""
    since = now() - timedelta(days=KEPT_ON_PHONE_DAYS)
    rows = db.session().execute(
        sa.select(CheckIn.id, CheckIn.state, CheckIn.standing, CheckIn.review_state).where(
            CheckIn.captured_by == by.user_id, CheckIn.received_at >= since
        )
    )
    return {row.id: f"{row.state}.{row.standing}.{row.review_state}" for row in rows}


def load(by: Principal, check_in_ids: list[UUID]) -> list[contracts.CheckInAnswer]:
    """Answers for a phone."""
    rows = db.session().scalars(
        sa.select(CheckIn).where(CheckIn.id.in_(check_in_ids), CheckIn.captured_by == by.user_id)
    )
    return [answer(row) for row in rows]


def has_check_in(task_id: UUID) -> bool:
    """Whether somebody was checked in on a task and not refused, or not in the end."""
    kept = CheckIn.standing.is_(None) | (CheckIn.standing != Outcome.REFUSED)
    return (
        db.session().scalar(sa.select(CheckIn.id).where(CheckIn.task_id == task_id, kept).limit(1))
        is not None
    )


tasks.declare_evidence(EvidenceKind.CHECK_IN, has_check_in)


def _scoped(query: sa.Select[CheckIn], by: Principal, action: str) -> sa.Select[CheckIn]:
    if owns_only(by, action):
        query = query.where(CheckIn.captured_by == by.user_id)
    allowed = districts_for(by, action)
    return query if allowed is None else query.where(CheckIn.district_id.in_(allowed))


def _in_words(finding: dict[str, Any], language: Language) -> contracts.Finding:
    code, result = FindingCode(finding["code"]), FindingResult(finding["result"])
    text = words.sentence(code, result, finding["value"], finding["threshold"], language)
    return contracts.Finding(**{**finding, "code": code, "result": result, "text": text})
