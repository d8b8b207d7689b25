"""What is wrong with a night is named with its field and remedy, and the rest is planned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from backend.routing.clearing.check import check
from backend.routing.clearing.plan import Why
from backend.routing.clearing.problem import Matrix, Mode, Problem, Task, Window
from backend.routing.clearing.solving import solve
from tests.backend.routing.clearing.nights import PLOUGH, H, night, plough, spreader


def with_task(problem: Problem, **fields: object) -> Problem:
    """The first task changed."""
    return replace(problem, tasks=(replace(problem.tasks[0], **fields), *problem.tasks[1:]))  # type: ignore[arg-type]


def with_machine(problem: Problem, **fields: object) -> Problem:
    """The first machine changed."""
    return replace(problem, machines=(replace(problem.machines[0], **fields), *problem.machines[1:]))  # type: ignore[arg-type]


def closed(problem: Problem) -> Problem:
    """No way leads to where the fourth task begins."""
    gone = problem.tasks[3].modes[0].enters
    travel = problem.travel

    def ways(profile: str, leaving: np.ndarray, entering: np.ndarray) -> Matrix:
        table = travel(profile, leaving, entering)
        seconds, metres = table.seconds.copy(), table.metres.copy()
        seconds[:, entering == gone] = metres[:, entering == gone] = -1
        return Matrix(seconds, metres)

    return replace(problem, travel=ways)  # type: ignore[arg-type]


FLAWED: dict[str, tuple[str, str, Callable[[Problem], Problem]]] = {
    "a task twice": ("a0", "tasks", lambda night: replace(night, tasks=(*night.tasks, night.tasks[0]))),
    "a machine twice": (
        "p0",
        "machines",
        lambda night: replace(night, machines=(*night.machines, night.machines[0])),
    ),
    "work that nobody does": ("a0", "work", lambda night: with_task(night, work="sweep")),
    "no direction": ("a0", "modes", lambda night: with_task(night, modes=())),
    "three directions": ("a0", "modes", lambda night: with_task(night, modes=(Mode(0, 1, 9),) * 3)),
    "off the network": ("a0", "modes", lambda night: with_task(night, modes=(Mode(-1, 1, 9),))),
    "negative metres": ("a0", "metres", lambda night: with_task(night, modes=(Mode(0, 1, -9),))),
    "negative demand": ("a0", "demand_kg", lambda night: with_task(night, demand_kg=-9)),
    "endless urgency": ("a0", "urgency", lambda night: with_task(night, urgency=float("inf"))),
    "no legal way": ("a3", "modes", closed),
    "too long for any shift": (
        "a0",
        "shift",
        lambda night: with_task(night, modes=(Mode(0, 1, 500_000),)),
    ),
    "a shift that is empty": ("p0", "shift", lambda night: with_machine(night, shift=Window(9, 9))),
    "a machine without speeds": ("p0", "speeds", lambda night: with_machine(night, speeds={})),
    "a machine that stands still": ("p0", "speeds", lambda night: with_machine(night, speeds={PLOUGH: 0.0})),
    "a load above the capacity": (
        "p0",
        "load_kg",
        lambda night: with_machine(night, capacity_kg=5, load_kg=6),
    ),
    "a negative capacity": ("p0", "capacity_kg", lambda night: with_machine(night, capacity_kg=-5)),
    "an end too far for the shift": (
        "p0",
        "end",
        lambda night: with_machine(night, end=40, shift=Window(20 * H, 20 * H + 1)),
    ),
    "a lock that nobody knows": ("p0", "locked", lambda night: with_machine(night, locked=("x",))),
}


@pytest.mark.parametrize("name", FLAWED)
def test_a_flaw_is_named_and_the_rest_is_planned(name: str) -> None:
    """Subject, field and a remedy; everything that is not lost with it is done."""
    subject, field, flawed = FLAWED[name]
    problem = flawed(night(3, 3))
    plan = solve(problem, iterations=60, processes=1)
    assert [(subject, field)] == [(flaw.subject, flaw.field) for flaw in plan.flaws]
    assert subject in plan.flaws[0].words
    assert {each.task_id for each in plan.undone} == set(plan.flaws[0].stop_ids)
    assert () == check(problem, plan)


def test_grit_that_no_spreader_can_carry_is_named() -> None:
    """A demand above every capacity."""
    problem = night(3, 3, spreaders=1)
    heavy = next(task for task in problem.tasks if task.demand_kg)
    tasks = tuple(replace(task, demand_kg=9_999) if task is heavy else task for task in problem.tasks)
    plan = solve(replace(problem, tasks=tasks), iterations=60, processes=1)
    assert [(heavy.id, "demand_kg")] == [(flaw.subject, flaw.field) for flaw in plan.flaws]


def test_a_night_without_machines_says_so() -> None:
    """One flaw; every task is left out for it."""
    problem = night(3, 3, machines=())
    plan = solve(problem, iterations=10, processes=1)
    assert ["machines"] == [flaw.field for flaw in plan.flaws]
    assert {Why.FLAW} == {each.why for each in plan.undone}
    assert len(problem.tasks) == len(plan.undone)
    assert () == check(problem, plan)


def test_a_night_without_tasks_is_a_plan_without_tours() -> None:
    """Nothing is wrong with it."""
    plan = solve(night(3, 3, tasks=()), iterations=10, processes=1)
    assert ((), (), ()) == (plan.tours, plan.undone, plan.flaws)


def test_what_there_is_no_time_for_is_left_out_with_a_reason_the_least_urgent_first() -> None:
    """A night of ten minutes: some is done, the urgent before the rest."""
    short = Window(20 * H, 20 * H + 400)
    problem = night(3, 3, machines=(plough(0, shift=short),))
    urgent = tuple(
        replace(task, urgency=9.0 if number < 4 else 1.0) for number, task in enumerate(problem.tasks)
    )
    plan = solve(replace(problem, tasks=urgent), iterations=400, processes=1)
    assert plan.tours
    assert {Why.NO_TIME, Why.NOT_FOUND} >= {each.why for each in plan.undone}
    assert not {task.id for task in urgent[:4]} & {each.task_id for each in plan.undone}
    assert all(each.words for each in plan.undone)


def test_a_spreader_without_a_store_does_what_it_has_a_load_for() -> None:
    """The rest is left out for want of grit."""
    problem = night(3, 3, spreaders=1)
    problem = replace(problem, stores=(), machines=(*problem.machines[:2], spreader(0)))
    plan = solve(problem, iterations=100, processes=1)
    done = {id for tour in plan.tours for id in tour.task_ids}
    assert any(id.startswith("g") for id in done)
    assert {Why.NO_ROOM} == {each.why for each in plan.undone}
    assert () == check(problem, plan)


def test_a_task_s_words_are_in_the_reader_s_language() -> None:
    """Words are messages with translations, filled in with the task's id."""
    task = Task("street-7", "sweep", (Mode(0, 1, 9),))
    problem = night(3, 3)
    [flaw] = solve(replace(problem, tasks=(*problem.tasks, task)), iterations=10, processes=1).flaws
    assert "street-7" in flaw.words
