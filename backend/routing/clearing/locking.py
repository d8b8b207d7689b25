"""What is locked is taken out of the search: each machine begins where, when and as full as its locked tasks leave it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from backend.routing.clearing.ordering import steps_in_order
from backend.routing.clearing.plan import Act
from backend.routing.clearing.problem import Machine, Problem
from backend.routing.clearing.scheduling import Impossible, Step, schedule
from backend.routing.clearing.ways import Ways


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a machine does first, and the seconds that this takes; ``machine`` is what it is after that."""

    steps: tuple[Step, ...]
    spent_s: int
    machine: Machine


def locked_ahead(problem: Problem, ways: Ways) -> Mapping[str, Ahead]:
    """By machine, of a sound problem; machines without locked tasks are as they were."""
    return {machine.id: _ahead(problem, machine, ways) for machine in problem.machines}


def without_locked(problem: Problem, ahead: Mapping[str, Ahead]) -> Problem:
    """The problem that is left when every machine has done what is locked."""
    locked = {id for machine in problem.machines for id in machine.locked}
    if not locked:
        return problem
    return replace(
        problem,
        tasks=tuple(task for task in problem.tasks if task.id not in locked),
        machines=tuple(ahead[machine.id].machine for machine in problem.machines),
    )


def _ahead(problem: Problem, machine: Machine, ways: Ways) -> Ahead:
    if not machine.locked:
        return Ahead((), 0, machine)
    steps = steps_in_order(problem, machine, machine.locked, ways)
    tour = None if steps is None else schedule(problem, machine, steps, ways)
    if steps is None or tour is None or isinstance(tour, Impossible):
        return Ahead((), 0, machine)
    last = tour.legs[-2]
    act, id, mode = steps[-1]
    post = problem.task[id].modes[mode].leaves if act is Act.TASK else problem.store[id].post
    rested = any(leg.act is Act.REST for leg in tour.legs)
    spent_s = last.leaves_s - machine.shift.opens_s
    moved = replace(
        machine,
        start=post,
        shift=replace(machine.shift, opens_s=last.leaves_s),
        load_kg=None if machine.capacity_kg is None else last.load_kg,
        rest=None if rested else machine.rest,
        locked=(),
        under_way=True,
    )
    return Ahead(steps, spent_s, moved)
