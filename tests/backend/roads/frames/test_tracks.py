"""Tracks of a drive: GPX, NMEA and tables are known by what stands in them; what tells no place at a time is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.roads.frames.bad_frames import BadFrames
from backend.roads.frames.rules import Position, Span, apart, begun_at
from backend.roads.frames.tracks import read_track
from shared.geometry import Point, distance_m
from tests.films import gpx, nmea
from tests.roads import beside

MONDAY = datetime(2026, 11, 23, 3, tzinfo=UTC)
START = Point(lat=54.8695, lon=69.1425)
DRIVE = [
    Position(at=MONDAY + timedelta(seconds=each), place=beside(START, east_m=each * 5.0), accuracy_m=6.0)
    for each in range(20)
]
TABLE = "taken_at,lat,lon,accuracy_m\n" + "\n".join(
    f"{each.at.isoformat()},{each.place.lat},{each.place.lon},{each.accuracy_m}" for each in DRIVE
)


@pytest.mark.parametrize("text", [gpx(DRIVE), nmea(DRIVE), TABLE, "\ufeff" + gpx(DRIVE[::-1])])
def test_a_track_gives_positions_in_the_order_of_their_times(tmp_path: Path, text: str) -> None:
    """Whatever wrote it, and whatever its name."""
    (tmp_path / "drive.log").write_text(text, encoding="utf-8")
    found = read_track(tmp_path / "drive.log")
    assert [each.at for each in DRIVE] == [each.at for each in found]
    for known, read in zip(DRIVE, found, strict=True):
        assert distance_m(known.place, read.place) < 0.1
        assert known.accuracy_m == pytest.approx(read.accuracy_m)


def test_points_without_a_time_and_from_before_the_first_fix_are_left_out(tmp_path: Path) -> None:
    """Nothing is invented in their stead."""
    early = Position(at=datetime(1980, 1, 6, tzinfo=UTC), place=START, accuracy_m=6.0)
    text = gpx([early, *DRIVE]).replace("<time>2026-11-23T03:00:05Z</time>", "").replace("03:00:07Z", "soon")
    (tmp_path / "drive.gpx").write_text(text, encoding="utf-8")
    assert [MONDAY + timedelta(seconds=each) for each in range(20) if each not in (5, 7)] == [
        each.at for each in read_track(tmp_path / "drive.gpx")
    ]


def test_sentences_with_a_wrong_checksum_and_unsure_ones_are_left_out(tmp_path: Path) -> None:
    """A broken digit would be a place far off."""
    lines = nmea(DRIVE).split("\r\n")
    lines[1] = lines[1].replace("5452.", "5552.")
    lines[3] = lines[3].replace(",A,", ",V,", 1)
    (tmp_path / "drive.nmea").write_text("\n".join(lines), encoding="utf-8")
    assert DRIVE[2].at == read_track(tmp_path / "drive.nmea")[0].at


OLD = [
    Position(at=datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=each), place=START, accuracy_m=6)
    for each in range(3)
]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (gpx(DRIVE, with_times=False), "none of its 20 points has a time"),
        (gpx(OLD), "clock was not set"),
        (gpx([]), "no points of a track"),
        (gpx(DRIVE)[:-200], "no whole GPX"),
        (gpx(DRIVE).replace('lat="54.8695"', 'lat="154.8695"'), "point 1: no place on the Earth"),
        (gpx(DRIVE).replace('lat="54.8695"', 'lat="nan"'), "point 1: no place on the Earth"),
        (gpx(DRIVE).replace('lat="54.8695"', 'lat="north"'), "no whole GPX"),
        ('<!DOCTYPE a [<!ENTITY b "c">]>' + gpx(DRIVE), "DOCTYPE"),
        ("<kml><Document/></kml>", "no points of a track"),
        ("$GPRMC,,V,,,,,,,,,,N*53", "no position"),
        ("taken_at,lat,lon\n", "no position"),
        ("taken_at,lat,lon\nsoon,1,2", "line 2"),
        ("hello", "no position"),
        ("", "no position"),
    ],
)
def test_what_is_no_track_is_refused_in_words(tmp_path: Path, text: str, says: str) -> None:
    """What is wrong, and what to give."""
    (tmp_path / "drive.gpx").write_text(text, encoding="utf-8")
    with pytest.raises(BadFrames, match=says):
        read_track(tmp_path / "drive.gpx")


def test_bytes_that_are_no_text_are_no_track(tmp_path: Path) -> None:
    """Such as a FIT file, or the film itself; a file that is not there neither."""
    (tmp_path / "drive.fit").write_bytes(bytes(range(256)))
    with pytest.raises(BadFrames, match="UTF-8"):
        read_track(tmp_path / "drive.fit")
    with pytest.raises(BadFrames, match="cannot be read"):
        read_track(tmp_path / "away.gpx")


@pytest.mark.parametrize(
    ("told", "written", "says"),
    [
        (None, None, "does not say when it began: give --begins"),
        (None, datetime(1970, 1, 1, tzinfo=UTC), "clock was not set"),
        (None, datetime(1904, 1, 1, tzinfo=UTC), "clock was not set"),
        (None, MONDAY + timedelta(days=30), "is to come"),
        (MONDAY + timedelta(hours=2), MONDAY, "must lie between 2015-01-01 and now"),
        (datetime(1970, 1, 1, tzinfo=UTC), MONDAY, "must lie between"),
    ],
)
def test_a_beginning_that_cannot_be_is_refused_in_words(
    told: datetime | None, written: datetime | None, says: str
) -> None:
    """A clock that was never set, or is far ahead, places every picture elsewhere."""
    with pytest.raises(BadFrames, match=says):
        begun_at("drive.mp4", told=told, written=written, now=MONDAY + timedelta(hours=1))


def test_a_person_s_word_goes_before_the_file_s() -> None:
    """Cameras write what they like."""
    now = MONDAY + timedelta(hours=1)
    assert MONDAY == begun_at("drive.mp4", told=MONDAY, written=datetime(1970, 1, 1, tzinfo=UTC), now=now)
    assert MONDAY == begun_at("drive.mp4", told=None, written=MONDAY, now=now)


def test_a_camera_that_writes_the_city_s_time_as_utc_is_told_of() -> None:
    """With the very option that helps."""
    track = Span(begin=MONDAY, end=MONDAY + timedelta(minutes=10))
    offset = timedelta(hours=5)
    assert "--begins 2026-11-23T08:01:00+05:00" in apart(
        "drive.mp4", track.later(timedelta(hours=5, minutes=1)), track, offset
    )
    elsewhere = apart("drive.mp4", track.later(timedelta(days=1)), track, offset)
    assert "as UTC" not in elsewhere
    assert "Give the track of this drive" in elsewhere
