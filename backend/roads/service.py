"""Defects: reading what was reported, and what phones are told of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for, owns_only
from backend.clock import now
from backend.database import db
from backend.errors import Conflict, NotFound
from backend.roads import words
from backend.roads.models import Defect
from backend.web.language import current_language
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared import contracts
from shared.i18n import Message
from shared.vocabulary import DefectState

_ = Message
KEPT_ON_PHONE = timedelta(days=30)


def answer(row: Defect) -> contracts.DefectAnswer:
    """A defect as its reporter's phone sees it, in words of the reader's language."""
    return contracts.DefectAnswer(
        id=row.id,
        state=row.state,
        received=tuple(row.photo_hashes),
        received_at=row.received_at,
        kind=row.kind,
        severity=row.severity,
        summary=words.summary(row.state, placed=row.lat is not None, language=current_language()),
        case_id=row.case_id,
        version=row.version,
    )


def peek(defect_id: UUID) -> contracts.DefectAnswer:
    """The answer on a report that the caller has just sent."""
    return answer(db.session().get_one(Defect, defect_id))


def get(defect_id: UUID, by: Principal) -> Defect:
    """One defect in the principal's scope."""
    row = db.session().scalar(_scoped(sa.select(Defect).where(Defect.id == defect_id), by))
    if row is None:
        raise NotFound(_("defect"), defect_id)
    return row


def list_defects(
    by: Principal,
    *,
    state: DefectState | None = None,
    district_id: UUID | None = None,
    since: datetime | None = None,
    placed: bool | None = None,
    cursor: str | None = None,
    limit: int,
) -> Page:
    """Defects in the principal's scope, newest first."""
    query = _scoped(sa.select(Defect), by)
    if state is not None:
        query = query.where(Defect.state == state)
    if district_id is not None:
        query = query.where(Defect.district_id == district_id)
    if since is not None:
        query = query.where(Defect.received_at >= since)
    if placed is not None:
        query = query.where(Defect.lat.is_not(None) if placed else Defect.lat.is_(None))
    return paginate(query, Defect.received_at, Defect.id, cursor=cursor, limit=limit)


def require_shown(defect_id: UUID, index: int, by: Principal) -> None:
    """Refuse every view of a photo whose faces and number plates are not blurred: nobody sees the original."""
    row = get(defect_id, by)
    if index >= len(row.photo_hashes):
        raise NotFound(_("photo"), f"{defect_id}/{index}")
    raise Conflict(
        _(
            "Faces and number plates in this photo are not blurred yet, so it is shown to nobody; whoever took it has it on the phone."
        ),
        slug="not-blurred",
    )


def visible(by: Principal) -> dict[UUID, str]:
    """The defects that the principal reported lately, each with a text that changes whenever its answer does."""
    query = sa.select(Defect.id, Defect.version).where(
        Defect.reported_by == by.user_id, Defect.received_at >= now() - KEPT_ON_PHONE
    )
    return {row.id: str(row.version) for row in db.session().execute(query)}


def load(by: Principal, defect_ids: list[UUID]) -> list[contracts.DefectAnswer]:
    """Answers for a phone."""
    query = sa.select(Defect).where(Defect.id.in_(defect_ids), Defect.reported_by == by.user_id)
    return [answer(row) for row in db.session().scalars(query)]


def _scoped(query: sa.Select[Defect], by: Principal) -> sa.Select[Defect]:
    if owns_only(by, "defects.read"):
        return query.where(Defect.reported_by == by.user_id)
    allowed = districts_for(by, "defects.read")
    return query if allowed is None else query.where(Defect.district_id.in_(allowed))
