"""One problem searched by two processes at once: both anneal, tell each other of better plans, and recombine the tours of both exactly.

The first process never waits for the second unless a run is counted in iterations; HiGHS, which does not always keep its time, runs in
the second and is ended with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection

from backend.routing.clearing.annealing import HOT, WARM, Annealing
from backend.routing.clearing.model import SCALE, Row, Sequences, build
from backend.routing.clearing.parts import anneal, tables_of
from backend.routing.clearing.problem import Problem
from backend.routing.clearing.recombining import Pool, best_tours
from backend.routing.planning.beside import Beside
from backend.routing.planning.limits import Limits
from backend.routing.planning.plan import Progress

COMPANION_FROM_S = 6.0
"""Shorter runs are over before a second process has started."""
ROUNDS = 16
"""How often in a run the two tell each other what they found."""
RECOMBINED_AT, RECOMBINED_SHARE, RECOMBINED_MOST = 0.86, 0.06, 10_000
"""When in a run tours are recombined, for which share of it at most, and of how many of each process."""
REPORTED_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class Order:
    """What a companion is to search, until a moment of the machine's monotonic clock, or in rounds of ``iterations``."""

    problem: Problem
    spent_s: Mapping[str, int]
    seed: int
    hot: float
    begun_s: float
    ends_s: float
    iterations: int | None
    start: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What one process tells the other: its best tours with their cost, and tours seen, if they are to be recombined."""

    cost: int
    rows: tuple[Row, ...]
    pool: Pool


class Run:
    """One run over a sound problem of a size that one search can move."""

    def __init__(
        self,
        problem: Problem,
        limits: Limits,
        seed: int,
        processes: int,
        on_progress: Callable[[Progress], None],
        start: Sequences,
        spent_s: Mapping[str, int],
    ) -> None:
        self._limits, self._on_progress = limits, on_progress
        tables = tables_of(problem, problem.machines, problem.tasks, problem.stores)
        problem = replace(problem, travel=tables)
        self._model = build(problem, spent_s)
        rows = tuple(self._model.rows_of(start))
        hot = WARM if rows else HOT
        self._companion: Beside | None = None
        self._heard: Found | None = None
        if processes > 1 and (limits.iterations is not None or limits.left_s >= COMPANION_FROM_S):
            each = None if limits.iterations is None else max(1, limits.iterations // ROUNDS)
            order = Order(
                problem, spent_s, seed + 1_000_003, hot, limits.begun, limits.search_ends, each, rows
            )
            self._companion = Beside(search_along)
            self._companion.send(order)
        self._search = Annealing(self._model, seed, rows, hot)
        self._reported = 0.0

    @property
    def iterations(self) -> int:
        """Iterations of the first process."""
        return self._search.iterations

    def result(self) -> Sequences:
        """Search until the limits are reached; the best sequences by machine. A machine so busy that no time is left gets a plan too."""
        limits, search = self._limits, self._search
        told = False
        try:
            for number in range(1, ROUNDS + 1):
                share = number / ROUNDS
                iterations = None
                if limits.iterations is not None:
                    iterations = round(share * limits.iterations) - search.iterations
                ends_s = limits.begun + share * (limits.search_ends - limits.begun)
                now = limits.share(search.iterations)
                if now < 1 or not search.iterations:
                    anneal(search, ends_s, (min(1.0, now), share), self._is_over, iterations)
                if limits.stopped:
                    break
                if self._companion is not None and number < ROUNDS:
                    pool = {}
                    if share >= RECOMBINED_AT and not told and limits.iterations is None:
                        pool, told = search.pool(RECOMBINED_MOST), True
                    self._hear(None if limits.iterations is not None else 0.0)
                    self._companion.send(Found(search.best_cost, tuple(search.rows()), pool))
            if limits.iterations is None:
                self._hear(0.0)
        finally:
            if self._companion is not None:
                self._companion.end()
        rows = search.rows()
        if self._heard is not None and self._heard.cost < search.best_cost:
            rows = list(self._heard.rows)
        return search.sequences(rows)

    def _hear(self, wait_s: float | None) -> None:
        if self._companion is None:
            return
        for found in self._companion.received(wait_s):
            if self._heard is None or found.cost < self._heard.cost:
                self._heard = found

    def _is_over(self) -> bool:
        now = time.monotonic()
        if now - self._reported >= REPORTED_EVERY_S:
            self._reported = now
            cost, rows = self._search.best_cost, self._search.rows()
            if self._heard is not None and self._heard.cost < cost:
                cost, rows = self._heard.cost, list(self._heard.rows)
            left_out = self._model.tasks - sum(each < self._model.tasks for row in rows for each in row[0])
            left_s = max(0.0, self._limits.left_s)
            self._on_progress(Progress(cost / SCALE, None, left_out, left_s, "search"))
        if not self._limits.stopped and self._limits.stop():
            self._limits.stopped = True
        return self._limits.stopped


def search_along(pipe: Connection) -> None:
    """The second process: search in rounds until the pipe to the first is closed."""
    order: Order = pipe.recv()
    search = Annealing(build(order.problem, order.spent_s), order.seed, list(order.start), order.hot)
    heard: Found | None = None
    recombined = False
    for number in range(1, 10 * ROUNDS):
        share = min(1.0, number / ROUNDS)
        ends_s = order.begun_s + share * (order.ends_s - order.begun_s)
        now = (number - 1) / ROUNDS
        if order.iterations is None:
            now = min(1.0, (time.monotonic() - order.begun_s) / max(1e-6, order.ends_s - order.begun_s))
        if order.iterations is not None or now < 1:
            anneal(search, ends_s, (now, share), lambda: False, order.iterations)
        if heard is not None and heard.pool and not recombined:
            recombined = True
            _recombine(search, heard, (order.ends_s - order.begun_s) * RECOMBINED_SHARE)
        pipe.send(Found(search.best_cost, tuple(search.rows()), {}))
        while order.iterations is not None or pipe.poll(0.0 if now < 1 else None):
            heard = pipe.recv()
            if order.iterations is not None or heard.pool:
                break


def _recombine(search: Annealing, heard: Found, time_limit_s: float) -> None:
    """Go on from the best set of all tours that both have seen."""
    pool = {**search.pool(RECOMBINED_MOST), **heard.pool}
    if heard.cost < search.best_cost:
        search.adopt(heard.rows)
    else:
        search.adopt(search.rows())
    incumbent, costs = search.current_rows(), search.current_costs()
    better = best_tours(search.model, pool, incumbent, costs, time_limit_s)
    if better is not None:
        search.adopt(better)
