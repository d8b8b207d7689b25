"""Each kind of broken plan is named by the independent check; a sound one passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from backend.routing.clearing.check import check
from backend.routing.clearing.plan import Act, Cost, Leg, Plan, Tour, Undone, Why
from backend.routing.clearing.problem import Problem, Window
from backend.routing.clearing.solving import solve
from backend.routing.planning.problem import Break
from tests.backend.routing.clearing.nights import H, night

Change = Callable[[Plan], Plan]


@cache
def sound() -> tuple[Problem, Plan]:
    """A night with a locked task, a rest, refills and lateness, and its plan."""
    problem = night(3, 3, ploughs=2, spreaders=1)
    first, second, spreader = problem.machines
    late = tuple(
        replace(task, due_s=20 * H + 30) if task.id == "a0" else replace(task, due_s=None)
        for task in problem.tasks
    )
    rest = Break(Window(20 * H + 300, 20 * H + 900), 600)
    machines = (
        replace(first, locked=("a5",), zones=frozenset({"west"})),
        second,
        replace(spreader, rest=rest),
    )
    problem = replace(problem, tasks=late, machines=machines)
    return problem, solve(problem, iterations=200, processes=1)


def tour_of(plan: Plan, act: Act) -> Tour:
    """A tour with such an act inside."""
    return next(tour for tour in plan.tours if any(leg.act is act for leg in tour.legs))


def with_tour(plan: Plan, tour: Tour) -> Plan:
    """The plan with another tour of that machine."""
    return replace(
        plan, tours=tuple(tour if each.machine_id == tour.machine_id else each for each in plan.tours)
    )


def with_leg(plan: Plan, tour: Tour, leg: Leg, **fields: object) -> Plan:
    """The plan with one leg changed."""
    legs = tuple(replace(each, **fields) if each is leg else each for each in tour.legs)  # type: ignore[arg-type]
    return with_tour(plan, replace(tour, legs=legs))


def leg_of(tour: Tour, act: Act) -> Leg:
    """Its last leg of that act."""
    return [leg for leg in tour.legs if leg.act is act][-1]


def without_leg(plan: Plan, act: Act) -> Plan:
    """The plan without a leg of that act."""
    tour = tour_of(plan, act)
    gone = leg_of(tour, act)
    return with_tour(plan, replace(tour, legs=tuple(leg for leg in tour.legs if leg is not gone)))


def changed(act: Act, **shift: int) -> Change:
    """Some numbers of a leg of that act raised."""

    def change(plan: Plan) -> Plan:
        tour = tour_of(plan, act)
        leg = leg_of(tour, act)
        return with_leg(plan, tour, leg, **{key: getattr(leg, key) + by for key, by in shift.items()})

    return change


BROKEN: dict[str, tuple[str, Change]] = {
    "a machine from elsewhere": (
        "machine is known",
        lambda plan: replace(plan, tours=(replace(plan.tours[0], machine_id="x"), *plan.tours[1:])),
    ),
    "a tour twice": ("one tour a machine", lambda plan: replace(plan, tours=(*plan.tours, plan.tours[0]))),
    "a locked machine at home": (
        "a machine under way has a tour",
        lambda plan: replace(plan, tours=tuple(each for each in plan.tours if each.machine_id != "p0")),
    ),
    "a task forgotten": (
        "each task once: done or left out with a reason",
        lambda plan: without_leg(plan, Act.TASK),
    ),
    "a task done and left out": (
        "each task once: done or left out with a reason",
        lambda plan: replace(plan, undone=(Undone("a0", Why.NO_TIME, "no"),)),
    ),
    "no end": (
        "a tour starts once and ends once",
        lambda plan: with_tour(plan, replace(plan.tours[0], legs=plan.tours[0].legs[:-1])),
    ),
    "a store that is not there": (
        "tasks and stores are known",
        lambda plan: with_leg(
            plan, tour_of(plan, Act.REFILL), leg_of(tour_of(plan, Act.REFILL), Act.REFILL), id="x"
        ),
    ),
    "a direction that is not there": (
        "a task is driven in one of its modes",
        changed(Act.TASK, mode=7),
    ),
    "a plough that spreads": (
        "the machine can do the work",
        lambda plan: with_leg(plan, plan.tours[0], leg_of(plan.tours[0], Act.TASK), id="g0", mode=0),
    ),
    "work faster than its machine": ("work takes its time", changed(Act.TASK, leaves_s=-5)),
    "a way faster than the streets": (
        "driving takes its time",
        changed(Act.END, arrives_s=-3, begins_s=-3, leaves_s=-3),
    ),
    "home after the shift": (
        "a tour lies within its shift",
        changed(Act.END, arrives_s=10 * H, begins_s=10 * H, leaves_s=10 * H),
    ),
    "no rest": ("the crew rests once where it must", lambda plan: without_leg(plan, Act.REST)),
    "more grit than was loaded": (
        "nothing is spread that is not there",
        lambda plan: without_leg(plan, Act.REFILL),
    ),
    "a load that does not add up": ("loads add up", changed(Act.TASK, load_kg=1)),
    "metres that nobody drove": (
        "metres are those of the streets",
        lambda plan: with_tour(plan, replace(plan.tours[0], idle_m=plan.tours[0].idle_m + 1)),
    ),
    "a cheaper tour": (
        "cost is by the rates",
        lambda plan: with_tour(plan, replace(plan.tours[0], cost=plan.tours[0].cost + Cost(late=-1.0))),
    ),
    "a cheaper plan": (
        "cost is that of the tours",
        lambda plan: replace(plan, cost=plan.cost + Cost(distance=-10.0)),
    ),
    "lateness not named": ("late tasks are named", lambda plan: replace(plan, late_ids=())),
}


def test_a_plan_of_the_solver_passes() -> None:
    """The plan that the broken ones are made from is sound, and has everything that they break."""
    problem, plan = sound()
    assert () == check(problem, plan)
    assert plan.late_ids
    assert tour_of(plan, Act.REST)
    assert tour_of(plan, Act.REFILL)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plan_is_named(name: str) -> None:
    """The rule that is broken is among those that the check names."""
    problem, plan = sound()
    rule, change = BROKEN[name]
    assert rule in {each.rule for each in check(problem, change(plan))}


def test_what_is_locked_must_come_first() -> None:
    """Another lock than the one that was planned for is broken by the plan."""
    problem, plan = sound()
    order = next(tour for tour in plan.tours if tour.machine_id == "p0").task_ids
    locked = replace(problem.machines[0], locked=(order[-1],))
    found = check(replace(problem, machines=(locked, *problem.machines[1:])), plan)
    assert "what is locked comes first, in its order" in {each.rule for each in found}


def test_a_rest_outside_its_window_is_named() -> None:
    """The window moved to the end of the night."""
    problem, plan = sound()
    moved = replace(problem.machines[2], rest=Break(Window(20 * H, 20 * H + 5), 600))
    found = check(replace(problem, machines=(*problem.machines[:2], moved)), plan)
    assert "a rest begins within its window" in {each.rule for each in found}
