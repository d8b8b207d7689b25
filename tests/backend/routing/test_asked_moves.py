"""A crew's moves of its route under ids of the phone, over HTTP: made once, whatever a dispatcher does between two tries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from shared.vocabulary import Role
from tests.backend.routing.conftest import Shift
from tests.phone import Phone


def ask(shift: Shift, move_id: object, to: str, phone: Phone | None = None, *, status: int = 200) -> Any:
    """The crew asks, or somebody else."""
    answer = (phone or shift.crew).put(f"{shift.path}/moves/{move_id}", json={"to": to})
    assert status == answer.status_code, answer.json
    return answer.json


def reopen(shift: Shift) -> None:
    """A dispatcher finds that the round is not finished."""
    answer = shift.dispatcher.post(f"{shift.path}/moves", json={"to": "driving", "reason": "Улица забыта"})
    assert 200 == answer.status_code, answer.json


def states(shift: Shift) -> list[str]:
    """Where the route has gone."""
    return [move["target"] for move in shift.read()["moves"]]


def test_retry_after_a_dispatcher_reopened_the_route_does_not_close_it_again(shift: Shift) -> None:
    """Its answer was lost; the crew's next finish is another move."""
    ask(shift, uuid4(), "driving")
    move_id = uuid4()
    first = ask(shift, move_id, "closed")
    assert {"id": str(move_id), "to": "closed", "changed": True} == {
        k: first[k] for k in ("id", "to", "changed")
    }
    reopen(shift)
    assert first == ask(shift, move_id, "closed")
    assert ["released", "driving", "closed", "driving"] == states(shift)
    ask(shift, uuid4(), "closed")
    assert "closed" == states(shift)[-1]


def test_move_to_where_the_route_is_is_remembered_as_no_change(shift: Shift) -> None:
    """The other one in the cab was faster."""
    ask(shift, uuid4(), "driving")
    move_id = uuid4()
    for _try in range(2):
        assert ask(shift, move_id, "driving")["changed"] is False
    assert ["released", "driving"] == states(shift)


@pytest.mark.parametrize("other", ["to", "user"])
def test_id_that_stands_for_another_move_is_a_conflict(shift: Shift, other: str) -> None:
    """What was received first stands."""
    move_id = uuid4()
    ask(shift, move_id, "driving")
    if other == "to":
        ask(shift, move_id, "closed", status=409)
    else:
        ask(shift, move_id, "driving", shift.dispatcher, status=409)
    assert ["released", "driving"] == states(shift)


def test_refused_move_may_be_asked_for_again_under_its_id(shift: Shift, staff: Callable[..., Phone]) -> None:
    """Once it can be made; nobody else's crew can make it."""
    move_id = uuid4()
    ask(shift, move_id, "closed", status=403)
    ask(shift, uuid4(), "driving", staff(Role.CREW), status=404)
    ask(shift, uuid4(), "driving")
    assert ask(shift, move_id, "closed")["changed"] is True
