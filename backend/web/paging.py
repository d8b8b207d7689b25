"""Lists page by an opaque cursor over a stable order: rows that come or go never shift a page."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.database import db
from backend.errors import Invalid
from backend.web.wire import Schema, fields, validate
from shared.i18n import Message

_ = Message
PAGE_DEFAULT, PAGE_MAX = 50, 200


class PageQuery(Schema):
    """Which page of a list."""

    cursor = fields.String(
        validate=validate.Length(max=200), metadata={"description": "«next» of the page before"}
    )
    limit = fields.Integer(load_default=PAGE_DEFAULT, validate=validate.Range(min=1, max=PAGE_MAX))


@dataclass(frozen=True)
class Page:
    """Some rows, and the cursor of those that follow (None: that was all)."""

    items: Sequence[Any]
    next: str | None


def page_schema(item: type[Schema]) -> type[Schema]:
    """The schema of a page of items."""
    name = item.__name__.removesuffix("Schema") + "Page"
    return type(
        name,
        (Schema,),
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(required=True, allow_none=True),
        },
    )


def paginate(
    query: sa.Select[Any],
    created_at: Any,
    row_id: Any,
    *,
    cursor: str | None,
    limit: int,
    oldest_first: bool = False,
) -> Page:
    """A page of a query's rows, newest first unless told otherwise; ``created_at`` and ``row_id`` are the columns that order it."""
    ordered = (created_at.asc(), row_id.asc()) if oldest_first else (created_at.desc(), row_id.desc())
    query = query.order_by(*ordered).limit(limit + 1)
    if cursor:
        at, key = _read(cursor)
        beyond = created_at > at if oldest_first else created_at < at
        beside = row_id > key if oldest_first else row_id < key
        query = query.where(sa.or_(beyond, sa.and_(created_at == at, beside)))
    rows = list(db.session().scalars(query))
    if len(rows) <= limit:
        return Page(rows, None)
    last = rows[limit - 1]
    return Page(rows[:limit], _write(getattr(last, created_at.key), getattr(last, row_id.key)))


def _write(at: datetime, key: UUID) -> str:
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), str(key)]).encode()).decode()


def _read(cursor: str) -> tuple[datetime, UUID]:
    try:
        at, key = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        parsed = datetime.fromisoformat(at)
        if parsed.tzinfo is None:
            raise ValueError(at)
        return parsed.astimezone(UTC), UUID(key)
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise Invalid(
            {
                "cursor": [
                    _(
                        "must be «next» of an earlier page, was {value}; leave it out for the first page"
                    ).format(value=cursor[:60])
                ]
            }
        ) from error
