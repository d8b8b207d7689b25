"""Absences: confirmed or not by another than who entered them, read by staff and other features. Facts, never a judgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from backend.accounts.policy import districts_for
from backend.adapters import settings
from backend.attendance.paper import rules, sealed
from backend.attendance.paper.deciding import Decided, add_decision, decided, require_another, require_kept
from backend.attendance.paper.models import Absence, AbsenceDecision, AbsenceDocument
from backend.attendance.paper.sealed import Document, Owner
from backend.attendance.paper.words import ABSENCE_REASONS
from backend.attendance.reviews.subjects import Ruling, Subject, declare_subject
from backend.clock import now
from backend.database import db
from backend.errors import Conflict, NotFound
from backend.ledger.service import log_access, record
from backend.people import service as people
from backend.web.language import current_language
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared.i18n import Message, translate
from shared.vocabulary import AbsenceReason, AbsenceState, Audience

_ = Message
ABSENCE, DOCUMENT = _("absence"), _("document")
KIND = "absence"


@dataclass(frozen=True, kw_only=True)
class AbsenceView:
    """An absence as staff see it, with its words open."""

    id: UUID
    state: AbsenceState
    person_id: UUID
    district_id: UUID
    from_day: date
    until_day: date
    reason: AbsenceReason
    reason_text: str
    words: str | None
    documents: Sequence[AbsenceDocument]
    document_missing: bool
    document_due_on: date | None
    document_overdue: bool
    entered_by: UUID
    entered_at: datetime
    purged_at: datetime | None
    decision: Decided | None


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a person was not there on some days, as other features show it."""

    absence_id: UUID
    from_day: date
    until_day: date  # the last day of it
    reason: AbsenceReason
    state: AbsenceState
    document_missing: bool


# --- deciding ----------------------------------------------------------------------------------------------------------


def decide(absence_id: UUID, by: Principal, *, outcome: AbsenceState, words: str) -> AbsenceView:
    """Confirm an absence's reason or not, once, by another than who entered it or brought its documents."""
    absence = find(absence_id, by, "absences.decide", lock=True)
    require_open(absence)
    require_another(by, _who_brought_it(absence))
    people.require(absence.person_id, by, "people.read", or_among={absence.person_id})  # not erased
    _settle(absence, by, outcome, words)
    return view(absence)


def _settle(
    absence: Absence, by: Principal, outcome: AbsenceState, words: str, *, appeal_id: UUID | None = None
) -> None:
    absence.state = outcome
    decision = AbsenceDecision(outcome=outcome)
    add_decision(absence.decisions, decision, owner_of(absence), by, words, appeal_id=appeal_id)
    note_in_ledger("absence.decided", absence, by, outcome=outcome.value, on_appeal=appeal_id is not None)


# --- reading -----------------------------------------------------------------------------------------------------------


def peek(absence_id: UUID) -> AbsenceView:
    """The absence that the caller has just entered: it tells nothing new, so it is no logged read."""
    return view(db.session().get_one(Absence, absence_id, populate_existing=True))


def get(absence_id: UUID, by: Principal) -> AbsenceView:
    """One absence in the principal's districts; the read is logged."""
    absence = find(absence_id, by, "absences.read")
    log_access(by.actor, "absences.read", f"absence:{absence.id}", now())
    return view(absence)


def list_absences(
    by: Principal,
    *,
    state: AbsenceState | None = None,
    person_id: UUID | None = None,
    cursor: str | None,
    limit: int,
) -> Page:
    """Absences in the principal's districts, newest first; each read is logged."""
    query = _in_scope(sa.select(Absence), by, "absences.read")
    if state is not None:
        query = query.where(Absence.state == state)
    if person_id is not None:
        query = query.where(Absence.person_id == person_id)
    page = paginate(query, Absence.entered_at, Absence.id, cursor=cursor, limit=limit)
    for absence in page.items:
        log_access(by.actor, "absences.list", f"absence:{absence.id}", now())
    return Page([view(absence) for absence in page.items], page.next)


def document(absence_id: UUID, index: int, by: Principal) -> Document:
    """One document as it was sent; the read is logged."""
    absence = find(absence_id, by, "absences.read")
    if index >= len(absence.documents):
        raise NotFound(DOCUMENT, f"{absence_id}/{index}")
    require_kept(absence.purged_at)
    log_access(by.actor, "absences.document", f"absence:{absence.id}", now())
    row = absence.documents[index]
    data = sealed.open_file(owner_of(absence), row.sha256)
    if data is None:
        raise NotFound(DOCUMENT, f"{absence_id}/{index}")
    return Document(data, row.is_pdf)


# --- for other features ------------------------------------------------------------------------------------------------


def reasons_between(person_id: UUID, from_day: date, until_day: date) -> list[Reason]:
    """The absences that touch the days from ``from_day`` to ``until_day``, both included, whatever was decided; by first day."""
    query = sa.select(Absence).where(
        Absence.person_id == person_id, Absence.from_day <= until_day, Absence.until_day >= from_day
    )
    return [
        Reason(
            absence_id=row.id,
            from_day=row.from_day,
            until_day=row.until_day,
            reason=row.reason,
            state=row.state,
            document_missing=_document_missing(row),
        )
        for row in db.session().scalars(query.order_by(Absence.from_day, Absence.id))
    ]


# --- appeals -----------------------------------------------------------------------------------------------------------


def look(absence_id: UUID, *, lock: bool) -> Subject | None:
    """An absence as appeals know it."""
    absence = db.session().get(Absence, absence_id, with_for_update=lock, populate_existing=lock)
    if absence is None:
        return None
    return Subject(
        person_id=absence.person_id,
        district_id=absence.district_id,
        decided_at=absence.decisions[-1].decided_at if absence.decisions else None,
        involved=_who_brought_it(absence) | {decision.decided_by for decision in absence.decisions},
    )


def uphold(absence_id: UUID, ruling: Ruling) -> None:
    """Confirm an absence's reason on appeal."""
    absence = db.session().get_one(Absence, absence_id, with_for_update=True, populate_existing=True)
    _settle(absence, ruling.by, AbsenceState.CONFIRMED, ruling.words, appeal_id=ruling.appeal_id)


declare_subject(KIND, look=look, uphold=uphold)


def _who_brought_it(absence: Absence) -> frozenset[UUID]:
    return frozenset({absence.entered_by, *(document.added_by for document in absence.documents)})


def require_open(absence: Absence) -> None:
    """Refuse to touch an absence that was decided."""
    if absence.state is not AbsenceState.ENTERED:
        message = _("This absence was decided already ({state}): whoever disagrees can file an appeal.")
        raise Conflict(message.format(state=absence.state.value))


def find(absence_id: UUID, by: Principal, action: str, *, lock: bool = False) -> Absence:
    """An absence on which the principal may do the action; locked until the transaction ends if wished."""
    query = _in_scope(sa.select(Absence).where(Absence.id == absence_id), by, action)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    absence = db.session().scalar(query)
    if absence is None:
        raise NotFound(ABSENCE, absence_id)
    return absence


def _in_scope(query: sa.Select[Absence], by: Principal, action: str) -> sa.Select[Absence]:
    allowed = districts_for(by, action)
    return query if allowed is None else query.where(Absence.district_id.in_(allowed))


def owner_of(absence: Absence) -> Owner:
    """Whose key seals what belongs to an absence."""
    return Owner(kind=KIND, id=absence.id, person_id=absence.person_id)


def city_day(moment: datetime) -> date:
    """The day on the city's calendar."""
    return moment.astimezone(ZoneInfo(settings().time_zone)).date()


def _document_missing(absence: Absence) -> bool:
    return absence.reason in rules.WITH_DOCUMENT and not absence.documents


def note_in_ledger(kind: str, absence: Absence, by: Principal, **facts: Any) -> None:
    """Record an act on an absence: neither reason nor words nor days."""
    record(
        kind,
        actor=by.actor,
        subject=f"absence:{absence.id}",
        at=now(),
        audience=Audience.SUPERVISION,
        district_id=absence.district_id,
        person=f"person:{absence.person_id}",
        **facts,
    )


def view(absence: Absence) -> AbsenceView:
    """An absence with its words open."""
    owner = owner_of(absence)
    missing = _document_missing(absence)
    due_on = rules.document_due_on(
        absence.reason,
        absence.until_day,
        city_day(absence.entered_at),
        within=timedelta(days=settings().absence_document_days),
    )
    due_on = due_on if missing else None
    return AbsenceView(
        id=absence.id,
        state=absence.state,
        person_id=absence.person_id,
        district_id=absence.district_id,
        from_day=absence.from_day,
        until_day=absence.until_day,
        reason=absence.reason,
        reason_text=translate(ABSENCE_REASONS[absence.reason], current_language()),
        words=sealed.open_words(owner, "words", absence.sealed_words),
        documents=tuple(absence.documents),
        document_missing=missing,
        document_due_on=due_on,
        document_overdue=due_on is not None and city_day(now()) > due_on,
        entered_by=absence.entered_by,
        entered_at=absence.entered_at,
        purged_at=absence.purged_at,
        decision=decided(owner, absence.decisions),
    )
