"""Many at once, on both databases: the chain stays sound, work is done once, and the same request twice is one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import uuid4

import sqlalchemy as sa
from flask import Flask

from backend.accounts.models import User
from backend.attendance import work
from backend.attendance.models import CheckIn
from backend.clock import now
from backend.config import Settings
from backend.database import db, transaction
from backend.ledger import proof
from backend.ledger.models import LedgerEntry
from backend.ledger.service import record
from shared.vocabulary import Audience, Role
from tests.backend.attendance.conftest import Morning
from tests.backend.attendance.conftest import morning as morning
from tests.conftest import PASSWORD, Clock, make_user
from tests.factories import enrol, make_person, valid_iin
from tests.fakes import FakeVerifier, LostWakeUps, face_photo
from tests.phone import Phone

Result = TypeVar("Result")
THREADS = 8


def at_once(count: int, act: Callable[[int], Result]) -> list[Result]:
    """Do something in several threads that start together; what one of them raises is raised here."""
    barrier = threading.Barrier(count, timeout=60)

    def run(index: int) -> Result:
        barrier.wait()
        return act(index)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count), timeout=120))


def test_eight_threads_append_one_sound_chain(app: Flask) -> None:
    """Ids without gaps, in the order of commits, each naming the one before."""

    def append(index: int) -> None:
        for step in range(10):
            with app.app_context(), transaction():
                record(
                    "test.done",
                    actor="test",
                    subject=f"test:{index}",
                    at=now(),
                    audience=Audience.OPERATIONS,
                    step=step,
                )

    at_once(THREADS, append)
    with app.app_context(), transaction(read_only=True) as session:
        ids = list(session.scalars(sa.select(LedgerEntry.id).order_by(LedgerEntry.id)))
        assert list(range(1, THREADS * 10 + 1)) == ids
        assert proof.verify() is None
        for index in range(THREADS):
            contents = session.scalars(
                sa.select(LedgerEntry.content)
                .where(LedgerEntry.subject == f"test:{index}")
                .order_by(LedgerEntry.id)
            )
            steps = [content.split('"step":')[1][0] for content in contents]
            assert [str(step) for step in range(10)] == steps


def test_a_transaction_that_fails_leaves_no_gap(app: Flask) -> None:
    """Half of the threads roll back; what they meant to say is nowhere."""

    class ChangedMind(Exception):
        """Raised after recording."""

    def append(index: int) -> None:
        for _step in range(5):
            try:
                with app.app_context(), transaction():
                    record(
                        "test.done",
                        actor="test",
                        subject=f"test:{index}",
                        at=now(),
                        audience=Audience.OPERATIONS,
                    )
                    if index % 2:
                        raise ChangedMind
            except ChangedMind:
                pass

    at_once(THREADS, append)
    with app.app_context(), transaction(read_only=True) as session:
        subjects = list(session.scalars(sa.select(LedgerEntry.subject).order_by(LedgerEntry.id)))
        assert THREADS // 2 * 5 == len(subjects)
        assert {"test:0", "test:2", "test:4", "test:6"} == set(subjects)
        assert proof.verify() is None


def test_failed_sign_ins_at_once_are_all_counted(
    app: Flask, settings: Settings, clock: Clock, district_id: object
) -> None:
    """Guessing in parallel locks the account as guessing in a row does, and a right guess comes too late."""
    make_user(app, "aigul", Role.SUPERVISOR, [])
    answers = at_once(
        THREADS, lambda _index: Phone(app.test_client()).try_sign_in("aigul", "guess").status_code
    )
    assert {401: settings.login_failures_max, 429: THREADS - settings.login_failures_max} == {
        status: answers.count(status) for status in set(answers)
    }
    with app.app_context(), transaction(read_only=True) as session:
        failures = session.scalar(sa.select(User.failures).where(User.login == "aigul"))
        locks = session.scalar(sa.select(sa.func.count()).where(LedgerEntry.kind == "user.locked"))
    assert (settings.login_failures_max, 1) == (failures, locks)
    assert 429 == Phone(app.test_client()).try_sign_in("aigul", PASSWORD).status_code


def test_the_same_check_in_sent_at_once_is_one(app: Flask, morning: Morning) -> None:
    """A phone that lost patience sends again while the first request is under way: one row, equal answers."""
    draft = morning.draft()
    body = draft.manifest_bytes()

    def send(_index: int) -> tuple[int, str]:
        phone = Phone(app.test_client())
        phone.key, phone.headers, phone.tokens = (
            morning.supervisor.key,
            morning.supervisor.headers,
            morning.supervisor.tokens,
        )
        answer = draft.send(phone, manifest=body)
        return answer.status_code, answer.json.get("state", answer.text)  # type: ignore[union-attr]

    answers = at_once(THREADS, send)
    assert {200, 202} >= {status for status, _state in answers}, answers
    final = {draft.send(morning.supervisor, manifest=body).text for _again in range(2)}
    assert 1 == len(final)
    with app.app_context(), transaction(read_only=True) as session:
        assert 1 == session.scalar(sa.select(sa.func.count()).select_from(CheckIn))
        kinds = list(
            session.scalars(sa.select(LedgerEntry.kind).where(LedgerEntry.subject == f"check_in:{draft.id}"))
        )
    assert ["check_in.received", "check_in.judged"] == kinds


def test_two_contents_under_one_id_at_once_are_one_check_in_and_a_conflict(
    app: Flask, morning: Morning
) -> None:
    """Whatever the database takes first stands."""
    first = morning.draft()
    second = morning.draft(id=first.id, kind="departure")

    def send(index: int) -> int:
        phone = Phone(app.test_client())
        phone.key, phone.headers, phone.tokens = (
            morning.supervisor.key,
            morning.supervisor.headers,
            morning.supervisor.tokens,
        )
        return (first, second)[index % 2].send(phone).status_code

    answers = at_once(THREADS, send)
    assert {409} < set(answers) <= {200, 202, 409}
    assert 4 == answers.count(409)


def test_workers_that_wake_together_make_one_verdict(app: Flask, morning: Morning) -> None:
    """The lease lets one of them look; nobody judges twice."""
    looked = []

    class Counting(FakeVerifier):
        """Says that it was asked."""

        def read(self, frames):  # type: ignore[no-untyped-def]
            looked.append(len(frames))
            return super().read(frames)

    app.extensions["qala_verifier"] = Counting()
    app.extensions["qala_jobs"] = LostWakeUps()
    draft = morning.draft()
    assert 202 == draft.send(morning.supervisor).status_code

    def verify(_index: int) -> None:
        with app.app_context():
            with transaction(read_only=True) as session:
                check_in_id = session.scalar(sa.select(CheckIn.id))
            assert check_in_id is not None
            work.verify(check_in_id)

    at_once(4, verify)
    assert [3] == looked
    assert "accepted" == draft.send(morning.supervisor).json["outcome"]  # type: ignore[index]
    with app.app_context(), transaction(read_only=True) as session:
        judged = sa.select(sa.func.count()).where(LedgerEntry.kind == "check_in.judged")
        assert 1 == session.scalar(judged)


def test_a_worker_that_was_too_slow_writes_nothing(app: Flask, morning: Morning) -> None:
    """Its lease ran out and another judged meanwhile: the first verdict stands."""
    app.extensions["qala_jobs"] = LostWakeUps()
    draft = morning.draft()
    assert 202 == draft.send(morning.supervisor).status_code

    class Slow(FakeVerifier):
        """While it looks, its lease runs out and somebody else does the work."""

        def read(self, frames):  # type: ignore[no-untyped-def]
            app.extensions["qala_verifier"] = FakeVerifier()
            morning.clock.advance(minutes=2)
            with ThreadPoolExecutor(1) as pool:
                pool.submit(verify).result(60)
            return super().read(frames)

    def verify() -> None:
        with app.app_context():
            with transaction(read_only=True) as session:
                check_in_id = session.scalar(sa.select(CheckIn.id))
            assert check_in_id is not None
            work.verify(check_in_id)

    app.extensions["qala_verifier"] = Slow()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(verify).result(60)
    with app.app_context(), transaction(read_only=True) as session:
        assert 1 == session.scalar(sa.select(sa.func.count()).where(LedgerEntry.kind == "check_in.judged"))
        assert 2 == session.scalar(sa.select(CheckIn.attempts))
        db.session.remove()
    assert "accepted" == draft.send(morning.supervisor).json["outcome"]  # type: ignore[index]


def test_the_same_enrolment_sent_at_once_is_one(app: Flask, morning: Morning) -> None:
    """As with check-ins: one row, one template."""
    person_id, enrolment_id = make_person(morning.dispatcher, morning.district_id, seed=77), str(uuid4())
    photos = [face_photo("dana", shot) for shot in range(3)]

    def send(_index: int) -> int:
        phone = Phone(app.test_client())
        phone.headers = morning.dispatcher.headers
        return enrol(phone, person_id, photos, enrolment_id=enrolment_id).status_code

    assert {200, 202} >= set(at_once(THREADS, send))
    items = morning.dispatcher.get(f"/people/{person_id}/face-templates").json["items"]  # type: ignore[index]
    assert [enrolment_id] == [item["id"] for item in items]


def test_one_person_registered_twice_at_once_is_one(app: Flask, morning: Morning) -> None:
    """The ИИН is unique: the others are told of a conflict, not of a failure."""
    body = {"family_name": "Ким", "given_name": "Ан", "biometric_basis": "consent", "iin": valid_iin(990)}

    def register(_index: int) -> int:
        phone = Phone(app.test_client())
        phone.headers = morning.dispatcher.headers
        return phone.post("/people", json={**body, "district_id": str(morning.district_id)}).status_code

    answers = at_once(THREADS, register)
    assert [201] + [409] * (THREADS - 1) == sorted(answers)


def test_two_changes_from_one_version_at_once_are_one_change(app: Flask, morning: Morning) -> None:
    """If-Match is looked at under the row's lock: nobody's change is lost in silence."""
    seen = morning.dispatcher.get(f"/people/{morning.person_id}").headers["ETag"]

    def change(index: int) -> int:
        phone = Phone(app.test_client())
        phone.headers = {**morning.dispatcher.headers, "If-Match": seen}
        return phone.patch(f"/people/{morning.person_id}", json={"given_name": f"Серік-{index}"}).status_code

    assert [200] + [412] * (THREADS - 1) == sorted(at_once(THREADS, change))
