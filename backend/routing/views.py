"""Routes and the reports of their stops over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.database import transaction
from backend.routing import answers, asked_moves, receiving, schemas, service
from backend.routing.rules import states
from backend.routing.service import RouteView
from backend.uploads import photos, steps
from backend.web.blueprint import Blueprint
from backend.web.once import create_once
from backend.web.paging import page_schema
from backend.web.principal import current_principal
from backend.web.uploads import multipart_body, part_bytes, require_multipart
from backend.web.versions import check_if_match, etag
from shared.vocabulary import StopState

blp = Blueprint("routing", __name__, description="Routes, and what became of their stops")
PHOTOS_MOST = 6

EVIDENCE = multipart_body(
    {
        "stop_report": {
            "type": "string",
            "contentMediaType": "application/json",
            "description": "The manifest (schema StopReport), whose exact bytes are signed and which names every photo by SHA-256",
        },
        "signature": {
            "type": "string",
            "description": "Ed25519 of the device over «qala-stop-report-1\\n» + manifest, base64",
        },
        "photo": {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "maxItems": PHOTOS_MOST,
            "description": "JPEG, PNG or WebP, one part each, in the manifest's order",
        },
        photos.FIELD: photos.DESCRIPTION,
    },
    ["stop_report", "signature"],
)


@blp.route("/routes", action="routes.read")
@blp.arguments(schemas.RouteQuery, location="query")
@blp.response(200, page_schema(schemas.RouteSummary))
def list_routes(query: dict[str, Any]) -> Any:
    """Routes of the caller's districts; for crews, those handed to them. Newest first, without their stops."""
    page = service.list_routes(current_principal(), **query)
    return {"items": [_summary(each) for each in page.items], "next": page.next}


@blp.route("/routes", action="routes.change", methods=("POST",))
@blp.arguments(schemas.RouteRequest)
@blp.response(201, schemas.RouteSchema)
def create_route(body: dict[str, Any]) -> Any:
    """Plan a route by hand; it is a draft until it is released."""
    view = service.create(current_principal(), body["plan"])
    return _whole(view), 201, etag(view.route.version)


@blp.route("/routes/<uuid:route_id>", action="routes.read")
@blp.response(200, schemas.RouteSchema)
def read_route(route_id: UUID) -> Any:
    """One route with its stops, its moves and every report."""
    view = service.get(route_id, current_principal())
    return _whole(view), 200, etag(view.route.version)


@blp.route("/routes/<uuid:route_id>", action="routes.change", methods=("PUT",), problems=(412,))
@blp.arguments(schemas.RouteChange)
@blp.response(200, schemas.RouteSchema)
def change_route(body: dict[str, Any], route_id: UUID) -> Any:
    """Plan a route anew, whole: a new version. Stops that are done stay; the same plan again changes nothing."""
    principal = current_principal()
    row = service.to_change(route_id, principal)
    check_if_match(row.version)
    view = service.change_by_hand(row, principal, body["plan"], reason=body["reason"])
    return _whole(view), 200, etag(view.route.version)


@blp.route("/routes/<uuid:route_id>/moves", action="routes.move", methods=("POST",), problems=(412,))
@blp.arguments(schemas.RouteMoveRequest)
@blp.response(200, schemas.RouteSchema)
def move_route(body: dict[str, Any], route_id: UUID) -> Any:
    """Move a route to another state; one that is there already stays as it is. Phones PUT their moves, under ids."""
    principal = current_principal()
    row = service.to_move(route_id, principal)
    check_if_match(row.version)
    view = service.move(row, principal, **body)
    return _whole(view), 200, etag(view.route.version)


@blp.route(
    "/routes/<uuid:route_id>/moves/<uuid:move_id>",
    action="routes.move",
    methods=("PUT",),
    own_transactions=True,
)
@blp.arguments(schemas.RouteMoveRequest)
@blp.response(200, schemas.RouteMoveAnswer)
def put_route_move(body: dict[str, Any], route_id: UUID, move_id: UUID) -> Any:
    """Move a route under an id made by the phone. The same id with the same content moves once and gets the same answer."""
    principal = current_principal()

    def take() -> None:
        asked_moves.receive(move_id, route_id, principal, **body)

    create_once(take)
    with transaction(read_only=True):
        return asked_moves.receive(move_id, route_id, principal, **body)


@blp.route(
    "/stop-reports/<uuid:report_id>", action="stop_reports.create", methods=("PUT",), own_transactions=True
)
@blp.doc(requestBody=EVIDENCE)
@blp.response(200, schemas.StopReportAnswerSchema)
def put_stop_report(report_id: UUID) -> Any:
    """Report what became of a stop. The same id with the same content gets the same answer."""
    require_multipart()
    by = current_principal()
    manifest, signature = part_bytes("stop_report"), part_bytes("signature").decode("ascii", "replace")
    steps.receive_once(
        known=lambda: receiving.known(report_id, manifest, signature, by),
        read_photos=lambda: photos.read_photos("photo", least=0, most=PHOTOS_MOST, by=by),
        prepare=lambda pictures: receiving.prepare(report_id, manifest, signature, pictures, by),
        receive=lambda submission: receiving.receive(submission, by),
    )
    photos.discard_named(by)
    with transaction(read_only=True):
        return answers.peek(report_id)


def _summary(view: RouteView) -> dict[str, Any]:
    names = schemas.RouteSummary().fields.keys() - {"assignee_ids", "stop_counts", "proofs_missing"}
    return {
        **{name: getattr(view.route, name) for name in names},
        "assignee_ids": sorted(view.assignee_ids),
        "stop_counts": {state.value: sum(stop.state is state for stop in view.stops) for state in StopState},
        "proofs_missing": sum(stop.proof_missing for stop in view.stops),
    }


def _whole(view: RouteView) -> dict[str, Any]:
    own = ("note", "length_m", "removed", "changed_because", "created_by", "created_at", "changed_at")
    return {
        **_summary(view),
        **{name: getattr(view.route, name) for name in (*own, "closed_at")},
        "next_states": states.next_states(view.route.state),
        "stops": view.stops,
        "moves": view.moves,
        "reports": view.reports,
    }
