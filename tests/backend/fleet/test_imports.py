"""Facilities and shifts from tables: a dry run names every bad row, known ones change on wish, nothing is written while one is bad."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, time
from uuid import UUID

import pytest
from openpyxl import Workbook
from werkzeug.test import TestResponse

from shared.vocabulary import Role
from tests.conftest import Clock
from tests.fleet import make_facility, make_shift, make_vehicle
from tests.phone import Phone

Staff = Callable[..., Phone]
FACILITIES = "Название;Вид объекта;Широта;Долгота;Часы работы;Минут на выгрузку;Приём, т в день"
LANDFILL = "Полигон;полигон;54,879;69,156;пн-сб 08:00-20:00;15;300"
SHIFTS = "Дата;Начало;Конец;Бортовой номер;Водитель (логин);Перерыв не раньше;Перерыв, минут"
GOOD = "23.11.2026;13:00;21:30;101;crew-1;17:00;45"


@pytest.fixture
def dispatcher(staff: Staff) -> Phone:
    """A signed-in dispatcher of the first district."""
    return staff(Role.DISPATCHER)


def send(phone: Phone, path: str, *rows: str, query: str = "dry_run=false") -> TestResponse:
    """Send a table."""
    answer = phone.post(
        f"{path}/imports?{query}",
        data={"file": (io.BytesIO("\n".join(rows).encode()), "table.csv")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 200, answer.text
    return answer


def problems(answer: TestResponse) -> set[tuple[int, str]]:
    """Rows and columns of what is wrong."""
    assert not answer.json["written"]  # type: ignore[index]
    return {(each["row"], each["column"]) for each in answer.json["problems"]}  # type: ignore[index]


def test_a_table_enters_facilities_and_changes_them_on_wish(dispatcher: Phone, district_id: UUID) -> None:
    """First looked at; then there as if typed; later by name, whatever the capitals."""
    looked = send(dispatcher, "/facilities", FACILITIES, LANDFILL, query="dry_run=true").json
    assert (1, []) == (looked["good"], dispatcher.get("/facilities").json["items"])
    assert 1 == len(send(dispatcher, "/facilities", FACILITIES, LANDFILL).json["created"])
    [made] = dispatcher.get("/facilities").json["items"]
    assert ("Полигон", "landfill", 15.0, 300.0, str(district_id), 6) == (
        *(made[name] for name in ("name", "kind", "unload_min", "capacity_t_day", "district_id")),
        len(made["hours"]),
    )
    assert {(2, "Название")} == problems(send(dispatcher, "/facilities", FACILITIES, LANDFILL))
    row = "ПОЛИГОН;полигон;54,879;69,156;;20;"
    changed = send(dispatcher, "/facilities", FACILITIES, row, query="dry_run=false&update=true").json
    assert (0, 1) == (len(changed["created"]), len(changed["changed"]))
    [now] = dispatcher.get("/facilities").json["items"]
    assert (20.0, 300.0, 6) == (now["unload_min"], now["capacity_t_day"], len(now["hours"]))


def test_every_bad_facility_is_named(dispatcher: Phone, staff: Staff, district_id: UUID) -> None:
    """A word that is no kind, a place far off, a depot that takes tons, another kind, names that several have, the city's."""
    make_facility(dispatcher, district_id, name="Гараж")
    for _again in range(2):
        make_facility(dispatcher, district_id, name="Двойник")
    make_facility(staff(Role.ADMINISTRATOR), None, name="Городской полигон", kind="landfill")
    answer = send(
        dispatcher,
        "/facilities",
        FACILITIES,
        LANDFILL,
        "А;свалка;54,879;69,156;;;",
        "Б;полигон;43,2;76,9;;;",
        "В;база;54,879;69,156;;;300",
        "Г;полигон;54,879;69,156;по средам;;",
        "Полигон;полигон;54,879;69,156;;;",
        "Гараж;полигон;54,879;69,156;;;",
        "Двойник;база;54,879;69,156;;;",
        "Городской полигон;полигон;54,879;69,156;;;",
        query="dry_run=false&update=true",
    )
    assert {
        (3, "Вид объекта"),
        (4, "Широта"),
        (5, "Приём, т в день"),
        (6, "Часы работы"),
        (7, "Название"),
        (8, "Вид объекта"),
        (9, "Название"),
        (10, "Название"),
    } == problems(answer)


def test_a_table_plans_shifts_in_the_citys_time(
    dispatcher: Phone, staff: Staff, district_id: UUID, clock: Clock
) -> None:
    """One over midnight too; the same row again is there already, and moves its end on wish."""
    make_vehicle(dispatcher, district_id, board_number="101")
    driver = staff(Role.CREW, login="crew-1").tokens["user"]["id"]
    night = "24.11.2026;22:00;06:00;101;;;"
    assert 2 == len(send(dispatcher, "/shifts", SHIFTS, GOOD, night).json["created"])
    over_night, day = dispatcher.get("/shifts").json["items"]
    assert ("2026-11-23T08:00:00+00:00", "2026-11-23T16:30:00+00:00", driver, str(district_id)) == tuple(
        day[name] for name in ("starts_at", "ends_at", "driver_id", "district_id")
    )
    assert ("2026-11-23T12:00:00+00:00", 45) == (day["breaks"][0]["earliest_at"], day["breaks"][0]["minutes"])
    assert ("2026-11-25T01:00:00+00:00", None) == (over_night["ends_at"], over_night["driver_id"])
    assert {(2, "Бортовой номер")} == problems(send(dispatcher, "/shifts", SHIFTS, GOOD))
    later = GOOD.replace("21:30", "22:00")
    changed = send(dispatcher, "/shifts", SHIFTS, later, query="dry_run=false&update=true").json
    assert (0, 1) == (len(changed["created"]), len(changed["changed"]))
    assert "2026-11-23T17:00:00+00:00" == dispatcher.get("/shifts").json["items"][1]["ends_at"]


def test_every_bad_shift_is_named(dispatcher: Phone, staff: Staff, district_id: UUID, clock: Clock) -> None:
    """Unknown vehicles and drivers, times that are none, and who has a shift then, in the table or already."""
    for number in ("101", "102", "103"):
        make_vehicle(dispatcher, district_id, board_number=number)
    make_vehicle(dispatcher, district_id, board_number="104", out_reason="ремонт")
    staff(Role.CREW, login="crew-1")
    staff(Role.SUPERVISOR, login="chief")
    taken = make_vehicle(dispatcher, district_id, board_number="105")["id"]
    make_shift(dispatcher, taken, clock())
    answer = send(
        dispatcher,
        "/shifts",
        SHIFTS,
        GOOD,
        "23.11.2026;15:00;18:00;101;;;",
        "23.11.2026;15:00;18:00;102;crew-1;;",
        "23.11.2026;25:00;18:00;103;;;",
        "вчера;15:00;18:00;103;;;",
        "23.11.2026;15:00;18:00;999;;;",
        "23.11.2026;15:00;18:00;103;nobody;;",
        "25.11.2026;15:00;18:00;103;chief;;",
        "25.11.2026;15:00;18:00;104;;;",
        "23.11.2026;10:00;11:00;105;;;",
        "26.11.2026;10:00;18:00;103;;12:00;",
    )
    assert {
        (3, "Бортовой номер"),
        (4, "Водитель (логин)"),
        (5, "Начало"),
        (6, "Дата"),
        (7, "Бортовой номер"),
        (8, "Водитель (логин)"),
        (9, "Водитель (логин)"),
        (10, "Бортовой номер"),
        (11, "Бортовой номер"),
        (12, "Перерыв не раньше"),
    } == problems(answer)
    assert 1 == len(dispatcher.get("/shifts").json["items"])


def test_excels_own_days_and_times_are_understood(dispatcher: Phone, district_id: UUID) -> None:
    """A cell that Excel made a time of, and one with a share of a day."""
    make_vehicle(dispatcher, district_id, board_number="101")
    book = Workbook()
    book.worksheets[0].append(["Day", "Starts", "Ends", "Board number"])
    book.worksheets[0].append([date(2026, 11, 23), time(13, 0), 0.875, 101])
    buffer = io.BytesIO()
    book.save(buffer)
    answer = dispatcher.post(
        "/shifts/imports?dry_run=false",
        data={"file": (io.BytesIO(buffer.getvalue()), "shifts.xlsx")},
        content_type="multipart/form-data",
    )
    assert 1 == len(answer.json["created"]), answer.text
    [made] = dispatcher.get("/shifts").json["items"]
    assert ("2026-11-23T08:00:00+00:00", "2026-11-23T16:00:00+00:00") == (made["starts_at"], made["ends_at"])


def test_forms_come_empty_in_the_readers_language(dispatcher: Phone) -> None:
    """What is sent back filled in is understood."""
    dispatcher.headers["Accept-Language"] = "kk"
    for path, title in (("/facilities", "Нысан түрі"), ("/shifts", "Борт нөмірі")):
        assert title in dispatcher.get(f"{path}/imports/template?format=csv").data.decode("utf-8-sig")
