"""Trackers on the wire of planners; what trackers themselves send stands in `osmand`."""

from __future__ import annotations

from backend.fleet.trackers.rules import Flaw
from backend.web.paging import PageQuery
from backend.web.wire import PLAIN_TEXT, Schema, fields, filled, validate

NAME_MAX = 80


class TrackerRequest(Schema):
    """A tracker to register in a vehicle."""

    vehicle_id = fields.UUID(required=True)
    name = fields.String(required=True, validate=[validate.Length(1, NAME_MAX), PLAIN_TEXT, filled])
    sends_frames = fields.Boolean(
        load_default=False,
        metadata={"description": "A camera: its id may send frames of the road (/drives) and nothing else"},
    )


class TrackerSchema(Schema):
    """A tracker, when it was heard last and what became of its positions."""

    id = fields.UUID(required=True)
    vehicle_id = fields.UUID(required=True)
    name = fields.String(required=True)
    sends_frames = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    heard_at = fields.AwareDateTime(required=True, allow_none=True)
    battery = fields.Float(required=True, allow_none=True, metadata={"description": "0 to 1"})
    kept = fields.Integer(required=True)
    doubles = fields.Integer(required=True)
    outside_shift = fields.Integer(
        required=True, metadata={"description": "Outside every shift of the vehicle: not kept"}
    )
    refused = fields.Integer(required=True, metadata={"description": "Could not be used: see flaw"})
    flaw = fields.Enum(Flaw, by_value=True, required=True, allow_none=True)
    flaw_at = fields.AwareDateTime(required=True, allow_none=True)


class NewTrackerSchema(TrackerSchema):
    """A tracker with the secret id that is told this once: its device id, or the bearer token of a camera."""

    device_id = fields.String(required=True)


class TrackerQuery(PageQuery):
    """Which trackers."""

    vehicle_id = fields.UUID(data_key="vehicle")
