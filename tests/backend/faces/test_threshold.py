"""Three bands of distance: accepted, for a person to decide, refused."""

from __future__ import annotations

import math

import pytest

from backend.faces.reading import MODEL_VERSION
from backend.faces.threshold import SHIPPED
from shared.vocabulary import FindingResult


@pytest.mark.parametrize(
    ("distance", "result"),
    [
        (0.0, FindingResult.OK),
        (SHIPPED.accept_at, FindingResult.OK),
        (math.nextafter(SHIPPED.accept_at, 1), FindingResult.DOUBT),
        (SHIPPED.refuse_above, FindingResult.DOUBT),
        (math.nextafter(SHIPPED.refuse_above, 1), FindingResult.FAIL),
        (math.inf, FindingResult.FAIL),
        (math.nan, FindingResult.FAIL),
    ],
)
def test_distance_falls_into_one_band(distance: float, result: FindingResult) -> None:
    """The limits themselves belong to the better band; what is no number fails."""
    assert result == SHIPPED.judge(distance)


def test_shipped_threshold_belongs_to_the_shipped_encoder() -> None:
    """A new encoder needs a new threshold."""
    assert MODEL_VERSION == SHIPPED.model_version


def test_shipped_threshold_is_stricter_than_the_librarys() -> None:
    """0.6 lets ten per cent of strangers in."""
    assert SHIPPED.accept_at < SHIPPED.refuse_above < 0.6


def test_margin_is_positive_below_acceptance() -> None:
    """Verdicts show how clear a decision was."""
    assert pytest.approx(0.1) == SHIPPED.margin(SHIPPED.accept_at - 0.1)
