"""What an attacker holds before the camera instead of a head: a printed photo, flat or curled, or a phone that shows it."""

from __future__ import annotations

import random
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance

from mobile.simulated.relief import Points, Surface, grid_mm
from mobile.simulated.warp import Mesh, Thing, Turn

Array = NDArray[np.float64]

STRAIN = 2.1  # a picture must be turned much further than a head to look turned at all
MARGIN = 0.6  # of the picture's size: wall around it
HELD_BACK = 0.8  # the picture's share of the frame
NEAREST_MM, FARTHEST_MM = 140.0, -260.0  # of a turned sheet
CURL_MM = (110.0, 180.0)


class Way(StrEnum):
    """What stands before the camera."""

    LIVE = "live"
    FLAT = "flat"
    CURLED = "curled"
    SCREEN = "screen"


def made(picture: Image.Image, points: Points, way: Way, rng: random.Random) -> Thing:
    """A flat or curled print of the picture, or a screen that shows it."""
    grey = rng.randint(120, 190)
    wall = (grey, grey, grey - 6)
    shown = _on_screen(picture, rng) if way is Way.SCREEN else picture
    margin_x, margin_y = round(MARGIN * picture.width), round(MARGIN * picture.height)
    canvas = Image.new("RGB", (picture.width + 2 * margin_x, picture.height + 2 * margin_y), wall)
    if way is Way.SCREEN:
        bezel = round(0.05 * picture.width)
        box = (
            margin_x - bezel,
            margin_y - bezel,
            margin_x + picture.width + bezel,
            margin_y + picture.height + bezel,
        )
        ImageDraw.Draw(canvas).rounded_rectangle(box, radius=2 * bezel, fill=(14, 14, 16))
    canvas.paste(shown, (margin_x, margin_y))
    radius_mm = rng.uniform(*CURL_MM) if way is Way.CURLED else None
    surface = _cylinder(radius_mm)

    def source(mesh: Mesh, turn: Turn) -> tuple[Array, Array]:
        x, y, _z = mesh.seen(surface, turn, (0.0, 40.0, 0.0), NEAREST_MM, FARTHEST_MM)
        if radius_mm is not None:
            x = radius_mm * np.arcsin(np.clip(x / radius_mm, -0.999, 0.999))
        u, v = mesh.to_px(x / HELD_BACK, y / HELD_BACK)
        return u + margin_x, v + margin_y

    return Thing(canvas, source, wall, STRAIN)


def _cylinder(radius_mm: float | None) -> Surface:
    """A sheet bent about an upright axis, its middle nearest to the camera; flat without a radius."""
    x, _y = grid_mm()
    if radius_mm is None:
        return Surface(np.zeros_like(x))
    return Surface(np.sqrt(np.maximum(radius_mm**2 - x**2, 0.0)) - radius_mm)


def _on_screen(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Brighter, bluer, with the slow waves of two grids and a sheen in a corner."""
    pixels = np.asarray(ImageEnhance.Contrast(picture).enhance(1.1), dtype=np.float64)
    rows, columns = np.mgrid[0 : picture.height, 0 : picture.width]
    wave = np.sin(columns / rng.uniform(5, 9) + rows / rng.uniform(20, 40)) * np.sin(
        rows / rng.uniform(6, 10)
    )
    sheen = 40.0 * np.clip((columns / picture.width - rows / picture.height - 0.3) / 0.7, 0, 1)
    tint = np.array([0.98, 1.02, 1.09])
    shown = pixels * tint * (1.04 + 0.025 * wave)[..., None] + sheen[..., None]
    return Image.fromarray(np.clip(shown, 0, 255).astype(np.uint8))
