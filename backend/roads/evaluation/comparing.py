"""Ours beside a plain U-Net, a plain baseline and «always yes», pooled and by fold, in the common form of measurements."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.roads.evaluation.photos import Photo
from backend.roads.evaluation.report import (
    FALSE_BLOBS_GOAL,
    GOALS,
    Scored,
    always_yes,
    false_blobs_at,
    joined,
    with_intervals,
)

RECALL = "potholes found (recall of blobs)"
FALSE = "false potholes a photo"


@dataclass(slots=True)
class Side:
    """One contestant: its photos by fold."""

    name: str
    folds: dict[str, Scored] = field(default_factory=dict)
    about: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, fold: str, part: Scored, about: dict[str, Any] | None = None) -> None:
        """One fold's photos, as the model saw them that was not trained on them."""
        self.folds[fold] = part
        self.about[fold] = {
            key: value for key, value in (about or {}).items() if key not in ("look", "pictures")
        }

    @property
    def pooled(self) -> Scored:
        """All photos."""
        return joined(list(self.folds.values()))


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The interval of a share, 95 % unless told otherwise."""
    middle = (hits + z * z / 2) / (of + z * z)
    half = z / (of + z * z) * math.sqrt(hits * (of - hits) / of + z * z / 4)
    return max(0.0, middle - half), min(1.0, middle + half)


def row(
    name: str, values: tuple[float, float, float], goal: float | None = None, direction: str = "at_least"
) -> dict[str, Any]:
    """One line of a measurement; NaN becomes null."""
    value, low, high = (None if number != number else round(number, 4) for number in values)
    met = None
    if goal is not None and value is not None:
        met = value >= goal if direction == "at_least" else value <= goal
    return {
        "name": name,
        "value": value,
        "low": low,
        "high": high,
        "goal": goal,
        "direction": direction,
        "met": met,
    }


def compare(
    photos: Sequence[Photo],
    ours: Side,
    plain: Side | None,
    *,
    version: str,
    started: float,
    data: str,
    others: Sequence[Side] = (),
) -> dict[str, Any]:
    """The report; goals are those on unseen highways, pooled."""
    pooled = ours.pooled
    measured = with_intervals(pooled)
    goals = [row(f"{name}, pooled", values, GOALS.get(name)) for name, values in measured.items()]
    goals += [row(f"{name}, pooled", values) for name, values in _always_yes(pooled).items()]
    for side in ([plain] if plain else []) + list(others):
        goals += [
            row(f"{name}, pooled, {side.name}", values)
            for name, values in with_intervals(side.pooled).items()
        ]
    if plain is not None:
        goals.append(_false_blobs(pooled, plain.pooled, measured))
    if len(ours.folds) > 1:
        for fold, part in ours.folds.items():
            goals += [row(f"{name}, {fold}", values) for name, values in with_intervals(part).items()]
            goals += [row(f"{name}, {fold}", values) for name, values in _always_yes(part).items()]
            for side in ([plain] if plain else []) + list(others):
                goals += [
                    row(f"{name}, {fold}, {side.name}", values)
                    for name, values in with_intervals(side.folds[fold]).items()
                ]
    return {
        "name": "roads",
        "version": version,
        "seconds": round(time.monotonic() - started, 1),
        "samples": len(pooled.blocks),
        "data": data,
        "goals": goals,
        "training": {side.name: side.about for side in [ours, *([plain] if plain else [])]},
    }


def _always_yes(part: Scored) -> dict[str, tuple[float, float, float]]:
    return with_intervals(part, lambda drawn: always_yes(drawn.counts))


def _false_blobs(
    ours: Scored, plain: Scored, measured: dict[str, tuple[float, float, float]]
) -> dict[str, Any]:
    """Our false potholes a photo as a share of the plain U-Net's at the recall that ours has."""
    theirs = false_blobs_at(plain.counts, measured[RECALL][0])
    value = measured[FALSE][0] / theirs if theirs else float("nan")
    return row(
        "false potholes a photo, share of the plain U-Net's at the same recall, pooled",
        (value, float("nan"), float("nan")),
        FALSE_BLOBS_GOAL,
        "at_most",
    )
