"""The arrays that the kernel searches in, with the way back: its tours as steps again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from backend.routing.clearing import kernel
from backend.routing.clearing.plan import Act
from backend.routing.clearing.problem import Machine, Problem, Task, is_foreign, lasts_s, may_do
from backend.routing.clearing.scheduling import Step, first_load_kg

SCALE = 100
"""The kernel reckons in hundredths of a tenge."""
NEVER = 1 << 40
HARD_WAY = kernel.NO_WAY // 8
"""Scaled cost above which no leg is taken for one; a way round the world."""
SWITCH_S = 5
"""Seconds of driving that going on to another street is held to cost, so that of equal plans the one that finishes streets is taken."""
SECOND = 2e-5
"""Tenge for each second where time is free, so that of ways that cost the same the shorter is taken."""
NEAR_MOST = 120
FEWEST_TOURS_SHARE, FURTHER_TOURS = 1.15, 3
"""Of machines alike without an end of shift, so many times the fewest that the loads need, and so many more, are searched with."""
PRICE_WAYS, URGENT_TIMES = 6.0, 9
"""A task left out costs at least so many of the longest ways; the most urgent so many times more."""

Int = NDArray[np.int64]
Sequences = Mapping[str, Sequence[Step]]
Row = tuple[tuple[int, ...], int]
"""A tour as elements without start and end, and its type."""


@dataclass(frozen=True, eq=False)
class Model:
    """A problem's arrays (see ``kernel``) and whom and what they stand for."""

    problem: Problem
    groups: tuple[tuple[Machine, ...], ...]
    cost: NDArray[np.int32]
    cost_t: NDArray[np.int32]
    dur: NDArray[np.int32]
    work: Int
    lasts: Int
    dem: Int
    due: Int
    late: Int
    kind: Int
    type_of: Int
    near: Int
    far: Int
    price: Int
    timed: bool

    @property
    def tasks(self) -> int:
        """How many tasks."""
        return len(self.problem.tasks)

    def rows_of(self, sequences: Sequences) -> list[Row]:
        """Steps by machine as tours; unknown machines, tasks and stores are passed over."""
        number = {(Act.TASK, task.id): at for at, task in enumerate(self.problem.tasks)}
        number.update(
            {(Act.REFILL, store.id): self.tasks + at for at, store in enumerate(self.problem.stores)}
        )
        type_of = {each.id: at for at, group in enumerate(self.groups) for each in group}
        rows = []
        for machine_id, steps in sequences.items():
            elements = tuple(number[act, id] for act, id, _mode in steps if (act, id) in number)
            if elements and machine_id in type_of:
                rows.append((elements, type_of[machine_id]))
        return rows

    def steps(self, type: int, elements: Sequence[int]) -> tuple[Step, ...]:
        """Elements (without start and end) as steps in their cheapest directions."""
        kind = self.kind[type]
        cost, work = self.cost[kind[kernel.CLASS]].astype(np.int64), self.work[type]
        whole = [int(kind[kernel.START]), *elements, int(kind[kernel.END])]
        totals, came = [0, kernel.IMPOSSIBLE], []
        for before, here in pairwise(whole):
            row = []
            sources = []
            for mode in range(2):
                ways = [totals[i] + int(cost[2 * before + i, 2 * here + mode]) for i in range(2)]
                source = 0 if ways[0] <= ways[1] else 1
                row.append(ways[source] + int(work[2 * here + mode]))
                sources.append(source)
            totals = row
            came.append(sources)
        modes, mode = [], 0
        for sources in reversed(came[1:]):
            mode = sources[mode]
            modes.append(mode)
        tasks, stores = self.problem.tasks, self.problem.stores
        return tuple(
            (Act.TASK, tasks[each].id, mode)
            if each < len(tasks)
            else (Act.REFILL, stores[each - len(tasks)].id, 0)
            for each, mode in zip(elements, reversed(modes), strict=True)
        )


def build(problem: Problem, spent_s: Mapping[str, int] | None = None) -> Model:
    """The arrays of a sound problem; ``spent_s``: seconds of its tour that each machine has behind it, for the balance."""
    groups = _groups(problem, spent_s or {})
    posts_in, posts_out, layout = _posts(problem, groups)
    rates = list(dict.fromkeys((g[0].profile, g[0].cost_per_km, g[0].cost_per_hour) for g in groups))
    profiles = list(dict.fromkeys(g[0].profile for g in groups))
    tables = {profile: _table(problem, profile, posts_out, posts_in) for profile in profiles}
    nodes = len(posts_in)
    other = _other_streets(problem, nodes)
    cost = np.empty((len(rates), nodes, nodes), np.int32)
    for number, (profile, per_km, per_hour) in enumerate(rates):
        seconds, metres = tables[profile]
        tenge = metres * (per_km / 1000) + (seconds + SWITCH_S * other) * (per_hour / 3600) + seconds * SECOND
        cost[number] = np.where(seconds < 0, kernel.NO_WAY, np.minimum(np.rint(tenge * SCALE), HARD_WAY))
    dur = np.array([np.maximum(tables[profile][0], 0) for profile in profiles], np.int32)
    work, lasts = _work(problem, groups, nodes)
    dem, due, late = _demands(problem, layout.elements)
    kind, timed = _kinds(problem, groups, layout, rates, profiles, spent_s or {})
    timed = timed or bool(late.any())
    near, far = _neighbours(problem, cost, work, kind, len(problem.tasks))
    return Model(
        problem, groups, cost, np.ascontiguousarray(cost.transpose(0, 2, 1)), dur, work, lasts, dem, due, late,
        kind, _tours(problem, groups, kind), near, far, _prices(problem, cost, kind, late), timed,
    )  # fmt: skip


def _groups(problem: Problem, spent_s: Mapping[str, int]) -> tuple[tuple[Machine, ...], ...]:
    """Machines that a search need not tell apart."""
    held = {each.vehicle_id for each in problem.earlier.values()} if problem.prices.moved_task else set()
    groups: dict[object, list[Machine]] = {}
    for each in problem.machines:
        key = (
            each.id if each.id in held else "",
            spent_s.get(each.id, 0),
            tuple(sorted(each.speeds.items())),
            replace(each, id="", speeds={}, locked=()).__repr__(),
        )
        groups.setdefault(key, []).append(each)
    return tuple(tuple(group) for group in groups.values())


@dataclass(frozen=True, slots=True)
class _Layout:
    """Numbers of the elements that starts and ends are, by post."""

    starts: Mapping[int, int]
    ends: Mapping[int, int]
    elements: int


def _posts(problem: Problem, groups: Sequence[Sequence[Machine]]) -> tuple[Int, Int, _Layout]:
    """The posts at which each node is entered and left (−1: it is not), and where starts and ends stand."""
    into: list[int] = []
    out: list[int] = []
    for task in problem.tasks:
        for number in range(2):
            mode = task.modes[number] if number < len(task.modes) else None
            into.append(-1 if mode is None else mode.enters)
            out.append(-1 if mode is None else mode.leaves)
    for store in problem.stores:
        into += [store.post, -1]
        out += [store.post, -1]
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    for group in groups:
        if group[0].start not in starts:
            starts[group[0].start] = len(into) // 2
            into += [-1, -1]
            out += [group[0].start, -1]
    for group in groups:
        if group[0].end not in ends:
            ends[group[0].end] = len(into) // 2
            into += [group[0].end, -1]
            out += [-1, -1]
    return np.array(into), np.array(out), _Layout(starts, ends, len(into) // 2)


def _table(problem: Problem, profile: str, leaving: Int, entering: Int) -> tuple[Int, Int]:
    """Seconds and metres between nodes; −1 where there is no way or no such node."""
    rows, row_of = np.unique(leaving[leaving >= 0], return_inverse=True)
    columns, column_of = np.unique(entering[entering >= 0], return_inverse=True)
    table = problem.travel(profile, rows.astype(np.int64), columns.astype(np.int64))
    found = []
    for values in (table.seconds, table.metres):
        whole = np.full((len(leaving), len(entering)), -1, np.int64)
        whole[np.ix_(leaving >= 0, entering >= 0)] = values[np.ix_(row_of, column_of)]
        found.append(whole)
    return found[0], found[1]


def _other_streets(problem: Problem, nodes: int) -> NDArray[np.bool_]:
    """Between which nodes a tour goes from one street to another."""
    numbers: dict[str, int] = {}
    street = np.full(nodes, -1)
    for number, task in enumerate(problem.tasks):
        if task.group:
            street[2 * number : 2 * number + 2] = numbers.setdefault(task.group, len(numbers))
    return (street[:, None] >= 0) & (street[None, :] >= 0) & (street[:, None] != street[None, :])


def _work(problem: Problem, groups: Sequence[Sequence[Machine]], nodes: int) -> tuple[Int, Int]:
    """What doing each node costs and takes each group."""
    work = np.zeros((len(groups), nodes), np.int64)
    lasts = np.zeros((len(groups), nodes), np.int64)
    for number, group in enumerate(groups):
        machine = group[0]
        per_second = machine.cost_per_hour / 3600
        for at, task in enumerate(problem.tasks):
            extra = _extra(problem, machine, task)
            for mode in range(2):
                if mode >= len(task.modes) or not may_do(machine, task):
                    work[number, 2 * at + mode] = kernel.NO_WAY
                    continue
                seconds = lasts_s(machine, task, task.modes[mode])
                metres = task.modes[mode].metres
                lasts[number, 2 * at + mode] = seconds
                tenge = metres * machine.cost_per_km / 1000 + seconds * per_second + extra
                work[number, 2 * at + mode] = round(tenge * SCALE)
        for at, store in enumerate(problem.stores, start=len(problem.tasks)):
            lasts[number, 2 * at] = store.stay_s
            work[number, 2 * at] = round(store.stay_s * per_second * SCALE)
            work[number, 2 * at + 1] = kernel.NO_WAY
    return work, lasts


def _extra(problem: Problem, machine: Machine, task: Task) -> float:
    held = problem.earlier.get(task.id)
    moved = held is not None and held.vehicle_id != machine.id
    return problem.prices.moved_task * moved + problem.prices.foreign_zone * is_foreign(machine, task)


def _demands(problem: Problem, elements: int) -> tuple[Int, Int, Int]:
    """Kilograms, second due and the cost of a second's lateness of each element."""
    dem, due, late = (np.zeros(elements, np.int64) for _each in range(3))
    due[:] = NEVER
    for number, task in enumerate(problem.tasks):
        dem[number] = task.demand_kg
        if task.due_s is not None:
            due[number] = task.due_s
            per_second = problem.prices.late_per_hour * task.urgency / 3600
            late[number] = max(0, round(per_second * SCALE))
            if per_second > 0:
                late[number] = max(1, late[number])
    return dem, due, late


def _kinds(
    problem: Problem,
    groups: Sequence[Sequence[Machine]],
    layout: _Layout,
    rates: Sequence[tuple[str, float, float]],
    profiles: Sequence[str],
    spent_s: Mapping[str, int],
) -> tuple[Int, bool]:
    """The kernel's columns of each group; whether time matters to any."""
    kind = np.zeros((len(groups), kernel.KIND_COLUMNS), np.int64)
    timed = False
    spreads = any(task.demand_kg for task in problem.tasks)
    for number, group in enumerate(groups):
        each = group[0]
        row = kind[number]
        row[kernel.CLASS] = rates.index((each.profile, each.cost_per_km, each.cost_per_hour))
        row[kernel.PROFILE] = profiles.index(each.profile)
        row[kernel.START], row[kernel.END] = layout.starts[each.start], layout.ends[each.end]
        row[kernel.OPENS] = each.shift.opens_s
        row[kernel.LONGEST] = each.shift.closes_s - each.shift.opens_s
        balanced = problem.prices.balanced_s
        over = problem.prices.overtime_per_hour / 3600
        row[kernel.USUAL] = NEVER if balanced is None else max(0, balanced - spent_s.get(each.id, 0))
        row[kernel.OVERTIME] = round(over * SCALE) if balanced is not None else 0
        row[kernel.FIXED] = round(each.fixed_cost * SCALE)
        row[kernel.BY_SECOND] = round(each.cost_per_hour / 3600 * SCALE)
        counted = each.capacity_kg is not None and spreads
        row[kernel.CAPACITY] = each.capacity_kg if counted and each.capacity_kg is not None else -1
        row[kernel.FIRST_LOAD] = first_load_kg(each)
        row[kernel.REFILLS] = kernel.TRIPS_MOST - 2 if counted and problem.stores else 0
        row[kernel.UNDER_WAY] = each.under_way
        row[kernel.REST_TO] = -1
        if each.rest is not None:
            row[kernel.REST_FROM] = each.rest.window.opens_s - each.shift.opens_s
            row[kernel.REST_TO] = each.rest.window.closes_s - each.shift.opens_s
            row[kernel.REST_S] = each.rest.seconds
        timed = timed or row[kernel.LONGEST] < NEVER // 2 or row[kernel.OVERTIME] > 0
    return kind, bool(timed)


def _tours(problem: Problem, groups: Sequence[Sequence[Machine]], kind: Int) -> Int:
    """The type of each tour that may be used."""
    numbers: list[int] = []
    total = sum(task.demand_kg for task in problem.tasks)
    for number, group in enumerate(groups):
        available = len(group) if group[0].under_way else min(len(group), len(problem.tasks))
        endless = kind[number, kernel.LONGEST] >= NEVER // 2 and not group[0].under_way
        if endless and kind[number, kernel.CAPACITY] > 0 and not kind[number, kernel.REFILLS]:
            needed = -(-total // int(kind[number, kernel.CAPACITY]))
            available = min(available, int(needed * FEWEST_TOURS_SHARE) + FURTHER_TOURS)
        numbers += [number] * available
    return np.array(numbers, np.int64)


def _neighbours(problem: Problem, cost: NDArray[np.int32], work: Int, kind: Int, n: int) -> tuple[Int, Int]:
    """For each task the others that lie nearest, and how far each lies from where machines start and end."""
    ways = cost[0, : 2 * n, : 2 * n].reshape(n, 2, n, 2).min(axis=(1, 3)).astype(np.float64)
    apart = np.minimum(ways, ways.T)
    able = (work[:, : 2 * n] < kernel.NO_WAY).reshape(len(work), n, 2).any(axis=2).astype(np.int64)
    apart[np.dot(able.T, able) == 0] += kernel.NO_WAY
    np.fill_diagonal(apart, np.inf)
    near = np.argsort(apart, axis=1, kind="stable")[:, : max(1, min(NEAR_MOST, n - 1))]
    start, end = int(kind[0, kernel.START]), int(kind[0, kernel.END])
    away = cost[0, 2 * start, : 2 * n].reshape(n, 2).min(axis=1).astype(np.int64)
    home = cost[0, : 2 * n, 2 * end].reshape(n, 2).min(axis=1).astype(np.int64)
    return near.astype(np.int64), away + home


def _prices(problem: Problem, cost: NDArray[np.int32], kind: Int, late: Int) -> Int:
    """What leaving each task out costs a search: more than doing it ever would, and more for the urgent."""
    longest = int(cost[cost < kernel.NO_WAY].max(initial=1))
    hours = int(min(kind[:, kernel.LONGEST].max(), 86_400))
    base = PRICE_WAYS * longest + int(kind[:, kernel.FIXED].max()) + 2 * hours * int(late.max(initial=0))
    urgency = np.array([task.urgency for task in problem.tasks])
    share = urgency / max(1e-9, float(urgency.max(initial=0.0)))
    base = min(base + 1, kernel.NO_WAY // 2 // (1 + URGENT_TIMES))
    return (base * (1 + URGENT_TIMES * share)).astype(np.int64)
