"""Cases on the wire: lists, maps, one case with all that is known of it, and what people ask of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from backend.roads.cases.models import CONTRACTOR_MAX, REASON_MAX
from backend.roads.cases.rules import care
from backend.roads.cases.rules.life import Need
from backend.streets.network import StreetClass
from backend.web.boxes import BoxField
from backend.web.paging import PageQuery
from backend.web.wire import PLAIN_TEXT, Schema, fields, filled, time_in_reach, validate
from shared.vocabulary import (
    CannotAssess,
    CaseState,
    DefectKind,
    ProofCheck,
    Severity,
    StreetSide,
)

STREET_LEAST, STREET_MOST = 2, 100
MARKS_MOST = 20_000  # a map with more shows the most urgent
GROUP_MOST = 30  # cases that are repaired in one go
CLASSES = [each.name.lower() for each in StreetClass]


def _word(words: Any, **options: Any) -> fields.Enum[Any]:
    return fields.Enum(words, by_value=True, **{"required": True, **options})


def _perhaps(words: Any) -> fields.Enum[Any]:
    return fields.Enum(words, by_value=True, required=True, allow_none=True)


def _number(description: str = "", **options: Any) -> fields.Float:
    return fields.Float(
        required=True, metadata={"description": description} if description else {}, **options
    )


def _id(**options: Any) -> fields.UUID:
    return fields.UUID(required=True, **options)


def place_of(case: dict[str, Any]) -> dict[str, Any]:
    """The place of a case or view as a GeoJSON Point."""
    return {"type": "Point", "coordinates": [round(case["lon"], 7), round(case["lat"], 7)]}


def _place() -> fields.Function:
    return fields.Function(
        place_of, required=True, metadata={"type": "object", "description": "GeoJSON Point"}
    )


class CaseSort(StrEnum):
    """Which cases come first."""

    NEWEST = "newest"
    URGENT = "urgent"  # open before closed, then by priority, then by due date


class CaseFilter(Schema):
    """Which cases."""

    street = fields.String(
        validate=[validate.Length(min=STREET_LEAST, max=STREET_MOST), PLAIN_TEXT],
        metadata={"description": "A part of a street's name, in any of its languages"},
    )

    state = fields.List(
        _word(CaseState, required=False), metadata={"description": "May be given several times"}
    )
    kind = fields.Enum(DefectKind, by_value=True)
    severity = fields.Enum(Severity, by_value=True)
    district_id = fields.UUID(data_key="district")
    segment_id = fields.Integer(data_key="segment", validate=validate.Range(min=0, max=2**63 - 1))
    task_id = fields.UUID(data_key="task", metadata={"description": "Those that a task repairs"})
    bbox = BoxField(metadata={"description": "west,south,east,north in degrees"})
    is_open = fields.Boolean(data_key="open")
    overdue = fields.Boolean(
        metadata={"description": "true: open, and past the day by which it must be repaired"}
    )


class CaseQuery(CaseFilter, PageQuery):
    """Which cases, and in which order."""

    sort = fields.Enum(
        CaseSort,
        by_value=True,
        load_default=CaseSort.NEWEST,
        metadata={"description": "urgent: open ones first, by priority and due date"},
    )


class MarkQuery(CaseFilter):
    """Which cases a map shows."""

    limit = fields.Integer(load_default=MARKS_MOST, validate=validate.Range(1, MARKS_MOST))


class MarksSchema(Schema):
    """Cases as marks on a map, the most urgent first: one entry a case in each column."""

    ids = fields.List(fields.String(), required=True)
    places = fields.List(
        fields.List(fields.Float()), required=True, metadata={"description": "lon, lat in degrees"}
    )
    kinds = fields.List(fields.String(allow_none=True), required=True)
    severities = fields.List(fields.String(), required=True)
    is_all = fields.Boolean(
        required=True, metadata={"description": "false: there are more, of less urgency; filter them"}
    )


class CaseSchema(Schema):
    """A fault of the road as lists show it."""

    id = _id()
    district_id = _id()
    state = _word(CaseState)
    next_states = fields.List(_word(CaseState), required=True)
    kind = _perhaps(DefectKind)
    severity = _word(Severity)
    area_m2 = _number("The largest of its views, estimated from a photo", allow_none=True)
    length_m = _number("Of a crack, estimated from a photo", allow_none=True)
    place = _place()
    accuracy_m = _number("Deviation of each axis, from all views together")
    segment_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "null: off every street"}
    )
    along_m = _number("From the beginning of the piece of street", allow_none=True)
    side = fields.Enum(
        StreetSide,
        by_value=True,
        required=True,
        allow_none=True,
        metadata={"description": "Of the piece's direction; null where it is not known"},
    )
    street = fields.String(required=True, allow_none=True)
    street_class = fields.String(required=True, allow_none=True, validate=validate.OneOf(CLASSES))
    views = fields.Integer(required=True)
    witnesses = fields.Integer(
        required=True, metadata={"description": "Views that are no copy of another's photo"}
    )
    first_seen_at = fields.AwareDateTime(required=True)
    last_seen_at = fields.AwareDateTime(required=True)
    priority = fields.Integer(required=True, metadata={"description": "1 is the most urgent"})
    due_at = fields.AwareDateTime(required=True, metadata={"description": "By the city's table of repairs"})
    is_overdue = fields.Boolean(required=True)
    task_id = _id(allow_none=True)
    joined_into = _id(allow_none=True)
    earlier_case_id = _id(allow_none=True, metadata={"description": "Repaired here before, out of warranty"})
    returns = fields.Integer(
        required=True, metadata={"description": "How often it came back within a warranty"}
    )
    opened_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)


class DoubtSchema(Schema):
    """A case that a report may be of as well."""

    case_id = _id()
    probability = _number()


class SeenSchema(Schema):
    """A report as the case sees it."""

    defect_id = _id()
    place = _place()
    accuracy_m = _number()
    heading_deg = _number(allow_none=True)
    segment_id = fields.Integer(required=True, allow_none=True)
    along_m = _number(allow_none=True)
    side = _perhaps(StreetSide)
    seen_at = fields.AwareDateTime(required=True)
    kind = _perhaps(DefectKind)
    severity = _perhaps(Severity)
    cannot = _perhaps(CannotAssess)
    area_m2 = _number(allow_none=True)
    length_m = _number(allow_none=True)
    scale = fields.String(required=True, metadata={"description": "How metres were reckoned"})
    is_witness = fields.Boolean(required=True)
    doubts = fields.List(fields.Nested(DoubtSchema), required=True)


class EvidenceSchema(Schema):
    """One factor of a merge."""

    factor = fields.String(required=True)
    weight = _number("Natural logarithm of odds; above 0 for one fault")
    value = _number(allow_none=True)
    other = _number(allow_none=True)


class MergeSchema(Schema):
    """Why a report stands in the case, and whether that was undone."""

    id = _id()
    defect_id = _id()
    from_case_id = _id(allow_none=True)
    opened = fields.Boolean(required=True)
    probability = _number(allow_none=True)
    evidence = fields.List(fields.Nested(EvidenceSchema), required=True)
    why = fields.List(fields.String(), required=True, metadata={"description": "In the reader's language"})
    made_by = _id(allow_none=True, metadata={"description": "null: by itself"})
    made_at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True)
    undone_by = _id(allow_none=True)
    undone_at = fields.AwareDateTime(required=True, allow_none=True)
    undone_reason = fields.String(required=True)


class CaseMoveSchema(Schema):
    """One change of state."""

    source = _word(CaseState)
    target = _word(CaseState)
    reason = fields.String(required=True)
    moved_by = _id(allow_none=True, metadata={"description": "null: by itself"})
    moved_at = fields.AwareDateTime(required=True)


class RepairSchema(Schema):
    """A repair: by whom, when, how long it must hold, what its proof showed, whether it held."""

    id = _id()
    case_id = _id()
    contractor = fields.String(required=True)
    repaired_at = fields.AwareDateTime(required=True)
    warranty_months = fields.Integer(required=True)
    warranty_until = fields.AwareDateTime(required=True)
    proof_id = _id(allow_none=True, metadata={"description": "The report whose photo proves it"})
    proof_check = _perhaps(ProofCheck)
    task_id = _id(allow_none=True)
    recorded_by = _id()
    recorded_at = fields.AwareDateTime(required=True)
    checked_by = _id(allow_none=True)
    checked_at = fields.AwareDateTime(required=True, allow_none=True)
    returned_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "The fault was seen again within the warranty"},
    )


class LaneSchema(Schema):
    """A street on which the fault may lie."""

    segment_id = fields.Integer(required=True)
    weight = _number("The weights of all are 1 together")


class OpenMoveSchema(Schema):
    """A move that the reader may make of the case, and what it needs."""

    to = fields.Enum(CaseState, by_value=True, required=True, attribute="target")
    needs = fields.List(_word(Need), required=True)


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


def _reason(**options: Any) -> fields.String:
    return fields.String(validate=[validate.Length(max=REASON_MAX), PLAIN_TEXT, filled], **options)


class ReasonRequest(Schema):
    """Why."""

    reason = _reason(required=True)


class JoinRequest(Schema):
    """Which other case is the same fault, and why."""

    other_id = fields.UUID(required=True)
    reason = _reason(required=True)


class CaseFeature(Schema):
    """A case as a GeoJSON Feature."""

    type = fields.Constant("Feature", required=True)
    id = _id()
    geometry = fields.Function(
        place_of, required=True, metadata={"type": "object", "description": "GeoJSON Point"}
    )
    properties = fields.Function(
        lambda case: CaseSchema(exclude=("place",)).dump(case),
        required=True,
        metadata={"type": "object", "description": "As in the list"},
    )


class CaseMap(Schema):
    """A page of cases as a GeoJSON FeatureCollection."""

    type = fields.Constant("FeatureCollection", required=True)
    features = fields.List(fields.Nested(CaseFeature), required=True)
    next = fields.String(required=True, allow_none=True)


class RepairRequest(Schema):
    """Who repaired a fault and when; the warranty of the city's table where none is said."""

    contractor = fields.String(
        required=True, validate=[validate.Length(max=CONTRACTOR_MAX), PLAIN_TEXT, filled]
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


class CaseMoveRequest(Schema):
    """Which state a case goes to, and what that move needs."""

    to = fields.Enum(CaseState, by_value=True, required=True)
    reason = fields.String(load_default="", validate=[validate.Length(max=REASON_MAX), PLAIN_TEXT])
    repair = fields.Nested(RepairRequest, load_default=None, allow_none=True)


class CaseMoveAnswer(Schema):
    """What became of a move that was asked for under an id."""

    id = _id()
    case_id = _id()
    to = fields.Enum(CaseState, by_value=True, required=True, attribute="target")
    changed = fields.Boolean(required=True, metadata={"description": "False: the case was there already"})
    received_at = fields.AwareDateTime(required=True)


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


class UrgencySchema(Schema):
    """What follows from a severity."""

    priority = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    days = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(1, care.DAYS_MOST),
        metadata={"description": "From the first report until it must be repaired"},
    )


class UrgenciesSchema(Schema):
    """A row of the table."""

    low = fields.Nested(UrgencySchema)
    medium = fields.Nested(UrgencySchema)
    high = fields.Nested(UrgencySchema)


class ClassUrgencies(UrgenciesSchema):
    """The row of a class of streets."""

    street_class = fields.String(required=True, validate=validate.OneOf(CLASSES))


class RoadCareSchema(Schema):
    """The city's table of repairs; what is left out is as in the defaults."""

    classes = fields.List(fields.Nested(ClassUrgencies), validate=validate.Length(max=len(CLASSES)))
    off_street = fields.Nested(UrgenciesSchema)
    warranty_months = fields.Integer(strict=True, validate=validate.Range(0, care.MONTHS_MOST))
    neighbours_m = fields.Float(validate=validate.Range(0, 1000))
