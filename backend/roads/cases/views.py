"""Cases over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.roads.cases import schemas, service
from backend.web.blueprint import Blueprint
from backend.web.paging import page_schema
from backend.web.principal import current_principal
from backend.web.versions import etag

blp = Blueprint(
    "cases", __name__, description="Faults of the road: cases, and why reports were merged into them"
)


@blp.route("/cases", action="cases.read")
@blp.arguments(schemas.CaseQuery, location="query")
@blp.response(200, page_schema(schemas.CaseSchema))
def list_cases(query: dict[str, Any]) -> Any:
    """Cases of the caller's districts, the newest first."""
    return service.list_cases(current_principal(), **query)


@blp.route("/cases/map", action="cases.read")
@blp.arguments(schemas.CaseQuery, location="query")
@blp.response(200, schemas.CaseMap)
def map_cases(query: dict[str, Any]) -> Any:
    """The same cases as GeoJSON."""
    page = service.list_cases(current_principal(), **query)
    return {"features": page.items, "next": page.next}


@blp.route("/cases/<uuid:case_id>", action="cases.read")
@blp.response(200, schemas.OneCaseSchema)
def read_case(case_id: UUID) -> Any:
    """One case: what was seen, why it was merged, what was done, what lies beside it."""
    return _told(service.get(case_id, current_principal()))


@blp.route("/cases/<uuid:case_id>/merges/<uuid:merge_id>/undo", action="cases.change", methods=("POST",))
@blp.arguments(schemas.ReasonRequest)
@blp.response(200, schemas.OneCaseSchema)
def undo_merge(body: dict[str, Any], case_id: UUID, merge_id: UUID) -> Any:
    """Take a report out of a case again: it gets a case of its own and never joins this one by itself."""
    return _told(service.undo_merge(case_id, merge_id, current_principal(), **body))


@blp.route("/cases/<uuid:case_id>/join", action="cases.change", methods=("POST",))
@blp.arguments(schemas.JoinRequest)
@blp.response(200, schemas.OneCaseSchema)
def join_cases(body: dict[str, Any], case_id: UUID) -> Any:
    """Say that another case is the same fault: its reports come here."""
    return _told(service.join_cases(case_id, by=current_principal(), **body))


def _told(case: Any) -> Any:
    return service.told(case), 200, etag(case.version)
