"""More stops than one search can move: the plan is cut into neighbourhoods that are searched in parallel, and cut anew along other lines.

A first plan by savings (or the one given) is divided by where its tours lie (``cutting``); each part cools a little in its own, small
problem, the parts are put together, and the next round cuts across the borders of the last. All rounds together are one annealing: each
goes on from where the last stood, and the best of all is kept. Memory stays that of the given matrices and a few parts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from backend.routing.planning.beside import Beside
from backend.routing.planning.bound import lower_bound
from backend.routing.planning.construction import construct
from backend.routing.planning.cutting import cut
from backend.routing.planning.lane import Lane
from backend.routing.planning.limits import Limits
from backend.routing.planning.parts import Improved, Part, Sequences, part_of, search_parts, serve_lane
from backend.routing.planning.plan import Act, Progress
from backend.routing.planning.plane import lay_out
from backend.routing.planning.problem import Problem
from backend.routing.planning.scheduling import Step

DECOMPOSED_FROM = 1_000
"""Stops beyond which a plan is made in parts."""
PART_STOPS = 800
ROUND_S, ROUNDS_FEWEST, ROUNDS_BY_ITERATIONS = 12.0, 6, 4
HOT = 0.1
"""First temperature: the first plan is already good."""
GRACE_S = 0.3
"""So long the second lane may be late."""
REPORTED_EVERY_S = 0.5


class Decomposed:
    """One run over a sound problem with many stops."""

    def __init__(
        self,
        problem: Problem,
        limits: Limits,
        seed: int,
        processes: int,
        on_progress: Callable[[Progress], None],
        start: Sequences,
        part_stops: int = PART_STOPS,
    ) -> None:
        self._problem, self._limits, self._on_progress = problem, limits, on_progress
        self._part_stops = part_stops
        self._rng = np.random.default_rng(seed)
        self._points = lay_out(next(iter(problem.matrices.values())))
        self._lane: Lane[Part, Improved] | None = Lane(Beside(serve_lane)) if processes > 1 else None
        self.iterations = 0
        self._last = dict(start) if any(start.values()) else construct(problem)
        self._best: Sequences = self._last
        self._best_cost = float("inf")
        self._reported = 0.0
        required = [stop for stop in problem.stops if stop.required]
        self._required = {stop.id for stop in required}
        self._bound = lower_bound(problem, required)

    def result(self) -> Sequences:
        """Search until the limits are reached; the best sequences by vehicle."""
        try:
            number, share = 0, 0.0
            rounds = ROUNDS_BY_ITERATIONS
            if self._limits.iterations is None:
                rounds = max(ROUNDS_FEWEST, round(self._limits.seconds / ROUND_S))
            while not self._limits.over(self.iterations) and number < rounds:
                now = self._limits.share(self.iterations)
                number, share = number + 1, now + (1.0 - now) / (rounds - number)
                self._round(number, (now, share), rounds)
        finally:
            if self._lane is not None:
                self._lane.end()
        return self._best

    def _round(self, number: int, shares: tuple[float, float], rounds: int) -> None:
        parts = self._parts(number, shares, rounds)
        limits = self._limits
        ends_s = limits.begun + shares[1] * (limits.search_ends - limits.begun)
        lanes = _balanced(parts) if self._lane is not None else (parts, [])
        if self._lane is not None:
            self._lane.begin(lanes[1], ends_s)
        found = search_parts(lanes[0], ends_s, self._is_over)
        if self._lane is not None:
            if limits.stopped:
                self._lane.stop()
            found += self._lane.found(self._patience_s())
        self._take([*lanes[0], *lanes[1]], found)

    def _patience_s(self) -> float | None:
        if self._limits.iterations is not None:
            return None
        return max(GRACE_S, min(self._limits.search_ends - time.monotonic() + GRACE_S, 10 * GRACE_S))

    def _parts(self, number: int, shares: tuple[float, float], rounds: int) -> list[Part]:
        """This round's parts: vehicles that drive cut by where they drive, idle ones and unserved stops spread over them."""
        problem = self._problem
        busy = [each for each in problem.vehicles if self._last.get(each.id)]
        idle = [each.id for each in problem.vehicles if not self._last.get(each.id)]
        served = {each.id: _stop_ids(self._last.get(each.id, ())) for each in busy}
        middles = np.array(
            [self._points[[problem.stop[each].place for each in served[v.id]]].mean(axis=0) for v in busy]
        ).reshape(len(busy), 2)
        weights = [len(served[each.id]) for each in busy]
        groups = cut(middles, weights, self._part_stops, self._rng, around=number % 3 == 0)
        vehicle_ids = [[busy[each].id for each in group] for group in groups] or [[]]
        stop_ids = [[stop_id for v in members for stop_id in served[v]] for members in vehicle_ids]
        for spare in np.array(idle)[self._rng.permutation(len(idle))] if idle else ():
            min(vehicle_ids, key=len).append(str(spare))
        known = {stop_id for stops in served.values() for stop_id in stops}
        centres = np.array([middles[group].mean(axis=0) for group in groups]).reshape(len(groups), 2)
        for stop in problem.stops:
            if stop.id not in known:
                nearest = 0
                if groups:
                    nearest = int(((centres - self._points[stop.place]) ** 2).sum(axis=1).argmin())
                stop_ids[nearest].append(stop.id)
        iterations = self._limits.iterations
        return [
            Part(
                part_of(problem, vehicles, stops),
                {each: self._last.get(each, ()) for each in vehicles},
                int(self._rng.integers(1, 2**31)),
                HOT,
                shares,
                None
                if iterations is None
                else max(1, iterations * len(stops) // (rounds * len(problem.stops))),
            )
            for vehicles, stops in zip(vehicle_ids, stop_ids, strict=True)
            if stops
        ]

    def _take(self, parts: Sequence[Part], found: Sequence[Improved]) -> None:
        """Put the parts together again; those that were not answered for stay as they were."""
        last = dict(self._last)
        best = dict(self._last)
        for part, each in zip(parts, found, strict=False):
            for sequences, result in ((last, each.last), (best, each.best)):
                sequences.update({vehicle.id: () for vehicle in part.problem.vehicles})
                sequences.update(result)
            self.iterations += each.iterations
        self._last = last
        if len(found) < len(parts):
            return
        cost = sum(each.best_cost for each in found)
        if cost < self._best_cost:
            self._best, self._best_cost = best, cost
        self._report()

    def _is_over(self) -> bool:
        self._report()
        return self._limits.stopped or (self._limits.stop() and self._limits.over(self.iterations))

    def _report(self) -> None:
        now = time.monotonic()
        if now - self._reported < REPORTED_EVERY_S:
            return
        self._reported = now
        served = {stop_id for steps in self._best.values() for stop_id in _stop_ids(steps)}
        cost = self._best_cost if np.isfinite(self._best_cost) else None
        gap = None
        if cost and self._bound is not None and self._required <= served:
            gap = max(0.0, (cost - self._bound) / cost)
        self._on_progress(
            Progress(
                best_cost=cost,
                gap=gap,
                unserved=len(self._problem.stops) - len(served),
                seconds_left=max(0.0, self._limits.left_s),
                phase="search",
            )
        )


def _stop_ids(steps: Sequence[Step]) -> list[str]:
    return [id for act, id in steps if act is Act.STOP]


def _balanced(parts: Sequence[Part]) -> tuple[list[Part], list[Part]]:
    """Two lanes with about equally many stops, the largest parts first."""
    lanes: tuple[list[Part], list[Part]] = ([], [])
    for part in sorted(parts, key=lambda each: -len(each.problem.stops)):
        min(lanes, key=lambda lane: sum(len(each.problem.stops) for each in lane)).append(part)
    return lanes
