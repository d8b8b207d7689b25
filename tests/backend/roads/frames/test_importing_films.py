"""Films of a driving vehicle with a track: each new stretch of road one report, the same film again none, cases of what was seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from backend.blobs import FolderBlobs
from backend.cli import main
from backend.roads.frames.bad_frames import BadFrames
from backend.roads.frames.importing import Imported, import_films
from backend.roads.frames.rules import Position
from shared.geometry import Point, distance_m
from shared.vocabulary import Role
from tests.films import RoadFilmEye, gpx, make_film
from tests.phone import Phone
from tests.roads import beside, cases

Staff = Callable[..., Phone]
START = Point(lat=54.8695, lon=69.1425)
MONDAY = datetime(2026, 11, 23, 3, tzinfo=UTC)
MADE_AT = "2026-11-23T03:00:00Z"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def drive(
    seconds: int, speed_m_s: float = 5.0, *, silent: range = range(0), start: Point = START
) -> list[Position]:
    """East along a parallel, a position each second but for a silence."""
    return [
        Position(
            at=MONDAY + timedelta(seconds=each),
            place=beside(start, east_m=each * speed_m_s),
            accuracy_m=5.0,
        )
        for each in range(seconds)
        if each not in silent
    ]


class Filling(FolderBlobs):
    """A disk that has room for three photos."""

    room = 3

    def put(self, name: str, data: bytes) -> None:
        if self.room == 0:
            raise OSError("no space left on device")
        self.room -= 1
        super().put(name, data)


def point_of(report: dict[str, Any]) -> Point:
    """Where a report lies."""
    lon, lat = report["place"]["coordinates"]
    return Point(lat=lat, lon=lon)


def track(folder: Path, positions: list[Position]) -> Path:
    """The drive's GPX."""
    (folder / "drive.gpx").write_text(gpx(positions), encoding="utf-8")
    return folder / "drive.gpx"


@on_sqlite
def test_a_film_becomes_reports_once(app: Flask, staff: Staff, tmp_path: Path, in_app: None) -> None:
    """A picture each 8 m at its place and time, a hole in two of them is one case; the same film again, and more finely, makes no doubles."""
    app.extensions["qala_road_eye"] = RoadFilmEye()
    film = make_film(tmp_path / "drive.mp4", 12, made_at=MADE_AT, hole=lambda second: 6.3 < second < 8.7)
    where = track(tmp_path, drive(30))
    first = import_films([film], where, district="centre")
    assert Imported(frames=120, unplaced=0, same_road=112, known=0, reports=8) == first
    assert 8 == import_films([film, film], where, district="centre").known
    dispatcher = staff(Role.DISPATCHER)
    reports = sorted(dispatcher.get("/defects").json["items"], key=lambda each: each["captured_at"])
    assert 8 == len(reports)
    for number, report in enumerate(reports):
        second = (datetime.fromisoformat(report["captured_at"]) - MONDAY).total_seconds()
        assert number * 1.7 == pytest.approx(second, abs=0.15)
        expected = beside(START, east_m=second * 5)
        assert distance_m(expected, point_of(report)) < 0.5
        assert "vehicle" == report["source"]
        assert report["heading_deg"] == pytest.approx(90, abs=1)
    (case,) = cases(dispatcher)
    assert ("pothole", 2) == (case["kind"], case["views"])
    finer = import_films([film], where, district="centre", every_m=4.0)
    assert finer.known >= 1
    assert finer.reports + finer.known == 120 - finer.same_road


@on_sqlite
def test_an_import_that_was_broken_off_goes_on(
    app: Flask, district_id: object, asleep: None, tmp_path: Path, in_app: None
) -> None:
    """What was received stands; only the rest is decoded and received."""
    film = make_film(tmp_path / "drive.mp4", 12, made_at=MADE_AT)
    where = track(tmp_path, drive(30))

    store = app.extensions["qala_blobs"]
    app.extensions["qala_blobs"] = Filling(store.folder)
    with pytest.raises(OSError, match="no space"):
        import_films([film], where, district="centre")
    app.extensions["qala_blobs"] = store
    again = import_films([film], where, district="centre")
    assert (3, 5) == (again.known, again.reports)


@on_sqlite
def test_the_clips_of_one_drive_are_one_drive(app: Flask, staff: Staff, tmp_path: Path, in_app: None) -> None:
    """Cameras cut a drive into clips: road is new across them, whatever the order in which they are given."""
    clips = [
        make_film(tmp_path / "2.mp4", 6, made_at="2026-11-23T03:00:06Z"),
        make_film(tmp_path / "1.mp4", 6, made_at=MADE_AT),
    ]
    done = import_films(clips, track(tmp_path, drive(30)), district="centre")
    assert (120, 8) == (done.frames, done.reports)
    with pytest.raises(BadFrames, match="one by one"):
        import_films(clips, tmp_path / "drive.gpx", district="centre", begins=MONDAY)


@on_sqlite
def test_a_silence_of_the_track_gives_no_report(
    app: Flask, staff: Staff, tmp_path: Path, in_app: None
) -> None:
    """Where nobody knows where the vehicle was, nothing is put on the map; nor outside the city."""
    film = make_film(tmp_path / "drive.mp4", 40, made_at=MADE_AT)
    done = import_films([film], track(tmp_path, drive(40, silent=range(10, 30))), district="centre")
    assert 209 == pytest.approx(done.unplaced, abs=12)
    reports = staff(Role.DISPATCHER).get("/defects?limit=100").json["items"]
    seconds = [(datetime.fromisoformat(each["captured_at"]) - MONDAY).total_seconds() for each in reports]
    assert not [each for each in seconds if 9.1 < each < 29.9]
    away = tmp_path / "away.gpx"
    away.write_text(gpx(drive(40, start=Point(lat=51.1, lon=71.4))), encoding="utf-8")
    done = import_films([film], away, district="centre")
    assert (0, 400) == (done.reports, done.unplaced)


@on_sqlite
@pytest.mark.parametrize(
    ("made_at", "begins", "positions", "says"),
    [
        (None, None, drive(9), "does not say when it began"),
        ("1970-01-01T00:00:01Z", None, drive(9), "clock was not set"),
        ("2036-01-01T00:00:01Z", None, drive(9), "is to come"),
        ("2026-11-23T03:30:00Z", None, drive(9), "no moment in common"),
        ("2026-11-23T03:00:01Z", MONDAY - timedelta(hours=3), drive(9), "no moment in common"),
    ],
)
def test_a_film_that_fits_no_track_is_refused_in_words(
    app: Flask,
    district_id: object,
    tmp_path: Path,
    in_app: None,
    made_at: str | None,
    begins: datetime | None,
    positions: list[Position],
    says: str,
) -> None:
    """Nothing is received."""
    film = make_film(tmp_path / "drive.mp4", 1, made_at=made_at)
    with pytest.raises(BadFrames, match=says):
        import_films([film], track(tmp_path, positions), district="centre", begins=begins)
    with pytest.raises(BadFrames, match="no district"):
        import_films([film], tmp_path / "drive.gpx", district="nowhere", begins=begins)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "give a FOLDER"),
        (["{folder}", "--video", "{film}", "--track", "{film}"], "give a FOLDER"),
        (["--video", "{film}"], "belong together"),
        (["{folder}", "--begins", "2026-11-03T09:00:00+05:00"], "belong together"),
        (["--video", "{film}", "--track", "{film}", "--begins", "nine"], "with offset"),
        (["--video", "{film}", "--track", "{film}", "--begins", "2026-11-03T09:00:00"], "with offset"),
        (["--video", "away.mp4", "--track", "{film}"], "does not exist"),
    ],
)
def test_the_command_says_what_belongs_together(tmp_path: Path, arguments: list[str], says: str) -> None:
    """Before anything is opened."""
    film = tmp_path / "drive.mp4"
    film.write_bytes(b"")
    given = [each.format(folder=tmp_path, film=film) for each in arguments]
    answer = CliRunner().invoke(main, ["roads", "import-frames", "--district", "centre", *given])
    assert 2 == answer.exit_code
    assert says in " ".join(answer.output.split())
