"""Moves of routes under ids that phones have made (see backend.web.asked)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.routing import service
from backend.routing.models import AskedRouteMove, Route
from backend.web.asked import move_once
from backend.web.principal import Principal
from shared.vocabulary import RouteState


def receive(
    move_id: UUID, route_id: UUID, by: Principal, *, to: RouteState, reason: str = ""
) -> AskedRouteMove:
    """Move a route once under this id; Conflict when the id stands for another move."""

    def move(route: Route) -> dict[str, Any]:
        before = route.state
        service.move(route, by, to=to, reason=reason)
        return {"route_id": route_id, "target": to, "changed": before is not to}

    content = {"route_id": str(route_id), "to": to.value, "reason": reason.strip()}
    return move_once(
        AskedRouteMove, move_id, content, by, lock=lambda: service.to_move(route_id, by), move=move
    )
