"""A second process that searches along: other seed, same problem, and the one that recombines the routes of both.

HiGHS does not always keep its time limit. Here it may overrun: the first process never waits for it and ends this one when time is up.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection

from backend.routing.planning.annealing import Annealing
from backend.routing.planning.beside import Beside
from backend.routing.planning.building import build
from backend.routing.planning.model import Row
from backend.routing.planning.pool import best_routes
from backend.routing.planning.problem import Problem
from backend.routing.planning.search import LocalSearch

SLICE_S = 0.5
PIECE: dict[type, int] = {Annealing: 500, LocalSearch: 5}
"""Iterations between looks at the clock."""
TAUGHT_FROM = 0.95
"""From this share of a run on, the second goes on from the first's best if that is better: two that differ find more than two alike."""
RECOMBINED_AT = (0.93,)
"""When in a run routes are recombined, as shares of it."""
RECOMBINED_SHARE = 0.05
"""Of a run's time at most for each recombination."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a companion is to search: until a moment of the machine's monotonic clock, or in rounds of ``iterations``, waiting for an answer
    after each.

    ``way`` names one of `begin`'s; ``begun_s`` and ``ends_s`` are those of the whole run, so that both processes cool alike.
    """

    problem: Problem
    way: str
    seed: int
    begun_s: float
    ends_s: float
    iterations: int | None
    rounds: int
    start: tuple[Row, ...] = ()

    def share(self, rounds_done: int) -> float:
        """How much of the run is over."""
        if self.iterations is not None:
            return rounds_done / self.rounds
        return (time.monotonic() - self.begun_s) / max(1e-6, self.ends_s - self.begun_s)


@dataclass(frozen=True, slots=True)
class Found:
    """What one process tells the other: its best rows with their cost, and routes not told before."""

    cost: float
    rows: tuple[Row, ...]
    pool: Mapping[Row, int]


def begin(way: str, problem: Problem, seed: int, start: list[Row]) -> Annealing | LocalSearch:
    """A search of one of the two ways: «annealing», in which stops may always stay out, or «local»."""
    if way == "annealing":
        return Annealing(build(problem, soft=True), seed, start)
    return LocalSearch(build(problem, soft=False), seed, start)


class Companion:
    """The first process's end: starts the second, asks what it found, tells it of better solutions."""

    def __init__(self, order: Order) -> None:
        self._beside = Beside(search_along)
        self._beside.send(order)

    def found(self, *, wait: bool) -> list[Found]:
        """Reports that have come in; with ``wait`` exactly one more, however long it takes."""
        return self._beside.received(None if wait else 0.0)

    def tell(self, found: Found) -> None:
        """Hand on what the first process found."""
        self._beside.send(found)

    def end(self) -> None:
        """Stop the second process."""
        self._beside.end()


def search_along(pipe: Connection) -> None:
    """The second process: search in rounds until the pipe to the first is closed."""
    _search(pipe, pipe.recv())


def _search(pipe: Connection, order: Order) -> None:
    search = begin(order.way, order.problem, order.seed, list(order.start))
    pool: dict[Row, int] = {}
    number = 0
    due = list(RECOMBINED_AT)
    while True:
        number += 1
        if order.iterations is not None:
            search.run(order.iterations, order.share(number))
        else:
            _run_for(search, order)
        fresh = search.fresh_routes()
        pool.update(fresh)
        if due and order.share(number) >= due[0]:
            due.pop(0)
            _recombine(search, pool, order)
        pipe.send(Found(search.best_cost, tuple(search.rows()), fresh))
        while order.iterations is not None or pipe.poll(0):
            other: Found = pipe.recv()
            pool.update(other.pool)
            if order.share(number) >= TAUGHT_FROM and other.cost < search.best_cost:
                search.adopt(list(other.rows))
            if order.iterations is not None:
                break


def _recombine(search: Annealing | LocalSearch, pool: dict[Row, int], order: Order) -> None:
    """Go on from the best set of all routes seen."""
    incumbent = search.rows()
    for row in incumbent:
        if row not in pool:
            pool[row] = search.cost_of(row) or 0
    if not incumbent:
        return
    better = best_routes(search.model, pool, incumbent, (order.ends_s - order.begun_s) * RECOMBINED_SHARE)
    if better is not None:
        search.adopt(better)


def _run_for(search: Annealing | LocalSearch, order: Order) -> None:
    """Search for a slice of time, in pieces short enough to cool evenly."""
    ends = time.monotonic() + SLICE_S
    while time.monotonic() < ends:
        search.run(PIECE[type(search)], order.share(0))
