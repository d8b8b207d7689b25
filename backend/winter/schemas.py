"""Winter streets on the wire."""

from __future__ import annotations

from typing import Any

from backend.web.paging import PageQuery
from backend.web.wire import PLAIN_TEXT, Schema, day_in_reach, fields, time_in_reach, validate
from backend.winter.models import NOTE_MAX
from backend.winter.rules.snowfalls import COLDEST_C, DEPTH_MOST_CM, WARMEST_C
from shared.vocabulary import GritMaterial, WinterWork

NEEDS_DEFAULT, NEEDS_MOST = 500, 50_000


def _note(**options: Any) -> fields.String:
    return fields.String(validate=[validate.Length(max=NOTE_MAX), PLAIN_TEXT], **options)


def _depth(**options: Any) -> fields.Float:
    words = {"description": "Of fresh snow; where it still snows, what has fallen so far"}
    return fields.Float(validate=validate.Range(0, DEPTH_MOST_CM), metadata=words, **options)


def _temperature(**options: Any) -> fields.Float:
    return fields.Float(validate=validate.Range(COLDEST_C, WARMEST_C), **options)


class SnowfallRequest(Schema):
    """A new snowfall; a forecast may begin within two days."""

    district_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "null: the whole city"}
    )
    begun_at = fields.AwareDateTime(required=True, validate=time_in_reach)
    ended_at = fields.AwareDateTime(
        load_default=None,
        allow_none=True,
        validate=time_in_reach,
        metadata={"description": "null: it still snows"},
    )
    depth_cm = _depth(required=True)
    temperature_c = _temperature(required=True)
    icing = fields.Boolean(
        load_default=False, metadata={"description": "Freezing rain, or thaw and frost: to be gritted"}
    )
    note = _note(load_default="")


class SnowfallChange(Schema):
    """What to correct of a snowfall."""

    begun_at = fields.AwareDateTime(validate=time_in_reach)
    ended_at = fields.AwareDateTime(allow_none=True, validate=time_in_reach)
    depth_cm = _depth()
    temperature_c = _temperature()
    icing = fields.Boolean()
    note = _note()


class SnowfallSaid(Schema):
    """What is said of a snowfall."""

    begun_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    depth_cm = fields.Float(required=True)
    temperature_c = fields.Float(required=True)
    icing = fields.Boolean(required=True)
    note = fields.String(required=True)
    version = fields.Integer(required=True)


class SnowfallSchema(SnowfallSaid):
    """A snowfall as it stands."""

    id = fields.UUID(required=True)
    district_id = fields.UUID(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True)


class SnowfallVersionSchema(SnowfallSaid):
    """A snowfall as somebody once said it."""

    withdrawn = fields.Boolean(required=True)
    set_by = fields.UUID(required=True)
    set_at = fields.AwareDateTime(required=True)


class OneSnowfallSchema(SnowfallSchema):
    """A snowfall with everything that was said of it."""

    versions = fields.List(fields.Nested(SnowfallVersionSchema), required=True)


class SnowfallQuery(PageQuery):
    """Which snowfalls."""

    begun_after = fields.AwareDateTime(validate=time_in_reach)


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
