"""A case's moves from state to state: what was moved, what may be, what is asked for."""

from __future__ import annotations

from backend.roads.cases.models import REASON_MAX
from backend.roads.cases.rules.life import Need
from backend.roads.cases.schemas.repairs import RepairRequest
from backend.roads.cases.schemas.words import an_id, word
from backend.web.wire import PLAIN_TEXT, Schema, fields, validate
from shared.vocabulary import CaseState


class CaseMoveSchema(Schema):
    """One change of state."""

    source = word(CaseState)
    target = word(CaseState)
    reason = fields.String(required=True)
    moved_by = an_id(allow_none=True, metadata={"description": "null: by itself"})
    moved_at = fields.AwareDateTime(required=True)


class OpenMoveSchema(Schema):
    """A move that the reader may make of the case, and what it needs."""

    to = fields.Enum(CaseState, by_value=True, required=True, attribute="target")
    needs = fields.List(word(Need), required=True)


class CaseMoveRequest(Schema):
    """Which state a case goes to, and what that move needs."""

    to = fields.Enum(CaseState, by_value=True, required=True)
    reason = fields.String(load_default="", validate=[validate.Length(max=REASON_MAX), PLAIN_TEXT])
    repair = fields.Nested(RepairRequest, load_default=None, allow_none=True)


class CaseMoveAnswer(Schema):
    """What became of a move that was asked for under an id."""

    id = an_id()
    case_id = an_id()
    to = fields.Enum(CaseState, by_value=True, required=True, attribute="target")
    changed = fields.Boolean(required=True, metadata={"description": "False: the case was there already"})
    received_at = fields.AwareDateTime(required=True)
