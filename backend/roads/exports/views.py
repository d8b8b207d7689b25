"""Cases as files, over HTTP."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, json

from backend.adapters import settings
from backend.clock import now
from backend.database import transaction
from backend.roads.cases import listing
from backend.roads.cases.schemas.lists import CaseMap
from backend.roads.exports import layout
from backend.roads.exports.schemas import CaseFormat, ExportQuery
from backend.tables.files import filled_csv, filled_xlsx
from backend.web.blueprint import Blueprint
from backend.web.language import current_language
from backend.web.principal import current_principal

blp = Blueprint("case_files", __name__, description="Cases as files")
PAGE = 1000
TYPES = {
    CaseFormat.CSV: "text/csv; charset=utf-8",
    CaseFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CaseFormat.GEOJSON: "application/geo+json",
}
FILE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
EXPORTED = {
    "description": "Every case that was asked for",
    "content": {
        **{each.partition(";")[0]: FILE for each in TYPES.values()},
        TYPES[CaseFormat.GEOJSON]: {"schema": CaseMap},
    },
}


@blp.route("/cases/export", action="cases.read", own_transactions=True)
@blp.arguments(ExportQuery, location="query")
@blp.doc(responses={200: EXPORTED})
def export_cases(query: dict[str, Any]) -> Response:
    """Cases of the caller's districts as a table or a map."""
    wished = query.pop("format")
    with transaction(read_only=True):
        cases = _all(query)
    if wished is CaseFormat.GEOJSON:
        content = json.dumps(CaseMap().dump({"features": cases, "next": None})).encode()
    else:
        language, zone = current_language(), ZoneInfo(settings().time_zone)
        write = filled_csv if wished is CaseFormat.CSV else filled_xlsx
        content = write(layout.headings(language), layout.rows(cases, language, zone))
    name = f"cases-{now():%Y-%m-%d}.{wished.value}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=TYPES[wished], headers=headers)


def _all(query: dict[str, Any]) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = listing.list_cases(current_principal(), **query, cursor=cursor, limit=PAGE)
        cases += page.items
        if page.next is None:
            return cases
        cursor = page.next
