"""Tables as XLSX or CSV: read with bounds, so that no file can fill the memory; written so that no text is reckoned."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from shared.i18n import Message

_ = Message
Cell: TypeAlias = str | int | float | bool | date | None

ZIP_MAGIC, OLD_EXCEL_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
UNPACKED_MAX_BYTES = 20_000_000  # 5,000 rows of orders unpack to some 5 MB; a bomb to gigabytes
PARTS_MAX = 200
COLUMNS_MAX = 40
GAP_FACTOR = 10  # a sheet may have empty rows between, but not a million of them
DELIMITERS = ";,\t"
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet reckon a text
WIDEST = 60  # letters of a column that is written


class BadTable(ValueError):
    """A file that is no table which we read; ``message`` says what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Row:
    """A row that holds something; ``number`` is the one that a spreadsheet shows beside it."""

    number: int
    cells: tuple[Cell, ...]


def read_table(data: bytes, rows_max: int) -> list[Row]:
    """The rows of a file that are not empty, the heading among them. Raises BadTable."""
    if data.startswith(OLD_EXCEL_MAGIC):
        raise BadTable(_("is an old Excel file (.xls): save it as .xlsx or as CSV"))
    rows = _xlsx_rows(data) if data.startswith(ZIP_MAGIC) else _csv_rows(data)
    return list(_bounded(rows, rows_max))


def _bounded(rows: Iterable[Row], rows_max: int) -> Iterator[Row]:
    found = 0
    too_many = BadTable(_("has more than {most} rows: split it into several files").format(most=rows_max))
    for row in rows:
        if row.number > (rows_max + 1) * GAP_FACTOR:
            raise too_many
        if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row.cells):
            continue
        found += 1
        if found > rows_max + 1:  # and the heading
            raise too_many
        yield row


def _xlsx_rows(data: bytes) -> Iterator[Row]:
    unreadable = BadTable(_("is no Excel file that can be read: open it, save it anew as .xlsx, or send CSV"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise unreadable from error
    # zipfile never unpacks more of a part than the archive says that it holds
    if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_MAX_BYTES:
        raise BadTable(
            _("unpacks to more than {most} MB: send only the table").format(
                most=UNPACKED_MAX_BYTES // 1_000_000
            )
        )
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            for number, cells in enumerate(
                book.worksheets[0].iter_rows(max_col=COLUMNS_MAX, values_only=True), start=1
            ):
                yield Row(number, tuple(_plain(cell) for cell in cells))
        finally:
            book.close()
    except Exception as error:  # openpyxl raises what it meets: KeyError, ValueError, XML errors …
        raise unreadable from error


def _plain(cell: object) -> Cell:
    if isinstance(cell, datetime):
        return cell.date()
    if cell is None or isinstance(cell, str | int | float | bool | date):
        return cell
    return str(cell)


def _csv_rows(data: bytes) -> Iterator[Row]:
    text = _decoded(data)
    first_line = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            yield Row(number, tuple(cells[:COLUMNS_MAX]))
    except csv.Error as error:
        raise BadTable(
            _("is no CSV that can be read (near line {line}): check its quotation marks").format(
                line=reader.line_num
            )
        ) from error


def _decoded(data: bytes) -> str:
    """The text of a CSV file: UTF-8 with or without its mark, UTF-16 by its mark, else Windows-1251."""
    try:
        if data.startswith(UTF16_MARKS):
            text = data.decode("utf-16")
        else:
            try:
                text = data.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = data.decode("cp1251")
    except UnicodeDecodeError as error:
        raise BadTable(_("is no text: send CSV in UTF-8 or Windows-1251, or XLSX")) from error
    if "\0" in text:
        raise BadTable(_("is no text: send CSV in UTF-8 or Windows-1251, or XLSX"))
    return text


def write_xlsx(headings: Iterable[str]) -> bytes:
    """An empty form: one row of headings, every cell below is text, so that Excel changes no number into another."""
    book = Workbook()
    sheet = book.worksheets[0]
    names = list(headings)
    sheet.append(names)
    sheet.freeze_panes = "A2"
    for index, name in enumerate(names, start=1):
        column = sheet.column_dimensions[get_column_letter(index)]
        column.width = max(14, len(name) + 2)
        column.number_format = "@"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def write_csv(headings: Iterable[str]) -> bytes:
    """An empty form as Excel opens it here: UTF-8 with its mark, semicolons."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=";").writerow(list(headings))
    return buffer.getvalue().encode("utf-8-sig")


Entry = str | int | float | datetime
"""What a table to read holds; times as the city's clock shows them, without an offset."""
MOMENT, MOMENT_IN_EXCEL = "%Y-%m-%d %H:%M", "yyyy-mm-dd hh:mm"


def filled_xlsx(headings: Sequence[str], rows: Iterable[Sequence[Entry]]) -> bytes:
    """A table to read: bold headings that stay in sight; numbers stay numbers, times times, texts texts, whatever they begin with."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(headings))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    widest = [len(name) for name in headings]
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
            if isinstance(value, str):
                cell.data_type = "s"  # never a formula
            elif isinstance(value, datetime):
                cell.number_format = MOMENT_IN_EXCEL
            widest[column - 1] = max(widest[column - 1], len(_shown(value)))
    sheet.freeze_panes = "A2"
    for index, width in enumerate(widest, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = min(max(width, 8), WIDEST) + 2
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def filled_csv(headings: Sequence[str], rows: Iterable[Sequence[Entry]]) -> bytes:
    """A table as Excel opens it here: UTF-8 with its mark, semicolons; a text that Excel would reckon is quoted from it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(headings)
    for row in rows:
        writer.writerow(
            ["'" + each if isinstance(each, str) and each[:1] in FORMULA else _shown(each) for each in row]
        )
    return buffer.getvalue().encode("utf-8-sig")


def _shown(value: Entry) -> str:
    return value.strftime(MOMENT) if isinstance(value, datetime) else str(value)
