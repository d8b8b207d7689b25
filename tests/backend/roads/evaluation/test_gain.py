"""A taught model replaces another only where it is surely better."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from backend.roads.evaluation.comparing import Side, compare
from backend.roads.evaluation.gain import JUDGED_BY, NothingToCompare, gained
from backend.roads.evaluation.photos import Photo
from backend.roads.evaluation.report import Scored, scored
from backend.roads.evaluation.scoring import count, together

AT = {"crack": 0.5, "pothole": 0.5, "photo": 0.5}


def _seen(*, misses: int, photos: int = 20, cracks: int = 20, potholes: int = 20) -> Scored:
    """Photos of which the first few show a crack, every other one of the first few a pothole; the first misses are not seen."""
    rows = []
    for number in range(photos):
        mask = np.ones((60, 80), np.uint8)
        if number < cracks:
            mask[10:12, 10:60] = 2
        if number % 2 and number < potholes:
            mask[30:45, 30:45] = 3
        sees = number >= misses
        rows.append(count(mask, (mask == 2).astype(np.float32) * sees, (mask == 3).astype(np.float32) * sees))
    return scored(together(rows), [str(number // 2) for number in range(photos)], AT)


def test_a_model_that_sees_more_is_surely_better() -> None:
    """Ten of twenty photos more."""
    gain = gained(_seen(misses=10), _seen(misses=0))
    assert 0 < gain.at_least < gain.mean
    assert gain.is_sure
    assert JUDGED_BY == gain.judged_by


def test_the_same_model_is_not_better_than_itself() -> None:
    """Nor worse."""
    gain = gained(_seen(misses=4), _seen(misses=4))
    assert (0, 0, False) == (gain.mean, gain.at_least, gain.is_sure)


def test_one_photo_more_is_no_proof() -> None:
    """The interval reaches zero."""
    gain = gained(_seen(misses=1), _seen(misses=0))
    assert gain.mean > 0
    assert gain.at_least == pytest.approx(0)
    assert not gain.is_sure


def test_a_kind_of_which_no_photo_has_any_does_not_thin_the_gain() -> None:
    """Without a pothole in the photos cracks alone are judged by: what is not a number is no nought."""
    gain = gained(_seen(misses=10, potholes=0), _seen(misses=0, potholes=0))
    assert ("crack F1, 3 px",) == gain.judged_by
    assert gain.mean == pytest.approx(1 - 2 / 3)
    assert gain.is_sure


def test_faults_of_a_single_block_prove_nothing() -> None:
    """However much better they are seen: many a draw holds none of them."""
    gain = gained(_seen(misses=2, cracks=2, potholes=2), _seen(misses=0, cracks=2, potholes=2))
    assert gain.mean > 0.8
    assert not gain.is_sure


def test_photos_without_a_fault_are_no_comparison() -> None:
    """Two models that find nothing in nothing are not told to be equal."""
    with pytest.raises(NothingToCompare, match="nothing to compare"):
        gained(*2 * [_seen(misses=0, cracks=0, potholes=0)])


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
