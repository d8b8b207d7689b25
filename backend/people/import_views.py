"""Importing people and orders from XLSX or CSV."""

from __future__ import annotations

from typing import Any

from flask import Response

from backend.people import imports
from backend.people.import_schemas import ImportReportSchema
from backend.people.import_words import FORM
from backend.web.blueprint import Blueprint
from backend.web.imports import (
    FORM_RESPONSE,
    FormQuery,
    ImportQuery,
    empty_form,
    file_body,
    run_import,
    sent_file,
)
from backend.web.principal import current_principal

blp = Blueprint("imports", __name__, description="Importing people and orders from XLSX or CSV")


@blp.route("/people/imports", action="people.import", methods=("POST",), own_transactions=True)
@blp.doc(requestBody=file_body("XLSX, or CSV in UTF-8 or Windows-1251"))
@blp.arguments(ImportQuery, location="query")
@blp.response(200, ImportReportSchema)
def import_people(query: dict[str, Any]) -> Any:
    """Register the people of a table with their orders, or only say what is wrong with it."""
    plan, principal = imports.read(sent_file()), current_principal()
    return run_import(lambda: imports.carry_out(plan, principal, **query), dry_run=query["dry_run"])


@blp.route("/people/imports/template", action="people.import")
@blp.arguments(FormQuery, location="query")
@blp.doc(responses={200: FORM_RESPONSE})
def read_form(query: dict[str, Any]) -> Response:
    """The empty form, its headings in the caller's language."""
    return empty_form(FORM, "people", query["format"])
