"""Whether looks tell one place from another: neighbouring frames of a drive, which overlap, against frames far apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.roads.evaluation.comparing import row
from backend.roads.evaluation.photos import Photo
from backend.roads.seeing.eye import OnnxRoadEye
from backend.roads.seeing.network import Network

NEAR_FRAMES = 5
"""Frames at most so far apart in number show the same road a few metres on."""
MOST_PAIRS = 60


def looks_apart(photos: Sequence[Photo], network: Network) -> list[dict[str, Any]]:
    """Cosines of neighbours and of strangers, and how often a neighbour is more alike than a stranger (AUC); nothing without neighbours."""
    pairs = neighbours(photos)
    pairs = pairs[:: max(1, len(pairs) // MOST_PAIRS)][:MOST_PAIRS]
    eye = OnnxRoadEye(network)
    seen = [(eye.look(one.picture()).look, eye.look(other.picture()).look, one.block) for one, other in pairs]
    vectors = [(_vector(one), _vector(other), block) for one, other, block in seen if one and other]
    same = np.array([one @ other for one, other, _ in vectors])
    strange = np.array(
        [
            first[0] @ second[1]
            for place, first in enumerate(vectors)
            for second in vectors[place + 1 :]
            if first[2] != second[2]
        ]
    )
    if not len(same) or not len(strange):
        return []
    return [
        row("look: a neighbour is more alike than a stranger (AUC)", _thrice(area_above(same, strange))),
        row("look: cosine of neighbouring frames, mean and ± deviation", _spread(same)),
        row("look: cosine of frames far apart, mean and ± deviation", _spread(strange)),
    ]


def neighbours(photos: Sequence[Photo]) -> list[tuple[Photo, Photo]]:
    """Pairs of frames that follow each other closely in one section of road."""
    numbered = []
    for photo in photos:
        found = re.search(r"^(.*)_(\d+)$", photo.name)
        if found:
            numbered.append((photo.block.partition("/")[0], int(found[2]), photo))
    numbered.sort(key=lambda each: each[:2])
    return [
        (one[2], other[2])
        for one, other in pairwise(numbered)
        if one[0] == other[0] and 0 < other[1] - one[1] <= NEAR_FRAMES
    ]


def area_above(higher: NDArray[np.float64], lower: NDArray[np.float64]) -> float:
    """How often one of the first is above one of the second, ties half."""
    difference = higher[:, None] - lower[None, :]
    return float(((difference > 0) + 0.5 * (difference == 0)).mean())


def _vector(look: bytes) -> NDArray[np.float64]:
    return np.frombuffer(look, np.float16).astype(np.float64)


def _thrice(value: float) -> tuple[float, float, float]:
    return value, float("nan"), float("nan")


def _spread(values: NDArray[np.float64]) -> tuple[float, float, float]:
    mean, deviation = float(values.mean()), float(values.std())
    return mean, mean - deviation, mean + deviation
