"""What people say of single reports reaches their case: its kind, severity and due date, its state, and which reports it has."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from shared.geometry import Point
from shared.vocabulary import DefectKind, Severity
from tests.conftest import Clock
from tests.fakes import road_photo
from tests.phone import Phone
from tests.roads import beside, cases, move, one, report, wait

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def say(phone: Phone, defect_id: UUID, **words: Any) -> None:
    """Say something of a report."""
    answer = phone.put(f"/defects/{defect_id}/labels/{uuid4()}", json=words)
    assert answer.status_code == 200, answer.text


def defect(phone: Phone, defect_id: UUID) -> dict[str, Any]:
    """A report as the staff sees it."""
    answer = phone.get(f"/defects/{defect_id}")
    assert answer.status_code == 200, answer.text
    return answer.json  # type: ignore[return-value]


def photo(kind: DefectKind, severity: Severity, shot: int = 0) -> dict[str, Any]:
    """What a report is made of in which the model sees such a fault."""
    return {"photos": [road_photo(kind, severity, shot)], "kind_guess": None}


def test_a_correction_of_one_report_names_the_case_against_the_vote_of_the_others(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """Kind, severity, priority and due date; the model's next opinion changes none of them, a person's later word does."""
    shown = [photo(DefectKind.CRACK_NETWORK, Severity.MEDIUM, shot) for shot in range(5)]
    seen = []
    for each in shown[:3]:
        seen.append(report(app, crew, street, clock(), **each))
        wait(clock, crew, dispatcher, minutes=5)
    (before,) = cases(dispatcher)
    assert ("crack_network", 3) == (before["kind"], before["views"])
    say(dispatcher, seen[1], fault=True, kind="pothole", severity="high")
    (after,) = cases(dispatcher)
    assert ("pothole", "high", 3) == (after["kind"], after["severity"], after["views"])
    assert (after["priority"], after["due_at"]) < (before["priority"], before["due_at"])
    report(app, crew, street, clock(), **shown[3])
    (later,) = cases(dispatcher, "open=true")
    assert ("pothole", "high", 4) == (later["kind"], later["severity"], later["views"])
    say(dispatcher, seen[2], fault=True)
    (last,) = cases(dispatcher)
    assert ("crack_network", "medium") == (last["kind"], last["severity"])


def test_a_person_may_call_a_fault_slighter_than_the_model_did(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """Report and case say the same, and it is less urgent."""
    defect_id = report(app, crew, street, clock(), **photo(DefectKind.POTHOLE, Severity.HIGH))
    (before,) = cases(dispatcher)
    say(dispatcher, defect_id, fault=True, severity="low")
    (after,) = cases(dispatcher)
    assert ("high", "low", "low") == (
        before["severity"],
        after["severity"],
        defect(dispatcher, defect_id)["severity"],
    )
    assert (after["priority"], after["due_at"]) > (before["priority"], before["due_at"])


def test_who_confirms_a_report_takes_the_rejection_of_its_case_back(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """Whether the case was rejected by a move or by a word; both say confirmed."""
    defect_id = report(app, crew, street, clock())
    (case,) = cases(dispatcher)
    assert 200 == move(dispatcher, case["id"], "rejected", reason="тень").status_code
    say(dispatcher, defect_id, fault=True, kind="pothole")
    assert ["confirmed"] == [each["state"] for each in cases(dispatcher)]
    row = defect(dispatcher, defect_id)
    assert ("confirmed", case["id"]) == (row["state"], row["case_id"])


def test_a_confirmed_case_that_is_joined_into_a_reported_one_confirms_it(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """No report falls back; taken apart again each is what was said of it."""
    first = report(app, crew, street, clock())
    second = report(app, crew, beside(street, east_m=70, north_m=70), clock())
    stays, goes = (defect(dispatcher, each)["case_id"] for each in (first, second))
    assert 200 == move(dispatcher, goes, "confirmed").status_code
    body = {"other_id": goes, "reason": "одна яма"}
    assert 200 == dispatcher.post(f"/cases/{stays}/join", json=body).status_code
    kept = one(dispatcher, stays)
    assert ("confirmed", 2) == (kept["state"], kept["views"])
    assert {"confirmed"} == {defect(dispatcher, each)["state"] for each in (first, second)}
    (came,) = [each for each in kept["merges"] if each["from_case_id"]]
    apart = dispatcher.post(f"/cases/{stays}/merges/{came['id']}/undo", json={"reason": "две"})
    assert 200 == apart.status_code, apart.text
    assert "confirmed" == one(dispatcher, goes)["state"]
    assert "confirmed" == defect(dispatcher, second)["state"]


def test_what_has_left_a_case_cannot_be_taken_out_of_it(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """Neither with a case that was joined to another, nor where a person has called it no fault since."""
    for _each in range(2):
        report(app, crew, street, clock())
    gone = report(app, crew, street, clock())
    other = report(app, crew, beside(street, east_m=70, north_m=70), clock())
    say(dispatcher, gone, fault=False)
    joined, stays = (defect(dispatcher, each)["case_id"] for each in (other, other))
    (joined,) = {each["id"] for each in cases(dispatcher)} - {stays}
    body = {"other_id": joined, "reason": "одна яма"}
    assert 200 == dispatcher.post(f"/cases/{stays}/join", json=body).status_code
    merges = one(dispatcher, joined)["merges"]
    assert 3 == len(merges)
    before = cases(dispatcher)
    for merge in merges:
        answer = dispatcher.post(f"/cases/{joined}/merges/{merge['id']}/undo", json={"reason": "нет"})
        assert 409 == answer.status_code, answer.text
        assert "no longer in this case" in answer.json["detail"]  # type: ignore[index]
    assert before == cases(dispatcher)


@pytest.mark.parametrize("reports", [1, 2])
def test_a_heap_of_snow_leaves_its_case_and_stays_confirmed(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock, reports: int
) -> None:
    """The person said that it is a fault: its reporter never hears the contrary. A case that loses all is rejected for good."""
    *others, heap = [report(app, crew, street, clock()) for _each in range(reports)]
    (case,) = cases(dispatcher)
    say(dispatcher, heap, fault=True, kind="snow_pile", severity="low")
    row = defect(dispatcher, heap)
    assert ("confirmed", "snow_pile", None) == (row["state"], row["kind"], row["case_id"])
    (told,) = [each for each in crew.get("/sync").json["defects"] if each["id"] == str(heap)]  # type: ignore[index]
    assert "no fault" not in told["summary"]
    left = one(dispatcher, case["id"])
    assert [str(each) for each in others] == [each["defect_id"] for each in left["seen"]]
    assert ("reported" if others else "rejected") == left["state"]
    if not others:
        assert 409 == move(dispatcher, case["id"], "reported", reason="всё же яма").status_code
        say(dispatcher, heap, fault=True, kind="pothole")
        assert {"rejected", "confirmed"} == {each["state"] for each in cases(dispatcher)}


def test_a_case_that_is_no_longer_rejected_knows_again_what_its_report_shows(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """Who said «no fault» of its only report is overruled by who takes the rejection back."""
    defect_id = report(app, crew, street, clock(), **photo(DefectKind.POTHOLE, Severity.HIGH))
    (case,) = cases(dispatcher)
    say(dispatcher, defect_id, fault=False)
    assert [None] == [each["kind"] for each in one(dispatcher, case["id"])["seen"]]
    assert 200 == move(dispatcher, case["id"], "reported", reason="яма там").status_code
    told = one(dispatcher, case["id"])
    assert [("pothole", "high")] == [(each["kind"], each["severity"]) for each in told["seen"]]
    assert ("reported", "pothole", "high") == (told["state"], told["kind"], told["severity"])
