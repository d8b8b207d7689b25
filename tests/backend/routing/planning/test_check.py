"""The check finds every kind of broken rule in plans that were right before somebody changed them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from backend.routing.planning.check import check
from backend.routing.planning.plan import Act, Plan, Tour, Unserved, Visit, Why
from backend.routing.planning.problem import Problem, Window
from backend.routing.planning.solving import solve
from tests.backend.routing.planning.days import H, long_day, waste_day, with_stop, with_vehicle


@cache
def right() -> tuple[Problem, Plan]:
    """A day and a plan without a violation; its first tour has rested stops and an unloading."""
    problem = waste_day(stops=24, vehicles=3)
    plan = solve(problem, seed=1, iterations=100, processes=1)
    assert () == check(problem, plan)
    return problem, plan


def with_tour(plan: Plan, change: Callable[[Tour], Tour]) -> Plan:
    """The plan with its first tour changed."""
    return replace(plan, tours=(change(plan.tours[0]), *plan.tours[1:]))


def with_visit(tour: Tour, at: int, **fields: Any) -> Tour:
    """The tour with one visit changed."""
    visits = list(tour.visits)
    visits[at] = replace(visits[at], **fields)
    return replace(tour, visits=tuple(visits))


def without(tour: Tour, drop: Callable[[Visit], bool]) -> Tour:
    """The tour without some visits."""
    return replace(tour, visits=tuple(visit for visit in tour.visits if not drop(visit)))


BROKEN_PLANS: dict[str, tuple[Callable[[Plan], Plan], str]] = {
    "a stop vanished": (
        lambda plan: with_tour(plan, lambda tour: without(tour, lambda each: each is tour.visits[1])),
        "each stop once: served or left out with a reason",
    ),
    "a stop both served and left out": (
        lambda plan: replace(plan, unserved=(Unserved("c0", Why.NO_ROOM, ""),)),
        "each stop once: served or left out with a reason",
    ),
    "a tour twice": (lambda plan: replace(plan, tours=(*plan.tours, plan.tours[0])), "one tour a vehicle"),
    "an unknown vehicle": (
        lambda plan: with_tour(plan, lambda tour: replace(tour, vehicle_id="ghost")),
        "vehicle is known",
    ),
    "no last unloading": (
        lambda plan: with_tour(plan, lambda tour: without(tour, lambda each: each.act is Act.UNLOAD)),
        "loads add up",
    ),
    "driven too fast": (
        lambda plan: with_tour(plan, lambda tour: with_visit(tour, -1, arrives_s=tour.visits[-2].leaves_s)),
        "driving takes its time",
    ),
    "service cut short": (
        lambda plan: with_tour(plan, lambda tour: with_visit(tour, 1, leaves_s=tour.visits[1].begins_s)),
        "service takes its time",
    ),
    "before the shift": (
        lambda plan: with_tour(plan, lambda tour: with_visit(tour, 0, leaves_s=0)),
        "a tour lies within its shift",
    ),
    "a load that does not add up": (
        lambda plan: with_tour(plan, lambda tour: with_visit(tour, 1, load=(1,))),
        "loads add up",
    ),
    "another distance": (
        lambda plan: with_tour(plan, lambda tour: replace(tour, distance_m=1)),
        "distance is that of the streets",
    ),
    "another cost": (
        lambda plan: with_tour(plan, lambda tour: replace(tour, cost=replace(tour.cost, time=0.0))),
        "cost is by the rates",
    ),
    "another total": (
        lambda plan: replace(plan, cost=replace(plan.cost, fixed=0.0)),
        "cost is that of the tours",
    ),
    "a bound above the cost": (
        lambda plan: replace(plan, bound=plan.cost.total + 1),
        "bound is not above the cost",
    ),
    "no end": (
        lambda plan: with_tour(plan, lambda tour: replace(tour, visits=tour.visits[:-1])),
        "a tour starts once and ends once",
    ),
    "somewhere else": (
        lambda plan: with_tour(plan, lambda tour: with_visit(tour, 1, place=0)),
        "visits are where they say",
    ),
    "an unknown stop": (
        lambda plan: with_tour(plan, lambda tour: with_visit(tour, 1, id="c999")),
        "stops and disposal sites are known",
    ),
}


@pytest.mark.parametrize("name", BROKEN_PLANS)
def test_a_changed_plan_is_found_out(name: str) -> None:
    """The rule that was broken is named."""
    change, rule = BROKEN_PLANS[name]
    problem, plan = right()
    assert rule in {each.rule for each in check(problem, change(plan))}


def first(plan: Plan) -> tuple[str, str]:
    """The first tour's vehicle and first stop."""
    return plan.tours[0].vehicle_id, plan.tours[0].stop_ids[0]


def _stop(problem: Problem, plan: Plan, **fields: Any) -> Problem:
    number = [stop.id for stop in problem.stops].index(first(plan)[1])
    return with_stop(problem, number, **fields)


def _vehicle(problem: Problem, plan: Plan, **fields: Any) -> Problem:
    number = [each.id for each in problem.vehicles].index(first(plan)[0])
    return with_vehicle(problem, number, **fields)


CHANGED_DAYS: dict[str, tuple[Callable[[Problem, Plan], Problem], str]] = {
    "window": (
        lambda day, plan: _stop(day, plan, windows=(Window(0, 1),)),
        "service begins within a window",
    ),
    "kind": (
        lambda day, plan: _stop(day, plan, vehicle_kinds=frozenset({"crane"})),
        "the stop admits the vehicle's kind",
    ),
    "container": (
        lambda day, plan: _vehicle(
            _stop(day, plan, container_type="8000"), plan, container_types=frozenset()
        ),
        "the vehicle takes the container",
    ),
    "capacity": (lambda day, plan: _vehicle(day, plan, capacity=(10,)), "no vehicle is overloaded"),
    "duration": (lambda day, plan: _vehicle(day, plan, max_duration_s=60), "a tour is not too long"),
    "distance": (lambda day, plan: _vehicle(day, plan, max_distance_m=60), "a tour is not too far"),
    "unloads": (lambda day, plan: _vehicle(day, plan, max_unloads=0), "no more unloads than allowed"),
    "locked": (
        lambda day, plan: _vehicle(day, plan, locked=(plan.tours[0].stop_ids[-1],)),
        "what is locked comes first, in its order",
    ),
    "disposal hours": (
        lambda day, _plan: replace(
            day, disposals=tuple(replace(each, hours=(Window(0, 1),)) for each in day.disposals)
        ),
        "service begins within a window",
    ),
    "disposal kinds": (
        lambda day, _plan: replace(
            day, disposals=tuple(replace(each, vehicle_kinds=frozenset()) for each in day.disposals)
        ),
        "the disposal site admits the vehicle",
    ),
    "under way": (
        lambda day, _plan: replace(
            day, vehicles=(*day.vehicles, replace(day.vehicles[0], id="v9", under_way=True))
        ),
        "a vehicle under way has a tour",
    ),
}


@pytest.mark.parametrize("name", CHANGED_DAYS)
def test_a_plan_for_another_day_is_found_out(name: str) -> None:
    """The same plan breaks a rule when the day asks for more."""
    change, rule = CHANGED_DAYS[name]
    problem, plan = right()
    assert rule in {each.rule for each in check(change(problem, plan), plan)}


def test_a_vehicle_that_comes_home_full_is_found_out() -> None:
    """A plan for vehicles that may come home full breaks the rule of those that may not."""
    day = waste_day(stops=10, vehicles=3)
    free = replace(day, vehicles=tuple(replace(each, unloads_before_end=False) for each in day.vehicles))
    plan = solve(free, seed=1, iterations=100, processes=1)
    assert () == check(free, plan)
    assert "a vehicle comes home empty" in {each.rule for each in check(day, plan)}


def test_a_needed_rest_that_is_missing_is_found_out() -> None:
    """The tour goes on over the whole window of its rest."""
    problem = long_day()
    plan = solve(problem, seed=1, iterations=100, processes=1)
    rested = next(tour for tour in plan.tours if any(each.act is Act.REST for each in tour.visits))
    plan = replace(plan, tours=(without(rested, lambda each: each.act is Act.REST),))
    assert "the crew rests once where it must" in {each.rule for each in check(problem, plan)}
    assert 11 * H < rested.visits[-1].arrives_s
