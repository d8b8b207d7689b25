"""The outline of a shape in a map, as a ring of few corners."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

SMOOTHED_PX = 1.0
MARGIN_PX = 2.0
TIGHTNESS = 0.35
"""0 follows every fragment, 1 is the convex hull."""
MOST_POINTS = 400


def ring_of(shape: NDArray[np.bool_]) -> tuple[tuple[float, float], ...]:
    """Corners (x, y) as shares of the map's width and height; of the largest part, holes filled."""
    return _ring(max(_parts(shape), key=lambda part: part.area), shape.shape)


def ring_round(fragments: NDArray[np.bool_]) -> tuple[tuple[float, float], ...]:
    """The same round scattered fragments, drawn as tightly as a net would lie."""
    rows, columns = np.nonzero(fragments)
    points = np.stack([columns, rows], -1)[:: max(1, len(rows) // MOST_POINTS)] + 0.5
    hull = shapely.concave_hull(shapely.MultiPoint(points), ratio=TIGHTNESS).buffer(MARGIN_PX, quad_segs=1)
    return _ring(max(shapely.get_parts(hull), key=lambda part: part.area), fragments.shape)


def rings_of(shape: NDArray[np.bool_], *, least_share: float) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The same for every part that makes up this share of the map, larger ones first; made on every fourth pixel."""
    coarse = shape[::4, ::4]
    large = [part for part in _parts(coarse) if part.area >= least_share * coarse.size]
    return tuple(_ring(part, coarse.shape) for part in sorted(large, key=lambda part: -part.area))


def _parts(shape: NDArray[np.bool_]) -> list[shapely.Polygon]:
    height, width = shape.shape
    padded = np.zeros((height, width + 2), np.int8)
    padded[:, 1:-1] = shape
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    return list(shapely.get_parts(shapely.unary_union(shapely.box(starts, rows, ends, rows + 1))))


def _ring(part: shapely.Polygon, shape: tuple[int, ...]) -> tuple[tuple[float, float], ...]:
    simple = shapely.Polygon(part.exterior).simplify(SMOOTHED_PX)
    corners = np.asarray(simple.exterior.coords)[:-1] / (shape[1], shape[0])
    return tuple((round(float(x), 4), round(float(y), 4)) for x, y in np.clip(corners, 0, 1))
