"""Number plates in a photo of a road, to be covered: a small network of our own that knows the plates of KZ and RU. Pure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.onnx_files import kept
from backend.roads.blurring.softening import Box

WEIGHTS = Path(__file__).parent / "weights" / "plates-1.onnx"
LIKELY = 0.3
"""Of a cell; rather a road sign too much than a plate too little."""
SURE = 0.85
"""Of the best cell of a find."""
LEAST_CELLS = 3
CELL_PX, STRIDE = 4, 16
GROW_PX = 4


def load() -> None:
    """Open the network now, before pictures come."""
    kept(WEIGHTS)


def find_plates(pixels: NDArray[np.uint8]) -> list[Box]:
    """Boxes of number plates in an RGB picture."""
    from scipy import ndimage  # here and not above, as below: web processes never look

    likely = plate_cells(pixels)
    cells, _count = ndimage.label(likely >= LIKELY, structure=np.ones((3, 3)))
    boxes = []
    for number, (rows, columns) in enumerate(ndimage.find_objects(cells), start=1):
        own = cells[rows, columns] == number
        if own.sum() >= LEAST_CELLS and likely[rows, columns][own].max() >= SURE:
            boxes.append(
                (
                    float(columns.start * CELL_PX - GROW_PX),
                    float(rows.start * CELL_PX - GROW_PX),
                    float(columns.stop * CELL_PX + GROW_PX),
                    float(rows.stop * CELL_PX + GROW_PX),
                )
            )
    return boxes


def plate_cells(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How likely a plate lies in each 4 × 4 px of an RGB picture, (height/4, width/4) rounded up to whole strides."""
    height, width = pixels.shape[:2]
    padding = ((0, -height % STRIDE), (0, -width % STRIDE), (0, 0))
    picture = np.ascontiguousarray(np.pad(pixels, padding, mode="edge").transpose(2, 0, 1)[None], np.float32)
    picture /= 255
    (likely,) = kept(WEIGHTS).run(None, {"picture": picture})
    found: NDArray[np.float32] = likely[0, 0]
    return found
