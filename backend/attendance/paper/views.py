"""The paper way over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from backend.attendance.paper import absence_entering, absences, schemas, sealed, sheet_entering, sheets
from backend.attendance.paper.form import sheet_form
from backend.attendance.paper.uploads import json_part, read_documents, require_different
from backend.database import transaction
from backend.web.blueprint import Blueprint
from backend.web.language import current_language
from backend.web.once import create_once
from backend.web.paging import page_schema
from backend.web.pictures import jpeg_view
from backend.web.principal import current_principal
from backend.web.uploads import multipart_body, read_photos, require_multipart
from shared.vocabulary import AbsenceReason, AbsenceState, PaperReason, SheetState

blp = Blueprint(
    "paper",
    __name__,
    description="The paper way: signed sheets entered by one and approved by another; absences with their reasons",
)
PHOTOS_LEAST, PHOTOS_MOST = 1, 5
DOCUMENTS_AT_ONCE = 5
BINARY = {"type": "string", "format": "binary"}
DOCUMENTS = {
    "type": "array",
    "items": BINARY,
    "maxItems": DOCUMENTS_AT_ONCE,
    "description": "JPEG, PNG, WebP or PDF, one part each",
}
SHEET_BODY = multipart_body(
    {
        "sheet": {
            "type": "string",
            "contentMediaType": "application/json",
            "description": "JSON with person_id, task_id, came_at and left_at (with offset), "
            f"reason ({', '.join(PaperReason)}) and note",
        },
        "photo": {
            "type": "array",
            "items": BINARY,
            "minItems": PHOTOS_LEAST,
            "maxItems": PHOTOS_MOST,
            "description": "The signed sheet: JPEG, PNG or WebP, one part each",
        },
    },
    ["sheet", "photo"],
)
ABSENCE_BODY = multipart_body(
    {
        "absence": {
            "type": "string",
            "contentMediaType": "application/json",
            "description": "JSON with person_id, from_day and until_day (the last one), "
            f"reason ({', '.join(AbsenceReason)}) and words",
        },
        "document": DOCUMENTS,
    },
    ["absence"],
)
DOCUMENTS_BODY = multipart_body({"document": {**DOCUMENTS, "minItems": 1}}, ["document"])


@blp.route(
    "/paper-sheets/<uuid:sheet_id>", action="paper_sheets.create", methods=("PUT",), own_transactions=True
)
@blp.doc(requestBody=SHEET_BODY)
@blp.response(200, schemas.SheetSchema)
def put_sheet(sheet_id: UUID) -> Any:
    """Enter a signed sheet. The same id with the same content gets the same answer."""
    require_multipart()
    principal = current_principal()
    manifest, said = json_part("sheet", schemas.SheetPart)
    photos = read_photos("photo", least=PHOTOS_LEAST, most=PHOTOS_MOST)
    require_different("photo", photos)
    with transaction(read_only=True):
        known = sheet_entering.known(sheet_id, manifest, photos, principal)
        entry = (
            None
            if known
            else sheet_entering.prepare(sheet_id, sheet_entering.Said(**said), manifest, photos, principal)
        )
    if entry is not None:
        sealed.keep_files(entry.photos)

        def remember() -> None:
            if not sheet_entering.known(sheet_id, manifest, photos, principal):
                sheet_entering.enter(entry, principal)

        create_once(remember)
    with transaction(read_only=True):
        return sheets.peek(sheet_id)


@blp.route("/paper-sheets", action="paper_sheets.read", writes=True)
@blp.arguments(schemas.SheetQuery, location="query")
@blp.response(200, page_schema(schemas.SheetSchema))
def list_sheets(query: dict[str, Any]) -> Any:
    """Sheets of the caller's districts, newest first."""
    return sheets.list_sheets(current_principal(), **{"cursor": None, **query})


@blp.route("/paper-sheets/form", action="paper_sheets.create", writes=True, problems=(404,))
@blp.arguments(schemas.FormQuery, location="query")
@blp.response(200, BINARY, content_type="application/pdf")
def read_form(query: dict[str, Any]) -> Response:
    """A sheet of one task to print and sign, with its people's initials."""
    language = query.get("language") or current_language()
    form = sheet_form(query["task_id"], current_principal(), language)
    return _download(form, f"paper-sheet-{query['task_id']}.pdf")


@blp.route("/paper-sheets/<uuid:sheet_id>", action="paper_sheets.read", writes=True)
@blp.response(200, schemas.SheetSchema)
def read_sheet(sheet_id: UUID) -> Any:
    """One sheet."""
    return sheets.get(sheet_id, current_principal())


@blp.route(
    "/paper-sheets/<uuid:sheet_id>/photos/<int:index>",
    action="paper_sheets.read",
    own_transactions=True,
    problems=(409,),
)
@blp.response(200, BINARY, content_type="image/jpeg")
def read_sheet_photo(sheet_id: UUID, index: int) -> Response:
    """A view of one photo of a sheet, re-encoded; the photo itself stays byte for byte as it was sent."""
    with transaction():
        photo = sheets.photo(sheet_id, index, current_principal())
    return _picture(photo)


@blp.route("/paper-sheets/<uuid:sheet_id>/decision", action="paper_sheets.decide", methods=("POST",))
@blp.arguments(schemas.SheetDecision)
@blp.response(200, schemas.SheetSchema)
def decide_sheet(body: dict[str, Any], sheet_id: UUID) -> Any:
    """Approve or refuse a sheet; never by whoever entered it."""
    return sheets.decide(
        sheet_id, current_principal(), outcome=SheetState(body["outcome"]), words=body["words"]
    )


@blp.route("/absences/<uuid:absence_id>", action="absences.create", methods=("PUT",), own_transactions=True)
@blp.doc(requestBody=ABSENCE_BODY)
@blp.response(200, schemas.AbsenceSchema)
def put_absence(absence_id: UUID) -> Any:
    """Enter an absence with its reason. The same id with the same content gets the same answer."""
    require_multipart()
    principal = current_principal()
    manifest, said = json_part("absence", schemas.AbsencePart)
    documents = read_documents("document", least=0, most=DOCUMENTS_AT_ONCE)
    with transaction(read_only=True):
        known = absence_entering.known(absence_id, manifest, documents, principal)
        entry = (
            None
            if known
            else absence_entering.prepare(
                absence_id, absence_entering.Said(**said), manifest, documents, principal
            )
        )
    if entry is not None:
        absence_entering.keep(entry.documents)

        def remember() -> None:
            if not absence_entering.known(absence_id, manifest, documents, principal):
                absence_entering.enter(entry, principal)

        create_once(remember)
    with transaction(read_only=True):
        return absences.peek(absence_id)


@blp.route("/absences", action="absences.read", writes=True)
@blp.arguments(schemas.AbsenceQuery, location="query")
@blp.response(200, page_schema(schemas.AbsenceSchema))
def list_absences(query: dict[str, Any]) -> Any:
    """Absences of the caller's districts, newest first."""
    return absences.list_absences(current_principal(), **{"cursor": None, **query})


@blp.route("/absences/<uuid:absence_id>", action="absences.read", writes=True)
@blp.response(200, schemas.AbsenceSchema)
def read_absence(absence_id: UUID) -> Any:
    """One absence."""
    return absences.get(absence_id, current_principal())


@blp.route(
    "/absences/<uuid:absence_id>/documents",
    action="absences.create",
    methods=("PUT",),
    own_transactions=True,
)
@blp.doc(requestBody=DOCUMENTS_BODY)
@blp.response(200, schemas.AbsenceSchema)
def add_documents(absence_id: UUID) -> Any:
    """Add documents that were brought later; those that are there already stay as they are."""
    require_multipart()
    principal = current_principal()
    documents = read_documents("document", least=1, most=DOCUMENTS_AT_ONCE)
    with transaction(read_only=True):
        brought = absence_entering.seal_more(absence_id, documents, principal)
    absence_entering.keep(brought)
    with transaction():
        return absence_entering.add_documents(absence_id, brought, principal)


@blp.route(
    "/absences/<uuid:absence_id>/documents/<int:index>",
    action="absences.read",
    own_transactions=True,
    problems=(409,),
)
@blp.response(200, BINARY, content_type="image/jpeg")
@blp.alt_response(
    200,
    schema=BINARY,
    content_type="application/pdf",
    description="A view of a picture, or a PDF as it was sent, to download",
)
def read_document(absence_id: UUID, index: int) -> Response:
    """A view of one picture, re-encoded, or a PDF byte for byte, which is only ever downloaded."""
    with transaction():
        document = absences.document(absence_id, index, current_principal())
    return (
        _download(document.data, f"{absence_id}-{index}.pdf") if document.is_pdf else _picture(document.data)
    )


@blp.route("/absences/<uuid:absence_id>/decision", action="absences.decide", methods=("POST",))
@blp.arguments(schemas.AbsenceDecision)
@blp.response(200, schemas.AbsenceSchema)
def decide_absence(body: dict[str, Any], absence_id: UUID) -> Any:
    """Confirm an absence's reason or not; never by whoever entered it."""
    return absences.decide(
        absence_id, current_principal(), outcome=AbsenceState(body["outcome"]), words=body["words"]
    )


def _picture(photo: bytes) -> Response:
    return Response(jpeg_view(photo), content_type="image/jpeg", headers={"Cache-Control": "no-store"})


def _download(pdf: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(pdf, content_type="application/pdf", headers=headers)
