"""Frames of one drive at one moment, by several web processes: as many reports as there are stretches of road, each frame once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Flask

from shared.geometry import Point
from tests.backend.test_concurrency import at_once
from tests.camera import Camera, about, make_camera
from tests.conftest import Clock
from tests.fakes import road_photo
from tests.nothing_written import traces
from tests.phone import Phone
from tests.roads import beside

START = Point(lat=54.8695, lon=69.1425)
THREADS = 4


def lines(app: Flask, camera: Camera) -> list[Camera]:
    """The same camera over several connections."""
    return [Camera(app.test_client(), camera.secret, camera.drive_id) for _each in range(THREADS)]


def test_the_same_frame_at_once_is_one_report(app: Flask, clock: Clock, camera: Camera) -> None:
    """Whoever lost the race gets the same answer, and leaves nothing in the store."""
    here, photo = about(clock(), START), road_photo(None, shot=1)
    several = lines(app, camera)
    before = traces(app)
    answers = at_once(THREADS, lambda index: several[index].sent(here, photo))
    assert [answers[0]] * THREADS == answers
    after = traces(app)
    assert 1 == after.rows["defects"] - before.rows["defects"] == after.rows["streamed_frames"]
    assert len(after.blobs - before.blobs) == 1  # the blurred view: the original has served


def test_neighbouring_frames_at_once_show_the_road_once(app: Flask, clock: Clock, camera: Camera) -> None:
    """Both were wanted when they were asked for."""
    frames = [
        about(clock() - timedelta(seconds=each), beside(START, east_m=-2 * each)) for each in range(THREADS)
    ]
    several = lines(app, camera)
    answers = at_once(THREADS, lambda index: several[index].sent(frames[index], road_photo(None, shot=index)))
    assert ["kept"] + ["passed_over"] * (THREADS - 1) == sorted(answer["outcome"] for answer in answers)


def test_the_same_bytes_from_two_vehicles_at_once_are_one_report(
    app: Flask, clock: Clock, camera: Camera, dispatcher: Phone, district_id: UUID
) -> None:
    """A copied card in two boxes."""
    other = make_camera(app.test_client(), dispatcher, district_id)
    here, photo = about(clock(), START), road_photo(None, shot=1)
    both = [camera, other]
    answers = at_once(2, lambda index: both[index].sent(here, photo))
    assert answers[0] == answers[1]
    assert 1 == len(dispatcher.get("/defects").json["items"])  # type: ignore[index]
