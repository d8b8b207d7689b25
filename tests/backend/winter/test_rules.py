"""Rules of winter: what fell since, passes by width, volumes, hours of the night, names."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from backend.streets.invented import invented_city
from backend.streets.network import Access, StreetClass
from backend.winter.rules import care, needing, passes, snow, volume
from backend.winter.rules.middles import middles
from backend.winter.rules.names import plain_name
from backend.winter.rules.snowfalls import snowfall_errors

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Almaty")


def fall(hours_ago: float, lasted_h: float, depth_cm: float, **facts: object) -> snow.Snowfall:
    """A snowfall that began so many hours ago."""
    begun_at = NOW - timedelta(hours=hours_ago)
    usual = {"temperature_c": -8.0, "ended_at": begun_at + timedelta(hours=lasted_h)}
    return snow.Snowfall(begun_at=begun_at, depth_cm=depth_cm, **{**usual, **facts})  # type: ignore[arg-type]


def fallen(*falls: snow.Snowfall, district: object = None, factor: float = 1.0) -> list[snow.Stretch]:
    """What fell in a district in a fortnight."""
    since = NOW - timedelta(days=14)
    return snow.stretches(falls, district, now=NOW, since=since, until=NOW, factor=factor)  # type: ignore[arg-type]


def since(*hours_ago: float | None) -> snow.Floats:
    """Moments, in seconds; None: never."""
    return np.array(
        [snow.NEVER if each is None else (NOW - timedelta(hours=each)).timestamp() for each in hours_ago]
    )


def test_snow_counts_from_the_last_clearing_and_by_its_part_within_a_snowfall() -> None:
    """Never cleared: all of it; cleared halfway: half of it; cleared after it: nothing."""
    depth = snow.depth_since_cm(fallen(fall(10, 6, 12)), since(None, 12, 7, 4, 1))
    assert [12, 12, 6, 0, 0] == pytest.approx(depth.tolist())


def test_snow_that_still_falls_lies_as_deep_as_was_said_until_now() -> None:
    """Its rate is what has fallen so far."""
    assert [8, 4, 0] == pytest.approx(
        snow.depth_since_cm(fallen(fall(4, 0, 8, ended_at=None)), since(None, 2, 0)).tolist()
    )


def test_snow_of_weeks_ago_is_no_plough_s_work() -> None:
    """Traffic has packed it."""
    assert [] == fallen(fall(24 * 20, 6, 30))


def test_a_district_s_own_snowfall_replaces_the_city_s_for_its_time() -> None:
    """Not twice the snow; outside that time the city's counts, times the district's factor."""
    mine, other = uuid4(), uuid4()
    falls = (fall(10, 10, 20), fall(6, 3, 9, district_id=mine))
    assert (
        pytest.approx(9 + 7 * 2 * 1.5)
        == snow.depth_since_cm(fallen(*falls, district=mine, factor=1.5), since(None)).item()
    )
    for district in (other, None):
        assert pytest.approx(20) == snow.depth_since_cm(fallen(*falls, district=district), since(None)).item()


def test_only_cold_snow_is_slippery_and_freezing_rain_is_without_any_depth() -> None:
    """Above +1 °C it melts."""
    wet, icing = fall(6, 2, 5, temperature_c=2.0), fall(3, 1, 0, temperature_c=-1.0, icing=True)
    assert [0.0] == snow.slippery_since_cm(fallen(wet), since(None)).tolist()
    assert [snow.ICING_CM] == snow.slippery_since_cm(fallen(wet, icing), since(None)).tolist()


def test_passes_follow_width_and_never_go_against_traffic() -> None:
    """Narrow streets take one pass for both directions; wide ones as many for each as its own width asks."""
    streets = invented_city().network
    found = passes.clearing_passes(streets, care.Machines())
    anybody = int(Access.CAR | Access.TRUCK)
    along, against = ((streets.access[start::2] & anybody) != 0 for start in (0, 1))
    assert not found.count[passes.AGAINST][~against].any()
    assert not found.count[passes.ALONG][~along].any()
    assert not found.count[passes.BOTH][~(along & against)].any()
    somewhere = sum(found.count[way] for way in passes.WAYS)
    assert np.array_equal(along | against, somewhere > 0)
    both_ways = along & against
    assert not (both_ways & (streets.width_m <= 3.8) & (found.count[passes.BOTH] != 1)).any()
    wide = both_ways & (streets.width_m > 3.8)
    assert (found.count[passes.ALONG][wide] >= 1).all()
    assert (found.count[passes.AGAINST][wide] >= 1).all()


def test_passes_that_lack_are_those_older_than_the_snow() -> None:
    """Of two passes one was made since the snow: one lacks."""
    snowed = fallen(fall(10, 2, 10))
    times = np.full((3, passes.PASSES_MOST), snow.NEVER)
    times[0, :2] = since(1, 30)
    times[1, :2] = since(1, 2)
    lacking = needing.lacking(
        np.array([2, 2, 2]), times, lambda at: snow.depth_since_cm(snowed, at), np.array([3.0, 3.0, 20.0])
    )
    assert [1, 0, 0] == lacking.tolist()


def test_a_pass_for_both_directions_serves_each_and_two_of_one_direction_serve_a_narrow_street() -> None:
    """Which passes count for which way."""
    recent = {way: np.full((1, passes.PASSES_MOST), snow.NEVER) for way in passes.WAYS}
    recent[passes.BOTH][0, 0], recent[passes.ALONG][0, 0] = 100.0, 200.0
    served = {way: needing.passes_that_serve(recent, way)[0, :2].tolist() for way in passes.WAYS}
    assert {passes.BOTH: [200, 100], passes.ALONG: [200, 100], passes.AGAINST: [100, snow.NEVER]} == served


def test_an_hour_of_the_evening_is_the_night_s_own_and_an_early_one_the_next_day_s() -> None:
    """A night begins on its date."""
    first = care.DEFAULTS.priorities[1]
    night = date(2026, 11, 23)
    assert datetime(2026, 11, 24, 5, tzinfo=ZONE) == first.due(first.clear_by, night, ZONE)
    assert datetime(2026, 11, 23, 23, tzinfo=ZONE) == first.due(time(23), night, ZONE)
    assert first.due(None, night, ZONE) is None


def test_the_care_table_survives_being_written_and_read() -> None:
    """With corrections of districts; what is left out keeps the defaults."""
    table = care.CareTable(
        classes=care.DEFAULTS.classes,
        priorities=care.DEFAULTS.priorities,
        corrections={uuid4(): care.Correction(depth=1.2, volume=0.9)},
    )
    assert table == care.read(care.written(table))
    assert care.DEFAULTS == care.read({})
    assert set(StreetClass) == set(care.DEFAULTS.classes)


def test_fresh_snow_is_lighter_in_the_cold_and_a_heap_is_smaller_than_what_fell() -> None:
    """Hedstrom and Pomeroy's density; wet snow of 0 °C weighs 119 kg/m³."""
    assert pytest.approx(119.17) == volume.fresh_density_kg_m3(3.0)
    assert pytest.approx(69.0, abs=0.1) == volume.fresh_density_kg_m3(-10.0)
    depth_m = volume.heaped_depth_m(fallen(fall(10, 6, 20, temperature_c=-10)), since(None))
    heap = volume.volume_m3(
        depth_m, np.array([100.0]), np.array([14.0]), np.array([StreetClass.PRIMARY], dtype=np.uint8)
    )
    assert pytest.approx(0.2 * 69.0 / 400 * 1400 * 0.8, rel=0.01) == heap.item()


def test_middles_lie_halfway_along_each_line() -> None:
    """As many as segments, each inside its line's box."""
    streets = invented_city().network
    lon, lat = middles(streets)
    for at in range(0, streets.segments, 37):
        line = streets.line(at)
        assert line[:, 0].min() - 1e-9 <= lon[at] <= line[:, 0].max() + 1e-9
        assert line[:, 1].min() - 1e-9 <= lat[at] <= line[:, 1].max() + 1e-9
    two = np.flatnonzero(np.diff(streets.line_start) == 2)[0]
    assert streets.line(int(two)).mean(axis=0).tolist() == pytest.approx([lon[two], lat[two]])


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("  Улица  ЖУМАБАЕВА ", "жумабаева"),
        ("ул. Жумабаева", "жумабаева"),
        ("Абай көшесі", "абай"),
        ("Улица", "улица"),
        ("...", ""),
    ],
)
def test_names_are_compared_without_what_people_leave_out(typed: str, plain: str) -> None:
    """The word for street counts only where it is the whole name."""
    assert plain == plain_name(typed)


def test_a_snowfall_s_times_are_held_against_each_other() -> None:
    """Field, value and remedy of each."""
    ahead = timedelta(days=2)
    hour = timedelta(hours=1)

    def fields(begun_at: datetime, ended_at: datetime | None) -> list[str]:
        return list(snowfall_errors(begun_at=begun_at, ended_at=ended_at, now=NOW, ahead=ahead))

    assert [] == fields(NOW - hour, NOW) == fields(NOW - hour, None) == fields(NOW + hour, NOW + 2 * hour)
    assert ["ended_at"] == fields(NOW, NOW - hour) == fields(NOW, NOW)
    assert ["ended_at"] == fields(NOW - timedelta(days=8), NOW) == fields(NOW - timedelta(days=8), None)
    assert ["begun_at"] == fields(NOW + timedelta(days=3), None)
