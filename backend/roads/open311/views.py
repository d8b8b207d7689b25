"""The desk behind the public door: dispatchers read citizens' reports and let them in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.roads.open311 import schemas, service
from backend.web.blueprint import Blueprint
from backend.web.paging import page_schema
from backend.web.principal import current_principal
from backend.web.versions import etag

blp = Blueprint(
    "citizen_requests", __name__, description="Citizens' reports (Open311), let in by dispatchers"
)


@blp.route("/citizen-requests", action="citizen_requests.read")
@blp.arguments(schemas.CitizenRequestQuery, location="query")
@blp.response(200, page_schema(schemas.CitizenRequestSchema))
def list_requests(query: dict[str, Any]) -> Any:
    """Citizens' reports in the caller's districts, newest first."""
    return service.list_requests(current_principal(), **query)


@blp.route(
    "/citizen-requests/<uuid:request_id>/decisions",
    action="citizen_requests.decide",
    methods=("POST",),
    own_transactions=True,
)
@blp.arguments(schemas.ModerationRequest)
@blp.response(200, schemas.CitizenRequestSchema)
def decide(body: dict[str, Any], request_id: UUID) -> Any:
    """Let a report in, or refuse it: then its words and photos are erased."""
    row = service.decide(request_id, current_principal(), **body)
    return row, 200, etag(row.version)
