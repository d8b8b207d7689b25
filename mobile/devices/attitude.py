"""Where a device looks, from how it lies in space: the horizontal directions of its camera and of its upper edge. Pure.

A rotation vector is Android's TYPE_ROTATION_VECTOR: a unit quaternion that turns the device's axes (x right, y up along the
screen, z out of it) into the world's (x east, y magnetic north, z up).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

Vector = tuple[float, float, float]
LEVEL_LEAST = math.sin(
    math.radians(20)
)  # of a unit vector: a camera that looks down more steeply has no direction
UPRIGHT_LEAST = math.sin(math.radians(35))  # flatter in the hand, the upper edge says where somebody faces
CAMERA: Vector = (0.0, 0.0, -1.0)  # on the back
EDGE: Vector = (0.0, 1.0, 0.0)


def turned(vector: Vector, rotation: Sequence[float]) -> Vector:
    """A vector of the device in the world; the rotation's fourth part is reckoned where a sensor leaves it out."""
    x, y, z = rotation[:3]
    w = rotation[3] if len(rotation) > 3 else math.sqrt(max(0.0, 1.0 - x * x - y * y - z * z))
    a, b, c = vector
    cross = (y * c - z * b, z * a - x * c, x * b - y * a)
    again = (y * cross[2] - z * cross[1], z * cross[0] - x * cross[2], x * cross[1] - y * cross[0])
    return (
        a + 2 * (w * cross[0] + again[0]),
        b + 2 * (w * cross[1] + again[1]),
        c + 2 * (w * cross[2] + again[2]),
    )


def bearing_deg(east: float, north: float) -> float:
    """Degrees clockwise from north, from 0 to below 360."""
    return math.degrees(math.atan2(east, north)) % 360


def camera_bearing_deg(rotation: Sequence[float]) -> float | None:
    """Where the camera on the back looks, from magnetic north; None while it looks down, or up, too steeply."""
    east, north, _up = turned(CAMERA, rotation)
    return bearing_deg(east, north) if math.hypot(east, north) >= LEVEL_LEAST else None


def facing_bearing_deg(rotation: Sequence[float]) -> float:
    """Where somebody faces who holds the device before him: its camera's direction, lying flat its upper edge's."""
    east, north, _up = turned(CAMERA, rotation)
    if math.hypot(east, north) < UPRIGHT_LEAST:
        east, north, _up = turned(EDGE, rotation)
    return bearing_deg(east, north)
