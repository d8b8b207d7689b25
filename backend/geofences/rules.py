"""Whether untrusted GeoJSON is a boundary that a geofence can have; every refusal says where and what to do.

Accepted: Polygon and MultiPolygon (RFC 7946: lon, lat), alone, in a Feature, or in a FeatureCollection of
exactly one feature, which is what map editors export. Properties and altitudes are dropped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import shapely

from backend.geofences.geojson import BoundaryError, Position, Ring, Rings, pair, read_polygons, stop_if
from backend.geofences.index import Fence, FenceIndex
from backend.geofences.topology import crossing_of_antimeridian, topology_errors
from shared.decoding import Errors
from shared.geometry import EARTH_RADIUS_M, Point, distance_m
from shared.i18n import Message as _

__all__ = [
    "PETROPAVL",
    "BoundaryError",
    "BoundaryLimits",
    "Bounds",
    "Fence",
    "FenceIndex",
    "validate_boundary",
]

MIN_POSITIONS = 4  # a triangle and its first position again


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Where the city's middle lies, and how far from it a boundary may reach."""

    centre: Point
    far_km: float = 100.0

    def distance_km(self, position: Position) -> float:
        """From the middle of the city."""
        return distance_m(self.centre, Point(lat=position[1], lon=position[0])) / 1000


PETROPAVL = Bounds(centre=Point(lat=54.9, lon=69.15))


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryLimits:
    """How large and how detailed a boundary may be."""

    max_polygons: int = 200
    max_vertices: int = 10_000
    min_area_m2: float = 100.0  # in a smaller one no fix is plainly inside: accuracy is never below 5 m
    max_area_m2: float = 1e9  # 1000 km²: the city with its suburbs


def validate_boundary(
    geojson: object, city: Bounds = PETROPAVL, limits: BoundaryLimits | None = None
) -> shapely.Polygon | shapely.MultiPolygon:
    """The boundary as a valid 2D geometry, shells counter-clockwise; BoundaryError says what is wrong."""
    limits = limits or BoundaryLimits()
    is_multiple, polygons = read_polygons(geojson, limits.max_polygons, limits.max_vertices)
    path = polygons[0][0].path[: -2 if is_multiple else -1]
    rings = [ring for polygon in polygons for ring in polygon]
    swapped = _swapped(rings, city)
    closing: Errors = [error for ring in rings for error in _closing_errors(ring)]
    if swapped:
        message = _("this looks like lat,lon: GeoJSON is lon,lat. Write {right} instead of {wrong}")
        wrong = next(ring.positions[0] for ring in rings if ring.positions)
        stop_if([(path, message.format(right=pair((wrong[1], wrong[0])), wrong=pair(wrong))), *closing])
    stop_if([*closing, *(error for ring in rings for error in _range_errors(ring))])
    stop_if([error for ring in rings for error in _antimeridian_errors(ring)])
    stop_if(_far_errors(rings, city))
    stop_if(topology_errors(polygons, path))
    parts = [
        shapely.Polygon(shell.positions, [hole.positions for hole in holes]) for shell, *holes in polygons
    ]
    stop_if(_area_errors(polygons, parts, limits))
    boundary = shapely.MultiPolygon(parts) if is_multiple else parts[0]
    return shapely.orient_polygons(boundary)


def area_m2(polygon: shapely.Polygon) -> float:
    """Area on the sphere, by a plane at the polygon's middle latitude: within 1 % up to 100 km across."""
    _west, south, _east, north = polygon.bounds
    metres_per_degree = math.radians(EARTH_RADIUS_M)
    return float(polygon.area) * metres_per_degree**2 * math.cos(math.radians((south + north) / 2))


def _closing_errors(ring: Ring) -> Errors:
    errors: Errors = []
    count = len(ring.positions)
    if count < MIN_POSITIONS:
        message = _("{ring} must have at least {min} positions, the last one equal to the first, has {count}")
        errors.append((ring.path, message.format(ring=ring.name, min=MIN_POSITIONS, count=count)))
    if count > 1 and ring.positions[0] != ring.positions[-1]:
        message = _("{ring} is not closed: add its first position {first} again at the end, after {last}")
        first, last = pair(ring.positions[0]), pair(ring.positions[-1])
        errors.append((ring.path, message.format(ring=ring.name, first=first, last=last)))
    return errors


def _range_errors(ring: Ring) -> Errors:
    message = _("position {number} of {ring} must be lon -180 to 180, lat -90 to 90, was {position}")
    return [
        ((*ring.path, at), message.format(number=at + 1, ring=ring.name, position=pair(position)))
        for at, position in enumerate(ring.positions)
        if not (abs(position[0]) <= 180 and abs(position[1]) <= 90)
    ]


def _swapped(rings: Rings, city: Bounds) -> bool:
    """Whether the boundary is far as it stands and near once each pair is turned round."""
    positions = [position for ring in rings for position in ring.positions]
    return bool(positions) and all(
        city.distance_km(position) > city.far_km
        and city.distance_km((position[1], position[0])) <= city.far_km
        for position in positions
    )


def _antimeridian_errors(ring: Ring) -> Errors:
    if (edge := crossing_of_antimeridian(ring)) is None:
        return []
    message = _("{ring} crosses the antimeridian between {start} and {end}: cut it in two there")
    return [(ring.path, message.format(ring=ring.name, start=pair(edge[0]), end=pair(edge[1])))]


def _far_errors(rings: Rings, city: Bounds) -> Errors:
    """One error for a boundary that is far as a whole, else one for each position that is."""
    distances_km = [[city.distance_km(position) for position in ring.positions] for ring in rings]
    nearest_km = min(min(ring) for ring in distances_km)
    if nearest_km > city.far_km:
        message = _(
            "the boundary lies {distance} km from the city, at most {max} km is allowed: check {position}"
        )
        position = pair(rings[0].positions[0])
        values = {"distance": round(nearest_km), "max": round(city.far_km), "position": position}
        return [(rings[0].path, message.format(**values))]
    message = _("position {number} of {ring}, {position}, lies {distance} km from the city, at most {max} km")
    return [
        (
            (*ring.path, at),
            message.format(
                number=at + 1,
                ring=ring.name,
                position=pair(ring.positions[at]),
                distance=round(distance_km),
                max=round(city.far_km),
            ),
        )
        for ring, distances in zip(rings, distances_km, strict=True)
        for at, distance_km in enumerate(distances)
        if distance_km > city.far_km
    ]


def _area_errors(polygons: list[Rings], parts: list[shapely.Polygon], limits: BoundaryLimits) -> Errors:
    areas_m2 = [area_m2(part) for part in parts]
    message = _("polygon {polygon} has {area} m², needs at least {min} m²: draw it larger")
    errors: Errors = [
        (
            rings[0].path[:-1],
            message.format(polygon=at + 1, area=f"{area:.1f}", min=f"{limits.min_area_m2:g}"),
        )
        for at, (rings, area) in enumerate(zip(polygons, areas_m2, strict=True))
        if area < limits.min_area_m2
    ]
    if sum(areas_m2) > limits.max_area_m2:
        message = _("the boundary has {area} km², may have at most {max} km²: split it or draw it smaller")
        values = {"area": f"{sum(areas_m2) / 1e6:.0f}", "max": f"{limits.max_area_m2 / 1e6:g}"}
        errors.append((polygons[0][0].path[:-1], message.format(**values)))
    return errors
