"""Reports become cases: merged with reasons, taken apart by people, seen by phones; the city's table of repairs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import Flask

from backend.database import db, transaction
from backend.ledger.models import LedgerEntry
from shared.geometry import Point
from shared.vocabulary import Role
from tests.conftest import Clock
from tests.phone import Phone
from tests.roads import beside, cases, one, report, take, wait

Staff = Callable[..., Phone]


def kinds_of_entries(app: Flask) -> list[str]:
    """What the ledger says of cases, in order."""
    with app.app_context(), transaction(read_only=True):
        query = (
            sa.select(LedgerEntry.kind).where(LedgerEntry.kind.startswith("case.")).order_by(LedgerEntry.id)
        )
        return list(db.session().scalars(query))


def test_two_reports_of_one_fault_are_one_case(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """With the reasons in the reader's language; the phone hears of its case by /sync."""
    first = report(app, crew, street, clock())
    wait(clock, crew, dispatcher, hours=5)
    second = report(app, crew, beside(street, east_m=3, north_m=2), clock())
    (case,) = cases(dispatcher)
    assert (2, 2, "reported", "pothole") == (case["views"], case["witnesses"], case["state"], case["kind"])
    assert case["accuracy_m"] < 8
    told = one(dispatcher, case["id"])
    assert [str(first), str(second)] == [each["defect_id"] for each in told["seen"]]
    opened, joined = told["merges"]
    assert (True, False) == (opened["opened"], joined["opened"])
    assert joined["probability"] > 0.75
    assert {"distance", "street", "heading", "kind", "time"} <= {
        each["factor"] for each in joined["evidence"]
    }
    for language, words in (("ru", "вдоль улицы"), ("kk", "көше бойымен"), ("en", "along the street")):
        why = dispatcher.get(f"/cases/{case['id']}", headers={"Accept-Language": language}).json["merges"][1][
            "why"
        ]
        assert any(words in each for each in why), why
    synced = {each["id"]: each["case_id"] for each in crew.get("/sync").json["defects"]}
    assert {str(first): case["id"], str(second): case["id"]} == synced
    assert ["case.opened", "case.merged"] == kinds_of_entries(app)


def test_faults_apart_are_two_cases_and_neighbours(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """60 m along the street with good fixes."""
    report(app, crew, street, clock())
    report(app, crew, beside(street, east_m=60, north_m=60), clock())
    assert 2 == len(cases(dispatcher))


def test_taking_in_again_changes_nothing(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """A worker died after its transaction, or a dispatcher places what was placed."""
    defect_id = report(app, crew, street, clock())
    before = one(dispatcher, cases(dispatcher)[0]["id"])
    take(app, defect_id)
    assert before == one(dispatcher, before["id"])


def test_what_is_no_fault_is_no_case(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """A pile of snow, a report without a place, one that names nothing."""
    report(app, crew, street, clock(), kind_guess="snow_pile")
    report(app, crew, Point(lat=10, lon=10), clock())
    report(app, crew, street, clock(), kind_guess=None)
    assert [] == cases(dispatcher)


def test_what_a_person_takes_for_a_heap_of_snow_leaves_its_case(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """A case of it alone is rejected: the heap is no fault of the road."""
    defect_id = report(app, crew, street, clock())
    said = dispatcher.put(f"/defects/{defect_id}/labels/{uuid4()}", json={"fault": True, "kind": "snow_pile"})
    assert 200 == said.status_code, said.text
    assert ["rejected"] == [each["state"] for each in cases(dispatcher)]


def test_a_report_on_no_street_is_a_case_all_the_same(
    app: Flask, crew: Phone, dispatcher: Phone, clock: Clock
) -> None:
    """Nothing is lost; it has no piece of street."""
    far = Point(lat=54.80, lon=69.05)
    report(app, crew, far, clock())
    report(app, crew, far, clock())
    (case,) = cases(dispatcher)
    assert (2, None, None) == (case["views"], case["segment_id"], case["side"])


def test_an_undone_merge_stays_undone(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """The report gets its own case and never joins this one by itself again; history stays; twice is once."""
    report(app, crew, street, clock())
    second = report(app, crew, street, clock())
    (case,) = cases(dispatcher)
    merge = one(dispatcher, case["id"])["merges"][1]
    path = f"/cases/{case['id']}/merges/{merge['id']}/undo"
    answers = [dispatcher.post(path, json={"reason": "другая яма"}) for _each in range(2)]
    assert [200, 200] == [each.status_code for each in answers]
    old, new = sorted(cases(dispatcher), key=lambda each: each["id"] != case["id"])
    assert (1, 1) == (old["views"], new["views"])
    undone = one(dispatcher, old["id"])["merges"][1]
    assert ("другая яма", str(second)) == (undone["undone_reason"], undone["defect_id"])
    wait(clock, crew, dispatcher, hours=1)
    third = report(app, crew, street, clock())
    assert {str(third)} & {
        each["defect_id"] for found in cases(dispatcher) for each in one(dispatcher, found["id"])["seen"]
    }
    assert new["id"] in {each["id"] for each in cases(dispatcher, "open=true")}
    assert kinds_of_entries(app)[:4] == ["case.opened", "case.merged", "case.opened", "case.merge_undone"]
    synced = {each["id"]: each["case_id"] for each in crew.get("/sync").json["defects"]}
    assert new["id"] == synced[str(second)]


def test_all_of_a_case_cannot_be_taken_out(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """That would be rejecting it."""
    report(app, crew, street, clock())
    (case,) = cases(dispatcher)
    (merge,) = one(dispatcher, case["id"])["merges"]
    answer = dispatcher.post(f"/cases/{case['id']}/merges/{merge['id']}/undo", json={"reason": "нет"})
    assert 409 == answer.status_code


def test_a_person_joins_two_cases_and_takes_them_apart(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """The other's reports come here with their history, and go back together."""
    report(app, crew, street, clock())
    report(app, crew, beside(street, east_m=70, north_m=70), clock())
    one_case, other = cases(dispatcher)
    path = f"/cases/{one_case['id']}/join"
    body = {"other_id": other["id"], "reason": "одна яма"}
    answers = [dispatcher.post(path, json=body) for _each in range(2)]
    assert [200, 200] == [each.status_code for each in answers]
    joined = one(dispatcher, other["id"])
    assert ("joined", one_case["id"], 1) == (joined["state"], joined["joined_into"], len(joined["moves"]))
    kept = one(dispatcher, one_case["id"])
    assert 2 == kept["views"]
    assert [one_case["id"]] == [each["id"] for each in cases(dispatcher, "open=true")]
    (came,) = [each for each in kept["merges"] if each["from_case_id"]]
    assert (
        200
        == dispatcher.post(
            f"/cases/{one_case['id']}/merges/{came['id']}/undo", json={"reason": "две"}
        ).status_code
    )
    assert "reported" == one(dispatcher, other["id"])["state"]
    assert [1, 1] == [each["views"] for each in cases(dispatcher, "open=true")]
    itself = dispatcher.post(path, json={"other_id": one_case["id"], "reason": "x"})
    assert 422 == itself.status_code


def test_cases_are_listed_by_what_they_are_and_where(
    app: Flask,
    crew: Phone,
    dispatcher: Phone,
    street: Point,
    clock: Clock,
    staff: Staff,
    other_district_id: UUID,
) -> None:
    """Filters, a box, GeoJSON, pages; another district sees nothing."""
    report(app, crew, street, clock())
    wait(clock, crew, dispatcher, minutes=5)
    report(app, crew, beside(street, east_m=70, north_m=70), clock(), kind_guess="crack_network")
    box = f"{street.lon - 0.0004},{street.lat - 0.0004},{street.lon + 0.0004},{street.lat + 0.0004}"
    (near,) = cases(dispatcher, f"bbox={box}")
    assert "pothole" == near["kind"]
    assert ["crack_network"] == [each["kind"] for each in cases(dispatcher, "kind=crack_network")]
    assert [] == cases(dispatcher, "state=closed&state=rejected")
    first = dispatcher.get("/cases?limit=1").json
    assert 1 == len(dispatcher.get(f"/cases?limit=1&cursor={first['next']}").json["items"])
    shown = dispatcher.get(f"/cases/map?bbox={box}").json
    assert ("FeatureCollection", "Point") == (shown["type"], shown["features"][0]["geometry"]["type"])
    assert near["id"] == shown["features"][0]["id"]
    assert [] == cases(dispatcher, "overdue=true")
    wait(clock, crew, dispatcher, days=25)
    assert ["pothole"] == [each["kind"] for each in cases(dispatcher, "overdue=true")]
    stranger = staff(Role.DISPATCHER, districts=[other_district_id])
    assert [] == cases(stranger)
    assert 404 == stranger.get(f"/cases/{near['id']}").status_code


def test_a_late_report_of_an_old_photo_counts_by_when_it_was_taken(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """A phone was offline: the case is as old as its oldest view, and so is its due date."""
    taken = clock()
    wait(clock, crew, dispatcher, days=2)
    report(app, crew, street, clock())
    due = cases(dispatcher)[0]["due_at"]
    report(app, crew, street, taken)
    (case,) = cases(dispatcher)
    assert case["due_at"] < due
    assert timedelta(0) < clock() - taken
