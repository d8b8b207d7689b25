"""``solve``: two searches at once, their routes pooled and recombined exactly, then finished and timed.

The first anneals here; the second, in a process of its own, anneals with another seed, or searches locally with PyVRP where nothing has a
time. Several times in a run HiGHS picks the best set of routes out of everything both have seen (set partitioning); both go on from there. A run of seconds can be stopped at any moment with the best so far.
With ``iterations`` instead of seconds a run is repeatable to the last stop.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from backend.routing.planning.annealing import Annealing
from backend.routing.planning.bound import lower_bound
from backend.routing.planning.companion import Companion, Order
from backend.routing.planning.finishing import finish
from backend.routing.planning.flaws import Examined, examine
from backend.routing.planning.locking import without_locked
from backend.routing.planning.model import Model, Row, build
from backend.routing.planning.plan import Act, Plan, Progress
from backend.routing.planning.pool import best_routes
from backend.routing.planning.problem import Problem
from backend.routing.planning.scheduling import Step

COMPANION_FROM_S = 6.0
"""Shorter runs are over before a second process has started."""
ROUNDS = (0.4, 0.55, 0.7, 0.8, 0.9, 0.96)
"""When in a run routes are recombined, as shares of it."""
RECOMBINED_SHARE = 0.05
"""Of a run's time at most for each recombination."""
REPORTED_EVERY_S = 0.5
PIECE = 200
"""Iterations between looks at the clock and at whether somebody stopped the run."""

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
        run = Run(
            rest, limits, seed, processes, on_progress, sequences_held(rest) if start is None else start
        )
        sequences, done = run.result(), run.iterations
    plan = finish(examined, sequences)
    return replace(
        plan,
        bound=bound_of(examined, plan),
        seconds=time.monotonic() - begun,
        iterations=done,
        stopped_early=limits.stopped,
    )


def sequences_held(problem: Problem) -> Sequences:
    """The earlier plan's order of what is left of it, by vehicle; empty without an earlier plan."""
    follows: dict[str, dict[str | None, str]] = {}
    for stop_id, held in problem.earlier.items():
        follows.setdefault(held.vehicle_id, {}).setdefault(held.after_id, stop_id)
    return {
        vehicle.id: tuple(
            (Act.STOP, each) for each in _in_order(follows.get(vehicle.id, {})) if each in problem.stop
        )
        for vehicle in problem.vehicles
    }


def _in_order(follows: Mapping[str | None, str]) -> list[str]:
    """Stops from those that follow nothing of the same vehicle on."""
    own = set(follows.values())
    order: list[str] = []
    for before, first in follows.items():
        each: str | None = None if before in own else first
        while each is not None and each not in order:
            order.append(each)
            each = follows.get(each)
    return order


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
        start: Sequences,
    ) -> None:
        self._limits, self._on_progress = limits, on_progress
        self._model = build(problem, soft=True)
        rows = self._model.rows_of(start.items())
        self._companion: Companion | None = None
        if processes > 1 and (limits.iterations is not None or limits.left_s >= COMPANION_FROM_S):
            each = None if limits.iterations is None else max(1, limits.iterations // len(ROUNDS))
            way = "annealing" if self._model.is_timed else "local"
            order = Order(problem, way, seed + 1_000_003, limits.left_s, each, len(ROUNDS), tuple(rows))
            self._companion = Companion(order)
        self._search = Annealing(self._model, seed, rows)
        self._pool: dict[Row, int] = {}
        self._pooled = self._recombined = 0
        self._reported = 0.0
        self._stops = len(self._model.alternatives)

    @property
    def iterations(self) -> int:
        """Iterations of the first process."""
        return self._search.iterations

    def result(self) -> Sequences:
        """Search until the limits are reached; the best sequences by vehicle."""
        try:
            for share in (*ROUNDS, 1.0):
                self._until(share)
                if self._limits.stopped:
                    break
                if share < 1.0:
                    self._exchange()
        finally:
            if self._companion is not None:
                self._companion.end()
        return _by_vehicle(self._model, self._search.rows())

    def _until(self, share: float) -> None:
        while not self._limits.over(self.iterations) and (now := self._limits.share(self.iterations)) < share:
            piece = PIECE
            if self._limits.iterations is not None:
                piece = max(1, min(PIECE, round(share * self._limits.iterations) - self.iterations))
            self._search.run(piece, now)
            self._report()

    def _exchange(self) -> None:
        """Collect what the companion found, recombine the routes of both, and tell both what is best."""
        search = self._search
        if self._companion is not None:
            for found in self._companion.found(wait=self._limits.iterations is not None):
                self._pool.update(found.pool)
                if found.cost < search.best_cost:
                    search.adopt(list(found.rows))
        self._pool.update(list(search.pool.items())[self._pooled :])
        self._pooled = len(search.pool)
        incumbent = search.rows()
        for row in incumbent:
            if row not in self._pool:
                self._pool[row] = search.cost_of(row) or 0
        if len(self._pool) > self._recombined:
            self._recombined = len(self._pool)
            limit_s = min(self._limits.seconds * RECOMBINED_SHARE, max(0.1, self._limits.left_s))
            better = best_routes(self._model, self._pool, incumbent, limit_s)
            if better is not None:
                search.adopt(better)
        if self._companion is not None:
            self._companion.tell(search.rows())

    def _report(self) -> None:
        now = time.monotonic()
        if now - self._reported < REPORTED_EVERY_S:
            return
        self._reported = now
        served = sum(act >= 0 for acts, _kind in self._search.rows() for act in acts)
        self._on_progress(
            Progress(
                best_cost=self._search.best_cost / self._model.scale,
                gap=None,
                unserved=self._stops - served,
                seconds_left=max(0.0, self._limits.left_s),
                phase="search",
            )
        )


def _by_vehicle(model: Model, rows: list[Row]) -> Sequences:
    """Each row given to a vehicle of its class, in the vehicles' order."""
    free = [list(group) for group in model.classes]
    sequences: dict[str, tuple[Step, ...]] = {}
    for row in sorted(rows, key=lambda row: (row[1], row[0])):
        sequences[free[row[1]].pop(0).id] = model.steps(row)
    return sequences
