"""Hours as people write them in a cell, in three languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.tables.weekly_text import read_hours, write_hours
from backend.weekly import overlaps


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("пн-вт 06:00-14:00", [[0, 360, 840], [1, 360, 840]]),
        ("Сб, Вс: 8.30 – 12.00", [[5, 510, 720], [6, 510, 720]]),
        ("жм-дс 20:00-05:00", [[0, 1200, 1740], [4, 1200, 1740], [5, 1200, 1740], [6, 1200, 1740]]),
        ("Mon 00:00-24:00", [[0, 0, 1440]]),
        ("06:00-07:00", [[day, 360, 420] for day in range(7)]),
        ("круглосуточно", None),
    ],
)
def test_hours_are_read(text: str, hours: list[list[int]] | None) -> None:
    """Days, ranges of days across the week's end, nights, no day at all."""
    assert hours == read_hours(text)


@pytest.mark.parametrize(
    "text", ["", "утром", "пн 25:00-26:00", "пн 06:00", "xx 06:00-07:00", "пн-xx 06:00-07:00"]
)
def test_what_is_no_hours_is_refused(text: str) -> None:
    """So that a report can name it."""
    with pytest.raises(ValueError, match=r".*"):
        read_hours(text)


@given(st.dictionaries(st.integers(0, 6), st.tuples(st.integers(0, 700), st.integers(701, 1440)), min_size=1))
def test_what_is_written_can_be_read(days: dict[int, tuple[int, int]]) -> None:
    """An export comes in again as it went out."""
    hours = [[day, opens, closes] for day, (opens, closes) in sorted(days.items())]
    assert overlaps(hours) is None
    assert hours == read_hours(write_hours(hours))
