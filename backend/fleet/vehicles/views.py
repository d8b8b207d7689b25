"""Vehicles over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from backend.fleet.vehicles import imports, service
from backend.fleet.vehicles.import_words import FORM
from backend.fleet.vehicles.schemas import VehicleChange, VehicleQuery, VehicleRequest, VehicleSchema
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

blp = Blueprint("vehicles", __name__, description="The vehicles of the fleet")


@blp.route("/vehicles", action="vehicles.read")
@blp.arguments(VehicleQuery, location="query")
@blp.response(200, page_schema(VehicleSchema))
def list_vehicles(query: dict[str, Any]) -> Any:
    """Vehicles in the caller's districts, and those of the whole city."""
    return service.list_vehicles(current_principal(), **query)


@blp.route("/vehicles", action="vehicles.change", methods=("POST",))
@blp.arguments(VehicleRequest)
@blp.response(201, VehicleSchema)
def create_vehicle(body: dict[str, Any]) -> Any:
    """Enter a vehicle."""
    vehicle = service.create(current_principal(), **body)
    return vehicle, 201, etag(vehicle.version)


@blp.route("/vehicles/<uuid:vehicle_id>", action="vehicles.read")
@blp.response(200, VehicleSchema)
def read_vehicle(vehicle_id: UUID) -> Any:
    """One vehicle, archived or not."""
    vehicle = service.get(vehicle_id, current_principal())
    return vehicle, 200, etag(vehicle.version)


@blp.route("/vehicles/<uuid:vehicle_id>", action="vehicles.change", methods=("PATCH",), problems=(412,))
@blp.arguments(VehicleChange)
@blp.response(200, VehicleSchema)
def change_vehicle(body: dict[str, Any], vehicle_id: UUID) -> Any:
    """Change a vehicle, take it out of service or put it back."""
    principal = current_principal()
    vehicle = service.to_change(vehicle_id, principal)
    check_if_match(vehicle.version)
    service.change(vehicle, principal, **body)
    return vehicle, 200, etag(vehicle.version)


@blp.route("/vehicles/<uuid:vehicle_id>", action="vehicles.change", methods=("DELETE",), problems=(412,))
@blp.response(204)
def archive_vehicle(vehicle_id: UUID) -> None:
    """Archive a vehicle; it stays readable."""
    principal = current_principal()
    vehicle = service.to_change(vehicle_id, principal)
    check_if_match(vehicle.version)
    service.archive(vehicle, principal)


@blp.route("/vehicles/imports", action="vehicles.import", methods=("POST",), own_transactions=True)
@blp.doc(requestBody=file_body("XLSX, or CSV in UTF-8 or Windows-1251"))
@blp.arguments(UpdatingImportQuery, location="query")
@blp.response(200, UpdatingReportSchema)
def import_vehicles(query: dict[str, Any]) -> Any:
    """Enter the vehicles of a table, or only say what is wrong with it."""
    table, principal = read_rows(sent_file()), current_principal()
    return run_import(lambda: imports.carry_out(table, principal, **query), dry_run=query["dry_run"])


@blp.route("/vehicles/imports/template", action="vehicles.import")
@blp.arguments(FormQuery, location="query")
@blp.doc(responses={200: FORM_RESPONSE})
def read_vehicle_form(query: dict[str, Any]) -> Response:
    """The empty form, its headings in the caller's language."""
    return empty_form(FORM, "vehicles", query["format"])
