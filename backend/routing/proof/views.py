"""The reconciliation of routes over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.adapters import settings
from backend.routing.proof import schemas, service
from backend.routing.proof.rules.findings import Finding
from backend.routing.proof.words import sentence
from backend.web.blueprint import Blueprint
from backend.web.language import current_language
from backend.web.principal import current_principal
from shared.i18n import translate

blp = Blueprint("route_proofs", __name__, description="Routes: planned, driven and reported reconciled")


@blp.route("/routes/<uuid:route_id>/proof", action=service.ACTION, writes=True)
@blp.arguments(schemas.ProofQuery, location="query")
@blp.response(200, schemas.RouteProofSchema)
def read_proof(query: dict[str, Any], route_id: UUID) -> Any:
    """What positions and reports say of each stop. It states facts and what is unknown; it judges nobody."""
    view = service.read(route_id, current_principal(), **query)
    content: dict[str, Any] = schemas.KeptProof().load(view.content)
    return {
        **content,
        "findings": [_said(each) for each in content["findings"]],
        "stops": [
            {
                **stop,
                "title": view.titles[stop["stop_id"]],
                "findings": [_said(each) for each in stop["findings"]],
            }
            for stop in content["stops"]
        ],
        "route_id": view.route.id,
        "route_version": view.route_version,
        "made_at": view.made_at,
        "matching": view.matching,
        "kept": view.kept,
    }


def _said(kept: dict[str, Any]) -> dict[str, Any]:
    words = sentence(Finding(**kept), ZoneInfo(settings().time_zone))
    return {**kept, "text": translate(words, current_language())}
