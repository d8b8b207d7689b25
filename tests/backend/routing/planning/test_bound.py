"""A bound lies below every plan, whichever way it is reckoned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backend.routing.planning.bound import ASSIGNED_MOST, lower_bound
from backend.routing.planning.problem import Matrix
from backend.routing.planning.solving import solve
from tests.backend.routing.planning.days import waste_day

BY_ENTRIES = 0  # so few stops are assigned: none


@pytest.mark.parametrize("assigned_most", [ASSIGNED_MOST, BY_ENTRIES])
@pytest.mark.parametrize("seed", range(4))
def test_no_plan_costs_less_than_its_bound(assigned_most: int, seed: int) -> None:
    """Days of several trips with unloading before the depot."""
    problem = waste_day(stops=40, vehicles=5, seed=seed)
    plan = solve(problem, seed=1, iterations=1_500, processes=1)
    assert () == plan.unserved
    bound = lower_bound(problem, list(problem.stops), assigned_most=assigned_most)
    assert bound is not None
    assert plan.cost.total / 5 < bound <= plan.cost.total


def test_a_stop_on_an_island_has_no_bound() -> None:
    """Nothing can be said of what nobody can do."""
    problem = waste_day(stops=5)
    seconds = problem.matrices[""].seconds.copy()
    seconds[:, problem.stops[0].place] = -1
    island = replace(problem, matrices={"": Matrix(seconds, problem.matrices[""].metres)})
    assert lower_bound(island, list(island.stops), assigned_most=BY_ENTRIES) is None


def test_many_stops_have_a_bound_by_blocks() -> None:
    """The same whether the matrix is read at once or in rows: one stop more than a block holds."""
    problem = waste_day(stops=257, vehicles=30)
    bound = lower_bound(problem, list(problem.stops), assigned_most=BY_ENTRIES)
    assert bound is not None
    assert np.isfinite(bound)
