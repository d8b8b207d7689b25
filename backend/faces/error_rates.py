"""Error rates of verification (ISO/IEC 19795-1): FMR and FNMR over identity-disjoint splits, with intervals.

People are numbered 0 … P-1, each has K photos. A *draw* picks, for every person at random, some photos for
enrolment and others for the probe, and compares every template with every probe: P genuine and P·(P-1)
impostor comparisons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


Fusion = Callable[[Floats, Bools, Bools, int], Floats]
"""From pair distances (P, K, P, K), enrolled and probing photos (P, K) and the least frames to scores (P,
P)."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many photos enrol and how many frames probe; of several frames at least two must be usable."""

    photos: int
    frames: int

    @property
    def min_frames(self) -> int:
        return min(2, self.frames)

    def __str__(self) -> str:
        return f"{self.photos}+{self.frames}"


@dataclass(frozen=True, slots=True)
class Rate:
    """A share between 0 and 1 with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SplitRates:
    """Means over the splits: FNMR and FMR measured on the halves that did not choose the threshold."""

    fnmr: Rate
    fmr: Rate
    threshold_mean: float
    threshold_sd: float
    fnmr_sd: float
    """Spread over the splits."""


def draw_scores(
    pairs: Floats, usable: Bools, size: Size, rng: np.random.Generator, fusion: Fusion | None = None
) -> Floats:
    """Fused distances of one draw, (P, P): template of row, probe of column; infinite where a side was not
    acquired.

    pairs: distances between photos, (P, K, P, K), NaN where a photo is unusable; usable: (P, K).
    """
    people, photos = usable.shape
    order = np.argsort(rng.random((people, photos)), axis=1)
    enrolled = (order < size.photos) & usable
    probing = (order >= size.photos) & (order < size.photos + size.frames) & usable
    return (fusion or fuse)(pairs, enrolled, probing, size.min_frames)


def fuse(pairs: Floats, enrolled: Bools, probing: Bools, min_frames: int) -> Floats:
    """``compare.compare`` of every template with every probe at once: the mean over the chosen pairs (tested
    equal)."""
    people, photos = enrolled.shape
    flat = np.nan_to_num(pairs).reshape(people, photos, people * photos)
    by_photo = np.matmul(enrolled[:, None, :].astype(float), flat).reshape(people, people, photos)
    sums = (by_photo * probing[None]).sum(axis=2)
    counts = np.outer(enrolled.sum(axis=1), probing.sum(axis=1))
    acquired = np.outer(enrolled.any(axis=1), probing.sum(axis=1) >= min_frames)
    return np.where(acquired, sums / np.maximum(counts, 1), np.inf)


def threshold_at(impostors: Floats, fmr: float) -> float:
    """The largest threshold (accept at or below) at which at most this share of sorted impostor distances
    passes."""
    passing = int(fmr * len(impostors))
    return float(impostors[passing - 1]) if passing else float(np.nextafter(impostors[0], -np.inf))


def split_rates(
    pairs: Floats,
    usable: Bools,
    size: Size,
    fmr: float,
    *,
    splits: int = 50,
    draws: int = 30,
    resamples: int = 500,
    seed: int = 20261,
    fusion: Fusion | None = None,
) -> SplitRates:
    """Threshold chosen at ``fmr`` on a random half of the people, rates on the other half; mean over splits.

    The 95 % interval resamples the people on whom errors are reported (not photos, whose errors hang
    together): a person counts as often as drawn, and one's own copies are never one's impostors. The choice
    of threshold varies by split.
    """
    rng = np.random.default_rng(seed)
    people = len(usable)
    halves = [_Half.draw(pairs, usable, size, fmr, draws, rng, fusion) for _ in range(splits)]
    fnmr_each, fmr_each = np.array([half.rates(np.ones(people)) for half in halves]).T
    resampled = [
        np.nanmean([half.rates(weights) for half in halves], axis=0)
        for weights in _resampled_weights(people, resamples, rng)
    ]
    low, high = np.percentile(resampled, [2.5, 97.5], axis=0)
    thresholds = [half.threshold for half in halves]
    return SplitRates(
        fnmr=Rate(float(fnmr_each.mean()), float(low[0]), float(high[0])),
        fmr=Rate(float(fmr_each.mean()), float(low[1]), float(high[1])),
        threshold_mean=float(np.mean(thresholds)),
        threshold_sd=float(np.std(thresholds)),
        fnmr_sd=float(fnmr_each.std()),
    )


def fixed_rates(
    pairs: Floats,
    usable: Bools,
    size: Size,
    threshold: float,
    *,
    draws: int = 200,
    resamples: int = 500,
    seed: int = 20262,
) -> tuple[Rate, Rate]:
    """FNMR and FMR of all people at a given threshold, with intervals by resampling people."""
    rng = np.random.default_rng(seed)
    scores = np.stack([draw_scores(pairs, usable, size, rng) for _ in range(draws)])
    passed = (scores <= threshold).mean(axis=0)
    people = len(usable)
    fnmr, fmr = _weighted_rates(passed, np.ones(people))
    resampled = [_weighted_rates(passed, weights) for weights in _resampled_weights(people, resamples, rng)]
    low, high = np.percentile(resampled, [2.5, 97.5], axis=0)
    return Rate(fnmr, float(low[0]), float(high[0])), Rate(fmr, float(low[1]), float(high[1]))


def _resampled_weights(people: int, resamples: int, rng: np.random.Generator) -> Iterator[Floats]:
    for _ in range(resamples):
        yield np.bincount(rng.integers(0, people, people), minlength=people).astype(float)


@dataclass(frozen=True, slots=True, eq=False)
class _Half:
    """A threshold chosen on one half of the people, and how often each pair of the other half passes it."""

    threshold: float
    people: NDArray[np.intp]
    passed: Floats
    """Share of the draws in which template of row accepts probe of column; (half, half)."""

    @classmethod
    def draw(
        cls,
        pairs: Floats,
        usable: Bools,
        size: Size,
        fmr: float,
        draws: int,
        rng: np.random.Generator,
        fusion: Fusion | None,
    ) -> _Half:
        shuffled = rng.permutation(len(usable))
        choosing, reporting = np.split(shuffled, [len(usable) // 2])
        scores = np.stack([draw_scores(pairs, usable, size, rng, fusion) for _ in range(draws)])
        others = ~np.eye(len(choosing), dtype=bool)
        impostors = scores[np.ix_(np.arange(draws), choosing, choosing)][:, others]
        threshold = threshold_at(np.sort(impostors, axis=None), fmr)
        passed = (scores[np.ix_(np.arange(draws), reporting, reporting)] <= threshold).mean(axis=0)
        return cls(threshold, reporting, passed)

    def rates(self, weights: Floats) -> tuple[float, float]:
        """FNMR and FMR when each person counts with a weight; NaN where too few people have one."""
        return _weighted_rates(self.passed, weights[self.people])


def _weighted_rates(passed: Floats, weights: Floats) -> tuple[float, float]:
    both = np.outer(weights, weights)
    np.fill_diagonal(both, 0.0)
    if both.sum() == 0:
        return float("nan"), float("nan")
    fnmr = weights @ (1 - np.diag(passed)) / weights.sum()
    return float(fnmr), float((both * passed).sum() / both.sum())
