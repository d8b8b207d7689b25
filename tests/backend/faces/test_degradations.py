"""Poor pictures: how they are drawn, and how what becomes of them is counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from backend.faces.degradations import Frames, Shares, evaluate_degradations, judge_frames
from backend.faces.evaluation import DataMissing
from backend.faces.poor_pictures import DEGRADATIONS, Degradation
from tests.backend.faces.solid_faces import seen, solid_face

PEOPLE, PHOTOS = 4, 10


def encodings() -> NDArray[np.float32]:
    """Four people a unit apart, ten photos each a little apart; (4, 10, 128)."""
    rng = np.random.default_rng(3)
    people = rng.normal(0, 1, (PEOPLE, 1, 128))
    people /= np.linalg.norm(people, axis=-1, keepdims=True)
    return (people + rng.normal(0, 0.01, (PEOPLE, PHOTOS, 128))).astype(np.float32)


def judged(poor: NDArray[np.float32], *, clear: bool = True) -> Shares:
    """With every photo fit to enrol."""
    frames = Frames(poor, np.full((PEOPLE, PHOTOS), clear))
    return judge_frames(encodings(), np.ones((PEOPLE, PHOTOS), bool), frames, draws=5)


def test_good_frames_are_accepted() -> None:
    """And no stranger gets in."""
    shares = judged(encodings())
    assert (1, 0, 0, 0, 0) == tuple(
        rate.value
        for rate in (
            shares.accepted,
            shares.retake,
            shares.to_review,
            shares.other_person,
            shares.strangers_accepted,
        )
    )


def test_unusable_frames_are_a_retake_and_not_another_person() -> None:
    """Nothing was compared."""
    shares = judged(np.full((PEOPLE, PHOTOS, 128), np.nan, np.float32))
    assert (1, 0) == (shares.retake.value, shares.other_person.value)


def test_frames_of_strangers_are_another_person() -> None:
    """What a poor picture must not look like."""
    shares = judged(np.roll(encodings(), 1, axis=0))
    assert 1 == shares.other_person.value
    assert 0 < shares.strangers_accepted.value
    assert pytest.approx(1) == shares.strangers_accepted.value + shares.strangers_refused.value


def test_frames_of_strangers_that_are_not_clear_are_a_retake() -> None:
    """The program accuses nobody by a poor picture."""
    shares = judged(np.roll(encodings(), 1, axis=0), clear=False)
    assert (1, 0) == (shares.retake.value, shares.other_person.value)


def test_two_usable_frames_are_enough() -> None:
    """As in a check-in: three others may be lost."""
    poor = encodings()
    poor[:, 2:] = np.nan
    shares = judged(poor)
    assert pytest.approx(1.0) == shares.accepted.value + shares.retake.value
    assert 0 == shares.other_person.value


@pytest.fixture
def photo() -> NDArray[np.float64]:
    """Some grey gradient with a brighter middle."""
    rows, columns = np.mgrid[:800, :800]
    return 60 + 120 * np.exp(-((rows - 400) ** 2 + (columns - 400) ** 2) / 60_000.0)


@pytest.mark.parametrize("kind", DEGRADATIONS, ids=lambda kind: kind.kind)
def test_stronger_means_further_from_the_photo(kind: Degradation, photo: NDArray[np.float64]) -> None:
    """Strengths are given mildest first."""
    points = seen(solid_face())
    changes = []
    for _said, strength in kind.strengths:
        worse = kind.worsen(photo, points, strength, np.random.default_rng(4))
        assert np.isfinite(worse).all()
        if worse.shape != photo.shape:
            top, left = ((side - whole) // 2 for side, whole in zip(worse.shape, photo.shape, strict=True))
            worse = worse[top : top + 800, left : left + 800]
        changes.append(float(np.abs(np.clip(worse, 0, 255) - photo).mean()))
    assert sorted(changes) == changes
    assert 0 < changes[0]


def test_missing_data_is_named_with_the_remedy(tmp_path: Path) -> None:
    """Whoever runs it without data learns what to pass."""
    with pytest.raises(DataMissing, match=r"faces/orl.*pass --data or set QALA_DATA"):
        evaluate_degradations(tmp_path)
