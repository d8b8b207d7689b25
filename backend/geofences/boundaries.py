"""A boundary as somebody sent it, checked and made plain; what is wrong with it is said by field."""

from __future__ import annotations

import json
from typing import Any

import shapely

from backend.adapters import settings
from backend.errors import Invalid
from backend.geofences.rules import BoundaryError, Bounds, validate_boundary
from shared.decoding import path_text
from shared.geometry import Point
from shared.i18n import Message


def city_bounds() -> Bounds:
    """Where the city lies, from the settings."""
    centre = Point(lat=settings().city_lat, lon=settings().city_lon)
    return Bounds(centre=centre, far_km=settings().city_radius_km)


def checked_boundary(geojson: object) -> dict[str, Any]:
    """GeoJSON as rows keep it; Invalid says what is wrong with it, and where."""
    try:
        boundary = validate_boundary(geojson, city_bounds())
    except BoundaryError as error:
        errors: dict[str, list[Message]] = {}
        for path, message in error.errors:
            errors.setdefault(path_text(("boundary", *path)), []).append(message)
        raise Invalid(errors) from error
    plain: dict[str, Any] = json.loads(shapely.to_geojson(boundary))
    return plain
