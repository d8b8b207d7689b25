"""How far the parts of a face stand out: skull, brow, eye sockets, nose, lips and chin laid over five points of a photo.

Head coordinates in millimetres: origin on the skin between the eyes, x to the picture's right, y down, z towards the
camera. The measures are those of an average adult (nose 21 mm high, skull 156 × 184 mm); the photo's own points say
where nose, mouth and chin are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

EYES_APART_MM = 62.0  # middle of one eye to the other
SKULL_HALF_WIDTH_MM, SKULL_HALF_DEPTH_MM = 78.0, 92.0
NOSE_MM = 21.0
ABOVE_EYES_MM, BELOW_EYES_MM = 122.0, 140.0
REACH_X_MM, REACH_Y_MM = 260.0, 320.0  # how far from the origin the surface is known


@dataclass(frozen=True)
class Points:
    """Where five points of a face lie in its photo, in pixels: what of the face is where."""

    eye_left: tuple[float, float]  # in the picture, so the person's right eye
    eye_right: tuple[float, float]
    nose: tuple[float, float]
    mouth: tuple[float, float]
    chin: tuple[float, float]

    @property
    def middle(self) -> tuple[float, float]:
        """Between the eyes."""
        (x0, y0), (x1, y1) = self.eye_left, self.eye_right
        return (x0 + x1) / 2, (y0 + y1) / 2

    @property
    def px_per_mm(self) -> float:
        """The photo's scale at the face."""
        return math.dist(self.eye_left, self.eye_right) / EYES_APART_MM

    @property
    def roll(self) -> float:
        """How far the line of the eyes is turned, in radians, clockwise in the picture."""
        (x0, y0), (x1, y1) = self.eye_left, self.eye_right
        return math.atan2(y1 - y0, x1 - x0)

    def in_mm(self, point: tuple[float, float]) -> tuple[float, float]:
        """A point of the photo in upright head coordinates."""
        x, y = (point[0] - self.middle[0]) / self.px_per_mm, (point[1] - self.middle[1]) / self.px_per_mm
        cos, sin = math.cos(self.roll), math.sin(self.roll)
        return x * cos + y * sin, y * cos - x * sin

    def moved(self, scale: float, dx: float, dy: float) -> Points:
        """The same points in a copy of the photo that was cut at (dx, dy) and then enlarged."""
        names = ("eye_left", "eye_right", "nose", "mouth", "chin")
        return Points(
            **{
                name: ((getattr(self, name)[0] - dx) * scale, (getattr(self, name)[1] - dy) * scale)
                for name in names
            }
        )


class Surface:
    """A surface z(x, y) seen from the front, kept as a grid of one millimetre."""

    def __init__(self, z_mm: Array) -> None:
        self._z = z_mm

    def at(self, x: Array, y: Array) -> Array:
        """Heights in millimetres; beyond the edge those of the edge."""
        rows, columns = self._z.shape
        fx = np.clip(x + REACH_X_MM, 0, columns - 1.001)
        fy = np.clip(y + REACH_Y_MM, 0, rows - 1.001)
        column, row = fx.astype(np.intp), fy.astype(np.intp)
        dx, dy = fx - column, fy - row
        z = self._z
        upper = z[row, column] * (1 - dx) + z[row, column + 1] * dx
        lower = z[row + 1, column] * (1 - dx) + z[row + 1, column + 1] * dx
        return upper * (1 - dy) + lower * dy

    def roughly_at(self, x: Array, y: Array) -> Array:
        """Heights of the nearest points of the grid: a fifth of the time."""
        rows, columns = self._z.shape
        column = np.clip(x + (REACH_X_MM + 0.5), 0, columns - 1).astype(np.intp)
        row = np.clip(y + (REACH_Y_MM + 0.5), 0, rows - 1).astype(np.intp)
        return self._z[row, column]


def grid_mm() -> tuple[Array, Array]:
    """The points at which surfaces are known."""
    x = np.arange(-REACH_X_MM, REACH_X_MM + 1)
    y = np.arange(-REACH_Y_MM, REACH_Y_MM + 1)
    xs, ys = np.meshgrid(x, y)
    return xs, ys


def head(points: Points) -> Surface:
    """The surface of a head whose photo has these points."""
    x, y = grid_mm()
    nose, mouth, chin = (points.in_mm(each) for each in (points.nose, points.mouth, points.chin))
    # A face that looks a little aside has its middle line bent: the parts sit where the photo shows them.
    middle = np.interp(
        y, [0.0, nose[1], mouth[1], chin[1]], [0.0, nose[0], mouth[0], 0.5 * (mouth[0] + chin[0])]
    )
    across = x - middle
    return Surface(_skull(x, y) + _face(across, y, nose[1], mouth[1], chin[1]))


def _skull(x: Array, y: Array) -> Array:
    """An ellipsoid, whose lower half is drawn out to the chin; it goes on as a slope beyond its edge."""
    vertical = np.where(
        y < 0, np.abs(y / ABOVE_EYES_MM) ** 2.4, np.abs(np.maximum(y, 0) / BELOW_EYES_MM) ** 3.5
    )
    room = 1 - (x / SKULL_HALF_WIDTH_MM) ** 2 - vertical
    inside = np.sqrt(np.maximum(room, 0.04)) - 1
    slope = np.clip(room - 0.04, -0.6, 0)
    return SKULL_HALF_DEPTH_MM * (inside + slope)


def _face(across: Array, y: Array, nose_y: float, mouth_y: float, chin_y: float) -> Array:
    """What stands out of the skull and what lies in it."""

    def hill(x0: float, y0: float, wide: float, high: float) -> Array:
        return np.exp(-(((across - x0) / wide) ** 2 + ((y - y0) / high) ** 2) / 2)

    root_y, foot_y = -0.2 * nose_y, nose_y + 8.0
    along = np.clip((y - root_y) / (nose_y - root_y), 0, 1)
    ridge = np.where(y <= nose_y, along**1.2, np.exp(-(((y - nose_y) / 6.0) ** 2) / 2))
    width = 6.5 + 3.0 * along
    nose = NOSE_MM * ridge * np.exp(-((across / width) ** 2) / 2)
    wings = 9.0 * (hill(-13, foot_y - 4, 5, 6) + hill(13, foot_y - 4, 5, 6))
    half = EYES_APART_MM / 2
    sockets = -7.0 * (hill(-half, 0, 13, 9) + hill(half, 0, 13, 9))
    brow = 4.0 * (hill(-24, -21, 20, 7) + hill(24, -21, 20, 7))
    cheeks = 4.0 * (hill(-38, 0.9 * nose_y, 15, 15) + hill(38, 0.9 * nose_y, 15, 15))
    lips = 7.0 * hill(0, mouth_y, 20, 11)
    chin = 12.0 * hill(0, chin_y - 6, 19, 13)
    return nose + wings + sockets + brow + cheeks + lips + chin
