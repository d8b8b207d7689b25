"""The phone without a screen: an account that is remembered, a worker that changes with it, moves that are kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from mobile.capture.saving import NobodySignedIn
from mobile.client.answers import Why
from mobile.client.api_client import ApiClient, Declined, NotNow
from mobile.client.challenges import ChallengeBatch
from mobile.keeping.seal import KeyFile
from mobile.models.phone import Phone
from mobile.models.settings import LANGUAGE_FACT
from mobile.outbox.ladder import ItemKind, ItemState
from mobile.sync.overlay import LocalTask
from shared.contracts import SyncAnswer, encode
from shared.vocabulary import TaskState
from tests.mobile.capture.test_stock import a_challenge
from tests.mobile.phone_store import a_task
from tests.mobile.scripted_server import NOON, ScriptedServer, problem, tokens_body

ADDRESS = "https://server.test"


@pytest.fixture
def server() -> ScriptedServer:
    """A server that signs in and has one task."""
    server = ScriptedServer()
    server.tell("/auth/login", httpx.Response(200, json=tokens_body()))
    server.tell("/auth/logout", httpx.Response(204))
    answer = SyncAnswer(
        cursor="c1",
        reset=True,
        server_time=NOON,
        min_client="0.1.0",
        tasks=(a_task(),),
        check_ins=(),
        tombstones=(),
    )
    server.tell("/sync", httpx.Response(200, json=encode(answer)))
    server.tell("/check-in-challenges/stock", problem(404, "not-found"))
    return server


def with_tasks(phone: Phone) -> list[LocalTask]:
    """The tasks, once the worker has brought them."""
    wait_until(lambda: bool(phone.local.tasks()))
    return phone.local.tasks()


@pytest.fixture
def start(tmp_path: Path, server: ScriptedServer) -> Iterator[Callable[[], Phone]]:
    """Starts the app's phone; a second call is what a restart finds."""
    phones: list[Phone] = []

    def client(address: str, *arguments: Any, **options: Any) -> ApiClient:
        transport = httpx.MockTransport(server._answer)
        return ApiClient(address, *arguments, **options, now=lambda: server.clock, transport=transport)

    def make() -> Phone:
        for phone in phones:
            phone.close()
        keys = KeyFile(tmp_path / "store.key")
        phones[:] = [Phone(tmp_path, keys, device_name="phone", make_client=client, now=lambda: server.clock)]
        phones[0].start()
        return phones[0]

    yield make
    for phone in phones:
        phone.close()


def test_a_fresh_phone_knows_nobody(start: Callable[[], Phone]) -> None:
    """And says that signing in is needed."""
    phone = start()
    assert (None, "") == (phone.account.user, phone.account.server)
    assert phone.status().sign_in_needed


def test_who_signed_in_is_there_after_a_restart_without_the_network(
    start: Callable[[], Phone], server: ScriptedServer
) -> None:
    """The app works offline after the first time."""
    start().account.sign_in(ADDRESS, "supervisor", "aq qar")
    server.tell("/sync", httpx.ConnectError("no network"))
    phone = start()
    assert ("supervisor", ADDRESS) == (phone.account.user and phone.account.user.login, phone.account.server)
    assert not phone.status().sign_in_needed


def test_the_same_key_signs_after_a_restart(start: Callable[[], Phone]) -> None:
    """The server knows a device by it."""
    assert start().key.public == start().key.public


def test_a_wrong_password_keeps_nothing(start: Callable[[], Phone], server: ScriptedServer) -> None:
    """Not even the address."""
    server.tell("/auth/login", problem(401, "not-signed-in"))
    phone = start()
    with pytest.raises(Declined):
        phone.account.sign_in(ADDRESS, "supervisor", "wrong")
    assert (None, "") == (phone.account.user, phone.account.server)


def test_signing_out_without_the_network_signs_out_here(
    start: Callable[[], Phone], server: ScriptedServer
) -> None:
    """The session's end on the server is the server's business then."""
    phone = start()
    phone.account.sign_in(ADDRESS, "supervisor", "aq qar")
    server.tell("/auth/logout", httpx.ConnectError("no network"))
    phone.account.sign_out()
    assert phone.account.user is None
    assert start().account.user is None


def test_signing_out_gives_up_what_was_held_and_another_language_does_not(
    start: Callable[[], Phone],
) -> None:
    """Movements that the phone keeps by itself are for whoever is signed in."""
    phone = start()
    phone.account.sign_in(ADDRESS, "supervisor", "aq qar")
    [task] = with_tasks(phone)
    person_id, held = task.card.people[0].id, phone.equipment().held
    given = ChallengeBatch(items=(a_challenge(person_id),), server_time=NOON)
    held.hold_stock(given, [person_id], ())  # type: ignore[attr-defined]
    phone.account.language_changed()
    assert set() == held.lacking_stock([person_id], NOON)  # type: ignore[attr-defined]
    phone.account.sign_out()
    assert {person_id} == held.lacking_stock([person_id], NOON)  # type: ignore[attr-defined]


def test_a_clock_that_was_set_changes_nothing_once_the_server_was_heard(
    start: Callable[[], Phone], server: ScriptedServer
) -> None:
    """Neither a lock opens sooner, nor is anything hidden that is due."""
    phone = start()
    phone.account.sign_in(ADDRESS, "supervisor", "aq qar")
    with_tasks(phone)
    server.clock += timedelta(days=2)
    assert timedelta(0) <= phone.core().now() - NOON < timedelta(minutes=1)


def test_a_move_is_kept_and_shown_before_the_network_has_it(
    start: Callable[[], Phone], server: ScriptedServer
) -> None:
    """Put into the outbox of whoever is signed in; the local copy lays it over the task."""
    phone = start()
    phone.account.sign_in(ADDRESS, "supervisor", "aq qar")
    (task,) = with_tasks(phone)
    server.tell(f"/tasks/{task.card.id}/moves", httpx.ConnectError("no network"))
    phone.move_task(task.card.id, TaskState.DONE, "Park · done")
    (item,) = phone.outbox.items()
    assert (ItemKind.TASK_MOVE, "Park · done") == (item.kind, item.about.line)
    assert item.state in (ItemState.SAVED, ItemState.SENDING, ItemState.SENT)
    moved = phone.local.task(task.card.id)
    assert moved is not None
    assert (TaskState.DONE, True) == (moved.card.state, moved.unsent)


def test_nobody_moves_a_task_before_signing_in(start: Callable[[], Phone]) -> None:
    """An item without an owner would never be sent."""
    with pytest.raises(NobodySignedIn):
        start().move_task(a_task().id, TaskState.DONE, "")


def test_an_ended_session_keeps_the_user_and_asks_to_sign_in(
    start: Callable[[], Phone], server: ScriptedServer
) -> None:
    """What was captured belongs to somebody, session or not."""
    phone = start()
    phone.account.sign_in(ADDRESS, "supervisor", "aq qar")
    server.tell("/sync", problem(401, "not-signed-in"))
    server.tell("/auth/refresh", problem(401, "session-ended"))
    phone.wake()
    wait_until(lambda: phone.status().sign_in_needed)
    assert phone.account.user is not None


def test_the_server_answers_in_the_language_that_was_chosen_last(
    start: Callable[[], Phone], server: ScriptedServer
) -> None:
    """Without signing in anew: its reasons are shown as they come."""
    phone = start()
    phone.account.sign_in(ADDRESS, "supervisor", "aq qar")
    phone.store.facts.put(LANGUAGE_FACT, "kk")
    phone.account.language_changed()
    asked = len(server.requests)
    phone.wake()
    wait_until(lambda: len(server.requests) > asked)
    assert "kk" == server.requests[-1].headers["Accept-Language"]
    assert not phone.status().sign_in_needed


def test_a_dead_server_is_no_wrong_password(start: Callable[[], Phone], server: ScriptedServer) -> None:
    """The form must not blame the user."""
    server.tell("/auth/login", httpx.ConnectError("no network"))
    with pytest.raises(NotNow) as caught:
        start().account.sign_in(ADDRESS, "supervisor", "aq qar")
    assert Why.UNREACHABLE is caught.value.end.why


def wait_until(done: Callable[[], bool]) -> None:
    """The worker has a thread of its own: look until it has come so far."""
    for _look in range(6000):
        if done():
            return
        time.sleep(0.01)
    raise AssertionError("the worker has not come so far")
