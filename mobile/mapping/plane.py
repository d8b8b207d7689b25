"""A flat map round one place: Mercator's projection, scaled so that a unit is a metre at that place.

Angles stay true, as on any street map. Lengths grow with the distance north of the origin by cos(origin) / cos(lat):
0.25 % over 10 km at Petropavl, far below what is seen on a phone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from shared.geometry import EARTH_RADIUS_M, Point

XY = tuple[float, float]  # metres east and north of the origin
Line = tuple[XY, ...]
LAT_MOST = 85.0  # Mercator has no poles


class Bounds(NamedTuple):
    """A box on the plane, in metres."""

    left: float
    low: float
    right: float
    top: float

    def meets(self, other: Bounds) -> bool:
        """Whether the boxes have a point in common."""
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.low <= other.top
            and other.low <= self.top
        )


class Plane:
    """From degrees to metres and back."""

    def __init__(self, origin: Point) -> None:
        self.origin = origin
        self._scale_m = EARTH_RADIUS_M * math.cos(math.radians(origin.lat))
        self._origin_y = _mercator(origin.lat)

    def xy(self, lat: float, lon: float) -> XY:
        """Metres east and north of the origin."""
        east = (lon - self.origin.lon + 180) % 360 - 180
        return self._scale_m * math.radians(east), self._scale_m * (_mercator(lat) - self._origin_y)

    def point(self, xy: XY) -> Point:
        """The same place in degrees."""
        merc = xy[1] / self._scale_m + self._origin_y
        lat = math.degrees(2 * math.atan(math.exp(merc)) - math.pi / 2)
        return Point(lat=lat, lon=self.origin.lon + math.degrees(xy[0] / self._scale_m))

    def line(self, positions: Iterable[Sequence[float]]) -> Line:
        """GeoJSON positions (lon, lat) as a line."""
        return tuple(self.xy(at[1], at[0]) for at in positions)


def positions_of(geojson: Mapping[str, Any] | None) -> Sequence[Sequence[float]]:
    """The positions of a LineString; none for anything else."""
    if geojson is None or geojson.get("type") != "LineString":
        return ()
    positions: Sequence[Sequence[float]] = geojson.get("coordinates") or ()
    return positions


def bounds_of(points: Iterable[XY]) -> Bounds | None:
    """The box round points, None round nothing."""
    known = list(points)
    if not known:
        return None
    xs, ys = [x for x, _y in known], [y for _x, y in known]
    return Bounds(min(xs), min(ys), max(xs), max(ys))


def _mercator(lat: float) -> float:
    lat = min(max(lat, -LAT_MOST), LAT_MOST)
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))
