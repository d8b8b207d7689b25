"""``solve``: two searches with different seeds, their routes pooled and recombined exactly, then finished and timed.

The first search runs here, the second in a process of its own. Every few seconds HiGHS picks the best set of routes out of
everything both have seen (set partitioning); both go on from there. A run of seconds can be stopped at any moment with the best so far.
With ``iterations`` instead of seconds a run is repeatable to the last stop.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from backend.routing.planning.bound import lower_bound
from backend.routing.planning.companion import Companion, Found, Order
from backend.routing.planning.finishing import finish
from backend.routing.planning.flaws import Examined, examine
from backend.routing.planning.locking import without_locked
from backend.routing.planning.model import Model, Row, build, row_of
from backend.routing.planning.plan import Plan, Progress
from backend.routing.planning.pool import best_routes
from backend.routing.planning.problem import Problem
from backend.routing.planning.scheduling import Step
from backend.routing.planning.search import Search

COMPANION_FROM_S = 4.0
"""Shorter runs are over before a second process has started."""
FEASIBLE_BY = 0.15
"""If no complete plan has been found by this share of the run, required stops may be left out at a high price."""
ROUNDS = 8
"""How often in a run routes are recombined."""
RECOMBINED_SHARE = 0.06
"""Of a run's time at most for each recombination."""
REPORTED_EVERY_S = 0.5

Sequences = Mapping[str, Sequence[Step]]


def _ignore(_progress: Progress) -> None:
    pass


def _never() -> bool:
    return False


def solve(
    problem: Problem,
    time_limit_s: float = 20.0,
    seed: int = 1,
    on_progress: Callable[[Progress], None] = _ignore,
    stop: Callable[[], bool] = _never,
    *,
    iterations: int | None = None,
    processes: int = 2,
    start: Sequences | None = None,
) -> Plan:
    """The best plan found within a time or a number of iterations; whatever is wrong with the problem is in its flaws.

    ``start``: sequences by vehicle to begin from. ``stop`` is asked often; once true the best plan so far comes back.
    """
    begun = time.monotonic()
    examined = examine(problem)
    limits = Limits(begun, time_limit_s, iterations, stop)
    rest = without_locked(examined.problem)
    sequences: Sequences = {}
    done = 0
    if rest.stops and rest.vehicles:
        run = Run(rest, limits, seed, processes, on_progress, start)
        sequences, done = run.result(), run.iterations
    plan = finish(examined, sequences)
    return replace(
        plan,
        bound=bound_of(examined, plan),
        seconds=time.monotonic() - begun,
        iterations=done,
        stopped_early=limits.stopped,
    )


def bound_of(examined: Examined, plan: Plan) -> float | None:
    """A bound for the stops that a plan serves, its lost prizes included."""
    served = {stop_id for tour in plan.tours for stop_id in tour.stop_ids}
    stops = [stop for stop in examined.problem.stops if stop.id in served]
    bound = lower_bound(examined.problem, stops)
    return None if bound is None else min(bound + plan.cost.prizes_lost, plan.cost.total)


@dataclass(slots=True)
class Limits:
    """When a run ends: at a time or after iterations, or when somebody stops it."""

    begun: float
    seconds: float
    iterations: int | None
    stop: Callable[[], bool]
    stopped: bool = False

    @property
    def left_s(self) -> float:
        """Seconds left; those of a run by iterations do not end."""
        return self.begun + self.seconds - time.monotonic() if self.iterations is None else float("inf")

    def share(self, done: int) -> float:
        """How much of the run is over."""
        if self.iterations is not None:
            return done / self.iterations
        return (time.monotonic() - self.begun) / self.seconds if self.seconds > 0 else 1.0

    def over(self, done: int) -> bool:
        """Whether to end now."""
        if not self.stopped and self.stop():
            self.stopped = True
        return self.stopped or self.share(done) >= 1.0


class Run:
    """One run over a sound problem."""

    def __init__(
        self,
        problem: Problem,
        limits: Limits,
        seed: int,
        processes: int,
        on_progress: Callable[[Progress], None],
        start: Sequences | None,
    ) -> None:
        self._problem, self._limits, self._seed = problem, limits, seed
        self._on_progress = on_progress
        self._start = start
        self._companied = processes > 1 and (
            limits.iterations is not None or limits.left_s >= COMPANION_FROM_S
        )
        self._companion: Companion | None = None
        self._pool: dict[Row, int] = {}
        self._pooled = self._recombined = 0
        self.iterations = 0
        self._reported = 0.0

    def result(self) -> Sequences:
        """Search until the limits are reached; the best sequences by vehicle."""
        try:
            model, search = self._begin(soft=False)
            search = self._until(search, FEASIBLE_BY)
            if search.best is None:
                self._end_companion()
                model, search = self._begin(soft=True)
            for number in range(1, ROUNDS + 1):
                self._until(search, FEASIBLE_BY + (1 - FEASIBLE_BY) * number / ROUNDS - 0.01)
                self._exchange(model, search)
                if self._limits.over(self.iterations):
                    break
        finally:
            self._end_companion()
        best = search.best
        rows = [row_of(route) for route in (best.routes() if best is not None else ())]
        return _by_vehicle(model, rows)

    def _begin(self, *, soft: bool) -> tuple[Model, Search]:
        self._pool, self._pooled, self._recombined = {}, 0, 0
        model = build(self._problem, soft=soft)
        rows = model.rows_of(self._start.items()) if self._start else []
        if self._companied:
            each = None
            if self._limits.iterations is not None:
                each = max(1, int(self._limits.iterations * (1 - FEASIBLE_BY) / ROUNDS))
            self._companion = Companion(Order(self._problem, soft, self._seed + 1_000_003, each, tuple(rows)))
        start = model.solution(rows) if rows else None
        return model, Search(model, self._seed, start)

    def _until(self, search: Search, share: float) -> Search:
        while not self._limits.over(self.iterations) and self._limits.share(self.iterations) < share:
            search.step()
            self.iterations += 1
            self._report(search)
        return search

    def _exchange(self, model: Model, search: Search) -> None:
        """Collect what the companion found, recombine the routes of both, and tell both what is best."""
        told = False
        if self._companion is not None:
            for found in self._companion.found(wait=self._limits.iterations is not None):
                self._take(found, model, search)
        fresh = list(search.pool.items())[self._pooled :]
        self._pooled = len(search.pool)
        self._pool.update(fresh)
        if search.best is not None and len(self._pool) > self._recombined:
            self._recombined = len(self._pool)
            incumbent = [row_of(route) for route in search.best.routes()]
            limit_s = min(self._limits.seconds * RECOMBINED_SHARE, max(0.1, self._limits.left_s))
            better = best_routes(model, self._pool, incumbent, limit_s)
            if better is not None:
                search.adopt(model.solution(better))
        if self._companion is not None and search.best is not None:
            self._companion.tell([row_of(route) for route in search.best.routes()])
            told = True
        if self._companion is not None and not told:
            self._companion.tell(None)

    def _take(self, found: Found, model: Model, search: Search) -> None:
        self._pool.update(found.pool)
        if found.rows and found.cost < search.best_cost:
            search.adopt(model.solution(found.rows))

    def _report(self, search: Search) -> None:
        now = time.monotonic()
        if now - self._reported < REPORTED_EVERY_S:
            return
        self._reported = now
        found = search.best is not None
        self._on_progress(
            Progress(
                best_cost=search.best_cost / search.model.scale if found else None,
                gap=None,
                unserved=search.best.num_missing_clients()
                if search.best is not None
                else len(self._problem.stops),
                seconds_left=max(0.0, self._limits.left_s),
                phase="search",
            )
        )

    def _end_companion(self) -> None:
        if self._companion is not None:
            self._companion.end()
            self._companion = None


def _by_vehicle(model: Model, rows: list[Row]) -> Sequences:
    """Each row given to a vehicle of its class, in the vehicles' order."""
    free = [list(group) for group in model.classes]
    sequences: dict[str, tuple[Step, ...]] = {}
    for row in sorted(rows, key=lambda row: (row[1], row[0])):
        sequences[free[row[1]].pop(0).id] = model.steps(row)
    return sequences
