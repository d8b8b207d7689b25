"""Plans of a night by streets that a short search makes: complete, legal by the independent check, and with a reason for what is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from backend.routing.clearing.check import check
from backend.routing.clearing.plan import Act, Plan
from backend.routing.clearing.problem import Problem
from backend.routing.clearing.solving import solve
from tests.backend.routing.clearing.nights import night, spreader


def plan_of(problem: Problem, iterations: int = 200, **options: Any) -> Plan:
    """A plan by a short repeatable search in one process; it must pass the check."""
    plan = solve(problem, seed=1, iterations=iterations, processes=1, **options)
    assert () == check(problem, plan)
    return plan


def test_every_street_is_ploughed_once_in_each_direction() -> None:
    """Nothing is left out of a night with enough machines."""
    problem = night()
    plan = plan_of(problem)
    assert () == plan.undone
    assert sorted(each.id for each in problem.tasks) == sorted(
        id for tour in plan.tours for id in tour.task_ids
    )


def test_spreaders_fill_up_where_their_load_runs_out() -> None:
    """A spreader that carries 600 kg for a town that needs thousands refills on its way."""
    problem = night(spreaders=1)
    plan = plan_of(replace(problem, machines=(*problem.machines[:2], spreader(0))))
    assert () == plan.undone
    assert any(leg.act is Act.REFILL for tour in plan.tours for leg in tour.legs)


def test_what_is_locked_comes_first_in_its_order() -> None:
    """The machine does its locked tasks before any other."""
    problem = night()
    machine = replace(problem.machines[0], locked=("a7", "a3"))
    plan = plan_of(replace(problem, machines=(machine, *problem.machines[1:])))
    assert ("a7", "a3") == next(tour for tour in plan.tours if tour.machine_id == machine.id).task_ids[:2]
