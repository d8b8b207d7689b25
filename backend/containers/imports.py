"""Importing container sites: what a row of their table or map says (`accounts/keyed_imports` does the rest)."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from backend.accounts import keyed_imports
from backend.accounts.district_words import DistrictWords
from backend.adapters import settings
from backend.containers import service
from backend.containers.geojson import rows_of_features
from backend.containers.import_words import FORM, GEOJSON_FORM, Column, read_containers
from backend.containers.schemas import SiteChange, SiteRequest
from backend.tables.files import Row
from backend.tables.reading import Form, Reader, number_of
from backend.web.imports import Report, read_rows
from backend.web.principal import Principal
from backend.weekly import WEEKDAYS
from shared.i18n import Message

_ = Message
NUMBERS = (
    Column.SERVICE_MIN,
    Column.MAX_GROSS_T,
    Column.MAX_HEIGHT_M,
    Column.MAX_WIDTH_M,
)
COLUMN_OF = {column.value: column for column in Column} | {
    "district_id": Column.DISTRICT,
    "place": Column.LAT,
}


def read(data: bytes) -> tuple[list[Row], Form[Column]]:
    """The rows of a file and the form that they follow; outside any transaction, for it may take a second."""
    rows = read_rows(data, rows_of_features)
    return rows, GEOJSON_FORM if rows and rows[0].number == 0 else FORM


def carry_out(
    table: list[Row],
    form: Form[Column],
    by: Principal,
    *,
    district_id: UUID | None,
    dry_run: bool,
    update: bool,
) -> Report:
    """Read a table and, unless it is a dry run or a row is wrong, enter its sites; known codes change theirs on wish."""
    kind = keyed_imports.Kind(
        plural="container_sites",
        action="containers.import",
        key=Column.CODE,
        columns=COLUMN_OF,
        new=SiteRequest,
        changed=SiteChange,
        values=_values,
        key_of=lambda said: str(said["code"]),
        known=service.by_code(),
        may_change=service.may_change,
        check=service.check,
        create=service.create,
        change=service.change,
    )
    return keyed_imports.carry_out(
        kind, table, form, by, district_id=district_id, dry_run=dry_run, update=update
    )


def _values(reader: Reader[Column], districts: DistrictWords) -> dict[str, Any]:
    """What a row says, as a request would."""
    return {
        "code": reader.text(Column.CODE).strip(),
        "address": reader.text(Column.ADDRESS),
        "access_note": reader.text(Column.ACCESS_NOTE) or None,
        "containers": _containers(reader),
        "hours": keyed_imports.hours(reader, Column.HOURS),
        "priority": _priority(reader),
        **{each.value: reader.number(each) for each in NUMBERS},
        "place": keyed_imports.point(reader, Column.LAT, Column.LON),
        "district_id": keyed_imports.district(reader, Column.DISTRICT, districts, needed=True),
        **_demand(reader),
    }


def _demand(reader: Reader[Column]) -> dict[str, Any]:
    """The demand by weekday; where the weight is not said, it is reckoned and said so."""
    volumes, weights = _weekly(reader, Column.DEMAND_M3), _weekly(reader, Column.DEMAND_KG)
    if volumes is not None and reader.cell(Column.DEMAND_KG) is None:
        density = settings().waste_density_kg_m3
        weights = [round(max(volume, 0.0) * density, 1) for volume in volumes]
        reader.mend(
            Column.DEMAND_KG, _("is empty: reckoned with {density} kg/m³").format(density=f"{density:g}")
        )
    return {"demand_m3": volumes, "demand_kg": weights}


def _weekly(reader: Reader[Column], column: Column) -> list[float] | None:
    """One number for every day, or seven from Monday on."""
    cell = reader.cell(column)
    if cell is None:
        if column in FORM.required:
            reader.flaw(column, _("is empty: fill it in"))
        return None
    parts = [cell] if isinstance(cell, int | float) else re.split(r"[\s;/]+", str(cell).strip())
    numbers = [number_of(part) for part in parts]
    if None in numbers or len(numbers) not in (1, WEEKDAYS):
        reader.flaw(column, _("must be one number, or seven from Monday on such as 2 2 2 2 2,5 3 1"))
        return None
    found = [number for number in numbers if number is not None]
    return found * WEEKDAYS if len(found) == 1 else found


def _containers(reader: Reader[Column]) -> list[dict[str, Any]] | None:
    text = reader.text(Column.CONTAINERS)
    if not text:
        return None
    try:
        return [
            {"type": each.type.value, "count": each.count, "volume_m3": each.volume_m3}
            for each in read_containers(text)
        ]
    except ValueError:
        message = _("must be count × m³ and type, such as 3 × 1,1 евро; 1 × 8 бункер")
        reader.flaw(Column.CONTAINERS, message)
        return None


def _priority(reader: Reader[Column]) -> float | int | None:
    number = reader.number(Column.PRIORITY)
    return int(number) if number is not None and number.is_integer() else number
