"""The row is the job: a pending row that one worker at a time may hold, and that a sweep finds when the holder died."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import db

PENDING = "pending"


class Leased:
    """Columns of a row that waits for work."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[Any]  # a feature's own words, of which one is «pending»
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)


Row = TypeVar("Row", bound=Leased)


def lease(model: type[Row], row_id: UUID, moment: datetime, lease_s: int) -> Row | None:
    """Take a pending row for a while; None when it is done, gone or held by another. ``attempts`` names this holding."""
    row = db.session().get(model, row_id, with_for_update=True)
    if row is None or row.state != PENDING or (row.leased_until is not None and row.leased_until > moment):
        return None
    row.leased_until = moment + timedelta(seconds=lease_s)
    row.attempts += 1
    return row


def held(model: type[Row], row_id: UUID, attempt: int) -> Row | None:
    """The row if it is still pending and still ours: a holder that was too slow must not write."""
    row = db.session().get(model, row_id, with_for_update=True, populate_existing=True)
    return row if row is not None and row.state == PENDING and row.attempts == attempt else None


def give_back(model: type[Row], row_id: UUID, attempt: int) -> None:
    """Undo a holding that failed for no fault of the row (a store that is away): it is tried again after the lease, uncounted."""
    row = held(model, row_id, attempt)
    if row is not None:
        row.attempts -= 1


def unheld(model: type[Row], moment: datetime, limit: int = 100) -> list[UUID]:
    """Pending rows that nobody holds: first those never tried, then the oldest lease."""
    query = (
        sa.select(model.id)
        .where(model.state == PENDING, sa.or_(model.leased_until.is_(None), model.leased_until <= moment))
        # The databases disagree where NULL belongs
        .order_by(model.leased_until.asc().nulls_first(), model.id)
        .limit(limit)
    )
    return list(db.session().scalars(query))
