"""Decoded photos and masks on disk, so that training reads memory instead of decoding WebP: 1.6 MB a photo."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.roads.evaluation.identity import contents
from backend.roads.evaluation.photos import WIDTH_PX, Photo

HEIGHT_PX = 512
"""Photos are cut or filled up with black at the bottom to this height; labels there are 0."""


class Cache:
    """Pictures (n, 512, 800, 3) and masks (n, 512, 800) of photos, in their order."""

    def __init__(self, photos: Sequence[Photo], folder: Path) -> None:
        self.photos = list(photos)
        self.folder = folder / f"photos-{contents(photos)}"
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
                picture, mask = photo.picture()[:HEIGHT_PX], photo.mask()[:HEIGHT_PX]
                pictures[index, : len(picture)], masks[index, : len(mask)] = picture, mask
            pictures.flush()
            masks.flush()
            complete.write_text(json.dumps([photo.name for photo in photos]), encoding="utf-8")
        self.pictures: NDArray[np.uint8] = np.load(self.folder / "pictures.npy", mmap_mode="r")
        self.masks: NDArray[np.uint8] = np.load(self.folder / "masks.npy", mmap_mode="r")
