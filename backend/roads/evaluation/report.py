"""Scores of photos' counts, with intervals by resampling blocks of neighbouring frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.roads.evaluation.scoring import (
    LIMITS,
    POTHOLE_SHARE,
    Counts,
    average_precision,
    precision_recall_f1,
    rank_correlation,
)

GOALS = {
    "crack F1, 3 px": 0.74,
    "crack area, Spearman": 0.80,
    "pothole photo AP": 0.55,
    "pothole F1": 0.30,
}
FALSE_BLOBS_GOAL = 0.5
"""Of the plain U-Net's false potholes a photo, at the same recall of labelled ones."""
DRAWS = 400


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Photos as one model saw them; ``crack_at``, ``pothole_at`` and ``photo_at`` are its limits, for each photo."""

    counts: Counts
    blocks: NDArray[np.str_]
    crack_at: NDArray[np.intp]  # index into LIMITS
    pothole_at: NDArray[np.intp]
    photo_at: NDArray[np.float64]

    def __getitem__(self, chosen: NDArray[Any]) -> Scored:
        """Some of the photos, as often as they are named."""
        return Scored(
            self.counts[chosen],
            self.blocks[chosen],
            self.crack_at[chosen],
            self.pothole_at[chosen],
            self.photo_at[chosen],
        )


def limit_index(limit: float) -> int:
    """Which of LIMITS is meant."""
    return int(np.abs(LIMITS - limit).argmin())


def scored(counts: Counts, blocks: list[str], limits: dict[str, float]) -> Scored:
    """All photos at the limits of one model."""
    number = len(blocks)
    return Scored(
        counts,
        np.array(blocks),
        np.full(number, limit_index(limits["crack"])),
        np.full(number, limit_index(limits["pothole"])),
        np.full(number, limits["photo"]),
    )


def joined(parts: list[Scored]) -> Scored:
    """Several folds as one."""
    counts = {
        name: np.concatenate([getattr(part.counts, name) for part in parts]) for name in Counts.__slots__
    }
    return Scored(
        Counts(**counts),
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("blocks", "crack_at", "pothole_at", "photo_at")
        ),
    )


def _at(values: NDArray[np.float64], limits: NDArray[np.intp]) -> NDArray[np.float64]:
    picked: NDArray[np.float64] = values[np.arange(len(limits)), limits]
    return picked


def figures(part: Scored) -> dict[str, float]:
    """Every score of some photos by name."""
    counts, crack_at, pothole_at = part.counts, part.crack_at, part.pothole_at
    right, predicted = _at(counts.crack_right, crack_at).sum(), _at(counts.crack_predicted, crack_at)
    true = counts.crack_true.sum()
    crack = precision_recall_f1(right, predicted.sum(), _at(counts.crack_found, crack_at).sum(), true)
    hits = _at(counts.crack_exact, crack_at).sum()
    exact = precision_recall_f1(hits, predicted.sum(), hits, true)
    held = _at(counts.pothole_exact, pothole_at).sum()
    pothole = precision_recall_f1(
        held, _at(counts.pothole_predicted, pothole_at).sum(), held, counts.pothole_true.sum()
    )
    shows = shows_pothole(counts)
    says = counts.pothole_score >= part.photo_at
    photo = precision_recall_f1((shows & says).sum(), says.sum(), (shows & says).sum(), shows.sum())
    lane = np.maximum(counts.lane, 1)
    blobs_true = counts.blobs_true.sum()
    return {
        "crack precision, 3 px": crack[0],
        "crack recall, 3 px": crack[1],
        "crack F1, 3 px": crack[2],
        "crack F1, exact": exact[2],
        "crack area, Spearman": rank_correlation(predicted / lane, counts.crack_true / lane),
        "pothole precision": pothole[0],
        "pothole recall": pothole[1],
        "pothole F1": pothole[2],
        "pothole photo AP": average_precision(shows, counts.pothole_score),
        "pothole photo F1": photo[2],
        "potholes found (recall of blobs)": float(_at(counts.blobs_found, pothole_at).sum() / blobs_true)
        if blobs_true
        else float("nan"),
        "false potholes a photo": float(_at(counts.blobs_false, pothole_at).mean()),
    }


def shows_pothole(counts: Counts) -> NDArray[np.bool_]:
    """Which photos are labelled with more than a thousandth of pothole."""
    shows: NDArray[np.bool_] = counts.pothole_true / counts.picture > POTHOLE_SHARE
    return shows


def always_yes(counts: Counts) -> dict[str, float]:
    """The scores of calling every pixel of the lane a fault, and every photo one with a pothole, by the measure of ours."""
    lane, cracked, holed = counts.lane.sum(), counts.crack_true.sum(), counts.pothole_true.sum()
    crack = precision_recall_f1(counts.crack_near.sum(), lane, cracked, cracked)
    pothole = precision_recall_f1(holed, lane, holed, holed)
    base = float(shows_pothole(counts).mean())
    return {
        "crack precision, 3 px, always yes": crack[0],
        "crack recall, 3 px, always yes": crack[1],
        "crack F1, 3 px, always yes": crack[2],
        "crack F1, exact, always yes": precision_recall_f1(cracked, lane, cracked, cracked)[2],
        "pothole precision, always yes": pothole[0],
        "pothole recall, always yes": pothole[1],
        "pothole F1, always yes": pothole[2],
        "pothole photo AP, always yes": base,
        "pothole photo F1, always yes": 2 * base / (1 + base),
    }


def with_intervals(
    part: Scored, score: Callable[[Scored], dict[str, float]] = figures, *, seed: int = 20267
) -> dict[str, tuple[float, float, float]]:
    """Each figure with the 95 % interval over blocks drawn anew; NaN for its ends where there is one block only."""
    names, inverse = np.unique(part.blocks, return_inverse=True)
    if len(names) < 2:
        return {name: (value, float("nan"), float("nan")) for name, value in score(part).items()}
    members = [np.flatnonzero(inverse == index) for index in range(len(names))]
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(DRAWS):
        chosen = rng.integers(len(members), size=len(members))
        drawn.append(score(part[np.concatenate([members[index] for index in chosen])]))
    return {
        name: (value, *_interval(np.array([each[name] for each in drawn])))
        for name, value in score(part).items()
    }


def false_blobs_at(counts: Counts, recall: float) -> float:
    """False potholes a photo at the highest limit that finds this share of the labelled ones, between limits linearly."""
    found = counts.blobs_found.sum(0) / max(1.0, counts.blobs_true.sum())
    false = counts.blobs_false.mean(0)
    for index in range(len(LIMITS) - 1, -1, -1):
        if found[index] >= recall:
            if index == len(LIMITS) - 1 or found[index] == found[index + 1]:
                return float(false[index])
            share = (recall - found[index + 1]) / (found[index] - found[index + 1])
            return float(false[index + 1] + share * (false[index] - false[index + 1]))
    return float("nan")


def choose_limits(counts: Counts, highways: list[str]) -> dict[str, float]:
    """The limits with the best F1 on these photos, each highway counting alike."""
    names = sorted(set(highways))
    groups = [np.array([highway == name for highway in highways]) for name in names]

    def best(right: str, predicted: str, found: str, true: str) -> float:
        totals = np.zeros((4, len(LIMITS)))
        for group in groups:
            part = counts[group]
            weight = 1 / part.lane.sum()
            for row, name in enumerate((right, predicted, found, true)):
                totals[row] += getattr(part, name).sum(0) * weight
        scores = [precision_recall_f1(*totals[:, index])[2] for index in range(len(LIMITS))]
        return round(float(LIMITS[int(np.argmax(scores))]), 2)

    shows = shows_pothole(counts)
    candidates = np.unique(counts.pothole_score)
    photo = [
        precision_recall_f1((shows & says).sum(), says.sum(), (shows & says).sum(), shows.sum())[2]
        for says in (counts.pothole_score >= candidate for candidate in candidates)
    ]
    return {
        "crack": best("crack_right", "crack_predicted", "crack_found", "crack_true"),
        "pothole": best("pothole_exact", "pothole_predicted", "pothole_exact", "pothole_true"),
        "photo": round(float(candidates[int(np.argmax(photo))]), 4),
    }


def _interval(values: NDArray[np.float64]) -> tuple[float, float]:
    if np.isnan(values).all():
        return float("nan"), float("nan")
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)
