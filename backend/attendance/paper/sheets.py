"""Paper sheets: decided by another than who entered them, read by staff, counted exactly like check-ins once approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for
from backend.attendance import standing
from backend.attendance.paper import rules, sealed
from backend.attendance.paper.deciding import Decided, add_decision, decided, require_another, require_kept
from backend.attendance.paper.models import PaperSheet, SheetDecision
from backend.attendance.paper.rules import Stretch
from backend.attendance.paper.sealed import Owner
from backend.attendance.paper.words import PAPER_REASONS
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
from shared.vocabulary import Audience, PaperReason, SheetState

_ = Message
SHEET = _("paper sheet")
KIND = "paper_sheet"


@dataclass(frozen=True, kw_only=True)
class SheetView:
    """A sheet as staff see it, with its words open."""

    id: UUID
    state: SheetState
    person_id: UUID
    task_id: UUID
    district_id: UUID
    came_at: datetime
    left_at: datetime
    outside_window: bool
    reason: PaperReason
    reason_text: str
    note: str | None
    photos: list[str]
    entered_by: UUID
    entered_at: datetime
    purged_at: datetime | None
    decision: Decided | None


# --- deciding ----------------------------------------------------------------------------------------------------------


def decide(sheet_id: UUID, by: Principal, *, outcome: SheetState, words: str) -> SheetView:
    """Approve or refuse a sheet, once, by another than who entered it; approved ones never overlap."""
    sheet = _find(sheet_id, by, "paper_sheets.decide")
    sheets = _locked(sheet.person_id)
    sheet = next(each for each in sheets if each.id == sheet_id)
    if sheet.state is not SheetState.ENTERED:
        message = _("This sheet was decided already ({state}): whoever disagrees can file an appeal.")
        raise Conflict(message.format(state=sheet.state.value))
    require_another(by, {sheet.entered_by})
    people.require(sheet.person_id, by, "people.read", or_among={sheet.person_id})  # not erased
    if outcome is SheetState.APPROVED:
        _require_free(sheet, sheets)
    _settle(sheet, by, outcome, words)
    return _view(sheet)


def _settle(
    sheet: PaperSheet, by: Principal, outcome: SheetState, words: str, *, appeal_id: UUID | None = None
) -> None:
    sheet.state = outcome
    decision = SheetDecision(outcome=outcome)
    add_decision(sheet.decisions, decision, owner_of(sheet), by, words, appeal_id=appeal_id)
    note_in_ledger("paper_sheet.decided", sheet, by, outcome=outcome.value, on_appeal=appeal_id is not None)
    standing.changed(sheet.person_id)


def _locked(person_id: UUID) -> list[PaperSheet]:
    """All sheets of a person, locked until the transaction ends: two that overlap must not be approved at once."""
    query = sa.select(PaperSheet).where(PaperSheet.person_id == person_id).order_by(PaperSheet.id)
    return list(db.session().scalars(query.with_for_update().execution_options(populate_existing=True)))


def _require_free(sheet: PaperSheet, sheets: list[PaperSheet]) -> None:
    approved = [_stretch(other) for other in sheets if other.state is SheetState.APPROVED]
    other = rules.overlapping(sheet.came_at, sheet.left_at, approved)
    if other is not None:
        message = _(
            "The approved sheet {id} of this person covers {came_at} to {left_at} already: refuse one of the two, "
            "or have it entered anew with the right times."
        )
        values = {"came_at": other.came_at.isoformat(), "left_at": other.left_at.isoformat()}
        raise Conflict(message.format(id=str(other.sheet_id), **values), slug="sheets-overlap")


# --- reading -----------------------------------------------------------------------------------------------------------


def peek(sheet_id: UUID) -> SheetView:
    """The sheet that the caller has just entered: it tells nothing new, so it is no logged read."""
    return _view(db.session().get_one(PaperSheet, sheet_id, populate_existing=True))


def get(sheet_id: UUID, by: Principal) -> SheetView:
    """One sheet in the principal's districts; the read is logged."""
    sheet = _find(sheet_id, by, "paper_sheets.read")
    log_access(by.actor, "paper_sheets.read", f"paper_sheet:{sheet.id}", now())
    return _view(sheet)


def list_sheets(
    by: Principal,
    *,
    state: SheetState | None = None,
    person_id: UUID | None = None,
    task_id: UUID | None = None,
    cursor: str | None,
    limit: int,
) -> Page:
    """Sheets in the principal's districts, newest first; each read is logged."""
    query = _in_scope(sa.select(PaperSheet), by, "paper_sheets.read")
    for column, value in (
        (PaperSheet.state, state),
        (PaperSheet.person_id, person_id),
        (PaperSheet.task_id, task_id),
    ):
        if value is not None:
            query = query.where(column == value)
    page = paginate(query, PaperSheet.entered_at, PaperSheet.id, cursor=cursor, limit=limit)
    for sheet in page.items:
        log_access(by.actor, "paper_sheets.list", f"paper_sheet:{sheet.id}", now())
    return Page([_view(sheet) for sheet in page.items], page.next)


def photo(sheet_id: UUID, index: int, by: Principal) -> bytes:
    """One photo's bytes as they were sent; the read is logged."""
    sheet = _find(sheet_id, by, "paper_sheets.read")
    if index >= len(sheet.photo_hashes):
        raise NotFound(_("photo"), f"{sheet_id}/{index}")
    require_kept(sheet.purged_at)
    log_access(by.actor, "paper_sheets.photo", f"paper_sheet:{sheet.id}", now())
    data = sealed.open_file(owner_of(sheet), sheet.photo_hashes[index])
    if data is None:
        raise NotFound(_("photo"), f"{sheet_id}/{index}")
    return data


# --- for other features ------------------------------------------------------------------------------------------------


def approved_stretches(person_id: UUID, since: datetime, until: datetime) -> list[Stretch]:
    """What approved sheets prove of a person in a span of time, oldest first: it counts exactly as check-ins do."""
    query = sa.select(PaperSheet).where(
        PaperSheet.person_id == person_id,
        PaperSheet.state == SheetState.APPROVED,
        PaperSheet.came_at < until,
        PaperSheet.left_at > since,
    )
    return [_stretch(row) for row in db.session().scalars(query.order_by(PaperSheet.came_at, PaperSheet.id))]


# --- appeals -----------------------------------------------------------------------------------------------------------


def look(sheet_id: UUID, *, lock: bool) -> Subject | None:
    """A sheet as appeals know it."""
    sheet = db.session().get(PaperSheet, sheet_id)
    if sheet is None:
        return None
    if lock:
        _locked(sheet.person_id)
    return Subject(
        person_id=sheet.person_id,
        district_id=sheet.district_id,
        decided_at=sheet.decisions[-1].decided_at if sheet.decisions else None,
        involved=frozenset({sheet.entered_by, *(decision.decided_by for decision in sheet.decisions)}),
    )


def uphold(sheet_id: UUID, ruling: Ruling) -> None:
    """Let a sheet count on appeal, unless another approved one covers the same time."""
    person_id = db.session().get_one(PaperSheet, sheet_id).person_id
    sheets = _locked(person_id)
    sheet = next(each for each in sheets if each.id == sheet_id)
    if sheet.state is not SheetState.APPROVED:
        _require_free(sheet, sheets)
    _settle(sheet, ruling.by, SheetState.APPROVED, ruling.words, appeal_id=ruling.appeal_id)


declare_subject(KIND, look=look, uphold=uphold)


def _find(sheet_id: UUID, by: Principal, action: str) -> PaperSheet:
    query = _in_scope(sa.select(PaperSheet).where(PaperSheet.id == sheet_id), by, action)
    sheet = db.session().scalar(query)
    if sheet is None:
        raise NotFound(SHEET, sheet_id)
    return sheet


def _in_scope(query: sa.Select[PaperSheet], by: Principal, action: str) -> sa.Select[PaperSheet]:
    allowed = districts_for(by, action)
    return query if allowed is None else query.where(PaperSheet.district_id.in_(allowed))


def owner_of(sheet: PaperSheet) -> Owner:
    """Whose key seals what belongs to a sheet."""
    return Owner(kind=KIND, id=sheet.id, person_id=sheet.person_id)


def _stretch(sheet: PaperSheet) -> Stretch:
    return Stretch(came_at=sheet.came_at, left_at=sheet.left_at, sheet_id=sheet.id, task_id=sheet.task_id)


def note_in_ledger(kind: str, sheet: PaperSheet, by: Principal, **facts: Any) -> None:
    """Record an act on a sheet: no times, no words."""
    record(
        kind,
        actor=by.actor,
        subject=f"paper_sheet:{sheet.id}",
        at=now(),
        audience=Audience.SUPERVISION,
        district_id=sheet.district_id,
        person=f"person:{sheet.person_id}",
        task=f"task:{sheet.task_id}",
        **facts,
    )


def _view(sheet: PaperSheet) -> SheetView:
    owner = owner_of(sheet)
    return SheetView(
        id=sheet.id,
        state=sheet.state,
        person_id=sheet.person_id,
        task_id=sheet.task_id,
        district_id=sheet.district_id,
        came_at=sheet.came_at,
        left_at=sheet.left_at,
        outside_window=sheet.outside_window,
        reason=sheet.reason,
        reason_text=translate(PAPER_REASONS[sheet.reason], current_language()),
        note=sealed.open_words(owner, "note", sheet.sealed_note),
        photos=list(sheet.photo_hashes),
        entered_by=sheet.entered_by,
        entered_at=sheet.entered_at,
        purged_at=sheet.purged_at,
        decision=decided(owner, sheet.decisions),
    )
