"""A person's word on a report: one tap confirms, more corrects or rejects; each is kept beside what the model had said."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.database import transaction
from backend.ledger.service import entries_after
from backend.roads.looking import work
from shared.contracts import DefectAnswer, decode
from shared.vocabulary import CannotAssess, DefectKind, DefectState, Role, Severity
from tests.bad_input import refusal
from tests.conftest import Clock
from tests.factories import INSIDE, defect_draft
from tests.fakes import road_photo
from tests.phone import Phone

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def suggested(crew: Phone, clock: Clock) -> str:
    """The address of a report that the model takes for a severe pothole."""
    draft = defect_draft(crew, clock(), photos=[road_photo(DefectKind.POTHOLE, Severity.HIGH)])
    assert 200 == draft.send(crew).status_code
    return f"/defects/{draft.id}"


def say(phone: Phone, path: str, **words: Any) -> Any:
    """Say something under a fresh id."""
    return phone.put(f"{path}/labels/{uuid4()}", json=words)


def test_one_tap_confirms_what_was_suggested(suggested: str, crew: Phone, dispatcher: Phone) -> None:
    """It is a fact then, which the reporter's phone learns."""
    answer = say(dispatcher, suggested, fault=True)
    assert (200, "pothole", "high", "fake-1", "pothole") == (
        answer.status_code,
        *(answer.json[name] for name in ("kind", "severity", "model", "model_kind")),
    )
    (defect,) = crew.get("/sync").json["defects"]
    told = decode(DefectAnswer, defect)
    assert (DefectState.CONFIRMED, DefectKind.POTHOLE, False) == (told.state, told.kind, told.suggested)


def test_a_correction_keeps_what_the_model_had_said(
    suggested: str, dispatcher: Phone, staff: Any, clock: Clock
) -> None:
    """Also the second one, by somebody else: labels are only ever added."""
    say(dispatcher, suggested, fault=True, kind="crack_network", severity="low", outlines_right=False)
    clock.advance(minutes=1)
    say(staff(Role.ADMINISTRATOR), suggested, fault=True, kind="crack_transverse", note="нет, поперёк")
    first, second = dispatcher.get(f"{suggested}/labels").json["items"]
    assert ("crack_network", "low", False, "pothole", "high") == tuple(
        first[name] for name in ("kind", "severity", "outlines_right", "model_kind", "model_severity")
    )
    assert ("crack_transverse", "low", "pothole", "high") == tuple(
        second[name] for name in ("kind", "severity", "model_kind", "model_severity")
    )


def test_no_fault_is_a_word_too(suggested: str, dispatcher: Phone) -> None:
    """Rejected, without a kind of its own; it may be taken back."""
    assert 200 == say(dispatcher, suggested, fault=False).status_code
    row = dispatcher.get(suggested).json
    assert ("rejected", False) == (row["state"], row["suggested"])
    say(dispatcher, suggested, fault=True)
    assert "confirmed" == dispatcher.get(suggested).json["state"]


def test_the_same_word_twice_is_said_once(suggested: str, dispatcher: Phone) -> None:
    """An answer was lost; another word under the id is a conflict."""
    path = f"{suggested}/labels/{uuid4()}"
    first = dispatcher.put(path, json={"fault": True})
    assert first.json == dispatcher.put(path, json={"fault": True}).json
    assert 1 == len(dispatcher.get(f"{suggested}/labels").json["items"])
    assert 409 == dispatcher.put(path, json={"fault": False}).status_code


def test_where_no_model_named_a_kind_the_person_must(crew: Phone, dispatcher: Phone, clock: Clock) -> None:
    """A tap alone says nothing then."""
    draft = defect_draft(crew, clock(), photos=[road_photo(CannotAssess.TOO_DARK)])
    draft.send(crew)
    path = f"/defects/{draft.id}"
    assert [] == refusal(say(dispatcher, path, fault=True), 422, "kind", says="which fault")
    assert 200 == say(dispatcher, path, fault=True, kind="pothole").status_code


def test_a_word_before_the_worker_came_stands(
    asleep: None, app: Any, crew: Phone, dispatcher: Phone, clock: Clock
) -> None:
    """The model's later opinion is kept with the photo, and changes nothing."""
    draft = defect_draft(crew, clock(), photos=[road_photo(DefectKind.POTHOLE, Severity.HIGH)])
    draft.send(crew)
    path = f"/defects/{draft.id}"
    say(dispatcher, path, fault=True, kind="crack_longitudinal", severity="low")
    with app.app_context():
        work.look(UUID(draft.id))
    row = dispatcher.get(path).json
    assert ("crack_longitudinal", "low", False) == (row["kind"], row["severity"], row["suggested"])
    assert "pothole" == dispatcher.get(f"{path}/photos").json["items"][0]["outlines"][0]["kind"]


def test_only_who_answers_for_the_district_may_say(
    suggested: str, crew: Phone, staff: Any, other_district_id: Any
) -> None:
    """The reporter may not confirm the own report."""
    assert 403 == say(crew, suggested, fault=True).status_code
    assert (
        404 == say(staff(Role.DISPATCHER, districts=[other_district_id]), suggested, fault=True).status_code
    )


def test_a_dispatcher_puts_a_report_on_the_map(crew: Phone, dispatcher: Phone, clock: Clock) -> None:
    """What came without a place; then it may be corrected, and the phone hears of it."""
    draft = defect_draft(crew, clock(), fixes=[])
    draft.send(crew)
    path = f"/defects/{draft.id}/place"
    assert "has no place yet" in crew.get("/sync").json["defects"][0]["summary"]
    for lon in (INSIDE[1], INSIDE[1] + 0.001):
        answer = dispatcher.put(path, json={"lat": INSIDE[0], "lon": lon})
        assert (200, [lon, INSIDE[0]]) == (answer.status_code, answer.json["place"]["coordinates"])
    assert dispatcher.tokens["user"]["id"] == answer.json["placed_by"]
    assert "has no place" not in crew.get("/sync").json["defects"][0]["summary"]


def test_loose_reports_wait_for_a_kind_and_for_a_place(crew: Phone, dispatcher: Phone, clock: Clock) -> None:
    """Whatever of the two a person says first; who is no fault waits for nothing."""
    unseen = {"kind_guess": None, "photos": [road_photo(None)]}
    drafts = [
        defect_draft(crew, clock(), **unseen),
        defect_draft(crew, clock(), **unseen, fixes=[]),
        defect_draft(crew, clock(), **{**unseen, "photos": [road_photo(None, shot=2)]}),
        defect_draft(crew, clock(), photos=[road_photo(DefectKind.POTHOLE, Severity.HIGH)]),
    ]
    for draft in drafts:
        assert 200 == draft.send(crew).status_code
    nameless, lost, sound, _known = (str(draft.id) for draft in drafts)

    def waiting() -> set[str]:
        return {each["id"] for each in dispatcher.get("/defects?loose=true").json["items"]}

    assert {nameless, lost, sound} == waiting()
    say(dispatcher, f"/defects/{nameless}", fault=True, kind="pothole", severity="low")
    say(dispatcher, f"/defects/{sound}", fault=False)
    say(dispatcher, f"/defects/{lost}", fault=True, kind="other")
    assert {lost} == waiting()
    dispatcher.put(f"/defects/{lost}/place", json={"lat": INSIDE[0], "lon": INSIDE[1]})
    assert set() == waiting()
    assert dispatcher.get(f"/defects/{lost}").json["case_id"] is not None


def test_a_place_of_its_own_is_moved_for_a_reason_alone(
    suggested: str, dispatcher: Phone, app: Any, crew: Phone
) -> None:
    """The ledger says why and how far, the case goes along; no report is put into another city."""
    there = {"lat": 54.87, "lon": 69.15}
    assert [] == refusal(
        dispatcher.put(f"{suggested}/place", json=there), 422, "because", says="why it lies elsewhere"
    )
    far = dispatcher.put(f"{suggested}/place", json={"lat": 43.2, "lon": 76.9, "because": "other"})
    assert [] == refusal(far, 422, "lat", says="within 100 km")
    moved = dispatcher.put(f"{suggested}/place", json={**there, "because": "reported_later"})
    assert (200, [69.15, 54.87]) == (moved.status_code, moved.json["place"]["coordinates"])
    assert dispatcher.tokens["user"]["id"] == moved.json["placed_by"]
    case = dispatcher.get(f"/cases/{moved.json['case_id']}").json
    assert [69.15, 54.87] == pytest.approx(case["place"]["coordinates"], abs=1e-4)
    with app.app_context(), transaction(read_only=True):
        entry = [each for each in entries_after(0, limit=1000) if each.kind == "defect.placed"][-1]
    said = json.loads(entry.content)
    assert "reported_later" in json.dumps(said)
    assert "54.87" not in entry.content


def test_a_report_of_a_planned_repair_is_not_moved(suggested: str, dispatcher: Phone, clock: Clock) -> None:
    """The crew is on its way there."""
    case_id = dispatcher.get(suggested).json["case_id"]
    say(dispatcher, suggested, fault=True)
    plan = dispatcher.put(f"/cases/{case_id}/moves/{uuid4()}", json={"to": "planned"})
    assert 200 == plan.status_code, plan.text
    moved = dispatcher.put(f"{suggested}/place", json={"lat": 54.87, "lon": 69.15, "because": "other"})
    assert [] == refusal(moved, 409, says="planned or done already")


def test_a_report_that_was_put_elsewhere_leaves_the_others(
    suggested: str, crew: Phone, dispatcher: Phone, clock: Clock
) -> None:
    """Two saw the fault; one of them saw another one."""
    draft = defect_draft(crew, clock(), photos=[road_photo(DefectKind.POTHOLE, Severity.HIGH, shot=2)])
    assert 200 == draft.send(crew).status_code
    other = f"/defects/{draft.id}"
    case_id = dispatcher.get(suggested).json["case_id"]
    assert case_id == dispatcher.get(other).json["case_id"]
    moved = dispatcher.put(f"{other}/place", json={"lat": 54.88, "lon": 69.2, "because": "receiver_off"})
    assert 200 == moved.status_code, moved.text
    assert dispatcher.get(other).json["case_id"] not in (None, case_id)
    left = dispatcher.get(f"/cases/{case_id}").json
    assert (1, [suggested.rpartition("/")[2]]) == (
        left["views"],
        [each["defect_id"] for each in left["seen"]],
    )
