"""Container sites as files: GeoJSON with FIWARE's names, and CSV with the form's columns, both good to be imported again."""

from __future__ import annotations

import csv
import io
from uuid import UUID

from backend.accounts import service as accounts
from backend.containers import service
from backend.containers.geojson import collection, columns_of, feature_of
from backend.containers.import_words import FORM, Column
from backend.containers.schemas import ExportFormat
from backend.web.language import current_language
from backend.web.principal import Principal

GEOJSON_TYPE, CSV_TYPE = "application/geo+json", "text/csv; charset=utf-8"


def export(by: Principal, *, format: ExportFormat, district_id: UUID | None) -> tuple[bytes, str]:
    """Every site in use that the principal sees, and the content type."""
    codes = {district.id: district.code for district in accounts.list_districts(by)}
    needs = service.needs(by, district_id=district_id)
    if format is ExportFormat.GEOJSON:
        features = [feature_of(need, codes[need.site.district_id]) for need in needs]
        return collection(features), GEOJSON_TYPE
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(FORM.headings(current_language()))
    for need in needs:
        said = columns_of(need, codes[need.site.district_id])
        said |= {Column.LAT.value: need.site.place.lat, Column.LON.value: need.site.place.lon}
        writer.writerow([said[column.value] for column in Column])
    return buffer.getvalue().encode("utf-8-sig"), CSV_TYPE
