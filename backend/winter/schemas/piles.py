"""Measured piles of snow on the wire."""

from __future__ import annotations

from backend.web.paging import PageQuery
from backend.web.places import PlaceSchema, PointSchema
from backend.web.wire import Schema, fields, time_in_reach, validate
from backend.winter.schemas.words import note


def _metres(most: float) -> fields.Float:
    return fields.Float(required=True, validate=validate.Range(0, most, min_inclusive=False))


class PileShape(Schema):
    """A heap as it was measured; its volume is that of a ridge, π/4 of the box."""

    length_m = _metres(1000)
    height_m = _metres(15)
    width_m = _metres(100)


class PileRequest(Schema):
    """A pile of snow that somebody measured: of a piece of street, or at a place."""

    segment_id = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(1, 2**63 - 1)
    )
    place = fields.Nested(PlaceSchema, load_default=None, allow_none=True)
    volume_m3 = fields.Float(load_default=None, allow_none=True, validate=validate.Range(0, 50_000))
    shape = fields.Nested(PileShape, load_default=None, allow_none=True)
    measured_at = fields.AwareDateTime(required=True, validate=time_in_reach)
    note = note(load_default="")


class PileSchema(Schema):
    """A pile of snow as it was measured."""

    id = fields.UUID(required=True)
    segment_id = fields.Integer(required=True, allow_none=True)
    place = fields.Nested(PointSchema, required=True)
    district_id = fields.UUID(required=True, allow_none=True)
    volume_m3 = fields.Float(required=True)
    shape = fields.Nested(PileShape, required=True, allow_none=True)
    note = fields.String(required=True)
    measured_by = fields.UUID(required=True)
    measured_at = fields.AwareDateTime(required=True)
    received_at = fields.AwareDateTime(required=True)
    gone_at = fields.AwareDateTime(required=True, allow_none=True)
    replaced_by = fields.UUID(
        required=True, allow_none=True, metadata={"description": "A newer measurement of the same piece"}
    )


class PileQuery(PageQuery):
    """Which piles."""

    gone = fields.Boolean(metadata={"description": "true: hauled or replaced; false: still there"})
