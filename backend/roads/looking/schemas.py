"""What photos showed, and what people say of it, on the wire."""

from __future__ import annotations

from typing import Any

from backend.roads.looking.outlining import (
    DRAWABLE,
    FAULTS_MOST,
    POINTS_LEAST,
    POINTS_MOST,
    BadRing,
    Ring,
    read_ring,
)
from backend.web.wire import Schema, ValidationError, fields, validate
from shared.vocabulary import CannotAssess, DefectKind, MovedBecause, Severity

NOTE_LETTERS_MOST = 500
PHOTOS_MOST = 20  # more than a report has


class RingField(fields.Field[Ring]):
    """A ring that a person drew, closed by the server; what is wrong with it is said in words."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Ring:
        try:
            return read_ring(value)
        except BadRing as error:
            raise ValidationError(error.message) from error


class ViewQuery(Schema):
    """How a photo is shown."""

    outlines = fields.Boolean(
        load_default=False, metadata={"description": "Draw the outlines of what was seen"}
    )


class FaultOutlineSchema(Schema):
    """One fault as it lies in the picture."""

    kind = fields.Enum(DefectKind, by_value=True, required=True)
    severity = fields.Enum(Severity, by_value=True, required=True)
    ring = fields.List(
        fields.List(fields.Float()),
        required=True,
        metadata={"description": "Corners [x, y], each a share of the picture's width and height"},
    )
    confidence = fields.Float(
        required=True, allow_none=True, metadata={"description": "The model's own; null: a person drew it"}
    )
    area_share = fields.Float(required=True, metadata={"description": "Of the road that is seen"})
    length_m = fields.Float(required=True, allow_none=True, metadata={"description": "Estimated"})
    width_m = fields.Float(required=True, allow_none=True, metadata={"description": "Estimated"})
    area_m2 = fields.Float(required=True, allow_none=True, metadata={"description": "Estimated"})


class PhotoFindingSchema(Schema):
    """What one photo showed, and what of it can be seen."""

    sha256 = fields.String(required=True, metadata={"description": "Of the bytes that were received"})
    looked_at = fields.Boolean(required=True)
    shown = fields.Boolean(required=True, metadata={"description": "Whether there is a blurred view"})
    model = fields.String(required=True, allow_none=True)
    cannot = fields.Enum(CannotAssess, by_value=True, required=True, allow_none=True)
    road_share = fields.Float(required=True, metadata={"description": "Of the picture"})
    crack_share = fields.Float(required=True, metadata={"description": "Of the road"})
    pothole_share = fields.Float(required=True, metadata={"description": "Of the road"})
    scale = fields.String(required=True, metadata={"description": "How metres were reckoned"})
    outlines = fields.List(fields.Nested(FaultOutlineSchema), required=True)
    drawn_by = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "Whose outlines these are; null: the model's"},
    )
    drawn_at = fields.AwareDateTime(required=True, allow_none=True)
    faces = fields.Integer(required=True, metadata={"description": "Blurred"})
    plates = fields.Integer(required=True, metadata={"description": "Blurred"})


class PhotoFindingsSchema(Schema):
    """What each photo of a report showed, in the report's order."""

    items = fields.List(fields.Nested(PhotoFindingSchema), required=True)


class DrawnFaultRequest(Schema):
    """A fault that a person outlines."""

    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in DRAWABLE]))
    ring = RingField(
        required=True,
        metadata={
            "type": "array",
            "minItems": POINTS_LEAST,
            "maxItems": POINTS_MOST + 1,
            "items": {
                "type": "array",
                "minItems": 2,
                "maxItems": 2,
                "items": {"type": "number", "minimum": 0, "maximum": 1},
            },
            "description": "Points [x, y], each a share of the view's width and height; must not cross itself",
        },
    )


class DrawnPhotoRequest(Schema):
    """All faults of one photo as a person draws them; an empty list says that it shows none."""

    photo = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, PHOTOS_MOST - 1),
        metadata={"description": "Its place in the report, from 0"},
    )
    faults = fields.List(
        fields.Nested(DrawnFaultRequest), required=True, validate=validate.Length(max=FAULTS_MOST)
    )


class DrawnPhotoSchema(Schema):
    """What was drawn on one photo, with the sizes that follow."""

    photo = fields.Integer(required=True)
    faults = fields.List(fields.Nested(FaultOutlineSchema), required=True)


class DefectLabelRequest(Schema):
    """What a person sees in the photos. One tap is ``fault`` alone: kind and severity are then those suggested."""

    fault = fields.Boolean(required=True, metadata={"description": "false: no fault of the road"})
    kind = fields.Enum(DefectKind, by_value=True, load_default=None, allow_none=True)
    severity = fields.Enum(Severity, by_value=True, load_default=None, allow_none=True)
    outlines_right = fields.Boolean(
        load_default=None,
        allow_none=True,
        metadata={"description": "Whether what is outlined is what is there; null: not said"},
    )
    outlines = fields.List(
        fields.Nested(DrawnPhotoRequest),
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, PHOTOS_MOST),
        metadata={"description": "Of photos drawn on; they stand in the place of the model's outlines"},
    )
    note = fields.String(load_default="", validate=validate.Length(max=NOTE_LETTERS_MOST))


class DefectLabelSchema(Schema):
    """One thing that a person said of a report, beside what the model had said."""

    id = fields.UUID(required=True)
    said_by = fields.UUID(required=True)
    said_at = fields.AwareDateTime(required=True)
    fault = fields.Boolean(required=True)
    kind = fields.Enum(DefectKind, by_value=True, required=True, allow_none=True)
    severity = fields.Enum(Severity, by_value=True, required=True, allow_none=True)
    outlines_right = fields.Boolean(required=True, allow_none=True)
    outlines = fields.List(
        fields.Nested(DrawnPhotoSchema),
        required=True,
        allow_none=True,
        attribute="drawn_photos",
        metadata={"description": "What the person drew; null: nothing"},
    )
    note = fields.String(required=True)
    model = fields.String(required=True, allow_none=True)
    model_kind = fields.Enum(DefectKind, by_value=True, required=True, allow_none=True)
    model_severity = fields.Enum(Severity, by_value=True, required=True, allow_none=True)


class DefectLabelsSchema(Schema):
    """Everything that people said of a report, oldest first."""

    items = fields.List(fields.Nested(DefectLabelSchema), required=True)


class DefectPlaceRequest(Schema):
    """Where a report belongs on the map."""

    lat = fields.Float(required=True, validate=validate.Range(-90, 90))
    lon = fields.Float(required=True, validate=validate.Range(-180, 180))
    accuracy_m = fields.Float(
        load_default=10.0,
        validate=validate.Range(min=0, min_inclusive=False, max=1000),
        metadata={"description": "How sure the place is"},
    )
    because = fields.Enum(
        MovedBecause,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata={"description": "Needed where the report's own fixes showed another place"},
    )
