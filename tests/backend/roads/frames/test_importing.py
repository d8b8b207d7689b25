"""Frames of a driving vehicle: placed by its positions, thinned, each new stretch of road one report, the same folder again none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.database import transaction
from backend.roads.frames.bad_frames import BadFrames
from backend.roads.frames.importing import Imported, import_frames
from backend.roads.frames.rules import Frame, PlacedFrame, Position, heading_deg, placed, thinned
from backend.roads.models import Defect
from backend.roads.receiving import owner
from backend.uploads import evidence
from shared.geometry import Point, distance_m
from shared.vocabulary import DefectKind, Role
from tests.commits import answer_lost
from tests.conftest import Clock
from tests.fakes import road_photo
from tests.phone import Phone
from tests.roads import beside, cases

Staff = Callable[..., Phone]
START = Point(lat=54.8695, lon=69.1425)
MONDAY = datetime(2026, 11, 23, 3, tzinfo=UTC)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def drive(seconds: int = 20, speed_m_s: float = 5.0) -> list[Position]:
    """East along a parallel, a position each second."""
    return [
        Position(
            at=MONDAY + timedelta(seconds=each),
            place=beside(START, east_m=each * speed_m_s),
            accuracy_m=6.0,
        )
        for each in range(seconds)
    ]


def write(folder: Path, pictures: dict[str, tuple[float, bytes]], positions: list[Position]) -> Path:
    """A folder as a vehicle's camera leaves it."""
    lines = ["frame,taken_at"]
    for name, (second, content) in pictures.items():
        (folder / name).write_bytes(content)
        lines.append(f"{name},{(MONDAY + timedelta(seconds=second)).isoformat()}")
    (folder / "frames.csv").write_text("\n".join(lines), encoding="utf-8")
    rows = ["taken_at,lat,lon,accuracy_m"]
    rows += [
        f"{each.at.isoformat()},{each.place.lat},{each.place.lon},{each.accuracy_m}" for each in positions
    ]
    (folder / "positions.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder


def test_a_frame_lies_between_the_positions_around_it() -> None:
    """Half-way in time is half-way in metres; the heading is that of driving."""
    found = placed(Frame(name="a", at=MONDAY + timedelta(seconds=3.5)), drive())
    assert found is not None
    assert distance_m(beside(START, east_m=17.5), found.place) < 0.2
    assert found.heading_deg == pytest.approx(90, abs=1)


def test_a_frame_without_a_position_near_in_time_has_no_place() -> None:
    """Before the first, after the last, in a silence."""
    positions = [*drive(5), *[Position(at=MONDAY + timedelta(minutes=5), place=START, accuracy_m=5)]]
    for second in (-30.0, 60.0, 400.0):
        assert None is placed(Frame(name="a", at=MONDAY + timedelta(seconds=second)), positions)
    assert None is placed(Frame(name="a", at=MONDAY), [])


def test_no_place_lies_between_positions_that_nobody_drove() -> None:
    """A receiver that jumps 500 m in a second was wrong once; 20 m are within its accuracy."""
    for east_m, is_placed in ((500.0, False), (20.0, True)):
        positions = [
            Position(at=MONDAY, place=START, accuracy_m=5),
            Position(at=MONDAY + timedelta(seconds=1), place=beside(START, east_m=east_m), accuracy_m=5),
        ]
        found = placed(Frame(name="a", at=MONDAY + timedelta(seconds=0.5)), positions)
        assert is_placed == (found is not None)


def test_a_vehicle_that_stands_gives_one_frame() -> None:
    """And one that drives gives one for each stretch of new road."""
    standing = [
        PlacedFrame(
            name=str(each), at=MONDAY + timedelta(seconds=each), place=START, accuracy_m=5, heading_deg=None
        )
        for each in range(10)
    ]
    assert 1 == len(thinned(standing))
    driving = [
        placed(Frame(name=str(each), at=MONDAY + timedelta(seconds=each)), drive()) for each in range(19)
    ]
    kept = thinned([each for each in driving if each is not None])
    assert ["0", "2", "4"] == [each.name for each in kept[:3]]
    assert None is heading_deg(START, START)


@on_sqlite
def test_a_folder_becomes_reports_once(
    app: Flask, clock: Clock, staff: Staff, tmp_path: Path, in_app: None
) -> None:
    """Frames of the same road and the same folder again make none; a fault in two frames is one case."""
    hole = [road_photo(DefectKind.POTHOLE, shot=shot) for shot in (1, 2)]
    pictures = {
        "0.png": (0.0, road_photo(None, shot=3)),
        "1.png": (0.4, road_photo(None, shot=4)),
        "2.png": (10.0, hole[0]),
        "3.png": (11.8, hole[1]),
        "4.png": (300.0, road_photo(None, shot=5)),
    }
    folder = write(tmp_path, pictures, drive())
    assert Imported(frames=5, unplaced=1, same_road=1, known=0, reports=3) == import_frames(
        folder, district="centre"
    )
    assert Imported(frames=5, unplaced=1, same_road=1, known=3, reports=0) == import_frames(
        folder, district="centre"
    )
    dispatcher = staff(Role.DISPATCHER)
    (case,) = cases(dispatcher)
    assert ("pothole", 2) == (case["kind"], case["views"])
    assert 3 == len(dispatcher.get("/defects").json["items"])


@on_sqlite
def test_a_picture_that_is_missing_keeps_no_other_back(
    app: Flask, clock: Clock, district_id: object, tmp_path: Path, in_app: None
) -> None:
    """It is said by name; once it is there the same folder adds it."""
    pictures = {f"{each}.png": (10.0 * each, road_photo(None, shot=each)) for each in range(3)}
    folder, said = write(tmp_path, pictures, drive()), list[str]()
    (folder / "1.png").rename(folder / "kept-aside")
    found = import_frames(folder, district="centre", say=said.append)
    assert (2, 1) == (found.reports, found.unreadable)
    assert [True] == ["1.png" in line for line in said]
    (folder / "kept-aside").rename(folder / "1.png")
    found = import_frames(folder, district="centre")
    assert (1, 2, 0) == (found.reports, found.known, found.unreadable)


@on_sqlite
def test_a_commit_whose_answer_is_lost_loses_no_picture(
    app: Flask, clock: Clock, district_id: object, tmp_path: Path, in_app: None, asleep: None
) -> None:
    """The import breaks off, not knowing that the report is there; begun again it goes on, and the picture can be looked at."""
    folder = write(tmp_path, {"0.png": (0.0, road_photo(DefectKind.POTHOLE, shot=9))}, drive())
    with answer_lost(), pytest.raises(ConnectionError):
        import_frames(folder, district="centre")
    found = import_frames(folder, district="centre")
    assert (0, 1) == (found.reports, found.known)
    with transaction(read_only=True) as session:
        (defect_id,) = session.scalars(sa.select(Defect.id))
        assert evidence.photo(owner(defect_id), 0)


@on_sqlite
@pytest.mark.parametrize(
    ("frames", "says"),
    [
        ("frame\na.png", "taken_at"),
        ("frame,taken_at\na.png,yesterday", "line 2"),
        ("frame,taken_at\n../a.png,2026-11-23T08:00:00+05:00", "file's name"),
        ("frame,taken_at,lat,lon\na.png,2026-11-23T08:00:00+05:00,north,69", "numbers"),
    ],
)
def test_a_folder_that_is_none_is_refused_in_words(
    app: Flask, district_id: object, tmp_path: Path, in_app: None, frames: str, says: str
) -> None:
    """File, line and remedy."""
    (tmp_path / "frames.csv").write_text(frames, encoding="utf-8")
    (tmp_path / "positions.csv").write_text("taken_at,lat,lon\n", encoding="utf-8")
    with pytest.raises(BadFrames, match=says):
        import_frames(tmp_path, district="centre")
    with pytest.raises(BadFrames):
        import_frames(tmp_path, district="nowhere")
