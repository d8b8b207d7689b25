"""What sync brought, and what is laid over it: a pull never hides, overwrites or loses what this phone has not sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from mobile.capture.held_challenges import HeldChallenges
from mobile.client.answers import Problem, Refused
from mobile.client.challenges import ChallengeBatch
from mobile.outbox.ladder import About, ItemKind, ItemState, NewItem
from mobile.outbox.task_moves import MovedTask
from shared.contracts import (
    Challenge,
    CheckInAnswer,
    DefectAnswer,
    RouteSheet,
    RouteStop,
    SpotCheck,
    StopReport,
    TaskCard,
    Tombstone,
    canonical_json,
    encode,
)
from shared.vocabulary import (
    CheckInState,
    DefectState,
    Move,
    Outcome,
    Remedy,
    RouteKind,
    RouteState,
    SkipReason,
    StopAction,
    StopState,
    TaskState,
)
from tests.mobile.phone_store import OWNER, Phone, a_task, done, hashes, new_item
from tests.mobile.scripted_server import NOON

REFUSAL = Refused(Problem(status=404, slug="not-found", detail="no such task"))


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    """A phone whose user is signed in."""
    phone = Phone(tmp_path)
    phone.local.belongs_to(OWNER)
    return phone


def move(phone: Phone, task: TaskCard, to: TaskState) -> NewItem:
    """Move a task on this phone."""
    item = new_item(
        ItemKind.TASK_MOVE,
        manifest=MovedTask(task_id=task.id, to=to).manifest(),
        photos=(),
        about=About("", {"task": task.id}),
    )
    phone.outbox.put(item)
    return item


def send(phone: Phone, item: NewItem, end: Any = None) -> None:
    """Let the server answer about an item."""
    assert phone.dispatch.begin(item.id) is not None
    phone.dispatch.finish(item.id, end or done(item), phone.clock.now)


def answer_about(item: NewItem, **changes: Any) -> CheckInAnswer:
    """What sync says of a check-in."""
    said: dict[str, Any] = {
        "id": item.id,
        "state": CheckInState.JUDGED,
        "received": hashes(item),
        "outcome": Outcome.ACCEPTED,
        "remedy": Remedy.NONE,
        "findings": (),
        "summary": "Accepted.",
        "decided_at": NOON,
        "ledger_id": 7,
        "ledger_hash": "ab",
    }
    return CheckInAnswer(**{**said, **changes})


def a_route(**changes: Any) -> RouteSheet:
    """A route of two stops."""
    stops = tuple(
        RouteStop(id=uuid4(), action=StopAction.COLLECT, title=f"Букетова {number}", lat=54.87, lon=69.15)
        for number in (41, 43)
    )
    said: dict[str, Any] = {
        "id": uuid4(),
        "kind": RouteKind.WASTE,
        "title": "Маршрут 4",
        "state": RouteState.RELEASED,
        "district_id": uuid4(),
        "starts_at": NOON,
        "ends_at": NOON + timedelta(hours=8),
        "stops": stops,
        "version": 1,
    }
    return RouteSheet(**{**said, **changes})


def report(phone: Phone, route: RouteSheet, stop_id: UUID, **changes: Any) -> NewItem:
    """Report a stop on this phone."""
    said: dict[str, Any] = {
        "id": uuid4(),
        "device_id": uuid4(),
        "route_id": route.id,
        "stop_id": stop_id,
        "route_version": 1,
        "state": StopState.DONE,
        "captured_at": NOON,
        "fixes": (),
    }
    made = StopReport(**{**said, **changes})
    item = new_item(
        ItemKind.STOP_REPORT,
        id=made.id,
        manifest=canonical_json(encode(made)),
        photos=(),
        about=About("", {"route": route.id, "stop": stop_id}),
    )
    phone.outbox.put(item)
    return item


# --- what sync brought -----------------------------------------------------------------------------------


def test_pull_is_there_after_a_crash(phone: Phone) -> None:
    """Everything and the cursor, or nothing."""
    early, late = a_task(), a_task(starts_at=NOON + timedelta(hours=1))
    phone.pull(tasks=(late, early), cursor="c7")
    phone.restart()
    assert [early, late] == [each.card for each in phone.local.tasks()]
    assert ("c7", NOON) == (phone.pulling.cursor(), phone.local.last_pull_at())
    assert phone.local.task(uuid4()) is None


def test_pull_that_fails_half_way_changes_nothing(phone: Phone) -> None:
    """The cursor stays with what it stands for."""
    task = a_task()
    phone.pull(tasks=(task,), cursor="c1")
    with pytest.raises(TypeError):
        phone.pull(tasks=(replace(task, title="Other"), "not a task"), cursor="c2")
    assert ("c1", task) == (phone.pulling.cursor(), phone.local.tasks()[0].card)


def test_changes_tombstones_and_resets_are_followed(phone: Phone) -> None:
    """A complete answer forgets what it does not name."""
    kept, gone, reset_away = a_task(), a_task(), a_task()
    phone.pull(tasks=(kept, gone, reset_away))
    phone.pull(tasks=(replace(kept, title="Новый"),), tombstones=(Tombstone(kind="task", id=gone.id),))
    assert {"Новый", reset_away.title} == {each.card.title for each in phone.local.tasks()}
    phone.pull(tasks=(kept,), reset=True)
    assert [kept.id] == [each.card.id for each in phone.local.tasks()]


def test_tombstone_of_an_unknown_kind_is_borne(phone: Phone) -> None:
    """A newer server may have more kinds."""
    phone.pull(tombstones=(Tombstone(kind="corridor", id=uuid4()),))
    assert [] == phone.local.tasks()


def test_another_user_sees_nothing_of_the_first(phone: Phone) -> None:
    """The copy goes, what is unsent stays."""
    phone.pull(tasks=(a_task(),))
    item = new_item()
    phone.outbox.put(item)
    phone.local.belongs_to(uuid4())
    assert ([], None, 1) == (phone.local.tasks(), phone.pulling.cursor(), phone.outbox.waiting_count())


def test_copy_of_another_version_is_asked_for_anew(phone: Phone) -> None:
    """After an upgrade the whole answer comes again; until then the old copy is shown."""
    phone.pull(tasks=(a_task(),))
    phone.store.facts.put("sync.written_by", "0.0.9")
    assert (None, 1) == (phone.pulling.cursor(), len(phone.local.tasks()))


def test_torn_row_is_asked_for_anew(phone: Phone) -> None:
    """One row that does not open hides nothing else, and the next answer mends it."""
    good, torn = a_task(), a_task()
    phone.pull(tasks=(good, torn))
    with phone.store.database.writing() as connection:
        connection.execute("UPDATE things SET sealed = x'00' WHERE id = ?", (str(torn.id),))
    assert [good.id] == [each.card.id for each in phone.local.tasks()]
    assert phone.pulling.cursor() is None
    phone.pull(tasks=(good, torn), reset=True, cursor="c2")
    assert (2, "c2") == (len(phone.local.tasks()), phone.pulling.cursor())


def test_spot_checks_defects_and_verdicts_are_found(phone: Phone) -> None:
    """Each by its own order."""
    checks = [
        SpotCheck(
            id=uuid4(),
            task_id=uuid4(),
            person_id=uuid4(),
            due_at=NOON,
            answer_by=NOON + timedelta(minutes=minutes),
            foreknowledge=False,
        )
        for minutes in (20, 10)
    ]
    defect = DefectAnswer(
        id=uuid4(),
        state=DefectState.RECEIVED,
        received=("0" * 64,),
        received_at=NOON,
        kind=None,
        severity=None,
        summary="Получено.",
        version=1,
    )
    verdict = answer_about(new_item())
    phone.pull(spot_checks=tuple(checks), defects=(defect,), check_ins=(verdict,))
    assert [checks[1], checks[0]] == phone.local.spot_checks()
    assert ([defect], defect) == (phone.local.defects(), phone.local.defect(defect.id))
    assert (verdict, None) == (phone.local.check_in(verdict.id), phone.local.check_in(uuid4()))
    phone.local.forget()
    assert ([], []) == (phone.local.spot_checks(), phone.local.defects())


# --- unsent changes --------------------------------------------------------------------------------------


def test_pull_does_not_overwrite_an_unsent_move(phone: Phone) -> None:
    """The phone shows what its user did, marked; the server's news of the same task come through beside it."""
    task = a_task()
    phone.pull(tasks=(task,))
    move(phone, task, TaskState.IN_PROGRESS)
    phone.pull(tasks=(replace(task, title="Новый", priority=1, version=2),))
    shown = phone.local.task(task.id)
    assert shown is not None
    assert (TaskState.IN_PROGRESS, "Новый", True) == (shown.card.state, shown.card.title, shown.unsent)


def test_sent_move_stays_until_the_server_shows_it(phone: Phone) -> None:
    """No flicker back between the answer and the next pull; after it the server's word counts."""
    task = a_task()
    phone.pull(tasks=(task,))
    item = move(phone, task, TaskState.IN_PROGRESS)
    send(phone, item)
    assert phone.local.tasks()[0].card.state is TaskState.IN_PROGRESS
    phone.pull(tasks=(replace(task, state=TaskState.CANCELLED, version=3),))
    shown = phone.local.tasks()[0]
    assert (TaskState.CANCELLED, False) == (shown.card.state, shown.unsent)


def test_refused_move_shows_the_server_s_state(phone: Phone) -> None:
    """And stands in the outbox with its reason; sent again, it is the phone's state once more."""
    task = a_task()
    phone.pull(tasks=(task,))
    item = move(phone, task, TaskState.DONE)
    send(phone, item, REFUSAL)
    assert phone.local.tasks()[0].card.state is TaskState.ASSIGNED
    phone.outbox.retry(item.id)
    assert phone.local.tasks()[0].card.state is TaskState.DONE


def test_latest_of_several_moves_is_shown(phone: Phone) -> None:
    """They are sent in their order."""
    task = a_task()
    phone.pull(tasks=(task,))
    first = move(phone, task, TaskState.IN_PROGRESS)
    second = move(phone, task, TaskState.DONE)
    assert phone.local.tasks()[0].card.state is TaskState.DONE
    assert first.id == phone.due()
    send(phone, first)
    assert second.id == phone.due()


@pytest.mark.parametrize("reset", [False, True])
def test_withdrawn_task_with_unsent_work_stays_visible(phone: Phone, reset: bool) -> None:
    """Deleted there, changed here: kept, marked, and sent all the same; it goes when nothing of it is left."""
    task = a_task()
    phone.pull(tasks=(task,))
    item = new_item(about=About("Ахметов С. Б.", {"task": task.id}))
    phone.outbox.put(item)
    phone.pull(reset=reset, tombstones=() if reset else (Tombstone(kind="task", id=task.id),))
    shown = phone.local.task(task.id)
    assert shown is not None
    assert (True, task.title) == (shown.withdrawn, shown.card.title)
    assert phone.outbox.get(item.id).withdrawn  # type: ignore[union-attr]
    send(phone, item, REFUSAL)
    phone.pull()
    assert phone.local.task(task.id) is not None
    phone.outbox.discard(item.id, confirmed=True)
    phone.pull()
    assert phone.local.task(task.id) is None


def test_withdrawn_task_that_comes_back_is_whole_again(phone: Phone) -> None:
    """The mark goes."""
    task = a_task()
    phone.pull(tasks=(task,))
    item = move(phone, task, TaskState.IN_PROGRESS)
    phone.pull(tombstones=(Tombstone(kind="task", id=task.id),))
    phone.pull(tasks=(task,))
    shown = phone.local.task(task.id)
    assert shown is not None
    assert (False, False) == (shown.withdrawn, phone.outbox.get(item.id).withdrawn)  # type: ignore[union-attr]


def test_reported_stops_survive_a_new_plan(phone: Phone) -> None:
    """The driver's own word on a stop stands until the server has it."""
    route = a_route()
    first, second = (stop.id for stop in route.stops)
    phone.pull(routes=(route,))
    report(phone, route, first)
    skipped = report(phone, route, second, state=StopState.SKIPPED, skip_reason=SkipReason.BLOCKED)
    phone.pull(routes=(replace(route, version=2, stops=tuple(reversed(route.stops))),))
    shown = phone.local.route(route.id)
    assert shown is not None
    assert [second, first] == [stop.id for stop in shown.sheet.stops]
    assert [StopState.SKIPPED, StopState.DONE] == [stop.state for stop in shown.sheet.stops]
    assert (SkipReason.BLOCKED, {first, second}) == (shown.sheet.stops[0].skip_reason, shown.unsent_stops)
    send(phone, skipped)
    phone.pull(routes=(route,))
    assert {first} == phone.local.routes()[0].unsent_stops
    phone.pull(tombstones=(Tombstone(kind="route", id=route.id),))
    assert [True] == [each.withdrawn for each in phone.local.routes()]


# --- verdicts --------------------------------------------------------------------------------------------


def test_verdict_lifts_its_item(phone: Phone) -> None:
    """From stored to verified, with the answer; a later decision renews it, and nothing leads down again."""
    item = new_item()
    phone.outbox.put(item)
    send(phone, item, done(item, verified=False))
    phone.pull(check_ins=(answer_about(item),))
    kept = phone.outbox.get(item.id)
    assert kept is not None
    assert kept.answer is not None
    assert (ItemState.VERIFIED, "accepted") == (kept.state, kept.answer["outcome"])
    phone.pull(check_ins=(answer_about(item, state=CheckInState.PENDING, summary="Again."),))
    kept = phone.outbox.get(item.id)
    assert kept is not None
    assert kept.answer is not None
    assert (ItemState.VERIFIED, "Again.") == (kept.state, kept.answer["summary"])


def test_item_whose_answer_was_lost_is_not_sent_again(phone: Phone) -> None:
    """Sync names the hashes of everything that was received; others do not count."""
    arrived, other = new_item(), new_item()
    for item in (arrived, other):
        phone.outbox.put(item)
    phone.pull(check_ins=(answer_about(arrived), answer_about(other, received=("0" * 64,) * 3)))
    assert phone.outbox.get(arrived.id).state is ItemState.VERIFIED  # type: ignore[union-attr]
    assert [other.id.hex] == [path.name for path in phone.files()]
    assert other.id == phone.due()


def test_torn_item_does_not_stop_a_pull(phone: Phone) -> None:
    """One unreadable row must not keep the phone from its tasks."""
    item, task = new_item(), a_task()
    phone.outbox.put(item)
    with phone.store.database.writing() as connection:
        connection.execute("UPDATE outbox SET sealed = x'00'")
    phone.pull(check_ins=(answer_about(item),), tasks=(task,))
    assert [task] == [each.card for each in phone.local.tasks()]


# --- challenges ------------------------------------------------------------------------------------------


def batch(task_id: UUID, person_ids: list[UUID], **changes: Any) -> ChallengeBatch:
    """Challenges for some people, and a spot check that comes along."""
    items = tuple(
        Challenge(
            id=uuid4(),
            nonce="0" * 32,
            person_id=person_id,
            device_id=uuid4(),
            moves=(Move.LEFT, Move.UP),
            issued_at=NOON,
            expires_at=NOON + timedelta(hours=8 + number),
        )
        for number, person_id in enumerate(person_ids)
    )
    check = SpotCheck(
        id=uuid4(),
        task_id=task_id,
        person_id=person_ids[0],
        due_at=NOON,
        answer_by=NOON + timedelta(minutes=10),
        foreknowledge=True,
    )
    said: dict[str, Any] = {"items": items, "spot_checks": (check,), "server_time": NOON}
    return ChallengeBatch(**{**said, **changes})


def test_held_challenge_is_taken_once(phone: Phone) -> None:
    """Also by a phone that crashed the moment after; the one that ends first goes first."""
    task, person, other = uuid4(), uuid4(), uuid4()
    held = batch(task, [person, person, other])
    HeldChallenges(phone.store, phone.local).hold(task, held)
    assert held.spot_checks == tuple(phone.local.spot_checks())
    assert {person: 2, other: 1} == HeldChallenges(phone.store, phone.local).count(task, NOON)
    taken = HeldChallenges(phone.store, phone.local).take(task, person, NOON)
    phone.restart()
    challenges = HeldChallenges(phone.store, phone.local)
    assert list(held.items[:2]) == [taken, challenges.take(task, person, NOON)]
    assert challenges.take(task, person, NOON) is None
    assert {other: 1} == challenges.count(task, NOON)
    assert challenges.take(uuid4(), other, NOON) is None


def test_stale_challenge_is_taken_when_there_is_no_other(phone: Phone) -> None:
    """By the server's clock; it does not count as held, a fresh one goes first, and the next batch sweeps it away."""
    task, person = uuid4(), uuid4()
    challenges = HeldChallenges(phone.store, phone.local)
    old = batch(task, [person, person])
    challenges.hold(task, old)
    later = NOON + timedelta(hours=9)
    stale = challenges.take(task, person, later)
    assert stale in old.items
    assert {} == challenges.count(task, later)
    challenges.hold(task, batch(task, [person], items=(), server_time=later))
    assert ({}, None) == (challenges.count(task, NOON), challenges.take(task, person, NOON))


def test_torn_challenge_gives_way_to_the_next(phone: Phone) -> None:
    """One that does not open is no use to anybody."""
    task, person = uuid4(), uuid4()
    challenges = HeldChallenges(phone.store, phone.local)
    held = batch(task, [person, person])
    challenges.hold(task, held)
    with phone.store.database.writing() as connection:
        connection.execute("UPDATE challenges SET sealed = x'00' WHERE id = ?", (str(held.items[0].id),))
    assert {person: 1} == challenges.count(task, NOON)
    assert held.items[1] == challenges.take(task, person, NOON)
    assert challenges.take(task, person, NOON) is None
