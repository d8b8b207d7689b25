"""Geofences over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.geofences import districts, service
from backend.geofences.models import DistrictBoundary
from backend.geofences.schemas import (
    DistrictBoundaryRequest,
    DistrictBoundarySchema,
    GeofenceChange,
    GeofenceQuery,
    GeofenceRequest,
    GeofenceSchema,
)
from backend.web.blueprint import Blueprint
from backend.web.once import create_once
from backend.web.paging import page_schema
from backend.web.principal import current_principal
from backend.web.versions import check_if_match, etag

blp = Blueprint("geofences", __name__, description="Areas where work may happen, and the districts' own")


@blp.route("/geofences", action="geofences.read")
@blp.arguments(GeofenceQuery, location="query")
@blp.response(200, page_schema(GeofenceSchema))
def list_geofences(query: dict[str, Any]) -> Any:
    """Geofences in use in the caller's districts."""
    return service.list_geofences(current_principal(), **query)


@blp.route("/geofences", action="geofences.change", methods=("POST",))
@blp.arguments(GeofenceRequest)
@blp.response(201, GeofenceSchema)
def create_geofence(body: dict[str, Any]) -> Any:
    """Draw a geofence."""
    fence = service.create(current_principal(), **body)
    return fence, 201, etag(fence.version)


@blp.route("/geofences/<uuid:geofence_id>", action="geofences.read")
@blp.response(200, GeofenceSchema)
def read_geofence(geofence_id: UUID) -> Any:
    """One geofence, archived or not."""
    fence = service.get(geofence_id, current_principal())
    return fence, 200, etag(fence.version)


@blp.route("/geofences/<uuid:geofence_id>", action="geofences.change", methods=("PATCH",), problems=(412,))
@blp.arguments(GeofenceChange)
@blp.response(200, GeofenceSchema)
def change_geofence(body: dict[str, Any], geofence_id: UUID) -> Any:
    """Change a geofence's name, boundary or validity."""
    principal = current_principal()
    fence = service.to_change(geofence_id, principal)
    check_if_match(fence.version)
    service.change(fence, principal, **body)
    return fence, 200, etag(fence.version)


@blp.route("/geofences/<uuid:geofence_id>", action="geofences.change", methods=("DELETE",), problems=(412,))
@blp.response(204)
def archive_geofence(geofence_id: UUID) -> None:
    """Archive a geofence; it stays readable."""
    principal = current_principal()
    fence = service.to_change(geofence_id, principal)
    check_if_match(fence.version)
    service.archive(fence, principal)


@blp.route("/districts/<uuid:district_id>/boundary", action="streets.read")
@blp.response(200, DistrictBoundarySchema)
def read_district_boundary(district_id: UUID) -> Any:
    """The boundary of any district; 404 where none is drawn."""
    return _boundary(districts.boundary_of_district(district_id))


@blp.route(
    "/districts/<uuid:district_id>/boundary",
    action="districts.change",
    methods=("PUT",),
    own_transactions=True,
)
@blp.arguments(DistrictBoundaryRequest)
@blp.response(200, DistrictBoundarySchema)
def draw_district_boundary(body: dict[str, Any], district_id: UUID) -> Any:
    """Draw a district's boundary: streets whose middle lies inside are the district's from now on. null takes it away."""
    found: list[DistrictBoundary] = []
    create_once(lambda: found.append(districts.set_boundary(district_id, current_principal(), **body)))
    return _boundary(found[-1])


def _boundary(row: DistrictBoundary) -> Any:
    names = ("district_id", "set_by", "set_at")
    shown = {name: getattr(row, name) for name in names} | {"boundary": row.boundary or None}
    return shown, 200, etag(row.version)
