"""A head of 68 landmarks in space, turned as asked: what the FakeVerifier sees, and what liveness is tested with."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

# x and y of points 17 to 67 of an average face (brows, nose, eyes, mouth) as shares of its width, y down
_INNER_X = """
    .000 .075 .181 .291 .393 .587 .689 .799 .905 .980 .490 .490 .490 .490 .367 .426 .490 .554 .613 .122 .187 .266 .335 .261
    .183 .646 .714 .793 .859 .798 .719 .254 .341 .429 .490 .551 .639 .726 .642 .557 .490 .424 .338 .290 .428 .490 .552 .690
    .553 .490 .427
"""
_INNER_Y = """
    .106 .039 .019 .034 .077 .077 .034 .019 .039 .106 .203 .307 .410 .516 .587 .609 .628 .609 .587 .216 .179 .180 .232 .245
    .244 .232 .180 .179 .216 .244 .245 .780 .745 .727 .743 .727 .745 .780 .865 .902 .909 .902 .865 .785 .779 .785 .779 .785
    .824 .832 .824
"""
_NOSE = {27: 0.08, 28: 0.16, 29: 0.25, 30: 0.34, 31: 0.13, 32: 0.17, 33: 0.20, 34: 0.17, 35: 0.13}


def _head() -> NDArray[np.float64]:
    """(68, 3): x right, y down, z towards the camera, in face widths."""
    angles = np.linspace(math.pi, 0.0, 17)
    jaw = np.stack([0.49 + 0.56 * np.cos(angles), 0.25 + 0.95 * np.sin(angles)], axis=1)
    inner = np.stack([np.array(text.split(), dtype=float) for text in (_INNER_X, _INNER_Y)], axis=1)
    plane = np.vstack([jaw, inner])
    x, y = plane[:, 0] - 0.49, plane[:, 1] - 0.45
    depth = -0.5 * x**2 - 0.2 * y**2
    for point, above in _NOSE.items():
        depth[point] += above
    return np.stack([x, y, depth], axis=1)


HEAD = _head()


def landmarks(yaw_deg: float = 0.0, pitch_deg: float = 0.0, *, flat: bool = False) -> NDArray[np.float32]:
    """(68, 2) in pixels: a head turned to its own left (yaw above 0) and up (pitch above 0); ``flat``: its photo, turned."""
    points = HEAD * (1, 1, 0) if flat else HEAD
    yaw, pitch = math.radians(yaw_deg), math.radians(pitch_deg)
    turn = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]])
    nod = np.array([[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]])
    seen = points @ (nod @ turn).T
    away = 6.0 - seen[:, 2]  # face widths from the camera
    return (seen[:, :2] * (6.0 / away)[:, None] * 200 + 400).astype(np.float32)
