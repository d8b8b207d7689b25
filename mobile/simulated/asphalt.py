"""Invented pictures of faults in a road: grey grain with a dark hole or a crack, from above. They teach nobody anything."""

from __future__ import annotations

import io
import math
import random

from PIL import Image, ImageDraw, ImageFilter

from mobile.capture.photos import prepare
from shared.vocabulary import DefectKind

SIZE_PX = (960, 720)
GREY, SHADE, CONTRAST = 118, 40, 34
CORNERS = 22


def photo_of(kind: DefectKind, rng: random.Random) -> bytes:
    """A JPEG as the app sends it."""
    width, height = SIZE_PX
    grain = Image.effect_noise(SIZE_PX, CONTRAST).point(lambda grey: round(grey - 128 + GREY))
    cover = Image.new("L", SIZE_PX, 0)
    draw = ImageDraw.Draw(cover)
    if kind is DefectKind.POTHOLE:
        draw.polygon(_blot(width / 2, height / 2, rng), fill=210)
    else:
        draw.line(
            _crack(rng, lengthwise=kind is DefectKind.CRACK_LONGITUDINAL), fill=230, width=rng.randint(5, 12)
        )
    soft = cover.filter(ImageFilter.GaussianBlur(3))
    picture = Image.composite(Image.new("L", SIZE_PX, SHADE + rng.randint(-10, 10)), grain, soft)
    written = io.BytesIO()
    picture.convert("RGB").save(written, "JPEG", quality=85)
    return prepare(written.getvalue())


def _blot(x: float, y: float, rng: random.Random) -> list[tuple[float, float]]:
    radius = rng.uniform(90, 220)
    angles = [2 * math.pi * index / CORNERS for index in range(CORNERS)]
    reach = [radius * rng.uniform(0.75, 1.15) for _ in angles]
    return [(x + r * math.cos(a), y + 0.7 * r * math.sin(a)) for a, r in zip(angles, reach, strict=True)]


def _crack(rng: random.Random, *, lengthwise: bool) -> list[tuple[float, float]]:
    width, height = SIZE_PX
    long, across = (height, width) if lengthwise else (width, height)
    points, side = [], across / 2
    for along in range(0, long + 1, 24):
        points.append((side, float(along)) if lengthwise else (float(along), side))
        side += rng.uniform(-14, 14)
    return points
