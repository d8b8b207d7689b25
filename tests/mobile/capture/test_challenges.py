"""Where the movements come from: the server, a creeping network, what the phone holds, and what was left over."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from mobile.capture.challenges import ChallengeSource
from mobile.client.answers import Problem, RetryLater, Why
from mobile.client.api_client import Declined, NotNow
from mobile.client.challenges import ChallengeBatch
from shared.contracts import Challenge
from tests.mobile.capture.capture_stage import NOON, PERSON_ID, challenge

TASK_ID = uuid4()


class Server:
    """Answers what the test says, when the test says."""

    def __init__(self) -> None:
        self.said: Exception | ChallengeBatch = ChallengeBatch(items=(challenge(),), server_time=NOON)
        self.free = threading.Event()
        self.free.set()
        self.asked = 0

    def __call__(self, _task_id: UUID, _people: Sequence[UUID]) -> ChallengeBatch:
        self.asked += 1
        self.free.wait()
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


class Held:
    """What the phone holds."""

    def __init__(self, *challenges: Challenge) -> None:
        self.challenges = list(challenges)

    def take(self, _task_id: UUID, _person_id: UUID, now: datetime) -> Challenge | None:
        """See HeldChallenges."""
        good = [each for each in self.challenges if each.expires_at > now]
        if good:
            self.challenges.remove(good[0])
        return good[0] if good else None


def source(server: Server, held: Held | None = None, patience_s: float = 60.0) -> ChallengeSource:
    """A source at noon."""
    return ChallengeSource(server, held or Held(), lambda: NOON, patience_s=patience_s)


def the_one(server: Server) -> Challenge:
    """What the server gives."""
    assert isinstance(server.said, ChallengeBatch)
    return server.said.items[0]


def test_server_is_asked_first() -> None:
    """What is held is for work without a network."""
    server, held = Server(), Held(challenge())
    assert the_one(server) == source(server, held).get(TASK_ID, PERSON_ID)
    assert 1 == len(held.challenges)


@pytest.mark.parametrize(
    "said", [NotNow(RetryLater(1, Why.UNREACHABLE)), ChallengeBatch(items=(), server_time=NOON)]
)
def test_without_an_answer_the_held_one_is_taken(said: Exception | ChallengeBatch) -> None:
    """And none where none is held, or what is held ends within the capture."""
    server, kept = Server(), challenge()
    server.said = said
    assert kept == source(server, Held(kept)).get(TASK_ID, PERSON_ID)
    assert source(server, Held(challenge(lasts=timedelta(seconds=20)))).get(TASK_ID, PERSON_ID) is None


def test_creeping_network_is_not_waited_for_and_its_answer_serves_the_next() -> None:
    """The supervisor stands in the cold."""
    server, kept = Server(), challenge()
    server.free.clear()
    slow = source(server, Held(kept), patience_s=0.01)
    assert kept == slow.get(TASK_ID, PERSON_ID)
    server.free.set()
    for thread in threading.enumerate():
        if thread.name == "challenge":
            thread.join()
    assert the_one(server) == slow.get(TASK_ID, PERSON_ID)
    assert 1 == server.asked


def test_creeping_network_is_waited_for_where_nothing_is_held() -> None:
    """Better late than a check-in that a person must decide on."""
    server = Server()
    server.free.clear()
    threading.Timer(0.05, server.free.set).start()
    assert the_one(server) == source(server, patience_s=0.01).get(TASK_ID, PERSON_ID)


def test_refusal_of_the_server_is_told() -> None:
    """A held challenge would not help: the server knows better than the phone."""
    server = Server()
    server.said = Declined(Problem(slug="not-found", status=404, detail="No such task."))
    with pytest.raises(Declined):
        source(server, Held(challenge())).get(TASK_ID, PERSON_ID)


def test_unused_challenge_is_used_once_and_only_while_it_lives() -> None:
    """Then the server is asked again."""
    server = Server()
    asking = source(server)
    unused = challenge()
    asking.give_back(TASK_ID, unused)
    assert [unused, the_one(server)] == [asking.get(TASK_ID, PERSON_ID) for _ in range(2)]
    asking.give_back(TASK_ID, challenge(lasts=timedelta(seconds=10)))
    assert the_one(server) == asking.get(TASK_ID, PERSON_ID)
