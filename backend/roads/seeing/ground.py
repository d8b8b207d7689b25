"""Metres in one photo, which has none: a flat road, and either a lane of known width or a camera of known height.

On flat ground seen by a level camera, the width of the road in pixels grows linearly from the horizon down, so that one number
(the camera's height in metres) and the horizon's row give metres across for every row; how far ahead a row lies needs the
lens as well, for which a phone's usual angle of view is taken. Where the lane is seen well, its edges give the horizon and its width
(3.5 m) the height. Else the height is taken as a person's, and the horizon as where the road ends, or, where it fills the
picture, as a phone held 40° down has it. Both are estimates, and every finding says which was used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LANE_WIDTH_M = 3.5
CAMERA_HEIGHT_M = 1.5
FOCAL_OF_LONG_SIDE = 0.85
"""Focal length in units of the long side: a main camera's 61° across it."""
HELD_DOWN_DEG = 40.0
FARTHEST_M = 40.0
LEAST_ROWS = 0.3
"""Share of the picture's height in which both edges of the lane must be seen."""
MOST_ROUGHNESS = 0.08
"""Root mean square of what the straight line leaves of the lane's widths, as a share of the widest."""
LIKELY_HEIGHT_M = (0.8, 4.0)


@dataclass(frozen=True, slots=True)
class Ground:
    """Where pixels of a map lie on the road; pixels are those of the map it was made for."""

    scale: str  # «lane_width» or «camera_height»
    height_m: float
    horizon_px: float  # row
    centre_px: float  # column in which the way of driving vanishes
    focal_px: float

    def across_m(self, rows: NDArray[Any]) -> NDArray[np.float64]:
        """Metres across that one pixel stands for, by row; 40 m ahead and beyond, what it is there."""
        return self.height_m / self._below(rows)

    def place_m(
        self, columns: NDArray[Any], rows: NDArray[Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Metres to the right of where the camera drives, and ahead of it."""
        below = self._below(rows)
        return (columns - self.centre_px) * self.height_m / below, self.focal_px * self.height_m / below

    def area_m2(self, rows: NDArray[Any]) -> NDArray[np.float64]:
        """Square metres that one pixel stands for, by row."""
        below = self._below(rows)
        return self.height_m / below * self.focal_px * self.height_m / below**2

    def _below(self, rows: NDArray[Any]) -> NDArray[np.float64]:
        least = self.focal_px * self.height_m / FARTHEST_M
        return np.maximum(np.asarray(rows, np.float64) + 0.5 - self.horizon_px, least)


def find_ground(lane: NDArray[np.float32], road: NDArray[np.float32]) -> Ground:
    """The ground of a picture from chances (h, w) of lane and road."""
    return _by_lane(lane) or _by_height(road)


def _focal(shape: tuple[int, ...]) -> float:
    return FOCAL_OF_LONG_SIDE * max(shape)


def _by_lane(lane: NDArray[np.float32]) -> Ground | None:
    height, width = lane.shape
    inside = lane > 0.5
    seen = inside.any(1)
    left = np.argmax(inside, 1)
    right = width - np.argmax(inside[:, ::-1], 1)
    filled = inside.sum(1) > 0.8 * (right - left)
    usable = seen & filled & (left > 2) & (right < width - 2) & (right - left > 0.05 * width)
    if usable.sum() < LEAST_ROWS * height:
        return None
    rows = np.flatnonzero(usable).astype(np.float64)
    edges = [np.polyfit(rows, side[usable], 1) for side in (left, right)]
    opening = edges[1][0] - edges[0][0]
    if opening <= 0:
        return None
    widths = (right - left)[usable]
    told = opening * rows + edges[1][1] - edges[0][1]
    rough = float(np.sqrt(np.mean((widths - told) ** 2))) / float(widths.max())
    horizon = -(edges[1][1] - edges[0][1]) / opening
    height_m = LANE_WIDTH_M / float(opening)
    if (
        rough > MOST_ROUGHNESS
        or horizon > rows[0]
        or not LIKELY_HEIGHT_M[0] <= height_m <= LIKELY_HEIGHT_M[1]
    ):
        return None
    centre = edges[0][0] * horizon + edges[0][1]
    return Ground("lane_width", height_m, float(horizon), float(centre), _focal(lane.shape))


def _by_height(road: NDArray[np.float32]) -> Ground:
    height, width = road.shape
    focal = _focal(road.shape)
    rows = np.flatnonzero((road > 0.5).mean(1) > 0.1)
    top = int(rows[0]) if len(rows) else 0
    horizon = float(top) if top > 0.1 * height else height / 2 - focal * math.tan(math.radians(HELD_DOWN_DEG))
    return Ground("camera_height", CAMERA_HEIGHT_M, horizon, width / 2, focal)
