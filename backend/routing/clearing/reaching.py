"""Which tasks some machine could do at all if they were the only ones: with a load for them, over legal ways, and home within its shift."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from backend.routing.clearing.problem import Machine, Problem, Task
from backend.routing.clearing.scheduling import first_load_kg

ROWS = 2_048
"""Posts left that are asked together."""
NEVER = 1 << 40


@dataclass(frozen=True, slots=True)
class Reached:
    """Ids of tasks that some machine can carry enough for, can drive to and from, and can do in time."""

    carried_ids: frozenset[str]
    way_ids: frozenset[str]
    timely_ids: frozenset[str]

    def carried(self, task: Task) -> bool:
        """Whether a machine for its work has, or can fetch, what the task needs."""
        return task.id in self.carried_ids

    def has_way(self, task: Task) -> bool:
        """Whether one of those can come and go on a legal way."""
        return task.id in self.way_ids

    def in_time(self, task: Task) -> bool:
        """Whether one of those is home before its shift ends."""
        return task.id in self.timely_ids


def reach(problem: Problem) -> Reached:
    """Ask the ways from every start (and store) to every task and home, profile by profile."""
    carried: set[str] = set()
    way: set[str] = set()
    timely: set[str] = set()
    profiles: dict[str, list[Machine]] = {}
    for machine in machine_kinds(problem.machines):
        profiles.setdefault(machine.profile, []).append(machine)
    for profile, machines in profiles.items():
        works = {work for machine in machines for work in machine.speeds}
        tasks = [task for task in problem.tasks if task.work in works]
        if tasks:
            _reach(problem, profile, machines, tasks, (carried, way, timely))
    return Reached(frozenset(carried), frozenset(way), frozenset(timely))


def machine_kinds(machines: Iterable[Machine]) -> list[Machine]:
    """One of each set of machines that differ in nothing that says what they could do alone."""
    kinds: dict[tuple[object, ...], Machine] = {}
    for each in machines:
        speeds = tuple(sorted(each.speeds.items()))
        key = (
            each.profile,
            each.start,
            each.end,
            each.shift,
            each.capacity_kg,
            each.load_kg,
            each.rest,
            speeds,
        )
        kinds.setdefault(key, replace(each, locked=(), id=""))
    return list(kinds.values())


def _reach(
    problem: Problem,
    profile: str,
    machines: list[Machine],
    tasks: list[Task],
    found: tuple[set[str], set[str], set[str]],
) -> None:
    enters = np.array([mode.enters for task in tasks for mode in task.modes])
    leaves = np.array([mode.leaves for task in tasks for mode in task.modes])
    metres = np.array([mode.metres for task in tasks for mode in task.modes])
    task_of = np.array([number for number, task in enumerate(tasks) for _mode in task.modes])
    demand = np.array([task.demand_kg for task in tasks])
    starts = np.unique([each.start for each in machines])
    ends = np.unique([each.end for each in machines])
    stores = np.array([each.post for each in problem.stores], dtype=np.int64)
    out = _seconds(problem, profile, starts, enters)
    home = _seconds(problem, profile, leaves, ends)
    filled = None
    if len(stores) and demand.any():
        stays = np.array([each.stay_s for each in problem.stores])
        to_store = _seconds(problem, profile, starts, stores) + stays
        from_store = _seconds(problem, profile, stores, enters)
        filled = np.array([(row[:, None] + from_store).min(axis=0) for row in to_store])
    done: list[NDArray[np.bool_]] = [np.zeros(len(tasks), bool) for _each in found]
    works = np.array([task.work for task in tasks])
    for machine in machines:
        open_ = np.isin(works, list(machine.speeds)) & ~done[2]
        if not open_.any():
            continue
        start = int(np.searchsorted(starts, machine.start))
        end = int(np.searchsorted(ends, machine.end))
        ready = np.full(len(tasks), machine.capacity_kg is None) | (demand <= first_load_kg(machine))
        fillable = (demand <= (machine.capacity_kg or 0)) & (filled is not None)
        done[0] |= open_ & (ready | fillable)
        there = np.where(ready[task_of], out[start], NEVER)
        if filled is not None:
            there = np.minimum(there, np.where(fillable[task_of], filled[start], NEVER))
        alone = there + home[:, end]
        passable = (alone < NEVER) & open_[task_of]
        done[1][task_of[passable]] = True
        speeds = np.select([works == work for work in machine.speeds], list(machine.speeds.values()), 1.0)
        ends_s = machine.shift.opens_s + alone + np.maximum(1, np.ceil(metres / speeds[task_of]))
        if machine.rest is not None and machine.shift.opens_s <= machine.rest.window.closes_s:
            over = ends_s > machine.rest.window.closes_s
            ends_s = np.where(over, ends_s + machine.rest.seconds, ends_s)
        done[2][task_of[passable & (ends_s <= machine.shift.closes_s)]] = True
    for ids, which in zip(found, done, strict=True):
        ids.update(tasks[each].id for each in np.flatnonzero(which))


def _seconds(
    problem: Problem, profile: str, leaving: NDArray[np.int64], entering: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Seconds of a table that may have many rows; NEVER where no way leads."""
    rows, row_of = np.unique(leaving, return_inverse=True)
    columns, column_of = np.unique(entering, return_inverse=True)
    parts = [
        problem.travel(profile, rows[at : at + ROWS].astype(np.int64), columns.astype(np.int64)).seconds
        for at in range(0, len(rows), ROWS)
    ]
    seconds = np.concatenate(parts).astype(np.int64)
    return np.where(seconds < 0, NEVER, seconds)[np.ix_(row_of, column_of)]
