"""Routes on the wire of planners and staff; phones get route sheets by /sync."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from marshmallow import post_load

from backend.routing.rules.plans import RoutePlan, Stop
from backend.web.contract_schemas import schema_of
from backend.web.paging import PageQuery
from backend.web.wire import PLAIN_TEXT, Schema, fields, filled, time_in_reach, validate
from shared.contracts import StopReportAnswer
from shared.contracts.routes import STOPS_MOST
from shared.vocabulary import (
    RouteKind,
    RouteState,
    SkipReason,
    StopAction,
    StopChange,
    StopState,
    StreetSide,
)

TITLE_MAX, DETAIL_MAX, NOTE_MAX, REASON_MAX, VEHICLE_MAX = 200, 500, 2000, 500, 60
ASSIGNEES_MAX = 20
LINE_WORDS = {"description": "The segment to work along: GeoJSON LineString in driving direction"}

StopReportAnswerSchema = schema_of(StopReportAnswer)


def _text(most: int, **options: Any) -> fields.String:
    return fields.String(validate=[validate.Length(max=most), PLAIN_TEXT], **options)


def _title(**options: Any) -> fields.String:
    return fields.String(validate=[validate.Length(1, TITLE_MAX), PLAIN_TEXT, filled], **options)


def _time(**options: Any) -> fields.AwareDateTime:
    return fields.AwareDateTime(validate=time_in_reach, **options)


def _maybe(field: type[fields.Field[Any]], *args: Any, **options: Any) -> Any:
    return field(*args, load_default=None, allow_none=True, **options)


class StopRequest(Schema):
    """One stop of a plan; with the id of a stop that the route has, it is that one."""

    id = _maybe(fields.UUID, metadata={"description": "Keeps a stop of the route; left out for a new one"})
    action = fields.Enum(StopAction, by_value=True, required=True)
    title = _title(required=True)
    detail = _text(DETAIL_MAX, load_default="")
    lat = fields.Float(required=True, validate=validate.Range(-90, 90))
    lon = fields.Float(required=True, validate=validate.Range(-180, 180))
    line = _maybe(fields.Dict, metadata=LINE_WORDS)
    side = _maybe(fields.Enum, StreetSide, by_value=True)
    arrive_at = _maybe(fields.AwareDateTime, validate=time_in_reach)
    opens_at = _maybe(fields.AwareDateTime, validate=time_in_reach)
    closes_at = _maybe(fields.AwareDateTime, validate=time_in_reach)
    locked = fields.Boolean(load_default=False)
    photo_needed = fields.Boolean(load_default=False)

    @post_load
    def make(self, data: dict[str, Any], **_options: Any) -> Stop:
        """The stop, trimmed and in UTC."""
        return Stop(**_tidy(data))


class RouteRequest(Schema):
    """The whole plan of a route."""

    district_id = fields.UUID(required=True)
    kind = fields.Enum(RouteKind, by_value=True, required=True)
    title = _title(required=True)
    note = _text(NOTE_MAX, load_default="")
    task_id = _maybe(fields.UUID)
    vehicle = _text(VEHICLE_MAX, load_default="", metadata={"description": "Board number or plate"})
    vehicle_id = _maybe(
        fields.UUID, metadata={"description": "null: the plan's, while ``vehicle`` is the same"}
    )
    shift_id = _maybe(fields.UUID, metadata={"description": "null: the plan's"})
    starts_at = _time(required=True)
    ends_at = _time(required=True)
    assignee_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=ASSIGNEES_MAX))
    stops = fields.List(fields.Nested(StopRequest), required=True, validate=validate.Length(1, STOPS_MOST))

    @post_load
    def make(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """The plan, and beside it what is not part of it."""
        reason = data.pop("reason", "")
        tidy = _tidy(data) | {
            "assignee_ids": frozenset(data["assignee_ids"]),
            "stops": tuple(data["stops"]),
        }
        return {"plan": RoutePlan(**tidy), "reason": reason}


class RouteChange(RouteRequest):
    """The whole plan of a route, anew."""

    reason = _text(
        REASON_MAX,
        load_default="",
        metadata={"description": "Why; needed once the route is released, its driver reads it"},
    )


def _tidy(data: dict[str, Any]) -> dict[str, Any]:
    tidy = dict(data)
    for name, value in data.items():
        if isinstance(value, datetime):
            tidy[name] = value.astimezone(UTC)
        elif name in ("title", "note", "detail", "vehicle"):
            tidy[name] = value.strip()
    return tidy


class RouteMoveRequest(Schema):
    """Which state a route goes to, and why where the move asks for a reason."""

    to = fields.Enum(RouteState, by_value=True, required=True)
    reason = _text(REASON_MAX, load_default="")


class RouteMoveAnswer(Schema):
    """What became of a move that was asked for under an id; where the route stands by now is said by /sync."""

    id = fields.UUID(required=True)
    route_id = fields.UUID(required=True)
    to = fields.Enum(
        RouteState, by_value=True, required=True, attribute="target", metadata={"description": "As asked"}
    )
    changed = fields.Boolean(required=True, metadata={"description": "False: the route was there already"})
    received_at = fields.AwareDateTime(
        required=True, metadata={"description": "The first time, by the server's clock"}
    )


class RouteMoveSchema(Schema):
    """One change of state."""

    source = fields.String(required=True, metadata={"description": "The state before"})
    target = fields.String(required=True, metadata={"description": "The state after"})
    reason = fields.String(required=True)
    moved_by = fields.UUID(required=True)
    moved_at = fields.AwareDateTime(required=True)


class StopSchema(Schema):
    """A stop of the newest plan, and what became of it."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    action = fields.Enum(StopAction, by_value=True, required=True)
    title = fields.String(required=True)
    detail = fields.String(required=True)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    line = fields.Dict(required=True, allow_none=True, metadata=LINE_WORDS)
    side = fields.Enum(StreetSide, by_value=True, required=True, allow_none=True)
    arrive_at = fields.AwareDateTime(required=True, allow_none=True)
    opens_at = fields.AwareDateTime(required=True, allow_none=True)
    closes_at = fields.AwareDateTime(required=True, allow_none=True)
    locked = fields.Boolean(required=True)
    photo_needed = fields.Boolean(required=True)
    site_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The container site that is emptied there"}
    )
    haul = fields.Dict(
        required=True,
        allow_none=True,
        metadata={"description": "Snow that is planned there: m3, body_m3, trip, partner, pile, dump_id"},
    )
    path = fields.Dict(
        required=True,
        allow_none=True,
        metadata={"description": "The way from the stop before: GeoJSON LineString; null: not known"},
    )
    change = fields.Enum(StopChange, by_value=True, required=True, allow_none=True)
    state = fields.Enum(StopState, by_value=True, required=True)
    skip_reason = fields.Enum(SkipReason, by_value=True, required=True, allow_none=True)
    proof_missing = fields.Boolean(
        required=True, metadata={"description": "Called done without the photo that it asks for"}
    )
    report_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The report that counts"}
    )
    reported_at = fields.AwareDateTime(required=True, allow_none=True)


class StopReportRecord(Schema):
    """What a crew reported of a stop."""

    id = fields.UUID(required=True)
    stop_id = fields.UUID(required=True)
    route_version = fields.Integer(required=True)
    reported_by = fields.UUID(required=True)
    device_id = fields.UUID(required=True)
    state = fields.Enum(StopState, by_value=True, required=True)
    skip_reason = fields.Enum(SkipReason, by_value=True, required=True, allow_none=True)
    note = fields.String(required=True)
    volume_m3 = fields.Float(
        required=True, allow_none=True, metadata={"description": "Snow in the body, as the driver saw it"}
    )
    weight_kg = fields.Float(required=True, allow_none=True, metadata={"description": "By the weigh ticket"})
    ticket = fields.String(required=True)
    captured_at = fields.AwareDateTime(required=True)
    time_sure = fields.Boolean(required=True)
    received_at = fields.AwareDateTime(required=True)
    removed = fields.Boolean(
        required=True, metadata={"description": "Whether a newer plan had taken the stop away"}
    )
    proof_missing = fields.Boolean(required=True)
    photo_hashes = fields.List(fields.String(), required=True)


class RouteSummary(Schema):
    """A route as lists show it."""

    id = fields.UUID(required=True)
    district_id = fields.UUID(required=True)
    kind = fields.Enum(RouteKind, by_value=True, required=True)
    title = fields.String(required=True)
    state = fields.Enum(RouteState, by_value=True, required=True)
    task_id = fields.UUID(required=True, allow_none=True)
    vehicle = fields.String(required=True)
    plan_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "The plan that made it; null: entered by hand"},
    )
    vehicle_id = fields.UUID(required=True, allow_none=True)
    shift_id = fields.UUID(required=True, allow_none=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    assignee_ids = fields.List(fields.UUID(), required=True)
    stop_counts = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "Stops by state: planned, done, skipped"},
    )
    proofs_missing = fields.Integer(required=True)
    version = fields.Integer(required=True)


class RouteSchema(RouteSummary):
    """A route with its stops, its moves, and where one route is read what was reported."""

    note = fields.String(required=True)
    next_states = fields.List(fields.Enum(RouteState, by_value=True), required=True)
    length_m = fields.Float(required=True, allow_none=True)
    stops = fields.List(fields.Nested(StopSchema), required=True)
    removed = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Titles of the stops that the last version took away"},
    )
    changed_because = fields.String(required=True)
    created_by = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    moves = fields.List(fields.Nested(RouteMoveSchema), required=True)
    reports = fields.List(fields.Nested(StopReportRecord), required=True)


class RouteQuery(PageQuery):
    """Which routes: of a kind, in a state, of a district, whose shift meets a span of time."""

    kind = fields.Enum(RouteKind, by_value=True)
    state = fields.Enum(RouteState, by_value=True)
    district_id = fields.UUID(data_key="district")
    ends_from = _time(data_key="from", metadata={"description": "Routes that end at or after this time"})
    starts_before = _time(data_key="until", metadata={"description": "Routes that start before this time"})
