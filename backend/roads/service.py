"""Defects: reading what was reported, and what phones are told of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for, owns_only
from backend.clock import now
from backend.database import db
from backend.errors import NotFound
from backend.roads import words
from backend.roads.cases.models import CaseRepair, RoadCase
from backend.roads.models import Defect
from backend.web.language import current_language
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared import contracts
from shared.i18n import Message
from shared.vocabulary import DefectSource, DefectState

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
        suggested=row.suggested,
        cannot=row.cannot,
        summary=words.summary(
            row.state,
            placed=row.lat is not None,
            language=current_language(),
            looked_at=row.looked_at is not None,
            kind=row.kind,
            severity=row.severity,
            cannot=row.cannot,
            copy=words.copy_words(row.same_photo_as, saved_anew=row.saved_anew),
        ),
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


def to_change(defect_id: UUID, by: Principal, action: str) -> Defect:
    """One defect, locked, in the districts in which the principal may do the action."""
    query = sa.select(Defect).where(Defect.id == defect_id)
    allowed = districts_for(by, action)
    if allowed is not None:
        query = query.where(_in_districts(allowed))
    row = db.session().scalar(query.with_for_update())
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
    suggested: bool | None = None,
    loose: bool | None = None,
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
    if suggested is not None:
        query = query.where(Defect.suggested.is_(suggested))
    if loose is not None:
        query = query.where(_is_loose() if loose else sa.not_(_is_loose()))
    return paginate(query, Defect.received_at, Defect.id, cursor=cursor, limit=limit)


def _is_loose() -> sa.ColumnElement[bool]:
    """Looked at and let in, yet in no case before a person puts it on the map or says what it shows.

    A vehicle's frame that shows nothing is a picture of good road, and the proof of a repair shows none by right: nobody need
    look at them.
    """
    proofs = sa.select(CaseRepair.proof_id).where(CaseRepair.proof_id.is_not(None))
    nameless = sa.and_(
        Defect.kind.is_(None),
        Defect.kind_guess.is_(None),
        Defect.state == DefectState.RECEIVED,
        Defect.source != DefectSource.VEHICLE,
        Defect.id.not_in(proofs),
    )
    return sa.and_(
        Defect.held.is_(False),
        Defect.looked_at.is_not(None),
        Defect.case_id.is_(None),
        Defect.state != DefectState.REJECTED,
        sa.or_(nameless, Defect.lat.is_(None)),
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
    return query if allowed is None else query.where(_in_districts(allowed))


def _in_districts(district_ids: Collection[UUID]) -> sa.ColumnElement[bool]:
    """Reports for which these districts answer, and those in their cases: who has a case has its photos."""
    cases = sa.select(RoadCase.id).where(RoadCase.district_id.in_(district_ids))
    return sa.or_(Defect.district_id.in_(district_ids), Defect.case_id.in_(cases))
