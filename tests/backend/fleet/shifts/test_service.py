"""Shifts: planned for a vehicle and a driver, who have only one at a time; begun and closed by the driver."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from backend.database import transaction
from backend.fleet import service as fleet
from shared.vocabulary import Role
from tests.backend.planning import principal
from tests.conftest import Clock
from tests.fleet import make_shift, make_vehicle, shift
from tests.phone import Phone

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


def id_of(phone: Phone) -> str:
    """The user who holds a phone."""
    return str(phone.tokens["user"]["id"])


def test_a_driver_begins_and_closes_the_shift(
    dispatcher: Phone, crew: Phone, staff: Staff, district_id: UUID, clock: Clock, app: Flask
) -> None:
    """Who drove what when stands there afterwards, with the real times; another crew sees nothing of it."""
    truck = make_vehicle(dispatcher, district_id)
    noon = {
        "earliest_at": (clock() + timedelta(hours=3)).isoformat(),
        "latest_at": (clock() + timedelta(hours=4)).isoformat(),
        "minutes": 45,
    }
    made = make_shift(dispatcher, truck["id"], clock(), driver_id=id_of(crew), breaks=[noon])
    path = f"/shifts/{made['id']}"
    assert ("planned", str(district_id), [noon]) == (made["state"], made["district_id"], made["breaks"])
    clock.advance(minutes=5)
    for _again in range(2):
        running = crew.post(f"{path}/moves", json={"to": "running"})
    assert (200, "running", clock().isoformat()) == (
        running.status_code,
        running.json["state"],
        running.json["started_at"],
    )
    clock.advance(minutes=5)
    assert "closed" == crew.post(f"{path}/moves", json={"to": "closed"}).json["state"]
    assert 409 == crew.post(f"{path}/moves", json={"to": "running"}).status_code
    assert 409 == dispatcher.patch(path, json={"note": "x"}).status_code
    assert 403 == crew.patch(path, json={"note": "x"}).status_code
    assert [made["id"]] == [
        each["id"] for each in dispatcher.get(f"/shifts?vehicle={truck['id']}").json["items"]
    ]
    assert [made["id"]] == [each["id"] for each in crew.get("/shifts").json["items"]]
    stranger = staff(Role.CREW)
    assert ([], 404) == (stranger.get("/shifts").json["items"], stranger.get(path).status_code)
    by = principal(app, Role.DISPATCHER, [district_id])
    with app.app_context(), transaction(read_only=True):
        [found] = fleet.shifts(by, clock() - timedelta(hours=1), clock())
    assert (made["id"], 45) == (str(found.id), found.breaks[0].minutes)


def test_a_vehicle_and_a_driver_have_one_shift_at_a_time(
    dispatcher: Phone, crew: Phone, district_id: UUID, clock: Clock
) -> None:
    """Both are named, with the shift that is there; one that was cancelled is no hindrance."""
    truck, other = (make_vehicle(dispatcher, district_id)["id"] for _each in range(2))
    first = make_shift(dispatcher, truck, clock(), driver_id=id_of(crew))
    later = clock() + timedelta(hours=7)
    same = dispatcher.post("/shifts", json=shift(truck, later, driver_id=id_of(crew)))
    assert (422, {"vehicle_id", "driver_id"}) == (same.status_code, set(same.json["errors"]))
    assert first["id"] in same.json["errors"]["driver_id"][0]
    driver = dispatcher.post("/shifts", json=shift(other, later, driver_id=id_of(crew)))
    assert {"driver_id"} == set(driver.json["errors"])
    make_shift(dispatcher, truck, clock() + timedelta(hours=8), driver_id=id_of(crew))
    moved = dispatcher.patch(
        f"/shifts/{first['id']}", json={"ends_at": (clock() + timedelta(hours=9)).isoformat()}
    )
    assert {"vehicle_id", "driver_id"} == set(moved.json["errors"])
    dispatcher.post(f"/shifts/{first['id']}/moves", json={"to": "cancelled"})
    make_shift(dispatcher, truck, clock(), driver_id=id_of(crew))


def test_a_shift_changes_from_the_version_that_was_read(
    dispatcher: Phone, district_id: UUID, clock: Clock
) -> None:
    """If-Match protects the other dispatcher's work."""
    path = f"/shifts/{make_shift(dispatcher, make_vehicle(dispatcher, district_id)['id'], clock())['id']}"
    first = {"If-Match": '"1"'}
    assert '"2"' == dispatcher.patch(path, json={"note": "a"}, headers=first).headers["ETag"]
    assert 412 == dispatcher.patch(path, json={"note": "b"}, headers=first).status_code
    assert 412 == dispatcher.post(f"{path}/moves", json={"to": "running"}, headers=first).status_code


@on_sqlite
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"vehicle_id": str(uuid4())}, "vehicle_id"),
        ({"driver_id": str(uuid4())}, "driver_id"),
        ({"district_id": str(uuid4())}, "district_id"),
        ({"ends_at": "2026-11-23T03:00:00Z"}, "ends_at"),
        ({"ends_at": "2026-11-25T03:00:00Z"}, "ends_at"),
        ({"starts_at": "2026-11-23T04:00:00"}, "starts_at"),
        ({"breaks": [{"earliest_at": "2026-11-23T05:00:00Z", "minutes": 30}]}, "breaks[0].latest_at"),
        (
            {
                "breaks": [
                    {
                        "earliest_at": "2026-11-22T05:00:00Z",
                        "latest_at": "2026-11-23T06:00:00Z",
                        "minutes": 30,
                    }
                ]
            },
            "breaks[0]",
        ),
    ],
)
def test_a_bad_shift_names_its_field(
    dispatcher: Phone, district_id: UUID, clock: Clock, fields: dict[str, Any], wrong: str
) -> None:
    """Field, value and remedy."""
    good = shift(make_vehicle(dispatcher, district_id)["id"], clock())
    answer = dispatcher.post("/shifts", json=good | fields)
    assert (422, [wrong]) == (answer.status_code, list(answer.json["errors"]))


@on_sqlite
def test_a_vehicle_that_cannot_go_out_has_no_shift(
    dispatcher: Phone, staff: Staff, district_id: UUID, clock: Clock
) -> None:
    """In repair, archived, driven by a supervisor, or the whole city's without a district."""
    broken = make_vehicle(dispatcher, district_id, out_reason="тормоза")
    gone = make_vehicle(dispatcher, district_id)
    dispatcher.delete(f"/vehicles/{gone['id']}")
    shared = make_vehicle(staff(Role.ADMINISTRATOR), None)
    supervisor = id_of(staff(Role.SUPERVISOR))
    wrong = [
        list(dispatcher.post("/shifts", json=body).json["errors"])
        for body in (
            shift(broken["id"], clock()),
            shift(gone["id"], clock()),
            shift(shared["id"], clock()),
            shift(shared["id"], clock(), district_id=str(district_id), driver_id=supervisor),
        )
    ]
    assert [["vehicle_id"], ["vehicle_id"], ["district_id"], ["driver_id"]] == wrong
