"""Spot checks on the wire; what phones hold is shared.contracts.SpotCheck."""

from __future__ import annotations

from backend.web.paging import PageQuery
from backend.web.wire import Schema, fields
from shared.vocabulary import SpotCheckState


class SpotCheckQuery(PageQuery):
    """Which spot checks."""

    task_id = fields.UUID()
    person_id = fields.UUID()


class SpotCheckRecord(Schema):
    """A spot check that is due, or that an offline phone took along, and what became of it."""

    id = fields.UUID(required=True)
    task_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    due_at = fields.AwareDateTime(required=True)
    answer_by = fields.AwareDateTime(required=True)
    state = fields.Enum(
        SpotCheckState,
        by_value=True,
        required=True,
        metadata={
            "description": "Drawn after answer_by: a phone that took it along, or a review, may still answer it"
        },
    )
    foreknowledge = fields.Boolean(
        required=True, metadata={"description": "Whether the draw lay on a phone before its time"}
    )
    check_in_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The accepted check-in that answered it"}
    )
    settled_at = fields.AwareDateTime(required=True, allow_none=True)
