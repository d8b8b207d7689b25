"""Orders on the wire."""

from __future__ import annotations

from typing import Any

from backend.people.deadline_rules import DeadlineKind
from backend.people.order_rules import HOUR_MIN
from backend.web.paging import PageQuery
from backend.web.wire import PLAIN_TEXT, Schema, day_in_reach, fields, filled, validate
from shared.vocabulary import OrderState, Regime

NUMBER_MAX, WORK_KIND_MAX, REASON_MAX = 80, 200, 500
MINUTES_MAX = 10_000 * HOUR_MIN  # far above any law, far below what a column holds
WEEKDAYS = {"description": "0 is Monday, 6 is Sunday; null follows the district's calendar"}


def _number(**options: Any) -> fields.String:
    words = {"description": "Of the act, as on the document"}
    return fields.String(
        validate=[validate.Length(1, NUMBER_MAX), PLAIN_TEXT, filled], metadata=words, **options
    )


def _minutes(what: str, **options: Any) -> fields.Integer:
    return fields.Integer(
        strict=True, validate=validate.Range(1, MINUTES_MAX), metadata={"description": what}, **options
    )


def _weekdays(**options: Any) -> fields.List[Any]:
    return fields.List(
        fields.Integer(strict=True, validate=validate.Range(0, 6)),
        allow_none=True,
        validate=validate.Length(1, 7),
        metadata=WEEKDAYS,
        **options,
    )


def _day(**options: Any) -> fields.Date:
    return fields.Date(validate=day_in_reach, **options)


def _work_kind(**options: Any) -> fields.String:
    words = {"description": "What the person is to do; null until the akimat has set it"}
    return fields.String(
        allow_none=True,
        validate=[validate.Length(1, WORK_KIND_MAX), PLAIN_TEXT, filled],
        metadata=words,
        **options,
    )


DAILY = "How much of one day counts at most; left out: as the law says"
WEEKLY = "How much of one week counts at most; left out: as the law says"


class OrderRequest(Schema):
    """A new order; a person has one that is not closed."""

    number = _number(required=True)
    regime = fields.Enum(Regime, by_value=True, required=True)
    hours_total_min = _minutes("The hours of the document, in minutes", required=True)
    employed = fields.Boolean(
        required=True, truthy={True}, falsy={False}, metadata={"description": "Works or studies"}
    )
    daily_cap_min = _minutes(DAILY)
    weekly_cap_min = _minutes(WEEKLY)
    allowed_weekdays = _weekdays(load_default=None)
    starts_on = _day(required=True)
    ends_on = _day(load_default=None, allow_none=True)
    received_on = _day(load_default=None, allow_none=True)
    notified_on = _day(load_default=None, allow_none=True)
    work_kind = _work_kind(load_default=None)
    geofence_id = fields.UUID(load_default=None, allow_none=True)
    supervisor_id = fields.UUID(load_default=None, allow_none=True)


class OrderChange(Schema):
    """What to change of an order; its regime stays, its state changes by moves. Days that have passed stay as they were."""

    counts_from = _day(
        metadata={
            "description": "From which day on employment, caps and weekdays hold. Left out: today. "
            "An earlier day corrects days that have passed, and the ledger says so"
        }
    )
    number = _number()
    hours_total_min = _minutes("The hours of the document, in minutes")
    employed = fields.Boolean(truthy={True}, falsy={False})
    daily_cap_min = _minutes(DAILY)
    weekly_cap_min = _minutes(WEEKLY, allow_none=True)
    allowed_weekdays = _weekdays()
    starts_on = _day()
    ends_on = _day(allow_none=True)
    received_on = _day(allow_none=True)
    notified_on = _day(allow_none=True)
    work_kind = _work_kind()
    geofence_id = fields.UUID(allow_none=True)
    supervisor_id = fields.UUID(allow_none=True)


class OrderMoveRequest(Schema):
    """Which state an order goes to, and why where the move asks for a reason."""

    to = fields.Enum(OrderState, by_value=True, required=True)
    reason = fields.String(load_default="", validate=[validate.Length(max=REASON_MAX), PLAIN_TEXT])


class OrderMoveSchema(Schema):
    """One change of state; ``moved_by`` is null when it followed by itself."""

    source = fields.Enum(OrderState, by_value=True, required=True)
    target = fields.Enum(OrderState, by_value=True, required=True)
    reason = fields.String(required=True, metadata={"description": "Empty once the person's data is erased"})
    moved_by = fields.UUID(required=True, allow_none=True)
    moved_at = fields.AwareDateTime(required=True)


class OrderSchema(Schema):
    """An order as staff see it; the person by id only."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    district_id = fields.UUID(required=True)
    number = fields.String(required=True)
    regime = fields.Enum(Regime, by_value=True, required=True)
    hours_total_min = fields.Integer(required=True)
    employed = fields.Boolean(required=True)
    daily_cap_min = fields.Integer(required=True)
    weekly_cap_min = fields.Integer(required=True, allow_none=True)
    allowed_weekdays = fields.List(fields.Integer(), required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True, allow_none=True)
    received_on = fields.Date(required=True, allow_none=True)
    notified_on = fields.Date(required=True, allow_none=True)
    work_kind = fields.String(required=True, allow_none=True)
    geofence_id = fields.UUID(required=True, allow_none=True)
    supervisor_id = fields.UUID(required=True, allow_none=True)
    state = fields.Enum(OrderState, by_value=True, required=True)
    next_states = fields.List(fields.Enum(OrderState, by_value=True), required=True)
    credited_min = fields.Integer(required=True)
    completion_proposed_at = fields.AwareDateTime(required=True, allow_none=True)
    created_by = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)
    moves = fields.List(fields.Nested(OrderMoveSchema), required=True)


class OrderList(Schema):
    """All orders of a person, newest first."""

    items = fields.List(fields.Nested(OrderSchema), required=True)


class OrderQuery(PageQuery):
    """Which orders: in a state, of a regime, of a district, under a supervisor."""

    state = fields.Enum(OrderState, by_value=True)
    regime = fields.Enum(Regime, by_value=True)
    district_id = fields.UUID(data_key="district")
    supervisor_id = fields.UUID(data_key="supervisor")


class DeadlineQuery(PageQuery):
    """Which deadlines: of a kind, of a district. A page holds the deadlines of ``limit`` orders."""

    kind = fields.Enum(DeadlineKind, by_value=True)
    district_id = fields.UUID(data_key="district")


class DeadlineSchema(Schema):
    """Something that has to be done for an order by a day."""

    order_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    district_id = fields.UUID(required=True)
    kind = fields.Enum(DeadlineKind, by_value=True, required=True)
    due_on = fields.Date(required=True)
    settled = fields.Boolean(
        required=True,
        allow_none=True,
        metadata={"description": "null: whether the timesheet was handed in is not known to the program yet"},
    )
    working_days_left = fields.Integer(
        required=True, metadata={"description": "Below 0: so many working days ago"}
    )
    missing = fields.List(
        fields.String(), required=True, metadata={"description": "Fields of the order that are not set yet"}
    )
    missing_min = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Minutes that are not served yet"}
    )
