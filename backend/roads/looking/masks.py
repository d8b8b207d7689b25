"""Masks of the roads data's form from rings: 0 not labelled, 1 pavement, 2 crack, 3 pothole. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from shared.vocabulary import DefectKind

OUTSIDE, LANE, CRACK, POTHOLE = range(4)
PALETTE = (0, 0, 0, 90, 90, 90, 255, 200, 0, 255, 0, 0)
PAINT = {
    DefectKind.CRACK_LONGITUDINAL: CRACK,
    DefectKind.CRACK_TRANSVERSE: CRACK,
    DefectKind.CRACK_NETWORK: CRACK,
    DefectKind.POTHOLE: POTHOLE,
}


def mask_from(
    finding: Mapping[str, Any], size: tuple[int, int], outlines: Sequence[Mapping[str, Any]]
) -> Image.Image:
    """The pavement of a kept finding with the given outlines on it, in (width, height) px; potholes over cracks."""
    mask = Image.new("P", size, OUTSIDE)
    mask.putpalette(PALETTE)
    draw = ImageDraw.Draw(mask)
    for ring in finding.get("road", ()):
        _paint(draw, ring, size, LANE)
    painted = [(PAINT.get(DefectKind(each["kind"])), each["ring"]) for each in outlines]
    for value, ring in sorted(((v, r) for v, r in painted if v is not None), key=lambda each: each[0]):
        _paint(draw, ring, size, value)
    return mask


def shares_of(mask: Image.Image) -> tuple[float, float, float]:
    """Of the picture: crack, pothole, and everything labelled."""
    values = np.asarray(mask)
    return float((values == CRACK).mean()), float((values == POTHOLE).mean()), float((values > 0).mean())


def _paint(
    draw: ImageDraw.ImageDraw, ring: Sequence[Sequence[float]], size: tuple[int, int], value: int
) -> None:
    if len(ring) >= 3:
        draw.polygon([(x * size[0], y * size[1]) for x, y in ring], fill=value)
