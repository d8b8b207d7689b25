"""A first plan by nearest neighbours: whoever is free first goes on to what lies nearest and is due soonest."""

from __future__ import annotations

import heapq
from collections.abc import Mapping

import numpy as np

from backend.routing.clearing.problem import Machine, Problem, lasts_s
from backend.routing.clearing.scheduling import first_load_kg

DUE_WEIGHT = 0.1
"""Seconds of driving that a deadline one second earlier is worth."""


def construct(problem: Problem) -> Mapping[str, tuple[str, ...]]:
    """Orders of task ids by machine."""
    nearest = _Nearest(problem)
    orders: dict[str, list[str]] = {machine.id: [] for machine in problem.machines}
    heap = []
    for number, machine in enumerate(problem.machines):
        heap.append((machine.shift.opens_s, number, machine.start, first_load_kg(machine)))
    heapq.heapify(heap)
    while heap:
        now_s, number, post, load = heapq.heappop(heap)
        machine = problem.machines[number]
        found = nearest.after(machine, post, now_s, load)
        if found is not None:
            task_id, now_s, post, load = found
            orders[machine.id].append(task_id)
            heapq.heappush(heap, (now_s, number, post, load))
    return {machine_id: tuple(order) for machine_id, order in orders.items()}


class _Nearest:
    """The tasks that are not in an order yet."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        pairs = [(task, mode) for task in problem.tasks for mode in task.modes]
        self._pairs = pairs
        self._enters = np.array([mode.enters for _task, mode in pairs], dtype=np.int64)
        self._leaves = np.array([mode.leaves for _task, mode in pairs], dtype=np.int64)
        self._demand = np.array([task.demand_kg for task, _mode in pairs], dtype=np.int64)
        self._due = np.array([task.due_s if task.due_s is not None else 2 * 86_400 for task, _mode in pairs])
        self._urgency = np.array([task.urgency for task, _mode in pairs])
        self._free = np.ones(len(pairs), dtype=bool)
        self._works = np.array([task.work for task, _mode in pairs])
        self._home: dict[tuple[str, int], np.ndarray] = {}

    def after(self, machine: Machine, post: int, now_s: int, load: int) -> tuple[str, int, int, int] | None:
        """The next task for a machine: its id, and when, where and how full it leaves it."""
        able = self._free & np.isin(self._works, list(machine.speeds))
        if machine.capacity_kg is not None:
            most = machine.capacity_kg if self._problem.stores else load
            able &= self._demand <= most
        numbers = np.flatnonzero(able)
        if not len(numbers):
            return None
        table = self._problem.travel(machine.profile, np.array([post], dtype=np.int64), self._enters[numbers])
        there = table.seconds[0].astype(np.int64)
        home = self._way_home(machine)[numbers]
        lasts = np.array([lasts_s(machine, *self._pairs[each]) for each in numbers])
        rest_s = 0 if machine.rest is None else machine.rest.seconds
        fill_s = np.zeros(len(numbers), dtype=np.int64)
        if machine.capacity_kg is not None and self._problem.stores:
            detour_s = max(store.stay_s for store in self._problem.stores) + 600
            fill_s = np.where(self._demand[numbers] > load, detour_s, 0)
        ends_s = now_s + there + lasts + fill_s + home + rest_s
        fits = (there >= 0) & (home >= 0) & (ends_s <= machine.shift.closes_s)
        if not fits.any():
            return None
        score = there + fill_s + DUE_WEIGHT * self._due[numbers] - self._urgency[numbers]
        chosen = int(np.where(fits, score, np.inf).argmin())
        task, _mode = self._pairs[numbers[chosen]]
        mine = np.array(
            [each[0] is task for each in self._pairs[max(0, numbers[chosen] - 1) : numbers[chosen] + 2]]
        )
        self._free[max(0, numbers[chosen] - 1) : numbers[chosen] + 2][mine] = False
        left = load
        if machine.capacity_kg is not None:
            left = (machine.capacity_kg if task.demand_kg > load else load) - task.demand_kg
        leaves_s = int(now_s + there[chosen] + lasts[chosen] + fill_s[chosen])
        return task.id, leaves_s, int(self._leaves[numbers[chosen]]), left

    def _way_home(self, machine: Machine) -> np.ndarray:
        key = (machine.profile, machine.end)
        if key not in self._home:
            end = np.array([machine.end], dtype=np.int64)
            self._home[key] = (
                self._problem.travel(machine.profile, self._leaves, end).seconds[:, 0].astype(np.int64)
            )
        return self._home[key]
