"""Simulated annealing by ruin and recreate: the kernel's arrays of one search, and how it cools."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from backend.routing.clearing import kernel
from backend.routing.clearing.model import Model, Row, Sequences

HOT, COLD = 0.3, 0.01
"""First and last temperature, in mean costs of a task."""
WARM = 0.05
"""First temperature of a search that begins from a plan in force."""
REMOVED_MEAN, STRING_MOST = 8.0, 10
"""Tasks taken out at a time on average, and of one tour at most."""
BLINK = 0.01
"""How often a place that would be the best so far is passed over."""
SCANNED_MOST, UNTIMED_MOST, NEAR_INSERT = 250, 1_000, 40
"""Up to so many tasks (so many where nothing has a time: full tours are passed over at once there) all places are tried for one; of more
those beside so many of its nearest, and the ends of all tours."""
SOFT, PENALTY, FEASIBLE = True, 0.5, 0.4
"""Whether loads may be too large on the way to better plans (only where nothing else binds); the first price of that, in what a kilogram
costs to bring; the share of plans without any that the price is steered to."""
POOL, POOLED_MOST, POOLED_LENGTH = 1 << 17, 600, 64
"""Places for tours seen, kept for recombination, of problems of at most so many tasks; longer tours are not kept."""
ORDERS = np.array([4.0, 8.0, 10.0, 11.0, 11.0])
ORDERS_DUE = np.array([4.0, 6.0, 8.0, 9.0, 13.0])
"""How often left-out tasks are put back by chance, by demand, the far first, the near first, by what is due: summed weights."""


class Annealing:
    """One search over a model, from given tours (or none) on."""

    def __init__(self, model: Model, seed: int, rows: Sequence[Row] = (), hot: float = HOT) -> None:
        self.model = model
        self._hot = hot
        n, tours = model.tasks, len(model.type_of)
        width = n + 4 + (2 * kernel.TRIPS_MOST if model.problem.stores else 0)
        self._seq = np.zeros((tours, width), np.int64)
        self._fw, self._bw, self._tf, self._tb = (np.zeros((tours, width, 2), np.int64) for _each in range(4))
        self._tail = np.zeros((tours, width, 3), np.int64)
        self._came = np.zeros((tours, width, 2), np.int64)
        self._trip = np.zeros((tours, width), np.int64)
        self._load = np.zeros((tours, kernel.TRIPS_MOST + 4), np.int64)
        self._head = np.zeros((tours, kernel.HEAD_COLUMNS), np.int64)
        self._at = np.full((n, 2), -1, np.int64)
        self._absent = np.zeros(n, np.int64)
        self._state = np.zeros(8, np.int64)
        self._rng = np.array([np.uint64(seed * 2_654_435_761 + 88_172_645_463_325_252)], np.uint64)
        self._touched = np.zeros(tours, np.int64)
        self._kept = np.zeros((tours, width), np.int64)
        self._kept_length = np.zeros(tours, np.int64)
        self._best_seq = np.zeros((tours, width), np.int64)
        self._best_length = np.zeros(tours, np.int64)
        self._found = np.zeros(4, np.int64)
        self._out = np.zeros(n, np.int64)
        self._was = np.zeros(n, np.int64)
        self._key = np.zeros(n)
        pooled = POOL if n <= POOLED_MOST else 0
        self._signs = np.random.default_rng(0).integers(1, 2**63, n + len(model.kind)).astype(np.uint64)
        self._pool_key = np.zeros(pooled, np.uint64)
        self._pool_head = np.zeros((pooled, 4), np.int64)
        self._pool_seq = np.zeros((pooled, POOLED_LENGTH), np.int16)
        self._pens = self._penalties()
        self._stretch = np.zeros((2 * tours + NEAR_INSERT, 3), np.int64)
        self._orders = ORDERS_DUE if model.late.any() else ORDERS
        self.adopt(rows)
        self._state[1] = self._state[0]
        self._mean = 0.0

    @property
    def iterations(self) -> int:
        """How many have been done."""
        return int(self._state[3])

    @property
    def best_cost(self) -> int:
        """Of the best plan, scaled, with the prices of what is left out."""
        return int(self._state[1])

    def _penalties(self) -> NDArray[np.float64]:
        """What a kilogram too much costs, the share of plans without any that is aimed at, the least and most it may cost; 0: not allowed."""
        model = self.model
        hard = model.timed or bool((model.kind[:, kernel.REFILLS] > 0).any()) or not model.dem.any()
        if hard or not SOFT:
            return np.zeros(4)
        usual = float(model.far.mean()) / max(1.0, float(model.dem[: model.tasks].mean()))
        return np.array([PENALTY * usual, FEASIBLE, 0.01 * usual, 100 * usual])

    def adopt(self, rows: Sequence[Row]) -> None:
        """Go on from these tours; what is illegal of them is left out."""
        model = self.model
        free = {kind: list(np.flatnonzero(model.type_of == kind)) for kind in range(len(model.kind))}
        self._at[:] = -1
        given: dict[int, tuple[int, ...]] = {}
        for elements, kind in rows:
            if free[kind]:
                given[int(free[kind].pop(0))] = elements
        for tour, kind in enumerate(model.type_of.tolist()):
            elements = given.get(tour, ())
            while not self._set(tour, kind, elements) and elements:
                elements = elements[:-1]
        absent = np.flatnonzero(self._at[:, 0] < 0)
        self._absent[: len(absent)] = absent
        self._state[2] = len(absent)
        self._state[0] = int(self._head[:, kernel.COST].sum() + model.price[absent].sum())
        if not self._state[1] or self._state[0] < self._state[1]:
            self._state[1] = self._state[0]
            self._best_seq[:] = self._seq
            self._best_length[:] = self._head[:, kernel.LENGTH]

    def _set(self, tour: int, kind: int, elements: Sequence[int]) -> bool:
        model = self.model
        whole = [int(model.kind[kind, kernel.START]), *elements, int(model.kind[kind, kernel.END])]
        for each in self._seq[tour, : self._head[tour, kernel.LENGTH]]:
            if each < model.tasks and self._at[each, 0] == tour:
                self._at[each, 0] = -1
        self._seq[tour, : len(whole)] = whole
        self._head[tour, kernel.LENGTH] = len(whole)
        return bool(
            kernel.refresh(
                model.cost, model.dur, model.work, model.lasts, model.dem, model.due, model.late, model.kind,
                model.type_of, self._seq, self._fw, self._bw, self._tf, self._tb, self._tail, self._came,
                self._trip, self._load, self._head, self._at, model.timed, tour,
            )
        )  # fmt: skip

    def run(self, iterations: int, share: float, until: float | None = None) -> None:
        """So many iterations, cooled from one share of the run to another."""
        model = self.model
        mean = self._mean_cost()
        hot = mean * self._hot * (COLD / self._hot) ** share
        cold = mean * self._hot * (COLD / self._hot) ** (share if until is None else until)
        kernel.run(
            model.cost, model.cost_t, model.dur, model.work, model.lasts, model.dem, model.due, model.late,
            model.kind, model.type_of, self._seq, self._fw, self._bw, self._tf, self._tb, self._tail,
            self._came, self._trip, self._load, self._head, self._at, len(model.problem.stores), model.timed,
            model.near, model.far, model.price, self._absent, self._state, self._rng, self._touched,
            self._kept, self._kept_length, self._best_seq, self._best_length, iterations, hot, cold,
            REMOVED_MEAN, STRING_MOST, BLINK, self._orders, self._found, self._out, self._key, self._was,
            self._signs, self._pool_key, self._pool_head, self._pool_seq, self._pens,
            0 if model.tasks <= (SCANNED_MOST if model.timed else UNTIMED_MOST) else NEAR_INSERT, self._stretch,
        )  # fmt: skip

    def _mean_cost(self) -> float:
        """What a task costs on average, once some are done."""
        if self._mean == 0.0 or self._state[4] < 50:
            done = self.model.tasks - int(self._state[2])
            driven = int(self._head[:, kernel.COST].sum())
            self._mean = max(1.0, driven / done if done else float(self.model.far.mean()))
        return self._mean

    def pool(self, most: int) -> dict[Row, tuple[int, int]]:
        """Of the tours seen those of the cheapest plans, with their cost and that of the cheapest plan that held them."""
        kept = np.flatnonzero(self._pool_key)
        kept = kept[np.argsort(self._pool_head[kept, 1], kind="stable")[:most]]
        found = {}
        for each in kept.tolist():
            cost, whole, kind, length = self._pool_head[each].tolist()
            found[tuple(self._pool_seq[each, :length].tolist()), kind] = (cost, whole)
        return found

    def rows(self) -> list[Row]:
        """The best tours that do something."""
        return [
            (tuple(self._best_seq[tour, 1 : self._best_length[tour] - 1].tolist()), int(kind))
            for tour, kind in enumerate(self.model.type_of)
            if self._best_length[tour] > 2
        ]

    def current_rows(self) -> list[Row]:
        """The tours at which the search stands."""
        return [
            (tuple(self._seq[tour, 1 : self._head[tour, kernel.LENGTH] - 1].tolist()), int(kind))
            for tour, kind in enumerate(self.model.type_of)
            if self._head[tour, kernel.LENGTH] > 2
        ]

    def current_costs(self) -> list[int]:
        """What the tours at which the search stands cost, scaled."""
        return [int(each[kernel.COST]) for each in self._head if each[kernel.LENGTH] > 2]

    def sequences(self, rows: Sequence[Row]) -> Sequences:
        """Tours given to machines of their groups, in the machines' order."""
        free = [list(group) for group in self.model.groups]
        return {free[kind].pop(0).id: self.model.steps(kind, elements) for elements, kind in rows}
