"""Results of looking over HTTP: findings, blurred views, a person's word, a place on the map."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from backend.database import transaction
from backend.roads.looking import labelling, schemas, service
from backend.roads.schemas import DefectSchema
from backend.web.blueprint import Blueprint
from backend.web.once import create_once
from backend.web.principal import current_principal
from backend.web.versions import etag

blp = Blueprint("looking", __name__, description="What photos of defects show")


@blp.route("/defects/<uuid:defect_id>/photos", action="defects.read")
@blp.response(200, schemas.PhotoFindingsSchema)
def read_findings(defect_id: UUID) -> Any:
    """What each photo of a report showed, by which model, and how much was blurred in it."""
    return {"items": service.findings(defect_id, current_principal())}


@blp.route(
    "/defects/<uuid:defect_id>/photos/<int:index>",
    action="defects.read",
    own_transactions=True,
    problems=(409,),
)
@blp.arguments(schemas.ViewQuery, location="query")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="image/jpeg")
def read_photo(query: dict[str, Any], defect_id: UUID, index: int) -> Response:
    """A view of one photo in which faces and number plates are blurred; until there is one 409, for everybody."""
    with transaction(read_only=True):
        shown = service.view(defect_id, index, current_principal(), **query)
    return Response(shown, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


@blp.route("/cases/<uuid:case_id>/photo", action="cases.move", own_transactions=True)
@blp.response(200, {"type": "string", "format": "binary"}, content_type="image/jpeg")
def read_case_photo(case_id: UUID) -> Response:
    """The newest blurred view of a fault with its outlines; of the crews only for the one that is to repair it."""
    with transaction(read_only=True):
        shown = service.case_photo(case_id, current_principal())
    return Response(shown, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


@blp.route("/defects/<uuid:defect_id>/labels", action="defects.confirm")
@blp.response(200, schemas.DefectLabelsSchema)
def list_labels(defect_id: UUID) -> Any:
    """Everything that people said of a report, oldest first, beside what the model had said."""
    return {"items": labelling.labels(defect_id, current_principal())}


@blp.route(
    "/defects/<uuid:defect_id>/labels/<uuid:label_id>",
    action="defects.confirm",
    methods=("PUT",),
    own_transactions=True,
    problems=(409,),
)
@blp.arguments(schemas.DefectLabelRequest)
@blp.response(200, schemas.DefectLabelSchema)
def put_label(body: dict[str, Any], defect_id: UUID, label_id: UUID) -> Any:
    """Confirm, correct or reject what was suggested. The same id with the same content is said once."""
    principal = current_principal()

    def say() -> None:
        labelling.label(defect_id, label_id, principal, **body)

    create_once(say)
    with transaction(read_only=True):
        return labelling.label(defect_id, label_id, principal, **body)


@blp.route("/defects/<uuid:defect_id>/place", action="defects.place", methods=("PUT",), problems=(409,))
@blp.arguments(schemas.DefectPlaceRequest)
@blp.response(200, DefectSchema)
def put_place(body: dict[str, Any], defect_id: UUID) -> Any:
    """Put a report on the map whose phone found no place, or, with a reason, elsewhere than its phone was."""
    row = service.put_in_place(defect_id, current_principal(), **body)
    return row, 200, etag(row.version)


@blp.route("/defects/<uuid:defect_id>/looks", action="defects.confirm", methods=("POST",), problems=(409,))
@blp.response(204)
def look_again(defect_id: UUID) -> None:
    """Have a report looked at once more that killed its workers: nothing of it could be shown, its originals are still sealed."""
    service.look_again(defect_id, current_principal())
