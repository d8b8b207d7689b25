"""Attacks tried through the API, each by itself: what stops it, or that nothing but chance does (see docs/security.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from backend.attendance.models import CheckIn
from backend.config import Settings
from backend.database import transaction
from backend.ledger.models import AccessEntry
from shared.vocabulary import ReviewCause, Role
from tests.backend.attendance.conftest import Morning
from tests.backend.test_concurrency import at_once
from tests.conftest import PASSWORD
from tests.factories import (
    CheckInDraft,
    enrol,
    frames_of,
    make_geofence,
    make_order,
    make_person,
    make_task,
    valid_iin,
)
from tests.fakes import face_photo
from tests.phone import Phone

OTHER_END = (54.9000, 69.1425)  # of the city, 3.4 km away
YARD = {
    "type": "Polygon",
    "coordinates": [[[69.14, 54.899], [69.145, 54.899], [69.145, 54.901], [69.14, 54.901], [69.14, 54.899]]],
}
Staff = Callable[..., Phone]


def said(answer: TestResponse) -> dict[str, Any]:
    """A good answer's body."""
    assert answer.status_code in (200, 201), answer.text
    assert answer.json is not None
    body: dict[str, Any] = answer.json
    return body


def verdict(answer: TestResponse) -> tuple[str, set[str]]:
    """The outcome, and every finding that is not in order."""
    body = said(answer)
    return body["outcome"], {finding["code"] for finding in body["findings"] if finding["result"] != "ok"}


def bent(draft: CheckInDraft, **changes: object) -> CheckInDraft:
    """The check-in with every fix changed, as an app does that makes locations up."""
    fixes = [{**fix, **changes} for fix in draft.manifest()["fixes"]]
    draft.changes = {**draft.changes, "fixes": fixes}
    return draft


# --- pictures and films ------------------------------------------------------------------------------------------------


def test_picture_that_is_turned_before_the_camera_is_refused(morning: Morning) -> None:
    """A print or a screen turns as a plane does and not as a head does; no word of «another person»."""
    outcome, codes = verdict(morning.draft(flat=True).send(morning.supervisor))
    assert ("refused", True) == (outcome, bool(codes) and codes <= {"live_depth", "live_movement"})


def test_picture_that_is_held_still_is_refused(morning: Morning) -> None:
    """Who does not move as asked takes it again."""
    draft = morning.draft(asks=False)
    still = [*draft.frames]
    draft.ask(morning.supervisor)
    draft.frames = still
    body = said(draft.send(morning.supervisor))
    assert ("refused", "retake") == (body["outcome"], body["remedy"])


def test_frames_sent_before_are_refused_with_a_new_challenge(morning: Morning) -> None:
    """The very bytes prove one check-in; a copy of them with a new id and nonce proves nothing."""
    genuine = morning.draft()
    assert "accepted" == said(genuine.send(morning.supervisor))["outcome"]
    replay = morning.draft(asks=False, kind="departure")
    replay.ask(morning.supervisor)
    replay.frames = list(genuine.frames)
    answer = replay.send(morning.supervisor)
    outcome, codes = verdict(answer)
    assert ("refused", True, "retake") == (outcome, "frames_seen_before" in codes, said(answer)["remedy"])


def test_one_frame_sent_before_is_enough_to_be_refused(morning: Morning) -> None:
    """Also among fresh ones, and also one of somebody else's check-in."""
    genuine = morning.draft()
    assert "accepted" == said(genuine.send(morning.supervisor))["outcome"]
    other_id = _another_person(morning, "serik")
    mixed = morning.draft(person_id=other_id)
    mixed.frames[0] = genuine.frames[0]
    assert ("refused", {"frames_seen_before"}) == verdict(mixed.send(morning.supervisor))


def test_the_same_check_in_again_is_no_replay(morning: Morning) -> None:
    """A phone that lost the answer sends everything again and gets its first answer."""
    draft = morning.draft()
    first, again = draft.send(morning.supervisor), draft.send(morning.supervisor)
    assert "accepted" == said(first)["outcome"]
    assert first.json == again.json


def test_two_check_ins_with_the_same_frames_at_once_are_never_both_accepted(
    app: Flask, morning: Morning
) -> None:
    """The database lets one of them be the first."""
    first, second = morning.draft(), morning.draft()
    second.frames = [*first.frames[:1], *second.frames[1:]]
    phones = []
    for _draft in (first, second):
        phone = Phone(app.test_client())
        phone.key, phone.headers, phone.tokens = (
            morning.supervisor.key,
            morning.supervisor.headers,
            morning.supervisor.tokens,
        )
        phones.append(phone)
    answers = at_once(2, lambda index: (first, second)[index].send(phones[index]).status_code)
    assert {200, 202} >= set(answers)
    outcomes = [_row(app, draft).expected["frames_seen"] for draft in (first, second)]
    assert [False, True] == sorted(outcomes)


def test_used_nonce_is_refused(morning: Morning) -> None:
    """A challenge proves one check-in."""
    first = morning.draft()
    assert "accepted" == said(first.send(morning.supervisor))["outcome"]
    second = morning.draft(asks=False)
    second.answer(first.challenge or {})
    assert ("refused", {"challenge_once"}) == verdict(second.send(morning.supervisor))


def test_nonce_of_another_person_is_refused(morning: Morning) -> None:
    """It was drawn for somebody else."""
    other_id = _another_person(morning, "kim")
    theirs = morning.draft("kim", person_id=other_id)
    mine = morning.draft(asks=False)
    mine.answer(theirs.challenge or {})
    assert ("refused", {"challenge_own"}) == verdict(mine.send(morning.supervisor))


def test_nonce_of_another_device_is_refused(morning: Morning) -> None:
    """The same supervisor's second phone may not use what the first one asked for."""
    asked = morning.draft()
    second = Phone(morning.supervisor.client).sign_in(morning.supervisor.tokens["user"]["login"], PASSWORD)
    draft = morning.draft(asks=False)
    draft.device_id = second.device_id
    draft.answer(asked.challenge or {})
    assert ("refused", {"challenge_own"}) == verdict(draft.send(second))


def test_stale_challenge_goes_to_people(morning: Morning) -> None:
    """There was time to film what it asks for; a phone that was away is not refused for it."""
    draft = morning.draft()
    morning.clock.advance(minutes=11)
    draft.captured_at = morning.clock()
    outcome, codes = verdict(draft.send(morning.supervisor))
    assert ("to_review", True) == (outcome, "challenge_fresh" in codes)


def test_frames_of_two_people_are_never_accepted(morning: Morning) -> None:
    """One moves the head, another shows the face."""
    for index in range(3):
        draft = morning.draft(asks=False)
        draft.frames[index] = frames_of("somebody else", 1)[0]
        draft.ask(morning.supervisor)
        outcome, codes = verdict(draft.send(morning.supervisor))
        assert outcome != "accepted"
        assert {"frames_one_identity", "face_match"} & codes


def test_frames_put_in_by_a_stranger_lack_the_device_s_key(morning: Morning) -> None:
    """Whoever has the supervisor's session but not the phone's key cannot sign; the evidence is not even taken."""
    stranger = Phone(morning.supervisor.client)
    stranger.headers, stranger.tokens = morning.supervisor.headers, morning.supervisor.tokens
    answer = morning.draft().send(stranger)
    assert (422, True) == (answer.status_code, "bad-signature" in answer.text)


def test_frames_put_in_behind_the_camera_of_a_registered_phone_are_not_told_from_a_camera_s(
    morning: Morning,
) -> None:
    """A rooted phone with its key may send what it likes: drawn heads that turn as asked are accepted. Only people can tell."""
    assert (
        "accepted" == said(morning.draft().send(morning.supervisor))["outcome"]
    )  # no camera took these either


class TestSample:
    """What geometry cannot stop: a genuine film from a screen, or frames put in behind the camera."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Everything accepted is looked at."""
        return replace(settings, review_sample_share=1.0)

    def test_relay_of_a_genuine_film_passes_and_only_the_sample_shows_it_to_people(
        self, app: Flask, morning: Morning
    ) -> None:
        """Accepted, drawn by chance, and refused by the officer who sees the screen's edge."""
        draft = morning.draft()  # a film of the person who turns as asked is, to any geometry, the person
        assert "accepted" == said(draft.send(morning.supervisor))["outcome"]
        assert ReviewCause.SAMPLE == _row(app, draft).review_cause
        body = {"outcome": "refused", "reason": "picture_of_a_picture", "words": "Виден край экрана."}
        said(morning.dispatcher.post(f"/reviews/{draft.id}/decision", json=body))
        assert "refused" == _row(app, draft).standing


# --- place and time ----------------------------------------------------------------------------------------------------


def test_mock_location_goes_to_people(morning: Morning) -> None:
    """The system says that an app made it up; nobody is accused by a program."""
    assert ("to_review", {"location_mock"}) == verdict(
        bent(morning.draft(), mock=True).send(morning.supervisor)
    )


def test_location_of_the_day_before_goes_to_people(morning: Morning) -> None:
    """Fixes count only from the time of the frames."""
    yesterday = (morning.clock() - timedelta(days=1)).isoformat()
    outcome, codes = verdict(bent(morning.draft(), taken_at=yesterday).send(morning.supervisor))
    assert ("to_review", True) == (outcome, "fixes_timely" in codes)


def test_copied_fix_goes_to_people(morning: Morning) -> None:
    """A receiver's fixes always differ a little."""
    first = morning.draft().manifest()["fixes"][0]
    same = {name: first[name] for name in ("lat", "lon", "accuracy_m")}
    assert ("to_review", {"location_frozen"}) == verdict(
        bent(morning.draft(), **same).send(morning.supervisor)
    )


def test_movements_that_a_phone_holds_are_known_for_minutes_only(morning: Morning) -> None:
    """Who stays offline on purpose to rehearse them, or films an answer at leisure, meets a person after that."""
    body = {"person_ids": [morning.person_id]}
    held = said(morning.supervisor.post("/check-in-challenges/stock", json=body))
    assert "spot_checks" not in held
    morning.clock.advance(minutes=41)  # a rehearsal that took too long
    morning.supervisor.refresh()
    draft = morning.draft(asks=False)
    draft.answer(held["items"][0])
    outcome, doubts = verdict(draft.send(morning.supervisor))
    assert ("to_review", True) == (outcome, "challenge_fresh" in doubts)


def test_movements_that_a_phone_holds_cannot_be_chosen_among_many(morning: Morning) -> None:
    """However often it asks, a person has four at a time."""
    body = {"person_ids": [morning.person_id]}
    given = [said(morning.supervisor.post("/check-in-challenges/stock", json=body)) for _ in range(20)]
    assert 4 == sum(len(each["items"]) for each in given)


def test_changed_clock_is_shown_and_the_server_s_time_counts(app: Flask, morning: Morning) -> None:
    """Putting the phone's clock back gains nothing."""
    draft = morning.draft()
    draft.captured_at = morning.clock() - timedelta(hours=3)
    assert ("to_review", {"clock_changed"}) == verdict(draft.send(morning.supervisor))
    assert morning.clock() == _row(app, draft).captured_at


def test_restarted_phone_has_no_sure_time(morning: Morning) -> None:
    """Offline and without the server's time its wall clock alone is not believed."""
    body = {"task_id": morning.task_id, "person_ids": [morning.person_id], "offline": True}
    challenge = said(morning.supervisor.post("/check-in-challenges", json=body))["items"][0]
    draft = morning.draft(asks=False)
    draft.answer(challenge)
    draft.changes["clock"] = {"boot_id": "anew", "boot_ms": 60_000}
    morning.clock.advance(minutes=10)
    assert ("to_review", {"clock"}) == verdict(draft.send(morning.supervisor))


def test_two_phones_at_once_are_not_two_places(morning: Morning, staff: Staff) -> None:
    """The person would have crossed the city in half a minute."""
    other = staff(Role.SUPERVISOR)
    fence = make_geofence(morning.dispatcher, morning.district_id, YARD, name="Двор")
    task_id = make_task(
        morning.dispatcher,
        morning.district_id,
        start=morning.clock(),
        geofence_id=fence,
        assignee_ids=[str(other.tokens["user"]["id"])],
        person_ids=[morning.person_id],
    )
    assert "accepted" == said(morning.draft().send(morning.supervisor))["outcome"]
    morning.clock.advance(seconds=30)
    second = morning.draft(asks=False, task_id=task_id, at=OTHER_END)
    second.device_id = other.device_id
    second.ask(other)
    assert ("to_review", {"location_speed"}) == verdict(second.send(other))


# --- people who should know better -------------------------------------------------------------------------------------


def test_supervisor_who_enrols_and_checks_in_a_friend_needs_another_pair_of_eyes(morning: Morning) -> None:
    """The friend's face is the «enrolled» one, so the program finds nothing wrong; a person looks first."""
    person_id = make_person(morning.dispatcher, morning.district_id, family_name="Ким", seed=77)
    make_order(morning.dispatcher, person_id)
    photos = [face_photo("a friend", shot) for shot in range(4)]
    assert "enrolled" == said(enrol(morning.supervisor, person_id, photos))["state"]
    people = {"person_ids": [morning.person_id, person_id]}
    said(morning.dispatcher.patch(f"/tasks/{morning.task_id}", json=people))
    friend = morning.draft("a friend", person_id=person_id)
    assert ("to_review", {"enrolled_by_other"}) == verdict(friend.send(morning.supervisor))


def test_supervisor_never_reviews_what_he_captured(morning: Morning, staff: Staff) -> None:
    """Neither as a supervisor nor after he became a dispatcher."""
    admin = staff(Role.ADMINISTRATOR, districts=[])
    draft = bent(morning.draft(), mock=True)
    draft.send(morning.supervisor)
    body = {"outcome": "accepted", "reason": "known_in_person", "words": "Я его видел."}
    path = f"/reviews/{draft.id}/decision"
    assert 403 == morning.supervisor.post(path, json=body).status_code
    user_id = morning.supervisor.tokens["user"]["id"]
    said(admin.patch(f"/users/{user_id}", json={"role": "dispatcher"}))
    answer = morning.supervisor.post(path, json=body)
    assert (403, True) == (answer.status_code, "You captured this check-in" in answer.text)


def test_person_enrolled_twice_is_found_by_the_iin(morning: Morning) -> None:
    """By its keyed hash, without any search by face; blanks around it hide nothing."""
    body = {
        "district_id": str(morning.district_id),
        "family_name": "Другой",
        "given_name": "Человек",
        "iin": valid_iin(4242),
        "biometric_basis": "consent",
    }
    said(morning.dispatcher.post("/people", json=body))
    assert 409 == morning.dispatcher.post("/people", json={**body, "family_name": "Иной"}).status_code
    spaced = morning.dispatcher.post("/people", json={**body, "iin": f" {body['iin']} "})
    assert spaced.status_code in (409, 422)


def test_officer_who_browses_leaves_a_trace_and_sees_no_pictures(
    app: Flask, morning: Morning, staff: Staff, other_district_id: object
) -> None:
    """Every read stands in the log; pictures only of reviews; another district is not even there."""
    draft = morning.draft()
    draft.send(morning.supervisor)
    curious = staff(Role.DISPATCHER)
    stranger = staff(Role.DISPATCHER, districts=[other_district_id])
    assert 403 == curious.get(f"/check-ins/{draft.id}/frames/0").status_code
    for path in (f"/people/{morning.person_id}", f"/check-ins/{draft.id}", f"/check-ins/{draft.id}/receipt"):
        said(curious.get(path))
        assert 404 == stranger.get(path).status_code
    with app.app_context(), transaction(read_only=True) as session:
        query = sa.select(AccessEntry.action).where(
            AccessEntry.actor == f"user:{curious.tokens['user']['id']}"
        )
        assert {"people.read", "check_ins.read", "receipts.read"} <= set(session.scalars(query))


# --- calls out of order ------------------------------------------------------------------------------------------------


def test_calls_out_of_order_decide_nothing(morning: Morning) -> None:
    """No decision without a doubt, no appeal before a decision, no evidence for what does not exist."""
    draft = morning.draft()
    decision = {"outcome": "refused", "reason": "other", "words": "Так надо, и всё тут."}
    path = f"/reviews/{draft.id}/decision"
    assert 404 == morning.dispatcher.post(path, json=decision).status_code  # not even received yet
    doubtful = bent(draft, mock=True)
    assert "to_review" == said(doubtful.send(morning.supervisor))["outcome"]
    appeal = {
        "person_id": morning.person_id,
        "about": {"kind": "check_in", "id": draft.id},
        "filed_by_person": "Серік",
        "filed_as": "spoken",
        "words": "Я был на месте.",
        "filed_on": "2026-11-23",
    }
    assert 409 == morning.dispatcher.put(f"/appeals/{uuid4()}", json=appeal).status_code
    plain = morning.draft()
    assert "accepted" == said(plain.send(morning.supervisor))["outcome"]
    assert 404 == morning.dispatcher.post(f"/reviews/{plain.id}/decision", json=decision).status_code


def test_made_up_verdict_in_the_manifest_is_not_taken(morning: Morning) -> None:
    """What the phone says of the outcome is no field of the wire."""
    draft = morning.draft()
    draft.changes = {"outcome": "accepted"}
    assert 422 == draft.send(morning.supervisor).status_code


def _another_person(morning: Morning, face: str) -> str:
    """Somebody else on the same task, enrolled by the dispatcher."""
    other_id = make_person(morning.dispatcher, morning.district_id, family_name="Ким", seed=77)
    make_order(morning.dispatcher, other_id)
    enrol(morning.dispatcher, other_id, [face_photo(face, shot) for shot in range(4)])
    people = {"person_ids": [morning.person_id, other_id]}
    said(morning.dispatcher.patch(f"/tasks/{morning.task_id}", json=people))
    return other_id


def _row(app: Flask, draft: CheckInDraft) -> CheckIn:
    with app.app_context(), transaction(read_only=True) as session:
        return session.get_one(CheckIn, UUID(draft.id))
