"""How full a site is expected to be: from its last emptying, by the demand of each weekday."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.containers.rules import Fill, expected, last_known

ZONE = ZoneInfo("Asia/Almaty")
MONDAY = datetime(2026, 11, 23, tzinfo=ZONE)
WEEK = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
DAY = timedelta(days=1)


def grown(start: datetime, end: datetime) -> float:
    """What comes in between two moments."""
    return expected(Fill(at=start, volume_m3=0, weight_kg=0), WEEK, WEEK, at=end, zone=ZONE).volume_m3


def test_each_weekday_brings_its_own() -> None:
    """Half of Monday, Tuesday, a quarter of Wednesday."""
    assert 0.5 + 2 + 0.75 == pytest.approx(grown(MONDAY + DAY / 2, MONDAY + 2.25 * DAY))
    assert 28 * 5 + 1 == pytest.approx(grown(MONDAY, MONDAY + 36 * DAY))
    assert 0 == grown(MONDAY, MONDAY) == grown(MONDAY, MONDAY - DAY)


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100))
def test_what_comes_in_adds_up(first: float, second: float, third: float) -> None:
    """Over any two spans that meet, however long."""
    a, b, c = (MONDAY + each * DAY for each in sorted((first, second, third)))
    assert grown(a, c) == pytest.approx(grown(a, b) + grown(b, c))


def test_an_emptying_leaves_nothing_and_a_reading_after_it_counts() -> None:
    """The latest that anybody saw."""
    seen = Fill(at=MONDAY + DAY, volume_m3=3.0, weight_kg=500.0)
    known = last_known(MONDAY, at=MONDAY + 2 * DAY, unknown=DAY, reading=seen)
    assert seen == known
    assert 0 == last_known(MONDAY + 1.5 * DAY, at=MONDAY + 2 * DAY, unknown=DAY, reading=seen).volume_m3
    assert 0 == last_known(MONDAY, at=MONDAY + DAY / 2, unknown=DAY, reading=seen).volume_m3


def test_a_site_that_nobody_saw_emptied_is_a_guess() -> None:
    """It counts as emptied so long ago, and says so."""
    guess = last_known(None, at=MONDAY, unknown=DAY)
    assert (MONDAY - DAY, False) == (guess.at, guess.known)
    assert 7 == pytest.approx(expected(guess, WEEK, WEEK, at=MONDAY, zone=ZONE).volume_m3)
