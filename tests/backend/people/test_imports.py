"""Importing people with their orders: every bad row is named, nothing is written while one is bad."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from werkzeug.test import TestResponse

from backend.config import Settings
from backend.people.import_words import FORM
from shared.vocabulary import Language, Role
from tests.factories import make_person, valid_iin
from tests.phone import Phone

Staff = Callable[..., Phone]
GOOD = {
    "ИИН": valid_iin(85041230012),
    "Фамилия": "Әбенов",
    "Имя": "Нұрлан",
    "Основание биометрии": "согласие",
    "Номер акта": "15-2026",
    "Вид наказания": "уголовный",
    "Часов всего": "120",
    "Работает или учится": "нет",
    "Начало": "01.11.2026",
}


def csv_of(*rows: dict[str, str], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """A CSV file of rows with the columns of the first one."""
    names = list(rows[0])
    lines = [delimiter.join(names), *(delimiter.join(row.get(name, "") for name in names) for row in rows)]
    return "\r\n".join(lines).encode(encoding)


def xlsx_of(*rows: list[Any]) -> bytes:
    """An XLSX file of rows, the first one its heading."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def send(phone: Phone, data: bytes, *, dry_run: bool = False, language: str = "en") -> TestResponse:
    """Send a file."""
    return phone.post(
        f"/people/imports?dry_run={str(dry_run).lower()}",
        data={"file": (io.BytesIO(data), "people.bin")},
        content_type="multipart/form-data",
        headers={"Accept-Language": language},
    )


def registered(phone: Phone) -> int:
    """How many people there are."""
    return len(phone.get("/people").json["items"])


def problems(answer: TestResponse) -> list[tuple[int, str]]:
    """Where a report found something wrong."""
    return [(problem["row"], problem["column"]) for problem in answer.json["problems"]]


@pytest.mark.parametrize(
    "data",
    [
        csv_of(GOOD),
        csv_of(GOOD, encoding="utf-8-sig"),
        csv_of(GOOD, delimiter=","),
        csv_of(GOOD, delimiter="\t", encoding="utf-16"),
        csv_of({**GOOD, "Фамилия": "Петров", "Имя": "Иван"}, encoding="cp1251"),
        xlsx_of(list(GOOD), list(GOOD.values())),
        xlsx_of(list(GOOD), [*list(GOOD.values())[:6], 120, False, date(2026, 11, 1)]),
    ],
    ids=["utf-8", "utf-8 with its mark", "commas", "utf-16 and tabs", "windows-1251", "xlsx", "xlsx typed"],
)
def test_a_good_table_registers_people_with_their_orders(
    staff: Staff, district_id: UUID, data: bytes
) -> None:
    """A dry run first, which writes nothing; then the same file in earnest."""
    dispatcher = staff(Role.DISPATCHER)
    dry = send(dispatcher, data, dry_run=True).json
    assert (1, 1, False, []) == (dry["rows"], dry["good"], dry["written"], dry["problems"])
    assert 0 == registered(dispatcher)
    answer = send(dispatcher, data).json
    assert answer["written"], answer
    [created] = answer["created"]
    order = dispatcher.get(f"/orders/{created['order_id']}").json
    assert (2, created["person_id"], 7200) == (created["row"], order["person_id"], order["hours_total_min"])
    assert ("2026-11-01", 480, False) == (order["starts_on"], order["daily_cap_min"], order["employed"])


def test_every_bad_row_is_named_and_nothing_is_written(staff: Staff, district_id: UUID) -> None:
    """Each flaw with its row as the spreadsheet numbers it, its column as headed; a good row among them waits too."""
    dispatcher = staff(Role.DISPATCHER)
    rows = [
        GOOD,
        {**GOOD, "ИИН": valid_iin(100)[:-1] + "x"},
        {**GOOD, "ИИН": valid_iin(200), "Имя": "", "Вид наказания": "строгий"},
        {**GOOD, "ИИН": valid_iin(300), "Часов всего": "9000", "Начало": "31.02.2026"},
        {**GOOD, "ИИН": valid_iin(400), "Часов всего": "19"},
    ]
    answer = send(dispatcher, csv_of(*rows))
    assert (200, False, 5, 1) == (
        answer.status_code,
        answer.json["written"],
        answer.json["rows"],
        answer.json["good"],
    )
    assert [
        (3, "ИИН"),
        (4, "Имя"),
        (4, "Вид наказания"),
        (5, "Начало"),
        (6, "Часов всего"),
    ] == problems(answer)
    assert 0 == registered(dispatcher)


def test_no_iin_is_repeated_whole(staff: Staff, district_id: UUID) -> None:
    """A report may be printed and passed round."""
    dispatcher = staff(Role.DISPATCHER)
    make_person(dispatcher, district_id, seed=85041230012)
    wrong = GOOD["ИИН"][:-1] + str((int(GOOD["ИИН"][-1]) + 1) % 10)
    answer = send(dispatcher, csv_of(GOOD, {**GOOD, "ИИН": wrong}, GOOD))
    assert [(2, "ИИН"), (3, "ИИН"), (4, "ИИН")] == problems(answer)
    assert GOOD["ИИН"] not in answer.text
    assert wrong not in answer.text
    assert "•" * 8 + wrong[-4:] == answer.json["problems"][1]["value"]


def test_a_person_of_any_district_is_not_registered_twice(
    staff: Staff, district_id: UUID, other_district_id: UUID
) -> None:
    """Found by the keyed hash; the row is named, the person is not."""
    other = staff(Role.DISPATCHER, districts=[other_district_id])
    make_person(other, other_district_id, family_name="Тайный", seed=85041230012)
    answer = send(staff(Role.DISPATCHER), csv_of(GOOD))
    assert ([(2, "ИИН")], False) == (problems(answer), "Тайный" in answer.text)


def test_zeros_that_excel_lost_are_put_back_and_said(staff: Staff, district_id: UUID) -> None:
    """Only when the whole number is sound; one shortened to 8.5E+11 is named."""
    dispatcher = staff(Role.DISPATCHER)
    born_2005 = valid_iin(5_041_230_012)
    assert born_2005.startswith("0")
    typed = [int(born_2005), *list(GOOD.values())[1:]]
    answer = send(dispatcher, xlsx_of(list(GOOD), typed), dry_run=True)
    assert ([], 1) == (problems(answer), answer.json["good"])
    [mended] = answer.json["mended"]
    assert (2, "ИИН") == (mended["row"], mended["column"])
    wrong = born_2005[1:-1] + str((int(born_2005[-1]) + 1) % 10)
    for broken in ("8,50412E+11", wrong, "12345"):
        assert [(2, "ИИН")] == problems(send(dispatcher, csv_of({**GOOD, "ИИН": broken})))


def test_flaws_speak_the_callers_language(staff: Staff, district_id: UUID) -> None:
    """Headings are understood in every language, whatever the report's."""
    dispatcher = staff(Role.DISPATCHER)
    for language in Language:
        names = FORM.headings(language)
        assert 17 == len(set(names))
        answer = send(dispatcher, csv_of(dict.fromkeys(names, "?")), language=language.value)
        assert 11 <= len(answer.json["problems"])


def test_headings_that_are_unknown_missing_or_double_are_named(staff: Staff, district_id: UUID) -> None:
    """A misspelt column would otherwise be lost in silence."""
    dispatcher = staff(Role.DISPATCHER)
    table = {**GOOD, "Отчиство": "Ахметулы"}
    assert [(1, "Отчиство")] == problems(send(dispatcher, csv_of(table)))
    less = {name: value for name, value in GOOD.items() if name != "Начало"}
    assert [(1, "starts_on")] == problems(send(dispatcher, csv_of(less)))
    assert [(1, "IIN")] == problems(send(dispatcher, csv_of({**GOOD, "IIN": "1"})))
    assert [(1, "")] == problems(send(dispatcher, b"\r\n"))
    assert [(2, "")] == problems(send(dispatcher, csv_of(GOOD)[: csv_of(GOOD).index(b"\r\n")]))


def test_a_row_names_its_district_or_the_request_does(
    staff: Staff, district_id: UUID, other_district_id: UUID
) -> None:
    """By code or by name; who works in two districts must say which."""
    both = staff(Role.DISPATCHER, districts=[district_id, other_district_id])
    assert [(2, "district")] == problems(send(both, csv_of(GOOD)))
    assert [(2, "District")] == problems(send(both, csv_of({**GOOD, "District": "south"})))
    answer = send(both, csv_of({**GOOD, "Район": "North"})).json
    person = both.get(f"/people/{answer['created'][0]['person_id']}").json
    assert str(other_district_id) == person["district_id"]


def test_the_form_can_be_filled_in_and_sent_back(staff: Staff, district_id: UUID) -> None:
    """Both formats, in the caller's language."""
    dispatcher = staff(Role.DISPATCHER)
    answer = dispatcher.get("/people/imports/template?format=xlsx", headers={"Accept-Language": "kk"})
    book = load_workbook(io.BytesIO(answer.data))
    titles = [cell.value for cell in book.active[1]]
    assert ("ЖСН", 17) == (titles[0], len(titles))
    row = [valid_iin(7), "Ким", "Ан", None, "қазақша", "заң", "centre", "1", "әкімшілік", 60, "иә"]
    book.active.append([*row, None, None, date(2026, 11, 1), date(2027, 2, 28), None, "Қар тазалау"])
    buffer = io.BytesIO()
    book.save(buffer)
    assert send(dispatcher, buffer.getvalue()).json["written"]
    csv_form = dispatcher.get("/people/imports/template?format=csv", headers={"Accept-Language": "ru"})
    assert csv_form.data.startswith("\ufeffИИН;Фамилия;Имя;".encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 and nothing more",
        b"\xd0\xcf\x11\xe0 an old one",
        bytes(range(256)),
        b'"never closed\r\n',
    ],
    ids=["empty", "cut", "xls", "noise", "quotation mark"],
)
def test_what_is_no_table_is_refused(staff: Staff, district_id: UUID, data: bytes) -> None:
    """With the remedy; never with a crash."""
    answer = send(staff(Role.DISPATCHER), data)
    assert answer.status_code in (200, 422)
    if answer.status_code == 200:
        assert answer.json["problems"]
    else:
        assert ["file"] == list(answer.json["errors"])


def test_a_zip_bomb_is_not_unpacked(staff: Staff, district_id: UUID) -> None:
    """A hundred megabytes of nothing fit into a hundred kilobytes."""
    buffer = io.BytesIO(xlsx_of(list(GOOD)))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b" " * 100_000_000)
    answer = send(staff(Role.DISPATCHER), buffer.getvalue())
    assert (422, ["file"]) == (answer.status_code, list(answer.json["errors"]))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A small limit, so that the test of it is quick."""
    return replace(settings, import_rows_max=20)


def test_more_rows_than_allowed_are_refused(app: Flask, staff: Staff, district_id: UUID) -> None:
    """Also when a million empty ones lie between."""
    dispatcher = staff(Role.DISPATCHER)
    rows = [{**GOOD, "ИИН": valid_iin(100 * each)} for each in range(1, 22)]
    assert 200 == send(dispatcher, csv_of(*rows[:20]), dry_run=True).status_code
    assert 422 == send(dispatcher, csv_of(*rows), dry_run=True).status_code
    book = Workbook()
    book.active.append(list(GOOD))
    book.active.cell(row=1_000_000, column=1, value="x")
    buffer = io.BytesIO()
    book.save(buffer)
    assert 422 == send(dispatcher, buffer.getvalue(), dry_run=True).status_code
