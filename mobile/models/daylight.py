"""Whether it is night somewhere: the screen goes dark with the sun, not with a fixed hour."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from shared.geometry import Point

PETROPAVL = Point(lat=54.87, lon=69.15)
NIGHT_BELOW_DEG = -0.83  # the sun's upper edge, with refraction
J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)


def is_night(moment: datetime, at: Point = PETROPAVL) -> bool:
    """Whether the sun is below the horizon."""
    return sun_elevation_deg(moment, at) < NIGHT_BELOW_DEG


def sun_elevation_deg(moment: datetime, at: Point) -> float:
    """Height of the sun's centre above the horizon; within 0.5° (Astronomical Almanac, low precision)."""
    days = (moment - J2000).total_seconds() / 86_400
    mean_anomaly = math.radians((357.528 + 0.9856003 * days) % 360)
    longitude = math.radians(
        280.460 + 0.9856474 * days + 1.915 * math.sin(mean_anomaly) + 0.020 * math.sin(2 * mean_anomaly)
    )
    tilt = math.radians(23.439 - 4e-7 * days)
    declination = math.asin(math.sin(tilt) * math.sin(longitude))
    right_ascension = math.atan2(math.cos(tilt) * math.sin(longitude), math.cos(longitude))
    sidereal = math.radians((280.46062 + 360.98564737 * days) % 360)
    hour_angle = sidereal + math.radians(at.lon) - right_ascension
    lat = math.radians(at.lat)
    return math.degrees(
        math.asin(
            math.sin(lat) * math.sin(declination)
            + math.cos(lat) * math.cos(declination) * math.cos(hour_angle)
        )
    )
