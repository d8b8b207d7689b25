"""A plan made in parts: cut by shape, every stop in one part, put together again, repeatable, and better than the savings it begins from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from backend.routing.planning.check import check
from backend.routing.planning.construction import construct
from backend.routing.planning.cutting import cut
from backend.routing.planning.decomposing import DECOMPOSED_FROM, Decomposed
from backend.routing.planning.finishing import finish
from backend.routing.planning.flaws import examine
from backend.routing.planning.limits import Limits
from backend.routing.planning.parts import part_of
from backend.routing.planning.plan import Plan, Progress
from backend.routing.planning.plane import lay_out
from backend.routing.planning.problem import Matrix, Problem
from backend.routing.planning.solving import solve
from tests.backend.routing.planning.days import town, waste_day


def in_parts(problem: Problem, iterations: int = 400, heard: Any = lambda _progress: None) -> Plan:
    """A plan made in parts of twenty stops in this process; it must pass the check."""
    limits = Limits(0.0, 0.0, 0.0, iterations, lambda: False)
    examined = examine(problem)
    run = Decomposed(examined.problem, limits, 1, 1, heard, {}, part_stops=20)
    plan = finish(examined, run.result())
    assert () == check(problem, plan)
    return plan


def test_a_day_made_in_parts_is_whole_and_costs_less_than_the_savings_it_begins_from() -> None:
    """Every stop is in a tour, no rule is broken."""
    problem = waste_day(stops=80, vehicles=9)
    examined = examine(problem)
    first = finish(examined, construct(examined.problem))
    assert () == check(problem, first)
    heard: list[Progress] = []
    plan = in_parts(problem, heard=heard.append)
    assert () == plan.unserved
    assert plan.cost.total < first.cost.total
    assert heard
    assert heard[-1].unserved == 0


def test_the_same_seed_and_iterations_give_the_same_parts() -> None:
    """Cuts are drawn from the seed alone."""
    problem = waste_day(stops=50, vehicles=6)
    assert in_parts(problem, 200).tours == in_parts(problem, 200).tours


@pytest.mark.parametrize("around", [True, False])
def test_cutting_puts_everybody_into_one_group_of_a_bounded_size(around: bool) -> None:
    """By a hand around the middle or by lines across."""
    rng = np.random.default_rng(3)
    points = rng.uniform(size=(40, 2))
    groups = cut(points, [10] * 40, 100, rng, around=around)
    assert list(range(40)) == sorted(number for group in groups for number in group)
    assert 4 <= len(groups)
    assert all(len(group) <= 11 for group in groups)


def test_places_are_laid_out_as_far_apart_as_they_are() -> None:
    """Up to turning and mirroring, where travel is straight."""
    matrix = town(60, seed=4)
    points = lay_out(Matrix(matrix.metres, matrix.metres))
    apart = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    assert np.corrcoef(apart.ravel(), matrix.metres.ravel())[0, 1] > 0.999


def test_a_place_that_cannot_be_reached_is_laid_out_far_away() -> None:
    """A matrix with islands has points all the same."""
    seconds = np.array([[0, 5, -1], [5, 0, -1], [-1, -1, 0]])
    assert np.isfinite(lay_out(Matrix(seconds, seconds))).all()


def test_a_part_holds_only_the_places_of_its_stops() -> None:
    """Depots and disposal sites stay; ways are the same as in the whole."""
    problem = waste_day(stops=30, vehicles=4)
    part = part_of(problem, ["v1"], ["c3", "c9"])
    assert ("c3", "c9") == tuple(stop.id for stop in part.stops)
    assert part.places == 5
    whole = problem.matrices[""].seconds[problem.stop["c3"].place, problem.stop["c9"].place]
    assert whole == part.matrices[""].seconds[part.stop["c3"].place, part.stop["c9"].place]


LARGE = DECOMPOSED_FROM + 100


@pytest.mark.slow
def test_a_large_day_is_planned_in_parts_on_two_cores() -> None:
    """What the product calls; the second lane is another process, and is waited for in a run of iterations."""
    problem = waste_day(stops=LARGE, vehicles=100)
    heard: list[Progress] = []
    plan = solve(problem, iterations=400, on_progress=heard.append)
    assert () == check(problem, plan)
    assert heard[-1].gap is not None
    assert plan.gap is not None
    assert 0 < plan.gap < 0.8
    assert () == plan.unserved


@pytest.mark.slow
def test_a_large_day_is_whole_when_its_time_is_over() -> None:
    """Whether the second lane's answers come in time or not."""
    problem = waste_day(stops=LARGE, vehicles=100)
    plan = solve(problem, 6.0)
    assert () == check(problem, plan)
    assert () == plan.unserved
    assert plan.seconds < 60
