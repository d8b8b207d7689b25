"""Defects over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.database import transaction
from backend.roads import receiving, schemas, service
from backend.uploads import photos, steps
from backend.web.blueprint import Blueprint
from backend.web.paging import page_schema
from backend.web.principal import current_principal
from backend.web.uploads import multipart_body, part_bytes, require_multipart
from backend.web.versions import etag

blp = Blueprint("roads", __name__, description="Defects of roads")
PHOTOS_LEAST, PHOTOS_MOST = 1, 6

EVIDENCE = multipart_body(
    {
        "defect": {
            "type": "string",
            "contentMediaType": "application/json",
            "description": "The manifest (schema DefectReport), whose exact bytes are signed and which names every photo by SHA-256",
        },
        "signature": {
            "type": "string",
            "description": "Ed25519 of the device over «qala-defect-1\\n» + manifest, base64",
        },
        "photo": {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "minItems": PHOTOS_LEAST,
            "maxItems": PHOTOS_MOST,
            "description": "JPEG, PNG or WebP, one part each, in the manifest's order",
        },
        photos.FIELD: photos.DESCRIPTION,
    },
    ["defect", "signature"],
)


@blp.route("/defects/<uuid:defect_id>", action="defects.create", methods=("PUT",), own_transactions=True)
@blp.doc(requestBody=EVIDENCE)
@blp.response(200, schemas.DefectAnswerSchema)
def put_defect(defect_id: UUID) -> Any:
    """Report a defect. The same id with the same content gets the same answer."""
    require_multipart()
    by = current_principal()
    manifest, signature = part_bytes("defect"), part_bytes("signature").decode("ascii", "replace")
    steps.receive_once(
        known=lambda: receiving.known(defect_id, manifest, signature, by),
        read_photos=lambda: photos.read_photos("photo", least=PHOTOS_LEAST, most=PHOTOS_MOST, by=by),
        prepare=lambda pictures: receiving.prepare(defect_id, manifest, signature, pictures, by),
        receive=lambda submission: receiving.receive(submission, by),
    )
    photos.discard_named(by)
    with transaction(read_only=True):
        return service.peek(defect_id)


@blp.route("/defects", action="defects.read")
@blp.arguments(schemas.DefectQuery, location="query")
@blp.response(200, page_schema(schemas.DefectSchema))
def list_defects(query: dict[str, Any]) -> Any:
    """Defects of the caller's districts; for supervisors and crews, those that they reported. Newest first."""
    return service.list_defects(current_principal(), **query)


@blp.route("/defects/<uuid:defect_id>", action="defects.read")
@blp.response(200, schemas.DefectSchema)
def read_defect(defect_id: UUID) -> Any:
    """One defect."""
    row = service.get(defect_id, current_principal())
    return row, 200, etag(row.version)
