"""Public arc routing instances (kshs, gdb, val, egl) as problems of a night by streets, with the bounds that their files state.

Every edge with a demand is a task that may be driven in either direction; edges without one are only driven over. Vehicles alike, as many
as are wanted, start and end at the first vertex. A metre is a unit of the file's costs and costs one tenge; nothing takes time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import shortest_path

from backend.routing.clearing.problem import Machine, Matrix, Mode, Problem, Task, Window

LATEST_S = 1 << 42
DEPOT = 0


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Ways between vertices, (n, n); posts are vertices."""

    metres: NDArray[np.int64]

    def __call__(self, profile: str, leaving: NDArray[np.int64], entering: NDArray[np.int64]) -> Matrix:
        """The block of these vertices."""
        metres = self.metres[np.ix_(leaving, entering)]
        return Matrix(np.zeros_like(metres), metres)


@dataclass(frozen=True, slots=True, eq=False)
class ArcInstance:
    """A named problem with the lower and the upper bound of its file; ``best_known`` is the upper."""

    name: str
    problem: Problem
    lower: float
    best_known: float


def read_arc_instance(path: Path) -> ArcInstance:
    """An instance in the format that the README beside the files states."""
    lines = [line.split() for line in path.read_text().splitlines() if line.strip()]
    vertices, edges = int(lines[0][0]), int(lines[1][0])
    rows = np.array([[int(each) for each in line[:4]] for line in lines[2 : 2 + edges]], dtype=np.int64)
    capacity, lower, upper = (float(line[0]) for line in lines[3 + edges : 6 + edges])
    one, other, metres, _demand = rows.T
    cheapest: dict[tuple[int, int], int] = {}
    for a, b, cost in zip([*one, *other], [*other, *one], [*metres, *metres], strict=True):
        key = (int(a), int(b))
        cheapest[key] = min(int(cost), cheapest.get(key, int(cost)))
    pairs = np.array(list(cheapest))
    graph = coo_array((list(cheapest.values()), tuple(pairs.T)), shape=(vertices, vertices)).tocsr()
    network = Network(np.rint(shortest_path(graph)).astype(np.int64))
    tasks = tuple(
        Task(f"{number:03}", "serve", (Mode(a, b, length), Mode(b, a, length)), demand_kg=kg)
        for number, (a, b, length, kg) in enumerate(rows.tolist())
        if kg > 0
    )
    machine = Machine(
        id="",
        speeds={"serve": 1e12},
        start=DEPOT,
        end=DEPOT,
        shift=Window(0, LATEST_S),
        capacity_kg=int(capacity),
        cost_per_km=1000.0,
    )
    machines = tuple(_numbered(machine, number) for number in range(len(tasks)))
    return ArcInstance(path.stem, Problem(tasks=tasks, machines=machines, travel=network), lower, upper)


def _numbered(machine: Machine, number: int) -> Machine:
    return replace(machine, id=f"{number:03}")
