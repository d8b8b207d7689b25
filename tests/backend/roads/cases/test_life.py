"""A case's life: confirmed, planned with its neighbours, repaired with a proof, closed, returned within the warranty."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from backend.roads.cases.rules import care, life
from backend.roads.cases.rules.grouping import chained
from backend.roads.cases.rules.severity import severity_of
from backend.roads.cases.rules.warranty import months_later
from backend.streets.network import StreetClass
from shared.geometry import Point
from shared.vocabulary import CaseState, DefectKind, DefectState, ProofCheck, Role, Severity
from tests.bad_input import refusal
from tests.conftest import Clock
from tests.fakes import FakeRoadEye
from tests.phone import Phone
from tests.roads import CLEAN, beside, cases, clean_photo, move, one, planned, repaired, report, wait


class Mending(FakeRoadEye):
    """To whom a place looks like another one from its second photo on."""

    looked = 0

    def look(self, picture: Any) -> Any:
        finding = super().look(picture)
        axis, self.looked = min(1, self.looked), self.looked + 1
        return replace(finding, look=np.eye(1, 2, axis, dtype=np.float16).tobytes())


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
def test_a_fault_from_its_report_to_its_return_within_the_warranty(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """The return opens the case again and names the repair and its contractor; phones follow every step. New asphalt looks like another place."""
    app.extensions["qala_road_eye"] = Mending()
    first = report(app, crew, street, clock())
    (case,) = cases(dispatcher)
    planned(dispatcher, crew, clock, case["id"])
    assert 200 == move(crew, case["id"], "repairing").status_code
    wait(clock, crew, dispatcher, hours=3)
    done = uuid4()
    answers = [move(crew, case["id"], "repaired", move_id=done, repair=repaired(clock)) for _each in range(2)]
    assert [200, 200] == [each.status_code for each in answers], answers[0].text
    assert answers[0].json == answers[1].json
    assert [] == refusal(
        move(dispatcher, case["id"], "closed"), 422, "to", says="photo of the repaired place"
    )
    clock.advance(minutes=5)
    proof = report(app, crew, beside(street, east_m=2), clock(), photos=clean_photo(), **CLEAN)
    assert [] == dispatcher.get("/defects?loose=true").json["items"]  # type: ignore[index]
    (repair,) = one(dispatcher, case["id"])["repairs"]
    assert (str(proof), "clean", 12) == (repair["proof_id"], repair["proof_check"], repair["warranty_months"])
    assert 200 == move(dispatcher, case["id"], "closed").status_code
    assert {str(first): "closed"} == {
        each["id"]: each["state"] for each in crew.get("/sync").json["defects"] if each["case_id"]
    }
    wait(clock, crew, dispatcher, days=20)
    report(app, crew, beside(street, north_m=3), clock())
    (again,) = cases(dispatcher)
    assert (case["id"], "confirmed", 1, 2) == (again["id"], again["state"], again["returns"], again["views"])
    told = one(dispatcher, case["id"])
    assert told["repairs"][0]["returned_at"] is not None
    (poor,) = dispatcher.get("/case-repairs?returned=true").json["items"]
    assert ("ТОО Жол", case["id"]) == (poor["contractor"], poor["case_id"])
    assert again["due_at"] > case["due_at"]


@on_sqlite
def test_a_fault_after_the_warranty_is_a_new_case_that_remembers(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """The old case stays closed; its repairs are shown beside."""
    report(app, crew, street, clock())
    (case,) = cases(dispatcher)
    planned(dispatcher, crew, clock, case["id"])
    move(crew, case["id"], "repairing")
    move(crew, case["id"], "repaired", repair=repaired(clock, warranty_months=0))
    clock.advance(minutes=1)
    report(app, crew, street, clock(), photos=clean_photo(), **CLEAN)
    assert 200 == move(dispatcher, case["id"], "closed").status_code
    wait(clock, crew, dispatcher, days=3)
    report(app, crew, street, clock())
    (new,) = cases(dispatcher, "open=true")
    assert case["id"] == new["earlier_case_id"]
    assert "ТОО Жол" == one(dispatcher, new["id"])["earlier_repairs"][0]["contractor"]


@on_sqlite
def test_a_repair_whose_photo_shows_the_fault_is_closed_only_with_a_reason(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """The model says what it sees, a person decides and says why; or sends the crew back."""
    report(app, crew, street, clock())
    (case,) = cases(dispatcher)
    planned(dispatcher, crew, clock, case["id"])
    move(crew, case["id"], "repairing")
    move(crew, case["id"], "repaired", repair=repaired(clock))
    clock.advance(minutes=1)
    report(app, crew, street, clock())
    assert "faulty" == one(dispatcher, case["id"])["repairs"][0]["proof_check"]
    assert [] == refusal(move(dispatcher, case["id"], "closed"), 422, "reason", says="still sees a fault")
    assert [] == refusal(move(dispatcher, case["id"], "repairing"), 422, "reason")
    assert 200 == move(dispatcher, case["id"], "closed", reason="Заплата, не яма").status_code


@on_sqlite
def test_neighbours_on_one_street_become_one_repair_task(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """Those that are confirmed, with the priority of the most urgent; a plan twice is a conflict."""
    for metres in (0, 45, -45):
        report(app, crew, beside(street, east_m=metres, north_m=-metres), clock())
    found = cases(dispatcher)
    for case in found[1:]:
        assert 200 == move(dispatcher, case["id"], "confirmed").status_code
    body = {"starts_at": clock().isoformat(), "ends_at": (clock() + timedelta(days=1)).isoformat()}
    unconfirmed = dispatcher.post(f"/cases/{found[0]['id']}/repair-task", json=body)
    assert 409 == unconfirmed.status_code
    planned_case = dispatcher.post(f"/cases/{found[1]['id']}/repair-task", json=body)
    assert 201 == planned_case.status_code, planned_case.text
    tasks = {each["id"]: each["task_id"] for each in cases(dispatcher, "state=planned")}
    assert 1 == len(set(tasks.values()))
    task = dispatcher.get(f"/tasks/{planned_case.json['task_id']}").json
    assert ("repair", len(tasks)) == (task["kind"], int(task["title"].rsplit(" ", 1)[1]))
    assert 409 == dispatcher.post(f"/cases/{found[1]['id']}/repair-task", json=body).status_code


@on_sqlite
def test_only_the_chosen_neighbours_are_repaired_with_a_case(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """The group is told beforehand, itself first; who is no part of it is named, and the task knows its cases."""
    report(app, crew, street, clock())
    lies_on = cases(dispatcher)[0]["segment_id"]
    line = dispatcher.get(f"/street-segments/{lies_on}").json["geometry"]["coordinates"]  # type: ignore[index]
    for share in (0.2, 0.8):
        lon, lat = (begin + share * (end - begin) for begin, end in zip(line[0], line[-1], strict=True))
        report(app, crew, Point(lat=lat, lon=lon), clock())
    ids = [case["id"] for case in cases(dispatcher)]
    for case_id in ids:
        assert 200 == move(dispatcher, case_id, "confirmed").status_code
    group = dispatcher.get(f"/cases/{ids[0]}/repair-group").json
    assert group is not None
    (first, *neighbours) = [each["id"] for each in group["items"]]
    assert (ids[0], set(ids[1:])) == (first, set(neighbours))
    body = {"starts_at": clock().isoformat(), "ends_at": (clock() + timedelta(days=1)).isoformat()}
    strange = dispatcher.post(f"/cases/{ids[0]}/repair-task", json={**body, "with_ids": [str(uuid4())]})
    assert [] == refusal(strange, 422, "with_ids", says="neighbours on the street")
    made = dispatcher.post(f"/cases/{ids[0]}/repair-task", json={**body, "with_ids": [neighbours[0]]})
    assert 201 == made.status_code, made.text
    together = cases(dispatcher, f"task={made.json['task_id']}")  # type: ignore[index]
    assert {ids[0], neighbours[0]} == {each["id"] for each in together}
    assert ["confirmed"] == [each["state"] for each in cases(dispatcher) if each["id"] == neighbours[1]]


@on_sqlite
def test_who_may_not_move_a_case_is_told_so(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """Crews only those in their hands; nobody where no move leads; a repair cannot lie in the future."""
    report(app, crew, street, clock())
    (case,) = cases(dispatcher)
    wrong = refusal(move(crew, case["id"], "confirmed"), 403, says="dispatcher")
    wrong += refusal(move(dispatcher, case["id"], "closed"), 409, says="confirmed")
    wrong += refusal(move(dispatcher, case["id"], "rejected"), 422, "reason")
    move(dispatcher, case["id"], "confirmed")
    move(dispatcher, case["id"], "planned")
    wrong += refusal(move(crew, case["id"], "repairing"), 403, says="task")
    move(dispatcher, case["id"], "repairing")
    wrong += refusal(move(dispatcher, case["id"], "repaired"), 422, "repair")
    late = repaired(clock) | {"repaired_at": (clock() + timedelta(days=2)).isoformat()}
    wrong += refusal(move(dispatcher, case["id"], "repaired", repair=late), 422, "repair.repaired_at")
    far = repaired(clock, proof_id=str(uuid4()))
    wrong += refusal(move(dispatcher, case["id"], "repaired", repair=far), 422, "repair.proof_id")
    one_id = uuid4()
    move(dispatcher, case["id"], "repaired", move_id=one_id, repair=repaired(clock))
    wrong += refusal(
        move(dispatcher, case["id"], "planned", move_id=one_id, reason="x"), 409, says="other content"
    )
    assert [] == wrong


@on_sqlite
def test_a_persons_word_on_a_report_moves_its_case(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """One tap confirms; «no fault» of the only report rejects."""
    first = report(app, crew, street, clock())
    other = report(app, crew, beside(street, east_m=90, north_m=90), clock())
    yes, no = ({"fault": True, "kind": "crack_network", "severity": "high"}, {"fault": False})
    for defect_id, said in ((first, yes), (other, no)):
        answer = dispatcher.put(f"/defects/{defect_id}/labels/{uuid4()}", json=said)
        assert answer.status_code == 200, answer.text
    states = {
        each["seen"][0]["defect_id"]: (each["state"], each["kind"])
        for each in (one(dispatcher, case["id"]) for case in cases(dispatcher))
    }
    assert ("confirmed", "crack_network") == states[str(first)]
    assert "rejected" == states[str(other)][0]
    assert "rejected" == dispatcher.get(f"/defects/{other}").json["state"]


@on_sqlite
def test_the_citys_own_table_of_repairs(
    app: Flask, crew: Phone, dispatcher: Phone, staff: Any, street: Point, clock: Clock
) -> None:
    """Versions, If-Match, wrong cells by field; new cases follow it."""
    admin = staff(Role.ADMINISTRATOR)
    first = admin.get("/road-care")
    assert ('"0"', 11) == (first.headers["ETag"], len(first.json["classes"]))
    row = {severity: {"priority": 1, "days": 2} for severity in ("low", "medium", "high")}
    body = {
        "classes": [
            {"street_class": name, **row} for name in ("residential", "tertiary", "secondary", "primary")
        ]
    }
    assert '"1"' == admin.put("/road-care", json=body).headers["ETag"]
    assert '"1"' == admin.put("/road-care", json=body).headers["ETag"]
    assert 412 == admin.put("/road-care", json={}, headers={"If-Match": '"0"'}).status_code
    twice = {"classes": body["classes"][:1] * 2}
    assert [] == refusal(admin.put("/road-care", json=twice), 422, "classes[1].street_class")
    assert 403 == dispatcher.put("/road-care", json=body).status_code
    report(app, crew, street, clock())
    (case,) = cases(dispatcher)
    assert (clock() + timedelta(days=2)).isoformat() == case["due_at"]


def test_every_state_is_reached_and_left() -> None:
    """No move leads nowhere; reports have a word for every state."""
    assert set(CaseState) == {
        life.REPORTED,
        *(each.target for each in life.MOVES),
        *(to for _from, to in life.BY_ITSELF),
    }
    assert set(CaseState) == set(life.OF_REPORTS)
    assert set(DefectState) == set(life.OF_REPORTS.values())
    assert [CaseState.CONFIRMED, CaseState.REJECTED] == life.next_states(CaseState.REPORTED)


@pytest.mark.parametrize(
    ("checks", "reason", "field"),
    [
        ([], "", "to"),
        ([ProofCheck.WAITING], "", "to"),
        ([ProofCheck.CANNOT], "", "reason"),
        ([ProofCheck.CANNOT], "видно глазами", None),
        ([ProofCheck.CLEAN], "", None),
    ],
)
def test_closing_needs_a_proof_that_was_looked_at(
    checks: list[ProofCheck], reason: str, field: str | None
) -> None:
    """And a reason where the model is not content."""
    closing = life.find_move(life.REPAIRED, life.CLOSED)
    assert closing is not None
    errors = life.move_errors(closing, reason=reason, has_repair=False, checks=checks)
    assert ([] if field is None else [field]) == list(errors)


@pytest.mark.parametrize(
    ("kind", "size", "said", "expected"),
    [
        (DefectKind.POTHOLE, {"area_m2": 0.02}, None, Severity.LOW),
        (DefectKind.POTHOLE, {"area_m2": 0.07}, None, Severity.MEDIUM),
        (DefectKind.POTHOLE, {"area_m2": 0.5}, None, Severity.HIGH),
        (DefectKind.POTHOLE, {}, None, Severity.MEDIUM),
        (DefectKind.POTHOLE, {"area_m2": 0.02}, Severity.HIGH, Severity.HIGH),
        (DefectKind.CRACK_NETWORK, {"area_m2": 3.0}, Severity.LOW, Severity.MEDIUM),
        (DefectKind.CRACK_TRANSVERSE, {"length_m": 1.0}, None, Severity.LOW),
        (None, {}, None, Severity.LOW),
    ],
)
def test_severity_follows_kind_and_size(
    kind: DefectKind | None, size: dict[str, float], said: Severity | None, expected: Severity
) -> None:
    """Never below what the model says; what a person decides stands, whatever the size."""
    sizes: dict[str, Any] = {"area_m2": None, "length_m": None, **size}
    assert expected is severity_of(kind, said=said, **sizes)
    assert Severity.LOW is severity_of(kind, said=said, decided=Severity.LOW, **sizes)


def test_a_worse_fault_is_never_less_urgent() -> None:
    """In every row of the defaults; on a main street never later than on a yard."""
    for row in (*care.DEFAULTS.classes.values(), care.DEFAULTS.off_street):
        cells = [row[severity] for severity in Severity]
        assert sorted(cells, key=lambda each: (-each.days, -each.priority)) == cells
    for severity in Severity:
        main = care.urgency_of(care.DEFAULTS, StreetClass.PRIMARY, severity)
        assert main.days <= care.urgency_of(care.DEFAULTS, StreetClass.SERVICE, severity).days
    assert care.DEFAULTS == care.read(care.written(care.DEFAULTS))


@given(st.datetimes(datetime(2000, 1, 1), datetime(2080, 1, 1)), st.integers(0, 240))
def test_months_later_is_the_same_day_or_the_months_last(moment: datetime, months: int) -> None:
    """Never more than three days short of it."""
    later = months_later(moment.replace(tzinfo=UTC), months)
    assert (moment.month - 1 + months) % 12 == later.month - 1
    assert 0 <= moment.day - later.day <= 3


def test_neighbours_hang_together_in_steps() -> None:
    """Each within reach of one that is taken; a gap ends it."""
    start = Point(lat=54.87, lon=69.15)
    places = {
        name: beside(start, east_m=metres) for name, metres in (("a", 0), ("b", 100), ("c", 190), ("d", 400))
    }
    assert ["a", "b", "c"] == chained("a", places, 120.0, 10)
    assert ["a", "b"] == chained("a", places, 120.0, 2)
