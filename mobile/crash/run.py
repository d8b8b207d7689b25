"""One crash run: life after life of two phones, each killed at some moment of its work, and then the count."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mobile.crash.city import LOGINS, City
from mobile.crash.life import Order
from mobile.crash.movable import STEPS, Movable, Move
from mobile.crash.proxy import Proxy
from mobile.crash.tally import Books, Result, settle
from mobile.simulated.served import PASSWORD, PROJECT_DIR

FAULTY = 0.4  # the share of requests that the network spoils
FULL = 0.12  # the share of lives on a full disk
LEFT_BYTES = (0, 8_000, 40_000, 400_000)  # the most room on a full disk
LONGEST_S = 1.2
LATE_S = (0.4, 1.0)  # when a life is killed that has not reached its moment
UNHARMED = 0.03  # the share of lives that end of themselves
TAKEN_BACK_EVERY, TAKEN_BACK_MOST = 5, 3  # lives; tasks, and routes, that a dispatcher takes back then
SKIPPED = (0, 0, 0, 1, 1, 2, 3)
DRAIN_S, DRAINS = 90.0, 4
SETTLE_S = 3.0  # requests that were held, or doubled, arrive
SET_S = 172_800.0  # the clock is wrong by up to two days
LATER_S = 5 * 86_400.0  # in the end every wait is over
MOMENTS = {  # after which note to kill, and how much later at most, seconds
    "born": 0.5,
    "capturing": 0.012,
    "created": 0.006,
    "saved": 0.003,
    "asking": 0.015,
    "answered": 0.004,
    "changed": 0.002,
}


@dataclass(frozen=True)
class Death:
    """When to kill: so much later than the n-th note of a kind, or so late after birth where that never comes."""

    moment: str
    skip: int
    later_s: float
    late_s: float


@dataclass
class Moves:
    """What one user may move, one step after the other; a step that may or may not be saved ends its task or route."""

    things: list[Movable]
    step: int = 0

    def ahead(self) -> list[Move]:
        """What the next life may do."""
        return [Move(*self.things[0], to) for to in self._steps()[self.step :]] if self.things else []

    def learn(self, books: Books, offered: list[Move]) -> None:
        """See what has become of it."""
        made = {move: item_id for item_id, move in books.moves.items()}
        for move in offered:
            item_id = made.get(move)
            if item_id is None:
                return
            self.step += 1
            if item_id not in books.saved or self.step == len(self._steps()):
                self.things.pop(0)
                self.step = 0
                return

    def _steps(self) -> tuple[str, ...]:
        return STEPS[self.things[0].kind]


@dataclass
class Course:
    """What has happened so far."""

    kills: Counter[str] = field(default_factory=Counter)
    lives: int = 0
    full_lives: int = 0
    taken_back: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    faults: list[dict[str, Any]] = field(default_factory=list)
    stuck: dict[str, str] = field(default_factory=dict)  # id → why, after the drain
    states: dict[str, dict[str, int]] = field(default_factory=dict)
    without_disk: str = ""


class Nursery:
    """The process that starts the lives, and what they say, line by line."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin, self._fd = process.stdin, process.stdout.fileno()
        self._rest = b""
        self.without_disk = str(next(self.notes(lambda: None))["without_disk"])

    def order(self, order: Order, leave_bytes: int | None) -> None:
        """Have a life begin."""
        said = {**asdict(order), "leave_bytes": leave_bytes}
        self._stdin.write(json.dumps(said).encode() + b"\n")
        self._stdin.flush()

    def notes(self, wait_s: Callable[[], float | None]) -> Iterator[dict[str, Any]]:
        """Notes as they come; {} whenever nothing came for as long as ``wait_s`` says."""
        while True:
            line, found, rest = self._rest.partition(b"\n")
            if found:
                self._rest = rest
                yield json.loads(line)
                continue
            readable, _w, _x = select.select([self._fd], [], [], wait_s())
            if not readable:
                yield {}
                continue
            data = os.read(self._fd, 65536)
            if not data:
                raise RuntimeError("the process that starts the phones has ended")
            self._rest += data


class Run:
    """Lives, deaths and books of one run."""

    def __init__(self, city: City, proxy: Proxy, nursery: Nursery, seed: int) -> None:
        self.course = Course(without_disk=nursery.without_disk)
        self.books = Books()
        self._city = city
        self._proxy = proxy
        self._nursery = nursery
        self._rng = random.Random(seed)
        self._moves = {login: Moves(list(city.movable[login])) for login in LOGINS}

    def crash(self, kills: int, told: Callable[[int], None]) -> None:
        """Live and die until there were so many kills."""
        self._proxy.faulty = FAULTY
        while self.course.kills.total() < kills:
            self._one(self._rng.choice(LOGINS))
            if self.course.lives % TAKEN_BACK_EVERY == 0:
                self.course.taken_back += self._city.take_back(TAKEN_BACK_MOST)
            told(self.course.kills.total())

    def drain(self) -> Result:
        """The network is well, every wait is over: what is on the phones goes to the server; then count."""
        self._proxy.faulty = 0.0
        time.sleep(SETTLE_S)
        for login in LOGINS:
            for _ in range(DRAINS):
                self.course.stuck = {
                    item_id: why for item_id, why in self.course.stuck.items() if not why.startswith(login)
                }
                self._live(self._order(login, captures=0, offset_s=LATER_S, until_empty=True), None, None)
                if not any(why.startswith(login) for why in self.course.stuck.values()):
                    break
        time.sleep(SETTLE_S)
        return settle(self.books, self._city.database)

    def _one(self, login: str) -> None:
        rng = self._rng
        full = rng.random() < FULL and not self.course.without_disk
        moment = rng.choice(list(MOMENTS))
        death = Death(
            moment,
            0 if moment == "born" else rng.choice(SKIPPED),
            rng.uniform(0.0, MOMENTS[moment]),
            rng.uniform(*LATE_S),
        )
        harm = death if rng.random() >= UNHARMED else None
        order = self._order(login, captures=rng.randint(0, 4), offset_s=rng.uniform(-SET_S, SET_S))
        self.course.full_lives += full
        self._live(order, harm, rng.randint(0, rng.choice(LEFT_BYTES)) if full else None)
        self._moves[login].learn(self.books, [Move(*each) for each in order.moves])

    def _order(self, login: str, *, captures: int, offset_s: float, until_empty: bool = False) -> Order:
        return Order(
            phone=f"{login}-phone",
            server=self._proxy.url,
            login=login,
            password=PASSWORD,
            seed=self._rng.getrandbits(32),
            captures=captures,
            moves=[*self._moves[login].ahead()] if captures else [],
            offset_s=offset_s,
            longest_s=DRAIN_S if until_empty else LONGEST_S,
            until_empty=until_empty,
        )

    def _live(self, order: Order, death: Death | None, leave_bytes: int | None) -> None:
        self.course.lives += 1
        self._nursery.order(order, leave_bytes)
        pid, kill_at_s, seen, cause = 0, float("inf"), 0, "late"

        def wait_s() -> float | None:
            return None if kill_at_s == float("inf") or not pid else max(kill_at_s - time.monotonic(), 0.0)

        for said in self._nursery.notes(wait_s):
            if said:
                self._hear(order.login, said)
            event = said.get("note")
            if event == "born":
                pid = said["pid"]
                if death is not None and cause == "late":
                    kill_at_s = time.monotonic() + death.late_s
            if death is not None and event == death.moment:
                if seen == death.skip:
                    kill_at_s, cause = time.monotonic() + death.later_s, event
                seen += 1
            if event == "ended":
                if said["killed"] and death is not None:
                    self.course.kills[cause] += 1
                return
            if pid and time.monotonic() >= kill_at_s:
                os.kill(pid, signal.SIGKILL)
                kill_at_s = float("inf")

    def _hear(self, login: str, said: dict[str, Any]) -> None:
        self.books.take_down(said)
        self.course.notes[said["note"]] += 1
        ended_badly = said["note"] == "ended" and not said["killed"] and said["status"]
        unopened = said["note"] == "unopened" and not said["full"]
        if said["note"] == "fault" or unopened or ended_badly:
            self.course.faults.append(said)
        elif said["note"] == "stuck":
            self.course.stuck[said["id"]] = f"{login}: {said['kind']} {said['state']} {said['why']}"
        elif said["note"] == "emptied":
            self.course.states[login] = said["states"]


@contextmanager
def started_nursery(folder: Path) -> Iterator[Nursery]:
    """The process that starts lives; it ends when its orders end."""
    folder.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "mobile.crash.nursery", str(folder)],
        cwd=PROJECT_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield Nursery(process)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
