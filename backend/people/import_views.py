"""Importing people and orders from XLSX or CSV."""

from __future__ import annotations

from typing import Any

from flask import Response

from backend.database import transaction
from backend.people import imports
from backend.people.import_schemas import FormFormat, FormQuery, ImportQuery, ImportReportSchema
from backend.people.import_tables import write_csv, write_xlsx
from backend.people.import_words import headings
from backend.web.blueprint import Blueprint
from backend.web.language import current_language
from backend.web.once import create_once
from backend.web.principal import current_principal
from backend.web.uploads import multipart_body, part_bytes, require_multipart

blp = Blueprint("imports", __name__, description="Importing people and orders from XLSX or CSV")

FILE = multipart_body(
    {"file": {"type": "string", "format": "binary", "description": "XLSX, or CSV in UTF-8 or Windows-1251"}},
    ["file"],
)
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
BYTES = {"schema": {"type": "string", "format": "binary"}}
FORM = {"description": "The empty form", "content": {XLSX_TYPE: BYTES, "text/csv": BYTES}}


@blp.route("/people/imports", action="people.import", methods=("POST",), own_transactions=True)
@blp.doc(requestBody=FILE)
@blp.arguments(ImportQuery, location="query")
@blp.response(200, ImportReportSchema)
def import_people(query: dict[str, Any]) -> Any:
    """Register the people of a table with their orders, or only say what is wrong with it."""
    require_multipart()
    plan = imports.read(part_bytes("file"))
    principal = current_principal()
    if query["dry_run"]:
        with transaction(read_only=True):
            return imports.carry_out(plan, principal, **query)
    reports: list[imports.Report] = []
    create_once(lambda: reports.append(imports.carry_out(plan, principal, **query)))
    return reports[-1]


@blp.route("/people/imports/template", action="people.import")
@blp.arguments(FormQuery, location="query")
@blp.doc(responses={200: FORM})
def read_form(query: dict[str, Any]) -> Response:
    """The empty form, its headings in the caller's language."""
    names = headings(current_language())
    if query["format"] is FormFormat.CSV:
        content, kind = write_csv(names), CSV_TYPE
    else:
        content, kind = write_xlsx(names), XLSX_TYPE
    name = f"people.{query['format'].value}"
    return Response(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
