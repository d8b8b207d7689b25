"""Places laid into a plane, so that close ones lie together: landmark multidimensional scaling (de Silva and Tenenbaum 2004) of travel.

A problem knows seconds and metres between places and no coordinates; «left», «around» and «in the middle» need some.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backend.routing.planning.problem import Matrix

LANDMARKS = 80


def lay_out(matrix: Matrix) -> NDArray[np.float64]:
    """Points of all places, (places, 2), in seconds of travel (metres where driving takes no time); islands lie far out."""
    size = len(matrix.seconds)
    chosen = np.unique(np.linspace(0, size - 1, min(LANDMARKS, size)).astype(int))
    ways = matrix.seconds if matrix.seconds[chosen].any() else matrix.metres
    away, there = ways[chosen].astype(float), ways[:, chosen].T.astype(float)
    apart = np.where((away < 0) | (there < 0), np.inf, (away + there) / 2)
    apart[~np.isfinite(apart)] = 2 * apart[np.isfinite(apart)].max(initial=1.0)
    squared = apart**2
    between = squared[:, chosen]
    means = between.mean(axis=1)
    centred = -(between - means[:, None] - means[None, :] + means.mean()) / 2
    values, vectors = np.linalg.eigh(centred)
    values, vectors = np.maximum(values[-2:], 1e-9), vectors[:, -2:]
    return np.asarray(-((squared - means[:, None]).T @ (vectors / np.sqrt(values))) / 2)
