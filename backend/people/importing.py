"""People and orders from a table: each row is read and checked by itself, and every flaw of every row is named. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from backend.people import order_rules, rules
from backend.people.import_words import BASES, FORM, LANGUAGES, NAMES, REGIMES, Column
from backend.people.order_rules import HOUR_MIN, Law
from backend.tables.files import Cell, Row
from backend.tables.reading import SHOWN_MAX, Columns, Reader, Sheet, rows_of
from shared.i18n import Message
from shared.vocabulary import BiometricBasis, Language, Regime

_ = Message
ZEROS_MOST = 3  # «000101…»: born on the first of January 2000
COLUMN_OF = {  # field of an order -> the column that it came from
    "hours_total_min": Column.HOURS,
    "daily_cap_min": Column.DAILY_CAP_H,
    "weekly_cap_min": Column.WEEKLY_CAP_H,
    "ends_on": Column.ENDS_ON,
}
SCIENTIFIC = re.compile(r"^\d+([.,]\d+)?[eE]\+?\d+$")


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
class Plan(Sheet[Column]):
    """What came of a table: who can be registered, what is wrong, and what was mended."""

    people: list[NewPerson] = field(default_factory=list)


def plan_of(table: Sequence[Row], laws: Mapping[Regime, Law], *, today: date) -> Plan:
    """Read every row of a table whose first row is the heading."""
    plan = Plan()
    seen: dict[str, int] = {}
    for reader in rows_of(table, FORM, plan, lambda row, columns: _Reader(row, columns, plan, today)):
        _read_row(reader, laws, seen)
    return plan


def shown(column: Column, cell: Cell) -> str:
    """A cell as reports show it."""
    text = "" if cell is None else str(cell).strip()
    if column is Column.IIN:
        return "•" * max(len(text) - 4, 0) + text[-4:] if len(text) > 8 else "•" * len(text)
    return text[:SHOWN_MAX]


class _Reader(Reader[Column]):
    """One row on its way to a person; an ИИН is shown by its last four digits only."""

    def __init__(self, row: Row, columns: Columns[Column], plan: Plan, today: date) -> None:
        super().__init__(row, columns, plan, FORM)
        self.plan, self.today = plan, today

    def shown(self, column: Column) -> str:
        return shown(column, self.cell(column))

    def minutes(self, column: Column) -> int | None:
        cell = self.cell(column)
        if cell is None and column not in FORM.required:
            return None
        try:
            minutes = float(str(cell).replace(",", ".").replace("\u00a0", "")) * HOUR_MIN
            if isinstance(cell, bool) or not 0 < minutes < 1e6 or minutes != int(minutes):
                raise ValueError
        except ValueError:
            self.flaw(column, _("must be a number of hours such as 120 or 7,5"))
            return None
        return int(minutes)

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
