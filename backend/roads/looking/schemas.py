"""What photos showed, and what people say of it, on the wire."""

from __future__ import annotations

from backend.web.wire import Schema, fields, validate
from shared.vocabulary import CannotAssess, DefectKind, MovedBecause, Severity

NOTE_LETTERS_MOST = 500


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
    confidence = fields.Float(required=True)
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
    faces = fields.Integer(required=True, metadata={"description": "Blurred"})
    plates = fields.Integer(required=True, metadata={"description": "Blurred"})


class PhotoFindingsSchema(Schema):
    """What each photo of a report showed, in the report's order."""

    items = fields.List(fields.Nested(PhotoFindingSchema), required=True)


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
