"""Drawn pictures that are no road though as grey and even as one: pages of text, charts, lights at night, discs. Pure.

Textures like gravel, walls or the moon are left out on purpose: a phone held straight down sees asphalt as nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from backend.roads.evaluation.photos import WIDTH_PX
from backend.roads.training.cache import HEIGHT_PX

FONT = Path(__file__).parents[2] / "web" / "fonts" / "Roboto-Regular.ttf"
LETTERS = "абвгдежзиклмнопрстуфхцчшыьэюяaeioulnrstdmcqхәғқңөұүһ0123456789.,-"


def drawn_elsewhere(number: int, *, seed: int = 3) -> list[NDArray[np.uint8]]:
    """So many pictures (512, 800, 3), a quarter of each kind."""
    rng = np.random.default_rng(seed)
    kinds: tuple[Callable[[Generator], Image.Image], ...] = (_page, _chart, _lights, _discs)
    return [_seen(kinds[index % len(kinds)](rng), rng) for index in range(number)]


def _seen(drawn: Image.Image, rng: Generator) -> NDArray[np.uint8]:
    """As a camera sees it: turned a little, unevenly lit, out of focus, noisy."""
    turned = drawn.rotate(rng.normal(0, 6), Image.Resampling.BILINEAR, fillcolor=drawn.getpixel((2, 2)))
    blurred = turned.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.2)))
    rows, columns = np.mgrid[-1 : 1 : HEIGHT_PX * 1j, -1 : 1 : WIDTH_PX * 1j]
    light = 1 + rng.uniform(-0.35, 0.35) * rows + rng.uniform(-0.35, 0.35) * columns
    picture = np.asarray(blurred, np.float32) * light[..., None] * rng.uniform(0.6, 1.0)
    picture += rng.normal(0, rng.uniform(1, 7), picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def _canvas(colour: tuple[int, ...]) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), colour)
    return picture, ImageDraw.Draw(picture)


def _grey(rng: Generator, low: int, high: int) -> tuple[int, ...]:
    return tuple(int(level) for level in np.clip(rng.integers(low, high) + rng.normal(0, 5, 3), 0, 255))


def _page(rng: Generator) -> Image.Image:
    """Lines of words, dark on light."""
    picture, pen = _canvas(_grey(rng, 110, 245))
    size = int(rng.integers(12, 46))
    font, ink = ImageFont.truetype(str(FONT), size), _grey(rng, 5, 80)
    margin = int(rng.integers(-60, 80))
    for top in range(int(rng.integers(-20, 60)), HEIGHT_PX, round(size * rng.uniform(1.1, 1.7))):
        words = ["".join(rng.choice(list(LETTERS), rng.integers(1, 10))) for _ in range(30)]
        if rng.random() < 0.9:
            pen.text((margin, top), " ".join(words), fill=ink, font=font)
    return picture


def _chart(rng: Generator) -> Image.Image:
    """Frames, bars and curves."""
    picture, pen = _canvas(_grey(rng, 60, 250))
    for _ in range(rng.integers(4, 25)):
        left, top = rng.uniform(0, WIDTH_PX), rng.uniform(0, HEIGHT_PX)
        box = (left, top, left + rng.uniform(5, 300), top + rng.uniform(5, 200))
        filled = _grey(rng, 10, 250) if rng.random() < 0.5 else None
        pen.rectangle(box, outline=_grey(rng, 0, 120), fill=filled, width=int(rng.integers(1, 4)))
    for _ in range(rng.integers(0, 6)):
        x = np.linspace(0, WIDTH_PX, 60)
        y = rng.uniform(50, 450) + rng.uniform(5, 90) * np.sin(x / rng.uniform(20, 120))
        pen.line([*zip(x, y, strict=True)], fill=_grey(rng, 0, 160), width=int(rng.integers(1, 5)))
    return picture


def _lights(rng: Generator) -> Image.Image:
    """Specks on the dark: a town at night, stars, snowflakes in a lamp."""
    picture, pen = _canvas(_grey(rng, 10, 50))
    for _ in range(rng.integers(60, 900)):
        x, y = rng.uniform(0, WIDTH_PX), rng.uniform(0, HEIGHT_PX)
        radius = rng.exponential(1.5) + 0.5
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_grey(rng, 60, 255))
    return picture


def _discs(rng: Generator) -> Image.Image:
    """Coins, stones, cells: shaded rounds on an even ground."""
    picture, pen = _canvas(_grey(rng, 30, 200))
    for _ in range(rng.integers(8, 50)):
        x, y, radius = rng.uniform(0, WIDTH_PX), rng.uniform(0, HEIGHT_PX), rng.uniform(10, 70)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_grey(rng, 40, 240))
        inner = radius * rng.uniform(0.5, 0.9)
        pen.ellipse((x - inner, y - inner, x + inner, y + inner), fill=_grey(rng, 40, 240))
    return picture
