"""The second way of searching: ruin and recreate under simulated annealing, on the model's own arrays (the loops are in ``kernel``).

Where stops have windows and vehicles several trips it is far ahead of local search in the same seconds, and it needs no penalties: every
route is legal at all times, so it can be stopped at any moment. It never waits for a complete plan: what fits nowhere stays out at a price.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.routing.planning import kernel
from backend.routing.planning.model import Model, Row
from backend.routing.planning.problem import Load

HOT, COLD = 0.3, 0.01
"""First and last temperature, as shares of what a stop costs on average."""
REMOVED = 10.0
"""Stops taken out in an iteration, on average."""
STRING_LONGEST = 10.0
BLINK = 0.01
NEAR_RUIN, NEAR_PLAIN, NEAR_TRIP = 100, 60, 10
"""Of a stop's nearest ones: how many may lose their string, are tried as neighbours, and have a new trip tried beside them."""
SAMPLED_EVERY, SAMPLES = 50, 40
FEWEST_ROUTES_SHARE, FURTHER_ROUTES = 1.15, 4
"""Of vehicles without limit so many more than the loads need are looked at."""
NEVER = 1 << 40
WAIT_WEIGHT = 0.2

Int = NDArray[np.int64]
_compiled: Any = kernel.anneal
_refresh: Any = kernel.refresh


class Annealing:
    """A search with its current and best routes; costs are in the model's units, what stays out included."""

    def __init__(self, model: Model, seed: int, start: list[Row] | None = None, hot: float = HOT) -> None:
        self.model, self._hot = model, hot
        self.iterations = 0
        self._pooled: set[Row] = set()
        self._fresh: dict[Row, int] = {}
        data, clients = model.data, model.data.clients()
        n, dims = len(clients), data.num_load_dimensions
        self._n = n
        cost = np.stack([np.asarray(each) for each in data.distance_matrices()]).astype(np.int32)
        dur = np.stack([np.asarray(each) for each in data.duration_matrices()]).astype(np.int32)
        collects = model.problem.load is Load.COLLECT
        self._dem = np.array(
            [each.pickup if collects else each.delivery for each in clients], dtype=np.int64
        ).reshape(n, dims)
        node = self._node()
        kind, cap, ini = self._kinds(dims)
        self._type_of = self._routes(kind, cap)
        timed = bool(dur.any()) or bool((kind[:, kernel.CLOSES] < NEVER).any() and node[:n, 2].any())
        price = np.array(model.prices, dtype=np.float64)
        routes, width = len(self._type_of), n + kernel.TRIPS_MOST + 2
        self._seg = np.zeros((routes, width, 8), np.int64)
        trip = np.zeros((routes, kernel.TRIPS_MOST + 1, dims + 2), np.int64)
        self._head = np.zeros((routes, 5), np.int64)
        self._at = np.zeros((n, 6), np.int64)
        self._shape = (
            cost,
            dur,
            node,
            self._dem,
            kind,
            cap,
            ini,
            self._type_of,
            self._seg,
            trip,
            self._head,
            self._at,
        )
        self._timed = timed
        self._scratch = (
            *self._shape[:7],
            np.arange(len(kind)),
            np.zeros((len(kind), width, 8), np.int64),
            np.zeros((len(kind), *trip.shape[1:]), np.int64),
            np.zeros((len(kind), 5), np.int64),
            self._at.copy(),
        )
        near = _near(cost[0], dur[0], node, n, timed)
        self._anneal = (
            cost,
            np.ascontiguousarray(cost.transpose(0, 2, 1)),
            *self._shape[1:],
            near,
            price,
            _twins(model),
        )
        self._flags = (timed, bool(node[:n, 3].any()))
        self._rng = np.array([(seed * 2_654_435_761 + 88_172_645_463_325_252) % (1 << 63)], np.uint64)
        self._out = np.zeros(n + 1, np.int64)
        self._best, self._best_length = np.zeros((routes, width), np.int64), np.zeros(routes, np.int64)
        self._costs = np.full(2, np.inf)
        self._samples = np.zeros((SAMPLES, n + routes * (kernel.TRIPS_MOST + 2)), np.int64)
        self._price, self._kind = price, kind
        self.adopt([row for row in start or [] if self.cost_of(row) is not None])
        if self._out[n]:
            self._run(1, 1e-6, 1e-6)
        used = int((self._head[:, kernel.LENGTH] > 2).sum())
        driven = float(self._head[:, kernel.COST].sum())
        self._level = max(1.0, driven / n) if used else 1.0

    @property
    def best_cost(self) -> float:
        """The best objective so far, with the prices of what stays out."""
        return float(self._costs[0])

    def run(self, iterations: int, share: float) -> None:
        """Some iterations at the temperature of a run of which this share is over."""
        temperature = self._level * self._hot * (COLD / self._hot) ** min(1.0, share)
        self._run(iterations, temperature, temperature)

    @property
    def current_cost(self) -> float:
        """The objective of the routes from which the search goes on."""
        return float(self._costs[1])

    def rows(self) -> list[Row]:
        """The best routes."""
        return self._rows(self._best, self._best_length)

    def current_rows(self) -> list[Row]:
        """The routes from which the search goes on."""
        return self._rows(self._seg[:, :, 0], self._head[:, kernel.LENGTH])

    def _rows(self, locations: Int, lengths: Int) -> list[Row]:
        return [
            self._row(route, locations[route, 1 : lengths[route] - 1].tolist())
            for route in range(len(self._type_of))
            if lengths[route] > 2
        ]

    def adopt(self, rows: list[Row]) -> bool:
        """Go on from other routes; whether they were legal and became the best."""
        free: dict[int, list[int]] = {}
        for route in reversed(range(len(self._type_of))):
            free.setdefault(int(self._type_of[route]), []).append(route)
        before = (
            self._seg[:, :, 0].copy(),
            self._head[:, kernel.LENGTH].copy(),
            self._at.copy(),
            self._out.copy(),
        )
        self._at[:, 0] = -1
        legal = True
        for route, kind in enumerate(self._type_of):
            self._lay(route, int(kind), (), self._shape)
        for acts, kind in rows:
            if not free.get(kind):
                legal = False
                break
            legal &= self._lay(free[kind].pop(), kind, acts, self._shape)
        placed = self._at[:, 0] >= 0
        groups = self.model.alternatives
        outside = [members[0] for members in groups if not placed[list(members)].any()]
        self._out[: len(outside)], self._out[self._n] = outside, len(outside)
        cost = float(self._head[:, kernel.COST].sum()) + float(self._price[outside].sum())
        if not legal:
            self._seg[:, :, 0], self._head[:, kernel.LENGTH], self._at[:], self._out[:] = before
            for route in range(len(self._type_of)):
                _refresh(*self._shape, self._timed, route)
            return False
        self._costs[1] = cost
        if cost < self._costs[0]:
            self._costs[0] = cost
            self._best[:], self._best_length[:] = self._seg[:, :, 0], self._head[:, kernel.LENGTH]
            return True
        return False

    def fresh_routes(self) -> dict[Row, int]:
        """Routes of good solutions with their costs, none of them twice."""
        fresh, self._fresh = self._fresh, {}
        return fresh

    def cost_of(self, row: Row) -> int | None:
        """What a route costs beyond its vehicle staying where it is; None if it is not legal."""
        kind = row[1]
        if not self._lay(kind, kind, row[0], self._scratch):
            return None
        return int(self._scratch[10][kind, kernel.COST]) - self.model.idle[kind]

    def _run(self, iterations: int, hot: float, cold: float) -> None:
        taken = _compiled(
            *self._anneal,
            *self._flags,
            self._rng,
            self._out,
            self._best,
            self._best_length,
            self._costs,
            self._samples,
            iterations,
            hot,
            cold,
            REMOVED,
            STRING_LONGEST,
            BLINK,
            NEAR_PLAIN,
            NEAR_TRIP,
            SAMPLED_EVERY,
        )
        self.iterations += iterations
        self._pool_samples(int(taken))

    def _pool_samples(self, taken: int) -> None:
        for sample in self._samples[:taken]:
            acts: list[int] = []
            route = -1
            for each in [*sample[1 : sample[0]].tolist(), -1]:
                if each >= 0:
                    acts.append(each)
                    continue
                if acts:
                    row = self._row(route, acts)
                    cost = None if row in self._pooled else self.cost_of(row)
                    if cost is not None:
                        self._pooled.add(row)
                        self._fresh[row] = cost
                acts, route = [], -1 - each

    def _row(self, route: int, locations: Iterable[int]) -> Row:
        """Disposal sites are the locations behind the stops, in the order of their depots."""
        return tuple(each if each < self._n else self._n - 1 - each for each in locations), int(
            self._type_of[route]
        )

    def _lay(self, route: int, kind: int, acts: tuple[int, ...], shape: tuple[Any, ...]) -> bool:
        seg, head = shape[8], shape[10]
        inner = [each if each >= 0 else self._n - 1 - each for each in acts]
        seg[route, : len(inner) + 2, 0] = [
            self._kind[kind, kernel.START],
            *inner,
            self._kind[kind, kernel.END],
        ]
        head[route, kernel.LENGTH] = len(inner) + 2
        return bool(_refresh(*shape, self._timed, route))

    def _node(self) -> Int:
        data = self.model.data
        node = np.zeros((data.num_locations, 4), np.int64)
        node[:, 1] = NEVER
        for number, client in enumerate(data.clients()):
            node[number] = (
                client.tw_early,
                min(client.tw_late, NEVER),
                client.service_duration,
                client.release_time,
            )
        for depot in data.depots():
            node[depot.location] = depot.tw_early, min(depot.tw_late, NEVER), depot.service_duration, 0
        return node

    def _kinds(self, dims: int) -> tuple[Int, Int, Int]:
        types, depots = self.model.data.vehicle_types(), self.model.data.depots()
        sites = max((len(each.reload_depots) for each in types), default=0)
        kind = np.zeros((len(types), kernel.FIRST_SITE + sites), np.int64)
        for number, each in enumerate(types):
            kind[number, : kernel.FIRST_SITE] = (
                depots[each.start_depot].location,
                depots[each.end_depot].location,
                each.profile,
                each.tw_early,
                min(each.tw_late, NEVER),
                min(each.shift_duration + each.max_overtime, NEVER),
                min(each.shift_duration, NEVER),
                each.fixed_cost,
                each.unit_duration_cost,
                each.unit_overtime_cost,
                min(each.max_reloads, kernel.TRIPS_MOST - 1),
                min(each.max_distance, kernel.IMPOSSIBLE),
                self.model.classes[number][0].under_way,
                len(each.reload_depots),
            )
            for column, depot in enumerate(each.reload_depots):
                kind[number, kernel.FIRST_SITE + column] = depots[depot].location
        cap = np.array([each.capacity for each in types], np.int64).reshape(len(types), dims)
        ini = np.array([each.initial_load or [0] * dims for each in types], np.int64).reshape(
            len(types), dims
        )
        return kind, cap, ini

    def _routes(self, kind: Int, cap: Int) -> Int:
        """The type of each route that may be used."""
        numbers = []
        for number, each in enumerate(self.model.data.vehicle_types()):
            available = min(each.num_available, self._n)
            if (
                not kind[number, kernel.SITES]
                and kind[number, kernel.LONGEST] >= NEVER // 2
                and cap[number, 0] > 0
            ):
                needed = -(-int(self._dem[:, 0].sum()) // int(cap[number, 0]))
                available = min(available, int(needed * FEWEST_ROUTES_SHARE) + FURTHER_ROUTES)
            numbers += [number] * available
        return np.array(numbers, np.int64)


def _near(cost: NDArray[np.int32], dur: NDArray[np.int32], node: Int, n: int, timed: bool) -> Int:
    """For each stop the others, nearest first: by cost, and by the waiting and lateness that going from one to the other forces."""
    apart = cost[:n, :n].astype(np.float64)
    if timed:
        opens, closes, stay = node[:n, 0], node[:n, 1], node[:n, 2]
        reach = stay[:, None] + dur[:n, :n]
        rate = max(1.0, float(np.median(apart)) / max(1.0, float(np.median(dur[:n, :n]))))
        waits = np.maximum(0, opens[None, :] - closes[:, None] - reach)
        late = np.maximum(0, opens[:, None] + reach - closes[None, :])
        apart += rate * (WAIT_WEIGHT * waits + late)
    apart = np.minimum(apart, apart.T)
    np.fill_diagonal(apart, np.inf)
    return np.argsort(apart, axis=1, kind="stable")[:, : min(NEAR_RUIN, n - 1)].astype(np.int64)


def _twins(model: Model) -> Int:
    """For each client the next one that stands for the same stop, in a circle."""
    twins = np.arange(len(model.stop_ids), dtype=np.int64)
    for members in model.alternatives:
        for here, there in zip(members, (*members[1:], members[0]), strict=True):
            twins[here] = there
    return twins
