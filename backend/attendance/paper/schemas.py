"""Paper sheets and absences on the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backend.web.paging import PageQuery
from backend.web.wire import PLAIN_TEXT, Schema, fields, filled, time_in_reach, validate
from shared.vocabulary import AbsenceReason, AbsenceState, Language, PaperReason, SheetState

WORDS_MAX = 1000
WORDS: list[Callable[[Any], Any]] = [validate.Length(max=WORDS_MAX), PLAIN_TEXT]
DECISION_WORDS: list[Callable[[Any], Any]] = [validate.Length(3, WORDS_MAX), PLAIN_TEXT, filled]


class DecidedSchema(Schema):
    """What was decided; the words are null once the person's data was erased."""

    outcome = fields.String(required=True)
    words = fields.String(required=True, allow_none=True)
    decided_by = fields.UUID(required=True)
    decided_at = fields.AwareDateTime(required=True)
    on_appeal = fields.Boolean(required=True)


class SheetPart(Schema):
    """What stands on a signed sheet."""

    person_id = fields.UUID(required=True)
    task_id = fields.UUID(required=True)
    came_at = fields.AwareDateTime(required=True, validate=time_in_reach)
    left_at = fields.AwareDateTime(required=True, validate=time_in_reach)
    reason = fields.Enum(PaperReason, by_value=True, required=True)
    note = fields.String(load_default="", validate=WORDS)


class SheetQuery(PageQuery):
    """Which sheets."""

    state = fields.Enum(SheetState, by_value=True)
    person_id = fields.UUID()
    task_id = fields.UUID()


class FormQuery(Schema):
    """Whose sheet to print."""

    task_id = fields.UUID(required=True)
    language = fields.Enum(
        Language, by_value=True, metadata={"description": "Of the sheet; else the reader's own"}
    )


class SheetDecision(Schema):
    """Whether a sheet counts, and why."""

    outcome = fields.String(required=True, validate=validate.OneOf([SheetState.APPROVED, SheetState.REFUSED]))
    words = fields.String(required=True, validate=DECISION_WORDS)


class SheetSchema(Schema):
    """A signed sheet and what was decided; its words are null once the person's data was erased."""

    id = fields.UUID(required=True)
    state = fields.Enum(SheetState, by_value=True, required=True)
    person_id = fields.UUID(required=True)
    task_id = fields.UUID(required=True)
    district_id = fields.UUID(required=True)
    came_at = fields.AwareDateTime(required=True)
    left_at = fields.AwareDateTime(required=True)
    outside_window = fields.Boolean(
        required=True, metadata={"description": "Whether the times lie outside the task's window"}
    )
    reason = fields.Enum(PaperReason, by_value=True, required=True)
    reason_text = fields.String(required=True, metadata={"description": "In the reader's language"})
    note = fields.String(required=True, allow_none=True)
    photos = fields.List(
        fields.String(), required=True, metadata={"description": "SHA-256 of the bytes received"}
    )
    entered_by = fields.UUID(required=True)
    entered_at = fields.AwareDateTime(required=True)
    purged_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When the photos were deleted, their time over; null while they are kept"},
    )
    decision = fields.Nested(DecidedSchema, required=True, allow_none=True)


class AbsencePart(Schema):
    """When somebody was not there, and why."""

    person_id = fields.UUID(required=True)
    from_day = fields.Date(required=True)
    until_day = fields.Date(required=True, metadata={"description": "The last day of it"})
    reason = fields.Enum(AbsenceReason, by_value=True, required=True)
    words = fields.String(load_default="", validate=WORDS)


class AbsenceQuery(PageQuery):
    """Which absences."""

    state = fields.Enum(AbsenceState, by_value=True)
    person_id = fields.UUID()


class AbsenceDecision(Schema):
    """Whether the reason of an absence is confirmed, and why."""

    outcome = fields.String(
        required=True, validate=validate.OneOf([AbsenceState.CONFIRMED, AbsenceState.NOT_CONFIRMED])
    )
    words = fields.String(required=True, validate=DECISION_WORDS)


class AbsenceDocumentSchema(Schema):
    """One document; ``sha256`` is that of the bytes received."""

    sha256 = fields.String(required=True)
    is_pdf = fields.Boolean(required=True)
    added_by = fields.UUID(required=True)
    added_at = fields.AwareDateTime(required=True)


class AbsenceSchema(Schema):
    """An absence and what was decided; its words are null once the person's data was erased."""

    id = fields.UUID(required=True)
    state = fields.Enum(AbsenceState, by_value=True, required=True)
    person_id = fields.UUID(required=True)
    district_id = fields.UUID(required=True)
    from_day = fields.Date(required=True)
    until_day = fields.Date(required=True)
    reason = fields.Enum(AbsenceReason, by_value=True, required=True)
    reason_text = fields.String(required=True, metadata={"description": "In the reader's language"})
    words = fields.String(required=True, allow_none=True)
    documents = fields.List(fields.Nested(AbsenceDocumentSchema), required=True)
    document_missing = fields.Boolean(
        required=True, metadata={"description": "Whether the reason asks for a document and there is none"}
    )
    document_due_on = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "Until when a missing document can be brought"},
    )
    document_overdue = fields.Boolean(required=True)
    entered_by = fields.UUID(required=True)
    entered_at = fields.AwareDateTime(required=True)
    purged_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={
            "description": "When the documents were deleted, their time over; null while they are kept"
        },
    )
    decision = fields.Nested(DecidedSchema, required=True, allow_none=True)
