"""Error rates on made-up people, where the right answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from backend.faces.check_in_cost import mean_of_nearest
from backend.faces.compare import Template, compare, pair_distances
from backend.faces.error_rates import Size, draw_scores, fixed_rates, fuse, split_rates, threshold_at

PEOPLE, PHOTOS = 12, 6


def made_up(noise: float, seed: int = 1) -> NDArray[np.float32]:
    """Encodings of twelve people, six photos each."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(PEOPLE, 1, 128))
    centres /= np.linalg.norm(centres, axis=-1, keepdims=True)
    return (centres + noise * rng.normal(size=(PEOPLE, PHOTOS, 128))).astype(np.float32)


def pairs_of(encodings: NDArray[np.float32]) -> NDArray[np.float64]:
    flat = encodings.reshape(-1, 128)
    return pair_distances(flat, flat).reshape(PEOPLE, PHOTOS, PEOPLE, PHOTOS)


ALL = np.ones((PEOPLE, PHOTOS), bool)


def test_fused_scores_are_those_of_the_check_in() -> None:
    """The measured code is the code that check-ins use, with missing photos too."""
    encodings = made_up(0.05)
    rng = np.random.default_rng(2)
    enrolled = rng.random((PEOPLE, PHOTOS)) < 0.5
    probing = ~enrolled & (rng.random((PEOPLE, PHOTOS)) < 0.8)
    enrolled[:, 0], probing[:, 0], probing[:, 1:3], enrolled[:, 1:3] = True, False, True, False
    scores = fuse(pairs_of(encodings), enrolled, probing, 2)
    for i in range(PEOPLE):
        for j in range(PEOPLE):
            comparison = compare(Template(encodings[i][enrolled[i]]), list(encodings[j][probing[j]]))
            assert pytest.approx(comparison.distance) == scores[i, j]


def test_straightforward_fusion_is_mean_of_nearest() -> None:
    """Checked against a plain loop."""
    encodings = made_up(0.05)
    pairs = pairs_of(encodings)
    enrolled, probing = np.zeros_like(ALL), np.zeros_like(ALL)
    enrolled[:, :3], probing[:, 3:5] = True, True
    expected = np.mean([min(pairs[4, e, 7, p] for e in range(3)) for p in (3, 4)])
    assert pytest.approx(expected) == mean_of_nearest(pairs, enrolled, probing, 2)[4, 7]


def test_fewer_than_two_usable_frames_are_a_failure_to_acquire() -> None:
    """It can match nobody, and counts as a false non-match."""
    usable = ALL.copy()
    usable[3, 1:] = False
    scores = draw_scores(pairs_of(made_up(0.05)), usable, Size(3, 3), np.random.default_rng(1))
    assert np.isinf(scores[:, 3]).all()
    fnmr, _fmr = fixed_rates(pairs_of(made_up(0.05)), usable, Size(3, 3), 10.0)
    assert pytest.approx(1 / PEOPLE) == fnmr.value


@pytest.mark.parametrize(("fmr", "passing"), [(0.1, 10), (0.015, 1), (0.01, 1), (0.009, 0), (0.0, 0)])
def test_threshold_lets_at_most_the_target_share_pass(fmr: float, passing: int) -> None:
    """Of a hundred impostors."""
    impostors = np.sort(np.random.default_rng(1).random(100))
    assert passing == int((impostors <= threshold_at(impostors, fmr)).sum())


def test_well_separated_people_have_no_errors() -> None:
    """Nothing is invented."""
    rates = split_rates(pairs_of(made_up(0.01)), ALL, Size(3, 3), 1e-2, splits=5, draws=5, resamples=20)
    assert (0.0, 0.0) == (rates.fnmr.value, rates.fnmr.high)


def test_people_without_identity_are_not_told_apart() -> None:
    """Pure noise: nearly every genuine check-in fails at a low FMR, and the held-out FMR is near the target."""
    noise = np.random.default_rng(1).normal(size=(PEOPLE, PHOTOS, 128)).astype(np.float32)
    rates = split_rates(pairs_of(noise), ALL, Size(3, 3), 1e-2, splits=20, draws=20, resamples=20)
    assert rates.fnmr.value > 0.9
    assert rates.fmr.value < 0.05


def test_same_seed_gives_same_numbers() -> None:
    """A measurement can be repeated."""
    pairs = pairs_of(made_up(0.2))
    first, second = (
        split_rates(pairs, ALL, Size(1, 1), 1e-2, splits=5, draws=5, resamples=20) for _ in range(2)
    )
    assert first == second


def test_interval_holds_the_value() -> None:
    """Resampling people moves the rate to both sides."""
    rates = split_rates(pairs_of(made_up(0.2)), ALL, Size(1, 1), 1e-2, splits=20, draws=5, resamples=100)
    assert rates.fnmr.low <= rates.fnmr.value <= rates.fnmr.high
    assert rates.fnmr.low < rates.fnmr.high
