"""What every camera does to a picture: light that is never quite the same, a hand that is never quite still, and JPEG."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageEnhance


def lit(picture: Image.Image, rng: random.Random, light: float) -> Image.Image:
    """The picture in this light; 1.0 is a fair day."""
    brighter = ImageEnhance.Brightness(picture).enhance(light * rng.uniform(0.88, 1.1))
    return ImageEnhance.Contrast(brighter).enhance(rng.uniform(0.93, 1.07))


def jpeg(picture: Image.Image, rng: random.Random) -> bytes:
    """The picture as a camera saves it."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=rng.randint(84, 92))
    return buffer.getvalue()
