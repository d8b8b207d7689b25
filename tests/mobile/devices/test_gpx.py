"""Reading GPX strictly, and driving along it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from mobile.devices import gpx
from mobile.devices.desktop_location import DesktopLocation, Standing, Track
from mobile.devices.gpx import BadTrack, TrackPoint, read_track
from mobile.devices.location import FIXES_KEPT
from shared.contracts import Fix
from shared.geometry import Point, distance_m
from tests.mobile.capture.capture_stage import AT, Ticks

POINT = '<trkpt lat="{lat}" lon="69.15">{time}</trkpt>'
TIME = "<time>2026-11-23T07:00:{second:02d}Z</time>"
SPACE = ' xmlns="http://www.topografix.com/GPX/1/1"'


def written(folder: Path, points: str, space: str = SPACE) -> Path:
    """A file with these points."""
    path = folder / "way.gpx"
    path.write_text(f"<gpx{space}><trk><trkseg>{points}</trkseg></trk></gpx>", encoding="utf-8")
    return path


def points(*seconds: int | None) -> str:
    """Points on the way north, ten metres a second."""
    return "".join(
        POINT.format(lat=54.87 + 0.0001 * index, time="" if second is None else TIME.format(second=second))
        for index, second in enumerate(seconds)
    )


@pytest.mark.parametrize("space", ["", SPACE, ' xmlns="http://www.topografix.com/GPX/1/0"'])
def test_track_is_read_with_its_times(tmp_path: Path, space: str) -> None:
    """In either version, from the first point on."""
    track = read_track(written(tmp_path, points(0, 1, 4), space))
    assert [0.0, 1.0, 4.0] == [point.at_s for point in track]
    assert TrackPoint(54.87, 69.15, 0.0) == track[0]


def test_points_without_times_are_a_second_apart(tmp_path: Path) -> None:
    """As a drawn route has them."""
    assert [0.0, 1.0, 2.0] == [
        point.at_s for point in read_track(written(tmp_path, points(None, None, None)))
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "none"),
        (points(0, None), "all points must have a time"),
        (points(3, 1), "must not be before"),
        ('<trkpt lat="91" lon="0"/>', "on the Earth"),
        ('<trkpt lat="nan" lon="0"/>', "on the Earth"),
        ('<trkpt lat="1"/>', "numbers lat and lon"),
        ('<trkpt lat="1" lon="2"><time>yesterday</time></trkpt>', "RFC 3339"),
        ('<trkpt lat="1" lon="2"><time>2026-11-23T07:00:00</time></trkpt>', "with its offset"),
        ("<trkpt", "no XML"),
    ],
)
def test_track_that_makes_no_sense_is_refused_with_the_reason(tmp_path: Path, text: str, why: str) -> None:
    """Before anything drives along it."""
    with pytest.raises(BadTrack, match=why):
        read_track(written(tmp_path, text))


def test_file_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In bytes and points, and entities cannot make more of it."""
    path = written(tmp_path, points(0, 1, 2))
    monkeypatch.setattr(gpx, "POINTS_MOST", 2)
    with pytest.raises(BadTrack, match="at most 2 points"):
        read_track(path)
    monkeypatch.setattr(gpx, "BYTES_MOST", 10)
    with pytest.raises(BadTrack, match="at most 10 bytes"):
        read_track(path)
    monkeypatch.undo()
    path.write_text('<!DOCTYPE gpx [<!ENTITY a "b">]><gpx>&a;</gpx>', encoding="utf-8")
    with pytest.raises(BadTrack, match="document type"):
        read_track(path)


def test_vehicle_is_between_two_points_with_its_speed() -> None:
    """At a faster pace it drives faster; past the last point it stands there for good."""
    track = (TrackPoint(54.87, 69.15, 0.0), TrackPoint(54.871, 69.15, 10.0), TrackPoint(54.872, 69.15, 10.0))
    way_m = distance_m(Point(54.87, 69.15), Point(54.871, 69.15))
    point, speed_mps = Track(track).at(5.0)
    assert (54.8705, 69.15) == pytest.approx((point.lat, point.lon))
    assert way_m / 10 == pytest.approx(speed_mps)
    assert way_m / 5 == pytest.approx(Track(track, pace=2.0).at(2.0)[1])
    assert (Point(54.872, 69.15), 0.0) == Track(track).at(10.0) == Track(track).at(500.0)
    with pytest.raises(ValueError, match="pace"):
        Track(track, pace=0)


def test_receiver_gives_fixes_while_somebody_wants_them() -> None:
    """With both times, near where it really is; it rests when nobody does."""
    ticks, heard = Ticks(), list[Fix]()
    location = DesktopLocation(Standing(lambda: AT), ticks, ticks.now, random.Random(1), threaded=False)
    location.take()
    assert location.latest is None
    location.start(1.0, "check-in")
    location.start(30.0, "tracking")
    stop = location.listen(heard.append)
    for _ in range(FIXES_KEPT + 5):
        ticks.ms += 1000
        location.take()
    assert FIXES_KEPT == len(location.since(0))
    latest = location.latest
    assert latest is not None
    assert (ticks.ms, ticks.now()) == (latest.boot_ms, latest.taken_at)
    assert distance_m(AT, Point(latest.lat, latest.lon)) < 15
    assert 3 == len(location.since(ticks.ms - 2000))
    stop()
    location.stop("check-in")
    location.take()
    assert FIXES_KEPT + 5 == len(heard)
    location.stop("tracking")
    ticks.ms += 1000
    location.take()
    assert latest == location.latest


def test_place_that_is_not_known_yet_gives_no_fix() -> None:
    """The desktop stands nowhere before its first task has come."""
    ticks = Ticks()
    location = DesktopLocation(Standing(lambda: None), ticks, ticks.now, random.Random(1), threaded=False)
    location.start(1.0)
    location.take()
    assert location.latest is None


def test_listener_that_fails_costs_nobody_a_fix() -> None:
    """The next one hears it all the same; a pace must be one."""
    ticks, heard = Ticks(), list[Fix]()
    location = DesktopLocation(Standing(lambda: AT), ticks, ticks.now, random.Random(1), threaded=False)

    def fail(_fix: Fix) -> None:
        raise RuntimeError("a screen was closed")

    location.listen(fail)
    location.listen(heard.append)
    with pytest.raises(ValueError, match="every_s"):
        location.start(0.0)
    location.start(1.0)
    location.take()
    assert 1 == len(heard)
