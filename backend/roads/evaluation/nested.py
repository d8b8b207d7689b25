"""What a choice is worth on roads nobody chose by: each fold at the setting that is best on the other folds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.roads.evaluation.comparing import Side, row
from backend.roads.evaluation.report import figures, joined, with_intervals

CRACK_F1 = "crack F1, 3 px"


def nested_choice(sides: Mapping[str, Side], score: str = CRACK_F1) -> list[dict[str, Any]]:
    """Rows of a measurement: ``score`` pooled at each setting, and where each fold is judged at the others' best.

    ``sides`` hold the same folds, at least two, by setting. The row of the choice names what was chosen for which fold.
    """
    folds = list(next(iter(sides.values())).folds)
    if len(folds) < 2:
        raise ValueError("a choice by the other folds needs two folds at least")
    rows = [
        row(f"{score}, {setting}, pooled", with_intervals(side.pooled)[score])
        for setting, side in sides.items()
    ]
    chosen = {fold: _best(sides, [other for other in folds if other != fold], score) for fold in folds}
    judged = joined([sides[setting].folds[fold] for fold, setting in chosen.items()])
    told = ", ".join(f"{fold} at {setting}" for fold, setting in chosen.items())
    rows.append(row(f"{score}, chosen by the other folds ({told}), pooled", with_intervals(judged)[score]))
    return rows


def _best(sides: Mapping[str, Side], folds: list[str], score: str) -> str:
    """The setting with the best score on these folds pooled."""
    return max(
        sides, key=lambda setting: figures(joined([sides[setting].folds[fold] for fold in folds]))[score]
    )
