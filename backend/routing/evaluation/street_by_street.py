"""The night as it is planned without a planner: district by district, street by street, whoever is free takes the next one.

Streets come in the order of their urgency, then of their names; ways without a name are one list for each district, of which a machine takes the
twenty nearest at a time. A machine that is free first takes the next street of its district that it can do,
drives to its nearest piece, then always on to the nearest piece that is left of it, and home when its shift is over. Spreaders fill up when they
must. That is what a list on a foreman's desk amounts to; what is compared with it is planned for the same machines and timed by the same rule.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from backend.routing.clearing.finishing import finish
from backend.routing.clearing.flaws import examine
from backend.routing.clearing.locking import locked_ahead
from backend.routing.clearing.ordering import steps_in_order
from backend.routing.clearing.plan import Plan
from backend.routing.clearing.problem import Machine, Problem, Task, is_foreign, lasts_s, may_do
from backend.routing.clearing.ways import Ways

NAMELESS_AT_ONCE = 20
REST_S = 1800  # kept free for a rest that the order does not know


def street_by_street(problem: Problem) -> Plan:
    """The plan of the foreman's list."""
    examined = examine(problem)
    sound = examined.problem
    orders = _orders(sound)
    ways = Ways(sound)
    sequences = {
        machine.id: steps_in_order(sound, machine, orders[machine.id], ways) or ()
        for machine in sound.machines
        if orders[machine.id]
    }
    return finish(examined, sequences, locked_ahead(sound, ways), ways, lambda: True)


def _orders(problem: Problem) -> dict[str, list[str]]:
    """Tasks of each machine, in order."""
    streets: dict[str, list[list[Task]]] = defaultdict(list)
    for zone, tasks in _streets(problem.tasks):
        streets[zone].append(tasks)
    orders: dict[str, list[str]] = {machine.id: [] for machine in problem.machines}
    free = [(machine.shift.opens_s, number) for number, machine in enumerate(problem.machines)]
    heapq.heapify(free)
    at = [machine.start for machine in problem.machines]
    while free:
        now_s, number = heapq.heappop(free)
        machine = problem.machines[number]
        street = _next(streets, machine)
        if street is None:
            continue
        until_s = machine.shift.closes_s - (REST_S if machine.rest is not None else 0)
        taken = 0
        while street and (street[0].group or taken < NAMELESS_AT_ONCE):
            found = _nearest(problem, machine, at[number], street)
            if found is None:
                street.clear()  # no way on from here: what is left stays undone
                break
            task, mode, way_s, home_s = found
            ends_s = now_s + way_s + lasts_s(machine, task, task.modes[mode])
            if ends_s + home_s > until_s:
                streets[task.zone or ""].insert(0, street)
                now_s = -1
                break
            street.remove(task)
            orders[machine.id].append(task.id)
            now_s, at[number], taken = ends_s, task.modes[mode].leaves, taken + 1
        if street and now_s >= 0:
            streets[street[0].zone or ""].append(street)
        if now_s >= 0:
            heapq.heappush(free, (now_s, number))
    return orders


def _streets(tasks: Iterable[Task]) -> list[tuple[str, list[Task]]]:
    """Tasks by zone, work and street, the most urgent streets first."""
    groups: dict[tuple[str, str, str], list[Task]] = defaultdict(list)
    for task in tasks:
        groups[task.zone or "", task.work, task.group].append(task)
    ordered = sorted(groups.items(), key=lambda each: (-max(task.urgency for task in each[1]), each[0]))
    return [(zone, members) for (zone, _work, _street), members in ordered]


def _next(streets: dict[str, list[list[Task]]], machine: Machine) -> list[Task] | None:
    """The next street of a machine's districts that it can do, taken off the list."""
    for waiting in streets.values():
        for number, street in enumerate(waiting):
            if may_do(machine, street[0]) and not is_foreign(machine, street[0]):
                return waiting.pop(number)
    return None


def _nearest(
    problem: Problem, machine: Machine, here: int, street: list[Task]
) -> tuple[Task, int, int, int] | None:
    """The piece of a street that is reached first: task, mode, seconds there, seconds from its end to the machine's home."""
    choices = [(task, mode) for task in street for mode in range(len(task.modes))]
    enters = np.array([task.modes[mode].enters for task, mode in choices], dtype=np.int64)
    seconds = problem.travel(machine.profile, np.array([here], dtype=np.int64), enters).seconds[0]
    reached = np.where(seconds < 0, np.iinfo(np.int64).max, seconds)
    best = int(reached.argmin())
    if seconds[best] < 0:
        return None
    task, mode = choices[best]
    leaves = np.array([task.modes[mode].leaves], dtype=np.int64)
    home = problem.travel(machine.profile, leaves, np.array([machine.end], dtype=np.int64)).seconds[0, 0]
    return None if home < 0 else (task, mode, int(seconds[best]), int(home))
