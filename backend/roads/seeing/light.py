"""Whether a photo can be judged at all, from its light alone: too dark, blurred, under snow, or nothing in it.

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
SHARP_ABOVE = 0.13
"""Sharp photos of 9 highways had 0.17 to 1.1, the same blurred by a Gauss of 2 px (of 800) at most 0.12."""
SNOW_SHARE, SNOW_WITHOUT_ROAD_SHARE = 0.75, 0.4
"""Of the ground, to say snow; the lesser is enough where the network sees little road."""


def unreadable(picture: NDArray[np.uint8]) -> CannotAssess | None:
    """Why the picture as it came says nothing: not a photo, too small, blank or too dark."""
    if (
        picture.ndim != 3
        or picture.shape[2] != 3
        or picture.dtype != np.uint8
        or min(picture.shape[:2]) < LEAST_SIDE_PX
    ):
        return CannotAssess.UNREADABLE
    grey = brightness(picture[::4, ::4])
    if np.percentile(grey, 95) < DARK_BELOW:
        return CannotAssess.TOO_DARK
    if grey.std() < FLAT_BELOW:
        return CannotAssess.UNREADABLE
    return None


def brightness(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Luma (h, w), 0 to 255."""
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    grey: NDArray[np.float32] = picture.astype(np.float32) @ weights
    return grey


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


def snow_share(picture: NDArray[np.uint8]) -> float:
    """Share of the lower three fifths that is as bright, colourless and smooth as snow."""
    ground = picture[int(picture.shape[0] * 0.4) :: 4, ::4].astype(np.float32)
    low, high = ground.min(2), ground.max(2)
    white = (low > 165) & (high - low < 0.16 * high)
    bluish = ground[..., 2] >= ground[..., 0] - 6
    return float((white & bluish).mean())
