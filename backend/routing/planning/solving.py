"""``solve``: two searches at once, their routes pooled and recombined exactly, then finished and timed.

The first anneals here; the second, in a process of its own, anneals with another seed, or searches locally with PyVRP where nothing has a
time. Several times in a run the second lets HiGHS pick the best set of routes out of everything both have seen (set partitioning). Both
tell each other of better plans. A run of seconds ends on its second, and can be stopped at any moment with the best so far. With
``iterations`` instead of seconds a run is repeatable to the last stop.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from backend.routing.planning.annealing import Annealing
from backend.routing.planning.bound import lower_bound
from backend.routing.planning.building import build
from backend.routing.planning.companion import Companion, Found, Order
from backend.routing.planning.decomposing import DECOMPOSED_FROM, Decomposed
from backend.routing.planning.finishing import finish
from backend.routing.planning.flaws import Examined, examine
from backend.routing.planning.holding import in_order
from backend.routing.planning.limits import Limits
from backend.routing.planning.locking import without_locked
from backend.routing.planning.plan import Act, Plan, Progress
from backend.routing.planning.problem import Problem
from backend.routing.planning.scheduling import Step

COMPANION_FROM_S = 6.0
"""Shorter runs are over before a second process has started."""
ROUNDS = 16
"""How often in a run the two tell each other what they found."""
FIRST_PIECE, PIECE, PIECE_S = 20, 200, 0.05
"""Iterations between looks at the clock and at whether somebody stopped the run: at most so many, and of a large problem so many fewer."""
ENDING_SHARE, ENDING_MOST_S, ENDING_EXAMINED = 0.01, 0.3, 1.3
"""Of a run's time and at most, and beside it so many times what examining the problem took: kept for timing the tours and the bound."""
BOUND_SHARE = 0.03
"""Of a run's time at most for the bound with which it begins."""
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
    ending_s = min(ENDING_SHARE * time_limit_s, ENDING_MOST_S)
    ending_s += ENDING_EXAMINED * (time.monotonic() - begun)
    limits = Limits(begun, time_limit_s, min(ending_s, time_limit_s / 2), iterations, stop)
    rest = without_locked(examined.problem)
    sequences: Sequences = {}
    done = 0
    if rest.stops and rest.vehicles:
        begin_from = sequences_held(rest) if start is None else start
        way = Decomposed if len(rest.stops) > DECOMPOSED_FROM else Run
        run = way(rest, limits, seed, processes, on_progress, begin_from)
        sequences, done = run.result(), run.iterations
    plan = finish(examined, sequences, over=limits.is_ending)
    return replace(
        plan,
        bound=bound_of(examined, plan, limits.is_ending),
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
            (Act.STOP, each) for each in in_order(follows.get(vehicle.id, {})) if each in problem.stop
        )
        for vehicle in problem.vehicles
    }


def bound_of(examined: Examined, plan: Plan, over: Callable[[], bool]) -> float | None:
    """A bound for the stops that a plan serves, its lost prizes included."""
    served = {stop_id for tour in plan.tours for stop_id in tour.stop_ids}
    stops = [stop for stop in examined.problem.stops if stop.id in served]
    bound = lower_bound(examined.problem, stops, over)
    return None if bound is None else min(bound + plan.cost.prizes_lost, plan.cost.total)


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
        self._heard: Found | None = None
        if processes > 1 and (limits.iterations is not None or limits.left_s >= COMPANION_FROM_S):
            each = None if limits.iterations is None else max(1, limits.iterations // ROUNDS)
            way = "annealing" if self._model.is_timed else "local"
            seed_along = seed + 1_000_003
            order = Order(
                problem, way, seed_along, limits.begun, limits.search_ends, each, ROUNDS, tuple(rows)
            )
            self._companion = Companion(order)
        self._search = Annealing(self._model, seed, rows)
        self._piece = FIRST_PIECE
        self._reported = 0.0
        required = [stop for stop in problem.stops if stop.required]
        self._required = {stop.id for stop in required}
        latest = time.monotonic() + limits.seconds * BOUND_SHARE
        self._bound = lower_bound(
            problem, required, lambda: limits.iterations is None and time.monotonic() > latest
        )

    @property
    def iterations(self) -> int:
        """Iterations of the first process."""
        return self._search.iterations

    def result(self) -> Sequences:
        """Search until the limits are reached; the best sequences by vehicle."""
        try:
            for number in range(1, ROUNDS + 1):
                self._until(number / ROUNDS)
                if self._limits.stopped:
                    break
                if self._companion is not None and number < ROUNDS:
                    self._exchange(self._companion)
            if self._companion is not None and self._limits.iterations is None:
                self._hear(self._companion)
        finally:
            if self._companion is not None:
                self._companion.end()
        if self._heard is not None and self._heard.cost < self._search.best_cost:
            self._search.adopt(list(self._heard.rows))
        return self._model.by_vehicle(self._search.rows())

    def _until(self, share: float) -> None:
        while not self._limits.over(self.iterations) and (now := self._limits.share(self.iterations)) < share:
            if self._limits.iterations is not None:
                piece = max(1, min(PIECE, round(share * self._limits.iterations) - self.iterations))
                self._search.run(piece, now)
            else:
                begun = time.monotonic()
                self._search.run(self._piece, now)
                took_s = time.monotonic() - begun
                self._piece = max(1, min(PIECE, 2 * self._piece, int(self._piece * PIECE_S / took_s)))
            self._report()

    def _exchange(self, companion: Companion) -> None:
        """Keep the companion's best, and tell it of ours.

        Annealing does not go on from it: while it is hot its best is behind, and adopting another's would end what it has begun.
        """
        self._hear(companion)
        search = self._search
        companion.tell(Found(search.best_cost, tuple(search.rows()), search.fresh_routes()))

    def _hear(self, companion: Companion) -> None:
        for found in companion.found(wait=self._limits.iterations is not None):
            if self._heard is None or found.cost < self._heard.cost:
                self._heard = found

    def _report(self) -> None:
        now = time.monotonic()
        if now - self._reported < REPORTED_EVERY_S:
            return
        self._reported = now
        cost, rows = self._search.best_cost, self._search.rows()
        if self._heard is not None and self._heard.cost < cost:
            cost, rows = self._heard.cost, list(self._heard.rows)
        cost /= self._model.scale
        ids = self._model.stop_ids
        served = {ids[act] for acts, _kind in rows for act in acts if act >= 0}
        gap = None
        if self._bound is not None and cost > 0 and self._required <= served:
            gap = max(0.0, (cost - self._bound) / cost)
        self._on_progress(
            Progress(
                best_cost=cost,
                gap=gap,
                unserved=len(self._model.alternatives) - len(served),
                seconds_left=max(0.0, self._limits.left_s),
                phase="search",
            )
        )
