"""What a crew's phone carries of the faults it is to repair, and its word that one is repaired."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from PIL import Image

from shared.geometry import Point
from shared.vocabulary import DefectKind, Role
from tests.bad_input import refusal
from tests.conftest import Clock
from tests.fakes import road_photo
from tests.phone import Phone
from tests.roads import CLEAN, beside, cases, clean_photo, move, one, planned, report, wait

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def carried(phone: Phone, cursor: str = "") -> list[dict[str, Any]]:
    """The faults that a phone is told of."""
    answer = phone.get("/sync", query_string={"cursor": cursor} if cursor else {})
    assert 200 == answer.status_code, answer.text
    return list(answer.json["faults"])  # type: ignore[index]


def test_a_phone_carries_the_faults_of_its_tasks_until_they_are_closed(
    app: Flask, crew: Phone, dispatcher: Phone, staff: Callable[..., Phone], street: Point, clock: Clock
) -> None:
    """Nobody else's; each step comes again, the proof's check too; a closed one leaves."""
    other = staff(Role.CREW)
    report(app, crew, street, clock())
    (case,) = cases(dispatcher)
    assert [] == carried(crew)
    planned(dispatcher, crew, clock, case["id"])
    (fault,) = carried(crew)
    task_id = cases(dispatcher)[0]["task_id"]
    assert (case["id"], task_id, "planned", case["kind"], case["severity"]) == tuple(
        fault[name] for name in ("id", "task_id", "state", "kind", "severity")
    )
    assert (case["place"]["coordinates"], case["street"]) == ([fault["lon"], fault["lat"]], fault["street"])
    assert fault["proof_check"] is None
    assert [] == carried(other) == carried(dispatcher)

    cursor = crew.get("/sync").json["cursor"]  # type: ignore[index]
    assert [] == carried(crew, cursor)
    move(crew, case["id"], "repairing")
    wait(clock, crew, dispatcher, hours=1)
    assert ["repairing"] == [each["state"] for each in carried(crew, cursor)]
    mended = {"repaired_at": clock().isoformat()}
    assert 200 == move(crew, case["id"], "repaired", repair=mended).status_code
    clock.advance(minutes=5)
    report(app, crew, beside(street, east_m=2), clock(), photos=clean_photo(), **CLEAN)
    assert [("repaired", "clean")] == [(each["state"], each["proof_check"]) for each in carried(crew, cursor)]
    assert 200 == move(dispatcher, case["id"], "closed").status_code
    gone = crew.get("/sync", query_string={"cursor": cursor}).json
    assert gone is not None
    assert ([], [("fault", case["id"])]) == (
        gone["faults"],
        [(each["kind"], each["id"]) for each in gone["tombstones"] if each["kind"] == "fault"],
    )


def test_who_repairs_need_not_type_their_own_name(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """It is the crew's; a dispatcher, who repairs nothing, has to say whose work it was."""
    for _each in range(2):
        report(app, crew, street, clock())
        street = beside(street, east_m=200)
    first, second = (case["id"] for case in cases(dispatcher))
    for case_id in (first, second):
        planned(dispatcher, crew, clock, case_id)
        move(crew, case_id, "repairing")
    mended = {"repaired_at": clock().isoformat()}
    assert 200 == move(crew, first, "repaired", repair=mended).status_code
    me = crew.get("/me").json
    assert me is not None
    assert me["display_name"] == one(dispatcher, first)["repairs"][0]["contractor"]
    nameless = move(dispatcher, second, "repaired", repair=mended)
    assert [] == refusal(nameless, 422, "repair.contractor", says="who repaired it")
    blank = move(crew, second, "repaired", move_id=uuid4(), repair={**mended, "contractor": " "})
    assert [] == refusal(blank, 422, "repair.contractor")


def test_who_repairs_a_fault_sees_its_photo(
    app: Flask, crew: Phone, dispatcher: Phone, staff: Callable[..., Phone], street: Point, clock: Clock
) -> None:
    """Blurred and small, with its outlines; no other crew does."""
    report(app, crew, street, clock(), photos=[road_photo(DefectKind.POTHOLE)])
    (case,) = cases(dispatcher)
    address = f"/cases/{case['id']}/photo"
    assert [] == refusal(crew.get(address), 403, says="dispatcher")
    planned(dispatcher, crew, clock, case["id"])
    assert [] == refusal(staff(Role.CREW).get(address), 403, says="dispatcher")
    for phone in (crew, dispatcher):
        shown = phone.get(address)
        assert ("image/jpeg", "no-store") == (shown.content_type, shown.headers["Cache-Control"])
        with Image.open(io.BytesIO(shown.data)) as picture:
            assert max(picture.size) <= 800
    assert 404 == dispatcher.get(f"/cases/{uuid4()}/photo").status_code
