"""Hours of a week: nights, touching stretches, the week as a circle, and clocks that change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.weekly import open_at, overlaps, windows

ZONE = ZoneInfo("Asia/Almaty")
MONDAY = datetime(2026, 11, 23, tzinfo=ZONE)
NIGHT = [[day, 20 * 60, 29 * 60] for day in range(7)]  # 20:00 to 05:00


def test_a_night_goes_on_into_the_next_day() -> None:
    """A snow dump at one in the morning is open by yesterday's hours."""
    at = MONDAY + timedelta(hours=1)
    assert open_at(NIGHT, at, ZONE)
    assert not open_at(NIGHT, at + timedelta(hours=5), ZONE)
    assert [
        (MONDAY, MONDAY + timedelta(hours=5)),
        (MONDAY + timedelta(hours=20), MONDAY + timedelta(hours=24)),
    ] == windows(NIGHT, MONDAY, MONDAY + timedelta(days=1), ZONE)


def test_hours_are_of_the_clock_on_the_wall() -> None:
    """Before March 2024 the same eight o'clock was an hour earlier in UTC."""
    opens = [[0, 8 * 60, 9 * 60]]
    [(before, _end)] = windows(
        opens, datetime(2024, 2, 26, tzinfo=UTC), datetime(2024, 2, 27, tzinfo=UTC), ZONE
    )
    [(after, _end)] = windows(
        opens, datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC), ZONE
    )
    assert (2, 3) == (before.astimezone(UTC).hour, after.astimezone(UTC).hour)


def test_stretches_that_touch_are_one_window() -> None:
    """Open round the clock is one window, not seven."""
    whole = [[day, 0, 1440] for day in range(7)]
    assert [(MONDAY, MONDAY + timedelta(days=9))] == windows(whole, MONDAY, MONDAY + timedelta(days=9), ZONE)


def test_none_is_always_and_an_empty_list_is_never() -> None:
    """Two answers that must not be mixed up."""
    end = MONDAY + timedelta(hours=3)
    assert [(MONDAY, end)] == windows(None, MONDAY, end, ZONE)
    assert [] == windows([], MONDAY, end, ZONE)
    assert [] == windows(None, end, MONDAY, ZONE)


def test_overlaps_are_found_across_the_end_of_the_week() -> None:
    """Sunday night runs into Monday morning."""
    assert overlaps([[0, 480, 720], [0, 720, 900]]) is None
    assert overlaps([[0, 480, 720], [0, 700, 900]]) is not None
    assert overlaps([[6, 1200, 1740], [0, 240, 300]]) is not None
    assert overlaps([]) is None
