"""Paper sheets: entered by one, approved by another, counted like check-ins; races, erasure and other districts."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from backend.attendance.paper.models import PaperSheet, SheetDecision
from backend.attendance.paper.service import Stretch, approved_stretches
from backend.database import db, transaction
from backend.ledger.models import AccessEntry, LedgerEntry
from shared.vocabulary import Role
from tests.backend.attendance.paper.conftest import Desk, decide, put_sheet
from tests.backend.test_concurrency import at_once
from tests.bad_input import damaged_png, jpeg_photo
from tests.conftest import PASSWORD, make_user
from tests.phone import Phone

Staff = Callable[..., Phone]


def stretches(app: Flask, desk: Desk, since_h: float = -24, until_h: float = 24) -> list[Stretch]:
    """What approved sheets prove of the person around the task."""
    with app.app_context(), transaction(read_only=True):
        return approved_stretches(
            UUID(desk.person_id),
            desk.starts_at + timedelta(hours=since_h),
            desk.starts_at + timedelta(hours=until_h),
        )


def kinds(app: Flask, subject: str) -> list[str]:
    """What the ledger says happened to a thing, in order."""
    with app.app_context(), transaction(read_only=True) as session:
        query = sa.select(LedgerEntry.kind).where(LedgerEntry.subject == subject).order_by(LedgerEntry.id)
        return list(session.scalars(query))


def test_an_approved_sheet_counts_and_an_entered_or_refused_one_does_not(app: Flask, desk: Desk) -> None:
    """Until a second member of staff has looked, paper proves nothing."""
    sheet_id, other_id = desk.entered(), desk.entered(**desk.hours(4, 5))
    assert [] == stretches(app, desk)
    assert 200 == decide(desk.dispatcher, f"paper-sheets/{other_id}", "refused").status_code
    assert [] == stretches(app, desk)
    answer = decide(desk.dispatcher, f"paper-sheets/{sheet_id}", "approved", "  сверено ").json
    assert ("approved", "approved", "сверено", False) == (
        answer["state"],
        answer["decision"]["outcome"],
        answer["decision"]["words"],
        answer["decision"]["on_appeal"],
    )
    expected = Stretch(
        came_at=desk.starts_at,
        left_at=desk.starts_at + timedelta(hours=4),
        sheet_id=UUID(sheet_id),
        task_id=UUID(desk.task_id),
    )
    assert [expected] == stretches(app, desk)
    assert [[], [expected], []] == [stretches(app, desk, *span) for span in ((-1, 0), (3.9, 4), (4, 5))]
    assert ["paper_sheet.entered", "paper_sheet.decided"] == kinds(app, f"paper_sheet:{sheet_id}")


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.ADMINISTRATOR])
def test_who_entered_a_sheet_never_decides_on_it(app: Flask, desk: Desk, staff: Staff, role: Role) -> None:
    """Whatever the role; the answer says whom to ask."""
    phone = staff(role)
    sheet_id = desk.entered(by=phone)
    answer = decide(phone, f"paper-sheets/{sheet_id}", "approved")
    assert (403, True) == (answer.status_code, "another member of staff" in answer.json["detail"])
    assert 200 == decide(desk.second, f"paper-sheets/{sheet_id}", "approved").status_code


def test_supervisors_and_probation_officers_decide_nothing(desk: Desk, staff: Staff) -> None:
    """They enter, or read."""
    sheet_id = desk.entered(by=desk.dispatcher)
    for phone in (desk.supervisor, staff(Role.PROBATION_OFFICER)):
        assert 200 == phone.get(f"/paper-sheets/{sheet_id}").status_code
        assert 403 == decide(phone, f"paper-sheets/{sheet_id}", "approved").status_code
    assert 403 == put_sheet(staff(Role.PROBATION_OFFICER), desk.sheet()).status_code


def test_a_sheet_is_decided_once(app: Flask, desk: Desk) -> None:
    """Neither the same nor another decision comes on top, by nobody."""
    sheet_id = desk.entered()
    assert 200 == decide(desk.dispatcher, f"paper-sheets/{sheet_id}", "refused").status_code
    for phone, outcome in ((desk.dispatcher, "refused"), (desk.second, "approved")):
        answer = decide(phone, f"paper-sheets/{sheet_id}", outcome)
        assert (409, True) == (answer.status_code, "appeal" in answer.json["detail"])
    assert [] == stretches(app, desk)


def test_two_who_decide_at_once_make_one_decision(app: Flask, desk: Desk) -> None:
    """One gets the sheet, the other a conflict."""
    sheet_id = desk.entered()
    phones = [Phone(app.test_client()), Phone(app.test_client())]
    for phone, twin in zip(phones, (desk.dispatcher, desk.second), strict=True):
        phone.sign_in(twin.tokens["user"]["login"], PASSWORD)
    outcomes = ("approved", "refused")
    answers = at_once(
        2, lambda each: decide(phones[each], f"paper-sheets/{sheet_id}", outcomes[each]).status_code
    )
    assert [200, 409] == sorted(answers)
    with app.app_context(), transaction(read_only=True) as session:
        decisions = list(session.scalars(sa.select(SheetDecision)))
        assert [outcomes[answers.index(200)]] == [decision.outcome for decision in decisions]
        assert outcomes[answers.index(200)] == session.get_one(PaperSheet, UUID(sheet_id)).state


def test_approved_sheets_of_a_person_never_overlap(app: Flask, desk: Desk) -> None:
    """The conflict names the other sheet; touching is fine."""
    first, inside, after = (desk.entered(**desk.hours(*span)) for span in ((0, 2), (1, 3), (2, 4)))
    assert 200 == decide(desk.dispatcher, f"paper-sheets/{first}", "approved").status_code
    answer = decide(desk.dispatcher, f"paper-sheets/{inside}", "approved")
    assert (409, "urn:qala:problem:sheets-overlap", True) == (
        answer.status_code,
        answer.json["type"],
        first in answer.json["detail"],
    )
    assert 200 == decide(desk.dispatcher, f"paper-sheets/{after}", "approved").status_code
    assert 200 == decide(desk.dispatcher, f"paper-sheets/{inside}", "refused").status_code
    assert [first, after] == [str(stretch.sheet_id) for stretch in stretches(app, desk)]


def test_two_overlapping_sheets_approved_at_once_leave_one(app: Flask, desk: Desk) -> None:
    """The person's sheets are locked together."""
    sheets = [desk.entered(**desk.hours(0, 3)), desk.entered(**desk.hours(2, 4))]
    phones = [Phone(app.test_client()) for _sheet in sheets]
    for phone, twin in zip(phones, (desk.dispatcher, desk.second), strict=True):
        phone.sign_in(twin.tokens["user"]["login"], PASSWORD)
    answers = at_once(
        2, lambda each: decide(phones[each], f"paper-sheets/{sheets[each]}", "approved").status_code
    )
    assert [200, 409] == sorted(answers)
    assert 1 == len(stretches(app, desk))


def test_the_same_sheet_again_gets_the_same_answer_and_other_content_a_conflict(desk: Desk) -> None:
    """The phone may have lost the answer; what was entered first stands, for weeks."""
    sheet_id, photos = str(uuid4()), [jpeg_photo(), jpeg_photo((1, 2, 3))]
    first = put_sheet(desk.supervisor, desk.sheet(), photos, sheet_id=sheet_id)
    assert first.text == put_sheet(desk.supervisor, desk.sheet(), photos, sheet_id=sheet_id).text
    others = [
        put_sheet(desk.supervisor, desk.sheet(note="anders"), photos, sheet_id=sheet_id),
        put_sheet(desk.supervisor, desk.sheet(), photos[:1], sheet_id=sheet_id),
        put_sheet(desk.supervisor, desk.sheet(), photos[::-1], sheet_id=sheet_id),
        put_sheet(desk.dispatcher, desk.sheet(), photos, sheet_id=sheet_id),
    ]
    assert [409] * 4 == [answer.status_code for answer in others]
    assert sheet_id in others[0].json["detail"]  # type: ignore[index]
    desk.later(days=60)
    assert first.text == put_sheet(desk.supervisor, desk.sheet(), photos, sheet_id=sheet_id).text


def test_the_same_sheet_sent_twice_at_once_is_one(app: Flask, desk: Desk) -> None:
    """Two equal answers, one row, one entry of the ledger."""
    sheet_id, phones = str(uuid4()), [Phone(app.test_client()) for _each in range(4)]
    for phone in phones:
        phone.sign_in(desk.supervisor.tokens["user"]["login"], PASSWORD)
    answers = at_once(4, lambda each: put_sheet(phones[each], desk.sheet(), sheet_id=sheet_id))
    assert {(200, answers[0].text)} == {(answer.status_code, answer.text) for answer in answers}
    assert ["paper_sheet.entered"] == kinds(app, f"paper_sheet:{sheet_id}")


def test_photos_are_kept_byte_for_byte_and_seen_as_views(app: Flask, desk: Desk, staff: Staff) -> None:
    """Upright, without metadata; the stored bytes are sealed; one that is damaged inside says so."""
    photos = [jpeg_photo(orientation=6), damaged_png("sheet", 1)]
    answer = put_sheet(desk.supervisor, desk.sheet(), photos).json
    assert [hashlib.sha256(photo).hexdigest() for photo in photos] == answer["photos"]
    officer = staff(Role.PROBATION_OFFICER)
    view = officer.get(f"/paper-sheets/{answer['id']}/photos/0")
    assert (200, "image/jpeg", "no-store") == (
        view.status_code,
        view.content_type,
        view.headers["Cache-Control"],
    )
    with Image.open(io.BytesIO(view.data)) as shown:
        assert ((96, 160), {}) == (shown.size, dict(shown.getexif()))
    assert 409 == officer.get(f"/paper-sheets/{answer['id']}/photos/1").status_code
    for index in ("2", "-1", "x", "9" * 30):
        assert 404 == officer.get(f"/paper-sheets/{answer['id']}/photos/{index}").status_code
    folder = app.config["QALA"].instance_dir / "blobs"
    stored = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert 2 == len(stored)
    assert not any(photo in data for photo in photos for data in stored)


def test_every_read_is_logged(app: Flask, desk: Desk) -> None:
    """Lists, single sheets and photos; entering tells nothing new."""
    sheet_id = desk.entered()
    desk.dispatcher.get("/paper-sheets")
    desk.dispatcher.get(f"/paper-sheets/{sheet_id}")
    desk.dispatcher.get(f"/paper-sheets/{sheet_id}/photos/0")
    with app.app_context(), transaction(read_only=True) as session:
        query = sa.select(AccessEntry.action).where(AccessEntry.subject == f"paper_sheet:{sheet_id}")
        seen = Counter(session.scalars(query))
    assert {"paper_sheets.list": 1, "paper_sheets.read": 1, "paper_sheets.photo": 1} == seen


def test_times_outside_the_task_s_window_are_noted_for_the_approver(desk: Desk) -> None:
    """The slack of an hour is fine; more is entered all the same, and named."""
    spans = {(-1, 5): False, (-1.1, 4): True, (0, 5.01): True}
    answers = [put_sheet(desk.dispatcher, desk.sheet(**desk.hours(*span))).json for span in spans]
    assert list(spans.values()) == [answer["outside_window"] for answer in answers]  # type: ignore[index]


def test_lists_are_filtered_and_paged(desk: Desk) -> None:
    """By state, person and task; newest first."""
    sheets = []
    for hour in range(3):
        sheets.append(desk.entered(**desk.hours(hour, hour + 1)))
        desk.clock.advance(seconds=1)
    decide(desk.dispatcher, f"paper-sheets/{sheets[1]}", "approved")

    def ids(query: str) -> list[str]:
        return [item["id"] for item in desk.dispatcher.get(f"/paper-sheets?{query}").json["items"]]  # type: ignore[index]

    assert sheets[::-1] == ids("")
    assert [sheets[1]] == ids("state=approved")
    assert sheets[::-1] == ids(f"person_id={desk.person_id}&task_id={desk.task_id}")
    assert [] == ids(f"person_id={uuid4()}") + ids(f"task_id={uuid4()}")
    page = desk.dispatcher.get("/paper-sheets?limit=2").json
    assert sheets[::-1][:2] == [item["id"] for item in page["items"]]
    assert sheets[:1] == ids(f"limit=2&cursor={page['next']}")


def test_an_old_sheet_needs_the_administrator(desk: Desk, staff: Staff) -> None:
    """After a month only an administrator may enter it, and the refusal says so."""
    desk.later(days=32)
    answer = put_sheet(desk.dispatcher, desk.sheet())
    assert (422, True) == (
        answer.status_code,
        "ask an administrator" in answer.json["errors"]["sheet.left_at"][0],
    )
    assert 200 == put_sheet(staff(Role.ADMINISTRATOR), desk.sheet()).status_code


def test_a_supervisor_who_is_not_on_the_task_asks_a_dispatcher(desk: Desk, staff: Staff) -> None:
    """Friends enter nothing for each other's tasks; a dispatcher may."""
    answer = put_sheet(staff(Role.SUPERVISOR), desk.sheet())
    assert (422, True) == (
        answer.status_code,
        "ask a dispatcher" in answer.json["errors"]["sheet.task_id"][0],
    )
    assert 200 == put_sheet(desk.dispatcher, desk.sheet()).status_code


def test_a_sheet_of_another_district_is_not_there(
    app: Flask, desk: Desk, staff: Staff, other_district_id: UUID
) -> None:
    """Neither to enter, nor to read, nor to decide."""
    stranger = staff(Role.DISPATCHER, districts=[other_district_id])
    sheet_id = desk.entered()
    path = f"/paper-sheets/{sheet_id}"
    assert [404, 404, 404] == [
        stranger.get(path).status_code,
        stranger.get(f"{path}/photos/0").status_code,
        decide(stranger, path[1:], "approved").status_code,
    ]
    assert [] == stranger.get("/paper-sheets").json["items"]  # type: ignore[index]
    answer = put_sheet(stranger, desk.sheet())
    assert (422, ["sheet.task_id"]) == (answer.status_code, list(answer.json["errors"]))


def test_a_person_who_moved_away_meanwhile_loses_nothing(
    desk: Desk, staff: Staff, other_district_id: UUID
) -> None:
    """The task's district keeps the sheet and decides on it."""
    moved = staff(Role.ADMINISTRATOR).patch(
        f"/people/{desk.person_id}", json={"district_id": str(other_district_id)}
    )
    assert 200 == moved.status_code, moved.text
    sheet_id = desk.entered()
    assert 200 == decide(desk.dispatcher, f"paper-sheets/{sheet_id}", "approved").status_code


def test_erasing_a_person_erases_words_and_photos_and_keeps_the_decision(
    app: Flask, desk: Desk, staff: Staff
) -> None:
    """What is accountable stays: who entered, who decided, when and how."""
    decided, entered = desk.entered(), desk.entered(**desk.hours(4, 5))
    decide(desk.dispatcher, f"paper-sheets/{decided}", "approved")
    assert 204 == staff(Role.ADMINISTRATOR).delete(f"/people/{desk.person_id}").status_code
    answer = desk.dispatcher.get(f"/paper-sheets/{decided}").json
    assert ("approved", None, None) == (answer["state"], answer["note"], answer["decision"]["words"])
    assert 404 == desk.dispatcher.get(f"/paper-sheets/{decided}/photos/0").status_code
    assert 409 == decide(desk.dispatcher, f"paper-sheets/{entered}", "approved").status_code
    assert 409 == put_sheet(desk.supervisor, desk.sheet(), sheet_id=entered).status_code
    assert 409 == put_sheet(desk.supervisor, desk.sheet()).status_code
    assert 1 == len(stretches(app, desk))


def test_the_ledger_of_a_sheet_holds_no_personal_data(desk: Desk, staff: Staff) -> None:
    """Opaque ids, a keyed hash, outcomes: no names, words, times or photos' hashes."""
    photo = jpeg_photo()
    sheet_id = desk.entered()
    decide(desk.dispatcher, f"paper-sheets/{sheet_id}", "refused", "Ахметов не подписывал")
    events = staff(Role.ADMINISTRATOR).get("/events?limit=200").json["items"]  # type: ignore[index]
    told = json.dumps(
        [event for event in events if event["subject"] == f"paper_sheet:{sheet_id}"], ensure_ascii=False
    )
    assert "paper_sheet.decided" in told
    secrets = ["Ахметов", "подпис", hashlib.sha256(photo).hexdigest(), desk.starts_at.isoformat()[:16]]
    assert [] == [secret for secret in secrets if secret in told]


def test_nothing_changes_a_decision_in_the_database(app: Flask, desk: Desk) -> None:
    """Neither an officer nor a program of ours: the table is append-only."""
    sheet_id = desk.entered()
    decide(desk.dispatcher, f"paper-sheets/{sheet_id}", "refused")
    with app.app_context(), pytest.raises(sa.exc.DBAPIError), transaction() as session:
        session.execute(sa.update(SheetDecision).values(outcome="approved"))
    with app.app_context(), pytest.raises(sa.exc.DBAPIError), transaction() as session:
        session.execute(sa.delete(SheetDecision))
    with app.app_context():
        db.session.remove()


def test_a_new_member_of_staff_may_decide(app: Flask, desk: Desk) -> None:
    """What bars is having entered it, nothing else."""
    make_user(app, "newcomer", Role.DISPATCHER, [desk.district_id])
    newcomer = Phone(app.test_client()).sign_in("newcomer", PASSWORD)
    assert 200 == decide(newcomer, f"paper-sheets/{desk.entered()}", "approved").status_code
