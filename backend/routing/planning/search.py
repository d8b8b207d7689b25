"""The first way of searching: iterated local search on PyVRP's moves, one iteration at a time, that keeps the routes it has seen.

The loop is PyVRP's (late acceptance, Burke and Bykov 2017), written out so that better solutions can be put in between, routes be
pooled and the clock be asked. Solutions are taken apart into routes only when these are asked for: that costs as much as an iteration.
"""

from __future__ import annotations

import warnings
from collections import deque

import pyvrp
import pyvrp.search
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.PenaltyManager import PenaltyManager, PenaltyParams

from backend.routing.planning.model import Model, Row, row_of

HISTORY = 300
NEIGHBOURS = 50
POOLED_WITHIN = 1.01
"""Routes of solutions that cost at most this much of the best are worth keeping."""
POOLED_MOST = 30
"""Of the newest such solutions, each time that routes are asked for."""


class LocalSearch:
    """A search with its current and best solution; its cost is infinite until one is feasible."""

    def __init__(self, model: Model, seed: int, start: list[Row] | None = None) -> None:
        data = model.data
        self.model = model
        self.iterations = 0
        self.best_cost = float("inf")
        self._near: deque[pyvrp.Solution] = deque(maxlen=POOLED_MOST)
        self._pooled: set[Row] = set()
        self._best: pyvrp.Solution | None = None
        self._rng = pyvrp.RandomNumberGenerator(seed=seed)
        neighbours = pyvrp.search.compute_neighbours(
            data, pyvrp.search.NeighbourhoodParams(num_neighbours=NEIGHBOURS)
        )
        self._search = pyvrp.search.LocalSearch(data, self._rng, neighbours)
        for operator in pyvrp.search.OPERATORS:
            if operator.supports(data):
                self._search.add_operator(operator(data))
        limits = PenaltyParams(max_penalty=100_000.0 * model.scale)
        self._penalties = PenaltyManager(limits.midpoint_penalties(data), limits)
        first = model.solution(start) if start else None
        if first is None:
            random = pyvrp.Solution.make_random(data, self._rng)
            first = self._search(random, self._penalties.max_cost_evaluator(), exhaustive=True)
        self._current = self._first = first
        self._late: deque[pyvrp.Solution | None] = deque([None] * HISTORY, HISTORY)
        self._judge(first)

    def run(self, iterations: int, _share: float) -> None:
        """Some iterations."""
        for _iteration in range(iterations):
            self._step()

    def rows(self) -> list[Row]:
        """The best routes."""
        return [] if self._best is None else [row_of(route) for route in self._best.routes()]

    def adopt(self, rows: list[Row]) -> bool:
        """Go on from other routes if they are better than the best; whether they are."""
        solution = self.model.solution(rows)
        if not self._judge(solution):
            return False
        self._current = self._first = solution
        self._late = deque([None] * HISTORY, HISTORY)
        return True

    def fresh_routes(self) -> dict[Row, int]:
        """Routes of good solutions with their costs, none of them twice."""
        fresh: dict[Row, int] = {}
        for solution in self._near:
            for route in solution.routes():
                row = row_of(route)
                if row not in self._pooled:
                    self._pooled.add(row)
                    fresh[row] = self.model.cost_of(route)
        self._near.clear()
        return fresh

    def cost_of(self, row: Row) -> int:
        """What a route costs beyond its vehicle staying where it is."""
        return self.model.cost_of(self.model.route(row))

    def _step(self) -> None:
        """Perturb and improve the current solution, keep it if the acceptance rule says so."""
        self.iterations += 1
        evaluator = self._penalties.cost_evaluator()
        candidate = self._search(self._current, evaluator, exhaustive=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PenaltyBoundWarning)
            self._penalties.register(candidate)
        if evaluator.cost(candidate) < self.best_cost:
            self._judge(candidate)
            thorough = self._search(candidate, evaluator, exhaustive=True)
            if thorough.is_feasible():
                candidate = thorough
                self._judge(candidate)
        cost = evaluator.penalised_cost(candidate)
        current_cost = evaluator.penalised_cost(self._current)
        late = self._late[0]
        late_cost = evaluator.penalised_cost(late or self._first)
        if cost < late_cost or cost < current_cost:
            self._current, current_cost = candidate, cost
            if cost <= self.best_cost * POOLED_WITHIN and candidate.is_feasible():
                self._near.append(candidate)
        self._late.rotate(-1)
        if late is None or current_cost < late_cost:
            self._late[-1] = self._current

    def _judge(self, solution: pyvrp.Solution) -> bool:
        """Whether a solution is the new best."""
        if not solution.is_feasible():
            return False
        cost = float(self._penalties.cost_evaluator().cost(solution))
        if cost >= self.best_cost:
            return False
        self._best, self.best_cost = solution, cost
        self._near.append(solution)
        return True
