"""The stock that a phone keeps by itself: short-lived, for who is at work, without spot checks, and never piling up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.attendance.challenges.models import Challenge
from backend.attendance.challenges.stock import EACH_MOST
from backend.attendance.spot_checks.models import SpotCheck, SpotCheckHandOver
from backend.database import transaction
from backend.ledger.service import all_entries
from tests.backend.attendance.conftest import Morning, Yard
from tests.conftest import PASSWORD
from tests.factories import enrol, frames_of, make_person
from tests.fakes import face_photo
from tests.phone import Phone


def renew(phone: Phone, *person_ids: str, unused: list[str] | None = None) -> list[dict[str, Any]]:
    """The challenges of a renewed stock."""
    body = {"person_ids": list(person_ids), "unused": unused or []}
    answer = phone.post("/check-in-challenges/stock", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    return list(answer.json["items"])


def wait(morning: Morning, minutes: float) -> None:
    """Let time pass; the supervisor stays signed in."""
    morning.clock.advance(minutes=minutes)
    morning.supervisor.refresh()


def kept(app: Flask) -> set[str]:
    """The ids of all challenges that the server knows."""
    with app.app_context(), transaction(read_only=True) as session:
        return {str(each) for each in session.scalars(sa.select(Challenge.id))}


def since_server(morning: Morning, server_at: str) -> dict[str, Any]:
    """The boot-time clock of a phone that last heard of the server's time then."""
    elapsed = morning.clock() - datetime.fromisoformat(server_at)
    boot_ms = 5_000 + round(elapsed.total_seconds() * 1000)
    return {"boot_id": "b", "boot_ms": boot_ms, "server_at": server_at, "server_boot_ms": 5_000}


def results(morning: Morning, challenge: dict[str, Any], start: int = 0) -> tuple[str, set[str]]:
    """The outcome of a check-in that answers a challenge, and what is not in order."""
    draft = morning.draft(asks=False, frames=frames_of("serik", start=start))
    draft.answer(challenge)
    draft.changes["clock"] = since_server(morning, challenge["issued_at"])
    answer = draft.send(morning.supervisor).json
    assert answer is not None
    return answer["outcome"], {each["code"] for each in answer["findings"] if each["result"] != "ok"}


def test_stock_lives_for_some_tens_of_minutes_and_is_accepted(morning: Morning) -> None:
    """Longer than what is asked for on the spot, and far shorter than what is taken along for days."""
    [challenge] = renew(morning.supervisor, morning.person_id)
    wait(morning, 39)
    assert ("accepted", set()) == results(morning, challenge)


def test_stock_that_has_ended_goes_to_people(morning: Morning) -> None:
    """As any stale challenge does; a person sees how the head moved."""
    [challenge] = renew(morning.supervisor, morning.person_id)
    wait(morning, 41)
    assert ("to_review", {"challenge_fresh"}) == results(morning, challenge)


def test_stock_is_spent_once(morning: Morning) -> None:
    """The second check-in with it is refused."""
    [challenge] = renew(morning.supervisor, morning.person_id)
    assert "accepted" == results(morning, challenge)[0]
    assert ("refused", {"challenge_once"}) == results(morning, challenge, start=300)


def test_nobody_gets_a_stock_of_strangers(morning: Morning, yard: Yard) -> None:
    """Only the people of one's own tasks around now; the others are passed over, and nobody else suffers."""
    wanted = [str(uuid4()), morning.person_id]
    assert [morning.person_id] == [each["person_id"] for each in renew(morning.supervisor, *wanted)]
    assert [] == renew(yard.supervisor, morning.person_id)
    body = {"person_ids": [morning.person_id]}
    assert 403 == morning.dispatcher.post("/check-in-challenges/stock", json=body).status_code


def test_who_was_sent_elsewhere_is_in_the_other_phone_s_stock(morning: Morning, yard: Yard) -> None:
    """From the moment on that the order sends the person there."""
    yard.send_here()
    assert [morning.person_id] == [each["person_id"] for each in renew(yard.supervisor, morning.person_id)]


def test_before_and_after_work_there_is_no_stock(morning: Morning) -> None:
    """An hour around the task, as check-ins count."""
    start = morning.clock()
    for hours, count in ((-1.1, 0), (-0.9, 1), (4.9, 1), (5.1, 0)):
        morning.clock.moment = start
        morning.clock.advance(hours=hours)
        again = Phone(morning.supervisor.client, name="again").sign_in(
            morning.supervisor.tokens["user"]["login"], PASSWORD
        )
        assert count == len(renew(again, morning.person_id)), hours


def test_who_refused_the_camera_or_is_not_enrolled_gets_none(morning: Morning) -> None:
    """The others of the task get theirs."""
    refused = make_person(morning.dispatcher, morning.district_id, family_name="Ким", seed=77)
    enrol(morning.dispatcher, refused, [face_photo("kim", shot) for shot in range(4)])
    unknown = make_person(morning.dispatcher, morning.district_id, family_name="Ли", seed=78)
    people = [morning.person_id, refused, unknown]
    morning.dispatcher.patch(f"/tasks/{morning.task_id}", json={"person_ids": people})
    morning.dispatcher.patch(f"/people/{refused}", json={"biometric_basis": "refused"})
    assert [morning.person_id] == [each["person_id"] for each in renew(morning.supervisor, *people)]


def test_each_person_has_a_few_of_a_stock_at_most(morning: Morning) -> None:
    """Answers may be lost, but nobody picks among many; what has ended makes room."""
    for _ in range(EACH_MOST):
        assert 1 == len(renew(morning.supervisor, morning.person_id))
    assert [] == renew(morning.supervisor, morning.person_id)
    wait(morning, 40)
    assert 1 == len(renew(morning.supervisor, morning.person_id))


def test_a_device_holds_no_more_than_the_bound(app: Flask, morning: Morning) -> None:
    """Nothing is refused: who does not fit gets none. What is asked for on the spot counts apart."""
    app.config["QALA"] = replace(app.config["QALA"], challenges_unspent_max=1)
    assert 1 == len(renew(morning.supervisor, morning.person_id))
    assert [] == renew(morning.supervisor, morning.person_id)
    body = {"task_id": morning.task_id, "person_ids": [morning.person_id]}
    assert 201 == morning.supervisor.post("/check-in-challenges", json=body).status_code


def test_what_was_never_used_is_forgotten(app: Flask, morning: Morning) -> None:
    """The phone says which; rows do not pile up over a shift, however often the stock is renewed."""
    unused: list[str] = []
    for _ in range(12):
        unused = [each["id"] for each in renew(morning.supervisor, morning.person_id, unused=unused)]
        wait(morning, 20)
    assert set(unused) == kept(app)


def test_only_one_s_own_unused_stock_can_be_given_up(app: Flask, morning: Morning) -> None:
    """Neither what was answered, nor another device's, nor what was asked for otherwise."""
    [spent] = renew(morning.supervisor, morning.person_id)
    assert "accepted" == results(morning, spent)[0]
    [held] = renew(morning.supervisor, morning.person_id)
    body = {"task_id": morning.task_id, "person_ids": [morning.person_id]}
    live = morning.supervisor.post("/check-in-challenges", json=body).json["items"][0]  # type: ignore[index]
    before = kept(app)
    renew(morning.supervisor, unused=[spent["id"], live["id"]])
    other = Phone(morning.supervisor.client, name="other").sign_in(
        morning.supervisor.tokens["user"]["login"], PASSWORD
    )
    renew(other, unused=[held["id"]])
    assert before == kept(app)


def test_no_spot_checks_come_with_it(app: Flask, morning: Morning) -> None:
    """Nothing is handed over and none is marked as foreknown."""
    work_body = {"person_ids": [morning.person_id]}
    answer = morning.supervisor.post("/check-in-challenges/stock", json=work_body)
    assert {"items", "server_time"} == set(answer.json or {})
    with app.app_context(), transaction(read_only=True) as session:
        assert 0 == session.scalar(sa.select(sa.func.count()).select_from(SpotCheckHandOver))
        assert not session.scalars(sa.select(SpotCheck.id).where(SpotCheck.foreknowledge)).all()


def test_the_ledger_counts_what_was_given(app: Flask, morning: Morning) -> None:
    """One entry a task and renewal, none where nothing was given."""
    renew(morning.supervisor, morning.person_id)
    renew(morning.supervisor)
    with app.app_context(), transaction(read_only=True):
        issued = [each for each in all_entries() if each["kind"] == "challenges.issued"]
    assert [(1, False, True)] == [
        tuple(each["facts"][name] for name in ("challenges", "offline", "stock")) for each in issued
    ]
    assert f"task:{UUID(morning.task_id)}" == issued[0]["subject"]


def test_a_city_may_do_without(app: Flask, morning: Morning) -> None:
    """Nought minutes: the button is left."""
    app.config["QALA"] = replace(app.config["QALA"], challenge_stock_minutes=0)
    assert [] == renew(morning.supervisor, morning.person_id)


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "person_ids"), ({"person_ids": ["x"]}, "person_ids"), ({"person_ids": [], "unused": 7}, "unused")],
)
def test_request_that_cannot_be_names_its_field(morning: Morning, body: dict[str, Any], field: str) -> None:
    """And nothing is issued."""
    answer = morning.supervisor.post("/check-in-challenges/stock", json=body)
    assert 422 == answer.status_code
    assert any(name.startswith(field) for name in answer.json["errors"])  # type: ignore[index]
