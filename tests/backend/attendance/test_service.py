"""What happens between receiving and verdict: wake-ups may be lost, workers may die, keys may be erased."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.attendance import verifying
from backend.attendance.models import CheckIn
from backend.attendance.work import purge_old_frames, verify
from backend.database import db, transaction
from backend.jobs import Jobs
from backend.ledger.models import LedgerEntry
from backend.people.models import Enrolment
from shared.vocabulary import Role
from tests.backend.attendance.conftest import Morning


@pytest.fixture
def sleeping(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    """A queue whose wake-ups are all lost."""
    jobs: Jobs = app.extensions["qala_jobs"]
    monkeypatch.setattr(jobs, "wake", lambda *_arguments, **_options: None)
    return jobs


def received(app: Flask, check_in_id: str) -> CheckIn:
    """The row of a check-in."""
    with app.app_context(), transaction(read_only=True) as session:
        return session.get_one(CheckIn, UUID(check_in_id))


def judged_entries(app: Flask, check_in_id: str) -> int:
    """How often a verdict on a check-in stands in the ledger."""
    with app.app_context(), transaction(read_only=True) as session:
        query = sa.select(sa.func.count()).where(
            LedgerEntry.kind == "check_in.judged", LedgerEntry.subject == f"check_in:{check_in_id}"
        )
        return session.scalar(query) or 0


def run(app: Flask, check_in_id: str) -> None:
    """What a worker does on a wake-up."""
    with app.app_context():
        verify(UUID(check_in_id))


def test_without_a_worker_the_answer_is_202_and_the_verdict_follows(
    app: Flask, morning: Morning, sleeping: Jobs
) -> None:
    """The phone may delete its photos: the hashes received are named already."""
    draft = morning.draft()
    answer = draft.send(morning.supervisor)
    assert (202, "pending", None) == (answer.status_code, answer.json["state"], answer.json["outcome"])
    assert len(draft.frames) == len(answer.json["received"])
    run(app, draft.id)
    again = draft.send(morning.supervisor)
    assert (200, "accepted") == (again.status_code, again.json["outcome"])


def test_a_lost_wake_up_is_found_by_the_sweep(
    app: Flask, morning: Morning, sleeping: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row is the job."""
    draft = morning.draft()
    draft.send(morning.supervisor)
    woken: list[tuple[str, str]] = []
    monkeypatch.setattr(sleeping, "wake", lambda name, row_id, **_options: woken.append((name, str(row_id))))
    sleeping.sweep()
    assert ("attendance.verify", draft.id) in woken
    run(app, draft.id)
    assert "accepted" == received(app, draft.id).outcome
    woken.clear()
    sleeping.sweep()
    assert ("attendance.verify", draft.id) not in woken


def test_a_worker_that_dies_leaves_the_row_to_another_after_the_lease(
    app: Flask, morning: Morning, sleeping: Jobs
) -> None:
    """Held rows are left alone, but not for ever."""
    draft = morning.draft()
    draft.send(morning.supervisor)
    with app.app_context():
        with transaction():
            assert verifying.hold(UUID(draft.id)) is not None
        with transaction():
            assert verifying.hold(UUID(draft.id)) is None
    assert "pending" == received(app, draft.id).state
    morning.clock.advance(seconds=61)
    run(app, draft.id)
    assert "judged" == received(app, draft.id).state


def test_a_worker_that_was_too_slow_writes_nothing(app: Flask, morning: Morning, sleeping: Jobs) -> None:
    """Two verdicts on one check-in cannot be."""
    draft = morning.draft()
    draft.send(morning.supervisor)
    with app.app_context():
        with transaction():
            slow = verifying.hold(UUID(draft.id))
        morning.clock.advance(seconds=61)
        verify(UUID(draft.id))
        assert slow is not None
        with transaction():
            verifying.judge(slow, verifying.rules.FaceEvidence(frames=3, usable=0, enrolled=True), "late")
    assert ("accepted", 1) == (received(app, draft.id).outcome, judged_entries(app, draft.id))


def test_a_check_in_that_kills_every_worker_goes_to_people(
    app: Flask, morning: Morning, sleeping: Jobs
) -> None:
    """After a few tries nobody looks any more, and nobody is refused for it."""
    draft = morning.draft()
    draft.send(morning.supervisor)
    with app.app_context():
        for _death in range(app.config["QALA"].attempts_max):
            with transaction():
                assert verifying.hold(UUID(draft.id)) is not None
            morning.clock.advance(seconds=61)
    run(app, draft.id)
    row = received(app, draft.id)
    assert ("to_review", "verifier") == (row.outcome, row.findings[0]["code"])


def test_a_photo_that_the_verifier_chokes_on_is_tried_again(
    app: Flask, morning: Morning, sleeping: Jobs
) -> None:
    """An error of ours is not the person's."""

    class Choking:
        model_version = "choking"

        def read(self, frames: Any) -> Any:
            raise MemoryError

    draft = morning.draft()
    draft.send(morning.supervisor)
    good = app.extensions["qala_make_verifier"]
    app.extensions["qala_verifier"] = Choking()
    with pytest.raises(MemoryError):
        run(app, draft.id)
    assert "pending" == received(app, draft.id).state
    app.extensions["qala_verifier"] = good()
    morning.clock.advance(seconds=61)
    run(app, draft.id)
    assert "accepted" == received(app, draft.id).outcome


def test_erasing_a_person_makes_pending_evidence_unreadable_and_says_so(
    app: Flask, morning: Morning, sleeping: Jobs, staff: Any
) -> None:
    """The check-in stays accountable; what it showed is gone."""
    draft = morning.draft()
    draft.send(morning.supervisor)
    assert 204 == staff(Role.ADMINISTRATOR).delete(f"/people/{morning.person_id}").status_code
    run(app, draft.id)
    row = received(app, draft.id)
    assert ("to_review", "verifier") == (row.outcome, row.findings[0]["code"])


def test_a_changed_task_does_not_change_what_was_expected(
    app: Flask, morning: Morning, sleeping: Jobs
) -> None:
    """A verdict can be repeated from the row alone."""
    draft = morning.draft()
    draft.send(morning.supervisor)
    task = morning.dispatcher.get(f"/tasks/{morning.task_id}")
    changed = morning.dispatcher.patch(f"/tasks/{morning.task_id}", json={"person_ids": []})
    assert (200, 200) == (task.status_code, changed.status_code), changed.text
    run(app, draft.id)
    assert "accepted" == received(app, draft.id).outcome


def test_the_verdict_names_model_threshold_and_ledger_entry(app: Flask, morning: Morning) -> None:
    """And the ledger's entry holds no measure of the face, only which finding said what."""
    draft = morning.draft()
    answer = draft.send(morning.supervisor).json
    row = received(app, draft.id)
    assert row.model_version
    assert row.threshold_version
    with app.app_context(), transaction(read_only=True):
        entry = db.session().get_one(LedgerEntry, answer["ledger_id"])
        assert (answer["ledger_hash"], "check_in.judged") == (entry.hash, entry.kind)
        assert "distance" not in entry.content


def test_the_queue_survives_settings_without_waiting(app: Flask, morning: Morning, sleeping: Jobs) -> None:
    """With no time to wait the answer is 202 at once."""
    app.config["QALA"] = replace(app.config["QALA"], check_in_wait_s=0.0)
    assert 202 == morning.draft().send(morning.supervisor).status_code


def test_a_task_handed_on_while_the_phone_was_offline_loses_nothing(
    app: Flask, morning: Morning, staff: Any
) -> None:
    """The evidence of whoever checked in then is kept, and a person decides."""
    successor = staff(Role.SUPERVISOR)
    draft = morning.draft()
    morning.dispatcher.patch(
        f"/tasks/{morning.task_id}", json={"assignee_ids": [successor.tokens["user"]["id"]]}
    )
    answer = draft.send(morning.supervisor).json
    assert ("to_review", "supervisor_on_task") == (answer["outcome"], answer["findings"][0]["code"])


def test_a_person_who_moved_meanwhile_is_still_checked_in(
    app: Flask, morning: Morning, staff: Any, other_district_id: UUID
) -> None:
    """Who is on the task counts, wherever the person belongs now."""
    draft = morning.draft()
    moved = staff(Role.ADMINISTRATOR).patch(
        f"/people/{morning.person_id}", json={"district_id": str(other_district_id)}
    )
    assert (200, 200) == (moved.status_code, draft.send(morning.supervisor).status_code)


def test_who_refuses_biometrics_later_is_not_compared_any_more(
    app: Flask, morning: Morning, sleeping: Jobs
) -> None:
    """Template and photos go at once, new frames are not taken, waiting ones are not looked at."""
    waiting, late = morning.draft(), morning.draft()
    waiting.send(morning.supervisor)
    changed = morning.dispatcher.patch(f"/people/{morning.person_id}", json={"biometric_basis": "refused"})
    assert (200, False) == (changed.status_code, changed.json["enrolled"])
    assert 409 == late.send(morning.supervisor).status_code
    run(app, waiting.id)
    row = received(app, waiting.id)
    assert ("to_review", "verifier", None) == (row.outcome, row.findings[0]["code"], row.model_version)


class AwayBlobs:
    """A store that cannot be reached."""

    def get(self, name: str) -> bytes:
        raise ConnectionError(name)


def test_an_outage_of_the_store_is_waited_out(app: Flask, morning: Morning, sleeping: Jobs) -> None:
    """However long it lasts: it is not the evidence's fault, so no try is counted."""
    draft = morning.draft()
    draft.send(morning.supervisor)
    store, app.extensions["qala_blobs"] = app.extensions["qala_blobs"], AwayBlobs()
    for _minute in range(2 * app.config["QALA"].attempts_max):
        with pytest.raises(ConnectionError):
            run(app, draft.id)
        morning.clock.advance(seconds=61)
    app.extensions["qala_blobs"] = store
    run(app, draft.id)
    assert "accepted" == received(app, draft.id).outcome


def test_frames_go_when_their_time_is_over_and_the_verdict_stays(app: Flask, morning: Morning) -> None:
    """Retention is a setting; hashes and ledger outlive the pictures."""
    draft = morning.draft()
    draft.send(morning.supervisor)
    folder = app.config["QALA"].instance_dir / "blobs"
    before = sum(path.is_file() for path in folder.rglob("*"))
    morning.clock.advance(days=app.config["QALA"].photo_retention_days + 1)
    with app.app_context():
        purge_old_frames()
        purge_old_frames()
    row = received(app, draft.id)
    assert ("accepted", 3) == (row.outcome, len(row.frame_hashes))
    assert before - 3 == sum(path.is_file() for path in folder.rglob("*"))


def test_the_row_names_the_template_and_the_limits(app: Flask, morning: Morning) -> None:
    """So that the verdict can be repeated when settings and templates have changed."""
    draft = morning.draft()
    draft.send(morning.supervisor)
    row = received(app, draft.id)
    assert row.enrolment_id is not None
    assert row.limits is not None
    assert {"face", "gps_accuracy_floor_m", "fix_window", "offline_max", "task_slack"} <= set(row.limits)


@pytest.mark.parametrize("column", ["sealed_manifest", "sealed_template"])
def test_what_is_damaged_on_the_disk_goes_to_people(
    app: Flask, morning: Morning, sleeping: Jobs, column: str
) -> None:
    """And is judged once instead of being tried for ever."""
    draft = morning.draft()
    draft.send(morning.supervisor)
    model = CheckIn if column == "sealed_manifest" else Enrolment
    with app.app_context(), transaction() as session:
        session.execute(sa.update(model).values({column: b"rust"}))
    run(app, draft.id)
    assert "to_review" == received(app, draft.id).outcome
