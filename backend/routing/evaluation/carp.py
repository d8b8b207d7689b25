"""Public arc routing instances (kshs, gdb, val, egl) as problems of a night by streets, with the bounds that their files state.

Two formats are read: that of CARPData.jl, whose last two numbers are a lower and an upper bound, and the older one with Spanish headings,
which states none.

Every edge with a demand is a task that may be driven in either direction; edges without one are only driven over. Vehicles alike, as many
as are wanted, start and end at the first vertex. A metre is a unit of the file's costs and costs one tenge; nothing takes time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import shortest_path

from backend.routing.clearing.problem import Machine, Matrix, Mode, Problem, Task, Window

WORK = "serve"
LATEST_S = 1 << 42
DEPOT = 0

Int = NDArray[np.int64]


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
    """An instance in either format; ValueError for another."""
    text = path.read_text(errors="replace")
    try:
        vertices, edges, capacity, bounds = _headed(text) if "CAPACIDAD" in text.upper() else _plain(text)
    except (IndexError, ValueError) as error:
        raise ValueError(f"{path}: not an arc routing instance that is known ({error})") from error
    one, other, metres, _demand = edges.T
    cheapest: dict[tuple[int, int], int] = {}
    for a, b, cost in zip([*one, *other], [*other, *one], [*metres, *metres], strict=True):
        key = (int(a), int(b))
        cheapest[key] = min(int(cost), cheapest.get(key, int(cost)))
    pairs = np.array(list(cheapest))
    graph = coo_array((list(cheapest.values()), tuple(pairs.T)), shape=(vertices, vertices)).tocsr()
    network = Network(np.rint(shortest_path(graph)).astype(np.int64))
    tasks = tuple(
        Task(f"{number:03}", WORK, (Mode(a, b, length), Mode(b, a, length)), demand_kg=kg)
        for number, (a, b, length, kg) in enumerate(edges.tolist())
        if kg > 0
    )
    machine = Machine(
        id="",
        speeds={WORK: 1e12},
        start=DEPOT,
        end=DEPOT,
        shift=Window(0, LATEST_S),
        capacity_kg=capacity,
        cost_per_km=1000.0,
    )
    machines = tuple(replace(machine, id=f"{number:03}") for number in range(len(tasks)))
    return ArcInstance(path.stem, Problem(tasks=tasks, machines=machines, travel=network), *bounds)


def _plain(text: str) -> tuple[int, Int, int, tuple[float, float]]:
    """Vertices, edges (from, to, cost, demand), capacity and bounds of the format of CARPData.jl."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    vertices, edges = int(lines[0][0]), int(lines[1][0])
    rows = np.array([[int(each) for each in line[:4]] for line in lines[2 : 2 + edges]], dtype=np.int64)
    ends = [float(line[0]) for line in lines[3 + edges :]]
    lower, upper = (ends + [float("nan")] * 3)[1:3]
    return vertices, rows, int(ends[0]), (lower, upper)


def _headed(text: str) -> tuple[int, Int, int, tuple[float, float]]:
    """The same of the older format, whose vertices count from 1; the depot is put first."""
    numbers = {
        key: int(value) for key, value in re.findall(r"(VERTICES|CAPACIDAD|DEPOSITO)\s*:\s*(\d+)", text)
    }
    found = re.findall(r"\(\s*(\d+)\s*,\s*(\d+)\s*\)\s*coste\s+(\d+)(?:\s+demanda\s+(\d+))?", text)
    rows = np.array([[int(each or 0) for each in line] for line in found], dtype=np.int64)
    rows[:, :2] -= 1
    depot = numbers.get("DEPOSITO", 1) - 1
    ends = rows[:, :2]
    rows[:, :2] = np.where(ends == depot, DEPOT, np.where(ends == DEPOT, depot, ends))
    return numbers["VERTICES"], rows, numbers["CAPACIDAD"], (float("nan"), float("nan"))
