"""Places on the wire: a GeoJSON Point, lon lat."""

from __future__ import annotations

from typing import Any

from marshmallow import post_load

from backend.adapters import settings
from backend.places import far_off
from backend.web.wire import Schema, ValidationError, fields, validate
from shared.geometry import Point
from shared.i18n import Message

_ = Message


class PlaceSchema(Schema):
    """A GeoJSON Point, lon lat."""

    type = fields.String(
        required=True, validate=validate.Equal("Point", error=_("must be Point; an area is a geofence"))
    )
    coordinates = fields.List(fields.Float(), required=True, validate=validate.Length(equal=2))

    @post_load
    def make(self, data: dict[str, Any], **_options: Any) -> Point:
        """The point, when it is on the Earth."""
        lon, lat = data["coordinates"]
        if not (abs(lon) <= 180 and abs(lat) <= 90):
            message = _("must be [lon, lat], lon -180 to 180, lat -90 to 90, was [{lon}, {lat}]").format(
                lon=lon, lat=lat
            )
            raise ValidationError({"coordinates": [message]})
        return Point(lat=lat, lon=lon)


class PointSchema(Schema):
    """A GeoJSON Point of an answer."""

    type = fields.Constant("Point", required=True)
    coordinates = fields.Function(
        lambda point: [point.lon, point.lat],
        metadata={"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
    )


def city() -> tuple[Point, float]:
    """The city's centre and how far it reaches, in kilometres."""
    return Point(lat=settings().city_lat, lon=settings().city_lon), settings().city_radius_km


def place_errors(place: Point, field: str = "place") -> dict[str, list[Message]]:
    """What is wrong with a place outside the city, by field; empty for one inside."""
    centre, radius_km = city()
    wrong = far_off(place, city=centre, radius_km=radius_km)
    return {} if wrong is None else {field: [wrong]}
