"""Winter streets on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import validates_schema

from backend.streets.network import StreetClass
from backend.web.paging import PageQuery
from backend.web.places import PlaceSchema, PointSchema
from backend.web.wire import (
    PLAIN_TEXT,
    Pattern,
    Schema,
    ValidationError,
    day_in_reach,
    fields,
    filled,
    time_in_reach,
    validate,
)
from backend.winter.models import NOTE_MAX
from backend.winter.rules.care import PRIORITIES
from backend.winter.rules.snowfalls import COLDEST_C, DEPTH_MOST_CM, WARMEST_C
from shared.i18n import Message
from shared.vocabulary import GritMaterial, StreetServed, WinterWork

_ = Message
CLASSES = [each.name.lower() for each in StreetClass]
SEGMENTS_MOST = 5_000
HOUR = Pattern(r"^([01][0-9]|2[0-3]):[0-5][0-9]$", error=_("must be an hour such as 05:00, was {input}"))
NEEDS_DEFAULT, NEEDS_MOST = 500, 50_000
TOLD_DEFAULT, TOLD_MOST = 100, 500
TOLD_WAYS = (("name",), ("lat", "lon"), ("west", "south", "east", "north"))


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


def _hour(**options: Any) -> fields.String:
    words = {"description": "Before 18:00: of the morning after; null: no hour is promised"}
    return fields.String(required=True, allow_none=True, validate=HOUR, metadata=words, **options)


def _between(least: float, most: float, **options: Any) -> fields.Float:
    return fields.Float(required=True, validate=validate.Range(least, most), **options)


class StreetCareSchema(Schema):
    """What is done on streets of one class."""

    street_class = fields.String(required=True, validate=validate.OneOf(CLASSES))
    priority = fields.Integer(required=True, strict=True, validate=validate.OneOf(PRIORITIES))
    is_cleared = fields.Boolean(required=True)
    is_gritted = fields.Boolean(required=True)
    pavements = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, 2),
        metadata={"description": "Sides with a pavement that the city clears"},
    )
    clear_from_cm = _between(0.5, 50)


class PriorityCareSchema(Schema):
    """How streets of one priority are served."""

    priority = fields.Integer(required=True, strict=True, validate=validate.OneOf(PRIORITIES))
    clear_by = _hour()
    grit_by = _hour()
    pavement_by = _hour()
    weight = _between(0.1, 100, metadata={"description": "Of urgency beside other priorities"})
    salt_g_m2 = _between(0, 100)
    sand_g_m2 = _between(0, 1000)


class MachinesSchema(Schema):
    """Widths that passes are reckoned from."""

    blade_m = _between(1, 8, metadata={"description": "What a plough clears, its blade at its angle"})
    overlap_m = _between(0, 2, metadata={"description": "At the edges, which needs no pass of its own"})
    spread_m = _between(2, 16, metadata={"description": "What a spreader reaches"})


class CorrectionSchema(Schema):
    """What a district knows better than the model."""

    district_id = fields.UUID(required=True)
    depth = _between(0, 5, metadata={"description": "Times the depth said for the whole city"})
    volume = _between(0, 5, metadata={"description": "Times the volume that lies by the model"})


class CareSchema(Schema):
    """The care table; classes and priorities that are left out keep the defaults."""

    classes = fields.List(fields.Nested(StreetCareSchema), load_default=list)
    priorities = fields.List(fields.Nested(PriorityCareSchema), load_default=list)
    machines = fields.Nested(MachinesSchema)
    corrections = fields.List(fields.Nested(CorrectionSchema), load_default=list)


class PriorityRequest(Schema):
    """A street (by its name in any language), or pieces of one, and its priority; null takes it away."""

    street = fields.String(validate=[validate.Length(1, 255), PLAIN_TEXT, filled], load_default=None)
    segment_ids = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 2**63 - 1)),
        validate=validate.Length(1, SEGMENTS_MOST),
        load_default=None,
    )
    priority = fields.Integer(
        required=True, allow_none=True, strict=True, validate=validate.OneOf(PRIORITIES)
    )
    note = _note(load_default="")


class PrioritySchema(Schema):
    """A priority that is not the class's."""

    street = fields.String(required=True, allow_none=True)
    segment_ids = fields.List(fields.Integer(), required=True)
    priority = fields.Integer(required=True)
    note = fields.String(required=True)
    pieces = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Pieces of street that it names today"}
    )
    set_by = fields.UUID(required=True)
    set_at = fields.AwareDateTime(required=True)


class PriorityList(Schema):
    """Every priority in force."""

    items = fields.List(fields.Nested(PrioritySchema), required=True)


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
    note = _note(load_default="")


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


class ToldQuery(Schema):
    """Which streets: by name in any language, in a box, or near a place; exactly one of the three."""

    name = fields.String(validate=[validate.Length(2, 255), PLAIN_TEXT, filled])
    west = fields.Float(validate=validate.Range(-180, 180))
    south = fields.Float(validate=validate.Range(-90, 90))
    east = fields.Float(validate=validate.Range(-180, 180))
    north = fields.Float(validate=validate.Range(-90, 90))
    lat = fields.Float(validate=validate.Range(-90, 90))
    lon = fields.Float(validate=validate.Range(-180, 180))
    limit = fields.Integer(load_default=TOLD_DEFAULT, validate=validate.Range(min=1, max=TOLD_MOST))

    @validates_schema
    def check(self, data: dict[str, Any], **_options: Any) -> None:
        """Exactly one way of asking, and that one whole."""
        asked = [each for each in TOLD_WAYS if set(each) & set(data)]
        if len(asked) != 1 or not set(asked[0]) <= set(data):
            raise ValidationError(
                {
                    "name": [
                        _(
                            "send name, or lat and lon, or west, south, east and north: exactly one of the three"
                        )
                    ]
                }
            )


class LastWorkSchema(Schema):
    """When, and how it is known."""

    at = fields.AwareDateTime(required=True)
    by_track = fields.Boolean(
        required=True, metadata={"description": "false: somebody reported it, no track shows it"}
    )


class ToldPieceSchema(Schema):
    """One piece of street, for anybody."""

    segment_id = fields.Integer(required=True)
    name_ru = fields.String(required=True, attribute="name.ru")
    name_kk = fields.String(required=True, attribute="name.kk")
    name_en = fields.String(required=True, attribute="name.en")
    lat = fields.Float(required=True, metadata={"description": "Of its middle"})
    lon = fields.Float(required=True)
    length_m = fields.Float(required=True)
    priority = fields.Integer(required=True)
    cleared = fields.Nested(
        LastWorkSchema, required=True, allow_none=True, metadata={"description": "Over its whole width"}
    )
    gritted = fields.Nested(LastWorkSchema, required=True, allow_none=True)
    hauled = fields.Nested(LastWorkSchema, required=True, allow_none=True)
    due_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Of what still lacks tonight"}
    )
    state = fields.Enum(StreetServed, by_value=True, required=True)


class ToldList(Schema):
    """Pieces of street, for anybody."""

    attribution = fields.String(required=True)
    items = fields.List(fields.Nested(ToldPieceSchema), required=True)
