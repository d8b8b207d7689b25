"""Positions of crews over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.database import transaction
from backend.fleet.positions import live as live
from backend.fleet.positions import schemas, service
from backend.web.blueprint import Blueprint
from backend.web.once import create_once
from backend.web.paging import page_schema
from backend.web.principal import current_principal
from shared.contracts import LocationBatch

FIXES = page_schema(schemas.LocationFixSchema)
blp = Blueprint("fleet", __name__, description="Where crews are during their shifts")


@blp.route(
    "/location-fixes/<uuid:batch_id>",
    action="location_fixes.create",
    methods=("PUT",),
    own_transactions=True,
)
@blp.arguments(schemas.LocationBatchSchema)
@blp.response(200, schemas.LocationBatchAnswer)
def put_location_fixes(body: LocationBatch, batch_id: UUID) -> Any:
    """Bring positions of a shift. The same id with the same content gets the same answer."""
    principal = current_principal()

    def take() -> None:
        service.receive(batch_id, body, principal)

    create_once(take)
    with transaction(read_only=True):
        return service.receive(batch_id, body, principal)


@blp.route("/location-fixes", action="location_fixes.read", writes=True)
@blp.arguments(schemas.LocationQuery, location="query")
@blp.response(200, FIXES)
def list_location_fixes(query: dict[str, Any]) -> Any:
    """Positions, oldest first: one's own; for dispatchers those of one route or shift."""
    return service.list_fixes(current_principal(), **query)


@blp.route("/me/location-fixes", action="location_fixes.own")
@blp.arguments(schemas.OwnLocationQuery, location="query")
@blp.response(200, FIXES)
def list_own_fixes(query: dict[str, Any]) -> Any:
    """Every position that is kept of you, oldest first, whether your phone or your vehicle's tracker sent it."""
    return service.list_own(current_principal(), **query)


@blp.route("/vehicles/positions", action="vehicles.positions", writes=True)
@blp.response(200, schemas.VehiclePositionsSchema)
def list_positions() -> Any:
    """Where each vehicle was last, of the caller's districts; ``/events/stream?also=vehicles.positions`` goes on from there."""
    return {"items": service.latest(current_principal())}
