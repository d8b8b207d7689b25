"""Roads drawn as numbers: what a network might see, and pictures that a phone might send."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from backend.roads.seeing.network import Seen

HALF = (250, 400)
"""Height and width of maps of a picture of 500 x 800 px."""


class DrawnNetwork:
    """Says the same of every picture."""

    def __init__(self, seen: Seen) -> None:
        self.name = "drawn-1"
        self.limits = {"crack": 0.5, "pothole": 0.5, "photo": 0.5}
        self.about: dict[str, object] = {}
        self.seen = seen
        self.looked_at = 0

    def see(self, picture: NDArray[np.uint8]) -> Seen:
        """What was drawn, whatever the picture."""
        self.looked_at += 1
        return self.seen


def lane_map() -> NDArray[np.float32]:
    """A lane of a survey: from 20 px at row 0 to 300 px at the bottom row, straight ahead."""
    rows = np.arange(HALF[0])[:, None]
    columns = np.arange(HALF[1])[None, :]
    return (np.abs(columns - 200) < 10 + rows * 0.55).astype(np.float32)


def seen(
    *,
    crack: NDArray[np.bool_] | None = None,
    pothole: NDArray[np.bool_] | None = None,
    road: NDArray[np.float32] | None = None,
) -> Seen:
    """A lane with these faults."""
    lane = lane_map() if road is None else road
    nothing = np.zeros(HALF, bool)
    return Seen(
        road=lane,
        lane=lane,
        crack=np.where(nothing if crack is None else crack, 0.9, 0.02).astype(np.float32),
        pothole=np.where(nothing if pothole is None else pothole, 0.8, 0.02).astype(np.float32),
        features=np.random.default_rng(1).random((6, 16, 25)).astype(np.float32),
        size_px=(500, 800),
    )


def strokes(*lines: tuple[tuple[float, float], ...], width: int = 2) -> NDArray[np.bool_]:
    """A map with lines drawn through points (x, y) at half resolution."""
    picture = Image.new("L", (HALF[1], HALF[0]))
    pen = ImageDraw.Draw(picture)
    for line in lines:
        pen.line(list(line), fill=255, width=width)
    return np.array(picture) > 0


@cache
def asphalt(
    *, brightness: float = 120, grain: float = 18, seed: int = 1, beside: bool = True
) -> NDArray[np.uint8]:
    """A picture of 500 x 800 px: grainy at every scale, rather fine, and of no one grey, as roads are; with earth and grass beside the lane or nothing else."""
    rng = np.random.default_rng(seed)
    grey = brightness + grain * uneven(rng, (500, 800))[..., None] + rng.normal(0, 2, (500, 800, 3))
    tint = ndimage.gaussian_filter(rng.normal(0, 1, (500, 800)), 30)
    grey += brightness * 0.008 * (tint / tint.std())[..., None] * np.array([-1, 0, 1])
    if beside:
        off = lane_map().repeat(2, 0).repeat(2, 1) < 0.5
        grey[off] = grey[off] * 0.8 + uneven(rng, (500, 800))[off][:, None] * 6 + np.array([10, 12, -25])
    drawn = np.clip(grey, 0, 255).astype(np.uint8)
    drawn.flags.writeable = False  # tests share it
    return drawn


def uneven(
    rng: np.random.Generator, shape: tuple[int, int], sizes_px: tuple[float, ...] = (0, 0.7, 1, 1.4, 2, 4, 8)
) -> NDArray[np.float64]:
    """Detail of several sizes with a deviation of 1."""
    layers = [ndimage.gaussian_filter(rng.normal(0, 1, shape), size) for size in sizes_px]
    drawn: NDArray[np.float64] = sum((each / each.std() for each in layers), np.zeros(shape))
    return drawn / drawn.std()
