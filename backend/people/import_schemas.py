"""Imports of people on the wire."""

from __future__ import annotations

from backend.web.imports import ImportReportBase
from backend.web.wire import Schema, fields


class ImportedSchema(Schema):
    """Who was registered for a row."""

    row = fields.Integer(required=True)
    person_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)


class ImportReportSchema(ImportReportBase):
    """What came of a file: every flaw of every row; nothing is written while there is one."""

    created = fields.List(fields.Nested(ImportedSchema), required=True)
