"""Absences: a reason, its documents, and another's decision; health words and papers are sealed, and nobody is judged."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from backend.attendance.paper.models import AbsenceDecision
from backend.attendance.paper.service import Reason, reasons_between
from backend.database import transaction
from backend.ledger.models import AccessEntry
from shared.vocabulary import AbsenceReason, AbsenceState, Role
from tests.architecture.test_messages import catalogue, messages
from tests.backend.attendance.paper.conftest import PDF, Desk, add_documents, decide, put_absence
from tests.backend.test_concurrency import at_once
from tests.bad_input import jpeg_photo
from tests.conftest import PASSWORD
from tests.phone import Phone

Staff = Callable[..., Phone]
JUDGING = ("evasion", "evade", "shirk", "truan", "уклон", "прогул", "жалтар", "қашқақта")


def reasons(app: Flask, desk: Desk, from_day: date, until_day: date) -> list[Reason]:
    """Why the person was not there."""
    with app.app_context(), transaction(read_only=True):
        return reasons_between(UUID(desk.person_id), from_day, until_day)


def test_an_absence_is_confirmed_by_another_than_who_entered_it(app: Flask, desk: Desk) -> None:
    """Reason, words and decision are read back; a second decision is a conflict."""
    absence_id = desk.absent(by=desk.dispatcher)
    assert 403 == decide(desk.dispatcher, f"absences/{absence_id}", "confirmed").status_code
    assert 403 == decide(desk.supervisor, f"absences/{absence_id}", "confirmed").status_code
    answer = decide(desk.second, f"absences/{absence_id}", "confirmed", "справка настоящая").json
    assert ("confirmed", "справка настоящая", "Ахметов лежал с температурой") == (
        answer["state"],
        answer["decision"]["words"],
        answer["words"],
    )
    assert 409 == decide(desk.second, f"absences/{absence_id}", "not_confirmed").status_code
    expected = Reason(
        absence_id=UUID(absence_id),
        from_day=date(2026, 11, 20),
        until_day=date(2026, 11, 22),
        reason=AbsenceReason.ILLNESS,
        state=AbsenceState.CONFIRMED,
        document_missing=False,
    )
    spans = ((19, 19), (19, 20), (21, 21), (22, 30), (23, 30))
    found = [reasons(app, desk, date(2026, 11, first), date(2026, 11, last)) for first, last in spans]
    assert [[], [expected], [expected], [expected], []] == found


def test_whoever_brought_a_document_does_not_decide_on_it(desk: Desk) -> None:
    """Nobody vouches for a paper of one's own."""
    absence_id = desk.absent(documents=())
    assert 200 == add_documents(desk.dispatcher, absence_id, [PDF]).status_code
    assert 403 == decide(desk.dispatcher, f"absences/{absence_id}", "confirmed").status_code
    assert 200 == decide(desk.second, f"absences/{absence_id}", "confirmed").status_code


@pytest.mark.parametrize("reason", list(AbsenceReason))
def test_only_illness_and_court_ask_for_a_document(desk: Desk, reason: AbsenceReason) -> None:
    """Without one it is entered all the same, and the deadline is named."""
    answer = put_absence(desk.supervisor, desk.absence(reason=reason.value)).json
    asks = reason in (AbsenceReason.ILLNESS, AbsenceReason.COURT)
    assert (asks, "2026-12-03" if asks else None, False) == (
        answer["document_missing"],
        answer["document_due_on"],
        answer["document_overdue"],
    )


def test_a_document_may_be_brought_later_and_being_late_is_only_shown(desk: Desk) -> None:
    """Ten days after the entry; afterwards it is still taken, and no deadline is left."""
    absence_id = desk.absent(documents=())
    desk.later(days=10)
    assert not desk.dispatcher.get(f"/absences/{absence_id}").json["document_overdue"]
    desk.later(days=1)
    answer = desk.dispatcher.get(f"/absences/{absence_id}").json
    assert (True, True, "entered") == (
        answer["document_missing"],
        answer["document_overdue"],
        answer["state"],
    )
    answer = add_documents(desk.supervisor, absence_id, [PDF, jpeg_photo()]).json
    assert (False, None, False, [True, False]) == (
        answer["document_missing"],
        answer["document_due_on"],
        answer["document_overdue"],
        [document["is_pdf"] for document in answer["documents"]],
    )


def test_documents_sent_again_stay_as_they_are(desk: Desk) -> None:
    """The answer may have been lost, even until the decision; new ones come too late then, and ten are enough."""
    absence_id = desk.absent(documents=())
    first = add_documents(desk.supervisor, absence_id, [PDF]).json
    again = add_documents(desk.dispatcher, absence_id, [PDF]).json
    assert first == again
    for count in range(1, 10):
        assert 200 == add_documents(desk.supervisor, absence_id, [PDF + b"%" * count]).status_code
    full = add_documents(desk.supervisor, absence_id, [PDF + b"one more"])
    assert (422, ["document"]) == (full.status_code, list(full.json["errors"]))
    assert 200 == decide(desk.second, f"absences/{absence_id}", "confirmed").status_code
    assert 200 == add_documents(desk.supervisor, absence_id, [PDF]).status_code
    assert 409 == add_documents(desk.supervisor, absence_id, [PDF + b"late"]).status_code


def test_a_pdf_is_handed_out_as_it_came_and_only_to_be_saved(desk: Desk, staff: Staff) -> None:
    """Pictures are shown as re-encoded views instead."""
    absence_id = desk.absent(documents=[PDF, jpeg_photo(orientation=6)])
    officer = staff(Role.PROBATION_OFFICER)
    pdf = officer.get(f"/absences/{absence_id}/documents/0")
    assert (PDF, "application/pdf", "nosniff", "no-store") == (
        pdf.data,
        pdf.content_type,
        pdf.headers["X-Content-Type-Options"],
        pdf.headers["Cache-Control"],
    )
    assert pdf.headers["Content-Disposition"].startswith("attachment;")
    view = officer.get(f"/absences/{absence_id}/documents/1")
    assert (200, "image/jpeg") == (view.status_code, view.content_type)
    with Image.open(io.BytesIO(view.data)) as shown:
        assert (96, 160) == shown.size
    assert 404 == officer.get(f"/absences/{absence_id}/documents/2").status_code


def test_the_same_absence_again_gets_the_same_answer_and_other_content_a_conflict(desk: Desk) -> None:
    """Documents that came later make no difference to what was entered."""
    absence_id = str(uuid4())
    first = put_absence(desk.supervisor, desk.absence(), [PDF], absence_id=absence_id)
    assert first.text == put_absence(desk.supervisor, desk.absence(), [PDF], absence_id=absence_id).text
    others = [
        put_absence(desk.supervisor, desk.absence(reason="court"), [PDF], absence_id=absence_id),
        put_absence(desk.supervisor, desk.absence(), [], absence_id=absence_id),
        put_absence(desk.dispatcher, desk.absence(), [PDF], absence_id=absence_id),
    ]
    assert [409] * 3 == [answer.status_code for answer in others]
    add_documents(desk.supervisor, absence_id, [jpeg_photo()])
    again = put_absence(desk.supervisor, desk.absence(), [PDF], absence_id=absence_id)
    assert (200, 2) == (again.status_code, len(again.json["documents"]))  # type: ignore[index]


def test_two_who_decide_at_once_make_one_decision(app: Flask, desk: Desk) -> None:
    """One gets the absence, the other a conflict."""
    absence_id = desk.absent()
    phones = [Phone(app.test_client()), Phone(app.test_client())]
    for phone, twin in zip(phones, (desk.dispatcher, desk.second), strict=True):
        phone.sign_in(twin.tokens["user"]["login"], PASSWORD)
    outcomes = ("confirmed", "not_confirmed")
    answers = at_once(
        2, lambda each: decide(phones[each], f"absences/{absence_id}", outcomes[each]).status_code
    )
    assert [200, 409] == sorted(answers)
    with app.app_context(), transaction(read_only=True) as session:
        decisions = list(session.scalars(sa.select(AbsenceDecision)))
    assert [outcomes[answers.index(200)]] == [decision.outcome for decision in decisions]


def test_the_same_document_brought_twice_at_once_is_one(app: Flask, desk: Desk) -> None:
    """The absence is locked while its documents are counted."""
    absence_id, phones = desk.absent(documents=()), [Phone(app.test_client()) for _each in range(3)]
    for phone in phones:
        phone.sign_in(desk.supervisor.tokens["user"]["login"], PASSWORD)
    answers = at_once(3, lambda each: add_documents(phones[each], absence_id, [PDF]))
    assert [200] * 3 == [answer.status_code for answer in answers]
    assert 1 == len(desk.dispatcher.get(f"/absences/{absence_id}").json["documents"])


def test_lists_are_filtered(desk: Desk) -> None:
    """By state and person."""
    first, second = desk.absent(), desk.absent(reason="family", documents=())
    decide(desk.dispatcher, f"absences/{first}", "not_confirmed")

    def ids(query: str) -> set[str]:
        return {item["id"] for item in desk.dispatcher.get(f"/absences?{query}").json["items"]}  # type: ignore[index]

    assert {first, second} == ids("") == ids(f"person_id={desk.person_id}")
    assert {first} == ids("state=not_confirmed")
    assert set() == ids(f"person_id={uuid4()}")


def test_an_absence_of_another_district_is_not_there(
    desk: Desk, staff: Staff, other_district_id: UUID
) -> None:
    """Neither to enter, nor to read, nor to add to, nor to decide."""
    stranger = staff(Role.DISPATCHER, districts=[other_district_id])
    absence_id = desk.absent()
    path = f"/absences/{absence_id}"
    assert [404] * 4 == [
        stranger.get(path).status_code,
        stranger.get(f"{path}/documents/0").status_code,
        add_documents(stranger, absence_id, [PDF]).status_code,
        decide(stranger, path[1:], "confirmed").status_code,
    ]
    assert [] == stranger.get("/absences").json["items"]  # type: ignore[index]
    answer = put_absence(stranger, desk.absence())
    assert (422, ["absence.person_id"]) == (answer.status_code, list(answer.json["errors"]))


def test_erasing_a_person_erases_words_and_documents_and_keeps_the_decision(
    app: Flask, desk: Desk, staff: Staff
) -> None:
    """What is accountable stays: who entered, who decided, when and how."""
    decided, entered = desk.absent(), desk.absent()
    decide(desk.dispatcher, f"absences/{decided}", "confirmed")
    assert 204 == staff(Role.ADMINISTRATOR).delete(f"/people/{desk.person_id}").status_code
    answer = desk.dispatcher.get(f"/absences/{decided}").json
    assert ("confirmed", None, None) == (answer["state"], answer["words"], answer["decision"]["words"])
    assert 404 == desk.dispatcher.get(f"/absences/{decided}/documents/0").status_code
    assert 409 == decide(desk.dispatcher, f"absences/{entered}", "confirmed").status_code
    assert 409 == add_documents(desk.dispatcher, entered, [PDF]).status_code
    assert 409 == put_absence(desk.supervisor, desk.absence(), absence_id=entered).status_code


def test_every_read_is_logged(app: Flask, desk: Desk) -> None:
    """Lists, single absences and documents."""
    absence_id = desk.absent()
    desk.dispatcher.get("/absences")
    desk.dispatcher.get(f"/absences/{absence_id}")
    desk.dispatcher.get(f"/absences/{absence_id}/documents/0")
    with app.app_context(), transaction(read_only=True) as session:
        query = sa.select(AccessEntry.action).where(AccessEntry.subject == f"absence:{absence_id}")
        seen = Counter(session.scalars(query))
    assert {"absences.list": 1, "absences.read": 1, "absences.document": 1} == seen


def test_the_ledger_does_not_know_why_somebody_was_away(desk: Desk, staff: Staff) -> None:
    """It forgets nothing, so it never hears of an illness: neither reason, days, words nor documents."""
    absence_id = desk.absent()
    decide(desk.dispatcher, f"absences/{absence_id}", "confirmed", "Ахметов болел")
    events = staff(Role.ADMINISTRATOR).get("/events?limit=200").json["items"]  # type: ignore[index]
    mine = [event for event in events if event["subject"] == f"absence:{absence_id}"]
    told = json.dumps(mine, ensure_ascii=False)
    assert ["absence.decided", "absence.entered"] == sorted(event["kind"] for event in mine)
    secrets = ["Ахметов", "illness", "2026-11-20", hashlib.sha256(jpeg_photo()).hexdigest()]
    assert [] == [secret for secret in secrets if secret in told]


def test_no_absence_is_called_evasion_in_any_language(desk: Desk) -> None:
    """The app states facts; a judgement is for the probation service and the court."""
    absence_id = desk.absent(reason="not_explained", documents=(), words="")
    told = []
    for language in ("ru", "kk", "en"):
        desk.dispatcher.headers["Accept-Language"] = language
        told.append(desk.dispatcher.get(f"/absences/{absence_id}").text)
    sources = [
        source
        for source, places in messages().items()
        if any("attendance/paper/" in place for place in places)
    ]
    assert len(sources) > 20
    told += sources + [catalogue(language).get(source, "") for language in ("ru", "kk") for source in sources]
    assert [] == [text for text in told for word in JUDGING if word in text.lower()]
