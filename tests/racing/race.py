"""A race: many who act, each by chance, on few faults, and workers who look: at once, held up at random by the clock, or in an order drawn by a seed."""

from __future__ import annotations

import itertools
import queue
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from backend.adapters import settings
from backend.database import db, transaction
from backend.jobs import HANDLERS
from backend.roads.cases.models import CaseMerge, CaseMove, CaseRepair, CaseView, RoadCase
from backend.roads.cases.turns import CASES_LOCK
from backend.roads.condition.models import StreetCondition
from shared.geometry import Point
from shared.vocabulary import CaseState, DefectKind, Severity
from tests.factories import another_shot
from tests.fakes import road_photo
from tests.phone import Phone
from tests.races import twin
from tests.racing.truths import flaws
from tests.roads import beside

WORKERS = 4
ASIDE_MOST_S = 0.004
CHECKED_EVERY = 10  # acts, where one comes after the other; both at once: at the end
WORKED = 0.4  # of the turns, where one acts after the other
FINE = (200, 201, 204, 403, 404, 409, 422)
KINDS = (DefectKind.POTHOLE, DefectKind.POTHOLE, DefectKind.CRACK_NETWORK, None)
Acts = Mapping[
    Callable[["Actor"], int | None], int
]  # an act gives the status of its answer, None where there was nothing to do
OF_CASES = (RoadCase, CaseView, CaseMerge, CaseMove, CaseRepair, StreetCondition)
HELD = sa.text(
    f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND objid = {CASES_LOCK}"
)


def require_turn(session: Session, _context: object, _instances: object) -> None:
    """Before rows are written: those of cases need a turn, which SQLite gives to whoever writes."""
    changed = [each for each in (*session.new, *session.dirty) if isinstance(each, OF_CASES)]
    if changed and session.get_bind().dialect.name == "postgresql":
        assert session.execute(HELD).scalar_one() == 1, f"{changed} changed without a turn"


class Moments:
    """A clock whose every look is a moment later, and at which whoever looks may be held up: acts interleave elsewhere each time."""

    def __init__(self, begin: datetime, seed: int, *, aside_most_s: float = ASIDE_MOST_S) -> None:
        self.begin, self.number, self.random = begin, itertools.count(), random.Random(seed)
        self.aside_most_s = aside_most_s

    def __call__(self) -> datetime:
        if self.aside_most_s:
            time.sleep(self.random.random() ** 3 * self.aside_most_s)
        return self.begin + timedelta(milliseconds=next(self.number))


class Wakes:
    """A queue of wake-ups, from which workers of the race take."""

    def __init__(self) -> None:
        self.waiting: queue.SimpleQueue[tuple[str, UUID] | None] = queue.SimpleQueue()

    def wake(self, name: str, row_id: UUID, *, patient: bool = False) -> None:
        """Put one in."""
        self.waiting.put((name, row_id))


@dataclass(kw_only=True)
class Race:
    """A city with few faults and many who deal with them."""

    app: Flask
    seed: int
    places: Sequence[Point]
    crew: Phone
    dispatchers: Sequence[Phone]
    wakes: Wakes = field(default_factory=Wakes)
    sent: Counter[str] = field(default_factory=Counter)  # reports and requests that were received
    answers: Counter[str] = field(default_factory=Counter)  # act and status
    took_s: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    told: dict[tuple[str, int], Any] = field(default_factory=dict)  # what phones heard, by report and version
    wrong: list[str] = field(default_factory=list)
    photos: list[bytes] = field(default_factory=list)

    at_once: bool = True

    def run(self, actors: int, times: int, acts: Acts) -> None:
        """Let so many actors act so many times each, by the weights of acts, and workers do theirs until nothing is left to do."""
        app = self.app
        app.extensions["qala_jobs"] = self.wakes
        aside_most_s = ASIDE_MOST_S if self.at_once else 0.0
        moments = Moments(app.extensions["qala_clock"](), self.seed, aside_most_s=aside_most_s)
        app.extensions["qala_clock"] = moments
        if self.at_once:
            self._run_at_once(actors, times, acts)
        else:
            self._run_in_turn(actors, times, acts)

    def _run_at_once(self, actors: int, times: int, acts: Acts) -> None:
        start = threading.Barrier(actors)
        with ThreadPoolExecutor(actors + WORKERS) as pool:
            workers = [pool.submit(self._work) for _each in range(WORKERS)]
            acting = [pool.submit(self._act, number, times, acts, start) for number in range(actors)]
            for each in acting:
                each.result()
            for _each in workers:
                self.wakes.waiting.put(None)
            for each in workers:
                each.result()
        self._check()

    def _run_in_turn(self, actors: int, times: int, acts: Acts) -> None:
        """The same seed draws the same, if ids are drawn by a seed too."""
        chance = random.Random(self.seed)
        all_actors = [self._actor(number) for number in range(actors)]
        done = 0
        while done < actors * times:
            if chance.random() < WORKED and not self.wakes.waiting.empty():
                self._look(*self.wakes.waiting.get())
            elif self._acted(chance.choice(all_actors), acts):
                done += 1
                if done % CHECKED_EVERY == 0:
                    self._check()

    def _check(self) -> None:
        """When all workers are done."""
        while not self.wakes.waiting.empty():
            self._look(*self.wakes.waiting.get())
        with self.app.app_context():
            self.wrong += flaws(self.sent, settings().instance_dir / "blobs")

    def _work(self) -> None:
        while (found := self.wakes.waiting.get()) is not None:
            self._look(*found)

    def _look(self, name: str, row_id: UUID) -> None:
        try:
            with self.app.app_context():
                HANDLERS[name](row_id)
        except Exception as error:
            self.wrong.append(f"{name}: {error}"[:500])

    def _act(self, number: int, times: int, acts: Acts, start: threading.Barrier) -> None:
        actor = self._actor(number)
        start.wait()
        done = 0
        while done < times:
            done += self._acted(actor, acts)

    def _actor(self, number: int) -> Actor:
        return Actor(
            race=self,
            chance=random.Random(f"{self.seed}/{number}"),
            crew=twin(self.app, self.crew),
            dispatcher=twin(self.app, self.dispatchers[number % len(self.dispatchers)]),
        )

    def _acted(self, actor: Actor, acts: Acts) -> bool:
        """Do one act that chance names; whether there was something to do."""
        (act,) = actor.chance.choices(list(acts), weights=list(acts.values()))
        begin = time.perf_counter()
        try:
            status = act(actor)
        except Exception as error:
            self.wrong.append(f"{act.__name__}: {type(error).__name__}: {error}"[:500])
            return True
        if status is None:
            return False
        self.took_s[act.__name__].append(time.perf_counter() - begin)
        self.answers[f"{act.__name__} {status}"] += 1
        if status not in FINE:
            self.wrong.append(f"{act.__name__} was answered {status}")
        return True


@dataclass(kw_only=True, eq=False)
class Actor:
    """Who acts in one thread: now as a crew, now as a dispatcher."""

    race: Race
    chance: random.Random
    crew: Phone
    dispatcher: Phone

    def new_id(self) -> UUID:
        """What a phone or a page names something new by."""
        return UUID(bytes=self.chance.randbytes(16), version=4)

    def place(self) -> Point:
        """Somewhere near one of the faults."""
        off = self.chance.gauss
        return beside(self.chance.choice(self.race.places), east_m=off(0, 4), north_m=off(0, 6))

    def photo(self) -> bytes:
        """A new photo, or one that somebody has sent."""
        if self.race.photos and self.chance.random() < 0.2:
            return self.chance.choice(self.race.photos)
        new = another_shot(road_photo(self.chance.choice(KINDS), self.chance.choice(list(Severity))))
        self.race.photos.append(new)
        return new

    def any_of(self, column: Any, *where: Any) -> UUID | None:
        """The id of any row, as somebody has seen it in a list; None where there is none."""
        with self.race.app.app_context(), transaction(read_only=True):
            ids = sorted(db.session().scalars(sa.select(column).where(*where)))
        return self.chance.choice(ids) if ids else None

    def a_case(self, *states: CaseState) -> UUID | None:
        """Any case in some states."""
        return self.any_of(RoadCase.id, RoadCase.state.in_(states))

    def moved(self, to: CaseState, *sources: CaseState, by: Phone | None = None, **said: Any) -> int | None:
        """Move any case that was seen in one of the states."""
        case_id = self.a_case(*sources)
        if case_id is None:
            return None
        body = {"to": to.value, "reason": "так решено", **said}
        return (by or self.dispatcher).put(f"/cases/{case_id}/moves/{self.new_id()}", json=body).status_code
