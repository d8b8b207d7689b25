"""A picture redrawn as another camera position sees its surface: rays from the new camera, colours from the picture."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mobile.simulated.relief import Points, Surface

Array = NDArray[np.float64]

MESH_PX = 12  # colours between the nodes of this mesh are interpolated
CAMERA_MM = 550.0  # from the face
STEPS = 40  # of a ray through the depth of a head


@dataclass(frozen=True)
class Turn:
    """How something is turned: yaw above 0 to its own left (the picture's right), pitch above 0 up, in degrees."""

    yaw_deg: float = 0.0
    pitch_deg: float = 0.0

    def matrix(self) -> Array:
        """The rotation of (x right, y down, z to the camera)."""
        yaw, pitch = math.radians(self.yaw_deg), math.radians(self.pitch_deg)
        aside = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]])
        nod = np.array(
            [[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]]
        )
        return nod @ aside


@dataclass(frozen=True)
class Hand:
    """How the phone moved against its first position: shift in pixels, tilt in radians, and scale."""

    dx: float = 0.0
    dy: float = 0.0
    tilt: float = 0.0
    scale: float = 1.0

    @classmethod
    def unsteady(cls, rng: random.Random) -> Hand:
        """A hand as it is."""
        return cls(rng.gauss(0, 5), rng.gauss(0, 5), rng.gauss(0, 0.012), 1 + rng.gauss(0, 0.008))


class Mesh:
    """The nodes of an output picture and where the surface before the camera shows them."""

    def __init__(self, size: tuple[int, int], points: Points, hand: Hand) -> None:
        self.size = size
        self._points = points
        self.columns = _lines(size[0])
        self.rows = _lines(size[1])
        u, v = np.meshgrid(np.array(self.columns, float), np.array(self.rows, float))
        # Undo the hand's movement about the picture's middle, then go to upright millimetres at the face.
        u, v = u - size[0] / 2 - hand.dx, v - size[1] / 2 - hand.dy
        cos, sin = math.cos(hand.tilt) / hand.scale, math.sin(hand.tilt) / hand.scale
        self.u, self.v = u * cos + v * sin + size[0] / 2, v * cos - u * sin + size[1] / 2
        self.x, self.y = self._to_mm(self.u, self.v)

    def _to_mm(self, u: Array, v: Array) -> tuple[Array, Array]:
        (u0, v0), scale, roll = self._points.middle, self._points.px_per_mm, self._points.roll
        x, y = (u - u0) / scale, (v - v0) / scale
        return x * math.cos(roll) + y * math.sin(roll), y * math.cos(roll) - x * math.sin(roll)

    def to_px(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Upright millimetres in the plane of the face as pixels of the source."""
        (u0, v0), scale, roll = self._points.middle, self._points.px_per_mm, self._points.roll
        u = x * math.cos(roll) - y * math.sin(roll)
        v = y * math.cos(roll) + x * math.sin(roll)
        return u0 + scale * u, v0 + scale * v

    def seen(
        self, surface: Surface, turn: Turn, pivot: tuple[float, float, float], near_mm: float, far_mm: float
    ) -> tuple[Array, Array, Array]:
        """Which point (x, y, z) of a turned surface each node's ray meets first."""
        rotation, centre = turn.matrix(), np.array(pivot)
        depths = np.linspace(near_mm, far_mm, STEPS)[:, None, None]

        def on_surface(z: Array) -> tuple[Array, Array, Array]:
            """The ray's point at a camera depth, in the surface's own coordinates."""
            grow = 1 - z / CAMERA_MM
            x, y, z = self.x * grow - centre[0], self.y * grow - centre[1], z - centre[2]
            own = [
                rotation[0, axis] * x + rotation[1, axis] * y + rotation[2, axis] * z + centre[axis]
                for axis in range(3)
            ]
            return own[0], own[1], own[2]

        x, y, z = on_surface(depths)
        below = z <= surface.roughly_at(x, y)
        below[-1] = True  # a ray that meets nothing ends at the back
        hit = np.argmax(below, axis=0)
        after, before = depths[hit, 0, 0], depths[np.maximum(hit - 1, 0), 0, 0]
        for _ in range(6):
            middle = (before + after) / 2
            x, y, z = on_surface(middle)
            inside = z <= surface.at(x, y)
            after, before = np.where(inside, middle, after), np.where(inside, before, middle)
        return on_surface((before + after) / 2)


Source = Callable[[Mesh, Turn], tuple[Array, Array]]
"""Which pixels of the source a turned thing shows at the nodes of a mesh."""


@dataclass(frozen=True)
class Thing:
    """What stands before the camera: the picture on its surface, and how it looks when it is turned."""

    canvas: Image.Image
    source: Source
    wall: tuple[int, int, int] = (0, 0, 0)  # behind it
    strain: float = 1.0  # how much further than a head it must be turned to look turned


def redraw(
    picture: Image.Image, mesh: Mesh, source: tuple[Array, Array], fill: tuple[int, int, int]
) -> Image.Image:
    """The picture whose nodes show these pixels of the source."""
    u, v = source
    corners = np.stack(
        [u[:-1, :-1], v[:-1, :-1], u[1:, :-1], v[1:, :-1], u[1:, 1:], v[1:, 1:], u[:-1, 1:], v[:-1, 1:]],
        axis=-1,
    )
    quads = corners.reshape(-1, 8).tolist()
    boxes = [
        (left, top, right, bottom)
        for top, bottom in pairwise(mesh.rows)
        for left, right in pairwise(mesh.columns)
    ]
    return picture.transform(
        mesh.size,
        Image.Transform.MESH,
        list(zip(boxes, quads, strict=True)),
        Image.Resampling.BILINEAR,
        fillcolor=fill,
    )


def _lines(length_px: int) -> list[int]:
    return [*range(0, length_px, MESH_PX), length_px]
