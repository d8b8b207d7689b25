"""Where a report lies, by the fixes around its photos: the time of the photo counts, not the time of saving."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backend.roads.rules import FoundPlace, driven_m, found_place
from shared.contracts import Fix, Photo
from shared.geometry import Point, distance_m
from tests.roads import beside

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
HERE = Point(lat=54.865, lon=69.14)
SHOT_MS = 1_000_000


def fix(after_s: float, east_m: float = 0.0, *, speed_mps: float | None = None, boots: bool = True) -> Fix:
    """What the receiver says some seconds after the photo, some metres from it; its wall clock is an hour wrong where it ``boots``."""
    at = beside(HERE, east_m=east_m)
    return Fix(
        lat=at.lat,
        lon=at.lon,
        accuracy_m=6.0,
        taken_at=AT + timedelta(seconds=after_s, hours=1 if boots else 0),
        speed_mps=speed_mps,
        boot_ms=SHOT_MS + round(1000 * after_s) if boots else None,
    )


def found(*fixes: Fix, shots_s: tuple[float, ...] = (0.0,)) -> FoundPlace | None:
    """The place of photos taken at these times."""
    shots = [
        Photo(sha256="0" * 64, taken_at=AT + timedelta(seconds=each), boot_ms=SHOT_MS + round(1000 * each))
        for each in shots_s
    ]
    return found_place(fixes, shots, accuracy_max_m=100.0, speed_max_mps=25.0, city=HERE, city_radius_km=30.0)


@pytest.mark.parametrize("boots", [True, False], ids=["boot clock", "wall clock"])
def test_who_drives_on_before_saving_reports_where_the_photo_was_taken(boots: bool) -> None:
    """Stood for 20 s, then 8 m/s for a minute and a half: not where the truck is by then."""
    stood = [fix(-after_s, boots=boots) for after_s in range(20)]
    left = [fix(after_s, 8.0 * after_s, speed_mps=8.0, boots=boots) for after_s in range(1, 91)]
    place = found(*stood, *left)
    assert place is not None
    assert distance_m(HERE, place.point) < 8
    assert 6.0 == place.accuracy_m


def test_fixes_long_after_the_photo_are_no_place() -> None:
    """What an old phone sent of the last minute of a drive: a dispatcher puts it on the map."""
    assert found(*(fix(after_s, 8.0 * after_s, speed_mps=8.0) for after_s in range(31, 91))) is None


def test_a_silence_makes_a_place_less_sure() -> None:
    """By what a vehicle can have driven since the last fix."""
    place = found(*(fix(after_s, speed_mps=0.0) for after_s in range(-20, -5)))
    assert place is not None
    assert 6.0 + 25.0 == place.accuracy_m


def test_photos_from_a_rolling_truck_are_as_sure_as_it_rolls() -> None:
    """The fixes nearest to the photo lie along its way."""
    place = found(*(fix(after_s, 12.0 * after_s, speed_mps=12.0) for after_s in range(-20, 11)))
    assert place is not None
    assert distance_m(HERE, place.point) < 2
    assert 12 < place.accuracy_m < 36


def test_the_nearer_photo_speaks_for_one_that_no_fix_is_near() -> None:
    """Both show one fault."""
    place = found(fix(299), fix(300), shots_s=(0.0, 300.0))
    assert place is not None
    assert 6.0 == place.accuracy_m


@pytest.mark.parametrize(
    ("time_s", "speed_mps", "most_m"),
    [(-1.0, 10.0, 0.0), (2.0, 0.0, 4.0), (2.0, None, 50.0), (60.0, 0.0, 1500.0)],
    ids=["no silence", "sets out", "unknown speed", "no faster than vehicles are"],
)
def test_what_can_have_been_driven(time_s: float, speed_mps: float | None, most_m: float) -> None:
    """From what the fix told of its speed."""
    assert most_m == driven_m(time_s, speed_mps, 25.0)
