"""Lists of cases: which of them, the newest or the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.clock import now
from backend.database import db
from backend.roads.cases.believing import street_index
from backend.roads.cases.models import RoadCase
from backend.roads.cases.schemas.lists import CaseSort
from backend.roads.cases.service import Row, scoped, shown
from backend.web.boxes import BoundingBox
from backend.web.paging import Order, Page, paginate_by
from backend.web.principal import Principal
from shared.vocabulary import CaseState, DefectKind, Severity

ORDERS = {
    CaseSort.NEWEST: (Order(RoadCase.opened_at, is_falling=True), Order(RoadCase.id, is_falling=True)),
    CaseSort.URGENT: (
        Order(RoadCase.is_open, is_falling=True),
        Order(RoadCase.priority),
        Order(RoadCase.due_at),
        Order(RoadCase.id),
    ),
}


def list_cases(
    by: Principal,
    *,
    sort: CaseSort = CaseSort.NEWEST,
    cursor: str | None = None,
    limit: int,
    **wished: Any,
) -> Page:
    """Cases in the principal's scope that pass the filters of ``filtered``, the newest or the most urgent first."""
    query = filtered(sa.select(RoadCase), by, **wished)
    page = paginate_by(query, ORDERS[sort], cursor=cursor, limit=limit)
    return Page([shown(case) for case in page.items], page.next)


def marks(by: Principal, *, limit: int, **wished: Any) -> dict[str, Any]:
    """The cases of the same filters as columns for a map, the most urgent first."""
    columns: tuple[Any, ...] = (RoadCase.id, RoadCase.lon, RoadCase.lat, RoadCase.kind, RoadCase.severity)
    order = [each.column.desc() if each.is_falling else each.column.asc() for each in ORDERS[CaseSort.URGENT]]
    query = filtered(sa.select(*columns), by, **wished).order_by(*order).limit(limit + 1)
    rows = db.session().execute(query).all()
    told = rows[:limit]
    return {
        "ids": [str(row.id) for row in told],
        "places": [[round(row.lon, 6), round(row.lat, 6)] for row in told],
        "kinds": [None if row.kind is None else row.kind.value for row in told],
        "severities": [row.severity.value for row in told],
        "is_all": len(rows) <= limit,
    }


def filtered(
    query: sa.Select[Row],
    by: Principal,
    *,
    state: Sequence[CaseState] = (),
    kind: DefectKind | None = None,
    severity: Severity | None = None,
    district_id: UUID | None = None,
    segment_id: int | None = None,
    task_id: UUID | None = None,
    bbox: BoundingBox | None = None,
    is_open: bool | None = None,
    overdue: bool | None = None,
    street: str | None = None,
) -> sa.Select[Row]:
    """What of a query of cases lies in the principal's scope and is wished."""
    query = scoped(query, by, "cases.read")
    if street is not None:
        query = query.where(RoadCase.segment_id.in_(_on_streets(street)))
    for column, value in (
        (RoadCase.kind, kind),
        (RoadCase.severity, severity),
        (RoadCase.district_id, district_id),
        (RoadCase.segment_id, segment_id),
        (RoadCase.task_id, task_id),
        (RoadCase.is_open, is_open),
    ):
        if value is not None:
            query = query.where(column == value)
    if state:
        query = query.where(RoadCase.state.in_(state))
    if bbox is not None:
        query = query.where(
            RoadCase.lon.between(bbox.west, bbox.east), RoadCase.lat.between(bbox.south, bbox.north)
        )
    if overdue is not None:
        late = sa.and_(RoadCase.is_open.is_(True), RoadCase.due_at < now())
        query = query.where(late if overdue else sa.not_(late))
    return query


def _on_streets(text: str) -> list[int]:
    """Pieces of street with a case whose name, in any language, has a text in it."""
    index, wished = street_index(), text.casefold().strip()
    found = []
    for segment_id in db.session().scalars(sa.select(RoadCase.segment_id).distinct()):
        at = index.place_of(segment_id)
        if at is not None and index.network is not None:
            name = index.network.name(at)
            if any(wished in each.casefold() for each in (name.ru, name.kk, name.en) if each):
                found.append(int(index.network.segment_id[at]))
    return found
