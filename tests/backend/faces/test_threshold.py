"""Four bands of distance: accepted, for a person to decide, to be taken again, refused."""

from __future__ import annotations

import math

import pytest

from backend.faces.reading import MODEL_VERSION
from backend.faces.threshold import SHIPPED, Likeness


@pytest.mark.parametrize(
    ("distance", "likeness"),
    [
        (0.0, Likeness.SAME),
        (SHIPPED.accept_at, Likeness.SAME),
        (math.nextafter(SHIPPED.accept_at, 1), Likeness.CLOSE),
        (SHIPPED.retake_above, Likeness.CLOSE),
        (math.nextafter(SHIPPED.retake_above, 1), Likeness.UNSURE),
        (SHIPPED.refuse_above, Likeness.UNSURE),
        (math.nextafter(SHIPPED.refuse_above, 1), Likeness.OTHER),
        (math.inf, Likeness.OTHER),
        (math.nan, Likeness.UNSURE),
    ],
)
def test_distance_falls_into_one_band(distance: float, likeness: Likeness) -> None:
    """The limits themselves belong to the better band; what is no number is no proof of anything."""
    assert likeness == SHIPPED.judge(distance, distance)


@pytest.mark.parametrize("clear_distance", [None, 0.4, SHIPPED.refuse_above])
def test_only_clear_frames_call_somebody_another_person(clear_distance: float | None) -> None:
    """However far the poor ones are."""
    assert Likeness.UNSURE == SHIPPED.judge(0.9, clear_distance)


def test_shipped_threshold_belongs_to_the_shipped_encoder() -> None:
    """A new encoder needs a new threshold."""
    assert MODEL_VERSION == SHIPPED.model_version


def test_shipped_threshold_is_stricter_than_the_librarys() -> None:
    """0.6 lets ten per cent of strangers in."""
    assert SHIPPED.accept_at < SHIPPED.retake_above < 0.6 < SHIPPED.refuse_above


def test_margin_is_positive_below_acceptance() -> None:
    """Verdicts show how clear a decision was."""
    assert pytest.approx(0.1) == SHIPPED.margin(SHIPPED.accept_at - 0.1)
