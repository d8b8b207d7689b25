"""The report of a night on the wire."""

from __future__ import annotations

from enum import StrEnum

from backend.routing.nights.rules.judging import Cause, PassState
from backend.web.wire import Schema, fields
from shared.vocabulary import PlanState, SkipReason, WinterWork


class ReportFormat(StrEnum):
    """As what the report is wanted."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


class ReportQuery(Schema):
    """As what."""

    format = fields.Enum(ReportFormat, by_value=True, load_default=ReportFormat.JSON)


class SumSchema(Schema):
    """Passes and metres by how they stand."""

    passes = fields.Integer(required=True)
    metres = fields.Integer(required=True, metadata={"description": "Of all passes that were asked for"})
    in_time_m = fields.Integer(required=True)
    late_m = fields.Integer(required=True, metadata={"description": "Done after their hour"})
    not_done_m = fields.Integer(required=True)
    open_m = fields.Integer(required=True, metadata={"description": "Not reported yet; the night goes on"})
    by_track_m = fields.Integer(required=True, metadata={"description": "Of what is done, shown by tracks"})
    by_report_m = fields.Integer(required=True, metadata={"description": "Of what is done, by reports alone"})
    grit_kg = fields.Integer(required=True)
    grit_spread_kg = fields.Integer(
        required=True, metadata={"description": "What the done passes were to spread"}
    )


class PrioritySum(SumSchema):
    """One priority's."""

    priority = fields.Integer(required=True)


class DistrictSum(SumSchema):
    """One district's."""

    district_id = fields.UUID(required=True, allow_none=True)
    district = fields.String(required=True)


class WorkSum(SumSchema):
    """One kind of work's."""

    work = fields.Enum(WinterWork, by_value=True, required=True)


class CauseSchema(Schema):
    """What was late, or not done, for one cause."""

    state = fields.Enum(PassState, by_value=True, required=True)
    cause = fields.Enum(Cause, by_value=True, required=True)
    skip_reason = fields.Enum(SkipReason, by_value=True, required=True, allow_none=True)
    text = fields.String(required=True)
    passes = fields.Integer(required=True)
    metres = fields.Integer(required=True)
    streets = fields.Integer(required=True)


class StreetReport(SumSchema):
    """One street's passes of one kind of work."""

    street = fields.String(required=True)
    work = fields.Enum(WinterWork, by_value=True, required=True)
    priority = fields.Integer(required=True)
    district_id = fields.UUID(required=True, allow_none=True)
    district = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    last_done_at = fields.AwareDateTime(required=True, allow_none=True)
    why = fields.List(fields.String(), required=True, metadata={"description": "The most metres first"})


class MachineSchema(Schema):
    """One machine's night."""

    route_id = fields.UUID(required=True)
    vehicle = fields.String(required=True)
    planned_from = fields.AwareDateTime(required=True)
    set_out_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Of its first report"}
    )
    last_at = fields.AwareDateTime(required=True, allow_none=True)
    started_late_s = fields.Float(required=True)
    work = fields.Nested(SumSchema, required=True)
    planned_m = fields.Float(required=True, allow_none=True, metadata={"description": "All of its way"})
    driven_m = fields.Float(required=True, allow_none=True)


class ComparedSchema(Schema):
    """Planned, reported and proven side by side, in metres of passes."""

    planned_m = fields.Integer(required=True)
    reported_m = fields.Integer(required=True)
    by_track_m = fields.Integer(required=True)
    by_report_m = fields.Integer(required=True)
    with_m = fields.Float(required=True, metadata={"description": "Blade-down metres by the streets driven"})
    against_m = fields.Float(required=True)
    fast_m = fields.Float(required=True)
    unknown_m = fields.Float(required=True, metadata={"description": "Positions are missing"})
    way_planned_m = fields.Float(required=True, metadata={"description": "The machines' whole ways"})
    way_driven_m = fields.Float(required=True)


class NightReportSchema(Schema):
    """The report of a night by streets."""

    plan_id = fields.UUID(required=True)
    title = fields.String(required=True)
    night = fields.Date(required=True)
    state = fields.Enum(PlanState, by_value=True, required=True)
    made_at = fields.AwareDateTime(required=True)
    text = fields.List(fields.String(), required=True, metadata={"description": "In the reader's language"})
    whole = fields.Nested(SumSchema, required=True)
    by_priority = fields.List(fields.Nested(PrioritySum), required=True)
    by_district = fields.List(fields.Nested(DistrictSum), required=True)
    by_work = fields.List(fields.Nested(WorkSum), required=True)
    causes = fields.List(fields.Nested(CauseSchema), required=True)
    streets = fields.List(
        fields.Nested(StreetReport), required=True, metadata={"description": "Those with trouble first"}
    )
    machines = fields.List(fields.Nested(MachineSchema), required=True)
    compared = fields.Nested(ComparedSchema, required=True)
