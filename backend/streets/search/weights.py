"""Seconds and metres in one whole number: sums and comparisons are exact, and the less of two is the faster, then the shorter."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from backend.streets.network import Floats, Ids

METRE_BITS = 33  # millimetres, so up to 8,589 km
MILLISECONDS = 1 << METRE_BITS
NEVER = (1 << 62) - 1  # two of them still fit
LONGEST = 1 << 61  # 74 hours; what is more has NEVER in it


def weight_of(seconds: npt.ArrayLike, metres: npt.ArrayLike) -> Ids:
    """Whole milliseconds and millimetres, packed."""
    milliseconds = np.rint(np.asarray(seconds, dtype=np.float64) * 1000).astype(np.int64)
    millimetres = np.rint(np.asarray(metres, dtype=np.float64) * 1000).astype(np.int64)
    return milliseconds * MILLISECONDS + millimetres


def seconds_of(weights: Ids) -> Floats:
    """The seconds; infinite where there is no way."""
    return np.where(weights >= LONGEST, np.inf, (weights >> METRE_BITS) / 1000)


def metres_of(weights: Ids) -> Floats:
    """The metres; infinite where there is no way."""
    return np.where(weights >= LONGEST, np.inf, (weights & (MILLISECONDS - 1)) / 1000)
