"""Conditions of streets over HTTP."""

from __future__ import annotations

from typing import Any

from backend.roads.condition import service
from backend.roads.condition.schemas import (
    ConditionMarksSchema,
    ConditionSchema,
    WorstQuery,
    WorstSchema,
)
from backend.web.blueprint import Blueprint

blp = Blueprint("condition", __name__, description="How streets stand, estimated from photos of their faults")


@blp.route("/street-segments/<int:segment_id>/condition", action="streets.read", problems=(409,))
@blp.response(200, ConditionSchema)
def read_condition(segment_id: int) -> Any:
    """One piece of street: its index with evidence, trend and history; none where nothing is known, which is not good."""
    return service.condition(segment_id)


@blp.route("/streets/condition", action="streets.read", problems=(409,))
@blp.arguments(WorstQuery, location="query")
@blp.response(200, WorstSchema)
def list_conditions(query: dict[str, Any]) -> Any:
    """Pieces of street with an index, the worst first, as GeoJSON; and how much of the city is not known."""
    return service.worst_first(**query)


@blp.route("/streets/condition/marks", action="streets.read", problems=(409,))
@blp.response(200, ConditionMarksSchema)
def mark_conditions() -> Any:
    """All pieces of street with an index at once, as little of each as a map's line needs."""
    return service.marks()
