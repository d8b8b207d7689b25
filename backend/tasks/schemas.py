"""Tasks on the wire of planners and staff; phones get task cards by /sync."""

from __future__ import annotations

from typing import Any

from backend.web.paging import PageQuery
from backend.web.places import PlaceSchema, PointSchema
from backend.web.wire import PLAIN_TEXT, Schema, fields, filled, time_in_reach, validate
from shared.vocabulary import EvidenceKind, TaskKind, TaskState

TITLE_MAX, NOTE_MAX, REASON_MAX = 200, 2000, 500
ASSIGNEES_MAX, PEOPLE_MAX = 20, 100


def _title(**options: Any) -> fields.String:
    return fields.String(validate=[validate.Length(1, TITLE_MAX), PLAIN_TEXT, filled], **options)


def _note(**options: Any) -> fields.String:
    return fields.String(validate=[validate.Length(max=NOTE_MAX), PLAIN_TEXT], **options)


def _time(**options: Any) -> fields.AwareDateTime:
    return fields.AwareDateTime(validate=time_in_reach, **options)


def _priority(**options: Any) -> fields.Integer:
    return fields.Integer(
        strict=True,
        validate=validate.Range(1, 5),
        metadata={"description": "1 is the most urgent"},
        **options,
    )


def _ids(most: int, **options: Any) -> fields.List[Any]:
    return fields.List(fields.UUID(), validate=validate.Length(max=most), **options)


def _evidence(**options: Any) -> fields.List[Any]:
    words = {"description": "What must be there before the task is done"}
    return fields.List(
        fields.Enum(EvidenceKind, by_value=True),
        validate=validate.Length(max=len(EvidenceKind)),
        metadata=words,
        **options,
    )


class TaskRequest(Schema):
    """A new task, a draft until it is moved on; send geofence_id, or place with radius_m."""

    district_id = fields.UUID(required=True)
    kind = fields.Enum(TaskKind, by_value=True, required=True)
    title = _title(required=True)
    note = _note(load_default="")
    priority = _priority(load_default=3)
    starts_at = _time(required=True)
    ends_at = _time(required=True)
    geofence_id = fields.UUID(load_default=None, allow_none=True)
    place = fields.Nested(PlaceSchema, load_default=None, allow_none=True)
    radius_m = fields.Float(load_default=None, allow_none=True)
    required_evidence = _evidence(load_default=list)
    assignee_ids = _ids(ASSIGNEES_MAX, load_default=list)
    person_ids = _ids(PEOPLE_MAX, load_default=list)


class TaskChange(Schema):
    """What to change of a task; its kind stays, its state changes by moves."""

    district_id = fields.UUID()
    title = _title()
    note = _note()
    priority = _priority()
    starts_at = _time()
    ends_at = _time()
    geofence_id = fields.UUID(allow_none=True)
    place = fields.Nested(PlaceSchema, allow_none=True)
    radius_m = fields.Float(allow_none=True)
    required_evidence = _evidence()
    assignee_ids = _ids(ASSIGNEES_MAX)
    person_ids = _ids(PEOPLE_MAX)


class MoveRequest(Schema):
    """Which state a task goes to, and why where the move asks for a reason."""

    to = fields.Enum(TaskState, by_value=True, required=True)
    reason = fields.String(load_default="", validate=[validate.Length(max=REASON_MAX), PLAIN_TEXT])


class MoveAnswer(Schema):
    """What became of a move that was asked for under an id; where the task stands by now is said by /sync."""

    id = fields.UUID(required=True)
    task_id = fields.UUID(required=True)
    to = fields.Enum(
        TaskState, by_value=True, required=True, attribute="target", metadata={"description": "As asked"}
    )
    changed = fields.Boolean(required=True, metadata={"description": "False: the task was there already"})
    received_at = fields.AwareDateTime(
        required=True, metadata={"description": "The first time, by the server's clock"}
    )


class MoveSchema(Schema):
    """One change of state."""

    source = fields.String(required=True, metadata={"description": "The state before"})
    target = fields.String(required=True, metadata={"description": "The state after"})
    reason = fields.String(required=True)
    moved_by = fields.UUID(required=True)
    moved_at = fields.AwareDateTime(required=True)


class TaskSchema(Schema):
    """A task as planners and staff see it; people by id only."""

    id = fields.UUID(required=True)
    district_id = fields.UUID(required=True)
    kind = fields.Enum(TaskKind, by_value=True, required=True)
    title = fields.String(required=True)
    note = fields.String(required=True)
    state = fields.Enum(TaskState, by_value=True, required=True)
    next_states = fields.List(fields.Enum(TaskState, by_value=True), required=True)
    priority = fields.Integer(required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    geofence_id = fields.UUID(required=True, allow_none=True)
    place = fields.Nested(PointSchema, required=True, allow_none=True)
    radius_m = fields.Float(required=True, allow_none=True)
    required_evidence = fields.List(fields.Enum(EvidenceKind, by_value=True), required=True)
    assignee_ids = fields.List(fields.UUID(), required=True)
    person_ids = fields.List(fields.UUID(), required=True)
    created_by = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)
    moves = fields.List(fields.Nested(MoveSchema), required=True)


class TaskQuery(PageQuery):
    """Which tasks: of a kind, in a state, of a district, whose window meets a span of time."""

    kind = fields.Enum(TaskKind, by_value=True)
    state = fields.Enum(TaskState, by_value=True)
    district_id = fields.UUID(data_key="district")
    ends_from = _time(data_key="from", metadata={"description": "Tasks that end at or after this time"})
    starts_before = _time(data_key="until", metadata={"description": "Tasks that start before this time"})
