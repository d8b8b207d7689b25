"""Faces in the street, to be covered: all of them, down to some 20 px; who they are does not matter here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.onnx_files import kept

NEAR = Path(__file__).parent / "weights" / "centerface-near.onnx"
FAR = Path(__file__).parent / "weights" / "centerface-far.onnx"
LIKELY = 0.15
"""Rather a wheel too much than a face too little; the authors use 0.35."""
OVERLAP_MOST = 0.3
CELL_PX, STRIDE = 4, 32
BAND_PX = 128
"""The first layers look at so many rows at once: whole, they alone take 240 MB."""
REACH_PX = 16
"""Those layers see 13 rows up and down; with these more, a band says what the whole picture would."""
FINE_PX, COARSE_PX = 4, 8
FINE_CHANNELS, COARSE_CHANNELS = 24, 32
Box = tuple[float, float, float, float]


def load() -> None:
    """Open the networks now: while they are read they take thrice their size, which is better had before pictures come."""
    kept(NEAR)
    kept(FAR)


def find_small_faces(pixels: NDArray[np.uint8]) -> list[Box]:
    """Boxes (left, top, right, bottom in px) of all faces in an RGB picture (height, width, 3)."""
    height, width = pixels.shape[:2]
    rows, columns = (-(-side // STRIDE) * STRIDE for side in (height, width))
    fitted = Image.fromarray(pixels).resize((columns, rows), Image.Resampling.BILINEAR)
    likely, sizes, offsets = seen(np.asarray(fitted))
    boxes = _boxes(likely[0, 0], sizes[0], offsets[0])
    across, down = width / columns, height / rows
    return [(left * across, top * down, right * across, bottom * down) for left, top, right, bottom in boxes]


def seen(picture: NDArray[np.uint8], band_px: int = BAND_PX) -> list[NDArray[np.float32]]:
    """What the network says of each cell of an RGB picture of whole strides: how likely a face, its size, its offset."""
    rows, columns = picture.shape[:2]
    fine = np.empty((1, FINE_CHANNELS, rows // FINE_PX, columns // FINE_PX), np.float32)
    coarse = np.empty((1, COARSE_CHANNELS, rows // COARSE_PX, columns // COARSE_PX), np.float32)
    near = kept(NEAR)
    for top in range(0, rows, band_px):
        bottom = min(rows, top + band_px)
        first, last = max(0, top - REACH_PX), min(rows, bottom + REACH_PX)
        band = np.ascontiguousarray(picture[first:last].transpose(2, 0, 1)[None], np.float32)
        for whole, part, cell_px in zip(
            (fine, coarse), near.run(None, {"picture": band}), (FINE_PX, COARSE_PX), strict=True
        ):
            skipped = (top - first) // cell_px
            own = part[:, :, skipped : skipped + (bottom - top) // cell_px]
            whole[:, :, top // cell_px : bottom // cell_px] = own
    said: list[NDArray[np.float32]] = kept(FAR).run(None, {"quarter": fine, "eighth": coarse})
    return said


def _boxes(
    likely: NDArray[np.float32], sizes: NDArray[np.float32], offsets: NDArray[np.float32]
) -> list[Box]:
    """The finds of a cell each, the surest of those that overlap."""
    rows, columns = np.nonzero(likely > LIKELY)
    order = np.argsort(-likely[rows, columns])
    kept: list[Box] = []
    for row, column in zip(rows[order], columns[order], strict=True):
        high, wide = (float(np.exp(size[row, column])) * CELL_PX for size in sizes)
        y = (row + float(offsets[0, row, column]) + 0.5) * CELL_PX
        x = (column + float(offsets[1, row, column]) + 0.5) * CELL_PX
        box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
        if all(_overlap(box, other) < OVERLAP_MOST for other in kept):
            kept.append(box)
    return kept


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    both = wide * high
    return both / (_area(one) + _area(other) - both)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
