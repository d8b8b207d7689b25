"""Positions on the wire; the batch is shared.contracts.LocationBatch."""

from __future__ import annotations

from backend.web.contract_schemas import schema_of
from backend.web.paging import PageQuery
from backend.web.wire import Schema, fields, time_in_reach
from shared.contracts import LocationBatch

LocationBatchSchema = schema_of(LocationBatch)


class LocationBatchAnswer(Schema):
    """What became of a batch; the three counts together are the fixes sent, and all may be deleted on the phone."""

    id = fields.UUID(required=True)
    received_at = fields.AwareDateTime(required=True)
    kept = fields.Integer(required=True)
    doubles = fields.Integer(required=True, metadata={"description": "Were there already"})
    outside_shift = fields.Integer(
        required=True, metadata={"description": "Lie outside every shift of the user: not kept"}
    )


class OwnLocationQuery(PageQuery):
    """Which of one's own positions."""

    since = fields.AwareDateTime(validate=time_in_reach)
    until = fields.AwareDateTime(validate=time_in_reach)


class LocationQuery(OwnLocationQuery):
    """Which positions; dispatchers name a route or a shift."""

    route_id = fields.UUID(data_key="route")
    shift_id = fields.UUID(data_key="shift")


class LocationFixSchema(Schema):
    """Where a device or a vehicle was."""

    user_id = fields.UUID(required=True, allow_none=True)
    device_id = fields.UUID(required=True, allow_none=True, metadata={"description": "null: a tracker's"})
    tracker_id = fields.UUID(required=True, allow_none=True)
    vehicle_id = fields.UUID(required=True, allow_none=True)
    shift_id = fields.UUID(required=True, allow_none=True)
    route_id = fields.UUID(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    accuracy_m = fields.Float(required=True, allow_none=True)
    speed_mps = fields.Float(required=True, allow_none=True)
    heading_deg = fields.Float(required=True, allow_none=True)
    mock = fields.Boolean(required=True)


class VehiclePositionSchema(Schema):
    """Where a vehicle was last."""

    vehicle_id = fields.UUID(required=True)
    district_id = fields.UUID(required=True, allow_none=True)
    shift_id = fields.UUID(required=True, allow_none=True)
    route_id = fields.UUID(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    received_at = fields.AwareDateTime(required=True)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    accuracy_m = fields.Float(required=True, allow_none=True)
    speed_mps = fields.Float(required=True, allow_none=True)
    heading_deg = fields.Float(required=True, allow_none=True)
    source = fields.String(required=True, metadata={"description": "phone or tracker"})


class VehiclePositionsSchema(Schema):
    """The whole fleet's last positions."""

    items = fields.List(fields.Nested(VehiclePositionSchema), required=True)
