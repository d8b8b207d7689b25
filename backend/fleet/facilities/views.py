"""Facilities over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from backend.fleet.facilities import imports, service
from backend.fleet.facilities.import_words import FORM
from backend.fleet.facilities.schemas import FacilityChange, FacilityQuery, FacilityRequest, FacilitySchema
from backend.web.blueprint import Blueprint
from backend.web.imports import (
    FORM_RESPONSE,
    FormQuery,
    UpdatingImportQuery,
    UpdatingReportSchema,
    empty_form,
    file_body,
    read_rows,
    run_import,
    sent_file,
)
from backend.web.paging import page_schema
from backend.web.principal import current_principal
from backend.web.versions import check_if_match, etag

blp = Blueprint("facilities", __name__, description="Depots, landfills, transfer stations and snow dumps")


@blp.route("/facilities", action="facilities.read")
@blp.arguments(FacilityQuery, location="query")
@blp.response(200, page_schema(FacilitySchema))
def list_facilities(query: dict[str, Any]) -> Any:
    """Facilities in use in the caller's districts, and those of the whole city."""
    return service.list_facilities(current_principal(), **query)


@blp.route("/facilities", action="facilities.change", methods=("POST",))
@blp.arguments(FacilityRequest)
@blp.response(201, FacilitySchema)
def create_facility(body: dict[str, Any]) -> Any:
    """Enter a facility."""
    facility = service.create(current_principal(), **body)
    return facility, 201, etag(facility.version)


@blp.route("/facilities/<uuid:facility_id>", action="facilities.read")
@blp.response(200, FacilitySchema)
def read_facility(facility_id: UUID) -> Any:
    """One facility, archived or not."""
    facility = service.get(facility_id, current_principal())
    return facility, 200, etag(facility.version)


@blp.route("/facilities/<uuid:facility_id>", action="facilities.change", methods=("PATCH",), problems=(412,))
@blp.arguments(FacilityChange)
@blp.response(200, FacilitySchema)
def change_facility(body: dict[str, Any], facility_id: UUID) -> Any:
    """Change a facility: its hours, its capacity, or that it is closed for the time being."""
    principal = current_principal()
    facility = service.to_change(facility_id, principal)
    check_if_match(facility.version)
    service.change(facility, principal, **body)
    return facility, 200, etag(facility.version)


@blp.route("/facilities/<uuid:facility_id>", action="facilities.change", methods=("DELETE",), problems=(412,))
@blp.response(204)
def archive_facility(facility_id: UUID) -> None:
    """Archive a facility; it stays readable."""
    principal = current_principal()
    facility = service.to_change(facility_id, principal)
    check_if_match(facility.version)
    service.archive(facility, principal)


@blp.route("/facilities/imports", action="facilities.import", methods=("POST",), own_transactions=True)
@blp.doc(requestBody=file_body("XLSX, or CSV in UTF-8 or Windows-1251"))
@blp.arguments(UpdatingImportQuery, location="query")
@blp.response(200, UpdatingReportSchema)
def import_facilities(query: dict[str, Any]) -> Any:
    """Enter the facilities of a table, or only say what is wrong with it."""
    table, principal = read_rows(sent_file()), current_principal()
    return run_import(lambda: imports.carry_out(table, principal, **query), dry_run=query["dry_run"])


@blp.route("/facilities/imports/template", action="facilities.import")
@blp.arguments(FormQuery, location="query")
@blp.doc(responses={200: FORM_RESPONSE})
def read_facility_form(query: dict[str, Any]) -> Response:
    """The empty form, its headings in the caller's language."""
    return empty_form(FORM, "facilities", query["format"])
