"""What a night needs, and what lies to be hauled, on the wire."""

from __future__ import annotations

from backend.web.wire import Schema, day_in_reach, fields, validate
from shared.vocabulary import GritMaterial, WinterWork

NEEDS_DEFAULT, NEEDS_MOST = 500, 50_000


class NeedQuery(Schema):
    """Of which night, works and district."""

    night = fields.Date(
        required=True,
        validate=day_in_reach,
        metadata={"description": "The date on which the night begins"},
    )
    work = fields.Enum(WinterWork, by_value=True, metadata={"description": "Without it every kind"})
    district_id = fields.UUID(data_key="district")
    limit = fields.Integer(load_default=NEEDS_DEFAULT, validate=validate.Range(min=0, max=NEEDS_MOST))


class NeedSchema(Schema):
    """Work that a piece of street needs."""

    segment_id = fields.Integer(required=True)
    forward = fields.Boolean(
        required=True,
        allow_none=True,
        metadata={"description": "null: either direction, one pass serves both"},
    )
    work = fields.Enum(WinterWork, by_value=True, required=True)
    passes = fields.Integer(required=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    urgency = fields.Float(required=True)
    priority = fields.Integer(required=True)
    grit_kg = fields.Float(required=True)
    grit_material = fields.Enum(GritMaterial, by_value=True, required=True, allow_none=True)
    district_id = fields.UUID(required=True, allow_none=True)
    metres = fields.Float(required=True, metadata={"description": "Of one pass"})


class NeedSumSchema(Schema):
    """All that is needed of one kind of work, priority and district together."""

    work = fields.Enum(WinterWork, by_value=True, required=True)
    priority = fields.Integer(required=True)
    district_id = fields.UUID(required=True, allow_none=True)
    pieces = fields.Integer(required=True)
    passes = fields.Integer(required=True)
    km = fields.Float(required=True, metadata={"description": "All passes together"})
    grit_kg = fields.Float(required=True)


class NeedList(Schema):
    """What the streets need in a night: sums of everything, and the most urgent pieces."""

    night = fields.Date(required=True)
    sums = fields.List(fields.Nested(NeedSumSchema), required=True)
    total = fields.Integer(required=True, metadata={"description": "Pieces, those beyond the limit too"})
    items = fields.List(fields.Nested(NeedSchema), required=True)


class VolumeQuery(Schema):
    """Of which night and district."""

    night = fields.Date(required=True, validate=day_in_reach)
    district_id = fields.UUID(data_key="district")
    limit = fields.Integer(load_default=NEEDS_DEFAULT, validate=validate.Range(min=0, max=NEEDS_MOST))


class SnowHeapSchema(Schema):
    """Snow that lies to be hauled."""

    id = fields.String(required=True)
    segment_id = fields.Integer(required=True, allow_none=True)
    title = fields.String(required=True)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    volume_m3 = fields.Float(required=True)
    measured = fields.Boolean(required=True, metadata={"description": "false: reckoned by the model"})
    priority = fields.Integer(required=True)
    district_id = fields.UUID(required=True, allow_none=True)


class VolumeList(Schema):
    """All that lies to be hauled, and the most urgent heaps."""

    night = fields.Date(required=True)
    total_m3 = fields.Float(required=True)
    total = fields.Integer(required=True)
    items = fields.List(fields.Nested(SnowHeapSchema), required=True)
