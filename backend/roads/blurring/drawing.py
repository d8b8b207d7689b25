"""Outlines drawn on a view: a line by kind, thicker for worse, with a dark edge so that it stands out on any ground. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from PIL import Image, ImageDraw

from shared.vocabulary import DefectKind, Severity

JPEG_QUALITY = 85
COLOURS: dict[str, tuple[int, int, int]] = {
    DefectKind.POTHOLE: (255, 64, 64),
    DefectKind.CRACK_NETWORK: (255, 160, 0),
    DefectKind.CRACK_LONGITUDINAL: (255, 225, 0),
    DefectKind.CRACK_TRANSVERSE: (0, 210, 255),
}
OTHER_COLOUR = (220, 120, 255)
WIDTH_PX = {Severity.LOW: 2, Severity.MEDIUM: 3, Severity.HIGH: 5}
EDGE_PX = 2


def with_outlines(view: bytes, outlines: Iterable[Mapping[str, Any]], *, most_px: int | None = None) -> bytes:
    """A JPEG with the outlines of a kept finding drawn on it; no side longer than wished."""
    with Image.open(io.BytesIO(view)) as opened:
        picture = opened.convert("RGB")
    if most_px is not None:
        picture.thumbnail((most_px, most_px), Image.Resampling.LANCZOS)
    draw = ImageDraw.Draw(picture)
    for outline in outlines:
        ring = [(x * picture.width, y * picture.height) for x, y in outline["ring"]]
        if len(ring) < 2:
            continue
        line = [*ring, ring[0], ring[1]]
        width_px = WIDTH_PX[Severity(outline["severity"])]
        draw.line(line, fill=(0, 0, 0), width=width_px + 2 * EDGE_PX, joint="curve")
        draw.line(line, fill=COLOURS.get(outline["kind"], OTHER_COLOUR), width=width_px, joint="curve")
    return as_jpeg(picture)


def as_jpeg(picture: Image.Image) -> bytes:
    """A picture as a JPEG without any metadata."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()
