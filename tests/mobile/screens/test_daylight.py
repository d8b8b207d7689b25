"""The sun over Petropavl, against an almanac."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mobile.models.daylight import PETROPAVL, is_night, sun_elevation_deg


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        (datetime(2026, 11, 22, 3, 0, tzinfo=UTC), True),  # 08:00, before a late sunrise
        (datetime(2026, 11, 22, 5, 30, tzinfo=UTC), False),  # 10:30
        (datetime(2026, 11, 22, 13, 0, tzinfo=UTC), True),  # 18:00
        (datetime(2026, 6, 21, 15, 30, tzinfo=UTC), False),  # 20:30 of a white evening
        (datetime(2026, 6, 21, 19, 30, tzinfo=UTC), True),
    ],
)
def test_night_follows_the_sun(moment: datetime, night: bool) -> None:
    """A fixed hour would be wrong in one season or the other."""
    assert night == is_night(moment)


def test_noon_of_midsummer_stands_at_its_known_height() -> None:
    """90° − 54.87° + 23.44°."""
    noon = max(
        sun_elevation_deg(datetime(2026, 6, 21, 7, minute, tzinfo=UTC), PETROPAVL) for minute in range(60)
    )
    assert 58.57 == pytest.approx(noon, abs=0.5)
