"""Weather, cameras and nights drawn over photos of roads, to see what an eye makes of them. All take RGB (h, w, 3) and the labelled lane (h, w)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Picture = NDArray[np.uint8]
Spoil = Callable[[Picture, NDArray[np.bool_], np.random.Generator], Picture]
GRAINS = ((1, 2, 4, 8, 16), (0.7, 1.5, 3, 6, 12), (2, 4, 8), (4, 8, 16, 32), (8, 16), (3,))
"""Sizes in px of the unevenness of snow, one of them drawn by chance."""


def night(picture: Picture, lane: NDArray[np.bool_], rng: np.random.Generator) -> Picture:
    """A tenth of the light."""
    return (picture * 0.1).astype(np.uint8)


def out_of_focus(picture: Picture, lane: NDArray[np.bool_], rng: np.random.Generator) -> Picture:
    """Blur of 3 to 7 px of 800, and the sensor's noise over it."""
    blur_px = rng.uniform(3, 7)
    blurred = ndimage.gaussian_filter(picture.astype(np.float32), (blur_px, blur_px, 0))
    return _seen(blurred + rng.normal(0, rng.uniform(0, 8), picture.shape))


def shaken(picture: Picture, lane: NDArray[np.bool_], rng: np.random.Generator) -> Picture:
    """Moved by 12 to 30 px across or along, with noise."""
    length, axis = int(rng.integers(12, 31)), int(rng.integers(2))
    moved = ndimage.uniform_filter1d(picture.astype(np.float32), length, axis=axis)
    return _seen(moved + rng.normal(0, rng.uniform(0, 8), picture.shape))


def noise(picture: Picture, lane: NDArray[np.bool_], rng: np.random.Generator) -> Picture:
    """The photo's middle grey and nothing but noise."""
    return _seen(float(picture.mean()) + rng.normal(0, rng.uniform(4, 30), picture.shape))


def snow_everywhere(picture: Picture, lane: NDArray[np.bool_], rng: np.random.Generator) -> Picture:
    """Snow on all the ground, under which the photo is a shadow."""
    shadow = ndimage.gaussian_filter(picture.astype(np.float32), (12, 12, 0))
    snow = _snow(picture.shape[:2], rng) + (shadow - shadow.mean()) * 0.15
    covered = snow.copy()
    covered[: picture.shape[0] // 5] = picture[: picture.shape[0] // 5]
    return _seen(covered)


def snow_on_the_lane(picture: Picture, lane: NDArray[np.bool_], rng: np.random.Generator) -> Picture:
    """Snow on the lane or a little beyond, all beside it bare, at any exposure, with an edge of 0 to 10 px."""
    beyond, edge_px = int(rng.choice([0, 0, 3, 10])), float(rng.choice([0, 3, 10]))
    covered = np.kron(_wider(lane[::4, ::4], beyond), np.ones((4, 4)))[: lane.shape[0], : lane.shape[1]]
    return _laid(picture, np.maximum(covered, lane), edge_px, rng)


def snow_between_tracks(picture: Picture, lane: NDArray[np.bool_], rng: np.random.Generator) -> Picture:
    """Snow on the lane but for two tracks, each a sixth of it, that wheels have laid bare."""
    covered = lane.astype(np.float64)
    for row in np.flatnonzero(lane.any(1)):
        columns = np.flatnonzero(lane[row])
        share = (np.arange(lane.shape[1]) - columns[0]) / max(1, int(np.ptp(columns)))
        covered[row, (np.abs(share - 0.27) < 1 / 12) | (np.abs(share - 0.73) < 1 / 12)] = 0
    return _laid(picture, covered, float(rng.choice([2, 5])), rng)


SNOWS: dict[str, Spoil] = {
    "snow everywhere": snow_everywhere,
    "snow on the lane alone": snow_on_the_lane,
    "snow but for the wheels' tracks": snow_between_tracks,
}
OTHERS: dict[str, Spoil] = {
    "night": night,
    "out of focus": out_of_focus,
    "shaken": shaken,
    "noise alone": noise,
}


def _snow(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """Grey of 100 to 235 (a camera takes snow for grey), neutral or bluish, uneven by 1 to 10 levels, with noise."""
    layers = [
        ndimage.gaussian_filter(rng.normal(0, 1, shape), size) for size in GRAINS[rng.integers(len(GRAINS))]
    ]
    uneven = sum((layer / layer.std() for layer in layers), np.zeros(shape))
    blue = float(rng.choice([0, 0, 0, 6, 12, 20]))
    grey = rng.uniform(100, 235) + rng.uniform(1, 10) * uneven / uneven.std()
    each = rng.normal(0, rng.uniform(1, 7), (*shape, int(rng.choice([1, 3]))))
    return np.asarray(grey[..., None] + each + np.array([-blue / 2, 0, blue / 2]))


def _laid(
    picture: Picture, covered: NDArray[np.float64], edge_px: float, rng: np.random.Generator
) -> Picture:
    share = (ndimage.gaussian_filter(covered, edge_px) if edge_px else covered)[..., None]
    return _seen(picture * (1 - share) + _snow(picture.shape[:2], rng) * share)


def _wider(coarse: NDArray[np.bool_], by: int) -> NDArray[np.float64]:
    grown = ndimage.binary_dilation(coarse, iterations=by) if by else coarse
    return np.asarray(grown, np.float64)


def _seen(levels: NDArray[np.floating]) -> Picture:
    return np.clip(levels, 0, 255).astype(np.uint8)
