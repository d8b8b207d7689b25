"""Streets on the wire: the import in force, and segments as GeoJSON."""

from __future__ import annotations

from backend.streets.network import StreetClass
from backend.web.boxes import BoxField
from backend.web.wire import Pattern, Schema, fields, validate
from shared.i18n import Message

_ = Message
SEGMENTS_DEFAULT, SEGMENTS_MOST = 200, 2000
CLASSES = [each.name.lower() for each in StreetClass]


class SegmentQuery(Schema):
    """Which segments: those whose box meets another; in the order of their ids."""

    bbox = BoxField(
        required=True,
        metadata={
            "description": "west,south,east,north in degrees",
            "pattern": r"^-?[0-9.]+,-?[0-9.]+,-?[0-9.]+,-?[0-9.]+$",
        },
    )
    cursor = fields.String(
        validate=Pattern(
            r"^[0-9]{1,18}$",
            error=_("must be «next» of an earlier page, was {input}; leave it out for the first page"),
        ),
        metadata={"description": "«next» of the page before"},
    )
    limit = fields.Integer(load_default=SEGMENTS_DEFAULT, validate=validate.Range(min=1, max=SEGMENTS_MOST))


class LineSchema(Schema):
    """GeoJSON LineString, lon lat, from the segment's beginning to its end."""

    type = fields.String(required=True, validate=validate.Equal("LineString"))
    coordinates = fields.List(fields.List(fields.Float()), required=True)


class DirectionSchema(Schema):
    """One direction of a segment."""

    cars = fields.Boolean(required=True)
    trucks = fields.Boolean(required=True)
    destination_only = fields.Boolean(required=True, metadata={"description": "Nobody may drive through"})
    speed_kmh = fields.Float(required=True)
    lanes = fields.Integer(required=True)


class SegmentProperties(Schema):
    """What is known of a piece of street."""

    street_class = fields.String(required=True, validate=validate.OneOf(CLASSES), data_key="class")
    name_ru = fields.String(required=True)
    name_kk = fields.String(required=True)
    name_en = fields.String(required=True)
    length_m = fields.Float(required=True)
    forward = fields.Nested(DirectionSchema, required=True, metadata={"description": "As the line runs"})
    backward = fields.Nested(DirectionSchema, required=True)
    max_weight_t = fields.Float(required=True, allow_none=True)
    max_height_m = fields.Float(required=True, allow_none=True)
    width_m = fields.Float(required=True)
    islet = fields.Boolean(
        required=True, metadata={"description": "No vehicle gets here from the rest of the network and back"}
    )


class SegmentSchema(Schema):
    """A segment as a GeoJSON Feature; its id outlives imports."""

    type = fields.String(required=True, validate=validate.Equal("Feature"))
    id = fields.Integer(required=True)
    geometry = fields.Nested(LineSchema, required=True)
    properties = fields.Nested(SegmentProperties, required=True)


class SegmentPage(Schema):
    """A page of segments as a GeoJSON FeatureCollection."""

    type = fields.String(required=True, validate=validate.Equal("FeatureCollection"))
    version = fields.Integer(required=True, metadata={"description": "Of the network in force"})
    attribution = fields.String(required=True)
    features = fields.List(fields.Nested(SegmentSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class StreetsSchema(Schema):
    """The network in force, and where it comes from."""

    version = fields.Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["osm", "invented"]))
    source = fields.String(required=True)
    sha256 = fields.String(required=True)
    attribution = fields.String(required=True)
    west = fields.Float(required=True)
    south = fields.Float(required=True)
    east = fields.Float(required=True)
    north = fields.Float(required=True)
    counts = fields.Dict(required=True)
    skipped = fields.Dict(required=True)
    imported_at = fields.AwareDateTime(required=True)
    imported_by = fields.String(required=True)
    pack_sha256 = fields.String(required=True)
    pack_bytes = fields.Integer(required=True)
