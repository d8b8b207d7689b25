"""Rows of a table with a heading: columns found by their titles in three languages, cells read one by one, every flaw kept. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from backend.tables.files import Cell, Row
from shared.i18n import Message
from shared.vocabulary import Language

_ = Message
C = TypeVar("C", bound=StrEnum)
W = TypeVar("W", bound=StrEnum)
R = TypeVar("R")
SHOWN_MAX = 60
UNPRINTABLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
TIME_OF_DAY = re.compile(r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(:00)?")
DAY_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y")
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
LANGUAGE_ORDER = (Language.RU, Language.KK, Language.EN)
YES = frozenset({"да", "иә", "yes", "1", "true", "+"})
NO = frozenset({"нет", "жоқ", "no", "0", "false", "-"})


@dataclass(frozen=True)
class Form(Generic[C]):
    """The columns of a table: their titles in Russian, Kazakh and English, which must be there, how long a text may be."""

    titles: Mapping[C, tuple[str, str, str]]
    required: Collection[C]
    lengths: Mapping[C, int] = field(default_factory=dict)
    ignores_others: bool = False  # a column that is none of these is noted, not refused

    def headings(self, language: Language) -> list[str]:
        """The headings in a language, in the form's order."""
        return [titles[LANGUAGE_ORDER.index(language)] for titles in self.titles.values()]

    def column(self, title: str) -> C | None:
        """The column that a heading means: its own name, or its title in any language."""
        wished = title.casefold().rstrip("*").strip()
        for column, titles in self.titles.items():
            if wished in {column.value, *(each.casefold() for each in titles)}:
                return column
        return None


@dataclass(frozen=True)
class Flaw:
    """Something about a cell of a row."""

    row: int
    column: str  # as headed in the file, or the column's own name
    value: str
    message: Message


@dataclass
class Sheet(Generic[C]):
    """What came of a table so far: what is wrong in it, and what was mended."""

    titles: dict[C, str] = field(default_factory=dict)  # as headed in the file
    rows: int = 0
    flaws: list[Flaw] = field(default_factory=list)
    mended: list[Flaw] = field(default_factory=list)


Columns = Mapping[C, tuple[int, str]]  # where each column stands, and its heading


class Reader(Generic[C]):
    """One row: reads cell after cell and keeps what is wrong."""

    def __init__(self, row: Row, columns: Columns[C], sheet: Sheet[C], form: Form[C]) -> None:
        self.row, self.columns, self.sheet, self.form = row, columns, sheet, form
        self.sound = True

    def cell(self, column: C) -> Cell:
        """What stands there; blanks are nothing."""
        index, _title = self.columns.get(column, (len(self.row.cells), ""))
        cell = self.row.cells[index] if index < len(self.row.cells) else None
        return cell.strip() or None if isinstance(cell, str) else cell

    def shown(self, column: C) -> str:
        """A cell as reports show it."""
        cell = self.cell(column)
        return "" if cell is None else str(cell).strip()[:SHOWN_MAX]

    def flaw(self, column: C, message: Message) -> None:
        """Something is wrong: the row cannot be used."""
        self.sound = False
        self.sheet.flaws.append(self.note(column, message))

    def mend(self, column: C, message: Message) -> None:
        """Something was put right, for a person to compare."""
        self.sheet.mended.append(self.note(column, message))

    def note(self, column: C, message: Message) -> Flaw:
        """Something about a cell."""
        return Flaw(self.row.number, self.sheet.titles.get(column, column.value), self.shown(column), message)

    def text(self, column: C) -> str:
        """A text; a whole number is one too."""
        cell = self.cell(column)
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        text = "" if cell is None else unicodedata.normalize("NFC", str(cell))
        if column in self.form.required and not text:
            self.flaw(column, _("is empty: fill it in"))
        elif len(text) > (most := self.form.lengths.get(column, SHOWN_MAX)):
            self.flaw(column, _("must have at most {most} characters").format(most=most))
        elif UNPRINTABLE.search(text):
            self.flaw(column, _("must not contain control characters or direction marks: type it anew"))
        return text

    def word(self, column: C, words: Mapping[str, W], default: W | None = None) -> W | None:
        """One of some words."""
        cell = self.cell(column)
        if cell is None and default is not None:
            return default
        found = words.get(str(cell if cell is not None else "").strip().casefold())
        if found is None:
            choices = ", ".join(dict.fromkeys(words))
            self.flaw(column, _("must be one of: {choices}").format(choices=choices))
        return found

    def yes_or_no(self, column: C) -> bool | None:
        """Yes or no, in three languages."""
        cell = self.cell(column)
        word = str(cell if cell is not None else "").strip().casefold()
        if word in YES or word in NO:
            return word in YES
        self.flaw(column, _("must be yes or no: да, нет, иә, жоқ"))
        return None

    def number(self, column: C) -> float | None:
        """A finite number, with a point or a comma; None where nothing stands."""
        cell = self.cell(column)
        if cell is None:
            if column in self.form.required:
                self.flaw(column, _("is empty: fill it in"))
            return None
        found = number_of(cell)
        if found is None:
            self.flaw(column, _("must be a number such as 12 or 7,5"))
        return found

    def minute(self, column: C) -> int | None:
        """A time of day in minutes since midnight: 8:00, 08.00, or as Excel keeps it; None where nothing stands."""
        cell = self.cell(column)
        if cell is None:
            if column in self.form.required:
                self.flaw(column, _("is empty: fill it in"))
            return None
        found = _minute(cell)
        if found is None:
            self.flaw(column, _("must be a time of day such as 08:00"))
        return found

    def day(self, column: C) -> date | None:
        """A date; None where nothing stands."""
        cell = self.cell(column)
        if cell is None:
            if column in self.form.required:
                self.flaw(column, _("is empty: fill it in"))
            return None
        found = cell if isinstance(cell, date) else _day(str(cell))
        if found is None or not FIRST_DAY <= found <= LAST_DAY:
            self.flaw(column, _("must be a date such as 23.11.2026 or 2026-11-23"))
            return None
        return found


def rows_of(
    table: Sequence[Row], form: Form[C], sheet: Sheet[C], make: Callable[[Row, Columns[C]], R]
) -> Iterator[R]:
    """A reader for each row below the heading; none when the heading is wrong, which the sheet then says."""
    if not table:
        sheet.flaws.append(Flaw(1, "", "", _("is empty: take the form and fill it in")))
        return
    columns = _columns(table[0], form, sheet)
    if sheet.flaws:
        return
    for row in table[1:]:
        sheet.rows += 1
        yield make(row, columns)
    if not sheet.rows:
        sheet.flaws.append(Flaw(2, "", "", _("has no rows below its heading: fill the form in")))


def number_of(cell: Cell) -> float | None:
    """The finite number that a cell holds, None when it holds none."""
    if isinstance(cell, bool):
        return None
    try:
        found = float(str(cell).replace(",", ".").replace("\u00a0", "").replace(" ", ""))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _columns(heading: Row, form: Form[C], sheet: Sheet[C]) -> dict[C, tuple[int, str]]:
    found: dict[C, tuple[int, str]] = {}
    for index, cell in enumerate(heading.cells):
        title = " ".join(str(cell or "").split())
        if not title:
            continue
        column = form.column(title)
        if column is None and form.ignores_others:
            message = _("is no column here and was ignored")
            sheet.mended.append(Flaw(heading.number, title[:SHOWN_MAX], "", message))
        elif column is None:
            message = _("is no column here: correct its heading as in the form, or remove it")
            sheet.flaws.append(Flaw(heading.number, title[:SHOWN_MAX], "", message))
        elif column in found:
            message = _("stands there twice: remove one of the columns")
            sheet.flaws.append(Flaw(heading.number, title, "", message))
        else:
            found[column] = (index, title)
            sheet.titles[column] = title
    for column in form.required:
        if column not in found:
            message = _("is missing among the headings: take the form, which has every column")
            sheet.flaws.append(Flaw(heading.number, column.value, "", message))
    return found


def _minute(cell: Cell) -> int | None:
    if isinstance(cell, float) and 0 <= cell < 1:  # a share of a day
        return round(cell * 24 * 60)
    match = TIME_OF_DAY.fullmatch(str(cell).strip())
    if match is None or int(match["hour"]) > 23 or int(match["minute"]) > 59:
        return None
    return int(match["hour"]) * 60 + int(match["minute"])


def _day(text: str) -> date | None:
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text.partition(" ")[0].partition("T")[0], form).date()
        except ValueError:
            continue
    return None
