"""Where the city lies, and what is wrong with a point that does not lie there. Pure."""

from __future__ import annotations

from shared.geometry import Point, distance_m
from shared.i18n import Message

_ = Message


def far_off(point: Point, *, city: Point, radius_km: float) -> Message | None:
    """What is wrong with a point outside the city, None for one inside; exchanged coordinates are named as such."""
    if distance_m(city, point) <= radius_km * 1000:
        return None
    turned = Point(lat=point.lon, lon=point.lat)
    if abs(turned.lat) <= 90 and distance_m(city, turned) <= radius_km * 1000:
        message = _("looks exchanged with lon: write lat {lat}, lon {lon}")
        return message.format(lat=turned.lat, lon=turned.lon)
    message = _("must lie within {max} km of the city, lat {lat}, lon {lon} is {distance} km away")
    return message.format(
        max=f"{radius_km:g}",
        lat=point.lat,
        lon=point.lon,
        distance=round(distance_m(city, point) / 1000),
    )
