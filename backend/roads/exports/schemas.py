"""What of the cases is exported, and how."""

from __future__ import annotations

from enum import StrEnum

from backend.roads.cases.schemas.lists import CaseQuery
from backend.web.wire import fields


class CaseFormat(StrEnum):
    """How cases are written."""

    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"


class ExportQuery(CaseQuery):
    """Which cases, as in their list, and how they are written; everything comes at once."""

    class Meta:
        exclude = ("cursor", "limit")

    format = fields.Enum(CaseFormat, by_value=True, load_default=CaseFormat.CSV)
