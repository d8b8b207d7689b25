"""Routes as files over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from backend.routing.exports import rules, service
from backend.web.blueprint import Blueprint
from backend.web.language import current_language
from backend.web.principal import current_principal

blp = Blueprint("route_files", __name__, description="Routes as GPX and KML")
GPX_TYPE = "application/gpx+xml"
KML_TYPE = "application/vnd.google-earth.kml+xml"
FILE: dict[str, Any] = {"type": "string", "format": "binary"}


@blp.route("/routes/<uuid:route_id>/gpx", action=service.ACTION, writes=True)
@blp.response(200, FILE, content_type=GPX_TYPE)
def read_gpx(route_id: UUID) -> Any:
    """The route as GPX 1.1: stops, the planned way, and what was driven."""
    route = service.route_file(route_id, current_principal(), current_language())
    return _file(rules.gpx(route), GPX_TYPE, f"route-{route_id}.gpx")


@blp.route("/routes/<uuid:route_id>/kml", action=service.ACTION, writes=True)
@blp.response(200, FILE, content_type=KML_TYPE)
def read_kml(route_id: UUID) -> Any:
    """The route as KML 2.2: stops, the planned way, and what was driven."""
    route = service.route_file(route_id, current_principal(), current_language())
    return _file(rules.kml(route), KML_TYPE, f"route-{route_id}.kml")


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, content_type=kind, headers=headers)
