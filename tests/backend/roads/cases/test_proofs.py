"""Photos of a repaired place: what outweighs what by when it was seen, and what a named proof that shows the fault does to its repair."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from backend.roads.cases.proofs import check_of
from backend.roads.looking import work
from shared.geometry import Point
from tests.bad_input import refusal
from tests.conftest import Clock
from tests.phone import Phone
from tests.roads import (
    CLEAN,
    beside,
    cases,
    clean_photo,
    move,
    one,
    planned,
    repaired,
    report,
    wait,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def mended(app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock, **said: Any) -> str:
    """A case that its crew has called repaired."""
    report(app, crew, street, clock())
    (case,) = cases(dispatcher)
    planned(dispatcher, crew, clock, case["id"])
    assert 200 == move(crew, case["id"], "repairing").status_code
    answer = move(crew, case["id"], "repaired", repair=repaired(clock, **said))
    assert 200 == answer.status_code, answer.text
    return str(case["id"])


def clean(app: Flask, crew: Phone, street: Point, clock: Clock, **since: float) -> None:
    """A photo of the place without a fault, taken so long ago."""
    report(app, crew, street, clock() - timedelta(**since), photos=clean_photo(), **CLEAN)


def looked(app: Flask, defect_id: Any) -> None:
    """A worker comes and looks at a report's photos."""
    with app.app_context():
        work.look(defect_id)


def test_a_fault_seen_after_a_clean_proof_comes_back_though_nobody_closed_the_case(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """The repair did not hold: it is named with its contractor, and the new report says so to its crew."""
    case_id = mended(app, crew, dispatcher, street, clock)
    clock.advance(minutes=5)
    clean(app, crew, street, clock)
    wait(clock, crew, dispatcher, days=6)
    new = report(app, crew, beside(street, east_m=1), clock())
    case = one(dispatcher, case_id)
    assert ("confirmed", 1, 2) == (case["state"], case["returns"], case["views"])
    assert ("clean", clock().isoformat()) == tuple(
        case["repairs"][0][name] for name in ("proof_check", "returned_at")
    )
    (poor,) = dispatcher.get("/case-repairs?returned=true").json["items"]  # type: ignore[index]
    assert case_id == poor["case_id"]
    assert "confirmed" == dispatcher.get(f"/defects/{new}").json["state"]  # type: ignore[index]
    assert 409 == move(dispatcher, case_id, "closed").status_code


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_fault_seen_before_the_clean_proof_says_nothing_against_it(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock, is_closed: bool
) -> None:
    """A phone was offline: what counts is when a photo was taken, not when it came."""
    case_id = mended(app, crew, dispatcher, street, clock)
    wait(clock, crew, dispatcher, days=2)
    clean(app, crew, street, clock)
    if is_closed:
        assert 200 == move(dispatcher, case_id, "closed").status_code
    report(app, crew, street, clock() - timedelta(days=1))
    case = one(dispatcher, case_id)
    assert ("closed" if is_closed else "repaired", 0, 2) == (case["state"], case["returns"], case["views"])
    assert "clean" == case["repairs"][0]["proof_check"]


def test_a_clean_photo_from_before_a_faulty_one_does_not_hide_it(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """The later one stands; a still later clean one is the proof."""
    case_id = mended(app, crew, dispatcher, street, clock)
    wait(clock, crew, dispatcher, days=2)
    report(app, crew, street, clock())
    clean(app, crew, street, clock, days=1)
    assert "faulty" == one(dispatcher, case_id)["repairs"][0]["proof_check"]
    clock.advance(minutes=5)
    clean(app, crew, street, clock)
    assert "clean" == one(dispatcher, case_id)["repairs"][0]["proof_check"]


def test_after_the_warranty_a_fault_at_an_unclosed_repair_asks_for_a_reason(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """It is no return; yet nobody closes it without a word."""
    case_id = mended(app, crew, dispatcher, street, clock, warranty_months=0)
    clock.advance(minutes=5)
    clean(app, crew, street, clock)
    wait(clock, crew, dispatcher, days=1)
    report(app, crew, street, clock())
    assert ("repaired", 0) == tuple(one(dispatcher, case_id)[name] for name in ("state", "returns"))
    assert [] == refusal(move(dispatcher, case_id, "closed"), 422, "reason", says="still sees a fault")


def test_a_named_proof_that_shows_a_fault_elsewhere_is_faulty_once_it_was_looked_at(
    asleep: None, app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """It is of another case, and no longer waits: with a reason the case is closed."""
    first = report(app, crew, street, clock(), taken=False)
    looked(app, first)
    (case,) = cases(dispatcher)
    case_id = case["id"]
    planned(dispatcher, crew, clock, case_id)
    move(crew, case_id, "repairing")
    clock.advance(minutes=5)
    named = report(app, crew, beside(street, east_m=60, north_m=60), clock(), taken=False)
    told = repaired(clock, proof_id=str(named))
    assert 200 == move(crew, case_id, "repaired", repair=told).status_code
    assert [] == refusal(move(dispatcher, case_id, "closed", reason="видно глазами"), 422, "to", says="wait")
    looked(app, named)
    case = one(dispatcher, case_id)
    assert ("faulty", 1) == (case["repairs"][0]["proof_check"], case["views"])
    assert [] == refusal(move(dispatcher, case_id, "closed"), 422, "reason", says="still sees a fault")
    assert 200 == move(dispatcher, case_id, "closed", reason="видно глазами").status_code


def test_a_photo_that_an_earlier_report_holds_proves_nothing(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """Whether it lies by the repair or is named: a person looks, and gives a reason; a photo of its own is the proof."""
    photos = clean_photo()
    report(app, crew, beside(street, east_m=300), clock(), photos=photos, **CLEAN)
    case_id = mended(app, crew, dispatcher, street, clock)
    clock.advance(minutes=5)
    again = report(app, crew, street, clock(), photos=photos, **CLEAN)
    (repair,) = one(dispatcher, case_id)["repairs"]
    assert "clean" != repair["proof_check"]
    assert 422 == move(dispatcher, case_id, "closed").status_code
    with app.app_context():
        assert "cannot" == check_of(again).value
    clock.advance(minutes=5)
    clean(app, crew, street, clock)
    assert "clean" == one(dispatcher, case_id)["repairs"][0]["proof_check"]


def test_a_named_proof_follows_what_people_say_of_its_own_case(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """Whoever turns that case down says nothing of the photo; whoever calls it no fault does, and whoever takes that back."""
    case_id = mended(app, crew, dispatcher, street, clock)
    clock.advance(minutes=5)
    named = report(app, crew, beside(street, east_m=60, north_m=60), clock())
    assert 200 == move(dispatcher, case_id, "repairing", reason="плохо").status_code
    told = repaired(clock, proof_id=str(named))
    assert 200 == move(crew, case_id, "repaired", repair=told).status_code
    (other,) = (each["id"] for each in cases(dispatcher) if each["id"] != case_id)
    no_fault = f"/defects/{named}/labels/{uuid4()}"
    for act, check in (
        (lambda: move(dispatcher, other, "rejected", reason="не наша дорога"), "faulty"),
        (lambda: dispatcher.put(no_fault, json={"fault": False}), "clean"),
        (lambda: move(dispatcher, other, "reported", reason="яма есть"), "faulty"),
    ):
        assert act().status_code in (200, 201)
        assert check == one(dispatcher, case_id)["repairs"][-1]["proof_check"]
        with app.app_context():
            assert check == check_of(named)
