"""A made-up head with 68 landmarks in millimetres, seen by a pinhole camera: turned, or as a picture of itself.

Drawn from anatomy by hand and independent of the profile that the product learned.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def solid_face() -> Floats:
    """(68, 3) in millimetres: x to the picture's right, y down, z towards the camera; the origin between eyes and
    mouth."""
    jaw = [
        (-72 * math.cos(a), 95 * math.sin(a) - 5, -75 * math.cos(a) ** 2 - 8)
        for a in np.linspace(0, math.pi, 17)
    ]
    brows = [(x, -46 + abs(abs(x) - 35) * 0.2, 8 - 24 * (x / 55) ** 2) for x in (-56, -46, -36, -26, -16)]
    nose = [(0, -26, 9), (0, -11, 17), (0, 5, 25), (0, 19, 32)]
    base = [(-14, 29, 11), (-7, 32, 15), (0, 34, 18), (7, 32, 15), (14, 29, 11)]
    eye = [(-46, -22, -14), (-37, -27, -4), (-27, -27, -3), (-18, -21, -7), (-27, -18, -4), (-37, -18, -6)]
    mouth = [(-25, 63, -4), (-15, 56, 7), (-5, 53, 13), (0, 54, 14), (5, 53, 13), (15, 56, 7), (25, 63, -4)]
    below = [(14, 71, 5), (5, 75, 9), (0, 76, 10), (-5, 75, 9), (-14, 71, 5)]
    inner = [
        (-21, 63, 0),
        (-6, 61, 9),
        (0, 62, 10),
        (6, 61, 9),
        (21, 63, 0),
        (6, 65, 8),
        (0, 66, 9),
        (-6, 65, 8),
    ]
    other_eye = [(-x, y, z) for x, y, z in (eye[3], eye[2], eye[1], eye[0], eye[5], eye[4])]
    other_brow = [(-x, y, z) for x, y, z in reversed(brows)]
    points = [*jaw, *brows, *other_brow, *nose, *base, *eye, *other_eye, *mouth, *below, *inner]
    return np.array(points, float)


def flat_face() -> Floats:
    """The head's picture, life-size, on a sheet."""
    return np.asarray(solid_face() * (1.0, 1.0, 0.0))


def curled_face(radius_mm: float, *, across: bool = False) -> Floats:
    """The picture round a cylinder whose axis stands upright, or lies across."""
    flat = flat_face()
    along, depth = (1, 2) if across else (0, 2)
    angle = flat[:, along] / radius_mm
    curled = flat.copy()
    curled[:, along], curled[:, depth] = radius_mm * np.sin(angle), radius_mm * (np.cos(angle) - 1)
    return curled


def seen(
    points: Floats,
    *,
    yaw_deg: float = 0,
    pitch_deg: float = 0,
    roll_deg: float = 0,
    distance_mm: float = 450,
    focal_px: float = 900,
) -> NDArray[np.float32]:
    """Pixels (68, 2), y down; yaw above 0 to the head's own left (the picture's right), pitch above 0 up, roll above 0
    clockwise."""
    yaw, pitch, roll = (math.radians(angle) for angle in (yaw_deg, pitch_deg, roll_deg))
    turn = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]])
    nod = np.array([[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]])
    tilt = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    x, y, z = tilt @ nod @ turn @ points.T
    return np.stack([focal_px * x, focal_px * y], axis=1).astype(np.float32) / (distance_mm - z)[
        :, None
    ].astype(np.float32) + np.float32(400)
