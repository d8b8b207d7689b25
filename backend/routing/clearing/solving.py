"""``solve``: a plan of a night by streets, examined, searched, timed by one rule and complete with reasons."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from backend.routing.clearing.decomposing import Decomposed
from backend.routing.clearing.finishing import Sequences, finish
from backend.routing.clearing.flaws import examine
from backend.routing.clearing.locking import locked_ahead, without_locked
from backend.routing.clearing.ordering import steps_in_order
from backend.routing.clearing.plan import Plan
from backend.routing.clearing.problem import Problem, may_do
from backend.routing.clearing.scheduling import Step
from backend.routing.clearing.searching import Run
from backend.routing.clearing.ways import Ways
from backend.routing.planning.holding import in_order
from backend.routing.planning.limits import Limits
from backend.routing.planning.plan import Progress

ENDING_SHARE, ENDING_MOST_S, ENDING_EXAMINED = 0.01, 0.3, 1.3
"""Of a run's time and at most, and beside it so many times what examining the problem took: kept for timing the tours."""
DECOMPOSED_FROM = 1_000
"""Tasks beyond which a night is planned in parts."""


def _ignore(_progress: Progress) -> None:
    pass


def _never() -> bool:
    return False


def solve(
    problem: Problem,
    seconds: float = 20.0,
    seed: int = 1,
    *,
    processes: int = 2,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    start: Mapping[str, Sequence[str]] | None = None,
    iterations: int | None = None,
) -> Plan:
    """The best plan found within a time or a number of iterations; whatever is wrong with the problem is in its flaws.

    ``start``: ids of tasks in order, by machine, to begin from. ``stop`` is asked often; once true the best plan so far comes back.
    """
    begun = time.monotonic()
    examined = examine(problem)
    ending_s = min(ENDING_SHARE * seconds, ENDING_MOST_S) + ENDING_EXAMINED * (time.monotonic() - begun)
    limits = Limits(begun, seconds, min(ending_s, seconds / 2), iterations, stop or _never)
    ways = Ways(examined.problem)
    ahead = locked_ahead(examined.problem, ways)
    rest = without_locked(examined.problem, ahead)
    sequences: Sequences = {}
    done = 0
    if rest.tasks and rest.machines:
        spent_s = {machine_id: each.spent_s for machine_id, each in ahead.items() if each.spent_s}
        orders = orders_held(rest) if start is None else start
        begin_from = _sequences(rest, orders, ways)
        way = Decomposed if len(rest.tasks) > DECOMPOSED_FROM else Run
        run = way(rest, limits, seed, processes, on_progress or _ignore, begin_from, spent_s)
        sequences, done = run.result(), run.iterations
    plan = finish(examined, sequences, ahead, ways, limits.is_ending)
    return replace(plan, seconds=time.monotonic() - begun, iterations=done, stopped_early=limits.stopped)


def orders_held(problem: Problem) -> Mapping[str, Sequence[str]]:
    """The earlier plan's order of what is left of it, by machine; empty without an earlier plan."""
    follows: dict[str, dict[str | None, str]] = {}
    for task_id, held in problem.earlier.items():
        follows.setdefault(held.vehicle_id, {}).setdefault(held.after_id, task_id)
    return {machine_id: in_order(each) for machine_id, each in follows.items()}


def _sequences(problem: Problem, orders: Mapping[str, Sequence[str]], ways: Ways) -> Sequences:
    """Orders made drivable; what a machine cannot do or another holds already is passed over."""
    taken: set[str] = set()
    sequences: dict[str, tuple[Step, ...]] = {}
    for machine_id, order in orders.items():
        machine = problem.machine.get(machine_id)
        if machine is None:
            continue
        kept = []
        for task_id in order:
            task = problem.task.get(task_id)
            if task is not None and task_id not in taken and may_do(machine, task):
                taken.add(task_id)
                kept.append(task_id)
        steps = steps_in_order(problem, machine, kept, ways)
        if steps:
            sequences[machine_id] = steps
    return sequences
