"""The plain baseline: texture of squares of 20 px and gradient boosting, as one would do without a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from backend.roads.evaluation.measuring import Chances
from backend.roads.evaluation.photos import CRACK, LANE, POTHOLE, Photo

CELL_PX = 10
"""Side of a square at half resolution."""
MOST_PHOTOS = 250
CRACKED_SHARE, HOLED_SHARE = 0.02, 0.2
SEED = 20267


def fit_baseline(photos: Sequence[Photo]) -> Chances:
    """What boosted texture makes of pictures after learning from these photos."""
    # only whoever measures pays for loading it
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    chosen = np.random.default_rng(SEED).permutation(len(photos))[:MOST_PHOTOS]
    features, cracked, holed = [], [], []
    for index in sorted(chosen):
        mask = photos[index].mask()
        cells = _textures(photos[index].picture())[0]
        lane = _share(mask >= LANE, cells.shape[:2]) > 0.5
        features.append(cells[lane])
        cracked.append((_share(mask == CRACK, cells.shape[:2]) >= CRACKED_SHARE)[lane])
        holed.append((_share(mask == POTHOLE, cells.shape[:2]) >= HOLED_SHARE)[lane])
    x = np.concatenate(features)
    with threadpool_limits(1):  # threads that wait for each other on busy cores cost seventy times as much
        models = [
            HistGradientBoostingClassifier(max_iter=120, learning_rate=0.1, random_state=SEED).fit(
                x, np.concatenate(y)
            )
            if np.concatenate(y).any()
            else None
            for y in (cracked, holed)
        ]

    def look(picture: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        cells, darker = _textures(picture)
        size = (picture.shape[1], picture.shape[0])
        with threadpool_limits(1):
            crack, pothole = (_grown(_chances(model, cells), size) for model in models)
        dark = _grown(darker, size)
        return crack * np.where(dark > 0.5, 1.0, 0.3).astype(np.float32), pothole

    return look


def _chances(model: Any, cells: NDArray[np.float32]) -> NDArray[np.float32]:
    if model is None:
        return np.zeros(cells.shape[:2], np.float32)
    flat = model.predict_proba(cells.reshape(-1, cells.shape[2]))[:, 1]
    return np.asarray(flat, np.float32).reshape(cells.shape[:2])


def _textures(picture: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Features of squares (rows, columns, 27): nine of each square, their means around and over a wider area; and pixels darker than around."""
    half = np.asarray(Image.fromarray(picture).reduce(2), np.float32)
    grey = half @ np.array([0.299, 0.587, 0.114], np.float32)
    around = ndimage.uniform_filter(grey, 25)
    fine = grey - ndimage.uniform_filter(grey, 3)
    coarse = ndimage.uniform_filter(grey, 3) - ndimage.uniform_filter(grey, 9)
    hollow = ndimage.grey_closing(grey, (7, 7)) - grey
    across, down = np.abs(ndimage.sobel(grey, 1)), np.abs(ndimage.sobel(grey, 0))
    colour = half.max(2) - half.min(2)
    planes = [grey, grey - around, np.abs(fine), np.abs(coarse), hollow, hollow**2 / 50, across, down, colour]
    rows, columns = (side // (2 * CELL_PX) for side in picture.shape[:2])
    cells = np.stack([_means(plane, rows, columns) for plane in planes], -1)
    wide = [ndimage.uniform_filter(cells, (size, size, 1)) for size in (3, 9)]
    darker = (hollow > 6).astype(np.float32)
    return np.concatenate([cells, *wide], -1), darker


def _means(plane: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    cut = plane[: rows * CELL_PX, : columns * CELL_PX]
    means: NDArray[np.float32] = cut.reshape(rows, CELL_PX, columns, CELL_PX).mean((1, 3))
    return means


def _share(here: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.float32]:
    side = 2 * CELL_PX
    return _means_of(here[: shape[0] * side, : shape[1] * side], shape, side)


def _means_of(here: NDArray[np.bool_], shape: tuple[int, ...], side: int) -> NDArray[np.float32]:
    means: NDArray[np.float32] = here.reshape(shape[0], side, shape[1], side).mean((1, 3))
    return means


def _grown(small: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    return np.asarray(Image.fromarray(small).resize(size, Image.Resampling.BILINEAR))
