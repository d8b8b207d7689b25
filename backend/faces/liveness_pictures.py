"""Pictures of pictures: a photo seen flat, curled, framed or on a screen by a pinhole camera, drawn by ray casting.

Lengths are in pixels of the photo; a photo 276 px wide stands for a print 20 cm wide, so 1.5 widths are 30 cm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float64]
"""Brightness 0 to 255, shape (height, width)."""

CANVAS_SHARE = 1.35
"""Side of what the camera sees as a multiple of the photo's: room for turned and shifted pictures."""
WALL, BEZEL = 150.0, 12.0
"""Brightness behind the picture and of a phone's frame."""
BEZEL_SHARE = 0.05
"""Width of the frame of a screen as a share of the picture's."""


@dataclass(frozen=True, slots=True)
class Hold:
    """How a picture is held before the camera."""

    distance_widths: float = 3.0
    """From the camera to the picture's centre, in widths of the picture."""
    turn_deg: float = 0.0
    """About the vertical axis; above 0 it looks to the camera's right."""
    nod_deg: float = 0.0
    """About the horizontal axis; above 0 it looks up."""
    roll_deg: float = 0.0
    """In its own plane."""
    zoom: float = 1.0
    """Size in the camera's picture beside that of the original."""
    shift_right: float = 0.0
    """Of the picture's centre, in widths of the picture."""
    radius_widths: float = math.inf
    """Of the cylinder it is curled round, in widths of the picture; below 0: hollow towards the camera."""
    across: bool = False
    """The cylinder's axis lies level instead of upright."""
    bezel: bool = False
    """Framed in black, as on a phone."""


def photograph(picture: Grey, hold: Hold) -> Grey:
    """What the camera sees, with ``CANVAS_SHARE`` times the picture's sides."""
    height, width = picture.shape
    canvas = (round(height * CANVAS_SHARE), round(width * CANVAS_SHARE))
    distance = hold.distance_widths * width
    rows, columns = np.mgrid[: canvas[0], : canvas[1]].astype(float)
    rays = np.stack(
        [
            (columns - (canvas[1] - 1) / 2) / (distance * hold.zoom),
            (rows - (canvas[0] - 1) / 2) / (distance * hold.zoom),
            np.ones(canvas),
        ],
        axis=-1,
    )
    rotation = _rotation(hold)
    start = -(np.array([hold.shift_right * width, 0.0, distance]) @ rotation)
    u, v, seen = _meet(rays @ rotation, start, hold.radius_widths * width, hold.across)
    u, v = u + (width - 1) / 2, v + (height - 1) / 2
    inside = seen & (u >= 0) & (u <= width - 1) & (v >= 0) & (v <= height - 1)
    result = np.full(canvas, WALL)
    if hold.bezel:
        rim = BEZEL_SHARE * width
        result[seen & (u > -rim) & (u < width - 1 + rim) & (v > -rim) & (v < height - 1 + rim)] = BEZEL
    result[inside] = _sample(picture, u[inside], v[inside])
    return result


def _rotation(hold: Hold) -> Grey:
    """Columns are the picture's axes (right, down, away) in the camera's."""
    turn, nod, roll = (math.radians(angle) for angle in (hold.turn_deg, hold.nod_deg, hold.roll_deg))
    about_y = np.array([[math.cos(turn), 0, -math.sin(turn)], [0, 1, 0], [math.sin(turn), 0, math.cos(turn)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(nod), math.sin(nod)], [0, -math.sin(nod), math.cos(nod)]])
    about_z = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    return np.asarray(about_x @ about_y @ about_z)


def _meet(rays: Grey, start: Grey, radius: float, across: bool) -> tuple[Grey, Grey, NDArray[np.bool_]]:
    """Where rays from ``start`` meet the sheet, measured along the sheet from its centre, and whether they do."""
    x, y, z = (0, 1, 2) if not across else (1, 0, 2)
    if math.isinf(radius):
        length = -start[z] / rays[..., z]
        along, level = start[x] + length * rays[..., x], start[y] + length * rays[..., y]
        seen = length > 0
    else:
        # The axis lies at depth `radius`; a hollow sheet (below 0) has it before the picture and shows its far wall.
        a = rays[..., x] ** 2 + rays[..., z] ** 2
        b = rays[..., x] * start[x] + rays[..., z] * (start[z] - radius)
        c = start[x] ** 2 + (start[z] - radius) ** 2 - radius**2
        root = b * b - a * c
        length = (-b - math.copysign(1.0, radius) * np.sqrt(np.maximum(root, 0.0))) / a
        along = start[x] + length * rays[..., x]
        depth = start[z] + length * rays[..., z]
        along = abs(radius) * np.arctan2(along, (radius - depth) * math.copysign(1.0, radius))
        level = start[y] + length * rays[..., y]
        seen = (root > 0) & (length > 0)
    return (level, along, seen) if across else (along, level, seen)


def _sample(picture: Grey, u: Grey, v: Grey) -> Grey:
    """Bilinear."""
    left = np.clip(u.astype(int), 0, picture.shape[1] - 2)
    top = np.clip(v.astype(int), 0, picture.shape[0] - 2)
    right_share, low_share = u - left, v - top
    upper = picture[top, left] * (1 - right_share) + picture[top, left + 1] * right_share
    lower = picture[top + 1, left] * (1 - right_share) + picture[top + 1, left + 1] * right_share
    return np.asarray(upper * (1 - low_share) + lower * low_share)
