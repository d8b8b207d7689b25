"""Sync over the real features: what a phone holds always becomes what its user may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.database import db, transaction
from backend.geofences import service as geofences
from backend.people import service as people
from backend.sync import service
from backend.sync.models import SyncSnapshot
from backend.tasks import rules
from backend.tasks import service as tasks
from backend.web.principal import Principal
from shared.contracts import SyncAnswer
from shared.vocabulary import Role, TaskState
from tests.backend.planning import (
    change,
    forget,
    make_fence,
    make_person,
    make_task,
    move,
    on_new_device,
    principal,
    square,
)
from tests.conftest import Clock

PERSON_NUMBERS = count(1)
pytestmark = pytest.mark.usefixtures("in_app")


@dataclass
class Device:
    """A phone that keeps what sync tells it."""

    by: Principal
    cursor: str | None = None
    held: dict[tuple[str, UUID], Any] = field(default_factory=dict)

    def ask(self) -> SyncAnswer:
        """An answer, which may still be lost on its way."""
        forget()
        with transaction():
            return service.answer(self.by, self.cursor)

    def store(self, answer: SyncAnswer) -> None:
        """Do what an answer says."""
        if answer.reset:
            self.held.clear()
        for gone in answer.tombstones:
            del self.held[gone.kind, gone.id]
        self.held |= {("task", card.id): card for card in answer.tasks}
        self.held |= {("check_in", check_in.id): check_in for check_in in answer.check_ins}
        self.cursor = answer.cursor

    def sync(self) -> SyncAnswer:
        """Ask and store."""
        answer = self.ask()
        self.store(answer)
        return answer


@pytest.fixture
def dispatcher(app: Flask, district_id: UUID, other_district_id: UUID) -> Principal:
    """A dispatcher of both districts."""
    return principal(app, Role.DISPATCHER, [district_id, other_district_id])


@pytest.fixture
def supervisor(app: Flask, district_id: UUID) -> Principal:
    """A supervisor of the first district."""
    return principal(app, Role.SUPERVISOR, [district_id])


def given_task(dispatcher: Principal, supervisor: Principal, district_id: UUID, **wished: Any) -> UUID:
    """A task in the supervisor's hands."""
    wished = {"assignee_ids": [supervisor.user_id]} | wished
    return make_task(dispatcher, district_id, state=TaskState.ASSIGNED, **wished)


def test_a_first_answer_is_complete_and_says_so(
    dispatcher: Principal, supervisor: Principal, district_id: UUID
) -> None:
    """The phone forgets what it may have had from somebody else."""
    task_id = given_task(dispatcher, supervisor, district_id)
    answer = Device(supervisor).sync()
    assert (True, [task_id], ()) == (answer.reset, [card.id for card in answer.tasks], answer.tombstones)


def test_nothing_new_keeps_the_cursor(
    dispatcher: Principal, supervisor: Principal, district_id: UUID
) -> None:
    """Polling writes nothing."""
    given_task(dispatcher, supervisor, district_id)
    device = Device(supervisor)
    first, second = device.sync(), device.sync()
    assert (first.cursor, False, (), ()) == (second.cursor, second.reset, second.tasks, second.tombstones)


def test_a_change_is_sent_once(dispatcher: Principal, supervisor: Principal, district_id: UUID) -> None:
    """And alone."""
    task_id = given_task(dispatcher, supervisor, district_id)
    given_task(dispatcher, supervisor, district_id)
    device = Device(supervisor)
    device.sync()
    change(task_id, dispatcher, note="bring salt")
    assert [task_id] == [card.id for card in device.sync().tasks]
    assert () == device.sync().tasks


def test_who_is_unassigned_gets_a_tombstone(
    app: Flask, dispatcher: Principal, supervisor: Principal, district_id: UUID
) -> None:
    """The task still exists, on somebody else's phone."""
    colleague = principal(app, Role.SUPERVISOR, [district_id])
    task_id = given_task(dispatcher, supervisor, district_id)
    mine, theirs = Device(supervisor), Device(colleague)
    mine.sync(), theirs.sync()
    change(task_id, dispatcher, assignee_ids=[colleague.user_id])
    assert [task_id] == [gone.id for gone in mine.sync().tombstones]
    assert [task_id] == [card.id for card in theirs.sync().tasks]
    assert {} == mine.held


def test_a_lost_answer_loses_nothing(dispatcher: Principal, supervisor: Principal, district_id: UUID) -> None:
    """The old cursor still works and tells the same, and what came since."""
    first = given_task(dispatcher, supervisor, district_id)
    device = Device(supervisor)
    device.sync()
    move(first, dispatcher, TaskState.DRAFT)
    second = given_task(dispatcher, supervisor, district_id)
    for _lost in range(service.KEPT_PER_DEVICE + 3):
        device.ask()
    third = given_task(dispatcher, supervisor, district_id)
    answer = device.sync()
    assert (False, {second, third}, [first]) == (
        answer.reset,
        {card.id for card in answer.tasks},
        [gone.id for gone in answer.tombstones],
    )


def test_a_cursor_that_is_unknown_foreign_or_nonsense_starts_afresh(
    app: Flask, dispatcher: Principal, supervisor: Principal, district_id: UUID
) -> None:
    """Never an error: the phone could do nothing about it."""
    task_id = given_task(dispatcher, supervisor, district_id)
    other = Device(on_new_device(app, supervisor.user_id))
    for cursor in (other.sync().cursor, str(uuid4()), "nonsense", "\u0436" * 500):
        answer = Device(supervisor, cursor=cursor).sync()
        assert (True, [task_id]) == (answer.reset, [card.id for card in answer.tasks])


def test_only_a_few_snapshots_are_kept(
    dispatcher: Principal, supervisor: Principal, district_id: UUID
) -> None:
    """And an old cursor is then as good as none."""
    task_id = given_task(dispatcher, supervisor, district_id)
    device = Device(supervisor)
    first = device.sync().cursor
    for number in range(service.KEPT_PER_DEVICE + 2):
        change(task_id, dispatcher, note=str(number))
        device.sync()
    with transaction(read_only=True):
        count = db.session().scalar(sa.select(sa.func.count()).select_from(SyncSnapshot))
    assert service.KEPT_PER_DEVICE == count
    assert Device(supervisor, cursor=first).ask().reset


def test_what_leaves_between_looking_and_loading_is_not_believed_held(supervisor: Principal) -> None:
    """A thing that was not sent must be sent when it comes back."""
    thing, there = uuid4(), [False]

    @dataclass(frozen=True)
    class Thing:
        id: UUID

    source = service.Source(
        field="tasks",
        visible=lambda _by: {thing: "1"},
        load=lambda _by, _ids: [Thing(thing)] if there[0] else [],
    )
    with transaction():
        first = service.answer(supervisor, sources={"task": source})
        there[0] = True
        second = service.answer(supervisor, first.cursor, sources={"task": source})
    assert ((), (Thing(thing),)) == (first.tasks, second.tasks)


def test_every_kind_has_its_field_of_the_answer() -> None:
    """A registration with a misspelt field would fail at the first phone."""
    assert {source.field for source in service.SOURCES.values()} <= set(SyncAnswer.__dataclass_fields__)


ACTS = (
    "create",
    "assign",
    "reassign",
    "to_draft",
    "start",
    "cancel",
    "note",
    "district",
    "fence",
    "person",
    "week",
    "lost",
)


@pytest.mark.slow
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.booleans()), max_size=14))
def test_whatever_happens_the_phone_ends_with_what_a_fresh_one_gets(
    app: Flask,
    clock: Clock,
    dispatcher: Principal,
    supervisor: Principal,
    district_id: UUID,
    other_district_id: UUID,
    acts: list[tuple[str, int, bool]],
) -> None:
    """Random acts of a dispatcher, random syncs, random lost answers."""
    colleague = principal(app, Role.SUPERVISOR, [district_id, other_district_id])
    world = World(dispatcher, supervisor, colleague, clock, district_id, other_district_id)
    device = Device(on_new_device(app, supervisor.user_id))
    for act, which, syncs in acts:
        if act == "lost":
            device.ask()
        else:
            world.do(act, which)
        if syncs:
            device.sync()
    device.sync()
    fresh = Device(on_new_device(app, supervisor.user_id))
    fresh.sync()
    assert fresh.held == device.held


@dataclass
class World:
    """A dispatcher who does what a random choice says, where the rules allow it."""

    dispatcher: Principal
    supervisor: Principal
    colleague: Principal  # works in both districts
    clock: Clock
    here: UUID
    there: UUID
    task_ids: list[UUID] = field(default_factory=list)
    act_count: int = 0

    def __post_init__(self) -> None:
        self.fence_id = make_fence(self.dispatcher, self.here)
        self.person_id = make_person(self.dispatcher, self.here, number=next(PERSON_NUMBERS))
        self.do("create", 1)

    def do(self, act: str, which: int) -> None:
        """One act on one of the tasks."""
        self.act_count += 1
        if act == "create" or not self.task_ids:
            place = {"geofence_id": self.fence_id, "person_ids": [self.person_id]} if which % 2 else {}
            self.task_ids.append(given_task(self.dispatcher, self.supervisor, self.here, **place))
            return
        if act == "week":
            self.clock.advance(days=7)
            return
        forget()
        with transaction():
            if act == "fence":
                fence = geofences.to_change(self.fence_id, self.dispatcher)
                geofences.change(
                    fence, self.dispatcher, boundary=square(side=0.002 + 0.0001 * self.act_count)
                )
            elif act == "person":
                people.change(
                    self.person_id, self.dispatcher, identity={"given_name": f"Имя{'я' * self.act_count}"}
                )
            else:
                self._on_task(act, self.task_ids[which % len(self.task_ids)])

    def _on_task(self, act: str, task_id: UUID) -> None:
        task = tasks.to_change(task_id, self.dispatcher)
        state = TaskState(task.state)
        targets = {
            "assign": TaskState.ASSIGNED,
            "to_draft": TaskState.DRAFT,
            "start": TaskState.IN_PROGRESS,
            "cancel": TaskState.CANCELLED,
        }
        view = tasks.get(task_id, self.dispatcher)
        if act in targets and targets[act] in view.next_states and (view.assignee_ids or act == "cancel"):
            tasks.move(task, self.dispatcher, to=targets[act], reason="so it is")
        elif act == "reassign" and state in rules.CHANGEABLE and view.district_id == self.here:
            mine = self.supervisor.user_id in view.assignee_ids
            other = self.colleague if mine else self.supervisor
            tasks.change(task, self.dispatcher, assignee_ids=[other.user_id])
        elif act == "note" and state in rules.CHANGEABLE:
            tasks.change(task, self.dispatcher, note=f"note {self.act_count}")
        elif act == "district" and state in rules.CHANGEABLE and view.geofence_id is None:
            elsewhere = self.there if view.district_id == self.here else self.here
            tasks.change(task, self.dispatcher, district_id=elsewhere, assignee_ids=[self.colleague.user_id])
