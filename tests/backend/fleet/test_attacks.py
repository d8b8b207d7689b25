"""Attacks on positions: by who knows a tracker's id, by who guesses one, and by a crew with a phone of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import structlog
from flask.testing import FlaskClient

from backend.config import Settings
from backend.fleet.trackers.osmand import FIXES_MAX
from shared.vocabulary import Role
from tests.conftest import PASSWORD, Clock
from tests.factories import INSIDE, fixes_at, location_batch, make_route
from tests.fleet import make_shift, make_tracker, make_vehicle
from tests.phone import API, Phone

Staff = Callable[..., Phone]
PLACE: dict[str, Any] = {"lat": INSIDE[0], "lon": INSIDE[1]}


@pytest.fixture
def dispatcher(staff: Staff) -> Phone:
    """A signed-in dispatcher of the first district."""
    return staff(Role.DISPATCHER)


def crew_at_work(staff: Staff, dispatcher: Phone, district_id: UUID, clock: Clock) -> tuple[Phone, str]:
    """A driver on a shift of eight hours, and the vehicle."""
    crew, truck = staff(Role.CREW), make_vehicle(dispatcher, district_id)["id"]
    make_shift(dispatcher, truck, clock(), driver_id=crew.tokens["user"]["id"])
    return crew, str(truck)


def where(dispatcher: Phone) -> dict[str, str]:
    """When each vehicle was heard last, by vehicle."""
    return {each["vehicle_id"]: each["at"] for each in dispatcher.get("/vehicles/positions").json["items"]}


def test_a_tracker_speaks_for_its_own_vehicle_alone(
    client: FlaskClient, dispatcher: Phone, staff: Staff, district_id: UUID, clock: Clock
) -> None:
    """Whatever else it says: the vehicle is the one in which its id was registered."""
    own, other = (crew_at_work(staff, dispatcher, district_id, clock)[1] for _each in range(2))
    tracker = make_tracker(dispatcher, own)
    said = PLACE | {"id": tracker["device_id"], "vehicle_id": other, "vehicle": other, "deviceid": other}
    assert 200 == client.get(f"{API}/osmand", query_string=said).status_code
    assert {own} == set(where(dispatcher))


def test_a_report_heard_again_changes_nothing(
    client: FlaskClient, dispatcher: Phone, staff: Staff, district_id: UUID, clock: Clock
) -> None:
    """Replayed at once, in the next driver's shift, and after everything was purged."""
    first, truck = crew_at_work(staff, dispatcher, district_id, clock)
    tracker = make_tracker(dispatcher, truck)
    said = PLACE | {"id": tracker["device_id"], "timestamp": int(clock().timestamp())}
    for days in (0, 0, 1, 31):
        clock.advance(days=days)
        for phone in (first, dispatcher):
            phone.sign_in(phone.tokens["user"]["login"], PASSWORD)
        if days == 1:
            second = staff(Role.CREW)
            make_shift(dispatcher, truck, clock(), driver_id=second.tokens["user"]["id"])
        assert 200 == client.get(f"{API}/osmand", query_string=said).status_code
    shown = dispatcher.get(f"/trackers/{tracker['id']}").json
    assert (1, 2, 0, 1) == tuple(shown[name] for name in ("kept", "doubles", "outside_shift", "refused"))
    second.sign_in(second.tokens["user"]["login"], PASSWORD)
    assert [] == second.get("/me/location-fixes").json["items"]


def test_a_made_up_past_and_future_move_no_vehicle(
    client: FlaskClient, dispatcher: Phone, staff: Staff, district_id: UUID, clock: Clock
) -> None:
    """A position of tomorrow would hide all that come until then."""
    _crew, truck = crew_at_work(staff, dispatcher, district_id, clock)
    tracker = make_tracker(dispatcher, truck)
    for at in (0, int((clock() + timedelta(days=1)).timestamp())):
        client.get(f"{API}/osmand", query_string=PLACE | {"id": tracker["device_id"], "timestamp": at})
    assert {} == where(dispatcher)
    client.get(f"{API}/osmand", query_string=PLACE | {"id": tracker["device_id"]})
    assert {truck: clock().isoformat()} == where(dispatcher)


def test_one_message_brings_so_many_positions_and_no_more(
    client: FlaskClient, dispatcher: Phone, staff: Staff, district_id: UUID, clock: Clock
) -> None:
    """Refused by field before anything is looked up."""
    _crew, truck = crew_at_work(staff, dispatcher, district_id, clock)
    tracker = make_tracker(dispatcher, truck)
    place = {"coords": {"latitude": INSIDE[0], "longitude": INSIDE[1]}}
    message = {"device_id": tracker["device_id"], "location": [place] * (FIXES_MAX + 1)}
    answer = client.post(f"{API}/osmand", json=message)
    assert (422, ["location"]) == (answer.status_code, list(answer.json["errors"]))
    assert {} == where(dispatcher)


def test_a_phone_brings_positions_of_its_own_crew_alone(
    dispatcher: Phone, staff: Staff, district_id: UUID, clock: Clock
) -> None:
    """Under another crew's route they belong to the sender's own shift; without one they are nowhere."""
    crew, own = crew_at_work(staff, dispatcher, district_id, clock)
    victim, idler = staff(Role.CREW), staff(Role.CREW)
    victims = make_route(dispatcher, district_id, start=clock(), assignee_ids=[victim.tokens["user"]["id"]])
    for phone, kept in ((crew, 3), (idler, 0)):
        batch = location_batch(phone, fixes_at(INSIDE, clock()), route_id=victims["id"])
        assert kept == phone.put(f"/location-fixes/{batch['id']}", json=batch).json["kept"]
    assert [] == dispatcher.get(f"/location-fixes?route={victims['id']}").json["items"]
    assert {own} == set(where(dispatcher))


class TestLog:
    """What an operator reads."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Every request."""
        return replace(settings, log_level="INFO")

    def test_the_log_knows_no_trackers_id(
        self, client: FlaskClient, dispatcher: Phone, staff: Staff, district_id: UUID, clock: Clock
    ) -> None:
        """The protocol puts it into the address; the request's line holds the path alone."""
        _crew, truck = crew_at_work(staff, dispatcher, district_id, clock)
        tracker = make_tracker(dispatcher, truck)
        with structlog.testing.capture_logs() as lines:
            client.get(f"{API}/osmand", query_string=PLACE | {"id": tracker["device_id"]})
            client.get(f"{API}/osmand", query_string=PLACE | {"id": "guess-4711"})
        assert ["/api/v1/osmand"] * 2 == [line["route"] for line in lines if line["event"] == "request"]
        assert not any(word in str(lines) for word in (tracker["device_id"], "guess-4711"))
