"""Tasks in the database: scope, moves, the ledger, and what phones and check-ins are shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from backend.accounts import service as accounts
from backend.database import transaction
from backend.errors import Conflict, Invalid, NotAllowed, NotFound
from backend.geofences import service as geofences
from backend.ledger.service import all_entries
from backend.people import service as people
from backend.tasks import service
from backend.web.principal import Principal
from shared.contracts import TaskCard, decode, encode
from shared.vocabulary import EvidenceKind, Role, TaskKind, TaskState
from tests.backend.planning import (
    LAT,
    LON,
    MONDAY,
    change,
    forget,
    make_fence,
    make_person,
    make_task,
    move,
    on_new_device,
    plan,
    principal,
    square,
)
from tests.conftest import Clock

pytestmark = pytest.mark.usefixtures("in_app")
ASSIGNED, IN_PROGRESS, DONE, VERIFIED = (
    TaskState.ASSIGNED,
    TaskState.IN_PROGRESS,
    TaskState.DONE,
    TaskState.VERIFIED,
)


@pytest.fixture
def dispatcher(app: Flask, district_id: UUID, other_district_id: UUID) -> Principal:
    """A dispatcher of both districts."""
    return principal(app, Role.DISPATCHER, [district_id, other_district_id])


@pytest.fixture
def supervisor(app: Flask, district_id: UUID) -> Principal:
    """A supervisor of the first district."""
    return principal(app, Role.SUPERVISOR, [district_id])


@pytest.fixture
def assigned(dispatcher: Principal, supervisor: Principal, district_id: UUID) -> UUID:
    """A task in the supervisor's hands."""
    return make_task(dispatcher, district_id, state=ASSIGNED, assignee_ids=[supervisor.user_id])


def seen(by: Principal) -> dict[UUID, str]:
    """What is on the principal's phone, read afresh."""
    forget()
    with transaction(read_only=True):
        return service.visible(by)


def cards(by: Principal) -> list[TaskCard]:
    """The cards on the principal's phone."""
    forget()
    with transaction():
        return service.load(by, service.visible(by))


def refused(call: Callable[[], Any]) -> list[str]:
    """The fields that a call is refused for."""
    with pytest.raises(Invalid) as refusal:
        call()
    return sorted(refusal.value.errors)


def test_a_plan_is_kept_as_it_was_sent(
    dispatcher: Principal, supervisor: Principal, district_id: UUID
) -> None:
    """Every field comes back."""
    wished = plan(
        district_id,
        title=" Sweep ",
        geofence_id=make_fence(dispatcher, district_id),
        required_evidence=(EvidenceKind.CHECK_IN, EvidenceKind.PHOTO),
        assignee_ids=frozenset({supervisor.user_id}),
        person_ids=frozenset({make_person(dispatcher, district_id)}),
    )
    with transaction():
        task_id = service.create(dispatcher, **wished).id
    forget()
    with transaction(read_only=True):
        task = service.get(task_id, dispatcher)
    assert wished | {"title": "Sweep"} == {name: getattr(task, name) for name in wished}
    assert (TaskState.DRAFT, 1, dispatcher.user_id) == (task.state, task.version, task.created_by)


def test_records_are_asked_before_a_plan_is_believed(
    app: Flask, dispatcher: Principal, district_id: UUID, other_district_id: UUID
) -> None:
    """Staff, people and geofences of another district do not fit."""
    stranger = principal(app, Role.SUPERVISOR, [other_district_id])
    wished = {
        "assignee_ids": [stranger.user_id],
        "person_ids": [make_person(dispatcher, other_district_id)],
        "geofence_id": make_fence(dispatcher, other_district_id),
    }
    assert sorted(wished) == refused(lambda: make_task(dispatcher, district_id, **wished))


def test_a_planner_plans_only_in_own_districts(
    app: Flask, district_id: UUID, other_district_id: UUID
) -> None:
    """Neither new tasks nor tasks moved there."""
    local = principal(app, Role.DISPATCHER, [district_id])
    assert ["district_id"] == refused(lambda: make_task(local, other_district_id))
    task_id = make_task(local, district_id)
    assert ["district_id"] == refused(lambda: change(task_id, local, district_id=other_district_id))


def test_what_stays_the_same_is_no_change(dispatcher: Principal, assigned: UUID) -> None:
    """No version and no ledger entry for nothing."""
    with transaction():
        task = service.get(assigned, dispatcher)
    change(
        assigned, dispatcher, title=task.title, starts_at=task.starts_at, assignee_ids=list(task.assignee_ids)
    )
    with transaction():
        assert task.version == service.get(assigned, dispatcher).version


def test_words_may_change_though_the_geofence_was_archived(dispatcher: Principal, district_id: UUID) -> None:
    """What the change does not touch is not asked again; the window is."""
    fence_id = make_fence(dispatcher, district_id)
    task_id = make_task(dispatcher, district_id, geofence_id=fence_id)
    with transaction():
        geofences.archive(geofences.to_change(fence_id, dispatcher), dispatcher)
    change(task_id, dispatcher, title="Sweep twice")
    later = MONDAY + timedelta(hours=9)
    assert ["geofence_id"] == refused(lambda: change(task_id, dispatcher, ends_at=later))


def test_a_draft_is_checked_again_when_it_is_assigned(
    app: Flask, dispatcher: Principal, supervisor: Principal, district_id: UUID, other_district_id: UUID
) -> None:
    """An assignee may have left the district meanwhile."""
    admin = principal(app, Role.ADMINISTRATOR, [])
    task_id = make_task(dispatcher, district_id, assignee_ids=[supervisor.user_id])
    with transaction():
        accounts.change_user(supervisor.user_id, admin, district_ids=[other_district_id])
    assert ["assignee_ids"] == refused(lambda: move(task_id, dispatcher, ASSIGNED))


def test_a_task_goes_its_way_and_keeps_every_move(
    dispatcher: Principal, supervisor: Principal, assigned: UUID
) -> None:
    """With who moved it, and why where that was asked."""
    move(assigned, supervisor, IN_PROGRESS)
    move(assigned, supervisor, DONE)
    move(assigned, dispatcher, IN_PROGRESS, "the snow is still there")
    move(assigned, supervisor, DONE)
    move(assigned, dispatcher, VERIFIED)
    forget()
    with transaction():
        task = service.get(assigned, dispatcher)
    assert ["assigned", "in_progress", "done", "in_progress", "done", "verified"] == [
        step.target for step in task.moves
    ]
    assert ("the snow is still there", dispatcher.user_id) == (task.moves[3].reason, task.moves[3].moved_by)
    assert [1, 2, 3, 4, 5, 6] == [step.number for step in task.moves]


def test_a_move_that_the_table_lacks_is_a_conflict(dispatcher: Principal, assigned: UUID) -> None:
    """The message says where the task can go."""
    with pytest.raises(Conflict) as refusal:
        move(assigned, dispatcher, VERIFIED)
    assert "draft, in_progress, cancelled" in str(refusal.value.detail)


def test_a_supervisor_does_not_verify_own_work(supervisor: Principal, assigned: UUID) -> None:
    """Who did it does not judge it."""
    move(assigned, supervisor, IN_PROGRESS)
    move(assigned, supervisor, DONE)
    with pytest.raises(NotAllowed):
        move(assigned, supervisor, VERIFIED)


def test_the_same_move_again_changes_nothing(
    dispatcher: Principal, supervisor: Principal, assigned: UUID
) -> None:
    """The phone repeats what it got no answer to."""
    for _again in range(2):
        move(assigned, supervisor, IN_PROGRESS)
    with transaction():
        task = service.get(assigned, dispatcher)
    assert (3, 2) == (task.version, len(task.moves))


def test_what_is_done_is_not_changed(dispatcher: Principal, district_id: UUID, supervisor: Principal) -> None:
    """Evidence was given for the plan as it was."""
    task_id = make_task(dispatcher, district_id, state=DONE, assignee_ids=[supervisor.user_id])
    with pytest.raises(Conflict):
        change(task_id, dispatcher, title="Something else")


def test_the_ledger_knows_ids_and_states_but_no_words(
    dispatcher: Principal, supervisor: Principal, district_id: UUID
) -> None:
    """Titles, notes and reasons may name people."""
    task_id = make_task(
        dispatcher, district_id, title="SECRET", note="SECRET", assignee_ids=[supervisor.user_id]
    )
    change(task_id, dispatcher, note="SECRET too", priority=1)
    move(task_id, dispatcher, TaskState.CANCELLED, "SECRET reason")
    with transaction(read_only=True):
        entries = [entry for entry in all_entries() if entry["subject"] == f"task:{task_id}"]
    assert ["task.created", "task.changed", "task.moved"] == [entry["kind"] for entry in entries]
    assert ["note", "priority"] == entries[1]["facts"]["fields"]
    assert ("draft", "cancelled") == (entries[2]["facts"]["source"], entries[2]["facts"]["target"])
    assert {("supervision", str(district_id))} == {
        (entry["audience"], entry["district_id"]) for entry in entries
    }
    assert "SECRET" not in json.dumps(entries)


def test_work_without_people_is_told_to_operations(
    app: Flask, dispatcher: Principal, district_id: UUID
) -> None:
    """Crews see their own kind of work on the live feed."""
    make_task(dispatcher, district_id, kind=TaskKind.SNOW)
    with transaction(read_only=True):
        assert "operations" == next(e["audience"] for e in all_entries() if e["kind"] == "task.created")


def test_lists_are_narrowed(dispatcher: Principal, district_id: UUID, other_district_id: UUID) -> None:
    """By kind, state, district and a span of time."""
    first = make_task(dispatcher, district_id)
    second = make_task(dispatcher, other_district_id, kind=TaskKind.SNOW)
    begin, end = MONDAY + timedelta(hours=4), MONDAY + timedelta(hours=8)

    def ids(**wished: Any) -> set[UUID]:
        with transaction(read_only=True):
            return {task.id for task in service.list_tasks(dispatcher, limit=10, **wished).items}

    assert {first, second} == ids()
    assert {second} == ids(kind=TaskKind.SNOW)
    assert {first} == ids(district_id=district_id)
    assert set() == ids(state=ASSIGNED)
    assert {first, second} == ids(ends_from=end, starts_before=begin + timedelta(seconds=1))
    assert set() == ids(starts_before=begin)
    assert set() == ids(ends_from=end + timedelta(seconds=1))


def test_those_who_do_tasks_reach_only_their_own(
    app: Flask, dispatcher: Principal, supervisor: Principal, assigned: UUID, district_id: UUID
) -> None:
    """Neither drafts nor the tasks of a colleague; evidence for them is kept for a person to decide on."""
    colleague = principal(app, Role.SUPERVISOR, [district_id])
    draft = make_task(dispatcher, district_id, assignee_ids=[supervisor.user_id])
    with transaction(read_only=True):
        assert [assigned] == [task.id for task in service.list_tasks(supervisor, limit=10).items]
        assert [] == service.list_tasks(colleague, limit=10).items
        assert assigned == service.get(assigned, supervisor).id
        for task_id, by in ((draft, supervisor), (assigned, colleague), (uuid4(), supervisor)):
            with pytest.raises(NotFound):
                service.get(task_id, by)
        assert service.for_check_in(assigned, supervisor).assigned
        assert not service.for_check_in(assigned, colleague).assigned
        assert not service.for_check_in(draft, supervisor).assigned


def test_tasks_of_nobody_and_of_other_districts_take_no_check_in(
    app: Flask, assigned: UUID, supervisor: Principal, other_district_id: UUID
) -> None:
    """What lies elsewhere looks like what is nowhere."""
    stranger = principal(app, Role.SUPERVISOR, [other_district_id])
    with transaction(read_only=True):
        for task_id, by in ((assigned, stranger), (uuid4(), supervisor)):
            with pytest.raises(NotFound):
                service.for_check_in(task_id, by)


def test_a_check_in_learns_what_it_is_judged_against(
    dispatcher: Principal, supervisor: Principal, district_id: UUID
) -> None:
    """The place in GeoJSON, the window, the people."""
    person_id, fence_id = make_person(dispatcher, district_id), make_fence(dispatcher, district_id)
    fenced = make_task(
        dispatcher,
        district_id,
        state=ASSIGNED,
        assignee_ids=[supervisor.user_id],
        person_ids=[person_id],
        geofence_id=fence_id,
    )
    round_a_point = make_task(dispatcher, district_id, state=ASSIGNED, assignee_ids=[supervisor.user_id])
    with transaction(read_only=True):
        first, second = (service.for_check_in(task_id, supervisor) for task_id in (fenced, round_a_point))
    assert (square(), None, {person_id}, ASSIGNED) == (
        first.place,
        first.radius_m,
        first.person_ids,
        first.state,
    )
    assert ({"type": "Point", "coordinates": [LON, LAT]}, 100.0) == (second.place, second.radius_m)
    assert (fence_id, None) == (first.geofence_id, second.geofence_id)


def test_a_card_holds_what_the_phone_needs_offline(
    dispatcher: Principal, supervisor: Principal, district_id: UUID
) -> None:
    """And it passes the wire's own decoder."""
    person_id, fence_id = make_person(dispatcher, district_id), make_fence(dispatcher, district_id)
    task_id = make_task(
        dispatcher,
        district_id,
        state=ASSIGNED,
        assignee_ids=[supervisor.user_id],
        person_ids=[person_id],
        geofence_id=fence_id,
    )
    (card,) = cards(supervisor)
    assert (task_id, square(), [person_id]) == (card.id, card.place, [person.id for person in card.people])
    assert card == decode(TaskCard, json.loads(json.dumps(encode(card))))


def test_planners_carry_no_tasks(dispatcher: Principal, assigned: UUID) -> None:
    """They work online."""
    assert ({}, []) == (seen(dispatcher), cards(dispatcher))


def test_a_draft_is_not_on_the_phone_until_it_is_assigned(
    dispatcher: Principal, supervisor: Principal, assigned: UUID
) -> None:
    """And leaves it when it is taken back."""
    assert {assigned} == set(seen(supervisor))
    move(assigned, dispatcher, TaskState.DRAFT)
    assert {} == seen(supervisor)


def test_a_closed_task_leaves_the_phone_a_week_after_its_end(
    dispatcher: Principal, supervisor: Principal, assigned: UUID, clock: Clock
) -> None:
    """An open one stays, however late it is."""
    clock.advance(days=30)
    assert {assigned} == set(seen(supervisor))
    move(assigned, dispatcher, TaskState.CANCELLED, "ice")
    assert {} == seen(supervisor)


def test_whoever_leaves_the_district_or_the_role_loses_its_tasks(
    app: Flask, dispatcher: Principal, supervisor: Principal, assigned: UUID, other_district_id: UUID
) -> None:
    """Though the assignment still stands in the database."""
    admin = principal(app, Role.ADMINISTRATOR, [])
    for wished in (
        {"district_ids": [other_district_id]},
        {"role": Role.CREW},
        {"role": Role.PROBATION_OFFICER},
    ):
        with transaction():
            accounts.change_user(supervisor.user_id, admin, **wished)
        forget()
        assert {} == seen(on_new_device(app, supervisor.user_id))


@pytest.mark.parametrize("what", ["task", "fence", "person", "move"])
def test_whatever_shows_on_a_card_changes_its_version(
    dispatcher: Principal, supervisor: Principal, district_id: UUID, what: str
) -> None:
    """So sync sends the card again, and otherwise does not."""
    person_id, fence_id = make_person(dispatcher, district_id), make_fence(dispatcher, district_id)
    task_id = make_task(
        dispatcher,
        district_id,
        state=ASSIGNED,
        assignee_ids=[supervisor.user_id],
        person_ids=[person_id],
        geofence_id=fence_id,
    )
    before = seen(supervisor)
    assert before == seen(supervisor)
    if what == "task":
        change(task_id, dispatcher, note="bring shovels")
    if what == "move":
        move(task_id, supervisor, IN_PROGRESS)
    with transaction():
        if what == "fence":
            geofences.change(
                geofences.to_change(fence_id, dispatcher), dispatcher, boundary=square(side=0.003)
            )
        if what == "person":
            people.change(person_id, dispatcher, identity={"given_name": "Серик"})
    after = seen(supervisor)
    assert set(before) == set(after)
    assert before != after


def test_a_person_who_moves_away_leaves_the_card(
    dispatcher: Principal, supervisor: Principal, district_id: UUID, other_district_id: UUID
) -> None:
    """A name is shown only where its bearer works."""
    person_id = make_person(dispatcher, district_id)
    make_task(
        dispatcher, district_id, state=ASSIGNED, assignee_ids=[supervisor.user_id], person_ids=[person_id]
    )
    before = seen(supervisor)
    assert [person_id] == [person.id for card in cards(supervisor) for person in card.people]
    with transaction():
        people.change(person_id, dispatcher, district_id=other_district_id)
    assert before != seen(supervisor)
    assert [()] == [card.people for card in cards(supervisor)]


def test_only_visible_cards_are_loaded(
    app: Flask, supervisor: Principal, assigned: UUID, district_id: UUID
) -> None:
    """Whoever asks for another's id gets nothing."""
    colleague = principal(app, Role.SUPERVISOR, [district_id])
    with transaction():
        assert [] == service.load(colleague, [assigned])
        assert [assigned] == [card.id for card in service.load(supervisor, [assigned, uuid4()])]
