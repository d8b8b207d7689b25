"""What a condition is called, and where it is going. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

YEAR_S = 365.25 * 86_400
TREND_LEAST_S = 90 * 86_400.0
TREND_LEAST_SCORES = 3
SCALE = 100.0


class Band(StrEnum):
    """The standard's words for the index."""

    GOOD = "good"
    SATISFACTORY = "satisfactory"
    FAIR = "fair"
    POOR = "poor"
    VERY_POOR = "very_poor"
    SERIOUS = "serious"
    FAILED = "failed"


BANDS = (
    (85, Band.GOOD),
    (70, Band.SATISFACTORY),
    (55, Band.FAIR),
    (40, Band.POOR),
    (25, Band.VERY_POOR),
    (10, Band.SERIOUS),
)


class Unknown(StrEnum):
    """Why a piece of street has no index: none of them says that it is good."""

    NO_EVIDENCE = "no_evidence"
    CANNOT_ASSESS = "cannot_assess"
    TOO_OLD = "too_old"


def band_of(score: float | None) -> Band | None:
    """The word for a score."""
    if score is None:
        return None
    return next((band for least, band in BANDS if score > least), Band.FAILED)


def trend_per_year(history: Sequence[tuple[datetime, float]]) -> float | None:
    """Points a year by the straight line of least squares, no more than the scale has.

    None for less than three months of history or three scores: one pothole last week is no trend.
    """
    if len(history) < TREND_LEAST_SCORES:
        return None
    first = history[0][0]
    times = [(at - first).total_seconds() / YEAR_S for at, _score in history]
    if (max(times) - min(times)) * YEAR_S < TREND_LEAST_S:
        return None
    scores = [score for _at, score in history]
    middle, level = sum(times) / len(times), sum(scores) / len(scores)
    spread = sum((each - middle) ** 2 for each in times)
    slope = sum((t - middle) * (s - level) for t, s in zip(times, scores, strict=True)) / spread
    return round(min(SCALE, max(-SCALE, slope)), 1)
