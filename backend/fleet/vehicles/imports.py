"""Importing vehicles: what a row of their table says (`accounts/keyed_imports` does the rest)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from backend.accounts import keyed_imports
from backend.accounts.district_words import DistrictWords
from backend.fleet.facilities import service as facilities
from backend.fleet.vehicles import service
from backend.fleet.vehicles.import_words import FORM, KINDS, Column
from backend.fleet.vehicles.schemas import VehicleChange, VehicleRequest
from backend.tables.container_words import TYPES
from backend.tables.files import Row
from backend.tables.reading import Reader
from backend.web.imports import Report
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import FacilityKind

_ = Message
NUMBERS = (
    Column.CAPACITY_KG,
    Column.CAPACITY_M3,
    Column.COMPACTION,
    Column.LOADING_M3_H,
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
    depots = {
        each.name.casefold(): each.id for each in facilities.facts(by) if each.kind is FacilityKind.DEPOT
    }
    kind = keyed_imports.Kind(
        plural="vehicles",
        action="vehicles.import",
        key=Column.BOARD_NUMBER,
        columns=COLUMN_OF,
        new=VehicleRequest,
        changed=VehicleChange,
        values=lambda reader, districts: _values(reader, districts, depots),
        key_of=lambda said: str(said["board_number"]),
        known=service.by_board_number(by),
        may_change=lambda _vehicle, _by: True,  # the check says at which column it may not
        check=service.check,
        create=service.create,
        change=service.change,
    )
    return keyed_imports.carry_out(
        kind, table, FORM, by, district_id=district_id, dry_run=dry_run, update=update
    )


def _values(reader: Reader[Column], districts: DistrictWords, depots: Mapping[str, UUID]) -> dict[str, Any]:
    """What a row says, as a request would."""
    depot = reader.text(Column.DEPOT)
    depot_id = depots.get(depot.casefold()) if depot else None
    if depot and depot_id is None:
        message = _("must be the name of a depot: {choices}")
        reader.flaw(Column.DEPOT, message.format(choices=", ".join(sorted(depots)) or "—"))
    return {
        "board_number": " ".join(reader.text(Column.BOARD_NUMBER).split()),
        "kind": reader.word(Column.KIND, KINDS),
        **{
            each.value: reader.text(each) or None
            for each in (Column.PLATE, Column.MODEL, Column.CONTRACTOR, Column.OUT_REASON)
        },
        **{each.value: reader.number(each) for each in NUMBERS},
        "district_id": keyed_imports.district(reader, Column.DISTRICT, districts, needed=False),
        "depot_id": depot_id,
        "container_types": _types(reader),
    }


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
