"""Lists of cases: the most urgent first over several pages, those of a street by its name, and what the reader may do next."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Connection

from backend.database import db, transaction
from backend.roads.cases.believing import CACHE
from backend.streets import service as streets
from shared.geometry import Point
from shared.vocabulary import DefectKind, Severity
from tests.bad_input import refusal
from tests.conftest import Clock
from tests.fakes import road_photo
from tests.phone import Phone
from tests.roads import beside, cases, one, report

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def faults(app: Flask, crew: Phone, street: Point, clock: Clock) -> None:
    """Five faults far from each other, of each severity, one off every street."""
    bad = [Severity.LOW, Severity.HIGH, Severity.MEDIUM, Severity.HIGH]
    for at, severity in enumerate(bad):
        place = beside(street, east_m=400.0 * at, north_m=400.0 * at)
        photos = [road_photo(DefectKind.POTHOLE, severity, shot=at + 1)]
        report(app, crew, place, clock() - timedelta(hours=at), photos=photos)
    far = beside(street, east_m=-30_000.0)
    report(app, crew, far, clock(), photos=[road_photo(DefectKind.POTHOLE, Severity.LOW, shot=9)])


@pytest.mark.usefixtures("faults")
def test_most_urgent_come_first_and_pages_join_without_a_gap(dispatcher: Phone) -> None:
    """By priority, then by due date; two a page give the same order as all at once."""
    whole = cases(dispatcher, "sort=urgent")
    order = [(each["priority"], each["due_at"], each["id"]) for each in whole]
    assert len(order) > 2
    assert sorted(order) == order
    paged, cursor = [], ""
    while True:
        answer = dispatcher.get(f"/cases?sort=urgent&limit=2{cursor}").json
        assert answer is not None
        paged += [each["id"] for each in answer["items"]]
        if answer["next"] is None:
            break
        cursor = f"&cursor={answer['next']}"
    assert [each["id"] for each in whole] == paged


@pytest.mark.usefixtures("faults")
def test_a_list_asks_the_database_as_often_for_many_as_for_one(app: Flask, dispatcher: Phone) -> None:
    """A hundred thousand cases are exported; the streets are read once a transaction and kept by the process."""
    dispatcher.get("/cases")
    asked: list[str] = []

    def listen(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    def questions(limit: int) -> int:
        asked.clear()
        assert limit == len(cases(dispatcher, f"limit={limit}"))
        return len(asked)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", listen)
    try:
        assert questions(1) == questions(5)
    finally:
        sa.event.remove(engine, "before_cursor_execute", listen)
    assert CACHE in app.extensions


@pytest.mark.usefixtures("faults")
def test_marks_of_a_map_are_the_cases_of_the_list(dispatcher: Phone) -> None:
    """In its order and with its filters; a map that holds no more says so."""
    whole = cases(dispatcher, "sort=urgent&severity=high")
    answer = dispatcher.get("/cases/marks?severity=high").json
    assert answer is not None
    assert [each["id"] for each in whole] == answer["ids"]
    assert [each["place"]["coordinates"] for each in whole] == [
        pytest.approx(place, abs=1e-6) for place in answer["places"]
    ]
    assert ({"pothole"}, {"high"}, True) == (
        set(answer["kinds"]),
        set(answer["severities"]),
        answer["is_all"],
    )
    few = dispatcher.get("/cases/marks?limit=1").json
    assert few is not None
    assert (1, False) == (len(few["ids"]), few["is_all"])


@pytest.mark.usefixtures("faults")
def test_rejected_case_stands_behind_open_ones_however_urgent_it_was(dispatcher: Phone) -> None:
    """What nobody has to repair comes last."""
    first = cases(dispatcher, "sort=urgent")[0]["id"]
    label = {"fault": False}
    seen = one(dispatcher, first)["seen"][0]["defect_id"]
    answer = dispatcher.put(f"/defects/{seen}/labels/{first}", json=label)
    assert answer.status_code == 200, answer.text
    assert first == cases(dispatcher, "sort=urgent")[-1]["id"]


@pytest.mark.usefixtures("faults")
def test_cursor_of_another_order_is_refused(dispatcher: Phone) -> None:
    """A page of the newest first does not go on as the most urgent first."""
    page = dispatcher.get("/cases?limit=1").json
    assert page is not None
    answer = dispatcher.get(f"/cases?sort=urgent&limit=1&cursor={page['next']}")
    assert [] == refusal(answer, 422, "cursor")


@pytest.mark.usefixtures("faults")
def test_part_of_a_street_s_name_finds_its_cases(app: Flask, dispatcher: Phone) -> None:
    """In any of the name's languages and without regard to case."""
    named = next(each for each in cases(dispatcher) if each["street"] is not None)
    with app.app_context(), transaction(read_only=True):
        network = streets.network()
        at = network.segment_id.tolist().index(named["segment_id"])
        name = network.name(at).ru
    found = cases(dispatcher, f"street={quote(name[1:6].upper())}")
    assert named["id"] in [each["id"] for each in found]
    assert [] == cases(dispatcher, "street=nowhere-street")


@pytest.mark.usefixtures("faults")
def test_reader_is_told_the_moves_that_their_role_may_make(crew: Phone, dispatcher: Phone) -> None:
    """A dispatcher confirms or rejects with a reason; a crew only reads what is reported."""
    case_id = cases(dispatcher)[0]["id"]
    moves = [{"to": "confirmed", "needs": []}, {"to": "rejected", "needs": ["reason"]}]
    assert moves == one(dispatcher, case_id)["next_moves"]
    assert [] == one(crew, case_id)["next_moves"]
