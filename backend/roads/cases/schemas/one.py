"""One case with everything that is known of it."""

from __future__ import annotations

from backend.roads.cases.schemas.lists import CaseSchema
from backend.roads.cases.schemas.merges import MergeSchema
from backend.roads.cases.schemas.moves import CaseMoveSchema, OpenMoveSchema
from backend.roads.cases.schemas.repairs import RepairSchema
from backend.roads.cases.schemas.words import an_id, number, perhaps, point
from backend.web.wire import Schema, fields
from shared.vocabulary import CannotAssess, DefectKind, Severity, StreetSide


class DoubtSchema(Schema):
    """A case that a report may be of as well."""

    case_id = an_id()
    probability = number()


class CitizenWordsSchema(Schema):
    """What the citizen wrote whose report it is, as text."""

    description = fields.String(required=True, metadata={"description": "Cut after 1000 letters"})
    address = fields.String(required=True)


class SeenSchema(Schema):
    """A report as the case sees it."""

    defect_id = an_id()
    place = point()
    accuracy_m = number()
    heading_deg = number(allow_none=True)
    segment_id = fields.Integer(required=True, allow_none=True)
    along_m = number(allow_none=True)
    side = perhaps(StreetSide)
    seen_at = fields.AwareDateTime(required=True)
    kind = perhaps(DefectKind)
    severity = perhaps(Severity)
    cannot = perhaps(CannotAssess)
    area_m2 = number(allow_none=True)
    length_m = number(allow_none=True)
    scale = fields.String(required=True, metadata={"description": "How metres were reckoned"})
    is_witness = fields.Boolean(required=True)
    doubts = fields.List(fields.Nested(DoubtSchema), required=True)
    citizen = fields.Nested(
        CitizenWordsSchema,
        required=True,
        allow_none=True,
        metadata={
            "description": "For who lets requests in and who is on the case's task; null: no citizen's, nothing written, or its time is over"
        },
    )


class LaneSchema(Schema):
    """A street on which the fault may lie."""

    segment_id = fields.Integer(required=True)
    weight = number("The weights of all are 1 together")


class OneCaseSchema(CaseSchema):
    """A case with everything that is known of it."""

    next_moves = fields.List(
        fields.Nested(OpenMoveSchema),
        required=True,
        metadata={"description": "Of next_states, those that the reader's role may make"},
    )
    seen = fields.List(fields.Nested(SeenSchema), required=True)
    merges = fields.List(fields.Nested(MergeSchema), required=True)
    moves = fields.List(fields.Nested(CaseMoveSchema), required=True)
    repairs = fields.List(fields.Nested(RepairSchema), required=True)
    earlier_repairs = fields.List(fields.Nested(RepairSchema), required=True)
    streets = fields.List(fields.Nested(LaneSchema), required=True)
    neighbours = fields.List(
        fields.Nested(CaseSchema),
        required=True,
        metadata={"description": "Open cases on the same piece of street"},
    )
