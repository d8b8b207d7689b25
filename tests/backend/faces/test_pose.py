"""Head pose: the mean face turned by known angles is read back."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from backend.faces.pose import head_pose

POINTS = {
    30: (0, 0, 0),
    8: (0, 330, -65),
    36: (-225, -170, -135),
    45: (225, -170, -135),
    48: (-150, 150, -125),
    54: (150, 150, -125),
}


def landmarks(yaw_deg: float = 0, pitch_deg: float = 0, roll_deg: float = 0) -> NDArray[np.float32]:
    """The mean face seen from afar, yaw above 0 to its own left (the picture's right), pitch above 0 up."""
    yaw, pitch, roll = (math.radians(angle) for angle in (yaw_deg, pitch_deg, roll_deg))
    turn = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]])
    nod = np.array([[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]])
    tilt = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    rotation = tilt @ nod @ turn
    result = np.zeros((68, 2), np.float32)
    for index, point in POINTS.items():
        result[index] = (rotation @ np.array(point))[:2] * 0.3 + 200
    result[37:42], result[42:45], result[46:48] = result[36], result[45], result[45]
    return result


@pytest.mark.parametrize("yaw_deg", [-40, -15, 0, 15, 40])
def test_turned_head_is_read_back(yaw_deg: float) -> None:
    """Above 0 is the person's own left."""
    assert pytest.approx((yaw_deg, 0), abs=1) == head_pose(landmarks(yaw_deg=yaw_deg))[:2]


@pytest.mark.parametrize("pitch_deg", [-30, 10, 30])
def test_raised_head_is_read_back(pitch_deg: float) -> None:
    """Above 0 is up."""
    assert pytest.approx((0, pitch_deg), abs=1) == head_pose(landmarks(pitch_deg=pitch_deg))[:2]


@pytest.mark.parametrize("roll_deg", [-30, 0, 20])
def test_tilted_head_is_read_back(roll_deg: float) -> None:
    """Above 0 is clockwise as the camera sees it."""
    assert pytest.approx(roll_deg, abs=1) == head_pose(landmarks(roll_deg=roll_deg)).roll_deg
