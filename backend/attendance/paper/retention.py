"""How long papers are kept: a span after the last word on them; then their files go, and what was decided stays.

The last word is the last decision, or the end of an appeal. What nobody has decided yet, or what is under appeal, stays.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from backend.adapters import settings
from backend.attendance.paper import absences, sheets
from backend.attendance.paper.models import Absence, AbsenceDecision, PaperSheet, SheetDecision
from backend.attendance.paper.sealed import Owner
from backend.attendance.reviews.appeal_reading import lately_on
from backend.clock import now
from backend.database import db
from backend.ledger.service import record
from shared.vocabulary import AbsenceState, Audience, SheetState

BATCH = 200


def sheets_due() -> dict[UUID, list[str]]:
    """Sheets whose photos' time is over, a batch, with the names of their blobs."""
    before = _before()
    query = sa.select(PaperSheet).where(
        PaperSheet.purged_at.is_(None),
        PaperSheet.state != SheetState.ENTERED,
        PaperSheet.entered_at < before,
        ~sa.exists().where(SheetDecision.sheet_id == PaperSheet.id, SheetDecision.decided_at >= before),
        ~lately_on(sheets.KIND, PaperSheet.id, before),
    )
    rows = db.session().scalars(query.order_by(PaperSheet.entered_at, PaperSheet.id).limit(BATCH))
    return {row.id: _names(sheets.owner_of(row), row.photo_hashes) for row in rows}


def absences_due() -> dict[UUID, list[str]]:
    """Absences whose documents' time is over, a batch, with the names of their blobs; without documents none is."""
    before = _before()
    query = sa.select(Absence).where(
        Absence.purged_at.is_(None),
        Absence.state != AbsenceState.ENTERED,
        Absence.entered_at < before,
        Absence.documents.any(),
        ~sa.exists().where(AbsenceDecision.absence_id == Absence.id, AbsenceDecision.decided_at >= before),
        ~lately_on(absences.KIND, Absence.id, before),
    )
    rows = db.session().scalars(query.order_by(Absence.entered_at, Absence.id).limit(BATCH))
    return {row.id: _names(absences.owner_of(row), [paper.sha256 for paper in row.documents]) for row in rows}


def mark_sheets(sheet_ids: Collection[UUID]) -> None:
    """Note that photos of sheets are gone."""
    query = sa.update(PaperSheet).where(PaperSheet.id.in_(sheet_ids))
    db.session().execute(query.values(purged_at=now()))
    _tell("paper_sheets", len(sheet_ids))


def mark_absences(absence_ids: Collection[UUID]) -> None:
    """Note that documents of absences are gone."""
    query = sa.update(Absence).where(Absence.id.in_(absence_ids))
    db.session().execute(query.values(purged_at=now()))
    _tell("absences", len(absence_ids))


def _before() -> datetime:
    return now() - timedelta(days=settings().paper_keep_days)


def _names(owner: Owner, hashes: Collection[str]) -> list[str]:
    return [owner.blob(digest) for digest in hashes]


def _tell(subject: str, count: int) -> None:
    record(
        "evidence.purged",
        actor="system",
        subject=subject,
        at=now(),
        audience=Audience.SUPERVISION,
        count=count,
    )
