"""Importing container sites: a dry run or the real thing; nothing is written while one row is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from backend.accounts import service as accounts
from backend.accounts.district_words import DistrictWords
from backend.adapters import settings
from backend.clock import now
from backend.containers import service
from backend.containers.geojson import rows_of_features
from backend.containers.import_words import FORM, GEOJSON_FORM, Column, read_containers
from backend.containers.models import ContainerSite
from backend.containers.schemas import SiteChange, SiteRequest
from backend.errors import Invalid
from backend.ledger.service import record
from backend.tables.files import Row
from backend.tables.reading import Form, Reader, Sheet, number_of, rows_of
from backend.tables.weekly_text import read_hours
from backend.web.hours import written
from backend.web.imports import Loader, Report, Written, read_rows
from backend.web.principal import Principal
from backend.weekly import WEEKDAYS
from shared.i18n import Message
from shared.vocabulary import Audience

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
Good = list[tuple[Row, ContainerSite | None, dict[str, Any]]]


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
    if district_id is not None:
        accounts.require_district(district_id, by, "containers.import")
    sheet: Sheet[Column] = Sheet()
    districts = DistrictWords(by, district_id)
    known = service.by_code()
    seen: dict[str, int] = {}
    good: Good = []
    for reader in rows_of(table, form, sheet, lambda row, columns: Reader(row, columns, sheet, form)):
        values = _values(reader, districts)
        code = values["code"]
        if code in seen:
            message = _("stands in row {row} already: one row for each")
            reader.flaw(Column.CODE, message.format(row=seen[code]))
        seen.setdefault(code, reader.row.number)
        site = known.get(code)
        if site is not None and reader.cell(Column.DISTRICT) is None:
            values.pop("district_id", None)  # a default is for new ones
        if site is not None and not (update and service.may_change(site, by)):
            message = _("is there already: remove this row, or send update=true to change what is there")
            reader.flaw(Column.CODE, message)
        loaded = _loaded(reader, values, site, by) if reader.sound else None
        if loaded is not None:
            good.append((reader.row, site, loaded))
    write = not dry_run and not sheet.flaws
    created, changed = _write(good, by) if write else ([], [])
    if write:
        record(
            "container_sites.imported",
            actor=by.actor,
            subject=f"user:{by.user_id}",
            at=now(),
            audience=Audience.OPERATIONS,
            district_id=district_id,
            sites_created=len(created),
            sites_changed=len(changed),
        )
    return Report(
        rows=sheet.rows,
        good=len(good),
        dry_run=dry_run,
        written=write,
        flaws=sorted(sheet.flaws, key=lambda flaw: flaw.row),
        mended=sheet.mended,
        created=created,
        changed=changed,
        unchanged=len(good) - len(created) - len(changed) if write else 0,
    )


def _values(reader: Reader[Column], districts: DistrictWords) -> dict[str, Any]:
    """What a row says, as a request would; cells that are empty say nothing."""
    values: dict[str, Any] = {
        "code": reader.text(Column.CODE).strip(),
        "address": reader.text(Column.ADDRESS),
        "access_note": reader.text(Column.ACCESS_NOTE) or None,
        "containers": _containers(reader),
        "hours": _hours(reader),
        "priority": _priority(reader),
    }
    for column in NUMBERS:
        values[column.value] = reader.number(column)
    lat, lon = reader.number(Column.LAT), reader.number(Column.LON)
    if lat is not None and lon is not None:
        values["place"] = {"type": "Point", "coordinates": [lon, lat]}
    district = reader.text(Column.DISTRICT) or None
    found = districts.find(district)
    values["district_id"] = str(found) if found else None
    if found is None:
        choices = ", ".join(districts.codes)
        reader.flaw(Column.DISTRICT, _("must be one of your districts: {choices}").format(choices=choices))
    values |= _demand(reader)
    return {name: value for name, value in values.items() if value is not None}


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


def _hours(reader: Reader[Column]) -> list[dict[str, Any]] | None:
    text = reader.text(Column.HOURS)
    if not text:
        return None
    try:
        hours = read_hours(text)
    except ValueError:
        message = _("must be hours such as пн-пт 06:00-14:00; сб 08:00-12:00")
        reader.flaw(Column.HOURS, message)
        return None
    return None if hours is None else [written(each) for each in hours]


def _priority(reader: Reader[Column]) -> float | int | None:
    number = reader.number(Column.PRIORITY)
    return int(number) if number is not None and number.is_integer() else number


def _loaded(
    reader: Reader[Column], values: Mapping[str, Any], site: ContainerSite | None, by: Principal
) -> dict[str, Any] | None:
    """A row held against everything that a request is held against; None when something is wrong."""
    loader = Loader(SiteRequest if site is None else SiteChange, COLUMN_OF)
    loaded = loader.load(reader, values)
    if loaded is None:
        return None
    try:
        service.check(loaded, by, site)
    except Invalid as error:
        loader.blame(reader, error.errors)
        return None
    return loaded


def _write(good: Good, by: Principal) -> tuple[list[Written], list[Written]]:
    created, changed = [], []
    for row, site, values in good:
        if site is None:
            created.append(Written(row.number, service.create(by, **values).id))
            continue
        before = site.version
        if service.change(site, by, **values).version != before:
            changed.append(Written(row.number, site.id))
    return created, changed
