"""Drawn number plates of Kazakhstan and Russia, laid into real photos as a camera sees them: to train and to measure with. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

from backend.roads.blurring.softening import Box

FONT = Path(__file__).parents[2] / "web" / "fonts" / "Roboto-Bold.ttf"
LATIN, RUSSIAN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ABEKMHOPCTYX"
PIXELS_PER_MM = 0.5
LONG_MM, SQUARE_MM = (520, 112), (290, 170)
VIEW_MM = 1600.0
"""The camera of the drawn perspective is so far away: a turned plate narrows towards its far end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """How a plate stands before the camera: its width in px if it stood square to it, and its angles in degrees."""

    width_px: float
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """How it is lit and seen: brightness against the paint's own, blur in px, and how dirty it is (0 to 1)."""

    brightness: float = 1.0
    blur_px: float = 0.5
    dirt: float = 0.0


def draw_plate(rng: random.Random) -> Image.Image:
    """A plate as it is made, square to the camera; RGB, half a pixel a millimetre."""
    square = rng.random() < 0.2
    width_mm, height_mm = SQUARE_MM if square else LONG_MM
    size = (round(width_mm * PIXELS_PER_MM * 2), round(height_mm * PIXELS_PER_MM * 2))
    ground = (235, 235, 230) if rng.random() < 0.9 else (240, 200, 60)
    image = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(image)
    draw.rectangle((2, 2, size[0] - 3, size[1] - 3), outline=(20, 20, 20), width=5)
    if square:
        upper, lower = _square_words(rng)
        _word(image, upper, (0.08, 0.06, 0.92, 0.5))
        _word(image, lower, (0.08, 0.52, 0.92, 0.95))
    else:
        _long_words(image, draw, rng)
    return image.resize((size[0] // 2, size[1] // 2), Image.Resampling.BOX)


def lay_plate(
    picture: Image.Image, plate: Image.Image, pose: Pose, light: Light, at: tuple[float, float]
) -> Box:
    """Lay a plate into a picture with its middle at (x, y) px, and say which box it fills."""
    corners = _projected(plate.size, pose)
    corners += np.asarray(at)
    left, top = np.floor(corners.min(axis=0)).astype(int)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 1
    size = (max(1, int(right - left)), max(1, int(bottom - top)))
    lit = ImageEnhance.Brightness(_dirty(plate, light.dirt)).enhance(light.brightness)
    # Drawn four times as large and then reduced: PIL's transform does not average
    zoom = 4 if max(size) < 100 else 2
    inner = (corners - (left, top)) * zoom
    flat = np.array(
        [(0, 0), (plate.width, 0), (plate.width, plate.height), (0, plate.height)], dtype=np.float64
    )
    terms = _homography(inner, flat)
    large = (size[0] * zoom, size[1] * zoom)
    drawn = lit.transform(large, Image.Transform.PERSPECTIVE, terms, Image.Resampling.BILINEAR)
    mask = Image.new("L", large, 0)
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in inner], fill=255)
    drawn, mask = drawn.resize(size, Image.Resampling.BOX), mask.resize(size, Image.Resampling.BOX)
    if light.blur_px > 0:
        blur = ImageFilter.GaussianBlur(light.blur_px)
        drawn, mask = drawn.filter(blur), mask.filter(blur)
    picture.paste(drawn, (int(left), int(top)), mask)
    return (float(left), float(top), float(right), float(bottom))


def _long_words(image: Image.Image, draw: ImageDraw.ImageDraw, rng: random.Random) -> None:
    width, height = image.size
    if rng.random() < 0.6:  # Kazakhstan: flag and KZ, three digits, two or three letters, the region
        draw.rectangle((10, 10, width * 0.1, height - 10), fill=rng.choice([(0, 160, 190), (0, 110, 190)]))
        _word(image, "KZ", (0.02, 0.6, 0.1, 0.9), (255, 255, 255))
        letters = "".join(rng.choices(LATIN, k=rng.choice([2, 3, 3])))
        _word(image, f"{rng.randint(1, 999):03} {letters}", (0.13, 0.14, 0.8, 0.88))
        draw.line((width * 0.83, 8, width * 0.83, height - 8), fill=(20, 20, 20), width=4)
        _word(image, f"{rng.randint(1, 20):02}", (0.85, 0.2, 0.97, 0.8))
    else:  # Russia: letter, three digits, two letters, the region over RUS
        first, *rest = rng.choices(RUSSIAN, k=3)
        _word(image, f"{first}{rng.randint(1, 999):03}{''.join(rest)}", (0.04, 0.16, 0.72, 0.9))
        draw.line((width * 0.76, 8, width * 0.76, height - 8), fill=(20, 20, 20), width=4)
        _word(image, rng.choice(["55", "77", "72", "174", "186"]), (0.79, 0.1, 0.97, 0.62))
        _word(image, "RUS", (0.8, 0.68, 0.95, 0.92))


def _square_words(rng: random.Random) -> tuple[str, str]:
    if rng.random() < 0.6:
        return f"{rng.randint(1, 999):03}", f"{''.join(rng.choices(LATIN, k=3))}{rng.randint(1, 20):02}"
    return f"{rng.choice(RUSSIAN)}{rng.randint(1, 999):03}", f"{''.join(rng.choices(RUSSIAN, k=2))}55"


def _word(
    image: Image.Image,
    text: str,
    shares: tuple[float, float, float, float],
    colour: tuple[int, int, int] = (20, 20, 25),
) -> None:
    """A word stretched into a part of the picture, as the narrow letters of plates are."""
    left, top, right, bottom = (
        round(share * side) for share, side in zip(shares, image.size * 2, strict=True)
    )
    font = _font(bottom - top)
    box = font.getbbox(text)
    mask = Image.new("L", (max(1, int(box[2] - box[0])), max(1, int(box[3] - box[1]))), 0)
    ImageDraw.Draw(mask).text((-box[0], -box[1]), text, fill=255, font=font)
    mask = mask.resize((max(1, right - left), max(1, bottom - top)), Image.Resampling.BILINEAR)
    image.paste(colour, (left, top), mask)


@cache
def _font(size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size_px)


def _dirty(plate: Image.Image, dirt: float) -> Image.Image:
    if dirt <= 0:
        return plate
    mud = Image.effect_noise((9, 5), 90).resize(plate.size, Image.Resampling.BICUBIC)
    mask = mud.point(lambda value: int(min(255, max(0, value - 110) * 3 * dirt)))
    return Image.composite(Image.new("RGB", plate.size, (95, 85, 75)), plate, mask)


def _projected(size: tuple[int, int], pose: Pose) -> NDArray[np.float64]:
    """The four corners in px around (0, 0), from a camera straight ahead of the plate's middle."""
    half_w, half_h = size[0] / PIXELS_PER_MM / 2, size[1] / PIXELS_PER_MM / 2
    corners = np.array(
        [(-half_w, -half_h, 0), (half_w, -half_h, 0), (half_w, half_h, 0), (-half_w, half_h, 0)],
        dtype=np.float64,
    )
    yaw, pitch, roll = (np.radians(angle) for angle in (pose.yaw_deg, pose.pitch_deg, pose.roll_deg))
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    turned = corners @ (about_z @ about_x @ about_y).T
    depth = VIEW_MM / (VIEW_MM + turned[:, 2:])
    px_per_mm = pose.width_px / (2 * half_w)
    projected: NDArray[np.float64] = turned[:, :2] * depth * px_per_mm
    return projected


def _homography(source: NDArray[np.float64], target: NDArray[np.float64]) -> tuple[float, ...]:
    """The eight numbers with which PIL finds for each pixel of the source its place in the target."""
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [(x, y, 1, 0, 0, 0, -u * x, -u * y), (0, 0, 0, x, y, 1, -v * x, -v * y)]
        values += [u, v]
    solved = np.linalg.solve(np.array(rows), np.array(values))
    return tuple(float(each) for each in solved)
