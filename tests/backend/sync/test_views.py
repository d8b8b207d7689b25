"""Sync over HTTP: the answer on the wire, and whose it is."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from shared.contracts import SyncAnswer, decode
from shared.vocabulary import Role
from tests.backend.planning import LAT, LON
from tests.phone import Phone

Staff = Callable[..., Phone]


def assign(dispatcher: Phone, crew: Phone, district_id: UUID) -> str:
    """A task in the crew's hands."""
    task = dispatcher.post(
        "/tasks",
        json={
            "district_id": str(district_id),
            "kind": "waste",
            "title": "Empty the containers",
            "starts_at": "2026-11-23T09:00:00+05:00",
            "ends_at": "2026-11-23T13:00:00+05:00",
            "place": {"type": "Point", "coordinates": [LON, LAT]},
            "radius_m": 100,
            "assignee_ids": [crew.tokens["user"]["id"]],
        },
    ).json
    assert 200 == dispatcher.post(f"/tasks/{task['id']}/moves", json={"to": "assigned"}).status_code
    return str(task["id"])


def test_a_phone_reads_the_answer_with_its_own_decoder(staff: Staff, district_id: UUID) -> None:
    """The wire's contract holds from end to end."""
    dispatcher, crew = staff(Role.DISPATCHER), staff(Role.CREW)
    task_id = assign(dispatcher, crew, district_id)
    first = decode(SyncAnswer, crew.get("/sync").json)
    assert (True, [task_id]) == (first.reset, [str(card.id) for card in first.tasks])
    dispatcher.post(f"/tasks/{task_id}/moves", json={"to": "cancelled", "reason": "frost"})
    second = decode(SyncAnswer, crew.get(f"/sync?cursor={first.cursor}").json)
    assert (False, ["cancelled"]) == (second.reset, [card.state.value for card in second.tasks])


def test_a_stolen_cursor_is_worth_nothing(staff: Staff, district_id: UUID) -> None:
    """Another device gets its own complete answer."""
    dispatcher, crew, other = staff(Role.DISPATCHER), staff(Role.CREW), staff(Role.CREW)
    assign(dispatcher, crew, district_id)
    answer = other.get(f"/sync?cursor={crew.get('/sync').json['cursor']}").json
    assert (True, [], []) == (answer["reset"], answer["tasks"], answer["tombstones"])


@pytest.mark.parametrize("role", list(Role))
def test_everyone_may_sync(staff: Staff, role: Role) -> None:
    """Whoever has nothing to carry gets an empty answer."""
    answer = staff(role).get("/sync")
    assert (200, []) == (answer.status_code, answer.json["tasks"])


def test_a_cursor_too_long_is_refused(staff: Staff) -> None:
    """It cannot be one of ours."""
    assert 422 == staff(Role.CREW).get(f"/sync?cursor={'x' * 501}").status_code
