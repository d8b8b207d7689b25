"""Whether one model is better than another on the same photos, and how surely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.roads.evaluation.report import Scored, figures, shows_pothole

JUDGED_BY = ("crack F1, 3 px", "pothole F1", "pothole photo AP")
DRAWS = 400
SEED = 20267


class NothingToCompare(ValueError):
    """The photos hold nothing that could tell a better model from a worse one."""


@dataclass(frozen=True, slots=True)
class Gain:
    """How much better the second of two models is."""

    mean: float  # of the figures judged by, -1 to 1
    at_least: float  # the lower end of a one-sided 95 % interval
    judged_by: tuple[str, ...]  # those of JUDGED_BY that the photos hold positives for

    @property
    def is_sure(self) -> bool:
        """Whether the second is better beyond chance."""
        return self.at_least > 0


def gained(before: Scored, after: Scored) -> Gain:
    """How much better the second is on the same photos, blocks drawn anew for both at once.

    A figure without a positive in any photo is left out of the mean. In a draw that happens to hold none of its positives it
    gains nothing: one block with a fault is no proof, however often it is drawn. Raises NothingToCompare where no figure is left.
    """
    judged_by = _judgeable(before)
    if not judged_by:
        raise NothingToCompare(
            f"none of {len(before.blocks)} photos is labelled with a crack or a pothole: there is nothing to compare models by"
        )
    names, inverse = np.unique(before.blocks, return_inverse=True)
    members = [np.flatnonzero(inverse == index) for index in range(len(names))]
    rng = np.random.default_rng(SEED)
    drawn = [
        _difference(before[chosen], after[chosen], judged_by)
        for chosen in (
            np.concatenate([members[index] for index in rng.integers(len(members), size=len(members))])
            for _ in range(DRAWS)
        )
    ]
    return Gain(_difference(before, after, judged_by), float(np.percentile(drawn, 5)), judged_by)


def _judgeable(part: Scored) -> tuple[str, ...]:
    """The figures that some photo holds a positive for."""
    counts = part.counts
    positives = (counts.crack_true, counts.pothole_true, shows_pothole(counts))
    return tuple(name for name, each in zip(JUDGED_BY, positives, strict=True) if each.sum())


def _difference(before: Scored, after: Scored, judged_by: tuple[str, ...]) -> float:
    known = _judgeable(before)
    one, other = figures(before), figures(after)
    gains: NDArray[np.float64] = np.array(
        [other[name] - one[name] if name in known else 0.0 for name in judged_by]
    )
    return float(gains.mean())
