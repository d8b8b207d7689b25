"""Geofences on the wire."""

from __future__ import annotations

from typing import Any

from backend.web.paging import PageQuery
from backend.web.wire import PLAIN_TEXT, Schema, ValidationError, fields, filled, time_in_reach, validate
from shared.geometry import Point
from shared.i18n import Message
from shared.scalars import shown

_ = Message
NAME_MAX = 120


class LonLat(fields.String):
    """A point written «lon,lat», as GeoJSON orders them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Point:  # type: ignore[override]
        text = super()._deserialize(value, attr, data, **options)
        try:
            lon, lat = (float(part) for part in text.split(","))
        except ValueError:
            lon, lat = float("nan"), float("nan")
        if not (abs(lon) <= 180 and abs(lat) <= 90):
            raise ValidationError(
                _("must be lon,lat in degrees such as 69.15,54.87, was {value}").format(value=shown(text))
            )
        return Point(lat=lat, lon=lon)


class BoundarySchema(Schema):
    """GeoJSON of an area, as the answer holds it."""

    type = fields.String(required=True, validate=validate.OneOf(["Polygon", "MultiPolygon"]))
    coordinates = fields.List(fields.Raw(), required=True, metadata={"items": {}})


class GeofenceSchema(Schema):
    """An area where work may happen."""

    id = fields.UUID(required=True)
    district_id = fields.UUID(required=True)
    name = fields.String(required=True)
    boundary = fields.Nested(BoundarySchema, required=True)
    valid_from = fields.AwareDateTime(required=True)
    valid_until = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)
    archived_at = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


def _name(**options: Any) -> fields.String:
    return fields.String(validate=[validate.Length(1, NAME_MAX), PLAIN_TEXT, filled], **options)


def _boundary(**options: Any) -> fields.Raw:
    words = "GeoJSON Polygon or MultiPolygon (lon, lat), alone, in a Feature, or in a collection of one"
    return fields.Raw(metadata={"type": "object", "description": words}, **options)


class DistrictBoundaryRequest(Schema):
    """What belongs to a district."""

    boundary = _boundary(required=True, allow_none=True)


class DistrictBoundarySchema(Schema):
    """A district's boundary, who drew it and when."""

    district_id = fields.UUID(required=True)
    boundary = fields.Nested(BoundarySchema, required=True, allow_none=True)
    set_by = fields.UUID(required=True)
    set_at = fields.AwareDateTime(required=True)


class GeofenceRequest(Schema):
    """A new geofence; without ``valid_from`` it is in force at once."""

    district_id = fields.UUID(required=True)
    name = _name(required=True)
    boundary = _boundary(required=True)
    valid_from = fields.AwareDateTime(validate=time_in_reach)
    valid_until = fields.AwareDateTime(allow_none=True, validate=time_in_reach)


class GeofenceChange(Schema):
    """What to change of a geofence; ``valid_until: null`` takes the end away."""

    name = _name()
    boundary = _boundary()
    valid_from = fields.AwareDateTime(validate=time_in_reach)
    valid_until = fields.AwareDateTime(allow_none=True, validate=time_in_reach)


class GeofenceQuery(PageQuery):
    """Which geofences: of a district, in force at a time, that hold a point."""

    district_id = fields.UUID(data_key="district")
    at = fields.AwareDateTime(validate=time_in_reach, metadata={"description": "In force at this time"})
    contains = LonLat(
        validate=None,
        metadata={
            "description": "lon,lat: those whose area holds the point",
            "pattern": r"^-?[0-9.]+,-?[0-9.]+$",
        },
    )
