"""Importing vehicles from a table: every bad row is named, nothing is written while one is bad."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from shared.vocabulary import Role
from tests.fleet import make_facility, make_vehicle
from tests.phone import Phone

Staff = Callable[..., Phone]
HEADING = "Бортовой номер;Госномер;Вид техники;База;Типы контейнеров;Объём кузова, м³;Полная масса, т;Район"
GOOD = "101;123 аве 15;мусоровоз задний;База;евро, металл;18;19,5;"


@pytest.fixture
def dispatcher(staff: Staff, district_id: UUID) -> Phone:
    """A signed-in dispatcher of the first district, which has a depot."""
    phone = staff(Role.DISPATCHER)
    make_facility(phone, district_id, name="База")
    return phone


def send(phone: Phone, *rows: str, query: str = "dry_run=false") -> TestResponse:
    """Send a table."""
    data = "\n".join((HEADING, *rows)).encode()
    return phone.post(
        f"/vehicles/imports?{query}",
        data={"file": (io.BytesIO(data), "fleet.csv")},
        content_type="multipart/form-data",
    )


def test_a_table_enters_its_vehicles(dispatcher: Phone, district_id: UUID) -> None:
    """A dry run first; then the vehicle stands there as if it had been typed."""
    looked = send(dispatcher, GOOD, query="dry_run=true").json
    assert (1, False, []) == (looked["good"], looked["written"], looked["problems"])
    assert [] == dispatcher.get("/vehicles").json["items"]
    assert 1 == len(send(dispatcher, GOOD).json["created"])
    [made] = dispatcher.get("/vehicles").json["items"]
    assert ("101", "123ABE15", "refuse_rear", ["metal", "wheeled"], 19.5, str(district_id)) == tuple(
        made[name]
        for name in ("board_number", "plate", "kind", "container_types", "gross_weight_t", "district_id")
    )
    assert made["depot_id"] is not None


def test_every_bad_row_is_named_and_nothing_is_written(
    dispatcher: Phone, district_id: UUID, other_district_id: UUID
) -> None:
    """Numbers that are there or twice, words that are none, another district, a capacity above the weight."""
    make_vehicle(dispatcher, district_id, board_number="109", plate="009AAA15")
    answer = send(
        dispatcher,
        GOOD,
        "101;;автогрейдер;;;;;",
        ";;автогрейдер;;;;;",
        "103;;танк;;;;;",
        "104;009AAA15;автогрейдер;;;;;",
        "105;;автогрейдер;Гараж;евро;;;",
        "106;;мусоровоз задний;;ведро;-2;много;",
        "107;;автогрейдер;;;;;north",
        "109;;автогрейдер;;;;;",
    )
    assert answer.status_code == 200, answer.text
    found = {(each["row"], each["column"]) for each in answer.json["problems"]}
    assert {
        (3, "Бортовой номер"),
        (4, "Бортовой номер"),
        (5, "Вид техники"),
        (6, "Госномер"),
        (7, "База"),
        (8, "Типы контейнеров"),
        (8, "Полная масса, т"),
        (9, "Район"),
        (10, "Бортовой номер"),
    } == found
    assert 1 == len(dispatcher.get("/vehicles").json["items"])


def test_known_numbers_change_what_is_there_on_wish(dispatcher: Phone, district_id: UUID) -> None:
    """Empty cells leave what is there."""
    make_vehicle(dispatcher, district_id, board_number="101", capacity_kg=8000)
    done = send(dispatcher, GOOD, query="dry_run=false&update=true").json
    assert (0, 1) == (len(done["created"]), len(done["changed"]))
    [now] = dispatcher.get("/vehicles").json["items"]
    assert (8000.0, 18.0) == (now["capacity_kg"], now["capacity_m3"])
