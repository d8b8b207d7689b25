"""Whether a photo can be judged at all, from its light alone: too dark, blurred, or nothing in it.

Limits are set so that a photo of the training highways is refused at most once in two hundred; how blur and darkness drawn
over them are found is measured in the tests.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from shared.vocabulary import CannotAssess

LEAST_SIDE_PX = 96
DARK_BELOW = 38.0
"""Of 255: the brightest twentieth of the picture is darker than this."""
FLAT_BELOW = 4.0
"""Grey levels of deviation over the whole picture: a lens cap, a white wall, a broken file."""
EMPTY_BELOW = 0.3
SHARP_ABOVE = 0.13
"""Sharp photos of 9 highways had 0.17 to 1.1, the same blurred by a Gauss of 2 px (of 800) at most 0.12."""
WHITE_ABOVE = 165.0
"""A picture of one even colour that is brighter is more likely snow than anything else."""


def unreadable(picture: NDArray[np.uint8]) -> CannotAssess | None:
    """Why the picture as it came says nothing: no picture at all, too small for a road, too dark, blank."""
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or not picture.size:
        return CannotAssess.UNREADABLE
    if min(picture.shape[:2]) < LEAST_SIDE_PX:
        return CannotAssess.NO_ROAD
    grey = brightness(picture[::4, ::4])
    if np.percentile(grey, 95) < DARK_BELOW:
        return CannotAssess.TOO_DARK
    if grey.std() < FLAT_BELOW:
        return CannotAssess.SNOW_COVERED if _is_white(picture[::4, ::4], grey) else CannotAssess.NO_ROAD
    return None


def brightness(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Luma (h, w), 0 to 255."""
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    grey: NDArray[np.float32] = picture.astype(np.float32) @ weights
    return grey


def _is_white(picture: NDArray[np.uint8], grey: NDArray[np.float32]) -> bool:
    """Whether an even picture is as snow is: bright, not yellow, and not the very same everywhere, as what nobody photographed is."""
    red, blue = float(picture[..., 0].mean()), float(picture[..., 2].mean())
    return float(grey.mean()) > WHITE_ABOVE and blue >= red - 6 and float(grey.std()) > EMPTY_BELOW


def sharpness(picture: NDArray[np.uint8], where: NDArray[np.bool_]) -> float:
    """Finest detail beside coarser detail in a part of the picture: falls towards 0 with blur, whatever the light.

    The mean absolute difference between pixels and their 3 × 3 mean, over that between 3 × 3 and 9 × 9 means; noise raises it.
    """
    top = picture.shape[0] // 3  # the nearest two thirds tell it, at two thirds of the cost
    grey, where = brightness(picture[top:]), where[top:]
    fine = ndimage.uniform_filter(grey, 3)
    coarse = ndimage.uniform_filter(grey, 9)
    if not where.any():
        return 0.0
    return float(np.abs(grey - fine)[where].mean() / (np.abs(fine - coarse)[where].mean() + 1.5))
