"""Importing from a table what has a number or name of its own: a dry run or the real thing; nothing is written while one row is wrong.

A `Kind` says what its rows mean. A row is held against the very schema and checks of a request; a known key changes what is there
on wish, and cells that are empty leave it as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from backend.accounts.district_words import DistrictWords
from backend.accounts.service import require_district
from backend.clock import now
from backend.errors import Invalid
from backend.ledger.service import record
from backend.tables.files import Row
from backend.tables.reading import Form, Reader, Sheet, rows_of
from backend.tables.weekly_text import read_hours
from backend.web.hours import written
from backend.web.imports import Loader, Report, Written
from backend.web.principal import Principal
from backend.web.wire import Schema
from shared.i18n import Message
from shared.vocabulary import Audience

_ = Message
C = TypeVar("C", bound=StrEnum)


class Kept(Protocol):
    """A row of the database that a row of a table may mean."""

    id: Any
    version: Any


T = TypeVar("T", bound=Kept)


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[C, T]):
    """What the rows of a table mean."""

    plural: str  # vehicles: the ledger says «vehicles.imported» with «vehicles_created»
    action: str
    key: C  # at which column what is wrong with the key is said
    columns: Mapping[str, C]  # of the fields that a request has
    new: type[Schema]
    changed: type[Schema]
    values: Callable[[Reader[C], DistrictWords], dict[str, Any]]  # what a row says; None: nothing
    key_of: Callable[[dict[str, Any]], str | None]  # None: the row is too bad to say
    known: Mapping[str, T]
    may_change: Callable[[T, Principal], bool]
    check: Callable[[dict[str, Any], Principal, T | None], None]  # Invalid names fields; nothing is written
    create: Callable[..., T]
    change: Callable[..., T]


def carry_out(
    kind: Kind[C, T],
    table: list[Row],
    form: Form[C],
    by: Principal,
    *,
    district_id: UUID | None,
    dry_run: bool,
    update: bool,
) -> Report:
    """Read a table and, unless it is a dry run or a row is wrong, enter what it holds; known keys change theirs on wish."""
    if district_id is not None:
        require_district(district_id, by, kind.action)
    sheet: Sheet[C] = Sheet()
    districts = DistrictWords(by, district_id)
    seen: dict[str, int] = {}
    good: list[tuple[Row, T | None, dict[str, Any]]] = []
    for reader in rows_of(table, form, sheet, lambda row, columns: Reader(row, columns, sheet, form)):
        said = {name: value for name, value in kind.values(reader, districts).items() if value is not None}
        key = kind.key_of(said)
        if key in seen:
            message = _("stands in row {row} already: one row for each")
            reader.flaw(kind.key, message.format(row=seen[key]))
        if key is not None:
            seen.setdefault(key, reader.row.number)
        there = None if key is None else kind.known.get(key)
        if there is not None and not (update and kind.may_change(there, by)):
            message = _("is there already: remove this row, or send update=true to change what is there")
            reader.flaw(kind.key, message)
        loaded = _loaded(kind, reader, said, there, by) if reader.sound else None
        if loaded is not None:
            good.append((reader.row, there, loaded))
    write = not dry_run and not sheet.flaws
    created, changed = _write(kind, good, by, district_id) if write else ([], [])
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


def district(reader: Reader[C], column: C, districts: DistrictWords, *, needed: bool) -> UUID | None:
    """The district that a row names, or the one of rows that name none; a known thing without a cell keeps its own."""
    word = reader.text(column) or None
    found = districts.find(word)
    if found is None and (needed or word is not None):
        choices = ", ".join(districts.codes)
        reader.flaw(column, _("must be one of your districts: {choices}").format(choices=choices))
    return found


def hours(reader: Reader[C], column: C) -> list[dict[str, Any]] | None:
    """Hours of the week as a request has them; None where nothing stands, or always."""
    text = reader.text(column)
    if not text:
        return None
    try:
        found = read_hours(text)
    except ValueError:
        message = _("must be hours such as пн-пт 06:00-14:00; сб 08:00-12:00")
        reader.flaw(column, message)
        return None
    return None if found is None else [written(each) for each in found]


def point(reader: Reader[C], lat: C, lon: C) -> dict[str, Any] | None:
    """A place as a request has it."""
    north, east = reader.number(lat), reader.number(lon)
    return None if north is None or east is None else {"type": "Point", "coordinates": [east, north]}


def _loaded(
    kind: Kind[C, T], reader: Reader[C], said: dict[str, Any], there: T | None, by: Principal
) -> dict[str, Any] | None:
    """A row held against everything that a request is held against; None when something is wrong."""
    if there is not None and reader.cell(kind.columns["district_id"]) is None:
        said.pop("district_id", None)  # a default is for new ones
    loader = Loader(kind.new if there is None else kind.changed, kind.columns)
    loaded = loader.load(reader, {name: _plain(value) for name, value in said.items()})
    if loaded is None:
        return None
    try:
        kind.check(loaded, by, there)
    except Invalid as error:
        loader.blame(reader, error.errors)
        return None
    return loaded


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _write(
    kind: Kind[C, T],
    good: list[tuple[Row, T | None, dict[str, Any]]],
    by: Principal,
    district_id: UUID | None,
) -> tuple[list[Written], list[Written]]:
    created, changed = [], []
    for row, there, values in good:
        if there is None:
            created.append(Written(row.number, kind.create(by, **values).id))
            continue
        before = there.version
        if kind.change(there, by, **values).version != before:
            changed.append(Written(row.number, there.id))
    counts: dict[str, Any] = {
        f"{kind.plural}_created": len(created),
        f"{kind.plural}_changed": len(changed),
    }
    record(
        f"{kind.plural}.imported",
        actor=by.actor,
        subject=f"user:{by.user_id}",
        at=now(),
        audience=Audience.OPERATIONS,
        district_id=district_id,
        **counts,
    )
    return created, changed
