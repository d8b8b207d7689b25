"""The supervisor with toy programs: restarts with growing pauses, clean stop, no orphans whoever is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.project_files import PROJECT_DIR

LIMIT_S = 90.0
QUICK = {"first_pause_s": 0.05, "longest_pause_s": 0.2, "steady_s": 600.0, "grace_s": 60.0, "tick_s": 0.02}
SLEEP = "import time; time.sleep(600)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); open({file!r}, 'w').close(); " + SLEEP
WITH_GRANDCHILD = (
    "import subprocess, sys, time; "
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
    "open({file!r}, 'w').write(str(child.pid)); time.sleep({life_s})"
)
POLITE = (
    "import signal, sys, time\n"
    "def stop(*_):\n    open({file!r}, 'a').write('stopped')\n    sys.exit(0)\n"
    "signal.signal(signal.SIGTERM, stop)\nopen({file!r}, 'w').close()\ntime.sleep(600)"
)


class Supervision:
    """A running toy supervisor and what it has announced."""

    def __init__(self, programs: dict[str, str], pace: dict[str, float]) -> None:
        spec = json.dumps({"programs": programs, "pace": pace})
        command = [sys.executable, str(Path(__file__).with_name("toy_supervision.py")), spec]
        environment = {**os.environ, "PYTHONPATH": str(PROJECT_DIR)}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self.process.stdout is not None
        self.lines = self.process.stdout
        self.events: list[dict[str, Any]] = []

    def next(self, event: str) -> dict[str, Any]:
        """Read on to the next event of a kind."""
        for line in self.lines:
            self.events.append(json.loads(line))
            if self.events[-1]["event"] == event:
                return self.events[-1]
        raise AssertionError(f"the supervisor ended without {event}: {self.events}")

    def stop(self) -> list[dict[str, Any]]:
        """Ask it to stop; the events of the way there."""
        before = len(self.events)
        self.process.send_signal(signal.SIGTERM)
        self.next("ended")
        assert self.process.wait(LIMIT_S) == 0
        return self.events[before:]


@pytest.fixture
def supervise() -> Iterator[Callable[..., Supervision]]:
    """A maker of supervisors, which are ended with their children after the test."""
    started: list[Supervision] = []

    def start(programs: dict[str, str], **pace: float) -> Supervision:
        started.append(Supervision(programs, {**QUICK, **pace}))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
        each.process.wait()
        each.lines.close()


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Poll until something is the case."""
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, f"waited {LIMIT_S} s in vain until {what}"
        time.sleep(0.02)


def lives(pid: int) -> bool:
    """Whether a process runs; one that waits to be reaped does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}


def test_program_that_dies_is_started_again(supervise: Callable[..., Supervision]) -> None:
    """Killed from outside: the end is announced with its status, and a new process runs."""
    toy = supervise({"toy": SLEEP})
    first = toy.next("program_started")["pid"]
    os.kill(first, signal.SIGKILL)
    assert toy.next("program_ended")["status"] == -signal.SIGKILL
    second = toy.next("program_started")["pid"]
    assert second != first
    assert lives(second)


def test_pauses_double_up_to_the_longest(supervise: Callable[..., Supervision]) -> None:
    """A program that cannot start does not keep the machine busy."""
    toy = supervise({"broken": "raise SystemExit(3)"})
    ends = [toy.next("program_ended") for _ in range(5)]
    assert [0.05, 0.1, 0.2, 0.2, 0.2] == [end["again_in_s"] for end in ends]
    assert {3} == {end["status"] for end in ends}


def test_pause_starts_over_after_a_steady_run(supervise: Callable[..., Supervision]) -> None:
    """An accident once a week is not a series."""
    toy = supervise({"toy": "import time; time.sleep(0.1)"}, steady_s=0.1)
    assert {0.05} == {toy.next("program_ended")["again_in_s"] for _ in range(3)}


def test_other_programs_are_left_alone_when_one_dies(supervise: Callable[..., Supervision]) -> None:
    """Restarting one does not touch the other."""
    toy = supervise({"steady": SLEEP, "mortal": SLEEP})
    pids = {}
    for _ in range(2):
        event = toy.next("program_started")
        pids[event["program"]] = event["pid"]
    os.kill(pids["mortal"], signal.SIGKILL)
    assert toy.next("program_started")["program"] == "mortal"
    assert lives(pids["steady"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_stop_lets_programs_finish(
    supervise: Callable[..., Supervision], tmp_path: Path, number: signal.Signals
) -> None:
    """SIGTERM, Ctrl-C and a closed terminal: each program is asked, and ends by itself."""
    file = tmp_path / "said"
    toy = supervise({"polite": POLITE.format(file=str(file))})
    wait_until(file.exists, "the toy is ready")
    toy.process.send_signal(number)
    assert toy.next("program_stopped")["status"] == 0
    toy.next("ended")
    assert file.read_text() == "stopped"


def test_program_that_does_not_stop_is_killed_after_the_grace(
    supervise: Callable[..., Supervision], tmp_path: Path
) -> None:
    """One that ignores SIGTERM does not hold up the end."""
    file = tmp_path / "ready"
    toy = supervise({"deaf": DEAF.format(file=str(file))}, grace_s=0.2)
    pid = toy.next("program_started")["pid"]
    wait_until(file.exists, "the toy is deaf")
    events = [event["event"] for event in toy.stop()]
    assert ["stopping", "program_killed", "program_stopped", "ended"] == events
    assert not lives(pid)


def test_what_a_dead_program_leaves_behind_is_ended(
    supervise: Callable[..., Supervision], tmp_path: Path
) -> None:
    """A worker of a killed web server does not serve on beside the new ones."""
    file = tmp_path / "grandchild"
    toy = supervise(
        {"parent": WITH_GRANDCHILD.format(file=str(file), life_s=600)}, first_pause_s=30, longest_pause_s=30
    )
    pid = toy.next("program_started")["pid"]
    wait_until(lambda: file.exists() and file.read_text() != "", "the grandchild runs")
    os.kill(pid, signal.SIGKILL)
    toy.next("program_ended")
    wait_until(lambda: not lives(int(file.read_text())), "the grandchild has ended")


def test_killed_supervisor_takes_its_programs_along(supervise: Callable[..., Supervision]) -> None:
    """SIGKILL leaves no orphans: the kernel tells the children."""
    toy = supervise({"one": SLEEP, "two": SLEEP})
    pids = [toy.next("program_started")["pid"] for _ in range(2)]
    toy.process.kill()
    toy.process.wait(LIMIT_S)
    wait_until(lambda: not any(map(lives, pids)), "both have ended")
