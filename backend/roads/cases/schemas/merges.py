"""Why a report stands in a case, and what people ask of it: undo, join."""

from __future__ import annotations

from backend.roads.cases.schemas.words import an_id, number, reason_words
from backend.web.wire import Schema, fields


class EvidenceSchema(Schema):
    """One factor of a merge."""

    factor = fields.String(required=True)
    weight = number("Natural logarithm of odds; above 0 for one fault")
    value = number(allow_none=True)
    other = number(allow_none=True)


class MergeSchema(Schema):
    """Why a report stands in the case, and whether that was undone."""

    id = an_id()
    defect_id = an_id()
    from_case_id = an_id(allow_none=True)
    opened = fields.Boolean(required=True)
    probability = number(allow_none=True)
    evidence = fields.List(fields.Nested(EvidenceSchema), required=True)
    why = fields.List(fields.String(), required=True, metadata={"description": "In the reader's language"})
    made_by = an_id(allow_none=True, metadata={"description": "null: by itself"})
    made_at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True)
    undone_by = an_id(allow_none=True)
    undone_at = fields.AwareDateTime(required=True, allow_none=True)
    undone_reason = fields.String(required=True)


class ReasonRequest(Schema):
    """Why."""

    reason = reason_words(required=True)


class JoinRequest(Schema):
    """Which other case is the same fault, and why."""

    other_id = fields.UUID(required=True)
    reason = reason_words(required=True)
