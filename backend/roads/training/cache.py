"""Decoded photos and masks on disk, so that training reads memory instead of decoding WebP: 1.6 MB a photo."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.roads.evaluation.identity import contents
from backend.roads.evaluation.photos import CRACK, LANE, WIDTH_PX, Photo

HEIGHT_PX = 512
"""Lower photos are filled up with black at the bottom, labelled 0; of taller ones, as phones take them, so many rows are kept."""


class Cache:
    """Pictures (n, 512, 800, 3) and masks (n, 512, 800) of photos, in their order."""

    def __init__(self, photos: Sequence[Photo], folder: Path) -> None:
        self.photos = list(photos)
        self.folder = folder / f"windows-{contents(photos)}"
        self.folder.mkdir(parents=True, exist_ok=True)
        complete = self.folder / "complete.json"
        shape = (len(photos), HEIGHT_PX, WIDTH_PX)
        if not complete.is_file():
            pictures = np.lib.format.open_memmap(
                self.folder / "pictures.npy", mode="w+", dtype=np.uint8, shape=(*shape, 3)
            )
            masks = np.lib.format.open_memmap(
                self.folder / "masks.npy", mode="w+", dtype=np.uint8, shape=shape
            )
            for index, photo in enumerate(photos):
                picture, mask = photo.picture(), photo.mask()
                kept = kept_rows(mask)
                pictures[index, : len(mask[kept])], masks[index, : len(mask[kept])] = (
                    picture[kept],
                    mask[kept],
                )
            pictures.flush()
            masks.flush()
            complete.write_text(json.dumps([photo.name for photo in photos]), encoding="utf-8")
        self.pictures: NDArray[np.uint8] = np.load(self.folder / "pictures.npy", mmap_mode="r")
        self.masks: NDArray[np.uint8] = np.load(self.folder / "masks.npy", mmap_mode="r")


def kept_rows(mask: NDArray[np.uint8]) -> slice:
    """Those rows of labels (h, 800) that hold the most faults, then the most of the lane, then the nearest ones."""
    height = len(mask)
    if height <= HEIGHT_PX:
        return slice(0, height)
    worth = np.stack([(mask >= CRACK).sum(1), (mask >= LANE).sum(1)])
    before = np.pad(worth.cumsum(1), ((0, 0), (1, 0)))
    faults, lane = before[:, HEIGHT_PX:] - before[:, :-HEIGHT_PX]
    top = max(range(len(faults)), key=lambda row: (faults[row], lane[row], row))
    return slice(top, top + HEIGHT_PX)
