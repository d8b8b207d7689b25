"""Shifts on the wire."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from marshmallow import post_load

from backend.fleet.shifts.rules import Break
from backend.web.paging import PageQuery
from backend.web.wire import PLAIN_TEXT, Schema, fields, time_in_reach, validate
from shared.vocabulary import ShiftState

NOTE_MAX, BREAKS_MAX = 500, 6
DISTRICT_WORDS = {"description": "Left out: the vehicle's"}


def _time(**options: Any) -> fields.AwareDateTime:
    return fields.AwareDateTime(validate=time_in_reach, **options)


def _note(**options: Any) -> fields.String:
    return fields.String(validate=[validate.Length(max=NOTE_MAX), PLAIN_TEXT], **options)


class BreakSchema(Schema):
    """So many minutes of rest that begin between two moments."""

    earliest_at = _time(required=True)
    latest_at = _time(required=True)
    minutes = fields.Integer(required=True, strict=True, validate=validate.Range(5, 240))

    @post_load
    def make(self, data: dict[str, Any], **_options: Any) -> Break:
        """The break, in UTC."""
        return Break(
            earliest_at=data["earliest_at"].astimezone(UTC),
            latest_at=data["latest_at"].astimezone(UTC),
            minutes=data["minutes"],
        )


def _breaks(**options: Any) -> fields.List[Any]:
    return fields.List(fields.Nested(BreakSchema), validate=validate.Length(max=BREAKS_MAX), **options)


class ShiftRequest(Schema):
    """A new shift."""

    district_id = fields.UUID(load_default=None, allow_none=True, metadata=DISTRICT_WORDS)
    vehicle_id = fields.UUID(required=True)
    driver_id = fields.UUID(load_default=None, allow_none=True)
    starts_at = _time(required=True)
    ends_at = _time(required=True)
    breaks = _breaks(load_default=list)
    note = _note(load_default="")


class ShiftChange(Schema):
    """What to change of a shift that is planned or running."""

    vehicle_id = fields.UUID()
    driver_id = fields.UUID(allow_none=True)
    starts_at = _time()
    ends_at = _time()
    breaks = _breaks()
    note = _note()


class ShiftMoveRequest(Schema):
    """Which state a shift goes to."""

    to = fields.Enum(ShiftState, by_value=True, required=True)


class VehicleShiftSchema(Schema):
    """Which driver has which vehicle from when to when."""

    id = fields.UUID(required=True)
    district_id = fields.UUID(required=True)
    vehicle_id = fields.UUID(required=True)
    driver_id = fields.UUID(required=True, allow_none=True)
    state = fields.Enum(ShiftState, by_value=True, required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    breaks = fields.List(fields.Nested(BreakSchema), required=True)
    note = fields.String(required=True)
    started_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)


class ShiftQuery(PageQuery):
    """Which shifts: who drove what when."""

    vehicle_id = fields.UUID(data_key="vehicle")
    driver_id = fields.UUID(data_key="driver")
    district_id = fields.UUID(data_key="district")
    state = fields.Enum(ShiftState, by_value=True)
    ends_from = _time(data_key="from", metadata={"description": "Shifts that end at or after this time"})
    starts_before = _time(data_key="until", metadata={"description": "Shifts that start before this time"})
