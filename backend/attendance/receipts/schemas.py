"""Receipts on the wire."""

from __future__ import annotations

from enum import StrEnum

from backend.attendance.receipts.layout import PartKind
from backend.web.contract_schemas import schema_of
from backend.web.wire import Schema, fields
from shared.contracts import Finding
from shared.vocabulary import Language


class ReceiptFormat(StrEnum):
    """What a receipt is wanted as."""

    JSON = "json"
    TEXT = "text"
    PDF = "pdf"


class ReceiptQuery(Schema):
    """As what, and in which language."""

    format = fields.Enum(ReceiptFormat, by_value=True, load_default=ReceiptFormat.JSON)
    language = fields.Enum(
        Language, by_value=True, metadata={"description": "The language of the person concerned unless said"}
    )


class ReceiptPart(Schema):
    """One thing that is said."""

    kind = fields.Enum(PartKind, by_value=True, required=True)
    label = fields.String(required=True, metadata={"description": "What a fact is; empty for other parts"})
    text = fields.String(required=True)


class ReceiptSection(Schema):
    """Parts below a heading."""

    heading = fields.String(required=True)
    parts = fields.List(fields.Nested(ReceiptPart), required=True)


class ReceiptSchema(Schema):
    """What a program measured and what people decided, in plain words, and how to appeal."""

    id = fields.UUID(required=True, metadata={"description": "Of what the receipt is about"})
    language = fields.Enum(Language, by_value=True, required=True)
    title = fields.String(required=True)
    introduction = fields.String(required=True)
    made_at = fields.AwareDateTime(
        required=True, metadata={"description": "When the newest thing that it tells happened"}
    )
    sections = fields.List(fields.Nested(ReceiptSection), required=True)
    measures = fields.List(
        fields.Nested(schema_of(Finding)),
        required=True,
        metadata={"description": "What was measured, with its thresholds, as kept since the verdict"},
    )
