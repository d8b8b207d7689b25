"""The stock of challenges: kept for who is at work, renewed in time, used when the network is gone, and given up at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from mobile.capture.held_challenges import HeldChallenges
from mobile.capture.stock import ChallengeStock
from mobile.client.answers import RetryLater, Why
from mobile.client.api_client import NotNow
from mobile.client.challenges import ChallengeBatch
from shared.contracts import Challenge, TaskCard
from shared.vocabulary import Move, TaskState
from tests.mobile.phone_store import Phone, a_task
from tests.mobile.scripted_server import NOON

LIFE = timedelta(minutes=40)


class Server:
    """Gives everybody one challenge, or says that it cannot be reached."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.refused: set[UUID] = set()
        self.asked: list[tuple[set[UUID], list[UUID]]] = []
        self.away = False

    def server_now(self) -> object:
        """The time."""
        return self.phone.clock.now

    def challenge_stock(self, person_ids: Sequence[UUID], *, unused: Sequence[UUID] = ()) -> ChallengeBatch:
        """See ApiClient."""
        if self.away:
            raise NotNow(RetryLater(1.0, Why.UNREACHABLE))
        self.asked.append((set(person_ids), list(unused)))
        now = self.phone.clock.now
        given = [a_challenge(each, now=now) for each in person_ids if each not in self.refused]
        return ChallengeBatch(items=tuple(given), server_time=now)


def a_challenge(person_id: UUID, *, now: object = NOON, life: timedelta = LIFE) -> Challenge:
    """A challenge of a person."""
    return Challenge(
        id=uuid4(),
        nonce="0" * 32,
        person_id=person_id,
        device_id=uuid4(),
        moves=(Move.LEFT, Move.UP),
        issued_at=now,  # type: ignore[arg-type]
        expires_at=now + life,  # type: ignore[operator]
    )


class Desk:
    """A phone with a task that goes on, its stock and the server."""

    def __init__(self, folder: Path) -> None:
        self.phone = Phone(folder)
        self.server = Server(self.phone)
        self.task = a_task()
        self.pull(self.task)
        self.start()

    def start(self) -> None:
        """As a new start of the app does."""
        self.held = HeldChallenges(self.phone.store, self.phone.local)
        self.stock = ChallengeStock(self.held, self.phone.local.tasks)

    @property
    def person_id(self) -> UUID:
        """Who is on the task."""
        return self.task.people[0].id

    def pull(self, *tasks: TaskCard) -> None:
        """What sync says."""
        self.phone.pull(tasks=tasks, reset=True)

    def due(self) -> bool:
        """Whether the worker would renew now."""
        return self.stock.is_due(self.phone.clock.now)

    def renew(self) -> None:
        """What the worker does when it is due."""
        assert self.due()
        self.stock.run(self.server)  # type: ignore[arg-type]

    def take(self) -> Challenge | None:
        """What a check-in without a network gets."""
        return self.held.take(self.task.id, self.person_id, self.phone.clock.now)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """At noon, when the task begins."""
    return Desk(tmp_path)


def test_everybody_at_work_has_one_that_lives_long_enough(desk: Desk) -> None:
    """Renewed when half of its life is over, so that an outage finds at least the other half."""
    desk.renew()
    assert not desk.due()
    desk.phone.clock.pass_time(19 * 60)
    assert not desk.due()
    desk.phone.clock.pass_time(2 * 60)
    desk.renew()
    desk.phone.clock.pass_time(15 * 60)
    assert {desk.person_id} == desk.held.stocked([desk.person_id, uuid4()], desk.phone.clock.now)
    first, second = desk.take(), desk.take()
    assert first is not None
    assert second is not None
    assert NOON + LIFE == first.expires_at < second.expires_at
    assert desk.take() is None


def test_each_is_taken_once_and_survives_a_restart_until_then(desk: Desk) -> None:
    """The app was closed, or killed, between the two."""
    desk.renew()
    desk.phone.restart()
    desk.start()
    assert desk.take() is not None
    desk.phone.restart()
    desk.start()
    assert desk.take() is None


def test_one_that_has_ended_is_better_than_none(desk: Desk) -> None:
    """A person decides then, and sees how the head moved; a fresh one goes first."""
    desk.renew()
    desk.phone.clock.pass_time(45 * 60)
    stale = desk.take()
    assert stale is not None
    assert stale.expires_at < desk.phone.clock.now
    desk.renew()
    desk.phone.clock.pass_time(21 * 60)
    desk.renew()
    desk.phone.clock.pass_time(25 * 60)
    fresh, old = desk.take(), desk.take()
    assert fresh is not None
    assert old is not None
    assert old.expires_at < desk.phone.clock.now < fresh.expires_at


def test_what_was_taken_along_by_the_button_stays_until_the_stock_is_used_up(desk: Desk) -> None:
    """What ends first goes first; renewing the stock touches nothing of the batch."""
    batch = a_challenge(desk.person_id, life=timedelta(hours=72))
    desk.held.hold(desk.task.id, ChallengeBatch(items=(batch,), server_time=NOON))
    desk.renew()
    assert {desk.person_id: 1} == desk.held.count(desk.task.id, NOON)
    first = desk.take()
    assert first is not None
    assert batch != first
    assert batch == desk.take()


def test_nobody_is_held_for_before_and_after_work(desk: Desk) -> None:
    """An hour before the task begins is early enough, and crews and finished tasks need none."""
    for change in (
        {"starts_at": NOON + timedelta(minutes=61), "ends_at": NOON + timedelta(hours=9)},
        {"starts_at": NOON - timedelta(hours=5), "ends_at": NOON - timedelta(minutes=61)},
        {"state": TaskState.DONE},
        {"people": ()},
        {"people": (replace(desk.task.people[0], enrolled=False),)},
    ):
        desk.pull(replace(desk.task, **change))  # type: ignore[arg-type]
        assert not desk.due(), change


def test_who_leaves_the_task_is_given_up_and_reported_once(desk: Desk) -> None:
    """So is what has ended; the server forgets them."""
    desk.renew()
    [(gone, _unused)] = desk.server.asked
    other = replace(desk.task.people[0], id=uuid4())
    desk.pull(replace(desk.task, people=(other,)))
    desk.renew()
    assert desk.take() is None
    desk.phone.clock.pass_time(41 * 60)
    desk.renew()
    desk.phone.clock.pass_time(21 * 60)
    desk.renew()
    desk.phone.clock.pass_time(21 * 60)
    desk.renew()
    reported = [len(unused) for _people, unused in desk.server.asked]
    assert [0, 0, 1, 1, 0] == reported
    assert {desk.person_id} == gone


def test_lost_answer_loses_nothing_that_was_held(desk: Desk) -> None:
    """The network vanishes in the very moment of renewing."""
    desk.renew()
    desk.phone.clock.pass_time(21 * 60)
    desk.server.away = True
    with pytest.raises(NotNow):
        desk.renew()
    assert desk.take() is not None


def test_who_gets_none_is_not_asked_for_all_the_time(desk: Desk) -> None:
    """Somebody who has refused the camera holds nobody up and costs no request every minute."""
    other = replace(desk.task.people[0], id=uuid4())
    desk.server.refused = {other.id}
    desk.pull(replace(desk.task, people=(*desk.task.people, other)))
    desk.renew()
    assert not desk.due()
    desk.phone.clock.pass_time(21 * 60)
    desk.renew()
    assert {desk.person_id} == desk.server.asked[-1][0]
    desk.phone.clock.pass_time(10 * 60)
    assert desk.due()


def test_signing_out_gives_up_the_stock_and_another_user_finds_nothing(desk: Desk) -> None:
    """What lies there is bound to a device and its user."""
    desk.renew()
    desk.held.give_up_stock()
    assert desk.take() is None
    assert 1 == len(desk.held.unused(10))
    desk.phone.local.belongs_to(uuid4())
    assert [] == desk.held.unused(10)
