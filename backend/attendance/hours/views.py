"""Hours over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.attendance.hours import schemas, service
from backend.web.blueprint import Blueprint
from backend.web.principal import current_principal

blp = Blueprint("hours", __name__, description="Hours: proven presence, credited under the caps of the order")


@blp.route("/people/<uuid:person_id>/hours", action="hours.read", writes=True, problems=(409,))
@blp.arguments(schemas.HoursQuery, location="query")
@blp.response(200, schemas.HoursSchema)
def read_hours(query: dict[str, Any], person_id: UUID) -> Any:
    """A person's hours day by day: what was proven, what is credited, and why the rest is not."""
    return service.of_person(person_id, current_principal(), **query)


@blp.route(
    "/people/<uuid:person_id>/hours/gaps/<uuid:gap_id>/decision", action="hours.decide", methods=("POST",)
)
@blp.arguments(schemas.GapDecisionRequest)
@blp.response(200, schemas.GapSchema)
def decide_gap(body: dict[str, Any], person_id: UUID, gap_id: UUID) -> Any:
    """Say whether the minutes of a gap count."""
    return service.decide(person_id, gap_id, current_principal(), **body)
