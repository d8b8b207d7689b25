"""Spot checks over HTTP."""

from __future__ import annotations

from typing import Any

from backend.attendance.spot_checks import schemas, service
from backend.web.blueprint import Blueprint
from backend.web.paging import page_schema
from backend.web.principal import current_principal

blp = Blueprint("spot_checks", __name__, description="Spot checks drawn at random for each shift")


@blp.route("/spot-checks", action="spot_checks.read", writes=True)
@blp.arguments(schemas.SpotCheckQuery, location="query")
@blp.response(200, page_schema(schemas.SpotCheckRecord))
def list_spot_checks(query: dict[str, Any]) -> Any:
    """Spot checks that are due, or that an offline phone took along, newest first; those to come are nobody's to see."""
    return service.list_spot_checks(
        current_principal(),
        task_id=query.get("task_id"),
        person_id=query.get("person_id"),
        cursor=query.get("cursor"),
        limit=query["limit"],
    )
