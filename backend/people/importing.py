"""People and orders from a table: each row is read and checked by itself, and every flaw of every row is named. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from backend.people import order_rules, rules
from backend.people.import_tables import Cell, Row
from backend.people.import_words import BASES, HEADINGS, LANGUAGES, NO, REGIMES, YES, Column
from backend.people.order_rules import HOUR_MIN, Law
from shared.i18n import Message
from shared.vocabulary import BiometricBasis, Language, Regime

_ = Message
W = TypeVar("W", bound=StrEnum)
SHOWN_MAX = 60
ZEROS_MOST = 3  # «000101…»: born on the first of January 2000
NAMES = (Column.FAMILY_NAME, Column.GIVEN_NAME, Column.PATRONYMIC)
REQUIRED = (
    Column.IIN,
    Column.FAMILY_NAME,
    Column.GIVEN_NAME,
    Column.BIOMETRIC_BASIS,
    Column.NUMBER,
    Column.REGIME,
    Column.HOURS,
    Column.EMPLOYED,
    Column.STARTS_ON,
)
COLUMN_OF = {  # field of an order -> the column that it came from
    "hours_total_min": Column.HOURS,
    "daily_cap_min": Column.DAILY_CAP_H,
    "weekly_cap_min": Column.WEEKLY_CAP_H,
    "ends_on": Column.ENDS_ON,
}
LENGTHS = {Column.NUMBER: 80, Column.WORK_KIND: 200, **dict.fromkeys(NAMES, rules.NAME_MAX)}
UNPRINTABLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
DAY_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y")
SCIENTIFIC = re.compile(r"^\d+([.,]\d+)?[eE]\+?\d+$")
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True)
class Flaw:
    """Something that is wrong in a row; an ИИН is shown by its last four digits only."""

    row: int
    column: str  # as headed in the file, or the column's own name
    value: str
    message: Message


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """A row that can be registered: the person, and the fields of the order."""

    row: int
    iin: str
    family_name: str
    given_name: str
    patronymic: str
    language: Language
    biometric_basis: BiometricBasis
    district: str | None  # its code; None: the one that the request names
    order: Mapping[str, Any]


@dataclass
class Plan:
    """What came of a table: who can be registered, what is wrong, and what was mended."""

    titles: dict[Column, str] = field(default_factory=dict)  # as headed in the file

    rows: int = 0
    people: list[NewPerson] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    mended: list[Flaw] = field(default_factory=list)


def plan_of(table: Sequence[Row], laws: Mapping[Regime, Law], *, today: date) -> Plan:
    """Read every row of a table whose first row is the heading."""
    plan = Plan()
    if not table:
        plan.flaws.append(Flaw(1, "", "", _("is empty: take the form and fill it in")))
        return plan
    columns = _columns(table[0], plan)
    if plan.flaws:
        return plan
    seen: dict[str, int] = {}
    for row in table[1:]:
        plan.rows += 1
        _read_row(_Reader(row, columns, plan, today), laws, seen)
    if not plan.rows:
        plan.flaws.append(Flaw(2, "", "", _("has no rows below its heading: fill the form in")))
    return plan


def shown(column: Column, cell: Cell) -> str:
    """A cell as reports show it."""
    text = "" if cell is None else str(cell).strip()
    if column is Column.IIN:
        return "•" * max(len(text) - 4, 0) + text[-4:] if len(text) > 8 else "•" * len(text)
    return text[:SHOWN_MAX]


def _columns(heading: Row, plan: Plan) -> dict[Column, tuple[int, str]]:
    found: dict[Column, tuple[int, str]] = {}
    for index, cell in enumerate(heading.cells):
        title = " ".join(str(cell or "").split())
        if not title:
            continue
        column = HEADINGS.get(title.casefold().rstrip("*").strip())
        if column is None:
            message = _("is no column here: correct its heading as in the form, or remove it")
            plan.flaws.append(Flaw(heading.number, title[:SHOWN_MAX], "", message))
        elif column in found:
            message = _("stands there twice: remove one of the columns")
            plan.flaws.append(Flaw(heading.number, title, "", message))
        else:
            found[column] = (index, title)
            plan.titles[column] = title
    for column in REQUIRED:
        if column not in found:
            message = _("is missing among the headings: take the form, which has every column")
            plan.flaws.append(Flaw(heading.number, column.value, "", message))
    return found


class _Reader:
    """One row on its way to a person: reads cell after cell and keeps what is wrong."""

    def __init__(self, row: Row, columns: Mapping[Column, tuple[int, str]], plan: Plan, today: date) -> None:
        self.row, self.columns, self.plan, self.today = row, columns, plan, today
        self.sound = True

    def cell(self, column: Column) -> Cell:
        index, _title = self.columns.get(column, (len(self.row.cells), ""))
        cell = self.row.cells[index] if index < len(self.row.cells) else None
        return cell.strip() or None if isinstance(cell, str) else cell

    def flaw(self, column: Column, message: Message) -> None:
        self.sound = False
        self.plan.flaws.append(self._note(column, message))

    def mend(self, column: Column, message: Message) -> None:
        self.plan.mended.append(self._note(column, message))

    def text(self, column: Column) -> str:
        cell = self.cell(column)
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        text = "" if cell is None else unicodedata.normalize("NFC", str(cell))
        if column in REQUIRED and not text:
            self.flaw(column, _("is empty: fill it in"))
        elif len(text) > (most := LENGTHS.get(column, SHOWN_MAX)):
            self.flaw(column, _("must have at most {most} characters").format(most=most))
        elif UNPRINTABLE.search(text):
            self.flaw(column, _("must not contain control characters or direction marks: type it anew"))
        return text

    def word(self, column: Column, words: Mapping[str, W], default: W | None = None) -> W | None:
        cell = self.cell(column)
        if cell is None and default is not None:
            return default
        found = words.get(str(cell if cell is not None else "").strip().casefold())
        if found is None:
            choices = ", ".join(dict.fromkeys(words))
            self.flaw(column, _("must be one of: {choices}").format(choices=choices))
        return found

    def yes_or_no(self, column: Column) -> bool | None:
        cell = self.cell(column)
        word = str(cell if cell is not None else "").strip().casefold()
        if word in YES or word in NO:
            return word in YES
        self.flaw(column, _("must be yes or no: да, нет, иә, жоқ"))
        return None

    def minutes(self, column: Column) -> int | None:
        cell = self.cell(column)
        if cell is None and column not in REQUIRED:
            return None
        try:
            minutes = float(str(cell).replace(",", ".").replace("\u00a0", "")) * HOUR_MIN
            if isinstance(cell, bool) or not 0 < minutes < 1e6 or minutes != int(minutes):
                raise ValueError
        except ValueError:
            self.flaw(column, _("must be a number of hours such as 120 or 7,5"))
            return None
        return int(minutes)

    def day(self, column: Column) -> date | None:
        cell = self.cell(column)
        if cell is None:
            if column in REQUIRED:
                self.flaw(column, _("is empty: fill it in"))
            return None
        found = cell if isinstance(cell, date) else _day(str(cell))
        if found is None or not FIRST_DAY <= found <= LAST_DAY:
            self.flaw(column, _("must be a date such as 23.11.2026 or 2026-11-23"))
            return None
        return found

    def iin(self) -> str:
        cell = self.cell(Column.IIN)
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        text = re.sub(r"[\s\u00a0]", "", "" if cell is None else str(cell))
        if not text:
            self.flaw(Column.IIN, _("is empty: fill it in"))
        elif SCIENTIFIC.match(text):
            message = _("was shortened by Excel and lost digits: format the column as text and type it anew")
            self.flaw(Column.IIN, message)
        elif text.isascii() and text.isdigit() and len(text) < rules.DIGITS:
            whole = text.zfill(rules.DIGITS)
            if len(text) < rules.DIGITS - ZEROS_MOST or rules.iin_flaw(whole) is not None:
                message = _("has {count} digits instead of 12: compare it with the document")
                self.flaw(Column.IIN, message.format(count=len(text)))
            else:
                self.mend(Column.IIN, _("lost the zeros at its beginning in Excel: they were put back"))
            return whole
        elif (wrong := rules.iin_flaw(text)) is not None:
            self.flaw(Column.IIN, wrong)
        return text

    def _note(self, column: Column, message: Message) -> Flaw:
        title = self.plan.titles.get(column, column.value)
        return Flaw(self.row.number, title, shown(column, self.cell(column)), message)


def _day(text: str) -> date | None:
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text.partition(" ")[0].partition("T")[0], form).date()
        except ValueError:
            continue
    return None


@dataclass(frozen=True, kw_only=True)
class _Terms:
    """The numbers and dates of a row's order, for the law."""

    regime: Regime
    hours_total_min: int
    employed: bool
    daily_cap_min: int
    weekly_cap_min: int | None
    starts_on: date
    ends_on: date | None


def _read_row(reader: _Reader, laws: Mapping[Regime, Law], seen: dict[str, int]) -> None:
    iin = reader.iin()
    if iin in seen:
        message = _("stands in row {row} already: one row for each person")
        reader.flaw(Column.IIN, message.format(row=seen[iin]))
    elif iin:
        seen[iin] = reader.row.number
    names = {column.value: rules.clean_name(reader.text(column)) for column in NAMES}
    language = reader.word(Column.LANGUAGE, LANGUAGES, Language.RU)
    basis = reader.word(Column.BIOMETRIC_BASIS, BASES)
    district = reader.text(Column.DISTRICT) or None
    order = _order(reader, laws)
    if reader.sound and order is not None and language is not None and basis is not None:
        reader.plan.people.append(
            NewPerson(
                row=reader.row.number,
                iin=iin,
                language=language,
                biometric_basis=basis,
                district=district,
                order=order,
                **names,
            )
        )


def _order(reader: _Reader, laws: Mapping[Regime, Law]) -> dict[str, Any] | None:
    number, work_kind = reader.text(Column.NUMBER), reader.text(Column.WORK_KIND)
    regime, employed = reader.word(Column.REGIME, REGIMES), reader.yes_or_no(Column.EMPLOYED)
    hours = reader.minutes(Column.HOURS)
    daily, weekly = reader.minutes(Column.DAILY_CAP_H), reader.minutes(Column.WEEKLY_CAP_H)
    starts_on, ends_on = reader.day(Column.STARTS_ON), reader.day(Column.ENDS_ON)
    received_on = reader.day(Column.RECEIVED_ON)
    if received_on is not None and received_on > reader.today:
        message = _("must not lie in the future, today is {today}, was {value}")
        value = received_on.isoformat()
        reader.flaw(Column.RECEIVED_ON, message.format(today=reader.today.isoformat(), value=value))
    if regime is None or employed is None or hours is None or starts_on is None:
        return None
    law = laws[regime]
    terms = _Terms(
        regime=regime,
        hours_total_min=hours,
        employed=employed,
        daily_cap_min=law.daily_cap_min(employed=employed) if daily is None else daily,
        weekly_cap_min=law.weekly_cap_min(employed=employed) if weekly is None else weekly,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    for name, messages in order_rules.terms_errors(terms, law).items():
        for message in messages:
            reader.flaw(COLUMN_OF[name], message)
    return {
        "number": number,
        "regime": regime,
        "hours_total_min": hours,
        "employed": employed,
        "daily_cap_min": daily,
        "weekly_cap_min": weekly,
        "allowed_weekdays": None,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "received_on": received_on,
        "notified_on": None,
        "work_kind": work_kind or None,
        "geofence_id": None,
        "supervisor_id": None,
    }
