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
INT_MOST = 2**31


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


@dataclass(frozen=True)
class Order:
    """A column by which a list is ordered."""

    column: Any
    is_falling: bool = False


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
    order = [Order(column, is_falling=not oldest_first) for column in (created_at, row_id)]
    return paginate_by(query, order, cursor=cursor, limit=limit)


def paginate_by(query: sa.Select[Any], order: Sequence[Order], *, cursor: str | None, limit: int) -> Page:
    """A page of a query's rows in an order of their own columns, of which the last tells rows apart and none is empty."""
    sorts = [each.column.desc() if each.is_falling else each.column.asc() for each in order]
    query = query.order_by(*sorts).limit(limit + 1)
    if cursor:
        query = query.where(_beyond(order, _read(cursor, order)))
    rows = list(db.session().scalars(query))
    if len(rows) <= limit:
        return Page(rows, None)
    last = rows[limit - 1]
    return Page(rows[:limit], _write([getattr(last, each.column.key) for each in order]))


def _beyond(order: Sequence[Order], values: Sequence[Any]) -> Any:
    """What comes after a row: further in one column, and the same in all before it."""
    found: list[Any] = []
    same: list[Any] = []
    for each, known in zip(order, values, strict=True):
        value = sa.literal(known, each.column.type)  # a plain True could not be compared
        further = each.column < value if each.is_falling else each.column > value
        found.append(sa.and_(*same, further))
        same.append(each.column == value)
    return sa.or_(*found)


def _write(values: Sequence[Any]) -> str:
    plain = [
        each.isoformat() if isinstance(each, datetime) else each if isinstance(each, int) else str(each)
        for each in values
    ]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode()


def _read(cursor: str, order: Sequence[Order]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return [
            _of_type(value, each.column.type.python_type) for value, each in zip(values, order, strict=True)
        ]
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


def _of_type(value: Any, wished: type) -> Any:
    """A column's value out of a cursor; ValueError for everything that no page has written."""
    if wished is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment.astimezone(UTC)
    if wished is UUID:
        return UUID(value)
    if type(value) is not wished:
        raise ValueError(value)
    if isinstance(value, int) and abs(value) >= INT_MOST:
        raise ValueError(value)
    return value
