"""Killing the web processes or the worker at any point of a check-in loses nothing and judges nothing twice."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from mobile.client.answers import NotNow, RetryLater, Stored
from mobile.simulated.phone import Capture
from shared.contracts import CheckInAnswer
from shared.vocabulary import CheckInState, Outcome
from tests.stories.conftest import Works
from tests.stories.running_city import wait_for

pytestmark = pytest.mark.slow
PATIENCE_S = 90.0


def test_web_killed_before_the_request(works: Works) -> None:
    """The open socket outlives the web processes: the phone waits, or tries again."""
    capture = works.capture()
    works.city.wait_until_up()
    works.city.kill("web")
    deliver(works, capture)
    assert_judged_once(works, [capture])


@pytest.mark.parametrize("after_s", [0.03, 0.3])
def test_web_killed_during_the_request(works: Works, after_s: float) -> None:
    """While the evidence comes in, is written, or waits for its verdict: either it was acknowledged and stands, or the phone sends again."""
    capture = works.capture()
    with ThreadPoolExecutor(1) as background:
        sending = background.submit(
            works.phone.client.send_check_in, capture.manifest, capture.signature, capture.frames
        )
        time.sleep(after_s)
        works.city.kill("web")
        assert isinstance(sending.result(PATIENCE_S), Stored | RetryLater)
    deliver(works, capture)
    assert_judged_once(works, [capture])


def test_worker_killed_while_it_looks(works: Works) -> None:
    """Its lease ends, and another takes the check-in: the verdict comes late, once."""
    capture = works.capture()
    with ThreadPoolExecutor(1) as background:
        sending = background.submit(deliver, works, capture)
        wait_for(
            lambda: works.city.events(works.dispatcher, subject=subject(capture), kind="check_in.received")
        )
        works.city.kill("work")
        sending.result(PATIENCE_S)
    assert_judged_once(works, [capture])


def test_everything_killed_after_202(works: Works) -> None:
    """What was acknowledged while nobody could look at it is judged after the restart, though the phone is gone."""
    hold_still(works, "work")
    capture = works.capture()
    answer = deliver(works, capture)
    assert CheckInState.PENDING is answer.state
    works.city.kill("work")
    works.city.kill("web")
    assert_judged_once(works, [capture])


def test_storm_of_kills(works: Works) -> None:
    """Check-ins keep coming while web and worker die in turn; at the end the ledger is sound."""
    captures = [works.capture() for _ in range(5)]
    stop = threading.Event()

    def kill_in_turn() -> None:
        for program in ("work", "web", "work", "web"):
            if stop.wait(1.5):
                return
            works.city.kill(program)

    with ThreadPoolExecutor(1) as background:
        killing = background.submit(kill_in_turn)
        for capture in captures:
            deliver(works, capture)
        stop.set()
        killing.result(PATIENCE_S)
    assert_judged_once(works, captures)
    verified = works.city.qala("ledger", "verify")
    assert verified.returncode == 0, verified.stdout


def hold_still(works: Works, program: str) -> None:
    """Stop a program between its writes: within one it would keep everybody else from writing to SQLite for as long as it stands."""
    pid = works.city.programs()[program]
    deadline = time.monotonic() + PATIENCE_S
    while True:
        os.kill(pid, signal.SIGSTOP)
        try:
            works.phone.challenge(works.task, works.person_id)
            return
        except NotNow:
            os.kill(pid, signal.SIGCONT)
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def deliver(works: Works, capture: Capture) -> CheckInAnswer:
    """Send as the outbox does: again and again until the server has it; a refusal would be a loss."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        end = works.phone.client.send_check_in(capture.manifest, capture.signature, capture.frames)
        if isinstance(end, Stored):
            return end.answer
        assert isinstance(end, RetryLater), end
        assert time.monotonic() < deadline, end
        time.sleep(0.2)


def assert_judged_once(works: Works, captures: list[Capture]) -> None:
    """Each has one entry of its receipt and one of its verdict, which every repetition answers with."""
    works.city.wait_until_up()
    for capture in captures:
        wait_for(is_judged(works, capture), PATIENCE_S)
        first, again = deliver(works, capture), deliver(works, capture)
        assert first == again
        assert Outcome.ACCEPTED is first.outcome, first.findings
        entries = works.city.events(works.dispatcher, subject=subject(capture))
        assert ["check_in.received", "check_in.judged"] == [entry["kind"] for entry in entries]
        assert (first.ledger_id, first.ledger_hash) == (entries[1]["id"], entries[1]["hash"])


def is_judged(works: Works, capture: Capture) -> Callable[[], bool]:
    """Asks by reading, not by sending, so that nothing but the server's own sweep brings it on."""
    return lambda: works.phone.client.call("GET", f"/check-ins/{capture.id}")["answer"]["state"] == "judged"


def subject(capture: Capture) -> str:
    """The check-in as the ledger names it."""
    return f"check_in:{capture.id}"
