"""Hauled volumes on the wire."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, validates_schema

from backend.routing.volumes.models import BOARD_MAX, TICKET_MAX
from backend.web.paging import PageQuery
from backend.web.wire import PLAIN_TEXT, Schema, fields, filled, time_in_reach, validate
from shared.contracts.routes import VOLUME_MOST_M3, WEIGHT_MOST_KG
from shared.i18n import Message

_ = Message
DAYS_MOST = 366


class VolumesFormat(StrEnum):
    """How volumes are told."""

    JSON = "json"
    CSV = "csv"


class GateCountRequest(Schema):
    """A truck at the gate."""

    board_number = fields.String(
        required=True,
        validate=[validate.Length(1, BOARD_MAX), PLAIN_TEXT, filled],
        metadata={"description": "Board number or plate; one that is not in the fleet is taken as it is"},
    )
    counted_at = fields.AwareDateTime(required=True, validate=time_in_reach)
    volume_m3 = fields.Float(required=True, validate=validate.Range(0, VOLUME_MOST_M3, min_inclusive=False))
    weight_kg = fields.Float(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, WEIGHT_MOST_KG, min_inclusive=False),
        metadata={"description": "Where the gate has a scale"},
    )
    ticket = fields.String(
        load_default="",
        validate=[validate.Length(max=TICKET_MAX), PLAIN_TEXT],
        metadata={"description": "Number of the ticket, which joins count and trip"},
    )


class GateCountSchema(Schema):
    """A truck that was counted."""

    id = fields.UUID(required=True)
    facility_id = fields.UUID(required=True)
    vehicle_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "null: no such vehicle in the fleet"}
    )
    board_number = fields.String(required=True)
    counted_at = fields.AwareDateTime(required=True)
    volume_m3 = fields.Float(required=True)
    weight_kg = fields.Float(required=True, allow_none=True)
    ticket = fields.String(required=True)
    entered_by = fields.UUID(required=True)
    entered_at = fields.AwareDateTime(required=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True)


class GateCountQuery(PageQuery):
    """Which counts: from a time on."""

    since = fields.AwareDateTime(data_key="from", validate=time_in_reach)


class VolumesQuery(Schema):
    """Of which nights, each from noon to noon, and whose."""

    first = fields.Date(data_key="from", required=True, metadata={"description": "The first night"})
    last = fields.Date(data_key="to", required=True, metadata={"description": "The last night, included"})
    contractor = fields.String(
        validate=[validate.Length(max=120)], metadata={"description": "Empty: the city's own vehicles"}
    )
    format = fields.Enum(VolumesFormat, by_value=True, load_default=VolumesFormat.JSON)

    @validates_schema
    def check(self, data: dict[str, Any], **_options: Any) -> None:
        """Nights in order, not too many."""
        first, last = data.get("first"), data.get("last")
        if isinstance(first, date) and isinstance(last, date) and not 0 <= (last - first).days < DAYS_MOST:
            message = _("must lie from the first night to {days} days after it, was {value}")
            raise ValidationError({"to": [message.format(days=DAYS_MOST, value=last.isoformat())]})


class ContractorSchema(Schema):
    """Everything of one contractor."""

    contractor = fields.String(required=True, metadata={"description": "Empty: the city's own"})
    trips = fields.Integer(required=True)
    planned_m3 = fields.Float(required=True)
    told_m3 = fields.Float(required=True, metadata={"description": "By drivers: body volume or weigh ticket"})
    gate_m3 = fields.Float(required=True)
    counts = fields.Integer(required=True)
    differences = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class TripSchema(Schema):
    """One truckload: plan, driver and gate side by side."""

    at = fields.AwareDateTime(required=True)
    contractor = fields.String(required=True)
    board_number = fields.String(required=True)
    route_id = fields.UUID(required=True, allow_none=True)
    stop_id = fields.UUID(required=True, allow_none=True)
    count_id = fields.UUID(required=True, allow_none=True)
    trip = fields.Integer(required=True, allow_none=True)
    dump_name = fields.String(required=True)
    planned_m3 = fields.Float(required=True, allow_none=True)
    told_m3 = fields.Float(required=True, allow_none=True)
    weight_kg = fields.Float(required=True, allow_none=True)
    ticket = fields.String(required=True)
    photos = fields.Integer(required=True, allow_none=True)
    gate_m3 = fields.Float(required=True, allow_none=True)
    differences = fields.List(fields.String(), required=True)
    texts = fields.List(fields.String(), required=True, metadata={"description": "The differences in words"})


class VolumesSchema(Schema):
    """Hauled snow by contractor and trip."""

    density_kg_m3 = fields.Float(
        required=True, metadata={"description": "By which weigh tickets become cubic metres (a setting)"}
    )
    contractors = fields.List(fields.Nested(ContractorSchema), required=True)
    trips = fields.List(fields.Nested(TripSchema), required=True)
