"""The queue, its evidence, and decisions by people: who may, once, and what stands afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DatabaseError

from backend.attendance.reviews.models import Decision
from backend.database import transaction
from backend.ledger.models import AccessEntry
from shared.vocabulary import Outcome, ReviewCause, Role
from tests.backend.attendance.reviews.conftest import Court
from tests.phone import Phone


def test_the_queue_shows_the_oldest_first_and_in_pages(court: Court) -> None:
    """Who has waited longest is looked at first."""
    ids = [court.check_in_id]
    for _later in range(2):
        court.morning.clock.advance(minutes=5)
        ids.append(court.check_in())
        court.put(check_in_id=ids[-1])
    first = court.officer.get("/reviews?limit=2").json
    rest = court.officer.get(f"/reviews?limit=2&cursor={first['next']}").json
    assert ids == [item["record"]["id"] for item in first["items"] + rest["items"]]
    assert rest["next"] is None


def test_an_item_says_what_was_found_and_who_may_decide(court: Court) -> None:
    """Findings in words, the frames that exist, what stands meanwhile."""
    (item,) = court.officer.get("/reviews").json["items"]
    assert ("open", "doubt", "to_review") == (item["state"], item["cause"], item["standing"])
    assert (True, None) == (item["may_decide"], item["why_not"])
    assert all(finding["text"] for finding in item["record"]["answer"]["findings"])
    path = item["frames"][0].removeprefix("/api/v1")
    assert "image/jpeg" == court.officer.get(path).content_type


def test_the_queue_is_filtered(court: Court) -> None:
    """By cause, person, task and by who captured it."""

    def found(query: str) -> int:
        return len(court.officer.get(f"/reviews?{query}").json["items"])

    other = "00000000-0000-4000-8000-000000000000"
    assert [1, 0] == [found("cause=doubt"), found("cause=sample")]
    assert [1, 0] == [found(f"person_id={court.person_id}"), found(f"person_id={other}")]
    assert [1, 0] == [found(f"task_id={court.morning.task_id}"), found(f"task_id={other}")]
    assert [1, 0] == [found("mine=false"), found("mine=true")]


def test_a_review_holds_all_evidence(court: Court) -> None:
    """What the phone signed, the frames, and the photos to compare them with; each picture is a logged read."""
    review = court.officer.get(f"/reviews/{court.check_in_id}").json
    assert court.check_in_id == review["manifest"]["id"]
    assert 4 == len(review["manifest"]["fixes"])
    assert len(review["manifest"]["frames"]) == len(review["frames"])
    assert 4 == len(review["enrolment_photos"])
    photo = court.officer.get(review["enrolment_photos"][3].removeprefix("/api/v1"))
    assert (200, "image/jpeg") == (photo.status_code, photo.content_type)
    with court.app.app_context(), transaction(read_only=True) as session:
        subjects = set(
            session.scalars(sa.select(AccessEntry.subject).where(AccessEntry.action == "check_ins.evidence"))
        )
    assert f"person:{court.person_id}" in subjects


def test_dispatchers_see_pictures_only_of_what_was_in_review(court: Court) -> None:
    """Before a review no frame and no enrolment photo; after it still."""
    review = court.officer.get(f"/reviews/{court.check_in_id}").json
    paths = [review[name][0].removeprefix("/api/v1") for name in ("frames", "enrolment_photos")]
    court.put(Outcome.ACCEPTED, None)
    assert [403, 403] == [court.officer.get(path).status_code for path in paths]
    assert [200, 200] == [court.admin.get(path).status_code for path in paths]
    assert 404 == court.officer.get(f"/reviews/{court.check_in_id}").status_code
    court.put()
    court.decide(court.officer)
    assert [200, 200] == [court.officer.get(path).status_code for path in paths]


def test_an_enrolment_photo_that_is_not_there_is_404(court: Court) -> None:
    """An index too far, another enrolment, another person."""
    path = (
        court.officer.get(f"/reviews/{court.check_in_id}").json["enrolment_photos"][0].removeprefix("/api/v1")
    )
    nowhere = "00000000-0000-4000-8000-000000000000"
    enrolment_id = path.split("/")[4]
    assert [404, 404, 404] == [
        court.admin.get(wrong).status_code
        for wrong in (
            path[:-1] + "9",
            path.replace(enrolment_id, nowhere),
            path.replace(court.person_id, nowhere),
        )
    ]


@pytest.mark.parametrize("outcome", ["accepted", "refused"])
def test_a_decision_stands_and_reaches_the_phone(court: Court, outcome: str) -> None:
    """The program's verdict stays in the record; what a person decided stands instead."""
    answer = court.decide(court.officer, outcome)
    assert 200 == answer.status_code, answer.text
    assert ("decided", outcome) == (answer.json["state"], answer.json["standing"])
    (decision,) = answer.json["decisions"]
    assert (1, outcome, "doubt", "Лицо то же.") == tuple(
        decision[name] for name in ("number", "outcome", "cause", "words")
    )
    assert [] == court.officer.get("/reviews").json["items"]
    row = court.row()
    assert (Outcome.TO_REVIEW, outcome) == (row.outcome, row.standing)
    assert "Лицо" not in json.dumps(row.decision, ensure_ascii=False)
    seen = court.morning.supervisor.get("/sync").json["check_ins"]
    assert [outcome] == [each["decision"]["outcome"] for each in seen if each["id"] == court.check_in_id]


def test_the_ledger_holds_outcome_and_reason_but_no_words(court: Court) -> None:
    """Words may name people."""
    court.decide(court.officer, "refused", reason="not_at_the_place", words="Серік был дома")
    (entry,) = court.entries("check_in.decided")
    facts = json.loads(entry)["facts"]
    assert ("refused", "not_at_the_place", "doubt", 1) == tuple(
        facts[name] for name in ("outcome", "reason", "cause", "number")
    )
    assert "дома" not in entry


def test_deciding_twice_is_a_conflict(court: Court) -> None:
    """The first decision stands; the second officer is told."""
    assert [200, 409, 409] == [
        court.decide(court.officer).status_code,
        court.decide(court.second, "refused").status_code,
        court.decide(court.officer).status_code,
    ]
    assert Outcome.ACCEPTED == court.row().standing


def test_who_captured_it_never_decides(court: Court) -> None:
    """Not even as an administrator; the queue says so beforehand."""
    for captor in (court.officer, court.admin):
        court.set_captured_by(captor)
        (item,) = captor.get("/reviews").json["items"]
        answer = court.decide(captor)
        assert (403, False) == (answer.status_code, item["may_decide"])
        assert item["why_not"] == answer.json["detail"]
        assert "captured" in item["why_not"]
    assert Outcome.TO_REVIEW == court.row().standing


def test_when_no_officer_is_left_the_administrator_is_named(court: Court) -> None:
    """Nobody is left puzzled in a district with one dispatcher."""
    court.set_captured_by(court.officer)
    assert "administrator" not in court.decide(court.officer).json["detail"]
    second_id = court.second.tokens["user"]["id"]
    court.admin.patch(f"/users/{second_id}", json={"disabled": True})
    assert "administrator" in court.decide(court.officer).json["detail"]
    assert 200 == court.decide(court.admin).status_code


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.CREW, Role.PROBATION_OFFICER])
def test_other_roles_decide_nothing(court: Court, staff: Callable[..., Phone], role: Role) -> None:
    """Supervisors capture, probation reads."""
    assert 403 == court.decide(staff(role)).status_code


def test_a_dispatcher_of_another_district_sees_no_review(
    court: Court, staff: Callable[..., Phone], other_district_id: UUID
) -> None:
    """Neither the queue nor the thing, nor the photos."""
    photo = (
        court.officer.get(f"/reviews/{court.check_in_id}").json["enrolment_photos"][0].removeprefix("/api/v1")
    )
    stranger = staff(Role.DISPATCHER, districts=[other_district_id])
    assert [] == stranger.get("/reviews").json["items"]
    assert [404, 404, 404] == [
        stranger.get(f"/reviews/{court.check_in_id}").status_code,
        court.decide(stranger).status_code,
        stranger.get(photo).status_code,
    ]


def test_a_person_who_moved_away_can_still_be_compared(court: Court, other_district_id: UUID) -> None:
    """The check-in is this district's, so its officer sees what is needed to decide."""
    court.admin.patch(f"/people/{court.person_id}", json={"district_id": str(other_district_id)})
    photo = (
        court.officer.get(f"/reviews/{court.check_in_id}").json["enrolment_photos"][0].removeprefix("/api/v1")
    )
    assert 200 == court.officer.get(photo).status_code


def test_a_sampled_check_in_stays_accepted_while_it_waits(court: Court) -> None:
    """And a person may still refuse it."""
    court.put(Outcome.ACCEPTED, ReviewCause.SAMPLE)
    (item,) = court.officer.get("/reviews?cause=sample").json["items"]
    assert "accepted" == item["standing"]
    answer = court.decide(court.officer, "refused", reason="picture_of_a_picture")
    assert ("refused", "sample") == (answer.json["standing"], answer.json["cause"])


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("outcome", {"outcome": "to_review"}),
        ("outcome", {"outcome": "maybe"}),
        ("reason", {"reason": "because"}),
        ("words", {"words": "ок"}),
        ("words", {"words": "     "}),
        ("words", {"words": "x" * 1001}),
        ("words", {"reason": "other", "words": "так надо"}),
    ],
)
def test_a_decision_that_says_too_little_is_refused(court: Court, field: str, change: dict[str, str]) -> None:
    """«Other» needs ten characters, everything else three; only accepted and refused are decisions."""
    answer = court.decide(court.officer, **change)
    assert (422, [field]) == (answer.status_code, list(answer.json["errors"]))
    assert Outcome.TO_REVIEW == court.row().standing


def test_erasing_a_person_takes_the_words_and_leaves_the_decision(court: Court) -> None:
    """What was decided stays accountable; a decision after the erasure keeps no words either."""
    court.decide(court.officer, words="Его знает Айгуль")
    assert 204 == court.admin.delete(f"/people/{court.person_id}").status_code
    review = court.officer.get(f"/reviews/{court.check_in_id}").json
    assert (None, [], []) == (review["manifest"], review["frames"], review["enrolment_photos"])
    assert [("accepted", None)] == [(each["outcome"], each["words"]) for each in review["decisions"]]
    court.put()
    again = court.decide(court.second, "refused")
    assert 200 == again.status_code, again.text
    assert [("accepted", None), ("refused", None)] == [
        (each["outcome"], each["words"]) for each in again.json["decisions"]
    ]


def test_the_database_refuses_to_change_a_decision(court: Court) -> None:
    """Decisions are append-only."""
    court.decide(court.officer)
    for statement in (sa.update(Decision).values(number=7), sa.delete(Decision)):
        with (
            court.app.app_context(),
            pytest.raises(DatabaseError, match="append-only"),
            transaction() as session,
        ):
            session.execute(statement)


def test_reads_of_the_queue_are_logged(court: Court, app: Flask) -> None:
    """Each item that was shown, to whom."""
    court.officer.get("/reviews")
    with app.app_context(), transaction(read_only=True) as session:
        query = sa.select(AccessEntry.actor).where(
            AccessEntry.action == "reviews.list", AccessEntry.subject == f"check_in:{court.check_in_id}"
        )
        assert [f"user:{court.officer.tokens['user']['id']}"] == list(session.scalars(query))
