"""Check-ins on the wire: what the phone speaks is derived from shared.contracts."""

from __future__ import annotations

from backend.web.contract_schemas import schema_of
from backend.web.paging import PageQuery
from backend.web.wire import Schema, fields
from shared.contracts import CheckIn, CheckInAnswer
from shared.vocabulary import CheckInKind, Outcome

CheckInSchema = schema_of(CheckIn)
CheckInAnswerSchema = schema_of(CheckInAnswer)


class CheckInQuery(PageQuery):
    """Which check-ins."""

    person_id = fields.UUID()
    task_id = fields.UUID()
    outcome = fields.Enum(Outcome, by_value=True)


class CheckInRecord(Schema):
    """A check-in with the facts around its verdict."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    task_id = fields.UUID(required=True)
    district_id = fields.UUID(required=True)
    kind = fields.Enum(CheckInKind, by_value=True, required=True)
    captured_by = fields.UUID(required=True)
    device_id = fields.UUID(required=True)
    captured_at = fields.AwareDateTime(required=True)
    received_at = fields.AwareDateTime(required=True)
    model_version = fields.String(required=True, allow_none=True)
    threshold_version = fields.String(required=True, allow_none=True)
    answer = fields.Nested(CheckInAnswerSchema, required=True)
