"""Repairs of cases: who repaired and how long it must hold, tasks of neighbours, those that did not hold."""

from __future__ import annotations

from backend.roads.cases.models import CONTRACTOR_MAX
from backend.roads.cases.rules import care
from backend.roads.cases.schemas.lists import CaseSchema
from backend.roads.cases.schemas.words import an_id, perhaps
from backend.web.paging import PageQuery
from backend.web.wire import PLAIN_TEXT, Schema, fields, filled, time_in_reach, validate
from shared.vocabulary import ProofCheck

GROUP_MOST = 30  # cases that are repaired in one go


class RepairSchema(Schema):
    """A repair: by whom, when, how long it must hold, what its proof showed, whether it held."""

    id = an_id()
    case_id = an_id()
    contractor = fields.String(required=True)
    repaired_at = fields.AwareDateTime(required=True)
    warranty_months = fields.Integer(required=True)
    warranty_until = fields.AwareDateTime(required=True)
    proof_id = an_id(allow_none=True, metadata={"description": "The report whose photo proves it"})
    proof_check = perhaps(ProofCheck)
    task_id = an_id(allow_none=True)
    recorded_by = an_id()
    recorded_at = fields.AwareDateTime(required=True)
    checked_by = an_id(allow_none=True)
    checked_at = fields.AwareDateTime(required=True, allow_none=True)
    returned_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "The fault was seen again within the warranty"},
    )


class RepairRequest(Schema):
    """Who repaired a fault and when; the warranty of the city's table where none is said."""

    contractor = fields.String(
        load_default=None,
        allow_none=True,
        validate=[validate.Length(max=CONTRACTOR_MAX), PLAIN_TEXT, filled],
        metadata={"description": "Left out by whoever repairs it: their own name"},
    )
    repaired_at = fields.AwareDateTime(required=True, validate=time_in_reach)
    warranty_months = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(0, care.MONTHS_MOST)
    )
    proof_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "A report photographed there after the repair; else the next one there is taken"
        },
    )


class RepairTaskRequest(Schema):
    """When and by whom a case and its neighbours on the street are repaired."""

    starts_at = fields.AwareDateTime(required=True, validate=time_in_reach)
    ends_at = fields.AwareDateTime(required=True, validate=time_in_reach)
    assignee_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=20))
    note = fields.String(load_default="", validate=[validate.Length(max=2000), PLAIN_TEXT])
    alone = fields.Boolean(load_default=False, metadata={"description": "true: without its neighbours"})
    with_ids = fields.List(
        fields.UUID(),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=GROUP_MOST),
        metadata={"description": "Which of its repair-group come along; left out: all of them"},
    )


class RepairGroupSchema(Schema):
    """The cases that are repaired in one go with one, which comes first."""

    items = fields.List(fields.Nested(CaseSchema), required=True)


class RepairQuery(PageQuery):
    """Which repairs."""

    contractor = fields.String(validate=validate.Length(max=CONTRACTOR_MAX))
    returned = fields.Boolean(metadata={"description": "true: those that did not hold"})
    segment_id = fields.Integer(data_key="segment", validate=validate.Range(min=0, max=2**63 - 1))
