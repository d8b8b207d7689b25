"""What a map of chances is worth beside labels: counts for each photo, from which every score follows.

Only the labelled lane counts; nothing is annotated beside it. A pixel of a predicted crack is right when a labelled one lies
within 3 px, and a labelled one is found when a predicted one does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from backend.roads.evaluation.photos import CRACK, LANE, POTHOLE

LIMITS = np.round(np.arange(0.05, 0.96, 0.05), 2).astype(np.float32)
"""Chances from which on a pixel may count as a fault: counts are kept for each."""
TOLERANCE_PX = 3
POTHOLE_SHARE = 0.001
"""A photo shows a pothole when more than this share of the picture is one."""
LEAST_BLOB_PX = 60
TOP_SHARE = 0.002
"""A photo's pothole score is the mean chance over this share of its pixels, the highest."""
_REACH = (
    np.hypot(*np.mgrid[-TOLERANCE_PX : TOLERANCE_PX + 1, -TOLERANCE_PX : TOLERANCE_PX + 1]) <= TOLERANCE_PX
)


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Counts of many photos; the first axis is photos, the second, where there is one, LIMITS."""

    lane: NDArray[np.float64]
    picture: NDArray[np.float64]
    crack_true: NDArray[np.float64]
    crack_near: NDArray[np.float64]  # pixels of the lane near a labelled one
    crack_predicted: NDArray[np.float64]
    crack_exact: NDArray[np.float64]
    crack_right: NDArray[np.float64]  # predicted pixels near a labelled one
    crack_found: NDArray[np.float64]  # labelled pixels near a predicted one
    pothole_true: NDArray[np.float64]
    pothole_predicted: NDArray[np.float64]
    pothole_exact: NDArray[np.float64]
    pothole_score: NDArray[np.float64]
    blobs_true: NDArray[np.float64]
    blobs_found: NDArray[np.float64]
    blobs_false: NDArray[np.float64]

    def __getitem__(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> Counts:
        """Counts of some of the photos."""
        return Counts(**{name: getattr(self, name)[chosen] for name in self.__slots__})


def together(rows: list[dict[str, Any]]) -> Counts:
    """Photos' counts as one."""
    return Counts(**{name: np.array([row[name] for row in rows], np.float64) for name in Counts.__slots__})


def count(
    mask: NDArray[np.uint8], crack: NDArray[np.float32], pothole: NDArray[np.float32]
) -> dict[str, Any]:
    """Counts of one photo: labels and chances, all (height, 800)."""
    lane = mask >= LANE
    crack, pothole = np.where(lane, crack, 0), np.where(lane, pothole, 0)
    cracked, holed = mask == CRACK, mask == POTHOLE
    near_truth = _near(cracked)
    near_chance = _spread(crack)
    blobs_found, blobs_false, blobs_true = _blobs(holed, pothole)
    top = np.partition(pothole.ravel(), -(most := max(1, int(pothole.size * TOP_SHARE))))[-most:]
    return {
        **count_labels(mask),
        "crack_predicted": _at_least(crack[lane]),
        "crack_exact": _at_least(crack[cracked]),
        "crack_right": _at_least(crack[near_truth & lane]),
        "crack_found": _at_least(near_chance[cracked]),
        "pothole_predicted": _at_least(pothole[lane]),
        "pothole_exact": _at_least(pothole[holed]),
        "pothole_score": np.float64(top.mean()),
        "blobs_true": np.float64(blobs_true),
        "blobs_found": blobs_found,
        "blobs_false": blobs_false,
    }


def count_labels(mask: NDArray[np.uint8]) -> dict[str, Any]:
    """The counts of one photo that its labels alone give."""
    lane, cracked = mask >= LANE, mask == CRACK
    return {
        "lane": np.float64(lane.sum()),
        "picture": np.float64(mask.size),
        "crack_true": np.float64(cracked.sum()),
        "crack_near": np.float64((_near(cracked) & lane).sum()),
        "pothole_true": np.float64((mask == POTHOLE).sum()),
    }


def precision_recall_f1(
    right: float, predicted: float, found: float, true: float
) -> tuple[float, float, float]:
    """Of counts; F1 is 0 where nothing is right."""
    precision = right / predicted if predicted else 0.0
    recall = found / true if true else 0.0
    precision, recall = float(precision), float(recall)
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def average_precision(truth: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    """Area under precision over recall, as steps; NaN without a positive."""
    if not truth.any():
        return float("nan")
    order = np.argsort(-score, kind="stable")
    hits = truth[order]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean())


def rank_correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Spearman's, ties at their mean rank; NaN where one does not vary."""
    one, other = _ranks(first), _ranks(second)
    if min(one.std(), other.std()) == 0:
        return float("nan")
    return float(((one - one.mean()) * (other - other.mean())).mean() / (one.std() * other.std()))


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return ((last - (counts - 1) / 2)[inverse]).astype(np.float64)


def _near(cracked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where a labelled crack lies within 3 px."""
    if not cracked.any():
        return cracked
    near: NDArray[np.bool_] = ndimage.binary_dilation(cracked, _REACH)
    return near


def _at_least(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """How many values reach each limit."""
    binned = np.bincount(np.searchsorted(LIMITS, values, side="right"), minlength=len(LIMITS) + 1)
    return np.cumsum(binned[::-1])[::-1][1:].astype(np.float64)


def _spread(chance: NDArray[np.float32]) -> NDArray[np.float32]:
    """The largest chance within 3 px: by rows of the disc, each a quick running maximum."""
    padded = np.pad(chance, TOLERANCE_PX)
    spread = np.zeros_like(chance)
    for row, line in enumerate(_REACH):
        wide = int(line.sum())
        running = ndimage.maximum_filter1d(padded, wide, axis=1)
        np.maximum(spread, running[row : row + chance.shape[0], TOLERANCE_PX:-TOLERANCE_PX], out=spread)
    return spread


def _blobs(
    holed: NDArray[np.bool_], chance: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Labelled potholes that are touched, predicted ones that touch none, at each limit; and how many there are."""
    truth, true = ndimage.label(holed[::2, ::2])
    coarse = chance[::2, ::2]
    found, false = np.zeros(len(LIMITS)), np.zeros(len(LIMITS))
    for index, limit in enumerate(LIMITS):
        predicted = coarse >= limit
        if not predicted.any():
            break
        labelled, number = ndimage.label(predicted)
        sizes = np.bincount(labelled.ravel(), minlength=number + 1)
        large = sizes * 4 >= LEAST_BLOB_PX
        large[0] = False
        touching = np.zeros(number + 1, bool)
        touching[np.unique(labelled[truth > 0])] = True
        found[index] = len(np.unique(truth[(truth > 0) & large[labelled]]))
        false[index] = (large & ~touching).sum()
    return found, false, true
