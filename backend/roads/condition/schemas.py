"""Conditions of streets on the wire."""

from __future__ import annotations

from typing import Any

from backend.roads.condition.rules.telling import Band, Unknown
from backend.streets.network import StreetClass
from backend.web.boxes import BoxField
from backend.web.wire import Schema, fields, validate
from shared.vocabulary import DefectKind, Severity

CLASSES = [each.name.lower() for each in StreetClass]
PAGE_DEFAULT, PAGE_MOST = 100, 1000
METHOD = "D6433-style, estimated from photos: no survey"


class WorstQuery(Schema):
    """Which pieces of street."""

    bbox = BoxField(metadata={"description": "west,south,east,north in degrees"})
    below = fields.Float(
        validate=validate.Range(0, 101), metadata={"description": "Only those with a lower index"}
    )
    cursor = fields.String(
        validate=validate.Length(max=60), metadata={"description": "«next» of the page before"}
    )
    limit = fields.Integer(load_default=PAGE_DEFAULT, validate=validate.Range(1, PAGE_MOST))


class FaultSum(Schema):
    """All faults of one kind and severity."""

    kind = fields.String(required=True, validate=validate.OneOf([each.value for each in DefectKind]))
    severity = fields.String(required=True, validate=validate.OneOf([each.value for each in Severity]))
    count = fields.Integer(required=True)
    area_m2 = fields.Float(required=True)
    length_m = fields.Float(required=True)
    deduct = fields.Float(
        required=True, metadata={"description": "The largest of any stretch, in the manner of D6433"}
    )


class PastScore(Schema):
    """The index as it was once; at most one a day is kept."""

    reckoned_at = fields.AwareDateTime(required=True)
    score = fields.Float(required=True)


def _perhaps(kind: type[fields.Field[Any]], description: str = "", **options: Any) -> fields.Field[Any]:
    metadata = {"description": description} if description else {}
    return kind(required=True, allow_none=True, metadata=metadata, **options)


class ConditionProperties(Schema):
    """How a piece of street stands."""

    method = fields.Constant(METHOD, required=True)
    segment_id = fields.Integer(required=True)
    street = _perhaps(fields.String)
    street_class = _perhaps(fields.String, validate=validate.OneOf([*CLASSES, None]))
    length_m = _perhaps(fields.Float)
    score = _perhaps(fields.Float, "0 to 100; null: not known, which is not good")
    band = fields.Enum(Band, by_value=True, required=True, allow_none=True)
    why_unknown = fields.Enum(
        Unknown,
        by_value=True,
        required=True,
        allow_none=True,
        metadata={"description": "Why there is no index"},
    )
    photos = fields.Integer(required=True, metadata={"description": "Of the period"})
    assessed = fields.Integer(required=True, metadata={"description": "Of them, those that show the road"})
    units = _perhaps(fields.Integer, "Stretches of some 30 m")
    units_seen = fields.Integer(
        required=True, metadata={"description": "Of them, those with evidence: the index is theirs"}
    )
    faults = fields.List(fields.Nested(FaultSum), required=True)
    scales = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={
            "description": "How many photos took metres from lane width, camera height, or had no scale"
        },
    )
    evidence_from = _perhaps(fields.AwareDateTime)
    evidence_until = _perhaps(fields.AwareDateTime)
    evidence_age_days = _perhaps(fields.Integer, "Since the newest photo")
    trend_per_year = _perhaps(fields.Float, "Points a year; null for less than a month of history")
    reckoned_at = _perhaps(fields.AwareDateTime)


class ConditionSchema(ConditionProperties):
    """One piece of street with its history."""

    history = fields.List(fields.Nested(PastScore), required=True)


class ConditionFeature(Schema):
    """A piece of street as a GeoJSON Feature."""

    type = fields.Constant("Feature", required=True)
    id = fields.Integer(required=True)
    geometry = fields.Dict(required=True, metadata={"description": "GeoJSON LineString"})
    properties = fields.Nested(ConditionProperties, required=True)


class KnownSchema(Schema):
    """Metres of street by what is known of them."""

    assessed_m = fields.Integer(required=True)
    cannot_m = fields.Integer(required=True, metadata={"description": "Photos, but none that says anything"})
    no_evidence_m = fields.Integer(required=True)


class WorstSchema(Schema):
    """Pieces of street, the worst first, as a GeoJSON FeatureCollection."""

    type = fields.Constant("FeatureCollection", required=True)
    attribution = fields.String(required=True)
    known = fields.Nested(KnownSchema, required=True)
    features = fields.List(fields.Nested(ConditionFeature), required=True)
    next = fields.String(required=True, allow_none=True)


class ConditionMarksSchema(Schema):
    """All pieces of street with an index as lines on a map, the worst first: one entry a piece in each column."""

    attribution = fields.String(required=True)
    segment_ids = fields.List(fields.Integer(), required=True)
    scores = fields.List(fields.Float(), required=True, metadata={"description": "0 to 100"})
    bands = fields.List(fields.Enum(Band, by_value=True), required=True)
    streets = fields.List(fields.String(allow_none=True), required=True)
    lines = fields.List(
        fields.Raw(metadata={"type": "array", "items": {"type": "array", "items": {"type": "number"}}}),
        required=True,
        metadata={"description": "Points of lon, lat in degrees"},
    )
