"""A vehicle's frames as they come: asked for first, received once, thinned whatever their order and from whichever camera."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from backend.database import transaction
from backend.roads.frames.importing import import_frames
from backend.roads.frames.models import StreamedFrame
from backend.roads.streams.work import purge_streamed_frames
from shared.geometry import Point
from shared.vocabulary import DefectKind
from tests.camera import Camera, about, make_camera
from tests.conftest import Clock
from tests.fakes import road_photo
from tests.phone import Phone
from tests.roads import beside, cases, wait

START = Point(lat=54.8695, lon=69.1425)


def test_a_frame_that_shows_new_road_becomes_a_report_once(
    app: Flask, clock: Clock, camera: Camera, dispatcher: Phone
) -> None:
    """Wanted, sent, kept; the same bytes again, after a lost answer, are the same report."""
    here = about(clock(), START, heading_deg=90)
    (asked,) = camera.asked(here)
    assert ("wanted", None) == (asked["outcome"], asked["reason"])
    first, again = (camera.sent(here, road_photo(DefectKind.POTHOLE)) for _try in range(2))
    assert first == again
    assert "kept" == first["outcome"]
    (report,) = dispatcher.get("/defects").json["items"]
    assert (first["report_id"], "vehicle", 90.0) == (report["id"], report["source"], report["heading_deg"])
    (case,) = cases(dispatcher)
    assert ("pothole", 1) == (case["kind"], case["views"])
    assert "kept" == camera.asked(here)[0]["outcome"]


def test_frames_are_thinned_whatever_their_order(app: Flask, clock: Clock, camera: Camera) -> None:
    """A late frame is held against the one before it and the one after it."""
    for number, (second, east_m, outcome) in enumerate(
        [(0, 0, "kept"), (4, 20, "kept"), (3, 14, "passed_over"), (2, 10, "kept"), (1, 5, "passed_over")]
    ):
        at = clock() - timedelta(minutes=1) + timedelta(seconds=second)
        answer = camera.sent(about(at, beside(START, east_m=east_m)), road_photo(None, shot=number))
        assert outcome == answer["outcome"], (second, answer)


def test_a_batch_is_thinned_before_anything_is_sent(app: Flask, clock: Clock, camera: Camera) -> None:
    """As if what is wanted came; in whichever order it is asked."""
    begin = clock() - timedelta(minutes=5)
    frames = [
        about(begin + timedelta(seconds=second), beside(START, east_m=5 * second)) for second in range(9)
    ]
    answers = camera.asked(*reversed(frames))
    assert [0, 2, 4, 6, 8] == [
        second for second, answer in enumerate(reversed(answers)) if answer["outcome"] == "wanted"
    ]


def test_another_camera_of_the_vehicle_shows_no_new_road(
    app: Flask, client: FlaskClient, clock: Clock, dispatcher: Phone, district_id: UUID
) -> None:
    """But another vehicle's does."""
    one = make_camera(client, dispatcher, district_id)
    vehicle_id = dispatcher.get("/trackers").json["items"][0]["vehicle_id"]
    other = make_camera(client, dispatcher, district_id, vehicle_id=vehicle_id)
    elsewhere = make_camera(client, dispatcher, district_id)
    assert "kept" == one.sent(about(clock(), START), road_photo(None, shot=1))["outcome"]
    beside_it = about(clock() - timedelta(seconds=2), beside(START, east_m=4))
    assert "other_camera" == other.sent(beside_it, road_photo(None, shot=2))["reason"]
    assert "kept" == elsewhere.sent(beside_it, road_photo(None, shot=3))["outcome"]
    one.drive_id = uuid4()
    clock.advance(minutes=5)
    assert "kept" == one.sent(about(clock(), START), road_photo(None, shot=4))["outcome"]


def test_where_a_vehicle_was_is_forgotten_and_its_reports_stay(
    app: Flask, clock: Clock, camera: Camera, dispatcher: Phone
) -> None:
    """As positions are; the bytes are known for ever."""
    here, photo = about(clock(), START), road_photo(DefectKind.POTHOLE)
    kept = camera.sent(here, photo)
    for days, rows in ((29, 1), (2, 0)):
        wait(clock, dispatcher, days=days)
        with app.app_context():
            purge_streamed_frames()
            with transaction(read_only=True) as session:
                assert rows == session.scalar(sa.select(sa.func.count()).select_from(StreamedFrame))
    assert kept == camera.sent(here, photo)
    assert [kept["report_id"]] == [each["id"] for each in dispatcher.get("/defects").json["items"]]
    assert "frames.purged" in {each["kind"] for each in dispatcher.get("/events?limit=200").json["items"]}


def test_a_dispatcher_sees_that_a_camera_is_alive(
    app: Flask, clock: Clock, camera: Camera, dispatcher: Phone
) -> None:
    """And the ledger says which one reported."""
    (before,) = dispatcher.get("/trackers").json["items"]
    assert (True, None) == (before["sends_frames"], before["heard_at"])
    camera.sent(about(clock(), START), road_photo(None))
    (after,) = dispatcher.get("/trackers").json["items"]
    assert after["heard_at"] is not None
    received = [
        each
        for each in dispatcher.get("/events?limit=200").json["items"]
        if each["kind"] == "defect.received"
    ]
    assert [f"tracker:{after['id']}"] == [each["actor"] for each in received]


def test_a_box_that_finds_the_network_after_its_card_adds_nothing(
    app: Flask, clock: Clock, camera: Camera, dispatcher: Phone, tmp_path: Path, in_app: None
) -> None:
    """In the same bytes or others; what the card did not show is new."""
    begin, photo = clock() - timedelta(minutes=9), road_photo(DefectKind.POTHOLE)
    (tmp_path / "1.png").write_bytes(photo)
    (tmp_path / "frames.csv").write_text(
        f"frame,taken_at,lat,lon\n1.png,{begin.isoformat()},{START.lat},{START.lon}\n", encoding="utf-8"
    )
    assert 1 == import_frames(tmp_path, district="centre").reports
    shrunk = about(begin + timedelta(seconds=1), beside(START, east_m=3))
    assert ["other_camera", None] == [
        each["reason"]
        for each in camera.asked(shrunk, about(begin + timedelta(seconds=3), beside(START, east_m=20)))
    ]
    assert "other_camera" == camera.sent(shrunk, road_photo(DefectKind.POTHOLE, shot=1))["reason"]
    assert "kept" == camera.sent(shrunk, photo)["outcome"]
    assert 1 == len(dispatcher.get("/defects").json["items"])
