"""A given order of tasks made drivable: each in its best direction by dynamic programming, with a refill wherever the load runs out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from backend.routing.clearing.plan import Act
from backend.routing.clearing.problem import Machine, Problem, lasts_s
from backend.routing.clearing.scheduling import Step, first_load_kg
from backend.routing.clearing.ways import Ways

SECOND = 1e-3
"""Added for each second, so that of ways that cost the same the shorter is taken."""


def steps_in_order(
    problem: Problem, machine: Machine, task_ids: Sequence[str], ways: Ways | None = None
) -> tuple[Step, ...] | None:
    """The cheapest directions and stores for an order; None where there is no way or a load cannot be fetched.

    Refills come as late as possible. Times, deadlines and the shift are not looked at.
    """
    elements = _with_refills(problem, machine, task_ids)
    if elements is None:
        return None
    layers = [_choices(problem, machine, act, id) for act, id in elements]
    start = [((Act.START, "", 0), machine.start, machine.start, 0.0)]
    end = [((Act.END, "", 0), machine.end, machine.end, 0.0)]
    whole = [start, *layers, end]
    known = ways or Ways(problem)
    pairs = [(a[2], b[1]) for before, after in pairwise(whole) for a in before for b in after]
    known.learn(machine.profile, pairs)
    costs, came = [0.0], []
    for before, after in pairwise(whole):
        row, sources = [], []
        for each in after:
            legs = known.of(machine.profile, [(other[2], each[1]) for other in before])
            totals = [
                costs[number] + _way_cost(machine, *leg) if leg[0] >= 0 else float("inf")
                for number, leg in enumerate(legs)
            ]
            best = min(range(len(before)), key=totals.__getitem__)
            row.append(totals[best] + each[3])
            sources.append(best)
        costs = row
        came.append(sources)
    if costs[0] == float("inf"):
        return None
    chosen, at = [], 0
    for layer, sources in zip(reversed(whole), reversed(came), strict=False):
        chosen.append(layer[at][0])
        at = sources[at]
    return tuple(reversed(chosen[1:]))


def _way_cost(machine: Machine, seconds: int, metres: int) -> float:
    return metres * machine.cost_per_km / 1000 + seconds * (machine.cost_per_hour / 3600 + SECOND)


def _with_refills(
    problem: Problem, machine: Machine, task_ids: Sequence[str]
) -> list[tuple[Act, str]] | None:
    load = first_load_kg(machine)
    elements: list[tuple[Act, str]] = []
    for task_id in task_ids:
        demand = problem.task[task_id].demand_kg if machine.capacity_kg is not None else 0
        if demand > load:
            load = machine.capacity_kg or 0
            if demand > load or not problem.stores:
                return None
            elements.append((Act.REFILL, ""))
        load -= demand
        elements.append((Act.TASK, task_id))
    return elements


def _choices(problem: Problem, machine: Machine, act: Act, id: str) -> list[tuple[Step, int, int, float]]:
    """The ways to do an element: step, post entered, post left, cost."""
    rate = machine.cost_per_hour / 3600 + SECOND
    if act is Act.REFILL:
        return [((act, store.id, 0), store.post, store.post, rate * store.stay_s) for store in problem.stores]
    task = problem.task[id]
    return [
        (
            (act, id, number),
            mode.enters,
            mode.leaves,
            mode.metres * machine.cost_per_km / 1000 + rate * lasts_s(machine, task, mode),
        )
        for number, mode in enumerate(task.modes)
    ]
