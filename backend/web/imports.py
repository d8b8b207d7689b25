"""Importing over HTTP: a file comes in, a report of every row goes out; the empty form of each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from flask import Response

from backend.adapters import settings
from backend.database import transaction
from backend.errors import Invalid
from backend.tables.files import BadTable, Row, read_table, write_csv, write_xlsx
from backend.tables.reading import Flaw, Form, Reader
from backend.web.language import current_language
from backend.web.once import create_once
from backend.web.problems import flatten
from backend.web.uploads import multipart_body, part_bytes, require_multipart
from backend.web.wire import Schema, ValidationError, fields
from shared.i18n import Message, translate

C = TypeVar("C", bound=StrEnum)
P = TypeVar("P")
T = TypeVar("T")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
BYTES = {"schema": {"type": "string", "format": "binary"}}
FORM_RESPONSE = {"description": "The empty form", "content": {XLSX_TYPE: BYTES, "text/csv": BYTES}}


class FormFormat(StrEnum):
    """As what the empty form is wanted."""

    XLSX = "xlsx"
    CSV = "csv"


class FormQuery(Schema):
    """As what the empty form is wanted."""

    format = fields.Enum(FormFormat, by_value=True, load_default=FormFormat.XLSX)


class ImportQuery(Schema):
    """Whether anything is to be written, and the district of rows that name none."""

    dry_run = fields.Boolean(load_default=True, metadata={"description": "true: only look, write nothing"})
    district_id = fields.UUID(
        data_key="district",
        load_default=None,
        metadata={"description": "Of rows without a district of their own"},
    )


class UpdatingImportQuery(ImportQuery):
    """Likewise, and whether rows whose number is known change what is there."""

    update = fields.Boolean(
        load_default=False,
        metadata={"description": "true: a row with a known number changes it, empty cells leave it as it is"},
    )


class ImportNoteSchema(Schema):
    """Something about one cell of one row; an ИИН is shown by its last four digits only."""

    row = fields.Integer(required=True, metadata={"description": "As a spreadsheet numbers it"})
    column = fields.String(required=True)
    value = fields.String(required=True)
    text = fields.Function(
        lambda flaw: translate(flaw.message, current_language()), metadata={"type": "string"}
    )


class ImportReportBase(Schema):
    """What came of a file: every flaw of every row; nothing is written while there is one."""

    rows = fields.Integer(required=True, metadata={"description": "Rows below the heading"})
    good = fields.Integer(required=True)
    dry_run = fields.Boolean(required=True)
    written = fields.Boolean(required=True)
    problems = fields.List(fields.Nested(ImportNoteSchema), attribute="flaws", required=True)
    mended = fields.List(
        fields.Nested(ImportNoteSchema),
        required=True,
        metadata={"description": "What was put right, for a person to compare"},
    )


class WrittenSchema(Schema):
    """What became of a row."""

    row = fields.Integer(required=True)
    id = fields.UUID(required=True)


class UpdatingReportSchema(ImportReportBase):
    """What came of a file of things with numbers of their own."""

    created = fields.List(fields.Nested(WrittenSchema), required=True)
    changed = fields.List(fields.Nested(WrittenSchema), required=True)
    unchanged = fields.Integer(required=True)


@dataclass(frozen=True)
class Written:
    """What a row became."""

    row: int
    id: UUID


@dataclass(frozen=True, kw_only=True)
class Report:
    """What came of a file; ``written`` says whether anything was."""

    rows: int
    good: int
    dry_run: bool
    written: bool
    flaws: Sequence[Flaw]
    mended: Sequence[Flaw]
    created: Sequence[Any]
    changed: Sequence[Written] = ()
    unchanged: int = 0


def file_body(words: str) -> dict[str, Any]:
    """The OpenAPI description of the one part that an import takes."""
    return multipart_body({"file": {"type": "string", "format": "binary", "description": words}}, ["file"])


def sent_file() -> bytes:
    """The file of this request."""
    require_multipart()
    return part_bytes("file")


def read_rows(data: bytes, other: Callable[[bytes, int], list[Row] | None] | None = None) -> list[Row]:
    """The rows of a file; ``other`` may know a form of its own, and answers None for a table."""
    try:
        known = None if other is None else other(data, settings().import_rows_max)
        return read_table(data, settings().import_rows_max) if known is None else known
    except BadTable as error:
        raise Invalid({"file": [error.message]}, slug="bad-table") from error


def run_import(carry_out: Callable[[], T], *, dry_run: bool) -> T:
    """Look in a transaction that cannot write, or write once, whatever another request does at the same moment."""
    if dry_run:
        with transaction(read_only=True):
            return carry_out()
    reports: list[T] = []
    create_once(lambda: reports.append(carry_out()))
    return reports[-1]


def empty_form(form: Form[Any], name: str, kind: FormFormat) -> Response:
    """The empty form as a file, its headings in the caller's language."""
    names = form.headings(current_language())
    content, content_type = (
        (write_csv(names), CSV_TYPE) if kind is FormFormat.CSV else (write_xlsx(names), XLSX_TYPE)
    )
    disposition = f'attachment; filename="{name}.{kind.value}"'
    return Response(content, content_type=content_type, headers={"Content-Disposition": disposition})


class Loader(Generic[C]):
    """Holds what was read from a row against the schema that a request is held against; flaws go to their columns."""

    def __init__(self, schema: type[Schema], column_of: Mapping[str, C]) -> None:
        self.schema, self.column_of = schema(), column_of

    def load(self, reader: Reader[C], values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The values as a service takes them; None when something is wrong."""
        try:
            loaded: dict[str, Any] = self.schema.load(values)
        except ValidationError as error:
            self.blame(reader, flatten(error.normalized_messages()))
            return None
        return loaded

    def blame(self, reader: Reader[C], errors: Mapping[str, Sequence[Message]]) -> None:
        """Put errors of fields at their columns."""
        for path, messages in errors.items():
            name = path.partition(".")[0].partition("[")[0]
            for message in messages:
                reader.flaw(self.column_of[name], message)
