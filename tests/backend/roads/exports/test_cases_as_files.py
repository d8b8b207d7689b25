"""Cases as files: every case that was asked for, in the reader's language, safe to open."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from openpyxl import load_workbook

from shared.geometry import Point
from shared.vocabulary import Role
from tests.backend.roads.cases.conftest import crew as crew
from tests.backend.roads.cases.conftest import dispatcher as dispatcher
from tests.backend.roads.cases.conftest import street as street
from tests.conftest import Clock
from tests.factories import defect_draft
from tests.phone import Phone

Staff = Callable[..., Phone]


@pytest.fixture
def case_id(crew: Phone, clock: Clock, street: Point, dispatcher: Phone) -> str:
    """One case, of a report that a crew calls a pothole."""
    fix = {"lat": street.lat, "lon": street.lon, "accuracy_m": 5, "taken_at": clock().isoformat()}
    sent = defect_draft(crew, clock(), fixes=[fix], kind_guess="pothole").send(crew)
    assert 200 == sent.status_code, sent.text
    (case,) = dispatcher.get("/cases").json["items"]
    found: str = case["id"]
    return found


def test_a_table_has_a_row_for_each_case_in_the_readers_language(dispatcher: Phone, case_id: str) -> None:
    """Semicolons and a mark, as Excel opens it here."""
    answer = dispatcher.get("/cases/export?format=csv", headers={"Accept-Language": "ru"})
    assert answer.content_type.startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    head, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";")
    told = dict(zip(head, row, strict=True))
    assert (case_id, "яма", "1") == (told["Случай"], told["Вид"], told["Сообщений"])


def test_a_workbook_keeps_numbers_as_numbers(dispatcher: Phone, case_id: str) -> None:
    """So that they can be summed; and times as times, so that they can be sorted."""
    answer = dispatcher.get("/cases/export?format=xlsx", headers={"Accept-Language": "en"})
    head, row = load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True)
    told = dict(zip(head, row, strict=True))
    assert case_id == told["Case"]
    assert isinstance(told["Latitude"], float)
    assert isinstance(told["Due"], datetime)


def test_a_map_is_geojson(dispatcher: Phone, case_id: str) -> None:
    """Longitude first."""
    answer = dispatcher.get("/cases/export?format=geojson")
    assert "application/geo+json" == answer.content_type
    collection = answer.get_json(force=True)
    (feature,) = collection["features"]
    assert ("FeatureCollection", case_id, "Point") == (
        collection["type"],
        feature["id"],
        feature["geometry"]["type"],
    )


def test_filters_are_those_of_the_list_and_districts_stay_apart(
    dispatcher: Phone, case_id: str, staff: Staff, other_district_id: UUID
) -> None:
    """What a dispatcher may not see is in no file."""
    assert [] == dispatcher.get("/cases/export?format=geojson&state=closed").get_json(force=True)["features"]
    elsewhere = staff(Role.DISPATCHER, login="elsewhere", districts=[other_district_id])
    assert [] == elsewhere.get("/cases/export?format=geojson").get_json(force=True)["features"]
    assert 422 == dispatcher.get("/cases/export?format=pdf").status_code
