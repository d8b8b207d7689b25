"""Moves under ids of the phone: made once, whatever happens between two tries."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from flask import Flask

from backend.database import transaction
from backend.errors import Conflict, NotFound
from backend.ledger.service import all_entries
from backend.tasks import asked_moves, service
from backend.tasks.models import AskedMove
from backend.web.principal import Principal
from shared.vocabulary import Role, TaskState
from tests.backend.planning import change, forget, make_task, move, principal

DONE, IN_PROGRESS = TaskState.DONE, TaskState.IN_PROGRESS


pytestmark = pytest.mark.usefixtures("in_app")


@pytest.fixture
def dispatcher(app: Flask, district_id: UUID) -> Principal:
    """Who plans."""
    return principal(app, Role.DISPATCHER, [district_id])


@pytest.fixture
def supervisor(app: Flask, district_id: UUID) -> Principal:
    """Who works."""
    return principal(app, Role.SUPERVISOR, [district_id])


@pytest.fixture
def task_id(dispatcher: Principal, supervisor: Principal, district_id: UUID) -> UUID:
    """A task that is being worked at."""
    made = make_task(dispatcher, district_id, state=TaskState.ASSIGNED, assignee_ids=[supervisor.user_id])
    move(made, supervisor, IN_PROGRESS)
    return made


def ask(
    move_id: UUID, task_id: UUID, by: Principal, to: TaskState = DONE, reason: str = ""
) -> dict[str, object]:
    """One request; what is answered."""
    with transaction():
        asked = asked_moves.receive(move_id, task_id, by, to=to, reason=reason)
        answer = {
            name: getattr(asked, name) for name in ("id", "task_id", "target", "changed", "received_at")
        }
    forget()
    return answer


def targets(task_id: UUID, by: Principal) -> list[str]:
    """Where the task has gone."""
    with transaction():
        return [step.target.value for step in service.get(task_id, by).moves]


def test_same_move_again_is_answered_as_the_first_time(
    dispatcher: Principal, supervisor: Principal, task_id: UUID
) -> None:
    """It is made once; the ledger has one entry."""
    move_id = uuid4()
    first = ask(move_id, task_id, supervisor)
    assert (True, DONE) == (first["changed"], first["target"])
    assert first == ask(move_id, task_id, supervisor)
    assert ["assigned", "in_progress", "done"] == targets(task_id, dispatcher)
    assert 3 == sum(entry["kind"] == "task.moved" for entry in all_entries())


def test_move_that_was_taken_back_is_not_made_again(
    dispatcher: Principal, supervisor: Principal, task_id: UUID
) -> None:
    """The answer was lost, a dispatcher reopened the task, the phone tries again; a new move is another thing."""
    move_id = uuid4()
    first = ask(move_id, task_id, supervisor)
    move(task_id, dispatcher, IN_PROGRESS, "the snow is still there")
    assert first == ask(move_id, task_id, supervisor)
    assert "in_progress" == targets(task_id, dispatcher)[-1]
    ask(uuid4(), task_id, supervisor)
    assert "done" == targets(task_id, dispatcher)[-1]


def test_move_to_where_the_task_is_changes_nothing_and_is_remembered(
    dispatcher: Principal, supervisor: Principal, task_id: UUID
) -> None:
    """Somebody else was faster; nor is it made later, when the task has been taken back."""
    move(task_id, supervisor, DONE)
    move_id = uuid4()
    assert ask(move_id, task_id, supervisor)["changed"] is False
    move(task_id, dispatcher, IN_PROGRESS, "the snow is still there")
    ask(move_id, task_id, supervisor)
    assert "in_progress" == targets(task_id, dispatcher)[-1]


def test_known_move_is_answered_though_the_task_went_to_somebody_else(
    dispatcher: Principal, supervisor: Principal, task_id: UUID, app: Flask, district_id: UUID
) -> None:
    """The phone must not call refused what the server has made; a new move is out of its reach."""
    move_id = uuid4()
    first = ask(move_id, task_id, supervisor)
    move(task_id, dispatcher, IN_PROGRESS, "the snow is still there")
    change(task_id, dispatcher, assignee_ids=[principal(app, Role.SUPERVISOR, [district_id]).user_id])
    assert first == ask(move_id, task_id, supervisor)
    with pytest.raises(NotFound):
        ask(uuid4(), task_id, supervisor)


@pytest.mark.parametrize("other", ["to", "reason", "task", "user"])
def test_id_with_other_content_is_a_conflict(
    dispatcher: Principal, supervisor: Principal, task_id: UUID, district_id: UUID, other: str
) -> None:
    """What was received first stands."""
    move_id = uuid4()
    ask(move_id, task_id, supervisor)
    second = make_task(dispatcher, district_id, state=TaskState.ASSIGNED, assignee_ids=[supervisor.user_id])
    with pytest.raises(Conflict):
        ask(
            move_id,
            second if other == "task" else task_id,
            dispatcher if other == "user" else supervisor,
            IN_PROGRESS if other == "to" else DONE,
            "x" if other == "reason" else "",
        )


def test_refused_move_is_not_remembered(dispatcher: Principal, supervisor: Principal, task_id: UUID) -> None:
    """Once the task can go there, the same item goes through."""
    move_id = uuid4()
    with pytest.raises(Conflict):
        ask(move_id, task_id, supervisor, TaskState.DRAFT)
    with transaction() as session:
        assert session.get(AskedMove, move_id) is None
