"""Shifts over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from backend.fleet.shifts import imports, service
from backend.fleet.shifts.import_words import FORM
from backend.fleet.shifts.models import VehicleShift
from backend.fleet.shifts.rows import breaks_of
from backend.fleet.shifts.schemas import (
    ShiftChange,
    ShiftMoveRequest,
    ShiftQuery,
    ShiftRequest,
    VehicleShiftSchema,
)
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
from backend.web.paging import Page, page_schema
from backend.web.principal import current_principal
from backend.web.versions import check_if_match, etag

blp = Blueprint("shifts", __name__, description="Which driver has which vehicle when")


@blp.route("/shifts", action="shifts.read")
@blp.arguments(ShiftQuery, location="query")
@blp.response(200, page_schema(VehicleShiftSchema))
def list_shifts(query: dict[str, Any]) -> Any:
    """Shifts, the latest first: who drove what when. Crews see their own."""
    page = service.list_shifts(current_principal(), **query)
    return Page([_shown(shift) for shift in page.items], page.next)


@blp.route("/shifts", action="shifts.change", methods=("POST",))
@blp.arguments(ShiftRequest)
@blp.response(201, VehicleShiftSchema)
def create_shift(body: dict[str, Any]) -> Any:
    """Plan a shift."""
    return _one(service.create(current_principal(), **body), 201)


@blp.route("/shifts/<uuid:shift_id>", action="shifts.read")
@blp.response(200, VehicleShiftSchema)
def read_shift(shift_id: UUID) -> Any:
    """One shift."""
    return _one(service.get(shift_id, current_principal()))


@blp.route("/shifts/<uuid:shift_id>", action="shifts.change", methods=("PATCH",), problems=(412,))
@blp.arguments(ShiftChange)
@blp.response(200, VehicleShiftSchema)
def change_shift(body: dict[str, Any], shift_id: UUID) -> Any:
    """Change a shift that is planned or running: another driver, another vehicle, other times."""
    principal = current_principal()
    shift = service.to_change(shift_id, principal)
    check_if_match(shift.version)
    return _one(service.change(shift, principal, **body))


@blp.route("/shifts/<uuid:shift_id>/moves", action="shifts.move", methods=("POST",), problems=(412,))
@blp.arguments(ShiftMoveRequest)
@blp.response(200, VehicleShiftSchema)
def move_shift(body: dict[str, Any], shift_id: UUID) -> Any:
    """Begin, close or cancel a shift."""
    principal = current_principal()
    shift = service.to_change(shift_id, principal, "shifts.move")
    check_if_match(shift.version)
    return _one(service.move(shift, principal, **body))


@blp.route("/shifts/imports", action="shifts.import", methods=("POST",), own_transactions=True)
@blp.doc(requestBody=file_body("XLSX, or CSV in UTF-8 or Windows-1251"))
@blp.arguments(UpdatingImportQuery, location="query")
@blp.response(200, UpdatingReportSchema)
def import_shifts(query: dict[str, Any]) -> Any:
    """Enter the shifts of a table, or only say what is wrong with it."""
    table, principal = read_rows(sent_file()), current_principal()
    return run_import(lambda: imports.carry_out(table, principal, **query), dry_run=query["dry_run"])


@blp.route("/shifts/imports/template", action="shifts.import")
@blp.arguments(FormQuery, location="query")
@blp.doc(responses={200: FORM_RESPONSE})
def read_shift_form(query: dict[str, Any]) -> Response:
    """The empty form, its headings in the caller's language."""
    return empty_form(FORM, "shifts", query["format"])


def _one(shift: VehicleShift, status: int = 200) -> Any:
    return _shown(shift), status, etag(shift.version)


def _shown(shift: VehicleShift) -> dict[str, Any]:
    names = [name for name in VehicleShiftSchema().fields if name != "breaks"]
    return {name: getattr(shift, name) for name in names} | {"breaks": breaks_of(shift)}
