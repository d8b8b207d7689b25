"""The outline of a shape in a map, as a ring of few corners."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

SMOOTHED_PX = 1.0


def ring_of(shape: NDArray[np.bool_]) -> tuple[tuple[float, float], ...]:
    """Corners (x, y) as shares of the map's width and height; of the largest part, holes filled."""
    height, width = shape.shape
    padded = np.zeros((height, width + 2), np.int8)
    padded[:, 1:-1] = shape
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    whole = shapely.unary_union(shapely.box(starts, rows, ends, rows + 1))
    largest = max(shapely.get_parts(whole), key=lambda part: part.area)
    simple = shapely.Polygon(largest.exterior).simplify(SMOOTHED_PX)
    corners = np.asarray(simple.exterior.coords)[:-1] / (width, height)
    return tuple((round(float(x), 4), round(float(y), 4)) for x, y in np.clip(corners, 0, 1))
