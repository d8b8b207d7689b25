"""Reading appeals: in one's districts, those due first on top, with words that only the person's key opens."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from backend.accounts.policy import districts_for
from backend.attendance.reviews import rules, subjects
from backend.attendance.reviews.models import Appeal
from backend.attendance.reviews.officers import Officers
from backend.attendance.reviews.service import unsealed
from backend.clock import now
from backend.database import db
from backend.errors import NotFound
from backend.ledger.service import log_access
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import AppealState

_ = Message
APPEAL = _("appeal")


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What was said, by whom, and how it was answered; None: the person's data was erased."""

    filed_by_person: str | None
    words: str | None
    late_reason: str | None
    ruling: str | None


def get(appeal_id: UUID, by: Principal) -> Appeal:
    """One appeal in the principal's districts; the read is logged."""
    appeal = db.session().scalar(scoped(by, "appeals.read").where(Appeal.id == appeal_id))
    if appeal is None:
        raise NotFound(APPEAL, appeal_id)
    log_access(by.actor, "appeals.read", f"appeal:{appeal.id}", now())
    return appeal


def peek(appeal_id: UUID) -> Appeal:
    """The appeal that the caller has just filed."""
    return db.session().get_one(Appeal, appeal_id, populate_existing=True)


def list_appeals(
    by: Principal,
    *,
    state: AppealState | None = None,
    person_id: UUID | None = None,
    kind: str | None = None,
    subject_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page:
    """Appeals in one state (open ones unless said), those due first on top, so overdue ones before all; reads are logged."""
    query = scoped(by, "appeals.read").where(Appeal.state == (state or AppealState.FILED))
    for column, value in (
        (Appeal.person_id, person_id),
        (Appeal.kind, kind),
        (Appeal.subject_id, subject_id),
    ):
        if value is not None:
            query = query.where(column == value)
    page = paginate(query, Appeal.due_at, Appeal.id, cursor=cursor, limit=limit, oldest_first=True)
    for appeal in page.items:
        log_access(by.actor, "appeals.list", f"appeal:{appeal.id}", now())
    return page


def open_on(kind: str, subject_id: UUID) -> UUID | None:
    """The open appeal about something, if there is one."""
    query = sa.select(Appeal.id).where(
        Appeal.kind == kind, Appeal.subject_id == subject_id, Appeal.state == AppealState.FILED
    )
    return db.session().scalar(query)


def lately_on(
    kind: str, subject_id: sa.ColumnElement[UUID] | InstrumentedAttribute[UUID], since: datetime
) -> sa.ColumnElement[bool]:
    """Whether there is an appeal about something, open or closed since then: a condition for queries of its feature."""
    lately = sa.or_(Appeal.closed_at.is_(None), Appeal.closed_at >= since)
    return sa.exists().where(Appeal.kind == kind, Appeal.subject_id == subject_id, lately)


def texts_of(appeal: Appeal) -> Texts:
    """Everything that was said; the key that opens it may be gone."""
    text = unsealed(appeal.person_id, appeal.sealed_text, bound_to=binding(appeal.id, "text"))
    said: dict[str, str] = json.loads(text) if text else {}
    return Texts(
        filed_by_person=said.get("filed_by_person"),
        words=said.get("words"),
        late_reason=said.get("late_reason"),
        ruling=unsealed(appeal.person_id, appeal.sealed_ruling, bound_to=binding(appeal.id, "ruling")),
    )


def overdue(appeal: Appeal) -> bool:
    """Whether an open appeal should have been decided by now."""
    return appeal.state is AppealState.FILED and now() > appeal.due_at


def why_not(appeal: Appeal, by: Principal, officers: Officers) -> Message | None:
    """Why the principal may not decide on an appeal; None: may."""
    facts = facts_of(appeal, subjects.KINDS[appeal.kind].look(appeal.subject_id, lock=False))
    return officers.explain(
        rules.bar_to_appeal(facts, by.user_id), appeal.district_id, rules.barred_for_good(facts)
    )


def facts_of(appeal: Appeal, subject: subjects.Subject | None) -> rules.AppealFacts:
    """What deciding on an appeal depends on."""
    involved = subject.involved if subject else frozenset()
    return rules.AppealFacts(state=appeal.state, filed_by=appeal.filed_by, involved=involved)


def scoped(by: Principal, action: str) -> sa.Select[Appeal]:
    """Appeals in the districts in which a principal may do an action."""
    allowed = districts_for(by, action)
    query = sa.select(Appeal)
    return query if allowed is None else query.where(Appeal.district_id.in_(allowed))


def binding(appeal_id: UUID, part: str) -> str:
    """What a sealed part of an appeal is bound to."""
    return f"appeal:{appeal_id}:{part}"
