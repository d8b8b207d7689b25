"""Pages of what waits longest: the house's cursor over the opposite order."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from backend.database import db
from backend.web.paging import Page, _read, _write


def paginate_oldest_first(
    query: sa.Select[Any], moment: Any, row_id: Any, *, cursor: str | None, limit: int
) -> Page:
    """A page of a query's rows, oldest first; ``moment`` and ``row_id`` are the columns that order it."""
    query = query.order_by(moment.asc(), row_id.asc()).limit(limit + 1)
    if cursor:
        at, key = _read(cursor)
        query = query.where(sa.or_(moment > at, sa.and_(moment == at, row_id > key)))
    rows = list(db.session().scalars(query))
    if len(rows) <= limit:
        return Page(rows, None)
    last = rows[limit - 1]
    return Page(rows[:limit], _write(getattr(last, moment.key), getattr(last, row_id.key)))
