"""Appeals: a person's objection is written down, another officer decides on it in time, and what stands may change."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.accounts.policy import districts_for
from backend.adapters import settings
from backend.attendance.reviews import rules, subjects
from backend.attendance.reviews.appeal_reading import APPEAL, binding, facts_of, scoped
from backend.attendance.reviews.appeal_reading import open_on as open_on
from backend.attendance.reviews.models import Appeal
from backend.attendance.reviews.officers import Officers
from backend.attendance.reviews.service import check_words, sealed
from backend.clock import now
from backend.database import db
from backend.errors import Conflict, Invalid, NotFound
from backend.ledger.service import record
from backend.people import service as people
from backend.web.principal import Principal
from shared.encoding import canonical_json
from shared.i18n import Message
from shared.vocabulary import AppealState, Audience, DecisionReason

_ = Message


@dataclass(frozen=True, kw_only=True)
class Objection:
    """What a person brought, as somebody wrote it down."""

    person_id: UUID
    kind: str
    subject_id: UUID
    filed_as: rules.AppealForm
    filed_on: date
    filed_by_person: str  # who brought it: the person, a lawyer, a relative
    words: str
    late_reason: str = ""


def file(appeal_id: UUID, objection: Objection, by: Principal) -> None:
    """Write an appeal down; the same id with the same content does nothing. A late one is kept too, and marked."""
    digest = _content_hash(objection)
    if _known(appeal_id, digest, by):
        return
    kind, subject = _subject(objection, by)
    if _known(appeal_id, digest, by):  # the same request came first while this one waited for the lock
        return
    if subject.decided_at is None:
        raise Conflict(_("Nothing has been decided on this yet: an appeal can follow the decision."))
    open_id = open_on(objection.kind, objection.subject_id)
    if open_id is not None:
        raise Conflict(_("There is an open appeal on this already: see {id}.").format(id=str(open_id)))
    _check_filed_on(objection.filed_on, subject.decided_at)
    texts = {
        "filed_by_person": objection.filed_by_person,
        "words": objection.words,
        "late_reason": objection.late_reason,
    }
    blob = sealed(
        objection.person_id, json.dumps(texts, ensure_ascii=False), bound_to=binding(appeal_id, "text")
    )
    if blob is None:
        raise Conflict(_("This person's data was erased."))
    until = rules.appeal_until(subject.decided_at, settings().appeal_days, _zone())
    appeal = Appeal(
        id=appeal_id,
        state=AppealState.FILED,
        person_id=objection.person_id,
        district_id=subject.district_id,
        kind=objection.kind,
        subject_id=objection.subject_id,
        filed_as=objection.filed_as,
        filed_on=objection.filed_on,
        filed_by=by.user_id,
        received_at=now(),
        content_hash=digest,
        sealed_text=blob,
        appeal_until=until,
        late=objection.filed_on > until,
        due_at=rules.due_at(objection.filed_on, settings().appeal_decide_days, _zone()),
    )
    db.session().add(appeal)
    kind.reopen(objection.subject_id, appeal_id)
    _record("appeal.filed", appeal, by, appeal.received_at, filed_as=appeal.filed_as.value, late=appeal.late)


def decide(appeal_id: UUID, by: Principal, *, upheld: bool, words: str, reason: DecisionReason) -> Appeal:
    """Decide on an appeal, once, by an officer who had no hand in it; upheld, what the person asked for stands."""
    check_words(words, reason)
    appeal, subject = _locked(appeal_id, by, "appeals.decide")
    facts = facts_of(appeal, subject)
    Officers(by, "appeals.decide").refuse(
        rules.bar_to_appeal(facts, by.user_id), appeal.district_id, rules.barred_for_good(facts)
    )
    moment = now()
    _close(appeal, AppealState.UPHELD if upheld else AppealState.REJECTED, by, moment, words)
    kind = subjects.KINDS[appeal.kind]
    ruling = subjects.Ruling(appeal_id=appeal.id, by=by, at=moment, reason=reason, words=words)
    (kind.uphold if upheld else kind.reject)(appeal.subject_id, ruling)
    _record(
        "appeal.decided",
        appeal,
        by,
        moment,
        outcome=appeal.state.value,
        late=appeal.late,
        overdue=moment > appeal.due_at,
    )
    return appeal


def withdraw(appeal_id: UUID, by: Principal, *, words: str) -> Appeal:
    """Write down that the person withdrew an appeal; nobody whom it is about may."""
    appeal, subject = _locked(appeal_id, by, "appeals.file")
    facts = facts_of(appeal, subject)
    Officers(by, "appeals.decide").refuse(
        rules.bar_to_withdraw(facts, by.user_id), appeal.district_id, rules.barred_for_good(facts)
    )
    _close(appeal, AppealState.WITHDRAWN, by, now(), words)
    subjects.KINDS[appeal.kind].close(appeal.subject_id, appeal.id)
    _record("appeal.withdrawn", appeal, by, now())
    return appeal


def _known(appeal_id: UUID, digest: str, by: Principal) -> bool:
    """Whether this very appeal was written down before; the same id with other content is a conflict."""
    row = db.session().get(Appeal, appeal_id)
    if row is None:
        return False
    if row.filed_by != by.user_id or row.content_hash != digest:
        raise Conflict(
            _("There is an appeal {id} with other content: choose a new id.").format(id=str(appeal_id))
        )
    return True


def _subject(objection: Objection, by: Principal) -> tuple[subjects.SubjectKind, subjects.Subject]:
    """What the appeal is about, locked: it must be the person's own and in the principal's districts."""
    kind = subjects.KINDS.get(objection.kind)
    if kind is None:
        raise Invalid(
            {"about.kind": [_("must be one of: {choices}").format(choices=", ".join(sorted(subjects.KINDS)))]}
        )
    subject = kind.look(objection.subject_id, lock=True)
    own = subject is not None and subject.person_id == objection.person_id
    allowed = districts_for(by, "appeals.file")
    reached = own and subject is not None and (allowed is None or subject.district_id in allowed)
    try:
        people.require(
            objection.person_id, by, "appeals.file", or_among=(objection.person_id,) if reached else ()
        )
    except NotFound as error:
        raise Invalid({"person_id": [error.detail]}) from error
    if subject is None or not own:
        raise Invalid(
            {
                "about.id": [
                    _("must name something that concerns this person and has a verdict, was {value}").format(
                        value=str(objection.subject_id)
                    )
                ]
            }
        )
    return kind, subject


def _locked(appeal_id: UUID, by: Principal, action: str) -> tuple[Appeal, subjects.Subject | None]:
    """An appeal and its subject, both locked, the subject first: filing locks in the same order."""
    appeal = db.session().scalar(scoped(by, action).where(Appeal.id == appeal_id))
    if appeal is None:
        raise NotFound(APPEAL, appeal_id)
    subject = subjects.KINDS[appeal.kind].look(appeal.subject_id, lock=True)
    return db.session().get_one(Appeal, appeal_id, with_for_update=True, populate_existing=True), subject


def _close(appeal: Appeal, state: AppealState, by: Principal, moment: datetime, words: str) -> None:
    appeal.state, appeal.closed_by, appeal.closed_at = state, by.user_id, moment
    appeal.sealed_ruling = sealed(appeal.person_id, words, bound_to=binding(appeal.id, "ruling"))


def _check_filed_on(filed_on: date, decided_at: datetime) -> None:
    today, decided_on = rules.local_day(now(), _zone()), rules.local_day(decided_at, _zone())
    if not decided_on <= filed_on <= today:
        raise Invalid(
            {
                "filed_on": [
                    _(
                        "must lie between the day of the decision, {first}, and today, {last}; was {value}"
                    ).format(first=decided_on.isoformat(), last=today.isoformat(), value=filed_on.isoformat())
                ]
            }
        )


def _record(kind: str, appeal: Appeal, by: Principal, at: datetime, **facts: Any) -> None:
    record(
        kind,
        actor=by.actor,
        subject=f"appeal:{appeal.id}",
        at=at,
        audience=Audience.SUPERVISION,
        district_id=appeal.district_id,
        about=f"{appeal.kind}:{appeal.subject_id}",
        person=f"person:{appeal.person_id}",
        **facts,
    )


def _content_hash(objection: Objection) -> str:
    """Keyed: words that can be guessed must not be confirmed by their hash after an erasure."""
    content = canonical_json({name: str(value) for name, value in vars(objection).items()})
    return hmac.new(settings().secret_bytes("search_key"), content, hashlib.sha256).hexdigest()


def _zone() -> ZoneInfo:
    return ZoneInfo(settings().time_zone)
