"""Scores of maps beside labels, on maps small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from backend.roads.evaluation.report import (
    always_yes,
    choose_limits,
    false_blobs_at,
    figures,
    limit_index,
    scored,
)
from backend.roads.evaluation.scoring import (
    LIMITS,
    average_precision,
    count,
    precision_recall_f1,
    rank_correlation,
    together,
)

SHAPE = (120, 200)
AT = {"crack": 0.5, "pothole": 0.5, "photo": 0.5}
HALF = limit_index(0.5)


def _mask() -> np.ndarray:
    """A lane with a crack of 2 x 60 px and a pothole of 20 x 20 px."""
    mask = np.zeros(SHAPE, np.uint8)
    mask[:, 40:160] = 1
    mask[30:32, 60:120] = 2
    mask[70:90, 70:90] = 3
    return mask


def _chance(*places: tuple[slice, slice]) -> np.ndarray:
    chance = np.zeros(SHAPE, np.float32)
    for place in places:
        chance[place] = 0.9
    return chance


def test_a_crack_three_pixels_off_is_right_and_found() -> None:
    """And exactly wrong."""
    got = count(_mask(), _chance((slice(33, 35), slice(60, 120))), _chance())
    assert (got["crack_predicted"][HALF], got["crack_right"][HALF]) == (120, 120)
    assert (got["crack_true"], got["crack_found"][HALF], got["crack_exact"][HALF]) == (120, 120, 0)


def test_a_crack_four_pixels_off_is_neither() -> None:
    """Rows 30 and 31 against 35 and 36."""
    got = count(_mask(), _chance((slice(35, 37), slice(60, 120))), _chance())
    assert (got["crack_right"][HALF], got["crack_found"][HALF]) == (0, 0)


def test_what_lies_beside_the_lane_does_not_count() -> None:
    """Nothing is annotated there."""
    got = count(_mask(), _chance((slice(0, 120), slice(0, 40))), _chance((slice(0, 120), slice(160, 200))))
    assert (got["crack_predicted"][HALF], got["pothole_predicted"][HALF]) == (0, 0)
    assert (got["blobs_false"][HALF], got["pothole_score"]) == (0, 0)


def test_a_pothole_that_is_touched_is_found_and_others_are_false() -> None:
    """One over the pothole, one elsewhere, one speck that is too small to be either."""
    chance = _chance(
        (slice(80, 100), slice(80, 100)), (slice(10, 24), slice(130, 150)), (slice(100, 104), slice(50, 54))
    )
    got = count(_mask(), _chance(), chance)
    assert (got["blobs_true"], got["blobs_found"][HALF], got["blobs_false"][HALF]) == (1, 1, 1)
    assert got["pothole_exact"][HALF] == 100


def test_counts_fall_with_the_limit() -> None:
    """A chance of 0.9 reaches 0.9, not 0.95."""
    got = count(_mask(), _chance(), _chance((slice(70, 90), slice(70, 90))))
    assert got["pothole_predicted"][limit_index(0.9)] == 400
    assert got["pothole_predicted"][limit_index(0.95)] == 0


def test_figures_of_a_perfect_eye_are_one() -> None:
    """Two photos, one without a pothole."""
    bare = np.where(_mask() == 3, 1, _mask()).astype(np.uint8)
    rows = [
        count(mask, (mask == 2).astype(np.float32), (mask == 3).astype(np.float32))
        for mask in (_mask(), bare)
    ]
    got = figures(scored(together(rows), ["a", "b"], AT))
    for name in ("crack F1, 3 px", "crack F1, exact", "pothole F1", "pothole photo AP", "pothole photo F1"):
        assert got[name] == 1, name
    assert got["false potholes a photo"] == 0


def test_always_yes_is_judged_by_the_tolerance_of_ours() -> None:
    """120 × 120 px of lane; 2 × 60 of crack with 3 px around it, its corners cut; 20 × 20 of pothole."""
    counts = together([count(_mask(), _chance(), _chance())])
    near = 2 * (66 + 64 + 64 + 60)
    assert counts.crack_near[0] == near
    got = always_yes(counts)
    precision = near / 14400
    assert got["crack precision, 3 px, always yes"] == pytest.approx(precision)
    assert got["crack recall, 3 px, always yes"] == 1
    assert got["crack F1, 3 px, always yes"] == pytest.approx(2 * precision / (1 + precision))
    assert got["pothole precision, always yes"] == pytest.approx(400 / 14400)
    assert (got["pothole recall, always yes"], got["pothole F1, always yes"]) == (
        1,
        pytest.approx(800 / 14800),
    )


def test_limits_are_chosen_for_the_best_f1() -> None:
    """A false hole at 0.6 is left out, the true one at 0.9 kept."""
    chance = _chance((slice(70, 90), slice(70, 90)))
    chance[10:24, 130:150] = 0.6
    row = count(_mask(), _chance((slice(30, 32), slice(60, 120))), chance)
    assert choose_limits(together([row]), ["x"])["pothole"] == pytest.approx(0.65)


def test_false_blobs_are_compared_at_the_same_recall() -> None:
    """Between limits linearly: at 0.9 one false blob, at 0.6 two more with everything found."""
    chance = _chance((slice(70, 90), slice(70, 90)))
    chance[10:24, 130:150] = 0.6
    counts = together([count(_mask(), _chance(), chance)])
    assert false_blobs_at(counts, 1.0) == 0
    assert np.isnan(false_blobs_at(counts, 1.1))


def test_precision_recall_and_f1() -> None:
    """By hand; and 0 rather than an error where there is nothing."""
    assert precision_recall_f1(30, 40, 30, 60) == (0.75, 0.5, 0.6)
    assert precision_recall_f1(0, 0, 0, 0) == (0, 0, 0)


def test_average_precision_is_the_mean_precision_at_each_positive() -> None:
    """Ranks 1 and 3 of four."""
    truth = np.array([True, False, True, False])
    assert average_precision(truth, np.array([0.9, 0.8, 0.7, 0.1])) == pytest.approx((1 + 2 / 3) / 2)
    assert np.isnan(average_precision(np.array([False]), np.array([0.5])))


def test_rank_correlation_shares_ranks_among_ties() -> None:
    """Spearman's, as tables have it."""
    assert rank_correlation(np.array([1.0, 2, 3]), np.array([10.0, 20, 90])) == pytest.approx(1)
    assert rank_correlation(np.array([1.0, 2, 2, 3]), np.array([4.0, 3, 2, 1])) == pytest.approx(
        -0.9487, abs=1e-4
    )
    assert np.isnan(rank_correlation(np.array([1.0, 1]), np.array([1.0, 2])))


def test_there_are_nineteen_limits() -> None:
    """From 0.05 to 0.95."""
    assert (len(LIMITS), LIMITS[0], LIMITS[-1]) == (19, pytest.approx(0.05), pytest.approx(0.95))
