"""The worker against a scripted server: everything arrives in order, nothing blocks, and every trouble is shown."""

from __future__ import annotations

import random
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from mobile.client.answers import Problem, RetryLater, Why
from mobile.client.api_client import API_PREFIX, ApiClient, Declined, NotNow
from mobile.keeping.sole import AlreadyRunning
from mobile.outbox.ladder import About, Done, ItemKind, ItemState, NewItem, Parcel, WaitReason
from mobile.outbox.senders import SENDERS, Sender
from mobile.outbox.task_moves import MovedTask
from mobile.sync.errands import DECLINED_FOR_S, DONE_FOR_S
from mobile.sync.worker import FAILURES_BORNE, PULL_EVERY_HIDDEN_S, PULL_EVERY_S, SyncWorker, is_newer
from shared.contracts import encode
from shared.vocabulary import TaskState
from tests.mobile.phone_store import TOKENS, Phone, a_task, hashes, new_item, phone_client
from tests.mobile.scripted_server import NOON, ScriptedServer, problem

NO_NETWORK = httpx.ConnectError("no network")


class Desk:
    """A phone, its worker and the server that the test speaks for."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.phone = Phone(folder)
        self.server = ScriptedServer()
        self.client = phone_client(self.server)
        self.heard: list[Any] = []
        self.wifi = True
        self.options = options
        self.say_sync()
        self.new_worker()

    def new_worker(self) -> None:
        """A worker as a new start of the app makes one."""
        self.worker = SyncWorker(
            self.client,
            self.phone.store,
            self.phone.outbox,
            self.phone.local,
            rng=random.Random(1),
            may_send_photos=lambda: self.wifi,
            heard=self.heard.append,
            seconds=lambda: self.phone.clock.seconds,
            **self.options,
        )

    def pass_time(self, seconds: float) -> None:
        """Let time pass for everybody."""
        self.phone.clock.pass_time(seconds)
        self.server.clock = self.phone.clock.now

    def say_sync(self, **changes: Any) -> None:
        """What /sync answers from now on."""
        self.server.tell("/sync", httpx.Response(200, json=sync_body(**changes)))

    def put(self, answer: httpx.Response | Exception | None = None, **changes: Any) -> NewItem:
        """Capture a check-in that the server will answer so; by default it has every byte."""
        item = new_item(**changes)
        said = answer if answer is not None else httpx.Response(200, json=answer_body(item))
        self.server.tell(f"/check-ins/{item.id}", said)
        self.phone.outbox.put(item)
        return item

    def work(self, steps: int = 1000) -> float:
        """Take steps until there is nothing to do; how long the worker would sleep."""
        for _ in range(steps):
            if (wait_s := self.worker.step()) > 0:
                return wait_s
        raise AssertionError("the worker does not come to rest")

    def state(self, item: NewItem) -> ItemState | None:
        """How far an item has come."""
        kept = self.phone.outbox.get(item.id)
        return None if kept is None else kept.state

    def sent(self) -> list[str]:
        """The paths that were asked for, without sync."""
        paths = [request.url.path.removeprefix(API_PREFIX) for request in self.server.requests]
        return [path for path in paths if path != "/sync"]


def sync_body(**changes: Any) -> dict[str, Any]:
    """An answer of /sync."""
    return {
        "cursor": "c1",
        "reset": False,
        "server_time": NOON.isoformat(),
        "min_client": "0.1.0",
        "tasks": [],
        "check_ins": [],
        "tombstones": [],
        **changes,
    }


def answer_body(item: NewItem, **changes: Any) -> dict[str, Any]:
    """A check-in's answer while it waits for its verdict."""
    return {
        "id": str(item.id),
        "state": "pending",
        "received": list(hashes(item)),
        "outcome": None,
        "remedy": None,
        "findings": [],
        "summary": "Received.",
        "decided_at": None,
        "ledger_id": None,
        "ledger_hash": None,
        **changes,
    }


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A phone in somebody's hand and a server that answers."""
    return Desk(tmp_path)


# --- sending ---------------------------------------------------------------------------------------------


def test_outbox_is_emptied_oldest_first(desk: Desk) -> None:
    """And each item climbs to «stored»; its verdict comes by sync."""
    items = [desk.put() for _ in range(3)]
    wait_s = desk.work()
    assert [f"/check-ins/{item.id}" for item in items] == desk.sent()
    assert [ItemState.STORED] * 3 == [desk.state(item) for item in items]
    assert ([], True) == (desk.phone.files(), 0 < wait_s <= PULL_EVERY_S)
    verdict = answer_body(
        items[0], state="judged", outcome="accepted", remedy="none", decided_at=NOON.isoformat()
    )
    desk.say_sync(check_ins=[verdict])
    desk.pass_time(PULL_EVERY_S)
    desk.work()
    assert desk.state(items[0]) is ItemState.VERIFIED


def test_task_move_is_sent_as_a_move(desk: Desk) -> None:
    """To the task's own address, with state and reason."""
    task = uuid4()
    item = new_item(
        ItemKind.TASK_MOVE,
        manifest=MovedTask(task_id=task, to=TaskState.DONE, reason="сделано").manifest(),
        photos=(),
        about=About("", {"task": task}),
    )
    path = f"/tasks/{task}/moves/{item.id}"
    desk.server.tell(path, httpx.Response(200, json={"id": str(item.id)}))
    desk.phone.outbox.put(item)
    desk.work()
    assert b'{"to":"done","reason":"\xd1' in desk.server.asked(path)[0].content
    assert desk.state(item) is ItemState.VERIFIED


def test_bad_items_block_nobody(desk: Desk) -> None:
    """One refused, one that the server stumbles over, one damaged, one whose sender fails: the last arrives."""

    def fail(_client: ApiClient, _parcel: Parcel) -> Done:
        raise KeyError("a mistake of ours")

    desk.options = {"senders": {**SENDERS, ItemKind.DEFECT: fail}}
    desk.new_worker()
    refused = desk.put(problem(422, "invalid"))
    stumbling = desk.put(httpx.Response(500, text="oops"))
    damaged = desk.put()
    faulty = new_item(ItemKind.DEFECT)
    desk.phone.outbox.put(faulty)
    (desk.phone.store.files.folder / damaged.id.hex).unlink()
    good = desk.put()
    desk.work()
    assert [
        ItemState.REFUSED,
        ItemState.SAVED,
        ItemState.DAMAGED,
        ItemState.SAVED,
        ItemState.STORED,
    ] == [desk.state(item) for item in (refused, stumbling, damaged, faulty, good)]
    assert desk.phone.outbox.get(faulty.id).why is WaitReason.FAULT  # type: ignore[union-attr]
    assert (2, 2) == (desk.worker.status().trouble, desk.worker.status().waiting)


def test_two_stumbling_items_in_a_row_do_not_block_the_rest(desk: Desk) -> None:
    """They look like a broken network for a moment; after a short pause the others go."""
    for _ in range(5):
        desk.put(httpx.Response(500, text="oops"))
    good = desk.put()
    for _ in range(20):
        desk.pass_time(desk.work())
    assert desk.state(good) is ItemState.STORED


def test_no_network_costs_two_tries_not_two_thousand(desk: Desk) -> None:
    """The others keep their turn, and all go when the network is back."""
    items = [desk.put(NO_NETWORK) for _ in range(10)]
    desk.server.tell("/sync", NO_NETWORK)
    desk.work()
    assert len(desk.server.requests) <= FAILURES_BORNE
    assert desk.worker.status().online is False
    for item in items:
        desk.server.tell(f"/check-ins/{item.id}", httpx.Response(200, json=answer_body(item)))
    desk.say_sync()
    desk.worker.reconnected()
    desk.work()
    assert {ItemState.STORED} == {desk.state(item) for item in items}
    assert (True, 0) == (desk.worker.status().online, desk.worker.status().waiting)


def test_busy_server_s_wait_is_kept_after_a_reconnect(desk: Desk) -> None:
    """The network is not what it waits for."""
    item = desk.put(problem(429, "busy", headers={"Retry-After": "300"}))
    desk.work()
    desk.worker.reconnected()
    desk.work()
    assert 1 == len(desk.sent())
    desk.server.tell(f"/check-ins/{item.id}", httpx.Response(200, json=answer_body(item)))
    desk.pass_time(310.0)
    desk.work()
    assert desk.state(item) is ItemState.STORED


def test_lost_answer_is_made_up_for_by_the_same_again(desk: Desk) -> None:
    """The server knows the id and answers as it did."""
    item = desk.put(httpx.ReadTimeout("the answer was lost"))
    desk.work()
    assert desk.state(item) is ItemState.SENT
    desk.server.tell(f"/check-ins/{item.id}", httpx.Response(200, json=answer_body(item)))
    desk.worker.reconnected()
    desk.work()
    first, second = desk.server.asked(f"/check-ins/{item.id}")
    assert desk.state(item) is ItemState.STORED
    assert len(first.content) == len(second.content)


def test_crash_while_sending_is_made_up_for_at_the_next_start(desk: Desk) -> None:
    """The first step of a new worker looks for what the old one left."""
    item = desk.put()
    desk.phone.dispatch.begin(item.id)
    desk.new_worker()
    desk.work()
    assert desk.state(item) is ItemState.STORED


def test_photos_wait_for_wifi_where_the_person_wants_it(desk: Desk) -> None:
    """And everybody sees why."""
    desk.wifi = False
    item = desk.put()
    desk.work()
    assert (ItemState.SAVED, True) == (desk.state(item), desk.worker.status().photos_wait_for_wifi)
    desk.wifi = True
    desk.worker.wake()
    desk.work()
    assert (ItemState.STORED, False) == (desk.state(item), desk.worker.status().photos_wait_for_wifi)


def test_kind_without_a_sender_waits(desk: Desk) -> None:
    """An app that was set back a version keeps what it cannot send."""
    desk.options = {"senders": {ItemKind.CHECK_IN: SENDERS[ItemKind.CHECK_IN]}}
    desk.new_worker()
    item = new_item(ItemKind.LOCATION_FIXES, photos=())
    desk.phone.outbox.put(item)
    desk.work()
    assert desk.state(item) is ItemState.SAVED


# --- signing in, versions --------------------------------------------------------------------------------


def test_ended_session_keeps_everything(desk: Desk) -> None:
    """It asks for a sign-in and tries nothing more; afterwards all goes."""
    items = [desk.put(problem(401, "unauthorized")) for _ in range(3)]
    desk.server.tell("/sync", problem(401, "unauthorized"))
    desk.server.tell("/auth/refresh", problem(401, "session-ended"))
    desk.work()
    before = len(desk.server.requests)
    desk.worker.wake()
    desk.work()
    assert (before, True, 3) == (
        len(desk.server.requests),
        desk.worker.status().sign_in_needed,
        desk.worker.status().waiting,
    )
    for item in items:
        desk.server.tell(f"/check-ins/{item.id}", httpx.Response(200, json=answer_body(item)))
    desk.say_sync()
    desk.client.tokens = replace(TOKENS, access_token="new")
    desk.worker.wake()
    desk.work()
    assert (False, 0) == (desk.worker.status().sign_in_needed, desk.worker.status().waiting)


def test_old_app_may_drain_its_outbox(desk: Desk) -> None:
    """The person is told to update, and everything captured before still goes."""
    item = desk.put()
    desk.say_sync(min_client="9.0.0")
    desk.work()
    assert ("9.0.0", ItemState.STORED) == (desk.worker.status().update_needed, desk.state(item))
    desk.new_worker()
    assert "9.0.0" == desk.worker.status().update_needed


@pytest.mark.parametrize(
    ("version", "than", "newer"),
    [
        ("0.2.0", "0.1.9", True),
        ("0.10.0", "0.9.0", True),
        ("0.1.0", "0.1.0", False),
        ("", "0.1.0", False),
        ("x", "0", False),
    ],
)
def test_versions_are_compared_by_number(version: str, than: str, newer: bool) -> None:
    """Ten is more than nine."""
    assert newer is is_newer(version, than)


# --- pulling ---------------------------------------------------------------------------------------------


def test_pull_comes_in_time_and_goes_on_from_its_cursor(desk: Desk) -> None:
    """Within 30 s in an open app, rarely in a hidden one, at once when it is opened."""
    task = a_task()
    desk.work()
    desk.say_sync(tasks=[encode(task)], cursor="c2")
    desk.pass_time(PULL_EVERY_S)
    desk.work()
    assert [task] == [each.card for each in desk.phone.local.tasks()]
    asked = [dict(request.url.params) for request in desk.server.asked("/sync")]
    assert [{}, {"cursor": "c1"}] == asked
    desk.worker.foreground(False)
    desk.pass_time(PULL_EVERY_S)
    desk.work()
    assert 3 == len(desk.server.asked("/sync"))
    desk.pass_time(PULL_EVERY_S)
    assert desk.work() <= PULL_EVERY_HIDDEN_S
    assert 3 == len(desk.server.asked("/sync"))
    desk.worker.foreground(True)
    desk.work()
    assert 4 == len(desk.server.asked("/sync"))


def test_long_queue_does_not_keep_a_new_task_away(desk: Desk) -> None:
    """A pull that is due comes between two items."""
    for _ in range(3):
        desk.put()
    desk.worker.step()
    desk.worker.step()
    desk.pass_time(PULL_EVERY_S)
    desk.worker.step()
    assert 2 == len(desk.server.asked("/sync"))


@pytest.mark.parametrize(
    "answer", [NO_NETWORK, problem(403, "not-allowed"), httpx.Response(200, text="<html>")]
)
def test_pull_that_fails_does_not_keep_items_back(desk: Desk, answer: httpx.Response | Exception) -> None:
    """What can go, goes."""
    desk.server.tell("/sync", answer)
    item = desk.put()
    desk.work()
    assert desk.state(item) is ItemState.STORED


def test_newer_server_is_read_as_far_as_possible(desk: Desk) -> None:
    """Unknown fields are left aside; a thing that only a newer app can read is counted, and hides nothing else."""
    task, strange = a_task(), encode(a_task())
    strange["kind"] = "flying"
    people = [{**encode(person), "shoe_size": 42} for person in task.people]
    known = {**encode(task), "people": people, "colour": "green"}
    desk.say_sync(tasks=[strange, known], trams=[1], min_client="0.2.0")
    desk.work()
    status = desk.worker.status()
    assert [task] == [each.card for each in desk.phone.local.tasks()]
    assert (1, "0.2.0", True) == (status.unread, status.update_needed, status.online)


@pytest.mark.parametrize("change", [{"tasks": 7}, {"cursor": None}, {"server_time": "noon"}])
def test_answer_without_a_head_is_not_ours(desk: Desk, change: dict[str, Any]) -> None:
    """Nothing of it is taken in."""
    desk.say_sync(**change)
    desk.work()
    assert (False, None) == (desk.worker.status().online, desk.phone.pulling.cursor())


def test_server_s_clock_is_kept(desk: Desk) -> None:
    """A phone that starts without a network still knows how wrong its clock is."""
    desk.say_sync(server_time=(NOON + timedelta(hours=2)).isoformat())
    desk.work()
    assert [NOON + timedelta(hours=2)] == desk.heard
    desk.client = phone_client(desk.server)
    desk.new_worker()
    assert NOON + timedelta(hours=2) == desk.client.server_now()


def test_other_user_gets_a_copy_of_their_own(desk: Desk) -> None:
    """From the first step after signing in."""
    desk.say_sync(tasks=[encode(a_task())])
    desk.work()
    other = replace(TOKENS.user, id=uuid4())
    desk.client.tokens = replace(TOKENS, user=other)
    desk.say_sync()
    desk.worker.wake()
    desk.work()
    assert ([], {}) == (desk.phone.local.tasks(), dict(desk.server.asked("/sync")[-1].url.params))


# --- trouble of the phone itself -------------------------------------------------------------------------


def test_full_disk_is_told_and_nothing_is_lost(desk: Desk) -> None:
    """An answer that could not be written down is asked for again."""
    item = new_item()
    finding = {"code": "place", "result": "ok", "value": None, "threshold": None, "margin": None, "unit": ""}
    long_answer = answer_body(item, findings=[{**finding, "text": "x" * 1000}] * 100)
    desk.put(httpx.Response(200, json=long_answer), id=item.id)
    desk.worker.step()
    limit_pages(desk, 1)  # SQLite takes the size that it has: no page more
    desk.pass_time(desk.work())
    assert (True, ItemState.SENDING) == (desk.worker.status().full, desk.state(item))
    limit_pages(desk, 1_000_000)
    desk.pass_time(desk.work())
    assert (False, ItemState.STORED) == (desk.worker.status().full, desk.state(item))


def limit_pages(desk: Desk, count: int) -> None:
    """Let the database grow no further: what a full disk is to SQLite."""
    desk.phone.store.database._writer.execute(f"PRAGMA max_page_count = {count}")


def test_status_is_told_when_it_changes(desk: Desk) -> None:
    """Until nobody listens any more."""
    told: list[str] = []
    stop = desk.worker.listen(lambda: told.append("change"))
    desk.put()
    desk.work()
    stop()
    count = len(told)
    assert count >= 3
    desk.put()
    desk.work()
    assert count == len(told)


# --- the thread ------------------------------------------------------------------------------------------


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Starts workers in threads, and ends them."""
    started: list[Desk] = []

    def start(**options: Any) -> Desk:
        desk = Desk(tmp_path, **options)
        started.append(desk)
        desk.worker.start()
        return desk

    yield start
    for desk in started:
        desk.worker.stop()


def test_new_item_wakes_the_thread(running: Callable[..., Desk]) -> None:
    """Nobody has to ask for it."""
    arrived = threading.Event()

    def send(_client: ApiClient, parcel: Parcel) -> Done:
        arrived.set()
        return Done(received=hashes(desk_items[parcel.id]))

    desk_items: dict[Any, NewItem] = {}
    senders: dict[ItemKind, Sender] = {ItemKind.DEFECT: send}
    desk = running(senders=senders)
    item = new_item(ItemKind.DEFECT)
    desk_items[item.id] = item
    desk.phone.outbox.put(item)
    assert arrived.wait(60)
    desk.worker.stop()
    assert desk.state(item) is ItemState.VERIFIED


def test_only_one_worker_sends_from_a_store(running: Callable[..., Desk]) -> None:
    """A second window is told; once the first is closed it may start."""
    desk = running()
    first = desk.worker
    desk.new_worker()
    with pytest.raises(AlreadyRunning):
        desk.worker.start()
    first.stop()
    desk.worker.start()


def test_thread_outlives_a_failing_step(running: Callable[..., Desk]) -> None:
    """Whatever it is: it is tried again."""
    failed, worked = threading.Event(), threading.Event()

    def heard(*_args: object) -> None:
        if not failed.is_set():
            failed.set()
            raise RuntimeError("a mistake of ours")
        worked.set()

    desk = running()
    desk.worker._heard = heard
    for _ in range(2000):
        desk.worker.wake()
        if worked.wait(0.2):
            break
    assert failed.is_set()
    assert worked.is_set()


# --- many ------------------------------------------------------------------------------------------------


def test_two_thousand_photos_and_one_poisoned_item() -> None:
    """All others arrive; the poisoned one says that it is damaged."""
    memory = Path("/dev/shm")  # thousands of waits for the disk are no part of what is asked here
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        desk = Desk(Path(folder))
        items = [desk.put(photos=(b"photo %d" % number,)) for number in range(2001)]
        poisoned = items[1000]
        path = desk.phone.store.files.folder / poisoned.id.hex
        path.write_bytes(path.read_bytes()[:-1])
        desk.work(5000)
        states = {item.id: desk.state(item) for item in items}
        assert states.pop(poisoned.id) is ItemState.DAMAGED
        assert {ItemState.STORED} == set(states.values())
        assert [path] == desk.phone.files()
        desk.phone.store.close()


class Errand:
    """Something small that is due for as long as the test says."""

    def __init__(self, outcome: Exception | None = None) -> None:
        self.outcome = outcome
        self.wanted = True
        self.runs = 0

    def is_due(self, _now: Any) -> bool:
        """Whether there is something to do."""
        return self.wanted

    def run(self, _client: ApiClient) -> None:
        """Do it, or fail at it."""
        self.runs += 1
        if self.outcome is not None:
            raise self.outcome


def with_errand(tmp_path: Path, outcome: Exception | None = None) -> tuple[Desk, Errand]:
    """A worker with one errand."""
    errand = Errand(outcome)
    return Desk(tmp_path, errands=(errand,)), errand


def test_errand_is_done_quietly_and_not_all_the_time(tmp_path: Path) -> None:
    """After the pull and before the outbox; then it rests."""
    desk, errand = with_errand(tmp_path)
    item = desk.put()
    desk.work()
    assert (1, ItemState.STORED) == (errand.runs, desk.state(item))
    desk.pass_time(PULL_EVERY_S)
    desk.work()
    assert 1 == errand.runs
    desk.pass_time(DONE_FOR_S)
    desk.work()
    assert 2 == errand.runs


@pytest.mark.parametrize(
    "outcome", [Declined(Problem(status=404, slug="not-found", detail="")), ValueError("a fault")]
)
def test_errand_that_fails_holds_nothing_up(tmp_path: Path, outcome: Exception) -> None:
    """An older server does not know it; the outbox goes on, and it is not tried again for half an hour."""
    desk, errand = with_errand(tmp_path, outcome)
    item = desk.put()
    desk.work()
    desk.pass_time(DONE_FOR_S)
    desk.work()
    assert (1, ItemState.STORED, True) == (errand.runs, desk.state(item), desk.worker.status().online)
    desk.pass_time(DECLINED_FOR_S)
    desk.work()
    assert 2 == errand.runs


def test_errand_without_a_network_tells_of_it_as_a_pull_does(tmp_path: Path) -> None:
    """And it is tried again when there is one."""
    desk, errand = with_errand(tmp_path, NotNow(RetryLater(1.0, Why.UNREACHABLE)))
    desk.worker.step()
    desk.worker.step()
    assert (1, False) == (errand.runs, desk.worker.status().online)
    errand.outcome = None
    desk.pass_time(PULL_EVERY_S)
    desk.work()
    assert (2, True) == (errand.runs, desk.worker.status().online)


def test_nobody_signed_in_means_no_errand(tmp_path: Path) -> None:
    """There is nobody to do it for."""
    desk, errand = with_errand(tmp_path)
    desk.client.tokens = None
    desk.worker.step()
    assert 0 == errand.runs
