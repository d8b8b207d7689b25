"""The textbook test for a flat picture, as a baseline: what the best homography between two frames leaves over.

Direct linear transformation on normalised points (Hartley & Zisserman, «Multiple View Geometry», 4.1 and 4.4).
"""

from __future__ import annotations

import numpy as np

from backend.faces.relief import Floats


def homography_residual(first: Floats, second: Floats) -> float:
    """Root of the mean square distance between mapped and found points (n, 2), as a share of their radius."""
    before, after = _normal(first), _normal(second)
    x, y = before.T
    u, v = after.T
    one, nil = np.ones(len(x)), np.zeros(len(x))
    rows = np.concatenate(
        [
            np.stack([x, y, one, nil, nil, nil, -u * x, -u * y, -u], axis=1),
            np.stack([nil, nil, nil, x, y, one, -v * x, -v * y, -v], axis=1),
        ]
    )
    homography = np.linalg.svd(rows)[2][-1].reshape(3, 3)
    mapped = np.stack([x, y, one], axis=1) @ homography.T
    moved = mapped[:, :2] / mapped[:, 2:] - after
    return float(np.sqrt((moved**2).sum(axis=1).mean()))


def _normal(points: Floats) -> Floats:
    centred = points - points.mean(axis=0)
    return np.asarray(centred / np.sqrt((centred**2).sum(axis=1).mean()))
