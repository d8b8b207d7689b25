"""A taught model replaces another only where it is surely better."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from backend.roads.evaluation.comparing import Side, compare
from backend.roads.evaluation.gain import gained
from backend.roads.evaluation.photos import Photo
from backend.roads.evaluation.report import Scored, scored
from backend.roads.evaluation.scoring import count, together

AT = {"crack": 0.5, "pothole": 0.5, "photo": 0.5}


def _seen(*, misses: int, photos: int = 20) -> Scored:
    """Photos with a crack and a pothole each, of which the first few are not seen."""
    rows = []
    for number in range(photos):
        mask = np.ones((60, 80), np.uint8)
        mask[10:12, 10:60] = 2
        if number % 2:
            mask[30:45, 30:45] = 3
        sees = number >= misses
        rows.append(count(mask, (mask == 2).astype(np.float32) * sees, (mask == 3).astype(np.float32) * sees))
    return scored(together(rows), [str(number // 2) for number in range(photos)], AT)


def test_a_model_that_sees_more_is_surely_better() -> None:
    """Ten of twenty photos more."""
    gain, low = gained(_seen(misses=10), _seen(misses=0))
    assert 0 < low < gain


def test_the_same_model_is_not_better_than_itself() -> None:
    """Nor worse."""
    assert gained(_seen(misses=4), _seen(misses=4)) == (0, 0)


def test_one_photo_more_is_no_proof() -> None:
    """The interval reaches zero."""
    gain, low = gained(_seen(misses=1), _seen(misses=0))
    assert gain > 0
    assert low == pytest.approx(0)


def test_a_report_says_which_goals_are_met(tmp_path: Path) -> None:
    """Pooled, by fold, beside «always yes» and a plain U-Net."""
    ours, plain = Side("ours"), Side("plain U-Net")
    for fold in ("a", "b"):
        ours.add(fold, _seen(misses=0))
        plain.add(fold, _seen(misses=10))
    photo = Photo("x", tmp_path, tmp_path, "RS-290", "x")
    report = compare([photo], ours, plain, version="test", started=0.0, data="drawn")
    goals = {goal["name"]: goal for goal in report["goals"]}
    assert goals["crack F1, 3 px, pooled"]["met"] is True
    assert goals["pothole photo AP, always yes, pooled"]["value"] == pytest.approx(0.5)
    assert goals["crack F1, 3 px, a, plain U-Net"]["value"] < 0.8
    assert report["samples"] == 40
