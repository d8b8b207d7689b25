"""Appeals: written down in any form, decided in time by another officer, and never to the person's harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.vocabulary import Outcome, ReviewCause, ReviewState, Role
from tests.backend.attendance.reviews.conftest import Court
from tests.conftest import PASSWORD
from tests.factories import make_person
from tests.phone import Phone


@pytest.fixture
def refused(court: Court) -> Court:
    """The program refused the check-in, and nobody looked at it."""
    court.put(Outcome.REFUSED, None)
    return court


def signed_in(phone: Phone) -> Phone:
    """The same user, signed in anew after days."""
    return phone.sign_in(phone.tokens["user"]["login"], PASSWORD)


def test_an_appeal_puts_a_refusal_before_another_person(refused: Court) -> None:
    """The whole way: refused by the program, objected to, looked at, accepted, and the phone learns it."""
    appeal_id = refused.appeal(refused.morning.supervisor)
    (item,) = refused.officer.get("/reviews?cause=appeal").json["items"]
    assert ("refused", False) == (item["standing"], item["may_decide"])
    assert "appeal" in item["why_not"]
    assert 409 == refused.decide(refused.officer).status_code
    assert appeal_id == refused.officer.get(f"/reviews/{refused.check_in_id}").json["appeal_id"]
    answer = refused.rule(refused.officer, appeal_id)
    assert (200, "upheld", "Бригадир подтвердил.") == (
        answer.status_code,
        answer.json["state"],
        answer.json["ruling"],
    )
    row = refused.row()
    assert (Outcome.ACCEPTED, ReviewState.DECIDED, ReviewCause.APPEAL) == (
        row.standing,
        row.review_state,
        row.review_cause,
    )
    seen = refused.morning.supervisor.get("/sync").json["check_ins"]
    assert ["accepted"] == [each["decision"]["outcome"] for each in seen if each["id"] == refused.check_in_id]


def test_an_upheld_appeal_overturns_an_officer(court: Court) -> None:
    """Refused by one, accepted by another; both decisions stay, numbered."""
    court.decide(court.officer, "refused", reason="not_at_the_place")
    appeal_id = court.appeal(court.morning.supervisor)
    assert 200 == court.rule(court.second, appeal_id, reason="place_explained").status_code
    review = court.officer.get(f"/reviews/{court.check_in_id}").json
    assert [(1, "refused", "doubt", None), (2, "accepted", "appeal", appeal_id)] == [
        (each["number"], each["outcome"], each["cause"], each["appeal_id"]) for each in review["decisions"]
    ]


def test_a_rejected_appeal_leaves_what_stood(court: Court) -> None:
    """Now with the decision of one more person, against which a new appeal runs its own time."""
    court.decide(court.officer, "refused")
    appeal_id = court.appeal(court.morning.supervisor)
    assert "rejected" == court.rule(court.second, appeal_id, "rejected").json["state"]
    assert (Outcome.REFUSED, ReviewState.DECIDED) == (court.row().standing, court.row().review_state)
    court.morning.clock.advance(days=30)
    again = court.file(signed_in(court.morning.supervisor)).json
    assert (False, "filed") == (again["late"], again["state"])
    assert 403 == court.rule(signed_in(court.second), again["id"]).status_code
    assert 200 == court.rule(signed_in(court.admin), again["id"]).status_code


@pytest.mark.parametrize("outcome", ["upheld", "rejected"])
def test_no_appeal_takes_an_accepted_check_in_away(court: Court, outcome: str) -> None:
    """A person may object to anything; it never ends worse."""
    court.put(Outcome.ACCEPTED, None)
    appeal_id = court.appeal(court.morning.supervisor)
    assert 200 == court.rule(court.officer, appeal_id, outcome).status_code
    assert Outcome.ACCEPTED == court.row().standing


def test_every_earlier_decider_captor_and_filer_is_barred(court: Court) -> None:
    """Decided by one, captured by the second, written down by the third: only the administrator is left, and named."""
    court.set_captured_by(court.second)
    court.decide(court.officer, "refused")
    third = court.admin.get("/me").json["id"]
    appeal_id = court.appeal(court.officer)
    for barred in (court.officer, court.second):
        answer = court.rule(barred, appeal_id)
        assert 403 == answer.status_code
        assert "administrator" in answer.json["detail"]
        shown = barred.get(f"/appeals/{appeal_id}").json
        assert (False, answer.json["detail"]) == (shown["may_decide"], shown["why_not"])
    decided = court.rule(court.admin, appeal_id)
    assert (200, third) == (decided.status_code, decided.json["closed_by"])


def test_who_wrote_it_down_does_not_decide_it(refused: Court) -> None:
    """Another officer of the district can, so no administrator is needed."""
    appeal_id = refused.appeal(refused.officer)
    answer = refused.rule(refused.officer, appeal_id)
    assert 403 == answer.status_code
    assert "administrator" not in answer.json["detail"]
    assert 200 == refused.rule(refused.second, appeal_id).status_code


def test_when_even_the_administrators_are_barred_a_new_one_is_asked_for(refused: Court) -> None:
    """The last resort is named too."""
    for phone in (refused.officer, refused.second):
        refused.admin.patch(f"/users/{phone.tokens['user']['id']}", json={"disabled": True})
    appeal_id = refused.appeal(refused.admin)
    assert "another administrator" in refused.rule(refused.admin, appeal_id).json["detail"]


def test_an_appeal_is_decided_once(refused: Court) -> None:
    """The second officer is told."""
    appeal_id = refused.appeal(refused.morning.supervisor)
    assert [200, 409] == [
        refused.rule(refused.officer, appeal_id).status_code,
        refused.rule(refused.second, appeal_id, "rejected").status_code,
    ]
    assert Outcome.ACCEPTED == refused.row().standing


def test_nothing_is_appealed_before_it_is_decided(court: Court) -> None:
    """A check-in that a person is about to look at has no decision yet."""
    answer = court.file(court.morning.supervisor)
    assert (409, "conflict") == (answer.status_code, answer.json["type"].rpartition(":")[2])
    court.decide(court.officer, "refused")
    assert 200 == court.file(court.morning.supervisor).status_code


def test_one_open_appeal_at_a_time(refused: Court) -> None:
    """The second says which is open."""
    appeal_id = refused.appeal(refused.morning.supervisor)
    second = refused.file(refused.officer)
    assert 409 == second.status_code
    assert appeal_id in second.json["detail"]


def test_the_same_appeal_again_is_the_same(refused: Court) -> None:
    """Phones repeat; other words under the same id are a conflict, and so is another user."""
    supervisor, appeal_id = refused.morning.supervisor, str(uuid4())
    first, again = (refused.file(supervisor, appeal_id) for _try in range(2))
    assert (200, first.json) == (again.status_code, again.json)
    assert 409 == refused.file(supervisor, appeal_id, words="Нет, иначе.").status_code
    assert 409 == refused.file(refused.officer, appeal_id).status_code
    assert 1 == len(refused.entries("appeal.filed"))


@pytest.mark.parametrize(("days", "late"), [(30, False), (31, True)])
def test_an_appeal_after_its_time_is_kept_and_marked(refused: Court, days: int, late: bool) -> None:
    """Thirty days after the verdict is in time; one more is late, with the reason for the officer to weigh."""
    refused.morning.clock.advance(days=days)
    answer = refused.file(signed_in(refused.officer), late_reason="Лежал в больнице.").json
    assert (late, "Лежал в больнице.") == (answer["late"], answer["late_reason"])
    assert (refused.row().decided_at.date() + timedelta(days=30)).isoformat() == answer["appeal_until"]


def test_the_time_runs_from_the_day_it_was_brought(refused: Court) -> None:
    """A phone that was offline does not make an appeal late; fifteen days later it is overdue and listed first."""
    clock = refused.morning.clock
    brought = clock().date().isoformat()
    clock.advance(days=3)
    first = refused.file(signed_in(refused.officer), filed_on=brought).json
    assert "2026-12-08T19:00:00+00:00" == first["due_at"]  # the end of 8 December in Petropavl
    signed_in(refused.morning.supervisor)
    other = refused.check_in()
    refused.put(Outcome.REFUSED, None, other)
    refused.appeal(refused.officer, about={"kind": "check_in", "id": other})
    clock.advance(days=13)
    listed = signed_in(refused.second).get("/appeals").json["items"]
    assert [True, False] == [appeal["overdue"] for appeal in listed]
    assert first["id"] == listed[0]["id"]


@pytest.mark.parametrize("days", [-1, 1])
def test_an_appeal_is_brought_between_decision_and_today(refused: Court, days: int) -> None:
    """Neither before the decision nor tomorrow."""
    day = refused.morning.clock().date() + timedelta(days=days)
    answer = refused.file(refused.officer, filed_on=day.isoformat())
    assert (422, ["filed_on"]) == (answer.status_code, list(answer.json["errors"]))


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("about.kind", {"about": {"kind": "weather", "id": str(uuid4())}}),
        ("about.id", {"about": {"kind": "check_in", "id": str(uuid4())}}),
        ("person_id", {"person_id": str(uuid4())}),
        ("filed_as", {"filed_as": "shouted"}),
        ("words", {"words": "  "}),
        ("filed_by_person", {"filed_by_person": ""}),
        ("filed_on", {"filed_on": "yesterday"}),
    ],
)
def test_an_appeal_that_cannot_be_used_names_the_field(
    refused: Court, field: str, change: dict[str, Any]
) -> None:
    """With the remedy."""
    answer = refused.file(refused.officer, **change)
    assert (422, [field]) == (answer.status_code, list(answer.json["errors"])), answer.text


def test_an_appeal_about_somebody_else_s_check_in_is_refused(refused: Court) -> None:
    """The person and the thing must belong together."""
    other = make_person(refused.officer, refused.morning.district_id, family_name="Другой")
    answer = refused.file(refused.officer, person_id=other)
    assert (422, ["about.id"]) == (answer.status_code, list(answer.json["errors"]))


def test_another_district_neither_files_nor_sees_nor_decides(
    refused: Court, staff: Callable[..., Phone], other_district_id: UUID
) -> None:
    """As everywhere: 422 for a field, 404 for an address, nothing in lists."""
    stranger = staff(Role.DISPATCHER, districts=[other_district_id])
    assert 422 == refused.file(stranger).status_code
    appeal_id = refused.appeal(refused.officer)
    assert [] == stranger.get("/appeals").json["items"]
    withdrawal = {"words": "Отозвал сам."}
    assert [404, 404, 404] == [
        stranger.get(f"/appeals/{appeal_id}").status_code,
        refused.rule(stranger, appeal_id).status_code,
        stranger.post(f"/appeals/{appeal_id}/withdrawal", json=withdrawal).status_code,
    ]


def test_a_withdrawn_appeal_leaves_everything_as_it_was(refused: Court) -> None:
    """What nobody decided on does not look decided, and a new appeal may come."""
    appeal_id = refused.appeal(refused.morning.supervisor)
    answer = refused.officer.post(f"/appeals/{appeal_id}/withdrawal", json={"words": "Передумал."})
    assert (200, "withdrawn") == (answer.status_code, answer.json["state"])
    row = refused.row()
    assert (Outcome.REFUSED, None, None) == (row.standing, row.review_state, row.review_cause)
    assert 409 == refused.rule(refused.officer, appeal_id).status_code
    assert 200 == refused.file(refused.morning.supervisor).status_code


def test_whom_an_appeal_is_about_cannot_make_it_vanish(refused: Court) -> None:
    """The supervisor who captured the check-in may write an appeal down, but not its withdrawal."""
    appeal_id = refused.appeal(refused.morning.supervisor)
    withdrawn = refused.morning.supervisor.post(
        f"/appeals/{appeal_id}/withdrawal", json={"words": "Передумал."}
    )
    assert 403 == withdrawn.status_code
    assert "filed" == refused.officer.get(f"/appeals/{appeal_id}").json["state"]


def test_lists_hold_open_appeals_unless_a_state_is_named(refused: Court) -> None:
    """And are filtered by person and subject."""
    appeal_id = refused.appeal(refused.morning.supervisor)

    def found(query: str) -> int:
        return len(refused.officer.get(f"/appeals?{query}").json["items"])

    about = f"kind=check_in&about_id={refused.check_in_id}"
    assert [1, 1, 0] == [found(about), found(f"person_id={refused.person_id}"), found(f"about_id={uuid4()}")]
    refused.rule(refused.officer, appeal_id)
    assert [0, 1, 0] == [found(about), found(f"{about}&state=upheld"), found("state=rejected")]


def test_the_ledger_tells_of_appeals_without_their_words(refused: Court) -> None:
    """Who, when, about what, in time or not; the texts are sealed with the person's key."""
    appeal_id = refused.appeal(refused.morning.supervisor)
    refused.rule(refused.officer, appeal_id)
    filed, decided = (refused.entries(kind)[0] for kind in ("appeal.filed", "appeal.decided"))
    assert ("spoken", False) == tuple(json.loads(filed)["facts"][name] for name in ("filed_as", "late"))
    assert ("upheld", False) == tuple(json.loads(decided)["facts"][name] for name in ("outcome", "overdue"))
    assert "ригадир" not in filed + decided
    assert 1 == len(refused.entries("check_in.decided"))


def test_erasing_the_person_takes_an_appeal_s_words_and_leaves_the_appeal(refused: Court) -> None:
    """It can still be decided; a new one is not taken."""
    appeal_id = refused.appeal(refused.morning.supervisor)
    assert 204 == refused.admin.delete(f"/people/{refused.person_id}").status_code
    answer = refused.rule(refused.officer, appeal_id, "rejected")
    assert (200, "rejected") == (answer.status_code, answer.json["state"])
    assert {None} == {answer.json[name] for name in ("words", "filed_by_person", "ruling", "late_reason")}
    assert 409 == refused.file(refused.second).status_code


def test_a_decision_on_an_appeal_needs_words(refused: Court) -> None:
    """Ten characters where no other reason is named."""
    appeal_id = refused.appeal(refused.morning.supervisor)
    assert 422 == refused.rule(refused.officer, appeal_id, words="нет").status_code
    assert 422 == refused.rule(refused.officer, appeal_id, "filed").status_code
    assert date.fromisoformat(refused.officer.get(f"/appeals/{appeal_id}").json["filed_on"])
