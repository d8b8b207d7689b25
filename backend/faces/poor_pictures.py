"""Photos made poor on purpose: dark, blurred, noisy, pale, turned, behind scarf, hat or glasses that are drawn on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from backend.faces.liveness_pictures import Grey
from backend.faces.liveness_readings import Points, eye_distance

Worsen = Callable[[Grey, Points, float, np.random.Generator], Grey]
"""From a photo, its landmarks and a strength to the poor photo of the same size."""


@dataclass(frozen=True, slots=True)
class Degradation:
    """A kind of poor picture in several strengths, mildest first."""

    kind: str
    strengths: tuple[tuple[str, float], ...]
    """What is said of a strength, and its number."""
    worsen: Worsen


def _dark(grey: Grey, _points: Points, share: float, rng: np.random.Generator) -> Grey:
    return grey * share + rng.normal(0.0, 3.0, grey.shape)


def _blur(grey: Grey, points: Points, share: float, _rng: np.random.Generator) -> Grey:
    radius_px = share * float(eye_distance(points))
    return np.asarray(_image(grey).filter(ImageFilter.GaussianBlur(radius_px)), dtype=float)


def _noise(grey: Grey, _points: Points, sd: float, rng: np.random.Generator) -> Grey:
    return grey + rng.normal(0.0, sd, grey.shape)


def _pale(grey: Grey, _points: Points, share: float, _rng: np.random.Generator) -> Grey:
    return np.asarray(np.round(150.0 + (grey - grey.mean()) * share))


def _rotated(grey: Grey, _points: Points, angle_deg: float, rng: np.random.Generator) -> Grey:
    sign = rng.choice([-1.0, 1.0])
    turned = _image(grey).rotate(
        sign * angle_deg, Image.Resampling.BICUBIC, expand=True, fillcolor=int(grey[:20, :20].mean())
    )
    return np.asarray(turned, dtype=float)


def _scarf(grey: Grey, points: Points, height: float, rng: np.random.Generator) -> Grey:
    """From below up to ``height``: 0 the lower lip, 1 the tip of the nose."""
    lip, nose = points[57], points[30]
    top = lip + (nose - lip) * height
    down = _unit(points[8] - points[27])
    aside = np.array([down[1], -down[0]])
    width = 2.2 * float(eye_distance(points))
    corners = [top + aside * width - down * 0.1 * width, top, top - aside * width - down * 0.1 * width]
    corners += [top - aside * width + down * 3 * width, top + aside * width + down * 3 * width]
    return _covered(grey, corners, 90.0, rng)


def _hat(grey: Grey, points: Points, depth: float, rng: np.random.Generator) -> Grey:
    """From above down to ``depth``: 0 half an eye distance above the brows, 1 the upper lids."""
    brows, lids = points[17:27].mean(axis=0), points[[37, 38, 43, 44]].mean(axis=0)
    up = _unit(points[27] - points[8])
    start = brows + up * 0.5 * float(eye_distance(points))
    edge = start + (lids - start) * depth
    aside = np.array([up[1], -up[0]])
    width = 2.2 * float(eye_distance(points))
    corners = [edge + aside * width, edge - aside * width]
    corners += [edge - aside * width + up * 3 * width, edge + aside * width + up * 3 * width]
    return _covered(grey, corners, 55.0, rng)


def _glasses(grey: Grey, points: Points, darkness: float, _rng: np.random.Generator) -> Grey:
    """Round frames; ``darkness``: 0 clear glass in a thin frame, 1 black glass in a thick one."""
    image = _image(grey)
    draw = ImageDraw.Draw(image, "L")
    scale = float(eye_distance(points))
    radius, line = 0.42 * scale, max(2, round(scale * (0.03 + 0.05 * darkness)))
    centres = [points[36:42].mean(axis=0), points[42:48].mean(axis=0)]
    glass = _image(grey * (1.0 - 0.95 * darkness))
    for centre in centres:
        box = [*(centre - radius), *(centre + radius)]
        mask = Image.new("L", image.size, 0)
        ImageDraw.Draw(mask).ellipse(box, fill=255)
        image.paste(glass, mask=mask)
        draw.ellipse(box, outline=20, width=line)
    right = _unit(centres[1] - centres[0]) * radius
    draw.line([*(centres[0] + right), *(centres[1] - right)], fill=20, width=line)
    draw.line([*(centres[0] - right), *(centres[0] - 2.2 * right)], fill=20, width=line)
    draw.line([*(centres[1] + right), *(centres[1] + 2.2 * right)], fill=20, width=line)
    return np.asarray(image, dtype=float)


DEGRADATIONS = (
    Degradation("dark", (("a third of the light", 0.33), ("an eighth", 0.125), ("a twentieth", 0.05)), _dark),
    Degradation(
        "blur", (("a 30th of the eye distance", 1 / 30), ("a 15th", 1 / 15), ("an eighth", 1 / 8)), _blur
    ),
    Degradation("noise", (("sd 15", 15.0), ("sd 30", 30.0), ("sd 60", 60.0)), _noise),
    Degradation("low contrast", (("a half", 0.5), ("a fifth", 0.2), ("a 20th", 0.05)), _pale),
    Degradation(
        "scarf", (("to the lower lip", 0.0), ("over the mouth", 0.5), ("to the nose tip", 1.0)), _scarf
    ),
    Degradation("hat", (("over the forehead", 0.4), ("to the brows", 0.75), ("to the lids", 1.0)), _hat),
    Degradation("glasses", (("clear", 0.0), ("tinted", 0.5), ("black", 1.0)), _glasses),
    Degradation("rotation", (("15°", 15.0), ("30°", 30.0), ("45°", 45.0)), _rotated),
)


def _covered(
    grey: Grey, corners: list[NDArray[np.floating]], brightness: float, rng: np.random.Generator
) -> Grey:
    """With a knitted polygon over it."""
    mask = Image.new("L", (grey.shape[1], grey.shape[0]), 0)
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in corners], fill=255)
    rows, columns = np.mgrid[: grey.shape[0], : grey.shape[1]]
    knit = brightness + 14 * np.sin(rows / 2.2) * np.sin(columns / 3.1) + rng.normal(0.0, 6.0, grey.shape)
    return np.where(np.asarray(mask) > 0, knit, grey)


def _unit(vector: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(vector / max(math.hypot(*vector), 1e-9), dtype=float)


def _image(grey: Grey) -> Image.Image:
    return Image.fromarray(np.clip(np.round(grey), 0, 255).astype(np.uint8))
