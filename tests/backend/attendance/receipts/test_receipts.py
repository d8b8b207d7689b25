"""Receipts: what a program measured and people decided, in plain words of three languages, with the way to appeal."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.config import Settings
from backend.console.kinds import VALUES
from backend.database import transaction
from backend.ledger.models import AccessEntry
from shared.vocabulary import FindingCode, Role
from tests.backend.attendance.conftest import Morning
from tests.backend.attendance.paper.conftest import Desk, decide, desk
from tests.backend.attendance.reviews.conftest import Court, court
from tests.backend.web.test_pdf import text_of
from tests.factories import OUTSIDE
from tests.phone import Phone

__all__ = ["court", "desk"]


def text(reader: Phone, check_in_id: str, **query: str) -> str:
    """The receipt as text, its lines joined again, as somebody hears it."""
    return " ".join(raw(reader, check_in_id, **query).split())


def raw(reader: Phone, check_in_id: str, language: str = "en", wanted: str = "text") -> str:
    """The receipt as text, as it is sent."""
    answer = reader.get(f"/check-ins/{check_in_id}/receipt?format={wanted}&language={language}")
    assert answer.status_code == 200, answer.text
    return answer.text


def sent(morning: Morning, **changes: object) -> str:
    """A check-in that was sent; returns the id."""
    draft = morning.draft(**changes)  # type: ignore[arg-type]
    assert draft.send(morning.supervisor).status_code == 200
    return draft.id


def test_the_receipt_says_who_when_where_and_what(morning: Morning) -> None:
    """In words that somebody without a phone or a lawyer understands."""
    said = text(morning.supervisor, sent(morning))
    assert "Who: Ахметов С." in said
    assert "Kind of check-in: Arrival at the place of work" in said
    assert "When: 23 November 2026, 09:00:00. This is the server's time (time zone Asia/Almaty)" in said
    assert "Where: «Уборка парка». The place is right:" in said
    assert "Accepted: the check-in counts as proof of presence." in said


def test_the_receipt_says_that_a_program_took_part_and_what_it_measured(morning: Morning) -> None:
    """Every finding in words, and once more with every digit that was kept; the versions of everything used."""
    check_in_id = sent(morning)
    said = text(morning.supervisor, check_in_id)
    data = morning.supervisor.get(f"/check-ins/{check_in_id}/receipt?language=en").json
    assert data is not None
    assert "A computer program took part" in said
    assert "№ 230-VIII" in said
    assert len(data["measures"]) > 10
    for measure in data["measures"]:
        assert measure["text"] in said
        assert f"{VALUES[FindingCode(measure['code'])]}: in order" in said.replace("\n  ", " ")
        if measure["value"] is not None:
            assert f"measured {measure['value']:.10g}" in said
    record = morning.dispatcher.get(f"/check-ins/{check_in_id}").json
    assert record is not None
    assert f"version {record['model_version']}" in said
    assert f"version {record['threshold_version']}" in said
    assert record["answer"]["ledger_hash"] in said
    assert f"№ {record['answer']['ledger_id']}" in said


def test_the_receipt_says_how_to_appeal_and_that_no_sanction_follows(
    morning: Morning, settings: Settings
) -> None:
    """To whom, in what form, until when, and who decides."""
    said = text(morning.supervisor, sent(morning, at=OUTSIDE))
    assert "Refused: this check-in does not count" in said
    assert "It does not prove that you were absent" in said
    assert "spoken, written or electronic form" in said
    assert f"in time until 23 December 2026, that is {settings.appeal_days} days after the decision" in said
    assert f"within {settings.appeal_decide_days} days and with reasons" in said
    assert "No sanction follows from this receipt." in said
    assert "You may refuse biometrics at any time" in said
    assert "m outside the geofence" in said


def test_a_doubt_is_not_decided_yet(morning: Morning) -> None:
    """Nothing can be appealed against before somebody has decided, and nothing is held against anybody."""
    said = text(morning.supervisor, sent(morning, changes={"challenge": None}))
    assert "Not decided yet: the program was in doubt" in said
    assert "What is in doubt:" in said
    assert "There is nothing to appeal against yet." in said
    assert "No person has decided on this check-in yet." in said


def test_a_decision_is_told_with_reason_and_role_but_without_a_name(court: Court) -> None:
    """The officer's own words are the person's to read."""
    assert court.decide(
        court.officer, "refused", reason="other", words="Лица не видно из-за шарфа."
    ).status_code in (
        200,
        201,
    )
    said = text(court.morning.supervisor, court.check_in_id)
    assert "A person of the staff looked at it and refused it." in said
    assert "Decided by a dispatcher who had not captured the check-in." in said
    assert "ask for the receipt" not in said
    assert "In the officer's words: «Лица не видно из-за шарфа.»" in said
    assert court.officer.tokens["user"]["login"] not in said.lower()
    assert "Refused: this check-in does not count" in said


def test_an_open_appeal_is_told_with_its_day(court: Court) -> None:
    """What stood stands until another officer has decided."""
    court.decide(court.officer, "refused")
    court.appeal(court.second)
    said = text(court.officer, court.check_in_id)
    assert "An appeal against it is being dealt with." in said
    assert "on 8 December 2026 at the latest" in said


def test_an_upheld_appeal_is_told(court: Court) -> None:
    """Both decisions stand in the receipt, the last one counts."""
    court.decide(court.officer, "refused")
    appeal_id = court.appeal(court.officer)
    assert court.rule(court.second, appeal_id).status_code in (200, 201)
    said = text(court.officer, court.check_in_id)
    assert "This was the decision on an appeal." in said
    assert "Accepted: the check-in counts as proof of presence." in said


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_text_has_72_columns_and_no_placeholder(morning: Morning, language: str) -> None:
    """It is read aloud, so it has neither rules nor tables."""
    lines = raw(morning.supervisor, sent(morning), language).split("\n")
    assert max(map(len, lines)) <= 72
    assert [] == [line for line in lines if "{" in line or "}" in line or "---" in line]


def test_language_is_the_person_s_unless_asked_for(morning: Morning) -> None:
    """Whoever prints it, it is the person who reads it."""
    check_in_id = sent(morning)
    own = morning.supervisor.get(f"/check-ins/{check_in_id}/receipt").json
    asked = morning.supervisor.get(f"/check-ins/{check_in_id}/receipt?language=ru").json
    assert own is not None
    assert asked is not None
    assert ("kk", "ru") == (own["language"], asked["language"])


def test_page_says_the_same_as_the_text(morning: Morning) -> None:
    """A4 with text that can be copied, equal bytes each time."""
    check_in_id = sent(morning)
    path = f"/check-ins/{check_in_id}/receipt?format=pdf&language=kk"
    first, second = morning.supervisor.get(path), morning.supervisor.get(path)
    assert "application/pdf" == first.content_type
    assert first.data == second.data
    said = "".join(text_of(first.data).split())
    data = morning.supervisor.get(f"/check-ins/{check_in_id}/receipt?language=kk").json
    assert data is not None
    for section in data["sections"]:
        assert "".join(section["heading"].split()) in said
        for part in section["parts"]:
            assert "".join(part["text"].split())[:30] in said


def test_receipt_names_no_iin_and_no_whole_name(morning: Morning) -> None:
    """Initials are enough to know one's own receipt."""
    person = morning.dispatcher.get(f"/people/{morning.person_id}").json
    assert person is not None
    said = text(morning.dispatcher, sent(morning))
    assert person["given_name"] not in said
    assert person["iin_masked"][-4:] not in said.split("Number")[0]


def test_each_read_is_logged(app: Flask, morning: Morning) -> None:
    """Under its own name, with the reader's."""
    check_in_id = sent(morning)
    raw(morning.dispatcher, check_in_id)
    with app.app_context(), transaction(read_only=True) as session:
        readers = session.scalars(
            sa.select(AccessEntry.actor).where(
                AccessEntry.action == "receipts.read", AccessEntry.subject == f"check_in:{check_in_id}"
            )
        ).all()
    assert [f"user:{morning.dispatcher.tokens['user']['id']}"] == list(readers)


def test_supervisors_read_only_receipts_of_their_own(morning: Morning, staff: Callable[..., Phone]) -> None:
    """A colleague of the same district finds nothing; neither does anybody for what does not exist."""
    colleague = staff(Role.SUPERVISOR)
    check_in_id = sent(morning)
    assert 404 == colleague.get(f"/check-ins/{check_in_id}/receipt").status_code
    assert 404 == morning.dispatcher.get(f"/check-ins/{uuid4()}/receipt").status_code


def test_erased_person_has_a_receipt_without_a_name(morning: Morning, staff: Callable[..., Phone]) -> None:
    """What was accountable stays explainable."""
    admin = staff(Role.ADMINISTRATOR, districts=[])
    check_in_id = sent(morning)
    assert 204 == admin.delete(f"/people/{morning.person_id}").status_code
    said = text(morning.dispatcher, check_in_id)
    assert "Who: not shown: the personal data was erased" in said
    assert "Ахметов" not in said


def test_unknown_format_is_refused(morning: Morning) -> None:
    """The answer names what there is."""
    answer = morning.dispatcher.get(f"/check-ins/{sent(morning)}/receipt?format=docx")
    assert 422 == answer.status_code


def test_purged_pictures_are_told(morning: Morning, settings: Settings) -> None:
    """Before: until when they are kept."""
    said = text(morning.dispatcher, sent(morning))
    assert f"({settings.photo_retention_days} days)" in said


def test_a_sheet_s_receipt_names_no_program_and_says_what_counts(desk: Desk) -> None:
    """Before and after another person has decided, in words that judge nobody."""
    sheet_id = desk.entered()
    path = f"/paper-sheets/{sheet_id}/receipt?format=text&language=en"
    before = " ".join(desk.supervisor.get(path).text.split())
    assert "No computer program looked at your face." in before
    assert "Came at: 23 November 2026, 04:00:00" in before
    assert "Not decided yet: another person of the staff" in before
    assert "There is nothing to appeal against yet." in before
    assert decide(desk.dispatcher, f"paper-sheets/{sheet_id}", "approved").status_code == 200
    after = " ".join(desk.supervisor.get(path).text.split())
    assert "Approved: the time on this sheet counts exactly like check-ins." in after
    assert "In the officer's words: «подпись и время сверены»" in after
    assert "in time until 23 December 2026" in after


def test_supervisors_read_receipts_only_of_sheets_that_they_entered(
    desk: Desk, staff: Callable[..., Phone]
) -> None:
    """A colleague may read the sheet but not its receipt, as with check-ins."""
    path = f"/paper-sheets/{desk.entered()}/receipt"
    assert 200 == desk.dispatcher.get(path).status_code
    assert 404 == staff(Role.SUPERVISOR).get(path).status_code


def test_an_appeal_s_receipt_proves_it_and_tells_its_end(court: Court, staff: Callable[..., Phone]) -> None:
    """In all forms; whoever wrote it down hands it over."""
    court.decide(court.officer, "refused")
    supervisor = court.morning.supervisor
    appeal_id = court.appeal(supervisor)
    path = f"/appeals/{appeal_id}/receipt?language=en&format="
    before = " ".join(supervisor.get(path + "text").text.split())
    assert "Against: a check-in" in before
    assert f"Its number: {court.check_in_id}" in before
    assert "Form: spoken" in before
    assert "must be decided on 8 December 2026 at the latest" in before
    assert "As written down: «Я был на месте, спросите бригадира.»" in before
    assert 200 == supervisor.get(path + "pdf").status_code
    assert 404 == staff(Role.SUPERVISOR).get(path + "text").status_code
    assert court.rule(court.second, appeal_id).status_code == 200
    after = supervisor.get(path + "json").json
    assert after is not None
    said = str(after["sections"])
    assert "It was upheld: what you asked for stands now." in said
    assert "Бригадир подтвердил." in said
