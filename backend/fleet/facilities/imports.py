"""Importing facilities: what a row of their table says (`accounts/keyed_imports` does the rest); one is known by its name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from backend.accounts import keyed_imports
from backend.accounts.district_words import DistrictWords
from backend.errors import Invalid
from backend.fleet.facilities import service
from backend.fleet.facilities.import_words import FORM, KINDS, Column
from backend.fleet.facilities.models import Facility
from backend.fleet.facilities.schemas import FacilityChange, FacilityRequest
from backend.tables.files import Row
from backend.tables.reading import Reader
from backend.web.imports import Report
from backend.web.principal import Principal
from backend.web.wire import fields
from shared.i18n import Message
from shared.vocabulary import FacilityKind

_ = Message
TEXTS = (Column.ADDRESS, Column.CLOSED_REASON, Column.NOTE)
NUMBERS = (
    Column.UNLOAD_MIN,
    Column.QUEUE_MIN,
    Column.CAPACITY_T_DAY,
    Column.CAPACITY_M3_DAY,
    Column.PRICE_M3_KZT,
)
COLUMN_OF = {column.value: column for column in Column} | {
    "district_id": Column.DISTRICT,
    "place": Column.LAT,
}


class FacilityRow(FacilityChange):
    """A row about a facility that is there."""

    kind = fields.Enum(FacilityKind, by_value=True)


def carry_out(
    table: list[Row], by: Principal, *, district_id: UUID | None, dry_run: bool, update: bool
) -> Report:
    """Read a table and, unless it is a dry run or a row is wrong, enter its facilities; known names change theirs on wish."""
    known = service.by_name(by)
    doubtful = {name for name, found in known.items() if len(found) > 1}
    kind = keyed_imports.Kind(
        plural="facilities",
        action="facilities.import",
        key=Column.NAME,
        columns=COLUMN_OF,
        new=FacilityRequest,
        changed=FacilityRow,
        values=lambda reader, districts: _values(reader, districts, doubtful),
        key_of=lambda said: str(said["name"]).casefold(),
        known={name: found[0] for name, found in known.items()},
        may_change=lambda _facility, _by: True,  # the check says at which column it may not
        check=_check,
        create=service.create,
        change=lambda facility, by, kind=None, **wished: service.change(facility, by, **wished),
    )
    return keyed_imports.carry_out(
        kind, table, FORM, by, district_id=district_id, dry_run=dry_run, update=update
    )


def _values(reader: Reader[Column], districts: DistrictWords, doubtful: Collection[str]) -> dict[str, Any]:
    """What a row says, as a request would."""
    name, bays = " ".join(reader.text(Column.NAME).split()), reader.number(Column.BAYS)
    if name.casefold() in doubtful:
        message = _("is the name of several facilities: give them different names first")
        reader.flaw(Column.NAME, message)
    return {
        "name": name,
        "kind": reader.word(Column.KIND, KINDS),
        **{each.value: reader.text(each) or None for each in TEXTS},
        **{each.value: reader.number(each) for each in NUMBERS},
        "bays": int(bays) if bays is not None and bays.is_integer() else bays,
        "place": keyed_imports.point(reader, Column.LAT, Column.LON),
        "hours": keyed_imports.hours(reader, Column.HOURS),
        "district_id": keyed_imports.district(reader, Column.DISTRICT, districts, needed=False),
    }


def _check(values: dict[str, Any], by: Principal, facility: Facility | None) -> None:
    if facility is not None and values.get("kind", facility.kind) is not facility.kind:
        message = _("must stay {kind}: archive this one and enter another under a name of its own")
        raise Invalid({"kind": [message.format(kind=facility.kind.value)]})
    service.check(values, by, facility)
