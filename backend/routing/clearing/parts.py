"""A part of a night as a problem of its own, and the search in it: some machines, some tasks, and only the ways between those."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection

import numpy as np
from numpy.typing import NDArray

from backend.routing.clearing.annealing import Annealing
from backend.routing.clearing.model import SCALE, Sequences, build
from backend.routing.clearing.problem import UNREACHABLE, Machine, Matrix, Problem, Store, Task
from backend.routing.planning.lane import serve

PIECE_S = 0.05
"""Seconds between looks at the clock and at the pipe."""
FIRST_PIECE, PIECE_MOST = 5, 2_000
LEFT_OUT = 1e-3
"""Urgency that a task which is not urgent at all counts as where it is left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Ways between the posts of a part, by profile; numbers of posts are those of the whole night."""

    leaving: Mapping[str, NDArray[np.int64]]
    entering: Mapping[str, NDArray[np.int64]]
    tables: Mapping[str, Matrix]

    def __call__(self, profile: str, leaving: NDArray[np.int64], entering: NDArray[np.int64]) -> Matrix:
        """The block of these posts; what the part does not hold is unreachable."""
        rows, known_rows = _found(self.leaving[profile], leaving)
        columns, known_columns = _found(self.entering[profile], entering)
        gone = ~(known_rows[:, None] & known_columns[None, :])
        table = self.tables[profile]
        seconds = table.seconds[np.ix_(rows, columns)].astype(np.int64)
        metres = table.metres[np.ix_(rows, columns)].astype(np.int64)
        seconds[gone] = metres[gone] = UNREACHABLE
        return Matrix(seconds, metres)


def _found(known: NDArray[np.int64], asked: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return at, known[at] == asked


@dataclass(frozen=True, slots=True)
class Part:
    """A part to search in, from one share of the whole run's cooling to another; ``iterations`` None: as long as its lane says."""

    problem: Problem
    start: Sequences
    seed: int
    hot: float
    shares: tuple[float, float]
    spent_s: Mapping[str, int] = field(default_factory=dict)
    iterations: int | None = None


@dataclass(frozen=True, slots=True)
class Improved:
    """What came of a part: its best sequences, what they cost in tenge, the urgency of all that they leave out, and where the search stands."""

    best: Sequences
    best_cost: float
    left_out: float
    last: Sequences
    iterations: int


def part_of(problem: Problem, machine_ids: Iterable[str], task_ids: Iterable[str]) -> Problem:
    """The problem of these machines and tasks; its ways are asked here, once."""
    wanted = set(task_ids)
    machines = tuple(problem.machine[each] for each in machine_ids)
    tasks = tuple(task for task in problem.tasks if task.id in wanted)
    spreads = any(task.demand_kg for task in tasks)
    stores = problem.stores if spreads and any(each.capacity_kg is not None for each in machines) else ()
    return replace(
        problem,
        tasks=tasks,
        machines=machines,
        stores=stores,
        travel=tables_of(problem, machines, tasks, stores),
        earlier={task_id: held for task_id, held in problem.earlier.items() if task_id in wanted},
    )


def tables_of(
    problem: Problem, machines: Sequence[Machine], tasks: Sequence[Task], stores: Sequence[Store]
) -> Tables:
    """Ways of each profile between what its machines can do, their starts and ends, and stores."""
    leaving: dict[str, NDArray[np.int64]] = {}
    entering: dict[str, NDArray[np.int64]] = {}
    tables: dict[str, Matrix] = {}
    for profile in dict.fromkeys(each.profile for each in machines):
        own = [each for each in machines if each.profile == profile]
        works = {work for each in own for work in each.speeds}
        modes = [mode for task in tasks if task.work in works for mode in task.modes]
        posts = [each.post for each in stores]
        out = [*(mode.leaves for mode in modes), *(each.start for each in own), *posts]
        into = [*(mode.enters for mode in modes), *(each.end for each in own), *posts]
        leaving[profile] = np.unique(np.array(out, dtype=np.int64))
        entering[profile] = np.unique(np.array(into, dtype=np.int64))
        table = problem.travel(profile, leaving[profile], entering[profile])
        tables[profile] = Matrix(table.seconds.astype(np.int32), table.metres.astype(np.int32))
    return Tables(leaving, entering, tables)


def families(problem: Problem) -> list[tuple[list[str], list[str]]]:
    """Machines and tasks that have nothing to do with one another, apart: ids of machines and of tasks of each."""
    family: dict[str, str] = {}

    def first(work: str) -> str:
        while family.setdefault(work, work) != work:
            work = family[work]
        return work

    for machine in problem.machines:
        works = sorted(machine.speeds)
        for other in works[1:]:
            family[first(other)] = first(works[0])
    found: dict[str, tuple[list[str], list[str]]] = {}
    for machine in problem.machines:
        found.setdefault(first(min(machine.speeds)), ([], []))[0].append(machine.id)
    for task in problem.tasks:
        found.setdefault(first(task.work), ([], []))[1].append(task.id)
    return [each for each in found.values() if each[0] and each[1]]


def search_part(part: Part, ends_s: float, is_over: Callable[[], bool]) -> Improved:
    """Search in a part until a moment of the monotonic clock, for its iterations, or until somebody stops it."""
    model = build(part.problem, part.spent_s)
    search = Annealing(model, part.seed, model.rows_of(part.start), part.hot)
    anneal(search, ends_s, part.shares, is_over, part.iterations)
    rows = search.rows()
    missing = set(range(model.tasks)).difference(*(row[0] for row in rows))
    return Improved(
        search.sequences(rows),
        (search.best_cost - int(model.price[list(missing)].sum())) / SCALE,
        sum(LEFT_OUT + part.problem.tasks[each].urgency for each in missing),
        search.sequences(search.current_rows()),
        search.iterations,
    )


def anneal(
    search: Annealing,
    ends_s: float,
    shares: tuple[float, float],
    is_over: Callable[[], bool],
    iterations: int | None = None,
) -> None:
    """Run a search from one share of the cooling to another, in pieces that take about as long; at least once, which puts every task somewhere."""
    begun, (first, last) = time.monotonic(), shares
    if not search.iterations and iterations is None:
        search.run(1, first)
    piece, done = FIRST_PIECE, 0
    while not is_over():
        now = time.monotonic()
        if iterations is not None:
            if done >= iterations:
                return
            size, over = min(PIECE_MOST, iterations - done), done / iterations
        else:
            if now >= ends_s:
                return
            size, over = piece, (now - begun) / max(1e-6, ends_s - begun)
        search.run(size, first + over * (last - first))
        done += size
        took_s = max(1e-6, time.monotonic() - now)
        piece = max(1, min(PIECE_MOST, 2 * piece, int(piece * PIECE_S / took_s)))


def search_parts(parts: Sequence[Part], ends_s: float, is_over: Callable[[], bool]) -> list[Improved]:
    """One part after the other, each with its share of the time by its tasks."""
    found = []
    for number, part in enumerate(parts):
        tasks_left = sum(len(each.problem.tasks) for each in parts[number:])
        now = time.monotonic()
        share = len(part.problem.tasks) / max(1, tasks_left)
        found.append(search_part(part, now + (ends_s - now) * share, is_over))
    return found


def serve_lane(pipe: Connection) -> None:
    """What a second process runs."""
    serve(pipe, search_parts)
