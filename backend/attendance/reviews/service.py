"""Reviews: the queue of check-ins that a person looks at, and the one function by which a person decides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for
from backend.attendance import standing
from backend.attendance.models import CheckIn
from backend.attendance.reviews import rules, subjects
from backend.attendance.reviews.models import Decision
from backend.attendance.reviews.officers import Officers
from backend.blobs import BlobDamaged, seal, unseal
from backend.clock import now
from backend.database import db
from backend.errors import Invalid, NotFound
from backend.ledger.service import log_access, record
from backend.people import keys
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import Audience, CheckInState, DecisionReason, Outcome, ReviewCause, ReviewState

_ = Message
CHECK_IN = "check_in"  # as a subject of appeals
REVIEW = _("review")


def queue(
    by: Principal,
    *,
    cause: ReviewCause | None = None,
    person_id: UUID | None = None,
    task_id: UUID | None = None,
    mine: bool | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page:
    """Check-ins that wait for a decision in the principal's districts, oldest first; ``mine``: captured by the principal."""
    query = _scoped(by, "reviews.read").where(CheckIn.review_state == ReviewState.OPEN)
    for column, value in (
        (CheckIn.review_cause, cause),
        (CheckIn.person_id, person_id),
        (CheckIn.task_id, task_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if mine is not None:
        query = query.where((CheckIn.captured_by == by.user_id) == mine)
    page = paginate(query, CheckIn.received_at, CheckIn.id, cursor=cursor, limit=limit, oldest_first=True)
    for row in page.items:
        log_access(by.actor, "reviews.list", f"check_in:{row.id}", now())
    return page


def get(check_in_id: UUID, by: Principal) -> CheckIn:
    """A check-in that is or was in review; the read is logged."""
    row = _row(check_in_id, by, "reviews.read")
    log_access(by.actor, "reviews.read", f"check_in:{row.id}", now())
    return row


def why_not(row: CheckIn, by: Principal, officers: Officers) -> Message | None:
    """Why the principal may not decide on a check-in; None: may."""
    return officers.explain(_bar(row, by), row.district_id, _barred(row))


def decide(
    check_in_id: UUID, by: Principal, *, outcome: Outcome, reason: DecisionReason, words: str
) -> CheckIn:
    """Decide on a check-in in review, once: it waits for whoever decides at the same moment and then says so."""
    check_words(words, reason)
    row = _row(check_in_id, by, "reviews.decide", lock=True)
    Officers(by, "reviews.decide").refuse(_bar(row, by), row.district_id, _barred(row))
    cause = row.review_cause or ReviewCause.DOUBT
    stand(row, by, outcome=outcome, reason=reason, words=words, cause=cause, at=now())
    return row


def stand(
    row: CheckIn,
    by: Principal,
    *,
    outcome: Outcome,
    reason: DecisionReason,
    words: str,
    cause: ReviewCause,
    at: datetime,
    appeal_id: UUID | None = None,
) -> None:
    """Make a person's decision stand on a locked check-in: a row that nothing changes, the standing outcome, the ledger."""
    number = 1 + max((decision.number for decision in decisions_on(row.id)), default=0)
    decision_id = rules.decision_id(row.id, number)
    db.session().add(
        Decision(
            id=decision_id,
            check_in_id=row.id,
            number=number,
            cause=cause,
            outcome=outcome,
            reason=reason,
            sealed_words=sealed(row.person_id, words, bound_to=_binding(decision_id)),
            appeal_id=appeal_id,
            decided_by=by.user_id,
            decided_at=at,
        )
    )
    row.standing, row.review_state, row.review_cause = outcome, ReviewState.DECIDED, cause
    row.decision = {
        "outcome": outcome.value,
        "reason": reason.value,
        "cause": cause.value,
        "number": number,
        "decided_at": at.isoformat(),
    }
    record(
        "check_in.decided",
        actor=by.actor,
        subject=f"check_in:{row.id}",
        at=at,
        audience=Audience.SUPERVISION,
        district_id=row.district_id,
        outcome=outcome.value,
        reason=reason.value,
        cause=cause.value,
        number=number,
        verdict=row.outcome.value if row.outcome else None,
        person=f"person:{row.person_id}",
        task=f"task:{row.task_id}",
    )
    standing.changed(row.person_id)


def decisions_on(check_in_id: UUID) -> list[Decision]:
    """Every decision on a check-in, oldest first."""
    query = sa.select(Decision).where(Decision.check_in_id == check_in_id).order_by(Decision.number)
    return list(db.session().scalars(query))


def words_of(decision: Decision, person_id: UUID) -> str | None:
    """The words of a decision; None when the person's key is gone."""
    return unsealed(person_id, decision.sealed_words, bound_to=_binding(decision.id))


def check_words(words: str, reason: DecisionReason) -> None:
    """Refuse words that say too little for the reason."""
    least, count = rules.words_least(reason), len(words.strip())
    if count < least:
        raise Invalid(
            {
                "words": [
                    _(
                        "must say more for the reason {reason}: at least {least} characters, were {count}"
                    ).format(reason=reason.value, least=least, count=count)
                ]
            }
        )


def sealed(person_id: UUID, text: str, *, bound_to: str) -> bytes | None:
    """A text sealed with the person's key; None for an erased person, of whom nothing more is kept."""
    try:
        return seal(keys.key_of(person_id), text.encode(), bound_to=bound_to)
    except keys.KeyErased:
        return None


def unsealed(person_id: UUID, blob: bytes | None, *, bound_to: str) -> str | None:
    """The text of ``sealed``; None when nobody can read it any more."""
    if blob is None:
        return None
    try:
        return unseal(keys.key_of(person_id), blob, bound_to=bound_to).decode()
    except (keys.KeyErased, BlobDamaged):
        return None


# --- check-ins as a subject of appeals ---------------------------------------------------------------------------------


def look(check_in_id: UUID, *, lock: bool) -> subjects.Subject | None:
    """What appeals know of a check-in. While a first decision is awaited there is nothing to appeal against."""
    row = db.session().get(CheckIn, check_in_id, with_for_update=lock, populate_existing=lock)
    if row is None or row.state is not CheckInState.JUDGED:
        return None
    earlier = decisions_on(row.id)
    awaited = row.review_state is ReviewState.OPEN and row.review_cause is not ReviewCause.APPEAL
    decided_at = earlier[-1].decided_at if earlier else row.decided_at
    return subjects.Subject(
        person_id=row.person_id,
        district_id=row.district_id,
        decided_at=None if awaited else decided_at,
        involved=_involved(row, earlier),
    )


def uphold(check_in_id: UUID, ruling: subjects.Ruling) -> None:
    """The person was right: the check-in stands as accepted, whatever stood before."""
    _rule(check_in_id, ruling, Outcome.ACCEPTED)


def reject(check_in_id: UUID, ruling: subjects.Ruling) -> None:
    """What stood stays, now as the decision of one more person."""
    _rule(check_in_id, ruling, None)


def reopen(check_in_id: UUID, _appeal_id: UUID) -> None:
    """An appeal was filed: the check-in is in review again, and what stood stands meanwhile."""
    row = db.session().get_one(CheckIn, check_in_id)
    row.review_state, row.review_cause = ReviewState.OPEN, ReviewCause.APPEAL


def close(check_in_id: UUID, _appeal_id: UUID) -> None:
    """The appeal was withdrawn: everything is as it was. One that nobody decided on must not look decided."""
    row = db.session().get_one(CheckIn, check_in_id)
    earlier = decisions_on(row.id)
    row.review_state = ReviewState.DECIDED if earlier else None
    row.review_cause = earlier[-1].cause if earlier else None


subjects.declare_subject(CHECK_IN, look=look, uphold=uphold, reject=reject, reopen=reopen, close=close)


def _rule(check_in_id: UUID, ruling: subjects.Ruling, outcome: Outcome | None) -> None:
    row = db.session().get_one(CheckIn, check_in_id)
    stand(
        row,
        ruling.by,
        outcome=outcome or row.standing or row.outcome or Outcome.REFUSED,
        reason=ruling.reason,
        words=ruling.words,
        cause=ReviewCause.APPEAL,
        at=ruling.at,
        appeal_id=ruling.appeal_id,
    )


def _involved(row: CheckIn, earlier: Iterable[Decision]) -> frozenset[UUID]:
    return frozenset({row.captured_by, *(decision.decided_by for decision in earlier)})


def _barred(row: CheckIn) -> frozenset[UUID]:
    return frozenset({row.captured_by})


def _bar(row: CheckIn, by: Principal) -> rules.Bar | None:
    facts = rules.ReviewFacts(state=row.review_state, cause=row.review_cause, captured_by=row.captured_by)
    return rules.bar_to_review(facts, by.user_id)


def _row(check_in_id: UUID, by: Principal, action: str, *, lock: bool = False) -> CheckIn:
    query = _scoped(by, action).where(CheckIn.id == check_in_id, CheckIn.review_state.is_not(None))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = db.session().scalar(query)
    if row is None:
        raise NotFound(REVIEW, check_in_id)
    return row


def _scoped(by: Principal, action: str) -> sa.Select[CheckIn]:
    allowed = districts_for(by, action)
    query = sa.select(CheckIn)
    return query if allowed is None else query.where(CheckIn.district_id.in_(allowed))


def _binding(decision_id: UUID) -> str:
    return f"decision:{decision_id}:words"
