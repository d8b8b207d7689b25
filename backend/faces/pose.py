"""Where a head points, from 68 landmarks: least squares of a rigid mean face under scaled orthographic
projection.

Rough (about ±10°): good for a quality gate and a hint such as «look into the camera».
Source: DeMenthon & Davis, «Model-based object pose in 25 lines of code», 1995, its first step (POS).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from backend.faces.reading import Pose

# iBUG indices: nose tip, chin, outer eye corners (image left, image right), mouth corners (image left, image right)
_POINTS = (30, 8, 36, 45, 48, 54)
# The same points of an average face in arbitrary units: x to the image's right, y down, z towards the camera.
_MEAN_FACE = np.array(
    [(0, 0, 0), (0, 330, -65), (-225, -170, -135), (225, -170, -135), (-150, 150, -125), (150, 150, -125)],
    float,
)
_CENTRED_FACE = _MEAN_FACE - _MEAN_FACE.mean(axis=0)
_INVERSE = np.linalg.pinv(_CENTRED_FACE)
_NEUTRAL_PITCH_DEG = 0.0


def head_pose(landmarks: NDArray[np.float32]) -> Pose:
    """Yaw, pitch, roll in degrees of landmarks of shape (68, 2) in pixels, y down."""
    points = landmarks[list(_POINTS)].astype(float)
    # Rows of the affine camera: image x and image y as combinations of the face's axes.
    affine = (_INVERSE @ (points - points.mean(axis=0))).T
    u, _scales, vt = np.linalg.svd(affine, full_matrices=False)
    right, down = u @ vt  # the nearest pair of orthonormal rows
    forward = np.cross(right, down)  # how the picture's depth axis looks from the face
    # The nose axis (0, 0, 1) of the face in picture coordinates is the third column of the rotation.
    nose_x, nose_y, nose_z = right[2], down[2], forward[2]
    yaw_deg = math.degrees(math.atan2(nose_x, nose_z))
    pitch_deg = math.degrees(math.asin(float(np.clip(-nose_y, -1, 1)))) - _NEUTRAL_PITCH_DEG
    eyes = landmarks[42:48].mean(axis=0) - landmarks[36:42].mean(axis=0)
    roll_deg = math.degrees(math.atan2(float(eyes[1]), float(eyes[0])))
    return Pose(yaw_deg, pitch_deg, roll_deg)
