"""Pictures in which there is no road, or only below: what must not be called one. From the photos of waste containers, and drawn.

Streets are the photos' lower half, so only the upper part of each is «no road» and nothing is known of the rest. Groups whose hash
is even are trained on; the others are left to test with.
"""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.roads.evaluation.photos import WIDTH_PX
from backend.roads.training.cache import HEIGHT_PX
from backend.roads.training.drawn_elsewhere import drawn_elsewhere

SURELY_NO_ROAD = 0.42
"""Share of a photo's height, from the top."""


def is_trained_on(group: str) -> bool:
    """Whether a group of container photos takes part in training."""
    return hashlib.sha256(group.encode()).digest()[0] % 2 == 0


def elsewhere(data: Path, *, most: int = 240, seed: int = 1) -> list[tuple[NDArray[np.uint8], int]]:
    """Pictures (512, 800, 3) with the number of rows that surely show no road; drawn ones alone where there are no photos."""
    found = [(picture, HEIGHT_PX) for picture in drawn_elsewhere(most // 3)]
    folder = data / "bins"
    if not (folder / "labels.csv").is_file():
        return found
    with (folder / "labels.csv").open(encoding="utf-8-sig", newline="") as opened:
        paths = sorted(row["path"] for row in csv.DictReader(opened) if is_trained_on(row["group"]))
    chosen = np.random.default_rng(seed).permutation(len(paths))[:most]
    for index in sorted(chosen):
        with Image.open(folder / paths[index]) as opened:
            whole = opened.convert("RGB")
        height = round(whole.height * WIDTH_PX / whole.width)
        picture = np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.uint8)
        scaled = np.asarray(whole.resize((WIDTH_PX, height), Image.Resampling.BILINEAR))[:HEIGHT_PX]
        picture[: len(scaled)] = scaled
        found.append((picture, min(HEIGHT_PX, int(height * SURELY_NO_ROAD))))
    return found
