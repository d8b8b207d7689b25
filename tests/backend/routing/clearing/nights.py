"""Small nights by streets: a generated town on a grid with one-way streets, ploughs, spreaders and a store of grit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from backend.routing.clearing.problem import (
    UNREACHABLE,
    Machine,
    Matrix,
    Mode,
    Prices,
    Problem,
    Store,
    Task,
    Window,
)

H = 3600
NIGHT = Window(20 * H, 29 * H)
PLOUGH, GRIT = "plough", "grit"
SPEED_MPS = 8.0
U_TURN_S, U_TURN_M = 40, 30


@dataclass(eq=False)
class Town:
    """Arcs (tail, head, metres) of a town; post 2a is where arc a begins, 2a + 1 where it ends."""

    arcs: NDArray[np.int64]
    nodes: int
    reverse: NDArray[np.int64]

    def __post_init__(self) -> None:
        tail, head, metres = self.arcs.T
        self._graph = coo_array((metres, (tail, head)), shape=(self.nodes, self.nodes)).tocsr()
        self._rows: dict[int, NDArray[np.float64]] = {}
        self.asked = 0

    def node(self, posts: NDArray[np.int64]) -> NDArray[np.int64]:
        """The nodes at which posts lie."""
        return np.where(posts % 2, self.arcs[posts // 2, 1], self.arcs[posts // 2, 0])

    def __call__(self, _profile: str, leaving: NDArray[np.int64], entering: NDArray[np.int64]) -> Matrix:
        """Ways over the streets; turning round at once costs."""
        self.asked += 1
        sources = self.node(leaving)
        new = [each for each in np.unique(sources).tolist() if each not in self._rows]
        if new:
            rows = dijkstra(self._graph, indices=new)
            self._rows.update(zip(new, rows, strict=True))
        apart = np.array([self._rows[each] for each in sources.tolist()])[:, self.node(entering)]
        turns = (
            (leaving[:, None] % 2 == 1)
            & (entering[None, :] % 2 == 0)
            & (self.reverse[leaving // 2][:, None] == entering[None, :] // 2)
        )
        gone = ~np.isfinite(apart)
        apart[gone] = 0
        metres = apart.astype(np.int64) + turns * U_TURN_M
        seconds = np.ceil(apart / SPEED_MPS).astype(np.int64) + turns * U_TURN_S
        metres[gone] = seconds[gone] = UNREACHABLE
        return Matrix(seconds, metres)


def town(rows: int = 4, columns: int = 4, seed: int = 0, one_way_share: float = 0.1) -> Town:
    """A grid of streets 80 to 220 m long, some of them one-way (those round it never, so that everything can be reached)."""
    draw = np.random.default_rng(seed)
    arcs: list[tuple[int, int, int]] = []
    reverse: list[int] = []
    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            for there, inside in (
                (here + 1 if column + 1 < columns else None, 0 < row < rows - 1),
                (here + columns if row + 1 < rows else None, 0 < column < columns - 1),
            ):
                if there is None:
                    continue
                metres = int(draw.integers(80, 220))
                if inside and draw.random() < one_way_share:
                    arcs.append((here, there, metres))
                    reverse.append(-1)
                else:
                    number = len(arcs)
                    arcs += [(here, there, metres), (there, here, metres)]
                    reverse += [number + 1, number]
    return Town(np.array(arcs, dtype=np.int64), rows * columns, np.array(reverse, dtype=np.int64))


def plough(number: int, **fields: Any) -> Machine:
    """A plough that starts and ends at the first corner."""
    given: dict[str, Any] = {
        "id": f"p{number}",
        "speeds": {PLOUGH: 5.0},
        "start": 0,
        "end": 0,
        "shift": NIGHT,
        "profile": "truck",
        "cost_per_km": 150.0,
        "cost_per_hour": 4_000.0,
        "fixed_cost": 2_000.0,
    }
    return Machine(**{**given, **fields})


def spreader(number: int, **fields: Any) -> Machine:
    """A spreader that fills up at the store."""
    return plough(number, **{"id": f"s{number}", "speeds": {GRIT: 7.0}, "capacity_kg": 600, **fields})


def night(
    rows: int = 4, columns: int = 4, ploughs: int = 2, spreaders: int = 0, seed: int = 0, **fields: Any
) -> Problem:
    """Every street ploughed in each direction, and gritted once in either where there are spreaders; main streets are due by 23:00."""
    streets = town(rows, columns, seed)
    tasks = []
    for number, (tail, head, metres) in enumerate(streets.arcs.tolist()):
        row, column = divmod(tail, columns)
        main = row == 1 or column == 1
        zone = "west" if column < columns / 2 else "east"
        mode = Mode(2 * number, 2 * number + 1, metres)
        due_s = 23 * H if main else None
        group = f"{min(tail, head)}-{max(tail, head)}"
        tasks.append(
            Task(
                f"a{number}",
                PLOUGH,
                (mode,),
                due_s=due_s,
                urgency=2.0 if main else 1.0,
                zone=zone,
                group=group,
            )
        )
        back = int(streets.reverse[number])
        if spreaders and back < 0:
            tasks.append(Task(f"g{number}", GRIT, (mode,), demand_kg=metres, zone=zone, group=group))
        elif spreaders and number < back:
            other = Mode(2 * back, 2 * back + 1, metres)
            tasks.append(Task(f"g{number}", GRIT, (mode, other), demand_kg=metres, zone=zone, group=group))
    given: dict[str, Any] = {
        "tasks": tuple(tasks),
        "machines": (
            *(plough(each) for each in range(ploughs)),
            *(spreader(each) for each in range(spreaders)),
        ),
        "travel": streets,
        "stores": (Store("store", 0, 300),) if spreaders else (),
        "prices": Prices(late_per_hour=1_000.0, foreign_zone=500.0, moved_task=300.0),
    }
    return Problem(**{**given, **fields})
