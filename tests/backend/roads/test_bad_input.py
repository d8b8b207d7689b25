"""What reports of defects and stops refuse: every wrong field named, with the remedy; and what is never refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.proofs import defect_message, stop_report_message
from shared.vocabulary import Role
from tests.backend.routing.conftest import Shift
from tests.bad_input import damaged_png, refusal
from tests.conftest import Clock
from tests.factories import ReportDraft, defect_draft, frames_of, stop_report_draft
from tests.phone import Phone

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PARTS = ["defect", "stop_report"]


@pytest.fixture
def draft(shift: Shift) -> Callable[[str], ReportDraft]:
    """A maker of good reports of either part, with two photos."""

    def make(part: str) -> ReportDraft:
        photos = frames_of("street", 2)
        if part == "defect":
            return defect_draft(shift.crew, shift.clock(), photos=photos)
        return stop_report_draft(shift.crew, shift.route, shift.clock(), photos=photos)

    return make


@on_sqlite
@pytest.mark.parametrize("part", PARTS)
def test_wrong_fields_are_named(shift: Shift, draft: Callable[[str], ReportDraft], part: str) -> None:
    """By their path in the manifest."""
    wrong = []
    for changes, field, says in (
        ({"id": str(uuid4())}, f"{part}.id", "the id in the address"),
        ({"device_id": str(uuid4())}, f"{part}.device_id", "the device you are signed in on"),
        ({"clock": {"boot_id": "b", "boot_ms": 1, "server_boot_ms": 1}}, f"{part}.clock", "neither of them"),
        ({"captured_at": "yesterday"}, f"{part}.captured_at", "time"),
        ({"note": "x" * 501}, f"{part}.note", "500"),
        ({"note": "a\x00b"}, f"{part}.note", ""),
        ({"fixes": [{"lat": 99, "lon": 0, "accuracy_m": 1}]}, f"{part}.fixes[0].lat", "90"),
        ({"fixes": [{}] * 61}, f"{part}.fixes", "60"),
        ({"unknown": 1}, f"{part}.unknown", ""),
    ):
        report = draft(part)
        good_id = report.id
        report.manifest |= changes
        wrong += refusal(report.send(shift.crew, path_id=good_id), 422, field, says=says)
    assert [] == wrong


@on_sqlite
@pytest.mark.parametrize("part", PARTS)
def test_what_is_not_as_it_was_signed_is_refused(
    shift: Shift, draft: Callable[[str], ReportDraft], part: str
) -> None:
    """Another device's signature, one for another use, another manifest, other photos, their order, their number."""
    report, crew = draft(part), shift.crew
    body = report.manifest_bytes()
    other_use = stop_report_message if part == "defect" else defect_message
    stranger = Phone(crew.client)
    wrong = []
    for signature in ("", "кириллица", crew.sign(body), crew.sign(other_use(body)), stranger.sign(body)):
        answer = report.send(crew, signature=signature)
        wrong += refusal(answer, 422, "signature", says="Ed25519", slug="bad-signature")
    turned = report.photos[::-1]
    wrong += refusal(report.send(crew, photos=turned), 422, "photo[0]", "photo[1]", says="SHA-256")
    wrong += refusal(report.send(crew, photos=report.photos[:1]), 422, "photo", says="2 photos")
    wrong += refusal(report.send(crew, photos=report.photos * 4), 422, "photo", says="there were 8")
    twice = draft(part)
    twice.photos = twice.photos[:1] * 2
    twice.manifest["photos"] = twice.manifest["photos"][:1] * 2
    wrong += refusal(twice.send(crew), 422, f"{part}.photos", says="different pictures")
    assert [] == wrong
    assert 200 == report.send(crew).status_code


@on_sqlite
@pytest.mark.parametrize("part", PARTS)
def test_a_body_that_is_no_report_is_refused(
    shift: Shift, draft: Callable[[str], ReportDraft], part: str
) -> None:
    """JSON that is none, other types, missing parts."""
    crew, report = shift.crew, draft(part)
    collection = {"defect": "defects", "stop_report": "stop-reports"}[part]
    path = f"/{collection}/{report.id}"
    wrong = []
    for manifest in (b"", b"{", b"[]", b'{"id": NaN}', b"\xff\xfe", b'{"id": 1, "id": 2}'):
        wrong += refusal(report.send(crew, manifest=manifest), 422)
    wrong += refusal(crew.put(path, json=report.manifest), 415, says="multipart/form-data")
    empty = crew.put(path, data={"x": "y"}, content_type="multipart/form-data")
    wrong += refusal(empty, 422, part, says="missing")
    unsigned = {part: (io.BytesIO(report.manifest_bytes()), "m.json")}
    answer = crew.put(path, data=unsigned, content_type="multipart/form-data")
    wrong += refusal(answer, 422, "signature", says="missing")
    assert [] == wrong


@on_sqlite
@pytest.mark.parametrize("part", PARTS)
def test_a_photo_that_is_damaged_inside_is_evidence_all_the_same(
    shift: Shift, draft: Callable[[str], ReportDraft], part: str
) -> None:
    """Its header is honest; what is in it is for later to say."""
    report = draft(part)
    photos = [damaged_png("street", 7)]
    fresh = (
        defect_draft(shift.crew, shift.clock(), photos=photos)
        if part == "defect"
        else stop_report_draft(shift.crew, shift.route, shift.clock(), photos=photos)
    )
    assert (200, 200) == (report.send(shift.crew).status_code, fresh.send(shift.crew).status_code)


@on_sqlite
def test_a_report_of_no_route_or_stop_is_refused_by_field(shift: Shift) -> None:
    """A stop of another route is none of this one."""
    wrong = []
    for name in ("route_id", "stop_id"):
        report = shift.report(**{name: str(uuid4())})
        wrong += refusal(report.send(shift.crew), 422, f"stop_report.{name}", says="There is no")
    assert [] == wrong


@on_sqlite
def test_a_crew_of_another_district_cannot_report(
    shift: Shift, staff: Callable[..., Phone], other_district_id: Any
) -> None:
    """Nor learn that the route exists."""
    stranger = staff(Role.CREW, districts=[other_district_id])
    report = stop_report_draft(stranger, shift.route, shift.clock())
    nowhere = stop_report_draft(stranger, shift.route, shift.clock(), route_id=str(uuid4()))
    assert [] == refusal(report.send(stranger), 422, "stop_report.route_id")
    assert [] == refusal(nowhere.send(stranger), 422, "stop_report.route_id")


@on_sqlite
def test_a_reporter_without_a_district_is_told_so(staff: Callable[..., Phone], clock: Clock) -> None:
    """Nobody would see the report; the phone keeps it."""
    crew = staff(Role.CREW, districts=[])
    assert [] == refusal(defect_draft(crew, clock()).send(crew), 409, says="in no district")


@on_sqlite
def test_a_defects_photo_is_shown_to_nobody_yet(
    asleep: None, shift: Shift, staff: Callable[..., Phone]
) -> None:
    """Faces and plates are not blurred: not even to whoever took it; another index is not there."""
    report = defect_draft(shift.crew, shift.clock())
    report.send(shift.crew)
    for phone in (shift.crew, shift.dispatcher, staff(Role.ADMINISTRATOR)):
        answer = phone.get(f"/defects/{report.id}/photos/1")
        assert [] == refusal(answer, 409, says="blurred", slug="not-blurred")
        assert 404 == phone.get(f"/defects/{report.id}/photos/2").status_code


@on_sqlite
def test_filters_of_defects_narrow_and_page(
    shift: Shift, staff: Callable[..., Phone], other_district_id: Any
) -> None:
    """State, district, time; every one once."""
    ids = []
    for _each in range(3):
        report = defect_draft(shift.crew, shift.clock())
        report.send(shift.crew)
        ids.append(report.id)
        shift.clock.advance(minutes=1)
    phone = shift.dispatcher

    def found(query: str) -> list[str]:
        return [each["id"] for each in phone.get(f"/defects?{query}").json["items"]]

    assert ids[::-1] == found("state=received")
    assert [] == found("state=closed")
    assert [] == found(f"district={other_district_id}")
    since = (shift.clock() - timedelta(minutes=2)).isoformat().replace("+", "%2B")
    assert ids[:0:-1] == found(f"since={since}")
    first = phone.get("/defects?limit=2").json
    assert ids[0] == phone.get(f"/defects?limit=2&cursor={first['next']}").json["items"][0]["id"]
    assert [] == refusal(phone.get("/defects?state=broken"), 422, "state")


@on_sqlite
def test_wrong_plans_are_refused_by_field(shift: Shift) -> None:
    """Paths of stops by their index."""
    wrong = []
    plan = shift.plan()
    stops = plan["stops"]
    for changes, field, says in (
        ({"stops": []}, "stops", "1 to 1000"),
        ({"stops": [*stops, {**stops[0], "id": None, "lat": 91}]}, "stops[3].lat", "90"),
        ({"stops": [{**stops[0], "title": " "}]}, "stops[0].title", "must not be empty"),
        ({"stops": [{**stops[0], "action": "dance"}]}, "stops[0].action", "one of"),
        ({"stops": [stops[0], stops[0]]}, "stops[1].id", "stops[0] too"),
        ({"stops": [{**stops[0], "id": str(uuid4())}]}, "stops[0].id", "a stop of this route"),
        ({"stops": [{**stops[0], "colour": "red"}]}, "stops[0].colour", "not a field"),
        ({"reason": " "}, "reason", "its driver reads it"),
        ({"assignee_ids": []}, "assignee_ids", "while the route is released"),
        ({"assignee_ids": [str(uuid4())]}, "assignee_ids", "role crew"),
        ({"ends_at": plan["starts_at"]}, "ends_at", "after starts_at"),
        ({"task_id": str(uuid4())}, "task_id", "must be a task"),
        ({"title": "ё\u202e"}, "title", "control characters"),
        ({"district_id": str(uuid4())}, "district_id", "one of your districts"),
    ):
        body = plan | {"title": "Иначе"} | changes
        wrong += [
            f"{field}: {flaw}"
            for flaw in refusal(shift.dispatcher.put(shift.path, json=body), 422, field, says=says)
        ]
    assert [] == wrong
    assert 1 == shift.read()["version"]


@on_sqlite
def test_moves_that_are_not_there_are_refused(shift: Shift) -> None:
    """With where it can go; a crew cannot take a route back."""
    path = f"{shift.path}/moves"
    wrong = refusal(shift.crew.post(path, json={"to": "draft"}), 403, says="administrator, dispatcher")
    wrong += refusal(shift.dispatcher.post(path, json={"to": "closed"}), 422, "reason", says="must say why")
    shift.crew.post(path, json={"to": "driving"})
    wrong += refusal(shift.dispatcher.post(path, json={"to": "draft"}), 409, says="closed")
    shift.crew.post(path, json={"to": "closed"})
    wrong += refusal(shift.dispatcher.put(shift.path, json=shift.plan(title="x")), 409, says="reopen")
    assert [] == wrong
    assert ["released", "driving", "closed"] == [each["target"] for each in shift.read()["moves"]]
