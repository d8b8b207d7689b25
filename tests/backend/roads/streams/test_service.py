"""A vehicle's frames as they come: asked for first, received once, thinned whatever their order and from whichever camera."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shared.geometry import Point
from shared.vocabulary import DefectKind, Role
from tests.camera import Camera, about, make_camera
from tests.conftest import Clock
from tests.fakes import road_photo
from tests.phone import Phone
from tests.roads import beside, cases

START = Point(lat=54.8695, lon=69.1425)


@pytest.fixture
def dispatcher(staff: Callable[..., Phone]) -> Phone:
    """Who registers cameras and sees what they report."""
    return staff(Role.DISPATCHER)


@pytest.fixture
def camera(client: FlaskClient, dispatcher: Phone, district_id: UUID) -> Camera:
    """A camera in a vehicle of the district."""
    return make_camera(client, dispatcher, district_id)


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
