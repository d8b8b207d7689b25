"""Where a person is against a place: distances, point in polygon, «inside / uncertain / outside» by accuracy.

Coordinates are WGS 84 degrees; GeoJSON positions are lon, lat. Distances are metres on a sphere of the mean
radius: against the ellipsoid at most 0.56 % off anywhere, and 0.1 % (north-south) to 0.34 % (east-west) too
short in Petropavl: 0.3 m in 100 m, far below what a phone's receiver knows.

One fix
    Its signed distance to the border (above 0 inside) is held against its accuracy, which is never believed
    to be better than a floor. Inside: at least the accuracy within the border. Outside: at least twice the
    accuracy beyond it, for being called outside costs a person more. Anything else is uncertain.

Several fixes
    Fixes of the same instant are one fix, for some phones repeat the last one they had. Fixes with an
    accuracy above a maximum are not usable. With fewer than three usable fixes all is uncertain. Otherwise
    - inside: at least two are plainly inside, and at least 2/3 are inside or uncertain on the inner side;
    - outside: at least two are plainly outside, and at least 3/4 are outside or uncertain on the outer side;
    - uncertain: everything else, and a person decides.
    So one wild fix alone decides nothing: it takes two to be plainly anywhere; one fix among others that are
    plainly inside changes nothing; and no change of a single fix turns inside into outside or back (from 2/3
    of n inside, one change leaves at most n/3 + 1 outside, which is below 3/4 of n from three fixes on).
    With three fixes, one inside against two outside is uncertain.

A place narrower than twice the accuracy, such as a pavement, can never be proved: draw it wider.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any, Protocol

from shared.vocabulary import PlaceState

EARTH_RADIUS_M = 6_371_008.8  # mean radius of WGS 84 (IUGG)
ACCURACY_FLOOR_M = 5.0  # a fix 200 m away once claimed 1.9 m
ACCURACY_MAX_M = 100.0  # beyond it a fix comes from a mobile mast, not from a satellite
MIN_USABLE = 3
MIN_PLAIN = 2

Position = Sequence[float]  # lon, lat; a third value is the altitude, not used
Ring = Sequence[Position]
Polygon = Sequence[Ring]  # the shell, then the holes


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the Earth in degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Circle:
    """All points within a radius."""

    centre: Point
    radius_m: float


@dataclass(frozen=True, slots=True)
class Region:
    """One or more polygons with holes, as a GeoJSON MultiPolygon has them."""

    polygons: Sequence[Polygon]


Place = Circle | Region


def place_of(geojson: Mapping[str, Any], radius_m: float | None = None) -> Place:
    """The place that a task card names: a Polygon, MultiPolygon, or Point with radius; or ValueError."""
    kind, coordinates = geojson.get("type"), geojson.get("coordinates")
    if coordinates is None:
        raise ValueError(f"a place must be a geometry with coordinates, was {kind!r}")
    if kind == "Polygon":
        return Region([coordinates])
    if kind == "MultiPolygon":
        return Region(coordinates)
    if kind == "Point":
        if radius_m is None:
            raise ValueError("a place that is a Point must have radius_m, was None")
        return Circle(Point(lat=coordinates[1], lon=coordinates[0]), radius_m)
    raise ValueError(f"a place must be a Polygon, MultiPolygon or Point, was {kind!r}")


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance by the haversine formula; error as the module says."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b.lon - a.lon) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(1.0 if h > 1 else h))  # NaN stays NaN


def bearing_deg(start: Point, end: Point) -> float:
    """Direction from one point to a near one, in degrees from north, clockwise; 0 where they are the same."""
    east = _degrees_apart(end.lon, start.lon) * math.cos(math.radians((start.lat + end.lat) / 2))
    return math.degrees(math.atan2(east, end.lat - start.lat)) % 360


def point_in_polygon(point: Point, polygon: Polygon) -> bool:
    """Whether the point is in the shell and in no hole; a point exactly on a border may be either."""
    return (
        bool(polygon)
        and _in_ring(point, polygon[0])
        and not any(_in_ring(point, hole) for hole in polygon[1:])
    )


def point_in_region(point: Point, region: Region) -> bool:
    """Whether any of the polygons holds the point."""
    return any(point_in_polygon(point, polygon) for polygon in region.polygons)


def distance_to_border_m(point: Point, region: Region) -> float:
    """Distance to the nearest border, holes included.

    The border is drawn on a plane that touches the Earth at the point, so it is good where it matters:
    0.02 % off at 1 km, 2 % at 100 km. No ring at all is infinitely far.
    """
    metres_per_lat = math.radians(EARTH_RADIUS_M)
    metres_per_lon = metres_per_lat * math.cos(math.radians(point.lat))
    nearest_m = math.inf
    for polygon in region.polygons:
        for ring in polygon:
            plane = [
                (_degrees_apart(at[0], point.lon) * metres_per_lon, (at[1] - point.lat) * metres_per_lat)
                for at in ring
            ]
            for start, end in zip(plane, plane[1:] + plane[:1], strict=True):
                nearest_m = min(nearest_m, _origin_to_segment(start, end))
    return nearest_m


def signed_distance_m(point: Point, place: Place) -> float:
    """Distance to the border of the place: above 0 inside, below 0 outside; NaN where a coordinate is NaN."""
    if not (math.isfinite(point.lat) and math.isfinite(point.lon)):
        return math.nan
    if isinstance(place, Circle):
        return place.radius_m - distance_m(point, place.centre)
    border_m = distance_to_border_m(point, place)
    return border_m if point_in_region(point, place) else -border_m


def _in_ring(point: Point, ring: Ring) -> bool:
    """Even-odd rule: count the edges that a ray to the east crosses."""
    inside = False
    for start, end in zip(ring, [*ring[1:], *ring[:1]], strict=True):
        if (start[1] > point.lat) != (end[1] > point.lat):
            along = (point.lat - start[1]) / (end[1] - start[1])
            if point.lon < start[0] + along * (end[0] - start[0]):
                inside = not inside
    return inside


def _degrees_apart(lon: float, reference: float) -> float:
    """Difference of longitudes by the short way round."""
    return (lon - reference + 180) % 360 - 180


def _origin_to_segment(start: tuple[float, float], end: tuple[float, float]) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length_2 = dx * dx + dy * dy
    along = 0.0 if length_2 == 0 else max(0.0, min(1.0, -(start[0] * dx + start[1] * dy) / length_2))
    return math.hypot(start[0] + along * dx, start[1] + along * dy)


class LocationFix(Protocol):
    """What is needed of a fix; ``shared.contracts.Fix`` has it."""

    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...
    @property
    def accuracy_m(self) -> float: ...
    @property
    def taken_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FusedPlace:
    """What several fixes say together; the median is of the usable ones, None without any."""

    state: PlaceState
    usable: int
    median_signed_distance_m: float | None


def fuse_places(
    fixes: Iterable[LocationFix],
    place: Place,
    *,
    accuracy_floor_m: float = ACCURACY_FLOOR_M,
    accuracy_max_m: float = ACCURACY_MAX_M,
) -> FusedPlace:
    """What the fixes say together, by the rule that the module states; their order does not matter."""
    usable = _usable(fixes, accuracy_max_m)
    signed_m = [signed_distance_m(Point(fix.lat, fix.lon), place) for fix in usable]
    states = [
        _state(signed, fix.accuracy_m, accuracy_floor_m) for fix, signed in zip(usable, signed_m, strict=True)
    ]
    doubtful_m = [
        signed for signed, state in zip(signed_m, states, strict=True) if state is PlaceState.UNCERTAIN
    ]
    plainly_inside, plainly_outside = states.count(PlaceState.INSIDE), states.count(PlaceState.OUTSIDE)
    for_inside = plainly_inside + sum(signed > 0 for signed in doubtful_m)
    for_outside = plainly_outside + sum(signed < 0 for signed in doubtful_m)
    number = len(usable)
    state = PlaceState.UNCERTAIN
    if number >= MIN_USABLE:
        if plainly_inside >= MIN_PLAIN and 3 * for_inside >= 2 * number:
            state = PlaceState.INSIDE
        elif plainly_outside >= MIN_PLAIN and 4 * for_outside >= 3 * number:
            state = PlaceState.OUTSIDE
    return FusedPlace(
        state=state,
        usable=number,
        median_signed_distance_m=median(signed_m) if signed_m else None,
    )


def _usable(fixes: Iterable[LocationFix], accuracy_max_m: float) -> list[LocationFix]:
    """One fix an instant, the least accurate one, so that a repeated fix counts once in any order."""
    by_instant: dict[datetime, LocationFix] = {}
    for fix in fixes:
        finite = math.isfinite(fix.lat) and math.isfinite(fix.lon)
        if finite and 0 < fix.accuracy_m <= accuracy_max_m:
            known = by_instant.get(fix.taken_at)
            if known is None or _caution(fix) > _caution(known):
                by_instant[fix.taken_at] = fix
    return list(by_instant.values())


def _caution(fix: LocationFix) -> tuple[float, float, float]:
    return (fix.accuracy_m, fix.lat, fix.lon)


def _state(signed_m: float, accuracy_m: float, accuracy_floor_m: float) -> PlaceState:
    believed_m = accuracy_floor_m if accuracy_m <= accuracy_floor_m else accuracy_m  # NaN stays NaN
    if signed_m >= believed_m:
        return PlaceState.INSIDE
    if signed_m <= -2 * believed_m:
        return PlaceState.OUTSIDE
    return PlaceState.UNCERTAIN
