"""Making parts of a picture unrecognisable for good: few cells remain of what is covered, and none of them is sharp. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in px."""
Ring = Sequence[tuple[float, float]]
"""Corners (x, y), each a share of the picture's width and height."""
CELLS = 4
"""Along the longer side of what is covered: a plate of eight signs keeps half a colour of each."""
MARGIN = 0.2
"""Of a box's sides, on each side: a detector's box cuts off ears and frames."""
SOFT_LONG_SIDE_PX = 256
"""At a fifth of the working size a plate three metres away has signs 5 px high."""
FEATHER_PX = 3
MOST_ROAD_SHARE = 0.9
UPPER_SHARE = 0.3
"""Of the picture's height: where people and cars are, if it is no photo straight down."""
LOWER_PART: Ring = ((0.0, UPPER_SHARE), (1.0, UPPER_SHARE), (1.0, 1.0), (0.0, 1.0))


def cover(pixels: NDArray[np.uint8], boxes: Iterable[Box]) -> NDArray[np.uint8]:
    """A copy of an RGB picture with every box covered by a few blurred cells of its own colours."""
    image = Image.fromarray(pixels.copy())
    for box in boxes:
        left, top, right, bottom = _widened(box, image.width, image.height)
        if right <= left or bottom <= top:
            continue
        part = image.crop((left, top, right, bottom))
        scale = CELLS / max(part.size)
        cells = part.resize(
            (max(1, round(part.width * scale)), max(1, round(part.height * scale))), Image.Resampling.BOX
        )
        image.paste(cells.resize(part.size, Image.Resampling.BILINEAR), (left, top))
    return np.asarray(image, dtype=np.uint8)


def soften_around(pixels: NDArray[np.uint8], road: Sequence[Ring]) -> NDArray[np.uint8]:
    """A copy whose road stays sharp while everything else keeps a resolution at which no plate can be read; all of it without a road."""
    image = Image.fromarray(pixels)
    scale = SOFT_LONG_SIDE_PX / max(image.size)
    if scale >= 1:
        return pixels.copy()
    small = image.resize(
        (max(1, round(image.width * scale)), max(1, round(image.height * scale))), Image.Resampling.BOX
    )
    soft = small.resize(image.size, Image.Resampling.BILINEAR)
    sharp = mask_of(road, image.width, image.height).filter(ImageFilter.GaussianBlur(FEATHER_PX))
    return np.asarray(Image.composite(image, soft, sharp), dtype=np.uint8)


def sharp_parts(road: Sequence[Ring], faults: Sequence[Ring]) -> list[Ring]:
    """What stays sharp: the road. Who takes the whole picture for road is not believed about its upper part, but for the faults there."""
    if sum(_area(ring) for ring in road) <= MOST_ROAD_SHARE:
        return list(road)
    return [LOWER_PART, *faults]


def _area(ring: Ring) -> float:
    """Of a ring, as a share of the picture's."""
    turned = [*ring[1:], *ring[:1]]
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(ring, turned, strict=True))) / 2


def mask_of(road: Sequence[Ring], width_px: int, height_px: int) -> Image.Image:
    """255 within any of the rings, else 0; rings of fewer than three corners enclose nothing."""
    mask = Image.new("L", (width_px, height_px), 0)
    draw = ImageDraw.Draw(mask)
    for ring in road:
        if len(ring) >= 3:
            draw.polygon([(x * width_px, y * height_px) for x, y in ring], fill=255)
    return mask


def _widened(box: Box, width_px: int, height_px: int) -> tuple[int, int, int, int]:
    left, top, right, bottom = box
    wide, high = MARGIN * (right - left), MARGIN * (bottom - top)
    return (
        max(0, int(left - wide)),
        max(0, int(top - high)),
        min(width_px, int(np.ceil(right + wide))),
        min(height_px, int(np.ceil(bottom + high))),
    )
