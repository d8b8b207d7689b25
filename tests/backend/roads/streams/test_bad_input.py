"""What cameras send that is no frame of a street: every refusal names field, value and remedy, in three languages; nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.config import Settings
from shared.geometry import Point
from shared.vocabulary import Role
from tests.bad_input import refusal, small_bad_photos
from tests.camera import Camera, about, make_camera
from tests.conftest import Clock
from tests.fakes import road_photo
from tests.fleet import make, make_tracker, make_vehicle
from tests.invented_streets import import_streets
from tests.nothing_written import nothing_written
from tests.phone import API, Phone
from tests.roads import beside

START = Point(lat=54.8695, lon=69.1425)
FIELD = Point(lat=54.95, lon=69.40)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
REFUSED = {  # reason -> what is said otherwise, the field that is named, a part of each language's words
    "clock_unset": ({"taken_at": "1970-01-01T00:00:07+00:00"}, "taken_at", ("1970", "1970", "1970")),
    "future": ({"taken_at": "2027-11-23T04:00:00+00:00"}, "taken_at", ("set the", "установите", "қойыңыз")),
    "too_old": ({"taken_at": "2026-09-01T04:00:00+00:00"}, "taken_at", ("30 days", "30 днях", "30 күн")),
    "far_off": ({"lat": 0.0, "lon": 0.0}, "lat", ("km of the city", "от города", "қаладан")),
    "inaccurate": ({"accuracy_m": 500}, "accuracy_m", ("at most 100 m, was 500", "100 м, а было 500", "500")),
    "off_street": ({"lat": FIELD.lat, "lon": FIELD.lon}, "lat", ("no street", "ни одной улицы", "көше жоқ")),
}


@on_sqlite
def test_a_fix_of_no_use_is_passed_over_in_three_languages(app: Flask, clock: Clock, camera: Camera) -> None:
    """Asked or sent; one bad frame of a batch costs the others nothing."""
    import_streets(app)
    for at, language in enumerate(("en", "ru", "kk")):
        camera.language = language
        bad = [about(clock(), START) | said for said, _field, _words in REFUSED.values()]
        with nothing_written(app):
            *answers, good = camera.asked(*bad, about(clock(), START))
            sent = camera.sent(bad[0], road_photo(None))
        assert "wanted" == good["outcome"]
        assert {**answers[0], "sha256": sent["sha256"]} == sent
        for (reason, (_said, field, words)), answer in zip(REFUSED.items(), answers, strict=True):
            assert ("passed_over", reason, field) == (answer["outcome"], answer["reason"], answer["field"])
            assert words[at] in answer["detail"], answer


@on_sqlite
def test_road_that_is_known_is_passed_over_in_words(app: Flask, clock: Clock, camera: Camera) -> None:
    """A vehicle that stands, the same stretch, and a receiver that jumps."""
    assert "kept" == camera.sent(about(clock(), START), road_photo(None))["outcome"]
    later = clock() + timedelta(seconds=2)
    near, far = beside(START, east_m=3), beside(START, east_m=900)
    for language, says in (("en", "m/s"), ("ru", "м/с"), ("kk", "м/с")):
        camera.language = language
        standing, same, jump = (
            camera.asked(each)[0]
            for each in (
                about(later, near, speed_mps=0.1),
                about(later, near, speed_mps=3),
                about(later, far),
            )
        )
        assert ["standing", "same_road", "jump"] == [each["reason"] for each in (standing, same, jump)]
        assert "0.1" in standing["detail"]
        assert says in standing["detail"]
        assert "3.0" in same["detail"]
        assert "90" in jump["detail"]


@on_sqlite
def test_what_no_receiver_knows_is_no_reason(app: Flask, clock: Clock, camera: Camera) -> None:
    """Zero, less and null stand for it."""
    unknown = about(clock(), START) | {"accuracy_m": 0, "speed_mps": -1, "heading_deg": None}
    assert ["wanted"] == [each["outcome"] for each in camera.asked(unknown)]


@on_sqlite
def test_nobody_answers_for_a_place_without_a_district(
    app: Flask, client: FlaskClient, clock: Clock, staff: Callable[..., Phone]
) -> None:
    """The whole city's vehicle where no boundary is drawn."""
    camera = make_camera(client, staff(Role.ADMINISTRATOR), None)
    (answer,) = camera.asked(about(clock(), START))
    assert ("no_district", "lat") == (answer["reason"], answer["field"])
    assert "give the vehicle a district" in answer["detail"]


@on_sqlite
@pytest.mark.parametrize(
    ("said", "field", "says"),
    [
        ("", "body", "JSON"),
        ("[]", "about", "JSON object"),
        ('{"lat": 1, "lat": 2}', "body", "lat"),
        ({"lat": None}, "about.lat", "null"),
        ({"lon": "east"}, "about.lon", "number"),
        ({"taken_at": "2026-11-23T04:00:00"}, "about.taken_at", "offset"),
        ({"drive": 1}, "about.drive", "not a field"),
    ],
)
def test_words_that_are_none_are_named(
    app: Flask, clock: Clock, camera: Camera, said: dict[str, Any] | str, field: str, says: str
) -> None:
    """By their path."""
    words = said if isinstance(said, str) else about(clock(), START) | said
    with nothing_written(app):
        assert [] == refusal(camera.send(words, road_photo(None)), 422, field, says=says)


@on_sqlite
def test_a_question_that_is_none_is_named(app: Flask, clock: Clock, camera: Camera) -> None:
    """Too many frames, none, and a hash that is none."""
    frame = about(clock(), START)
    assert [] == refusal(camera.ask([frame] * 1001), 422, "frames", says="1000")
    assert [] == refusal(camera.ask([]), 422, "frames", says="1")
    assert [] == refusal(camera.ask([frame | {"sha256": "abc"}]), 422, "frames[0].sha256", says="64 digits")


@on_sqlite
def test_bytes_that_are_no_photo_are_refused(app: Flask, clock: Clock, camera: Camera) -> None:
    """As everywhere; and bytes that are others than their name says."""
    here, photos = about(clock(), START), small_bad_photos()
    wrong = []
    with nothing_written(app):
        for photo, says in photos.values():
            wrong += refusal(camera.send(here, photo), 422, "photo[0]", says=says)
        other = camera.send(here, road_photo(None), sha256="0" * 64)
        wrong += refusal(other, 422, "sha256", says="0000")
        wrong += refusal(camera.send(here, road_photo(None), sha256="xyz"), 422, "sha256", says="64 digits")
    assert [] == wrong


@on_sqlite
def test_a_body_has_room_for_one_photo(app: Flask, clock: Clock, camera: Camera) -> None:
    """More is cut off before it is read."""
    answer = camera.send(about(clock(), START), b"\xff" * 9_000_000)
    assert 413 == answer.status_code, answer.text
    assert "8.064 MB" in answer.json["detail"]  # type: ignore[index]


@on_sqlite
def test_only_a_camera_may_send(
    app: Flask, client: FlaskClient, clock: Clock, dispatcher: Phone, district_id: UUID
) -> None:
    """Nobody, a guess, a tracker without a camera, a person, one that was revoked, one whose vehicle left the fleet."""
    vehicle_id = make_vehicle(dispatcher, district_id)["id"]
    tracker = make_tracker(dispatcher, vehicle_id)
    body = {"vehicle_id": vehicle_id, "name": "Camera", "sends_frames": True}
    revoked = make(dispatcher, "/trackers", body)
    assert 204 == dispatcher.delete(f"/trackers/{revoked['id']}").status_code
    orphan = make_camera(client, dispatcher, district_id, vehicle_id=vehicle_id)
    assert 204 == dispatcher.delete(f"/vehicles/{vehicle_id}").status_code
    person = dispatcher.headers["Authorization"].removeprefix("Bearer ")
    for status, secret in (
        (401, ""),
        (401, "guessed"),
        (401, revoked["device_id"]),
        (401, orphan.secret),
        (401, tracker["device_id"]),
        (403, person),
    ):
        stranger = Camera(client, secret)
        for answer in (
            stranger.ask([about(clock(), START)]),
            stranger.send(about(clock(), START), road_photo(None)),
        ):
            assert status == answer.status_code, (secret, answer.text)
    camera = make_camera(client, dispatcher, district_id)
    report = client.get(f"{API}/osmand?id={camera.secret}&lat=54.87&lon=69.15")
    assert 400 == report.status_code  # its id is not for a protocol that sends it in the clear
    plain = make_tracker(dispatcher, make_vehicle(dispatcher, district_id)["id"])
    answer = Camera(client, plain["device_id"]).ask([about(clock(), START)])
    assert 403 == answer.status_code
    assert "sends_frames" in answer.json["detail"]  # type: ignore[index]


class TestRates:
    """With limits that a test reaches."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Three requests a minute, and room for one photo."""
        return replace(settings, frames_rate="3 per minute", public_rate="5 per minute", frames_waiting_max=1)

    @on_sqlite
    def test_a_flood_waits_and_hinders_nobody_else(
        self,
        app: Flask,
        client: FlaskClient,
        clock: Clock,
        camera: Camera,
        dispatcher: Phone,
        district_id: UUID,
    ) -> None:
        """Each camera counts for itself, guesses for their address."""
        other = make_camera(client, dispatcher, district_id)
        here = about(clock(), START)
        assert [200, 200, 200, 429] == [camera.ask([here]).status_code for _each in range(4)]
        assert 200 == other.ask([here]).status_code
        stranger = Camera(client, "guessed")
        statuses = [stranger.ask([here]).status_code for _each in range(7)]
        assert [401] * 5 + [429] * 2 == statuses

    @on_sqlite
    def test_a_full_queue_asks_to_come_later(
        self, app: Flask, asleep: None, clock: Clock, camera: Camera
    ) -> None:
        """Nothing is lost: the camera keeps its frames."""
        assert "kept" == camera.sent(about(clock(), START), road_photo(None, shot=1))["outcome"]
        there = about(clock() + timedelta(seconds=3), beside(START, east_m=30))
        for answer in (camera.ask([there]), camera.send(there, road_photo(None, shot=2))):
            assert 503 == answer.status_code
            assert 590 <= int(answer.headers["Retry-After"]) <= 600
            assert "send them later" in answer.json["detail"]  # type: ignore[index]


@on_sqlite
def test_a_drive_is_an_id(client: FlaskClient, camera: Camera) -> None:
    """There is nothing at any other address."""
    for path in ("/drives/today/offers", f"/drives/{uuid4()}/frames"):
        assert 404 == client.post(f"{API}{path}", json={}, headers=camera.headers).status_code
