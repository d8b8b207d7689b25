"""Check-ins over HTTP, from a signed request to the verdict."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from shared.vocabulary import Role
from tests.backend.attendance.conftest import Morning
from tests.factories import OUTSIDE, frames_of
from tests.fakes import NO_FACE
from tests.phone import Phone


def test_the_right_person_inside_is_accepted(morning: Morning) -> None:
    """The product's main job."""
    answer = morning.draft().send(morning.supervisor)
    assert (200, "judged", "accepted") == (
        answer.status_code,
        answer.json["state"],
        answer.json["outcome"],
    ), answer.text
    assert answer.json["ledger_hash"]


def test_the_right_person_outside_is_refused_and_told_to_go_inside(morning: Morning) -> None:
    """One finding fails, and the remedy fits it."""
    answer = morning.draft(at=OUTSIDE).send(morning.supervisor).json
    assert ("refused", "move_inside", "place") == (
        answer["outcome"],
        answer["remedy"],
        answer["findings"][0]["code"],
    )


def test_another_person_is_refused(morning: Morning) -> None:
    """A stranger's face is not the enrolled person's."""
    answer = morning.draft("somebody else").send(morning.supervisor).json
    assert ("refused", "face_match", "fail") == (
        answer["outcome"],
        answer["findings"][0]["code"],
        answer["findings"][0]["result"],
    )


def test_frames_without_a_face_ask_for_a_retake(morning: Morning) -> None:
    """A poor picture never says «another person»."""
    frames = [*frames_of(NO_FACE, 2), *frames_of("serik", 1)]
    answer = morning.draft(frames=frames).send(morning.supervisor).json
    assert ("refused", "retake") == (answer["outcome"], answer["remedy"])
    assert "face_match" not in {finding["code"] for finding in answer["findings"]}


def test_a_task_that_asks_for_a_check_in_is_done_only_with_one(morning: Morning) -> None:
    """A refused one does not count."""
    move = {"to": "in_progress"}
    assert 200 == morning.supervisor.post(f"/tasks/{morning.task_id}/moves", json=move).status_code
    morning.draft(at=OUTSIDE).send(morning.supervisor)
    done = {"to": "done"}
    refused = morning.supervisor.post(f"/tasks/{morning.task_id}/moves", json=done)
    assert (422, True) == (refused.status_code, "check_in" in refused.json["errors"]["to"][0])
    morning.draft().send(morning.supervisor)
    assert 200 == morning.supervisor.post(f"/tasks/{morning.task_id}/moves", json=done).status_code


def test_evidence_is_seen_as_a_view_and_kept_byte_for_byte(
    morning: Morning, staff: Callable[..., Phone]
) -> None:
    """What a browser opens is a new JPEG; the hash of what was signed stays."""
    draft = morning.draft()
    draft.send(morning.supervisor)
    officer = staff(Role.PROBATION_OFFICER)
    view = officer.get(f"/check-ins/{draft.id}/frames/0")
    assert (200, "image/jpeg", b"\xff\xd8") == (view.status_code, view.mimetype, view.data[:2])
    record = officer.get(f"/check-ins/{draft.id}").json
    assert [hashlib.sha256(frame).hexdigest() for frame in draft.frames] == record["answer"]["received"]
    assert 404 == officer.get(f"/check-ins/{draft.id}/frames/9").status_code
    assert 403 == morning.supervisor.get(f"/check-ins/{draft.id}/frames/0").status_code


def test_the_verdict_reaches_the_phone_by_sync(morning: Morning) -> None:
    """Also when its answer was lost."""
    cursor = morning.supervisor.get("/sync").json["cursor"]
    draft = morning.draft()
    draft.send(morning.supervisor)
    answer = morning.supervisor.get(f"/sync?cursor={cursor}").json
    assert [(draft.id, "accepted")] == [(item["id"], item["outcome"]) for item in answer["check_ins"]]


@pytest.mark.parametrize(
    ("language", "word"), [("ru", "Отметка принята"), ("kk", "Белгі қабылданды"), ("en", "Accepted")]
)
def test_the_verdict_speaks_the_readers_language(morning: Morning, language: str, word: str) -> None:
    """Every reason too."""
    morning.supervisor.headers["Accept-Language"] = language
    answer = morning.draft().send(morning.supervisor).json
    assert answer["summary"].startswith(word)
    assert all(finding["text"] for finding in answer["findings"])
