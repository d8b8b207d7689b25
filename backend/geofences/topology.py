"""Whether rings make an area: crossings, holes outside, polygons that overlap; with the place of each."""

from __future__ import annotations

import re
from itertools import pairwise

import shapely
from shapely.validation import explain_validity

from backend.geofences.geojson import Position, Ring, Rings, pair
from shared.decoding import Errors, Path
from shared.i18n import Message
from shared.i18n import Message as _

_WHERE = re.compile(r"\[(\S+) (\S+)\]")  # how GEOS ends a reason: «Self-intersection[69.1 54.8]»


def topology_errors(polygons: list[Rings], path: Path) -> Errors:
    """What keeps closed rings from being areas: within each ring, then in a polygon, then among polygons."""
    errors: Errors = [error for rings in polygons for ring in rings for error in _ring_errors(ring)]
    if errors:
        return errors
    for number, rings in enumerate(polygons):
        errors += _polygon_errors(rings, number)
    if errors:
        return errors
    parts = [
        shapely.Polygon(rings[0].positions, [hole.positions for hole in rings[1:]]) for rings in polygons
    ]
    errors += _overlap_errors(parts, path)
    whole = shapely.MultiPolygon(parts)
    if not errors and not whole.is_valid:
        errors.append((path, _unknown_reason(explain_validity(whole))))
    return errors


def _ring_errors(ring: Ring) -> Errors:
    if shapely.MultiPoint(ring.positions).convex_hull.area == 0:
        message = _("{ring} has no area: its positions lie on one line near {position}")
        return [(ring.path, message.format(ring=ring.name, position=pair(ring.positions[0])))]
    outline = shapely.Polygon(ring.positions)
    if outline.is_valid:
        return []
    message = _("{ring} crosses or touches itself at {position}: move or remove a position there")
    return [(ring.path, message.format(ring=ring.name, position=_place(explain_validity(outline))))]


def _polygon_errors(rings: Rings, number: int) -> Errors:
    shell = shapely.Polygon(rings[0].positions)
    shapely.prepare(shell)
    errors: Errors = []
    for hole in rings[1:]:
        area = shapely.Polygon(hole.positions)
        if not shell.covers(area):
            message = _("{ring} reaches outside its outer ring near {position}: draw it inside, or remove it")
            outside = area.difference(shell).representative_point()
            errors.append((hole.path, message.format(ring=hole.name, position=pair((outside.x, outside.y)))))
    whole = shapely.Polygon(rings[0].positions, [hole.positions for hole in rings[1:]])
    if not errors and not whole.is_valid:
        message = _("the rings of polygon {polygon} overlap or cut it in two at {position}: move them apart")
        where = _place(explain_validity(whole))
        errors.append((rings[0].path[:-1], message.format(polygon=number + 1, position=where)))
    return errors


def _overlap_errors(parts: list[shapely.Polygon], path: Path) -> Errors:
    errors: Errors = []
    first, second = shapely.STRtree(parts).query(parts, predicate="intersects")
    for a, b in sorted({(int(a), int(b)) for a, b in zip(first, second, strict=True) if a < b}):
        common = parts[a].intersection(parts[b])
        if common.area > 0:
            message = _("polygons {first} and {second} overlap near {position}: merge them or move one")
        elif common.length > 0:
            message = _("polygons {first} and {second} share a border near {position}: merge them")
        else:
            continue  # a common corner is fine
        at = common.representative_point()
        errors.append((path, message.format(first=a + 1, second=b + 1, position=pair((at.x, at.y)))))
    return errors


def _place(reason: str) -> str:
    found = _WHERE.search(reason)
    return pair((float(found[1]), float(found[2]))) if found else reason


def _unknown_reason(reason: str) -> Message:
    return _("the boundary is not valid: {reason}").format(reason=reason)


def crossing_of_antimeridian(ring: Ring) -> tuple[Position, Position] | None:
    """The first edge longer than half the Earth in longitude, which only the antimeridian explains."""
    for start, end in pairwise(ring.positions):
        if abs(end[0] - start[0]) > 180:
            return start, end
    return None
