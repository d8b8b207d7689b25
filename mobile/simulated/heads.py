"""A head that turns before the camera, made of one photo: what a challenge's frames of a living person look like."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mobile.simulated.camera import jpeg, lit
from mobile.simulated.prints import Way, made
from mobile.simulated.relief import SKULL_HALF_DEPTH_MM, Points, head
from mobile.simulated.warp import CAMERA_MM, Hand, Mesh, Thing, Turn, redraw
from shared.vocabulary import Move

Array = NDArray[np.float64]

NEAREST_MM, FARTHEST_MM = 50.0, -130.0  # of a head that turns, from the skin between the eyes
PIVOT_MM = (0.0, 40.0, -SKULL_HALF_DEPTH_MM)  # about where the skull rests on the neck
EDGE_X_MM, ABOVE_EDGE_MM, BELOW_EDGE_MM = 92.0, 138.0, 142.0
STILL_FROM, STILL_AT = 0.8, 1.12  # shares of the way to the head's edge: what lies beyond does not turn
ASIDE_DEG, UP_DEG, DOWN_DEG = (21.0, 26.0), (19.0, 24.0), (17.5, 22.0)
ON_THE_WAY, ON_THE_WAY_BACK = 0.55, 0.5
MOST_FRAMES = 12

Shot = tuple[bytes, int | None]
"""A frame as JPEG, and which movement had been asked for."""


def sequence(
    picture: Image.Image,
    points: Points,
    moves: Sequence[Move],
    rng: random.Random,
    *,
    way: Way = Way.LIVE,
    light: float = 1.0,
) -> list[Shot]:
    """Frames of one answer to a challenge, of the picture's size: straight ahead, each movement there and back, ahead.

    With three movements there are twelve frames, the most that a check-in carries; a fourth leaves out the ways back.
    """
    thing = turning_head(picture, points) if way is Way.LIVE else made(picture, points, way, rng)
    return [
        (_frame(thing, picture.size, points, turn, rng, light), prompt)
        for turn, prompt in _path(moves, rng, thing.strain)
    ]


def still(
    picture: Image.Image, points: Points, turns: Sequence[Turn], rng: random.Random, *, light: float = 1.0
) -> list[bytes]:
    """Photos of the head as it points in these directions, JPEG."""
    thing = turning_head(picture, points)
    return [_frame(thing, picture.size, points, _about(turn, rng), rng, light) for turn in turns]


class LiveHead:
    """One head that points wherever it is told to, picture after picture."""

    def __init__(self, picture: Image.Image, points: Points) -> None:
        self._picture = picture
        self._points = points
        self._thing = turning_head(picture, points)

    @property
    def size(self) -> tuple[int, int]:
        """Of its pictures, width and height in pixels."""
        return self._picture.size

    def scaled(self, scale: float) -> LiveHead:
        """The same head in smaller pictures, which are drawn sooner."""
        width, height = self.size
        small = self._picture.resize((round(scale * width), round(scale * height)), Image.Resampling.LANCZOS)
        return LiveHead(small, self._points.moved(scale, 0, 0))

    def picture(self, turn: Turn) -> Image.Image:
        """What a preview shows: a steady hand, and the light as it is."""
        mesh = Mesh(self.size, self._points, Hand())
        return redraw(self._thing.canvas, mesh, self._thing.source(mesh, turn), self._thing.wall)

    def jpeg(self, turn: Turn, rng: random.Random, *, light: float = 1.0) -> bytes:
        """What a camera saves."""
        return _frame(self._thing, self.size, self._points, _about(turn, rng), rng, light)


def _frame(
    thing: Thing, size: tuple[int, int], points: Points, turn: Turn, rng: random.Random, light: float
) -> bytes:
    mesh = Mesh(size, points, Hand.unsteady(rng))
    return jpeg(lit(redraw(thing.canvas, mesh, thing.source(mesh, turn), thing.wall), rng, light), rng)


def turning_head(picture: Image.Image, points: Points) -> Thing:
    """A head with depth before a background that stays."""
    surface = head(points)

    def source(mesh: Mesh, turn: Turn) -> tuple[Array, Array]:
        x, y, z = mesh.seen(surface, turn, PIVOT_MM, NEAREST_MM, FARTHEST_MM)
        grow = 1 / (1 - z / CAMERA_MM)  # the photo was taken from where the camera is
        u, v = mesh.to_px(x * grow, y * grow)
        held = _held(mesh.x, mesh.y)
        u, v = held * u + (1 - held) * mesh.u, held * v + (1 - held) * mesh.v
        return np.clip(u, 0, picture.width - 1), np.clip(v, 0, picture.height - 1)

    return Thing(picture, source)


def _held(x: Array, y: Array) -> Array:
    """1 on the head, 0 beyond its edge, smooth between."""
    edge_y = np.where(y < 0, ABOVE_EDGE_MM, BELOW_EDGE_MM)
    radius = np.sqrt((x / EDGE_X_MM) ** 2 + (y / edge_y) ** 2)
    rest = np.clip((STILL_AT - radius) / (STILL_AT - STILL_FROM), 0, 1)
    return np.asarray(rest * rest * (3 - 2 * rest))


def _path(moves: Sequence[Move], rng: random.Random, strain: float) -> list[tuple[Turn, int | None]]:
    """Where the head points in each frame, and what had been asked for."""
    shares = [ON_THE_WAY, 1.0, ON_THE_WAY_BACK]
    if 2 + 3 * len(moves) + 1 > MOST_FRAMES:
        shares = shares[:2]
    path: list[tuple[Turn, int | None]] = [(_about(Turn(), rng), None) for _ in range(2)]
    for index, move in enumerate(moves):
        full = _full_turn(move, rng)
        path += [
            (_about(Turn(strain * share * full.yaw_deg, strain * share * full.pitch_deg), rng), index)
            for share in shares
        ]
    return [*path, (_about(Turn(), rng), None)]


def _full_turn(move: Move, rng: random.Random) -> Turn:
    if move in (Move.LEFT, Move.RIGHT):
        angle = rng.uniform(*ASIDE_DEG)
        return Turn(yaw_deg=angle if move is Move.LEFT else -angle)
    return Turn(pitch_deg=rng.uniform(*UP_DEG) if move is Move.UP else -rng.uniform(*DOWN_DEG))


def _about(turn: Turn, rng: random.Random) -> Turn:
    """Nobody holds the head quite still."""
    return Turn(turn.yaw_deg + rng.gauss(0, 0.8), turn.pitch_deg + rng.gauss(0, 0.8))
