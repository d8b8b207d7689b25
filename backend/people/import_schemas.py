"""Imports on the wire."""

from __future__ import annotations

from enum import StrEnum

from backend.web.language import current_language
from backend.web.wire import Schema, fields
from shared.i18n import translate


class FormFormat(StrEnum):
    """As what the empty form is wanted."""

    XLSX = "xlsx"
    CSV = "csv"


class ImportQuery(Schema):
    """Whether anything is to be written, and the district of rows that name none."""

    dry_run = fields.Boolean(load_default=True, metadata={"description": "true: only look, write nothing"})
    district_id = fields.UUID(
        data_key="district",
        load_default=None,
        metadata={"description": "Of rows without a district of their own"},
    )


class FormQuery(Schema):
    """As what the empty form is wanted."""

    format = fields.Enum(FormFormat, by_value=True, load_default=FormFormat.XLSX)


class ImportNoteSchema(Schema):
    """Something about one cell of one row; an ИИН is shown by its last four digits only."""

    row = fields.Integer(required=True, metadata={"description": "As a spreadsheet numbers it"})
    column = fields.String(required=True)
    value = fields.String(required=True)
    text = fields.Function(
        lambda flaw: translate(flaw.message, current_language()), metadata={"type": "string"}
    )


class ImportedSchema(Schema):
    """Who was registered for a row."""

    row = fields.Integer(required=True)
    person_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)


class ImportReportSchema(Schema):
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
    created = fields.List(fields.Nested(ImportedSchema), required=True)
