"""Vehicles and facilities: whose they are, what planners read of them, what is wrong with bad ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from backend.database import transaction
from backend.fleet import service as fleet
from shared.vocabulary import ContainerType, FacilityKind, Role
from tests.backend.planning import principal
from tests.fleet import EVERY_DAY, facility, make_facility, make_vehicle, vehicle
from tests.phone import Phone

Staff = Callable[..., Phone]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def dispatcher(staff: Staff) -> Phone:
    """A signed-in dispatcher of the first district."""
    return staff(Role.DISPATCHER)


def test_a_vehicle_is_entered_changed_taken_out_and_archived(dispatcher: Phone, district_id: UUID) -> None:
    """Its whole life over HTTP; the plate has one spelling."""
    depot = make_facility(dispatcher, district_id)
    made = make_vehicle(dispatcher, district_id, plate="123 аве 15", depot_id=depot["id"])
    path = f"/vehicles/{made['id']}"
    assert ("123ABE15", None, 1) == (made["plate"], made["out_reason"], made["version"])
    out = dispatcher.patch(path, json={"out_reason": "коробка передач"}, headers={"If-Match": '"1"'})
    assert ('"2"', "2026-11-23T04:00:00+00:00") == (out.headers["ETag"], out.json["out_since"])
    assert 412 == dispatcher.patch(path, json={"model": "x"}, headers={"If-Match": '"1"'}).status_code
    assert [made["id"]] == [
        each["id"] for each in dispatcher.get("/vehicles?state=out_of_service").json["items"]
    ]
    assert dispatcher.patch(path, json={"out_reason": None}).json["out_since"] is None
    assert [204, 204] == [dispatcher.delete(path).status_code for _again in range(2)]
    assert [] == dispatcher.get("/vehicles").json["items"]
    assert 409 == dispatcher.patch(path, json={"model": "x"}).status_code
    make_vehicle(dispatcher, district_id, plate="123ABE15", board_number=made["board_number"])


def test_a_depot_is_archived_once_no_vehicle_starts_there(dispatcher: Phone, district_id: UUID) -> None:
    """The vehicles are named, and what to do with them; one that has left the fleet is no hindrance."""
    old, new = (make_facility(dispatcher, district_id)["id"] for _each in range(2))
    first, second = (make_vehicle(dispatcher, district_id, depot_id=old) for _each in range(2))
    refused = dispatcher.delete(f"/facilities/{old}")
    assert 409 == refused.status_code
    assert f"{first['board_number']}, {second['board_number']}" in refused.json["detail"]
    dispatcher.patch(f"/vehicles/{first['id']}", json={"depot_id": new})
    dispatcher.delete(f"/vehicles/{second['id']}")
    assert [204, 204] == [dispatcher.delete(f"/facilities/{old}").status_code for _again in range(2)]
    answer = dispatcher.post("/vehicles", json=vehicle(district_id, depot_id=old))
    assert (422, ["depot_id"]) == (answer.status_code, list(answer.json["errors"]))


def test_planners_read_vehicles_in_service_and_facilities_with_their_hours(
    dispatcher: Phone, staff: Staff, app: Flask, district_id: UUID, other_district_id: UUID
) -> None:
    """The whole city's are everybody's; those of other districts and those in repair are not there."""
    admin = staff(Role.ADMINISTRATOR)
    landfill = make_facility(admin, None, kind="landfill", name="Полигон", unload_min=15, capacity_t_day=300)
    make_facility(admin, other_district_id, name="Чужая база")
    depot = make_facility(dispatcher, district_id, name="База", hours=None)
    truck = make_vehicle(dispatcher, district_id, depot_id=depot["id"])
    make_vehicle(dispatcher, district_id, out_reason="ремонт")
    make_vehicle(admin, other_district_id)
    by = principal(app, Role.DISPATCHER, [district_id])
    with app.app_context(), transaction(read_only=True):
        [found] = fleet.vehicles(by)
        places = fleet.facilities(by)
    assert (truck["id"], frozenset({ContainerType.WHEELED}), 72.0) == (
        str(found.id),
        found.container_types,
        found.loose_m3,
    )
    assert {depot["id"]: FacilityKind.DEPOT, landfill["id"]: FacilityKind.LANDFILL} == {
        str(each.id): each.kind for each in places
    }
    assert [None, ((0, 480, 1200), (6, 480, 1200))] == [
        each.hours and (each.hours[0], each.hours[-1]) for each in places
    ]


def test_only_who_works_everywhere_enters_and_changes_what_is_the_whole_citys(
    dispatcher: Phone, staff: Staff
) -> None:
    """A dispatcher of a district sees it, and cannot tell why it may not change it."""
    refused = dispatcher.post("/facilities", json=facility(None, kind="landfill"))
    assert (422, ["district_id"]) == (refused.status_code, list(refused.json["errors"]))
    landfill = make_facility(staff(Role.ADMINISTRATOR), None, kind="landfill")
    path = f"/facilities/{landfill['id']}"
    assert [200, 404] == [
        dispatcher.get(path).status_code,
        dispatcher.patch(path, json={"name": "x"}).status_code,
    ]


def test_a_number_that_another_vehicle_has_is_named(dispatcher: Phone, district_id: UUID) -> None:
    """Both numbers at once, in a new vehicle and in a change."""
    first = make_vehicle(dispatcher, district_id, plate="001AAA15")
    second = make_vehicle(dispatcher, district_id, plate="002AAA15")
    same = {"board_number": first["board_number"], "plate": "001 aaa 15"}
    answers = [
        dispatcher.post("/vehicles", json=vehicle(district_id, **same)),
        dispatcher.patch(f"/vehicles/{second['id']}", json=same),
    ]
    assert [(422, {"board_number", "plate"})] * 2 == [
        (each.status_code, set(each.json["errors"])) for each in answers
    ]


@on_sqlite
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"kind": "tank"}, "kind"),
        ({"board_number": "  "}, "board_number"),
        ({"plate": "---"}, "plate"),
        ({"container_types": ["bucket"]}, "container_types[0]"),
        ({"kind": "plough"}, "container_types"),
        ({"capacity_kg": -3}, "capacity_kg"),
        ({"capacity_kg": 19_000}, "capacity_kg"),
        ({"capacity_m3": 0}, "capacity_m3"),
        ({"compaction": 0.5}, "compaction"),
        ({"height_m": 40}, "height_m"),
        ({"depot_id": str(uuid4())}, "depot_id"),
        ({"district_id": str(uuid4())}, "district_id"),
        ({"cost_per_km_kzt": "NaN"}, "cost_per_km_kzt"),
        ({"wheels": 6}, "wheels"),
    ],
)
def test_a_bad_vehicle_names_its_field(
    dispatcher: Phone, district_id: UUID, fields: dict[str, Any], wrong: str
) -> None:
    """Field, value and remedy."""
    answer = dispatcher.post("/vehicles", json=vehicle(district_id) | fields)
    assert (422, [wrong]) == (answer.status_code, list(answer.json["errors"]))


@on_sqlite
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"place": {"type": "Point", "coordinates": [54.87, 69.15]}}, "place"),
        ({"place": {"type": "Point", "coordinates": [0, 0]}}, "place"),
        ({"place": {"type": "Point", "coordinates": [200, 0]}}, "place.coordinates"),
        ({"place": None}, "place"),
        ({"hours": [{"weekday": 7, "opens": "08:00", "closes": "09:00"}]}, "hours[0].weekday"),
        ({"hours": [{"weekday": 0, "opens": "8", "closes": "09:00"}]}, "hours[0].opens"),
        ({"hours": [EVERY_DAY[0], EVERY_DAY[0]]}, "hours"),
        ({"capacity_t_day": 30}, "capacity_t_day"),
        ({"kind": "landfill", "capacity_t_day": 0}, "capacity_t_day"),
        ({"unload_min": -1}, "unload_min"),
        ({"bays": 1.5}, "bays"),
        ({"name": ""}, "name"),
        ({"closed_reason": " "}, "closed_reason"),
    ],
)
def test_a_bad_facility_names_its_field(
    dispatcher: Phone, district_id: UUID, fields: dict[str, Any], wrong: str
) -> None:
    """Exchanged coordinates, a place in the ocean, hours that overlap."""
    answer = dispatcher.post("/facilities", json=facility(district_id) | fields)
    assert (422, [wrong]) == (answer.status_code, list(answer.json["errors"]))


def test_a_facility_keeps_night_hours_and_can_be_closed_for_a_while(
    dispatcher: Phone, district_id: UUID
) -> None:
    """The hours come back as they were sent."""
    nights = [{"weekday": day, "opens": "20:00", "closes": "05:00"} for day in range(7)]
    dump = make_facility(dispatcher, district_id, kind="snow_dump", hours=nights, capacity_m3_day=8000)
    assert nights == dump["hours"]
    path = f"/facilities/{dump['id']}"
    closed = dispatcher.patch(path, json={"closed_reason": "пожар"}, headers={"If-Match": '"1"'})
    assert ("пожар", 2) == (closed.json["closed_reason"], closed.json["version"])
    assert [204, 409] == [
        dispatcher.delete(path).status_code,
        dispatcher.patch(path, json={"name": "x"}).status_code,
    ]
