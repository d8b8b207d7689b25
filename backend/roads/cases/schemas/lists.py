"""Cases as lists and maps show them: which, in which order, a row, a feature, a mark."""

from __future__ import annotations

from enum import StrEnum

from backend.roads.cases.schemas.words import CLASSES, an_id, number, perhaps, place_of, point, word
from backend.web.boxes import BoxField
from backend.web.paging import PageQuery
from backend.web.wire import PLAIN_TEXT, Schema, fields, validate
from shared.vocabulary import CaseState, DefectKind, Severity, StreetSide

STREET_LEAST, STREET_MOST = 2, 100
MARKS_MOST = 20_000  # a map with more shows the most urgent


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
        word(CaseState, required=False), metadata={"description": "May be given several times"}
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

    id = an_id()
    district_id = an_id()
    state = word(CaseState)
    next_states = fields.List(word(CaseState), required=True)
    kind = perhaps(DefectKind)
    severity = word(Severity)
    area_m2 = number("The largest of its views, estimated from a photo", allow_none=True)
    length_m = number("Of a crack, estimated from a photo", allow_none=True)
    place = point()
    accuracy_m = number("Deviation of each axis, from all views together")
    segment_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "null: off every street"}
    )
    along_m = number("From the beginning of the piece of street", allow_none=True)
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
    task_id = an_id(allow_none=True)
    joined_into = an_id(allow_none=True)
    earlier_case_id = an_id(
        allow_none=True, metadata={"description": "Repaired here before, out of warranty"}
    )
    returns = fields.Integer(
        required=True, metadata={"description": "How often it came back within a warranty"}
    )
    opened_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)


class CaseFeature(Schema):
    """A case as a GeoJSON Feature."""

    type = fields.Constant("Feature", required=True)
    id = an_id()
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
