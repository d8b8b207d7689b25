"""Trackers: known by a secret, heard during shifts only, each position once and at its own time."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.config import Settings
from backend.database import db, transaction
from backend.fleet.positions import live
from backend.fleet.positions.work import purge_positions
from backend.fleet.trackers.models import Tracker
from backend.ledger.models import AccessEntry
from shared.vocabulary import Role
from tests.conftest import PASSWORD, Clock
from tests.factories import INSIDE, fixes_at, location_batch
from tests.fleet import facility, make_shift, make_tracker, make_vehicle
from tests.phone import API, Phone

Staff = Callable[..., Phone]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def dispatcher(staff: Staff) -> Phone:
    """A signed-in dispatcher of the first district."""
    return staff(Role.DISPATCHER)


@pytest.fixture
def crew(staff: Staff) -> Phone:
    """A signed-in driver."""
    return staff(Role.CREW)


@pytest.fixture
def truck(dispatcher: Phone, district_id: UUID) -> str:
    """A vehicle's id."""
    return str(make_vehicle(dispatcher, district_id)["id"])


@pytest.fixture
def tracker(dispatcher: Phone, truck: str) -> dict[str, Any]:
    """A tracker in the vehicle."""
    return make_tracker(dispatcher, truck)


@pytest.fixture
def on_shift(dispatcher: Phone, crew: Phone, truck: str, clock: Clock) -> dict[str, Any]:
    """A shift of eight hours that begins now."""
    return make_shift(dispatcher, truck, clock(), driver_id=crew.tokens["user"]["id"])


def report(client: FlaskClient, secret: str, at: datetime | None = None, **fields: Any) -> TestResponse:
    """A report in query form."""
    said = {"id": secret, "lat": INSIDE[0], "lon": INSIDE[1]} | fields
    if at is not None:
        said["timestamp"] = int(at.timestamp())
    return client.get(f"{API}/osmand", query_string=said)


def counts(dispatcher: Phone, tracker: dict[str, Any]) -> tuple[int, int, int, int]:
    """What became of a tracker's positions."""
    shown = dispatcher.get(f"/trackers/{tracker['id']}").json
    return tuple(shown[name] for name in ("kept", "doubles", "outside_shift", "refused"))  # type: ignore[return-value]


def test_positions_belong_to_the_shift_at_their_own_time(
    client: FlaskClient,
    dispatcher: Phone,
    crew: Phone,
    staff: Staff,
    truck: str,
    tracker: dict[str, Any],
    on_shift: dict[str, Any],
    clock: Clock,
) -> None:
    """Late by days, doubled and out of order; the next driver's shift gets none of them."""
    start = clock()
    clock.advance(days=2)
    dispatcher.sign_in(dispatcher.tokens["user"]["login"], PASSWORD)
    crew.sign_in(crew.tokens["user"]["login"], PASSWORD)
    other = staff(Role.CREW)
    make_shift(dispatcher, truck, clock(), driver_id=other.tokens["user"]["id"])
    for minutes in (20, 10, 20, 0):
        answer = report(client, tracker["device_id"], start + timedelta(minutes=minutes), speed=10)
        assert (200, b"") == (answer.status_code, answer.data)
    report(client, tracker["device_id"])
    assert (4, 1, 0, 0) == counts(dispatcher, tracker)
    own = crew.get("/me/location-fixes").json["items"]
    assert [(start + timedelta(minutes=each)).isoformat() for each in (0, 10, 20)] == [
        each["at"] for each in own
    ]
    assert {(on_shift["id"], truck, None)} == {
        (each["shift_id"], each["vehicle_id"], each["device_id"]) for each in own
    }
    assert 1 == len(other.get("/me/location-fixes").json["items"])
    [latest] = dispatcher.get("/vehicles/positions").json["items"]
    assert (clock().isoformat(), "tracker") == (latest["at"], latest["source"])


def test_nobody_is_followed_home(
    client: FlaskClient,
    dispatcher: Phone,
    crew: Phone,
    tracker: dict[str, Any],
    on_shift: dict[str, Any],
    clock: Clock,
) -> None:
    """Before, after, and once the shift was closed early: received, counted, not kept."""
    for hours in (-1, 9, 1):
        clock.advance(hours=max(hours, 0))
        assert (
            200 == report(client, tracker["device_id"], clock() + timedelta(hours=min(hours, 0))).status_code
        )
        clock.advance(hours=-max(hours, 0))
    assert (1, 0, 2, 0) == counts(dispatcher, tracker)
    move = f"/shifts/{on_shift['id']}/moves"
    assert [200, 200] == [crew.post(move, json={"to": to}).status_code for to in ("running", "closed")]
    clock.advance(hours=1)
    dispatcher.sign_in(dispatcher.tokens["user"]["login"], PASSWORD)
    report(client, tracker["device_id"], clock() + timedelta(seconds=1))
    assert (1, 0, 3, 0) == counts(dispatcher, tracker)


@pytest.mark.parametrize(
    ("fields", "flaw"),
    [
        ({"timestamp": 0}, "too_old"),
        ({"timestamp": "2006-11-22T04:00:00Z"}, "too_old"),
        ({"timestamp": "2026-11-23T05:00:00Z"}, "future"),
        ({"lat": 0, "lon": 0}, "null_island"),
        ({"lat": "", "lon": ""}, "no_place"),
        ({"lat": 43.2, "lon": 76.9}, "far_off"),
        ({"lat": 91}, "far_off"),
    ],
)
@on_sqlite
def test_a_position_of_no_use_is_taken_for_received_and_named(
    client: FlaskClient,
    dispatcher: Phone,
    tracker: dict[str, Any],
    on_shift: dict[str, Any],
    fields: dict[str, Any],
    flaw: str,
) -> None:
    """From 1970, from the future, from the Gulf of Guinea: a client that waits for 200 would send it for ever."""
    assert 200 == report(client, tracker["device_id"], **fields).status_code
    shown = dispatcher.get(f"/trackers/{tracker['id']}").json
    assert (0, 1, flaw) == (shown["kept"], shown["refused"], shown["flaw"])


def test_json_and_form_are_taken_too(
    client: FlaskClient, dispatcher: Phone, tracker: dict[str, Any], on_shift: dict[str, Any], clock: Clock
) -> None:
    """Newer clients post JSON, some devices a form; several positions at once."""
    places = [
        {
            "timestamp": (clock() - timedelta(minutes=minutes)).isoformat(),
            "coords": {"latitude": INSIDE[0], "longitude": INSIDE[1], "speed": 4.5, "heading": 90},
            "battery": {"level": 0.4},
        }
        for minutes in (2, 1, 0)
    ]
    answer = client.post(f"{API}/osmand", json={"device_id": tracker["device_id"], "location": places})
    assert (200, b"") == (answer.status_code, answer.data)
    form = {"id": tracker["device_id"], "lat": INSIDE[0], "lon": INSIDE[1], "batt": 30}
    assert 200 == client.post(f"{API}/osmand", data=form).status_code
    assert (3, 1, 0, 0) == counts(dispatcher, tracker)
    assert 0.3 == dispatcher.get(f"/trackers/{tracker['id']}").json["battery"]
    [latest] = dispatcher.get("/vehicles/positions").json["items"]
    assert (4.5, 90.0) == (latest["speed_mps"], latest["heading_deg"])


def test_a_wrong_id_tells_nothing_about_which_exist(
    client: FlaskClient, dispatcher: Phone, tracker: dict[str, Any], on_shift: dict[str, Any], app: Flask
) -> None:
    """Guessed, revoked and the tracker's public id get the same answer; the secret stands nowhere."""
    good = report(client, tracker["device_id"])
    assert [204, 204] == [dispatcher.delete(f"/trackers/{tracker['id']}").status_code for _again in range(2)]
    answers = [report(client, each) for each in (tracker["device_id"], "123456", tracker["id"])]
    bodies = {(each.status_code, each.json["type"], each.json["detail"]) for each in answers}
    assert (200, 1, 400) == (good.status_code, len(bodies), answers[0].status_code)
    assert "urn:qala:problem:unknown-tracker" == answers[0].json["type"]
    assert "device_id" not in dispatcher.get("/trackers").json["items"][0]
    with app.app_context(), transaction(read_only=True):
        [row] = db.session().scalars(sa.select(Tracker))
        assert tracker["device_id"] not in (row.secret_hash, row.name)


@on_sqlite
def test_what_no_client_sends_is_refused_by_field(client: FlaskClient) -> None:
    """With or without a known id."""
    answer = report(client, "x", lat="north")
    assert (422, ["lat"]) == (answer.status_code, list(answer.json["errors"]))
    answer = client.post(f"{API}/osmand", json=[1])
    assert (422, ["body"]) == (answer.status_code, list(answer.json["errors"]))
    answer = client.post(f"{API}/osmand", data=b"{", content_type="application/json")
    assert 422 == answer.status_code


class TestRates:
    """Guesses count for their address, reports for their tracker."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Few."""
        return replace(settings, public_rate="3 per minute", tracker_rate="5 per minute")

    @on_sqlite
    def test_guesses_are_bounded_and_do_not_hinder_who_is_known(
        self, client: FlaskClient, tracker: dict[str, Any], on_shift: dict[str, Any]
    ) -> None:
        """Reports that are taken in cost the address nothing."""
        known = [report(client, tracker["device_id"]).status_code for _each in range(6)]
        assert [200] * 5 + [429] == known
        guesses = [report(client, f"guess-{number}").status_code for number in range(4)]
        assert 429 == guesses[-1]


def test_a_drivers_phone_moves_the_vehicle_too(
    client: FlaskClient,
    dispatcher: Phone,
    crew: Phone,
    truck: str,
    tracker: dict[str, Any],
    on_shift: dict[str, Any],
    clock: Clock,
) -> None:
    """One table for phones and trackers: the newest of both is where the vehicle is, and a late one changes nothing."""
    batch = location_batch(crew, fixes_at(INSIDE, clock(), 3))
    assert 3 == crew.put(f"/location-fixes/{batch['id']}", json=batch).json["kept"]
    report(client, tracker["device_id"], clock() - timedelta(minutes=5))
    [latest] = dispatcher.get("/vehicles/positions").json["items"]
    assert ("phone", truck, on_shift["id"]) == (latest["source"], latest["vehicle_id"], latest["shift_id"])
    of_shift = dispatcher.get(f"/location-fixes?shift={on_shift['id']}").json["items"]
    assert 4 == len(of_shift)
    assert {truck} == {each["vehicle_id"] for each in of_shift}


def test_positions_are_seen_in_the_district_and_reads_are_logged(
    client: FlaskClient,
    dispatcher: Phone,
    staff: Staff,
    tracker: dict[str, Any],
    on_shift: dict[str, Any],
    other_district_id: UUID,
    app: Flask,
) -> None:
    """Another district's dispatcher sees none, a crew may not ask."""
    report(client, tracker["device_id"])
    stranger = staff(Role.DISPATCHER, districts=[other_district_id])
    assert (1, 0) == tuple(
        len(each.get("/vehicles/positions").json["items"]) for each in (dispatcher, stranger)
    )
    assert [] == stranger.get(f"/location-fixes?shift={on_shift['id']}").json["items"]
    assert 403 == staff(Role.CREW).get("/vehicles/positions").status_code
    with app.app_context(), transaction(read_only=True):
        kinds = list(db.session().scalars(sa.select(AccessEntry.action).order_by(AccessEntry.id)))
    assert ["vehicles.positions"] * 2 + ["location_fixes.read"] == kinds


def test_the_latest_position_is_purged_with_the_rest(
    client: FlaskClient,
    dispatcher: Phone,
    tracker: dict[str, Any],
    on_shift: dict[str, Any],
    clock: Clock,
    app: Flask,
) -> None:
    """After the days of the setting nobody knows where the vehicle was."""
    report(client, tracker["device_id"])
    clock.advance(days=31)
    with app.app_context():
        purge_positions()
    dispatcher.sign_in(dispatcher.tokens["user"]["login"], PASSWORD)
    assert [] == dispatcher.get("/vehicles/positions").json["items"]


class TestLiveFeed:
    """Where vehicles are passes by on the live feed."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """As often as it likes."""
        return replace(settings, feed_positions_s=0.01)

    def test_a_trackers_position_reaches_who_watches_the_district(
        self,
        client: FlaskClient,
        dispatcher: Phone,
        staff: Staff,
        truck: str,
        tracker: dict[str, Any],
        on_shift: dict[str, Any],
        other_district_id: UUID,
        clock: Clock,
        app: Flask,
    ) -> None:
        """Two positions, each once; who does not ask, or works elsewhere, hears of the act that follows alone."""
        stranger = staff(Role.DISPATCHER, districts=[other_district_id])
        also = "/events/stream?also=vehicles.positions"
        streams = [iter(each.get(path).response) for each, path in ((dispatcher, also), (stranger, also))]
        streams.append(iter(dispatcher.get("/events/stream").response))
        for stream in streams:
            next(stream)
        for seconds in (0, 5):
            clock.advance(seconds=seconds)
            report(client, tracker["device_id"], clock(), speed=10)
            [said] = passing(next(streams[0]))
            assert (truck, clock().isoformat(), on_shift["id"]) == (
                said["vehicle_id"],
                said["at"],
                said["shift_id"],
            )
        report(client, tracker["device_id"], clock() - timedelta(minutes=6))
        staff(Role.ADMINISTRATOR).post("/facilities", json=facility(None))
        for stream in streams:
            assert "event: facility.created" in str(next(stream))
        with app.app_context(), transaction(read_only=True):
            subjects = list(db.session().scalars(sa.select(AccessEntry.subject)))
        assert ["live feed"] * 2 == subjects

    @on_sqlite
    def test_only_who_may_see_positions_may_ask_for_them(
        self, staff: Staff, dispatcher: Phone, on_shift: dict[str, Any]
    ) -> None:
        """A crew may not, nor a supervisor; what nobody tells is no kind."""
        for role in (Role.CREW, Role.SUPERVISOR, Role.PROBATION_OFFICER):
            assert 403 == staff(role).get("/events/stream?also=vehicles.positions").status_code
        answer = dispatcher.get("/events/stream?also=people.positions")
        assert (422, ["also"]) == (answer.status_code, list(answer.json["errors"]))

    @on_sqlite
    def test_what_comes_late_is_not_where_somebody_is(
        self,
        client: FlaskClient,
        dispatcher: Phone,
        tracker: dict[str, Any],
        on_shift: dict[str, Any],
        clock: Clock,
        in_app: None,
    ) -> None:
        """A phone that was offline tells of an hour ago: kept, and not live."""
        clock.advance(hours=1)
        dispatcher.sign_in(dispatcher.tokens["user"]["login"], PASSWORD)
        report(client, tracker["device_id"], clock() - timedelta(minutes=6))
        with transaction(read_only=True):
            assert [] == live.read(clock() - timedelta(hours=1))
        report(client, tracker["device_id"], clock() - timedelta(minutes=4))
        with transaction(read_only=True):
            assert 1 == len(live.read(clock() - timedelta(hours=1)))


def passing(chunk: Any) -> list[dict[str, Any]]:
    """The items of a passing event, which has no id: a viewer that comes back replays the ledger alone."""
    text = chunk if isinstance(chunk, str) else chunk.decode()
    event, data = text.strip().split("\n")
    assert "event: vehicles.positions" == event
    items: list[dict[str, Any]] = json.loads(data.removeprefix("data: "))["items"]
    return items
