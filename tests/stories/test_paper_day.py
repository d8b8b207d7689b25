"""One day on paper: refused biometrics, a dead phone, an illness; another member of staff decides, and all of it counts alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from backend.config import Settings
from shared.vocabulary import Role
from tests.conftest import Clock
from tests.factories import enrol
from tests.fakes import face_photo
from tests.phone import Phone
from tests.stories.day import Day, Minutes, a_page
from tests.stories.handset import Handset, Person, said

SIX_HOURS = Minutes(worked=360, credited=360, over_cap=0, unproven=0)
NOTHING = Minutes(0, 0, 0, 0)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """No spot check and no sample, so that phone and paper can be compared."""
    return replace(settings, spot_checks_per_shift=0.0, review_sample_share=0.0, access_token_minutes=100_000)


@dataclass
class Shift:
    """Four people on one task, each with another reason to be there or not."""

    handset: Handset
    vera: Person  # has refused biometrics
    timur: Person  # the phone dies in the middle of his shift
    marat: Person  # is checked in by phone, as usual
    saule: Person  # is ill


@pytest.fixture
def day(app: Flask, clock: Clock, district_id: UUID, staff: Callable[..., Phone]) -> Day:
    """Monday, nine in the morning."""
    return Day.begin(app, clock, district_id, staff)


def test_a_paper_day(day: Day) -> None:
    """Whatever the reason for paper, the minutes are the same; what is erased opens nowhere."""
    shift = a_shift_begins(day)
    who_refuses_biometrics_is_shown_the_paper_way(day, shift)
    sheets = the_supervisor_enters_what_was_signed(day, shift)
    approved, refused = another_officer_decides(day, shift, *sheets)
    appeal = the_refusal_is_appealed_and_upheld(day, shift, refused)
    paper_and_phone_count_alike(day, shift)
    an_illness_is_confirmed_by_its_document(day, shift)
    receipts_tell_how_it_was_decided(day, approved, refused, appeal)
    after_erasure_no_image_opens(day, shift, approved, refused)
    assert day.ledger_flaw() is None
    told = day.ledger_text()
    assert not any(
        word in told for word in ("Vera", "Timur", "Saule", "Температура", "illness", "неразборчива")
    )


def a_shift_begins(day: Day) -> Shift:
    """The phone works until noon: one arrival is proven by face, then it is dead."""
    shift = Shift(
        day.supervisor(),
        vera=day.registers("vera", biometric_basis="refused"),
        timur=day.registers("timur"),
        marat=day.registers("marat"),
        saule=day.registers("saule"),
    )
    for person in (shift.timur, shift.marat, shift.saule):
        day.enrols(person)
    people = (shift.vera, shift.timur, shift.marat, shift.saule)
    day.task(shift.handset, people, "09:30", "15:30")
    form = shift.handset.phone.get(f"/paper-sheets/form?task_id={shift.handset.task_id}&language=kk")
    assert (200, b"%PDF") == (form.status_code, form.data[:4])
    day.becomes("09:30")
    for person in (shift.timur, shift.marat):
        assert "accepted" == shift.handset.arrives(person)["outcome"]
    return shift


def who_refuses_biometrics_is_shown_the_paper_way(day: Day, shift: Shift) -> None:
    """No photo is taken, no challenge is given; the order waits for no face."""
    assert "enrolled" == day.order_of(shift.vera)["state"]
    photos = [face_photo("vera", shot) for shot in range(3)]
    ask = {"task_id": shift.handset.task_id, "person_ids": [shift.vera.id]}
    refusals = [
        enrol(shift.handset.phone, shift.vera.id, photos),
        shift.handset.phone.post("/check-in-challenges", json=ask),
    ]
    assert [(409, True)] * 2 == [
        (answer.status_code, "paper way" in answer.json["detail"])  # type: ignore[index]
        for answer in refusals
    ]


def the_supervisor_enters_what_was_signed(day: Day, shift: Shift) -> tuple[dict[str, Any], dict[str, Any]]:
    """Each sheet with its photo and the reason for paper; until somebody else has looked, it counts nothing."""
    day.becomes("15:30")
    assert "accepted" == shift.handset.leaves(shift.marat)["outcome"]
    day.becomes("16:00")
    phone, task_id = shift.handset.phone, shift.handset.task_id
    of_vera = day.enters_sheet(phone, shift.vera, task_id, "09:30", "15:30", "biometrics_refused")
    of_timur = day.enters_sheet(phone, shift.timur, task_id, "09:30", "15:30", "phone_failed")
    assert ("entered", "entered") == (of_vera["state"], of_timur["state"])
    assert 403 == day.rules_on(phone, f"paper-sheets/{of_vera['id']}", "approved", "Сам видел.").status_code
    assert [NOTHING, NOTHING] == [day.hours_of(person) for person in (shift.vera, shift.timur)]
    return of_vera, of_timur


def another_officer_decides(
    day: Day, shift: Shift, of_vera: dict[str, Any], of_timur: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The dispatcher looks at the photos: one is approved, one refused, each with words."""
    for sheet in (of_vera, of_timur):
        assert 200 == day.dispatcher.get(f"/paper-sheets/{sheet['id']}/photos/0").status_code
    rule = day.rules_on
    approved = said(rule(day.dispatcher, f"paper-sheets/{of_vera['id']}", "approved", "Подписи на месте."))
    refused = said(rule(day.dispatcher, f"paper-sheets/{of_timur['id']}", "refused", "Подпись неразборчива."))
    assert ("approved", "refused") == (approved["state"], refused["state"])
    assert (SIX_HOURS, NOTHING) == (day.hours_of(shift.vera), day.hours_of(shift.timur))
    return approved, refused


def the_refusal_is_appealed_and_upheld(day: Day, shift: Shift, refused: dict[str, Any]) -> dict[str, Any]:
    """Spoken, written down by the probation officer; never decided by whom it is about."""
    probation, second = day.officer(Role.PROBATION_OFFICER), day.officer()
    appeal = day.appeals(
        shift.timur,
        "paper_sheet",
        refused["id"],
        "Я отработал весь день, спросите бригаду.",
        writes=probation,
    )
    assert ("filed", False, "2026-12-23") == (appeal["state"], appeal["late"], appeal["appeal_until"])
    words = "Бригада подтвердила."
    for involved in (day.dispatcher, shift.handset.phone, probation):
        assert 403 == day.rules_on(involved, f"appeals/{appeal['id']}", "upheld", words).status_code
    upheld = said(day.rules_on(second, f"appeals/{appeal['id']}", "upheld", words))
    assert ("upheld", words) == (upheld["state"], upheld["ruling"])
    sheet = said(second.get(f"/paper-sheets/{refused['id']}"))
    assert ("approved", True) == (sheet["state"], sheet["decision"]["on_appeal"])
    return upheld


def paper_and_phone_count_alike(day: Day, shift: Shift) -> None:
    """Six hours by face, six on paper, six on appeal: not a minute of difference, and every order is being served."""
    people = (shift.marat, shift.vera, shift.timur)
    assert [SIX_HOURS] * 3 == [day.hours_of(person) for person in people]
    assert {("serving", 360)} == {
        (order["state"], order["credited_min"]) for order in map(day.order_of, people)
    }
    ends = [day.account_of(person)["days"][0]["stretches"][-1]["ended_by"] for person in people[:2]]
    assert ["departure", "sheet"] == ends


def an_illness_is_confirmed_by_its_document(day: Day, shift: Shift) -> None:
    """Not there is a fact with a reason; the document may come later; who entered it does not confirm it."""
    phone = shift.handset.phone
    absence = day.enters_absence(phone, shift.saule, "illness", "Температура 39.")
    assert ("entered", True, "2026-12-03") == (
        absence["state"],
        absence["document_missing"],
        absence["document_due_on"],
    )
    path = f"absences/{absence['id']}"
    brought = day.brings_documents(phone, absence["id"], a_page())
    assert (1, False) == (len(brought["documents"]), brought["document_missing"])
    assert 403 == day.rules_on(phone, path, "confirmed", "Справка есть.").status_code
    assert 200 == day.dispatcher.get(f"/{path}/documents/0").status_code
    assert "confirmed" == said(day.rules_on(day.dispatcher, path, "confirmed", "Справка есть."))["state"]
    [today] = day.account_of(shift.saule)["days"]
    assert (0, [("illness", "confirmed", False)]) == (
        today["worked_min"],
        [(each["reason"], each["state"], each["document_missing"]) for each in today["absences"]],
    )


def receipts_tell_how_it_was_decided(
    day: Day, approved: dict[str, Any], refused: dict[str, Any], appeal: dict[str, Any]
) -> None:
    """In plain words: no program looked, who decides, what stands now, and which way is still open."""
    of_vera, of_timur, of_appeal = (
        receipt(day, path)
        for path in (
            f"paper-sheets/{approved['id']}",
            f"paper-sheets/{refused['id']}",
            f"appeals/{appeal['id']}",
        )
    )
    assert "No computer program looked at your face." in of_vera
    assert "The person has refused biometrics, as is everybody's right" in of_vera
    assert "counts exactly like check-ins" in of_vera
    assert "How to appeal" in of_vera
    assert "This was the decision on an appeal." in of_timur
    assert "It was upheld: what you asked for stands now." in of_appeal
    assert "You keep the right to turn to a court." in of_appeal


def receipt(day: Day, path: str) -> str:
    """A receipt's words in one line."""
    answer = day.dispatcher.get(f"/{path}/receipt?format=text&language=en")
    assert 200 == answer.status_code, answer.text
    return " ".join(answer.text.split())


def after_erasure_no_image_opens(
    day: Day, shift: Shift, approved: dict[str, Any], refused: dict[str, Any]
) -> None:
    """Frames, enrolment photos and sheets of one person are gone for everybody; the others' stay, and so do the hours."""
    timur = shift.timur
    [record] = said(day.admin.get(f"/check-ins?person_id={timur.id}"))["items"]
    [enrolment] = said(day.admin.get(f"/people/{timur.id}/face-templates"))["items"]
    images = [
        f"/check-ins/{record['id']}/frames/0",
        f"/people/{timur.id}/face-templates/{enrolment['id']}/photos/0",
        f"/paper-sheets/{refused['id']}/photos/0",
    ]
    assert [200] * 3 == [day.admin.get(path).status_code for path in images]
    assert 403 == day.dispatcher.delete(f"/people/{timur.id}").status_code
    assert 204 == day.admin.delete(f"/people/{timur.id}").status_code
    answers = [day.admin.get(path) for path in images]
    assert [] == [answer.text for answer in answers if answer.status_code not in (404, 409)]
    sheet = said(day.admin.get(f"/paper-sheets/{refused['id']}"))
    assert (None, None) == (sheet["note"], sheet["decision"]["words"])
    assert "Timur" not in day.admin.get(f"/people/{timur.id}").text
    assert 200 == day.admin.get(f"/paper-sheets/{approved['id']}/photos/0").status_code
    assert 360 == day.order_of(timur)["credited_min"]
