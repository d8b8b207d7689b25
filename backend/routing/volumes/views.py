"""Hauled volumes and counts at the gates of dumps over HTTP."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from flask import Response

from backend.adapters import settings
from backend.routing.volumes import schemas, service
from backend.routing.volumes.rules import Line
from backend.routing.volumes.words import sentences
from backend.web.blueprint import Blueprint
from backend.web.language import current_language
from backend.web.paging import page_schema
from backend.web.principal import current_principal
from shared.i18n import Message, translate

_ = Message
CSV_TYPE = "text/csv; charset=utf-8"
EXPORTED = {
    "description": "The truckloads; as a file where that is asked for",
    "content": {
        "application/json": {"schema": schemas.VolumesSchema},
        "text/csv": {"schema": {"type": "string", "format": "binary"}},
    },
}
HEADINGS = {
    "at": _("Time"),
    "contractor": _("Contractor"),
    "board_number": _("Board number"),
    "trip": _("Trip"),
    "dump_name": _("Dump"),
    "planned_m3": _("Planned, m³"),
    "told_m3": _("Driver, m³"),
    "weight_kg": _("Weight, kg"),
    "ticket": _("Ticket"),
    "photos": _("Photos"),
    "gate_m3": _("Gate, m³"),
    "texts": _("Differences"),
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")

blp = Blueprint("hauled_volumes", __name__, description="Hauled snow: plan, driver and gate side by side")


@blp.route("/facilities/<uuid:facility_id>/gate-counts", action="gate_counts.read")
@blp.arguments(schemas.GateCountQuery, location="query")
@blp.response(200, page_schema(schemas.GateCountSchema))
def list_counts(query: dict[str, Any], facility_id: UUID) -> Any:
    """Trucks that were counted at a snow dump's gate, the last entered first."""
    return service.list_counts(facility_id, current_principal(), **query)


@blp.route("/facilities/<uuid:facility_id>/gate-counts", action="gate_counts.enter", methods=("POST",))
@blp.arguments(schemas.GateCountRequest)
@blp.response(201, schemas.GateCountSchema)
def enter_count(body: dict[str, Any], facility_id: UUID) -> Any:
    """Count a truck at a snow dump's gate."""
    return service.enter(facility_id, current_principal(), **body)


@blp.route(
    "/facilities/<uuid:facility_id>/gate-counts/<uuid:count_id>",
    action="gate_counts.enter",
    methods=("DELETE",),
)
@blp.response(204)
def withdraw_count(facility_id: UUID, count_id: UUID) -> None:
    """Withdraw a count that was a mistake; it stays readable."""
    service.withdraw(facility_id, count_id, current_principal())


@blp.route("/hauling/volumes", action="hauling.read")
@blp.doc(responses={"200": EXPORTED})
@blp.arguments(schemas.VolumesQuery, location="query")
@blp.response(200, schemas.VolumesSchema)
def read_volumes(query: dict[str, Any]) -> Any:
    """Truckloads of some nights by contractor: what was planned, what drivers told, what the gates counted, and where they differ."""
    form = query.pop("format")
    found = service.volumes(current_principal(), **query)
    trips = [_trip(line, found.dumps) for line in found.lines]
    if form is schemas.VolumesFormat.CSV:
        return Response(_csv(trips), content_type=CSV_TYPE)
    return {
        "density_kg_m3": settings().snow_density_kg_m3,
        "contractors": [
            {
                **{name: getattr(each, name) for name in schemas.ContractorSchema().fields},
                "differences": {kind.value: count for kind, count in each.differences.items()},
            }
            for each in found.sums
        ],
        "trips": trips,
    }


def _trip(line: Line, dumps: dict[UUID, str]) -> dict[str, Any]:
    trip, count = line.trip, line.count
    dump_id = trip.dump_id if trip is not None else count.dump_id if count is not None else None
    return {
        "at": line.at,
        "contractor": line.contractor,
        "board_number": trip.board if trip is not None else count.board if count is not None else "",
        "route_id": None if trip is None else trip.route_id,
        "stop_id": None if trip is None else trip.stop_id,
        "count_id": None if count is None else count.id,
        "trip": None if trip is None else trip.number,
        "dump_name": "" if dump_id is None else dumps.get(dump_id, ""),
        "planned_m3": None if trip is None else trip.planned_m3,
        "told_m3": None if trip is None else trip.told_m3,
        "weight_kg": None if trip is None else trip.weight_kg,
        "ticket": (trip.ticket if trip is not None else "") or (count.ticket if count is not None else ""),
        "photos": None if trip is None else trip.photos,
        "gate_m3": None if count is None else count.m3,
        "differences": [each.value for each in line.differences],
        "texts": [translate(each, current_language()) for each in sentences(line)],
    }


def _csv(trips: list[dict[str, Any]]) -> bytes:
    """One truckload a row, as the table programs of the city's offices open it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow([translate(each, current_language()) for each in HEADINGS.values()])
    for trip in trips:
        writer.writerow([_cell(trip[name]) for name in HEADINGS])
    return buffer.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    """As text; what a table program would take for a formula is made harmless."""
    if value is None:
        return ""
    if isinstance(value, list):
        value = "; ".join(value)
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
