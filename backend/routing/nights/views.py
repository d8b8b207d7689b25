"""The report of a night over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response

from backend.adapters import settings
from backend.database import transaction
from backend.routing.nights import layout, schemas, service
from backend.routing.nights.schemas import ReportFormat
from backend.tables.files import filled_csv, filled_xlsx
from backend.web.blueprint import Blueprint
from backend.web.language import current_language
from backend.web.principal import current_principal

blp = Blueprint("nights", __name__, description="Reports of nights by streets")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {
    ReportFormat.CSV: "text/csv; charset=utf-8",
    ReportFormat.XLSX: XLSX_TYPE,
    ReportFormat.PDF: "application/pdf",
}
FILE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
REPORTED = {
    "description": "The report; as a file where another format is asked for",
    "content": {
        "application/json": {"schema": schemas.NightReportSchema},
        "text/csv": FILE,
        XLSX_TYPE: FILE,
        "application/pdf": FILE,
    },
}


@blp.route("/plans/<uuid:plan_id>/night-report", action="plans.read", problems=(409,), own_transactions=True)
@blp.arguments(schemas.ReportQuery, location="query")
@blp.doc(responses={200: REPORTED})
def read_report(query: dict[str, Any], plan_id: UUID) -> Any:
    """What of the night was done, late and not done, by priority and district, why, by which machines, and what proves it."""
    language, zone, wished = current_language(), ZoneInfo(settings().time_zone), query["format"]
    with transaction(read_only=True):
        report = service.report(plan_id, current_principal(), language)
    if wished is ReportFormat.JSON:
        found: dict[str, Any] = schemas.NightReportSchema().dump(layout.shown(report, language))
        return found
    if wished is ReportFormat.PDF:
        content = layout.as_pdf(report, language, zone)
    else:
        head, rows = layout.table(report, language, zone)
        write = filled_csv if wished is ReportFormat.CSV else filled_xlsx
        content = write(head, rows)
    name = f"night-{report.night.isoformat()}.{wished.value}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=TYPES[wished], headers=headers)
