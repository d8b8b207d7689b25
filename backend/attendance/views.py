"""Check-ins over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from backend.adapters import settings
from backend.attendance import receiving, schemas, service
from backend.attendance.models import CheckIn
from backend.database import transaction
from backend.uploads import photos
from backend.web.blueprint import Blueprint
from backend.web.once import create_once
from backend.web.paging import page_schema
from backend.web.pictures import jpeg_view
from backend.web.principal import current_principal
from backend.web.uploads import multipart_body, part_bytes, require_multipart
from backend.web.waiting import wait_until
from shared.vocabulary import CheckInState

blp = Blueprint("attendance", __name__, description="Check-ins by face and GPS, and the verdicts on them")
FRAMES_LEAST, FRAMES_MOST = 3, 12

EVIDENCE = multipart_body(
    {
        "check_in": {
            "type": "string",
            "contentMediaType": "application/json",
            "description": "The manifest (schema CheckIn), whose exact bytes are signed and which names every frame by SHA-256",
        },
        "signature": {
            "type": "string",
            "description": "Ed25519 of the device over «qala-check-in-1\\n» + manifest, base64",
        },
        "frame": {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "minItems": FRAMES_LEAST,
            "maxItems": FRAMES_MOST,
            "description": "JPEG, PNG or WebP, one part each, in the manifest's order",
        },
        photos.FIELD: photos.DESCRIPTION,
    },
    ["check_in", "signature"],
)


@blp.route(
    "/check-ins/<uuid:check_in_id>", action="check_ins.create", methods=("PUT",), own_transactions=True
)
@blp.doc(requestBody=EVIDENCE)
@blp.response(200, schemas.CheckInAnswerSchema)
@blp.alt_response(
    202,
    schema=schemas.CheckInAnswerSchema,
    description="Received and kept; the verdict follows by /sync and the live feed",
)
def put_check_in(check_in_id: UUID) -> Any:
    """Check a person in. The same id with the same content gets the same answer."""
    require_multipart()
    principal = current_principal()
    manifest, signature = part_bytes("check_in"), part_bytes("signature").decode("ascii", "replace")
    with transaction(read_only=True):
        known = receiving.known(check_in_id, manifest, signature, principal)
    if not known:
        frames = photos.read_photos("frame", least=FRAMES_LEAST, most=FRAMES_MOST, by=principal)
        with transaction(read_only=True):
            submission = receiving.prepare(check_in_id, manifest, signature, frames, principal)
        receiving.keep_frames(submission)

        def remember() -> None:
            if not receiving.known(check_in_id, manifest, signature, principal):
                receiving.receive(submission, principal)

        create_once(remember)
    photos.discard_named(principal)

    def look() -> Any:
        with transaction(read_only=True):
            return service.peek(check_in_id)

    answer = wait_until(look, lambda seen: seen.state is CheckInState.JUDGED, settings().check_in_wait_s)
    return answer, 200 if answer.state is CheckInState.JUDGED else 202


@blp.route("/check-ins/<uuid:check_in_id>", action="check_ins.read", writes=True)
@blp.response(200, schemas.CheckInRecord)
def read_check_in(check_in_id: UUID) -> Any:
    """One check-in with its verdict and every reason."""
    return _record(service.get(check_in_id, current_principal()))


@blp.route("/check-ins", action="check_ins.read", writes=True)
@blp.arguments(schemas.CheckInQuery, location="query")
@blp.response(200, page_schema(schemas.CheckInRecord))
def list_check_ins(query: dict[str, Any]) -> Any:
    """Check-ins in the caller's scope, newest first."""
    page = service.list_check_ins(
        current_principal(),
        person_id=query.get("person_id"),
        task_id=query.get("task_id"),
        outcome=query.get("outcome"),
        cursor=query.get("cursor"),
        limit=query["limit"],
    )
    return {"items": [_record(row) for row in page.items], "next": page.next}


@blp.route(
    "/check-ins/<uuid:check_in_id>/frames/<int:index>",
    action="check_ins.evidence",
    own_transactions=True,
    problems=(409,),
)
@blp.response(200, {"type": "string", "format": "binary"}, content_type="image/jpeg")
def read_frame(check_in_id: UUID, index: int) -> Response:
    """A view of one frame, re-encoded; the evidence itself stays byte for byte as it was signed."""
    with transaction():
        evidence = service.frame(check_in_id, index, current_principal())
    return Response(jpeg_view(evidence), content_type="image/jpeg", headers={"Cache-Control": "no-store"})


def _record(row: CheckIn) -> dict[str, Any]:
    names = [name for name in schemas.CheckInRecord().fields if name != "answer"]
    return {**{name: getattr(row, name) for name in names}, "answer": service.answer(row)}
