"""Importing container sites from tables and maps: every bad row is named, nothing is written while one is bad."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from openpyxl import Workbook
from werkzeug.test import TestResponse

from shared.vocabulary import Role
from tests.fleet import make_site
from tests.phone import Phone

Staff = Callable[..., Phone]
HEADING = (
    "Номер площадки",
    "Адрес",
    "Широта",
    "Долгота",
    "Контейнеры",
    "Накопление, м³ в день",
    "Когда можно",
)
ROW = (
    "КП-1",
    "Букетова, 31",
    54.8661,
    69.1417,
    "3 × 1,1 евро; 1 × 8 бункер",
    "2 2 2 2 2,5 3 1",
    "пн-сб 06:00-14:00",
)


@pytest.fixture
def dispatcher(staff: Staff) -> Phone:
    """A signed-in dispatcher of the first district."""
    return staff(Role.DISPATCHER)


def xlsx(*rows: tuple[Any, ...]) -> bytes:
    """An XLSX file of rows below the heading."""
    book = Workbook()
    for row in (HEADING, *rows):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def geojson(*features: Any) -> bytes:
    """A GeoJSON file."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def send(phone: Phone, data: bytes, query: str = "dry_run=false") -> TestResponse:
    """Send a file."""
    return phone.post(
        f"/containers/imports?{query}",
        data={"file": (io.BytesIO(data), "sites")},
        content_type="multipart/form-data",
    )


def problems(answer: TestResponse) -> list[tuple[int, str]]:
    """Where a report found something wrong."""
    assert answer.status_code == 200, answer.text
    return [(each["row"], each["column"]) for each in answer.json["problems"]]  # type: ignore[index]


def test_a_table_enters_its_sites(dispatcher: Phone, district_id: UUID) -> None:
    """A dry run first, which writes nothing; the weight that is not said is reckoned and said so."""
    looked = send(dispatcher, xlsx(ROW), "dry_run=true").json
    assert (1, 1, False, []) == (looked["rows"], looked["good"], looked["written"], looked["problems"])
    assert [] == dispatcher.get("/containers").json["items"]
    done = send(dispatcher, xlsx(ROW)).json
    assert ([(2, "demand_kg")], True) == (
        [(each["row"], each["column"]) for each in done["mended"]],
        done["written"],
    )
    [site] = dispatcher.get("/containers").json["items"]
    assert (str(district_id), [2, 2, 2, 2, 2.5, 3, 1], 300.0, 6) == (
        site["district_id"],
        site["demand_m3"],
        site["demand_kg"][0],
        len(site["hours"]),
    )
    assert ["wheeled", "skip"] == [each["type"] for each in site["containers"]]


def test_every_bad_row_is_named_and_nothing_is_written(dispatcher: Phone) -> None:
    """All flaws of all rows at once: places in the river of another town, hours that overlap, codes that are there."""
    make_site(dispatcher, dispatcher.get("/districts").json["items"][0]["id"], code="КП-9")
    rows = [
        ROW,
        ("КП-1", *ROW[1:]),
        ("КП-2", "", *ROW[2:]),
        ("КП-3", "x", 69.14, 54.86, *ROW[4:]),
        ("КП-4", "x", "север", 69.14, *ROW[4:]),
        ("КП-5", "x", 54.86, 69.14, "три", "2 2", "утром"),
        ("КП-6", "x", 54.86, 69.14, "3 × 1,1; 2 × 1,1", -1, "пн 06:00-10:00; пн 09:00-12:00"),
        ("КП-9", *ROW[1:]),
    ]
    answer = send(dispatcher, xlsx(*rows))
    number, address, lat, _lon, containers, demand, hours = HEADING
    assert [
        (3, number),
        (4, address),
        (5, lat),
        (6, lat),
        (7, containers),
        (7, demand),
        (7, hours),
        (8, demand),
        (8, hours),
        (9, number),
    ] == sorted(set(problems(answer)), key=lambda each: (each[0], HEADING.index(each[1])))
    assert 1 == len(dispatcher.get("/containers").json["items"])


def test_known_codes_change_what_is_there_on_wish(dispatcher: Phone, district_id: UUID) -> None:
    """An empty cell leaves what is there; a row that says the same changes nothing."""
    make_site(dispatcher, district_id, code="КП-1", access_note="ворота")
    done = send(dispatcher, xlsx(ROW), "dry_run=false&update=true").json
    assert (0, 1, 0) == (len(done["created"]), len(done["changed"]), done["unchanged"])
    [site] = dispatcher.get("/containers").json["items"]
    assert ("Букетова, 31", "ворота", 2) == (site["address"], site["access_note"], site["version"])
    again = send(dispatcher, xlsx(ROW), "dry_run=false&update=true").json
    assert (0, 0, 1) == (len(again["created"]), len(again["changed"]), again["unchanged"])


def test_what_went_out_can_come_in_again(
    dispatcher: Phone, staff: Staff, district_id: UUID, other_district_id: UUID
) -> None:
    """GeoJSON with FIWARE's names and CSV as the form; another district's sites are not in it."""
    make_site(dispatcher, district_id, code="КП-1", max_gross_t=12.5)
    make_site(staff(Role.ADMINISTRATOR), other_district_id, code="КП-2")
    out = dispatcher.get("/containers/export")
    [feature] = json.loads(out.data)["features"]
    said = feature["properties"]
    assert ("application/geo+json", "WasteContainer", "КП-1", 0.5, 330.0, None) == (
        out.content_type,
        *(said[name] for name in ("type", "name", "fillingLevel", "cargoWeight", "dateLastEmptying")),
    )
    for data in (out.data, dispatcher.get("/containers/export?format=csv").data):
        again = send(dispatcher, data, "dry_run=false&update=true").json
        assert ([], 1) == (again["problems"], again["unchanged"])


def test_a_map_of_points_enters_sites(dispatcher: Phone) -> None:
    """Properties are columns, in any language; what is none is said and passed over; what is no point is named."""
    good = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [69.1417, 54.8661]},
        "properties": {
            "code": "КП-1",
            "Адрес": "Букетова, 31",
            "containers": "2x1.1",
            "demand_m3": [1, 1, 1, 1, 1, 2, 2],
            "@id": "node/1",
        },
    }
    line = good | {
        "geometry": {"type": "LineString", "coordinates": [[69, 54], [69, 55]]},
        "properties": good["properties"] | {"code": "КП-2"},
    }
    done = send(dispatcher, geojson(good), "dry_run=false")
    assert ([], 1) == (problems(done), len(done.json["created"]))
    assert "@id" in {each["column"] for each in done.json["mended"]}
    assert {(2, "lat"), (2, "lon")} == set(
        problems(
            send(dispatcher, geojson(good | {"properties": good["properties"] | {"code": "КП-3"}}, line))
        )
    )


@pytest.mark.parametrize("data", [b"{", b'{"type": "Feature"}', b"{}", b'{"features": 7}'])
def test_what_is_no_map_is_refused(dispatcher: Phone, data: bytes) -> None:
    """With what to send instead."""
    answer = send(dispatcher, data)
    assert (422, ["file"]) == (answer.status_code, list(answer.json["errors"]))


def test_the_form_comes_in_the_callers_language(dispatcher: Phone) -> None:
    """Headings that the import understands."""
    text = dispatcher.get("/containers/imports/template?format=csv").data.decode("utf-8-sig")
    assert text.startswith("Site code;Address;")
