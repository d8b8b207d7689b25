"""Whether one model is better than another on the same photos, and how surely."""

from __future__ import annotations

import numpy as np

from backend.roads.evaluation.report import Scored, figures

JUDGED_BY = ("crack F1, 3 px", "pothole F1", "pothole photo AP")
DRAWS = 400
SEED = 20267


def gained(before: Scored, after: Scored) -> tuple[float, float]:
    """How much better the second is on the same photos, and what it is at least (one-sided, 95 %)."""
    names, inverse = np.unique(before.blocks, return_inverse=True)
    members = [np.flatnonzero(inverse == index) for index in range(len(names))]
    rng = np.random.default_rng(SEED)
    drawn = [
        _merit(after[chosen]) - _merit(before[chosen])
        for chosen in (
            np.concatenate([members[index] for index in rng.integers(len(members), size=len(members))])
            for _ in range(DRAWS)
        )
    ]
    return _merit(after) - _merit(before), float(np.percentile(drawn, 5))


def _merit(part: Scored) -> float:
    values = figures(part)
    return float(np.nan_to_num([values[name] for name in JUDGED_BY]).mean())
