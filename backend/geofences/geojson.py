"""Read the polygons out of untrusted GeoJSON: unwrap, count, check each number, drop altitudes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from shared.decoding import DecodeError, Errors, Path
from shared.i18n import Message
from shared.i18n import Message as _
from shared.scalars import shown

MAX_ERRORS = 20  # enough to repair a boundary by, few enough to read

Position = tuple[float, float]  # lon, lat


class BoundaryError(DecodeError):
    """Why GeoJSON is no boundary: messages with paths such as ``("coordinates", 1)``, the first hole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """One ring, with the words and the path that say which one it is."""

    positions: list[Position]
    name: Message
    path: Path


Rings = list[Ring]  # of one polygon: the shell, then the holes


def stop_if(errors: Errors) -> None:
    """Raise what was found, if anything was."""
    if errors:
        raise BoundaryError(errors[:MAX_ERRORS])


def read_polygons(geojson: object, max_polygons: int, max_vertices: int) -> tuple[bool, list[Rings]]:
    """Whether it is a MultiPolygon, and the rings of each polygon; BoundaryError where it is not GeoJSON."""
    geometry, path = _unwrapped(geojson)
    path = (*path, "coordinates")
    is_multiple = geometry["type"] == "MultiPolygon"
    coordinates = geometry.get("coordinates")
    parts = coordinates if is_multiple else [coordinates]
    if not isinstance(parts, list) or not parts:
        raise _refusal(path, _("coordinates must be a list of polygons, each a list of rings"))
    if len(parts) > max_polygons:
        message = _("a boundary may have at most {max} polygons, has {count}: split it")
        raise _refusal(path, message.format(max=max_polygons, count=len(parts)))
    errors: Errors = []
    polygons: list[Rings] = []
    left = max_vertices
    for number, part in enumerate(parts):
        part_path = (*path, number) if is_multiple else path
        if not isinstance(part, list) or not part:
            message = _("polygon {polygon} must be a list of rings, the outer one first, was {value}")
            raise _refusal(part_path, message.format(polygon=number + 1, value=shown(part)))
        rings: Rings = []
        for at, ring in enumerate(part):
            name, ring_path = ring_name(number, at), (*part_path, at)
            if not isinstance(ring, list):
                message = _("{ring} must be a list of positions [lon, lat], was {value}")
                raise _refusal(ring_path, message.format(ring=name, value=shown(ring)))
            left -= len(ring)
            if left < 0:
                message = _("a boundary may have at most {max} positions: simplify it")
                raise _refusal(path, message.format(max=max_vertices))
            rings.append(Ring(positions=_positions(ring, name, ring_path, errors), name=name, path=ring_path))
        polygons.append(rings)
    stop_if(errors)
    return is_multiple, polygons


def ring_name(polygon: int, ring: int) -> Message:
    """Which ring in words, counted from 1."""
    if ring == 0:
        return _("the outer ring of polygon {polygon}").format(polygon=polygon + 1)
    return _("hole {hole} of polygon {polygon}").format(hole=ring, polygon=polygon + 1)


def pair(position: Position) -> str:
    """A position as GeoJSON writes it, to about 10 cm."""
    return f"[{position[0]:.6f}, {position[1]:.6f}]"


def _refusal(path: Path, message: Message) -> BoundaryError:
    return BoundaryError([(path, message)])


def _unwrapped(geojson: object) -> tuple[dict[str, Any], Path]:
    """The Polygon or MultiPolygon, and the path to it."""
    path: Path = ()
    if isinstance(geojson, dict) and geojson.get("type") == "FeatureCollection":
        features = geojson.get("features")
        count = len(features) if isinstance(features, list) else 0
        if not isinstance(features, list) or count != 1:
            message = _(
                "a FeatureCollection must hold exactly one feature, has {count}: send them one by one"
            )
            raise _refusal(("features",), message.format(count=count))
        geojson, path = features[0], ("features", 0)
    if isinstance(geojson, dict) and geojson.get("type") == "Feature":
        geojson, path = geojson.get("geometry"), (*path, "geometry")
    if not isinstance(geojson, dict):
        message = _("a boundary must be a GeoJSON object with type and coordinates, was {value}")
        raise _refusal(path, message.format(value=shown(geojson)))
    if (kind := geojson.get("type")) not in ("Polygon", "MultiPolygon"):
        message = _("a boundary must be a Polygon or a MultiPolygon, was {value}: draw an area")
        raise _refusal((*path, "type"), message.format(value=shown(kind)))
    if geojson.get("crs") is not None and not _is_wgs84(geojson["crs"]):
        message = _("crs is not read: send WGS 84 degrees, lon,lat, without crs (RFC 7946)")
        raise _refusal((*path, "crs"), message)
    return geojson, path


def _is_wgs84(crs: object) -> bool:
    """Whether an old-style ``crs`` member says what RFC 7946 says anyway."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return isinstance(name, str) and name.endswith(("CRS84", "EPSG::4326", "EPSG:4326"))


def _positions(ring: list[Any], name: Message, path: Path, errors: Errors) -> list[Position]:
    positions: list[Position] = []
    for at, position in enumerate(ring):
        if len(errors) >= MAX_ERRORS:
            break
        numbers = position if isinstance(position, list) and len(position) in (2, 3) else []
        if not numbers or not all(_is_number(value) for value in numbers):
            message = _("position {number} of {ring} must be two numbers [lon, lat], was {value}")
            value = f"[{', '.join(shown(each) for each in numbers)}]" if numbers else shown(position)
            errors.append(((*path, at), message.format(number=at + 1, ring=name, value=value)))
        elif not all(_is_finite(value) for value in numbers[:2]):
            message = _("position {number} of {ring} must be finite numbers, was {value}")
            value = f"[{shown(numbers[0])}, {shown(numbers[1])}]"
            errors.append(((*path, at), message.format(number=at + 1, ring=name, value=value)))
        else:
            positions.append((float(numbers[0]), float(numbers[1])))
    return positions


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond every float
        return False
