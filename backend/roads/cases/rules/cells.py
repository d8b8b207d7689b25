"""Cells of the Earth by number, so that an ordinary index of any database finds what lies near. Pure."""

from __future__ import annotations

import math

from backend.roads.cases.rules.streets import DEGREE_M
from shared.geometry import Point

CELL_LAT_DEG, CELL_LON_DEG = 0.0018, 0.0031  # some 200 m square at 55° north
ROW = 1 << 20  # more than columns around the Earth


def cell_of(place: Point) -> int:
    """The number of the cell in which a place lies."""
    return _row(place.lat) * ROW + _column(place.lon)


def cells_within(place: Point, reach_m: float) -> list[int]:
    """The cells that a square around a place meets; at the poles and the date line some may be missing."""
    north = reach_m / DEGREE_M
    east = north / max(math.cos(math.radians(place.lat)), 0.01)
    return [
        row * ROW + column
        for row in range(_row(place.lat - north), _row(place.lat + north) + 1)
        for column in range(_column(place.lon - east), _column(place.lon + east) + 1)
    ]


def _row(lat: float) -> int:
    return math.floor((lat + 90.0) / CELL_LAT_DEG)


def _column(lon: float) -> int:
    return math.floor((lon + 180.0) / CELL_LON_DEG)
