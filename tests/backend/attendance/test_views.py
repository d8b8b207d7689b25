"""Check-ins over HTTP, from a signed request to the verdict."""

from __future__ import annotations

from tests.backend.attendance.conftest import Morning
from tests.factories import OUTSIDE, frames_of
from tests.fakes import NO_FACE


def test_the_right_person_inside_is_accepted(morning: Morning) -> None:
    """The product's main job."""
    answer = morning.draft().send(morning.supervisor)
    assert (200, "judged", "accepted") == (answer.status_code, answer.json["state"], answer.json["outcome"]), answer.text
    assert answer.json["ledger_hash"]


def test_the_right_person_outside_is_refused_and_told_to_go_inside(morning: Morning) -> None:
    """One finding fails, and the remedy fits it."""
    answer = morning.draft(at=OUTSIDE).send(morning.supervisor).json
    assert ("refused", "move_inside", "place") == (answer["outcome"], answer["remedy"], answer["findings"][0]["code"])


def test_another_person_is_refused(morning: Morning) -> None:
    """A stranger's face is not the enrolled person's."""
    answer = morning.draft("somebody else").send(morning.supervisor).json
    assert ("refused", "face_match", "fail") == (answer["outcome"], answer["findings"][0]["code"], answer["findings"][0]["result"])


def test_frames_without_a_face_ask_for_a_retake(morning: Morning) -> None:
    """A poor picture never says «another person»."""
    frames = [*frames_of(NO_FACE, 2), *frames_of("serik", 1)]
    answer = morning.draft(frames=frames).send(morning.supervisor).json
    assert ("refused", "retake") == (answer["outcome"], answer["remedy"])
    assert "face_match" not in {finding["code"] for finding in answer["findings"]}
