"""Challenges: random, for one person on one device, spent once, and stale after their time."""

from __future__ import annotations

import random
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from backend.attendance.challenges.rules import TURNS, draw_moves
from shared.vocabulary import Move, Role
from tests.backend.attendance.conftest import Morning
from tests.conftest import PASSWORD
from tests.factories import enrol, frames_of, make_person
from tests.fakes import face_photo
from tests.phone import Phone


@given(seed=st.integers(0, 10**6), count=st.integers(1, 4))
def test_moves_hold_a_turn_and_every_one_is_drawn(seed: int, count: int) -> None:
    """In a scarf a nod is hard to see, so one movement is always a turn."""
    moves = draw_moves(random.Random(seed), count)
    assert count == len(moves)
    assert count == len(set(moves))
    assert set(moves) & set(TURNS)


def test_no_move_is_much_likelier_than_another() -> None:
    """Who films beforehand must not know what to film."""
    rng = random.Random(7)
    drawn = [move for _ in range(2000) for move in draw_moves(rng, 2)]
    shares = {move: drawn.count(move) / len(drawn) for move in Move}
    assert all(0.15 < share < 0.35 for share in shares.values()), shares


def batch(phone: Phone, morning: Morning, **changes: object) -> list[dict[str, object]]:
    """Challenges for the morning's person."""
    body = {"task_id": morning.task_id, "person_ids": [morning.person_id], **changes}
    answer = phone.post("/check-in-challenges", json=body)
    assert answer.status_code == 201, answer.text
    return list(answer.json["items"])  # type: ignore[index]


def codes(answer: dict[str, object], result: str) -> set[str]:
    """The findings of a verdict with this result."""
    return {finding["code"] for finding in answer["findings"] if finding["result"] == result}  # type: ignore[index, attr-defined]


def test_batch_for_a_phone_that_goes_offline_lives_for_days(morning: Morning) -> None:
    """One for each arrival, spot check and departure, no two alike; a live one would be stale by now."""
    challenges = batch(morning.supervisor, morning, each=4, offline=True)
    assert 4 == len({challenge["nonce"] for challenge in challenges})
    morning.clock.advance(minutes=14)
    draft = morning.draft(asks=False)
    draft.answer(challenges[2])  # type: ignore[arg-type]
    assert "challenge" in codes(draft.send(morning.supervisor).json, "ok")  # type: ignore[arg-type]


def test_answered_after_its_time_it_goes_to_people(morning: Morning) -> None:
    """Nothing is refused for a phone that was away."""
    draft = morning.draft()
    morning.clock.advance(minutes=11)
    draft.captured_at = morning.clock()
    answer = draft.send(morning.supervisor).json
    assert "to_review" == answer["outcome"]  # type: ignore[index]
    assert "challenge_fresh" in codes(answer, "doubt")  # type: ignore[arg-type]


def test_check_in_without_a_challenge_goes_to_people(morning: Morning) -> None:
    """An old app may always drain its outbox."""
    answer = morning.draft(asks=False).send(morning.supervisor).json
    assert ("to_review", {"challenge"}) == (answer["outcome"], codes(answer, "doubt") & {"challenge"})  # type: ignore[index, arg-type]


def test_challenge_is_spent_once(morning: Morning) -> None:
    """The second check-in with it is refused; the first one's retry gets its first answer."""
    first = morning.draft()
    once = first.send(morning.supervisor)
    assert "accepted" == once.json["outcome"]  # type: ignore[index]
    second = morning.draft(asks=False, frames=frames_of("serik", start=300))
    second.answer(first.challenge or {})
    again = second.send(morning.supervisor).json
    assert ("refused", "retake") == (again["outcome"], again["remedy"])  # type: ignore[index]
    assert "challenge_once" in codes(again, "fail")  # type: ignore[arg-type]
    assert once.json == first.send(morning.supervisor).json


def test_stranger_cannot_use_up_somebody_elses_challenge(
    morning: Morning, app: object, client: object
) -> None:
    """Another device is refused with it, and its owner is accepted afterwards."""
    draft = morning.draft()
    login = morning.supervisor.tokens["user"]["login"]
    other = Phone(morning.supervisor.client, name="other").sign_in(login, PASSWORD)
    theirs = morning.draft(asks=False, frames=frames_of("serik", start=300))
    theirs.device_id = other.device_id
    theirs.answer(draft.challenge or {})
    refused = theirs.send(other).json
    assert ("refused", {"challenge_own"}) == (refused["outcome"], codes(refused, "fail"))  # type: ignore[index, arg-type]
    assert "accepted" == draft.send(morning.supervisor).json["outcome"]  # type: ignore[index]


def test_challenge_of_another_person_is_refused(morning: Morning) -> None:
    """It says whom to ask."""
    other_id = make_person(morning.dispatcher, morning.district_id, family_name="Ким", seed=77)
    enrol(morning.dispatcher, other_id, [face_photo("kim", shot) for shot in range(4)])
    morning.dispatcher.patch(f"/tasks/{morning.task_id}", json={"person_ids": [morning.person_id, other_id]})
    [challenge] = batch(morning.supervisor, morning, person_ids=[other_id])
    draft = morning.draft(asks=False)
    draft.answer(challenge)  # type: ignore[arg-type]
    assert "challenge_own" in codes(draft.send(morning.supervisor).json, "fail")  # type: ignore[arg-type]


def test_made_up_challenge_is_refused(morning: Morning) -> None:
    """Also one whose id is right and whose nonce is not."""
    draft = morning.draft()
    assert draft.challenge is not None
    draft.challenge = {**draft.challenge, "nonce": "0" * 32}
    assert {"challenge"} == codes(draft.send(morning.supervisor).json, "fail")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"person_ids": []}, "person_ids"),
        ({"person_ids": [str(uuid4())]}, "person_ids"),
        ({"task_id": str(uuid4())}, "task_id"),
        ({"each": 0}, "each"),
        ({"each": 99}, "each"),
        ({"offline": "maybe"}, "offline"),
    ],
)
def test_request_that_cannot_be_names_its_field(
    morning: Morning, changes: dict[str, object], field: str
) -> None:
    """And nothing is issued."""
    body = {"task_id": morning.task_id, "person_ids": [morning.person_id], **changes}
    answer = morning.supervisor.post("/check-in-challenges", json=body)
    assert 422 == answer.status_code
    assert any(name.startswith(field) for name in answer.json["errors"])  # type: ignore[index]


@pytest.fixture
def few(app: Flask) -> None:
    """A device may hold three challenges."""
    app.config["QALA"] = replace(app.config["QALA"], challenges_unspent_max=3)


@pytest.mark.usefixtures("few")
def test_a_device_holds_a_few_unspent_challenges_and_is_told_how_many(morning: Morning) -> None:
    """The refusal names the number and the remedy, and issues nothing."""
    batch(morning.supervisor, morning, each=2)
    body = {"task_id": morning.task_id, "person_ids": [morning.person_id], "each": 2}
    refused = morning.supervisor.post("/check-in-challenges", json=body)
    assert (409, "urn:qala:problem:too-many-challenges") == (refused.status_code, refused.json["type"])  # type: ignore[index]
    assert "holds 2 challenges" in refused.json["detail"]  # type: ignore[index]
    assert "may hold 3" in refused.json["detail"]  # type: ignore[index]
    assert 1 == len(batch(morning.supervisor, morning))
    never = morning.supervisor.post("/check-in-challenges", json={**body, "each": 4})
    assert (409, True) == (never.status_code, "ask for fewer" in never.json["detail"])  # type: ignore[index]


@pytest.mark.usefixtures("few")
def test_spent_and_expired_challenges_make_room(morning: Morning) -> None:
    """Whether the check-in was accepted or not: the challenge is used up."""
    batch(morning.supervisor, morning, each=2)
    assert 200 == morning.draft().send(morning.supervisor).status_code
    assert 1 == len(batch(morning.supervisor, morning))
    morning.clock.advance(minutes=10)
    assert 3 == len(batch(morning.supervisor, morning, each=3))


@pytest.mark.usefixtures("few")
def test_a_lost_batch_for_offline_use_does_not_keep_an_online_phone_from_asking(morning: Morning) -> None:
    """It lives for days, and nobody could answer it; other devices are not touched either."""
    batch(morning.supervisor, morning, each=3, offline=True)
    assert 3 == len(batch(morning.supervisor, morning, each=3))
    login = morning.supervisor.tokens["user"]["login"]
    other = Phone(morning.supervisor.client, name="other").sign_in(login, PASSWORD)
    assert 3 == len(batch(other, morning, each=3))


def test_only_supervisors_ask(staff: object, morning: Morning) -> None:
    """Dispatchers check nobody in."""
    body = {"task_id": morning.task_id, "person_ids": [morning.person_id]}
    assert 403 == morning.dispatcher.post("/check-in-challenges", json=body).status_code
    assert Role.DISPATCHER == morning.dispatcher.tokens["user"]["role"]


def test_who_refused_biometrics_is_sent_to_the_paper_way(morning: Morning) -> None:
    """No camera is pointed at them."""
    person = f"/people/{morning.person_id}"
    morning.dispatcher.patch(person, json={"biometric_basis": "refused"})
    body = {"task_id": morning.task_id, "person_ids": [morning.person_id]}
    answer = morning.supervisor.post("/check-in-challenges", json=body)
    assert 409 == answer.status_code
    assert "paper" in answer.json["detail"]  # type: ignore[index]
