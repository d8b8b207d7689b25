"""Importing vehicles: a dry run or the real thing; nothing is written while one row is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any
from uuid import UUID

from backend.accounts import service as accounts
from backend.accounts.district_words import DistrictWords
from backend.clock import now
from backend.errors import Invalid
from backend.fleet.facilities import service as facilities
from backend.fleet.vehicles import service
from backend.fleet.vehicles.import_words import FORM, KINDS, Column
from backend.fleet.vehicles.schemas import VehicleChange, VehicleRequest
from backend.ledger.service import record
from backend.tables.container_words import TYPES
from backend.tables.files import Row
from backend.tables.reading import Reader, Sheet, rows_of
from backend.web.imports import Loader, Report, Written
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import Audience, ContainerType, FacilityKind

_ = Message
NUMBERS = (
    Column.CAPACITY_KG,
    Column.CAPACITY_M3,
    Column.COMPACTION,
    Column.GROSS_WEIGHT_T,
    Column.HEIGHT_M,
    Column.WIDTH_M,
    Column.COST_FIXED_KZT,
    Column.COST_PER_KM_KZT,
    Column.COST_PER_H_KZT,
)
COLUMN_OF = {column.value: column for column in Column} | {
    "district_id": Column.DISTRICT,
    "depot_id": Column.DEPOT,
}


def carry_out(
    table: list[Row], by: Principal, *, district_id: UUID | None, dry_run: bool, update: bool
) -> Report:
    """Read a table and, unless it is a dry run or a row is wrong, enter its vehicles; known numbers change theirs on wish."""
    if district_id is not None:
        accounts.require_district(district_id, by, "vehicles.import")
    sheet: Sheet[Column] = Sheet()
    districts = DistrictWords(by, district_id)
    depots = {
        each.name.casefold(): each.id for each in facilities.facts(by) if each.kind is FacilityKind.DEPOT
    }
    known = service.by_board_number(by)
    seen: dict[str, int] = {}
    good: list[tuple[Row, service.Vehicle | None, dict[str, Any]]] = []
    for reader in rows_of(table, FORM, sheet, lambda row, columns: Reader(row, columns, sheet, FORM)):
        values = _values(reader, districts, depots)
        number = values["board_number"]
        if number in seen:
            message = _("stands in row {row} already: one row for each")
            reader.flaw(Column.BOARD_NUMBER, message.format(row=seen[number]))
        seen.setdefault(number, reader.row.number)
        vehicle = known.get(number)
        if vehicle is not None and reader.cell(Column.DISTRICT) is None:
            values.pop("district_id", None)  # a default is for new ones
        if vehicle is not None and not update:
            message = _("is there already: remove this row, or send update=true to change what is there")
            reader.flaw(Column.BOARD_NUMBER, message)
        loaded = _loaded(reader, values, vehicle, by) if reader.sound else None
        if loaded is not None:
            good.append((reader.row, vehicle, loaded))
    write = not dry_run and not sheet.flaws
    created, changed = _write(good, by) if write else ([], [])
    if write:
        record(
            "vehicles.imported",
            actor=by.actor,
            subject=f"user:{by.user_id}",
            at=now(),
            audience=Audience.OPERATIONS,
            district_id=district_id,
            vehicles_created=len(created),
            vehicles_changed=len(changed),
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


def _values(reader: Reader[Column], districts: DistrictWords, depots: Mapping[str, UUID]) -> dict[str, Any]:
    """What a row says, as a request would; cells that are empty say nothing."""
    values: dict[str, Any] = {
        "board_number": " ".join(reader.text(Column.BOARD_NUMBER).split()),
        "kind": reader.word(Column.KIND, KINDS),
    }
    for column in (Column.PLATE, Column.MODEL, Column.OUT_REASON):
        values[column.value] = reader.text(column) or None
    for column in NUMBERS:
        values[column.value] = reader.number(column)
    district = reader.text(Column.DISTRICT) or None
    values["district_id"] = districts.find(district)
    if district is not None and values["district_id"] is None:
        choices = ", ".join(districts.codes)
        reader.flaw(Column.DISTRICT, _("must be one of your districts: {choices}").format(choices=choices))
    depot = reader.text(Column.DEPOT)
    values["depot_id"] = depots.get(depot.casefold()) if depot else None
    if depot and values["depot_id"] is None:
        message = _("must be the name of a depot: {choices}")
        reader.flaw(Column.DEPOT, message.format(choices=", ".join(sorted(depots)) or "—"))
    values["container_types"] = _types(reader)
    return {name: value for name, value in values.items() if value is not None}


def _types(reader: Reader[Column]) -> list[Any] | None:
    words = [word.strip().casefold() for word in re.split(r"[,;/]", reader.text(Column.CONTAINER_TYPES))]
    wished = [word for word in words if word]
    unknown = [word for word in wished if word not in TYPES]
    if unknown:
        choices = ", ".join(dict.fromkeys(TYPES))
        reader.flaw(
            Column.CONTAINER_TYPES,
            _("must be one of: {choices}").format(choices=choices),
        )
    return [TYPES[word] for word in wished if word in TYPES] or None


def _loaded(
    reader: Reader[Column], values: Mapping[str, Any], vehicle: service.Vehicle | None, by: Principal
) -> dict[str, Any] | None:
    """A row held against everything that a request is held against; None when something is wrong."""
    plain = {
        name: value.value if isinstance(value, Enum) else str(value) if isinstance(value, UUID) else value
        for name, value in values.items()
    }
    if "container_types" in plain:
        plain["container_types"] = [ContainerType(each).value for each in values["container_types"]]
    loader = Loader(VehicleRequest if vehicle is None else VehicleChange, COLUMN_OF)
    loaded = loader.load(reader, plain)
    if loaded is None:
        return None
    try:
        service.check(loaded, by, vehicle)
    except Invalid as error:
        loader.blame(reader, error.errors)
        return None
    return loaded


def _write(
    good: list[tuple[Row, service.Vehicle | None, dict[str, Any]]], by: Principal
) -> tuple[list[Written], list[Written]]:
    created, changed = [], []
    for row, vehicle, values in good:
        if vehicle is None:
            created.append(Written(row.number, service.create(by, **values).id))
            continue
        before = vehicle.version
        if service.change(vehicle, by, **values).version != before:
            changed.append(Written(row.number, vehicle.id))
    return created, changed
