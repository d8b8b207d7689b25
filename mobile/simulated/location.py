"""Where a simulated phone is: points plainly inside or outside a place, and fixes around them with a receiver's noise."""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta

from shared.contracts import Fix
from shared.geometry import EARTH_RADIUS_M, Circle, Place, Point, signed_distance_m

GRID = 24  # points along each side of a place's bounding box
METRES_PER_DEGREE = math.radians(EARTH_RADIUS_M)
BIAS_M, JITTER_M = 2.0, 0.8  # standard deviations: the error of one capture, and of each fix around it
FAR_M = 5_000.0


def inner_point(place: Place) -> Point:
    """The point of a grid that lies farthest inside; ValueError for a place too thin for the grid."""
    if isinstance(place, Circle):
        return place.centre
    corners = [position for polygon in place.polygons for ring in polygon for position in ring]
    west, east = min(at[0] for at in corners), max(at[0] for at in corners)
    south, north = min(at[1] for at in corners), max(at[1] for at in corners)
    grid = [
        Point(
            lat=south + (north - south) * (row + 0.5) / GRID, lon=west + (east - west) * (column + 0.5) / GRID
        )
        for row in range(GRID)
        for column in range(GRID)
    ]
    best = max(grid, key=lambda point: signed_distance_m(point, place))
    if signed_distance_m(best, place) <= 0:
        raise ValueError("the place is thinner than the grid: draw it wider")
    return best


def outer_point(place: Place, beyond_m: float, rng: random.Random) -> Point:
    """A point about this far outside the border, straight away from the middle in some direction."""
    start, bearing = inner_point(place), rng.uniform(0, 2 * math.pi)
    distance_m = 0.0
    while distance_m < FAR_M:
        distance_m += 10.0
        point = moved(start, distance_m * math.cos(bearing), distance_m * math.sin(bearing))
        if signed_distance_m(point, place) <= -beyond_m:
            return point
    raise ValueError(f"the place reaches farther than {FAR_M} m")


def moved(point: Point, north_m: float, east_m: float) -> Point:
    """A point some metres away."""
    lat = point.lat + north_m / METRES_PER_DEGREE
    return Point(lat=lat, lon=point.lon + east_m / (METRES_PER_DEGREE * math.cos(math.radians(lat))))


def fixes_around(
    point: Point, until: datetime, rng: random.Random, count: int = 6, *, until_boot_ms: int | None = None
) -> tuple[Fix, ...]:
    """One fix a second up to a moment; their errors share most of their cause, as a receiver's do."""
    bias_north_m, bias_east_m = rng.gauss(0, BIAS_M), rng.gauss(0, BIAS_M)
    fixes = []
    for index in range(count):
        before_s = count - 1 - index
        seen = moved(point, bias_north_m + rng.gauss(0, JITTER_M), bias_east_m + rng.gauss(0, JITTER_M))
        fixes.append(
            Fix(
                lat=round(seen.lat, 7),
                lon=round(seen.lon, 7),
                accuracy_m=round(rng.uniform(4.0, 11.0), 1),
                taken_at=until - timedelta(seconds=before_s),
                speed_mps=round(abs(rng.gauss(0, 0.3)), 2),
                boot_ms=None if until_boot_ms is None else until_boot_ms - 1000 * before_s,
            )
        )
    return tuple(fixes)
