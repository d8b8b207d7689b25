"""A night with more tasks than one search can move: cut into neighbourhoods that are searched in parallel, and cut anew along other lines.

Works that share no machine are apart from the start. Each neighbourhood cools a little in its own, small problem, the parts are put
together, and the next round cuts across the borders of the last, by where the tours lie. All rounds together are one annealing. Ways are
asked part by part, so memory stays that of a few parts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from backend.routing.clearing.annealing import HOT, WARM
from backend.routing.clearing.model import Sequences
from backend.routing.clearing.parts import Improved, Part, families, part_of, search_parts, serve_lane
from backend.routing.clearing.plan import Act
from backend.routing.clearing.plane import Points, lay_out
from backend.routing.clearing.problem import Problem
from backend.routing.clearing.scheduling import Step
from backend.routing.clearing.sharing import first_parts
from backend.routing.planning.beside import Beside
from backend.routing.planning.cutting import cut
from backend.routing.planning.lane import Lane
from backend.routing.planning.limits import Limits
from backend.routing.planning.plan import Progress

PART_TASKS = 600
ROUND_S, ROUNDS_FEWEST, ROUNDS_BY_ITERATIONS = 25.0, 3, 3
BESIDE_FROM_S = 8.0
"""Shorter runs are over before a second process has started."""
GRACE_S = 1.0
"""So long the second lane may be late."""
REPORTED_EVERY_S = 0.5


class Decomposed:
    """One run over a sound problem with many tasks."""

    def __init__(
        self,
        problem: Problem,
        limits: Limits,
        seed: int,
        processes: int,
        on_progress: Callable[[Progress], None],
        start: Sequences,
        spent_s: Mapping[str, int],
        part_tasks: int = PART_TASKS,
    ) -> None:
        self._limits, self._on_progress, self._spent_s = limits, on_progress, spent_s
        self._part_tasks = part_tasks
        self._rng = np.random.default_rng(seed)
        beside = limits.iterations is not None or limits.left_s >= BESIDE_FROM_S
        self._lane: Lane[Part, Improved] | None = (
            Lane(Beside(serve_lane)) if processes > 1 and beside else None
        )
        self._families = [_Family(_narrowed(problem, *ids), part_tasks) for ids in families(problem)]
        self._tasks = sum(len(each.problem.tasks) for each in self._families)
        self.iterations = 0
        self._last: dict[str, tuple[Step, ...]] = {key: tuple(steps) for key, steps in start.items() if steps}
        self._best: Sequences = dict(self._last)
        self._best_worth = (float("inf"), float("inf"))
        self._hot = WARM if self._last else HOT
        self._reported = 0.0

    def result(self) -> Sequences:
        """Search until the limits are reached; the best sequences by machine. One round is always driven: a busy machine gets a plan too."""
        try:
            number, share = 0, 0.0
            rounds = ROUNDS_BY_ITERATIONS
            if self._limits.iterations is None:
                rounds = max(ROUNDS_FEWEST, round(self._limits.seconds / ROUND_S))
            while number == 0 or (not self._limits.over(self.iterations) and number < rounds):
                now = self._limits.share(self.iterations)
                number, share = number + 1, now + (1.0 - now) / (rounds - number)
                self._round(number, (now, share), rounds)
        finally:
            if self._lane is not None:
                self._lane.end()
        return self._best

    def _round(self, number: int, shares: tuple[float, float], rounds: int) -> None:
        """One round: the second lane has its parts before those of the first are even made."""
        cooled = ((number - 1) / rounds, number / rounds)
        divided = [
            (family, *ids)
            for family in self._families
            for ids in family.divided(self._last, self._rng, around=number % 3 == 0)
        ]
        limits = self._limits
        ends_s = limits.begun + shares[1] * (limits.search_ends - limits.begun)
        lanes = _balanced(divided) if self._lane is not None else (divided, [])
        beside = [self._part(each, cooled, rounds) for each in lanes[1]]
        if self._lane is not None:
            self._lane.begin(beside, ends_s)
        here = [self._part(each, cooled, rounds) for each in lanes[0]]
        found = search_parts(here, ends_s, self._is_over)
        if self._lane is not None:
            if limits.stopped:
                self._lane.stop()
            found += self._lane.found(None if number == 1 else self._patience_s())
        self._take([*here, *beside], found)

    def _patience_s(self) -> float | None:
        if self._limits.iterations is not None:
            return None
        return max(GRACE_S, min(self._limits.search_ends - time.monotonic() + GRACE_S, 10 * GRACE_S))

    def _part(self, division: _Division, shares: tuple[float, float], rounds: int) -> Part:
        """A part with its ways, from where its tours stand."""
        family, machine_ids, task_ids = division
        iterations = self._limits.iterations
        if iterations is not None:
            iterations = max(1, iterations * len(task_ids) // (rounds * self._tasks))
        return Part(
            family.part(machine_ids, task_ids),
            {each: self._last[each] for each in machine_ids if each in self._last},
            int(self._rng.integers(1, 2**31)),
            self._hot,
            shares,
            {each: self._spent_s.get(each, 0) for each in machine_ids},
            iterations,
        )

    def _take(self, parts: Sequence[Part], found: Sequence[Improved]) -> None:
        """Put the parts together again; those that were not answered for stay as they were."""
        last = dict(self._last)
        best = dict(self._last)
        for part, each in zip(parts, found, strict=False):
            for sequences, result in ((last, each.last), (best, each.best)):
                for machine in part.problem.machines:
                    sequences.pop(machine.id, None)
                sequences.update({key: tuple(steps) for key, steps in result.items() if steps})
            self.iterations += each.iterations
        self._last = last
        if len(found) < len(parts) and self._best:
            return
        worth = (round(sum(each.left_out for each in found), 6), sum(each.best_cost for each in found))
        if worth < self._best_worth or not self._best:
            self._best, self._best_worth = best, worth
        self._report()

    def _is_over(self) -> bool:
        self._report()
        return self._limits.stopped or (self._limits.stop() and self._limits.over(self.iterations))

    def _report(self) -> None:
        now = time.monotonic()
        if now - self._reported < REPORTED_EVERY_S:
            return
        self._reported = now
        done = sum(act is Act.TASK for steps in self._best.values() for act, _id, _mode in steps)
        cost = self._best_worth[1] if np.isfinite(self._best_worth[1]) else None
        self._on_progress(Progress(cost, None, self._tasks - done, max(0.0, self._limits.left_s), "search"))


class _Family:
    """Machines and tasks that share their works, and how they are divided."""

    def __init__(self, problem: Problem, part_tasks: int) -> None:
        self.problem, self._part_tasks = problem, part_tasks
        self._points: dict[str, Points] = {}
        self._whole: Problem | None = None

    @property
    def is_one(self) -> bool:
        """Whether it is not divided at all."""
        return len(self.problem.tasks) <= self._part_tasks * 1.5

    def part(self, machine_ids: Sequence[str], task_ids: Sequence[str]) -> Problem:
        """The problem of a part; that of a family which is not divided asks its ways once."""
        if not self.is_one:
            return part_of(self.problem, machine_ids, task_ids)
        if self._whole is None:
            self._whole = part_of(self.problem, machine_ids, task_ids)
        return self._whole

    def divided(
        self, last: Sequences, rng: np.random.Generator, *, around: bool
    ) -> list[tuple[list[str], list[str]]]:
        """Ids of machines and tasks of each part: by where the tours lie, the first time by where the tasks do."""
        problem = self.problem
        if self.is_one:
            return [([each.id for each in problem.machines], [each.id for each in problem.tasks])]
        done = {
            machine.id: [id for act, id, _mode in last.get(machine.id, ()) if act is Act.TASK]
            for machine in problem.machines
        }
        if not any(done.values()):
            return first_parts(problem, self._part_tasks, rng)
        return self._by_tours(done, rng, around)

    def _by_tours(
        self, done: dict[str, list[str]], rng: np.random.Generator, around: bool
    ) -> list[tuple[list[str], list[str]]]:
        problem, points = self.problem, self._laid_out()
        busy = [each.id for each in problem.machines if done[each.id]]
        middles = np.array([np.mean([points[id] for id in done[each]], axis=0) for each in busy])
        groups = cut(middles, [len(done[each]) for each in busy], self._part_tasks, rng, around=around)
        machine_ids = [[busy[each] for each in group] for group in groups]
        task_ids = [[id for each in members for id in done[each]] for members in machine_ids]
        centres = np.array([middles[group].mean(axis=0) for group in groups])
        served = {id for ids in done.values() for id in ids}
        missing: dict[int, int] = {}
        for task in problem.tasks:
            if task.id not in served:
                nearest = int(((centres - points[task.id]) ** 2).sum(axis=1).argmin())
                task_ids[nearest].append(task.id)
                missing[nearest] = missing.get(nearest, 0) + 1
        idle = [each.id for each in problem.machines if not done[each.id]]
        for spare in rng.permutation(len(idle)).tolist() if idle else ():
            wanting = max(range(len(groups)), key=lambda g: (missing.get(g, 0), -len(machine_ids[g])))
            missing[wanting] = missing.get(wanting, 0) // 2
            machine_ids[wanting].append(idle[spare])
        return list(zip(machine_ids, task_ids, strict=True))

    def _laid_out(self) -> dict[str, Points]:
        if not self._points:
            problem = self.problem
            profile = problem.machines[0].profile
            points, _none = lay_out(problem, profile, list(problem.tasks), [])
            self._points = {task.id: point for task, point in zip(problem.tasks, points, strict=True)}
        return self._points


def _narrowed(problem: Problem, machine_ids: Sequence[str], task_ids: Sequence[str]) -> Problem:
    machines, tasks = set(machine_ids), set(task_ids)
    return replace(
        problem,
        machines=tuple(each for each in problem.machines if each.id in machines),
        tasks=tuple(each for each in problem.tasks if each.id in tasks),
    )


_Division = tuple[_Family, list[str], list[str]]
"""A part to be: its family, and the ids of its machines and tasks."""


def _balanced(divided: Sequence[_Division]) -> tuple[list[_Division], list[_Division]]:
    """Two lanes with about equally many tasks, the largest parts first."""
    lanes: tuple[list[_Division], list[_Division]] = ([], [])
    for each in sorted(divided, key=lambda each: -len(each[2])):
        min(lanes, key=lambda lane: sum(len(other[2]) for other in lane)).append(each)
    return lanes
