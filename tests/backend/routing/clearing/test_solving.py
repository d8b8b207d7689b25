"""Plans of a night by streets: complete, legal by the independent check, repeatable, the best where that can be known."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.routing.clearing.check import check
from backend.routing.clearing.plan import Act, Plan, Tour
from backend.routing.clearing.problem import Prices, Problem, Window
from backend.routing.clearing.scheduling import schedule
from backend.routing.clearing.solving import solve
from backend.routing.clearing.warming import warm
from backend.routing.clearing.ways import Ways
from backend.routing.planning.problem import Break, Held
from tests.backend.routing.clearing.nights import H, night, plough, spreader


def plan_of(problem: Problem, iterations: int = 200, **options: Any) -> Plan:
    """A plan by a short repeatable search in one process; it must pass the check."""
    plan = solve(problem, seed=1, iterations=iterations, **{"processes": 1, **options})
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


def test_a_machine_under_way_comes_home_even_without_a_task() -> None:
    """Two ploughs, one under way, and nothing left to do."""
    problem = night(tasks=(), machines=(plough(0, start=9, under_way=True), plough(1)))
    [tour] = plan_of(problem).tours
    assert ("p0", ()) == (tour.machine_id, tour.task_ids)
    assert tour.idle_m > 0


def test_the_same_seed_and_iterations_give_the_same_plan() -> None:
    """Nothing depends on the clock."""
    problem = night(spreaders=1)
    assert plan_of(problem).tours == plan_of(problem).tours


@pytest.mark.slow
def test_two_processes_with_iterations_give_the_same_plan() -> None:
    """The exchange between processes is in step."""
    first, second = (plan_of(night(), 320, processes=2) for _run in range(2))
    assert first.tours == second.tours


@pytest.mark.slow
def test_a_night_in_neighbourhoods_is_done_whole_and_the_same_each_time() -> None:
    """1,300 streets for ploughs and 700 for spreaders, two families, several parts."""
    problem = night(19, 19, ploughs=14, spreaders=8)
    problem = replace(
        problem,
        machines=tuple(
            replace(each, shift=Window(20 * H, 23 * H), capacity_kg=each.capacity_kg and 9_000)
            for each in problem.machines
        ),
    )
    first, second = (plan_of(problem, 4_000) for _run in range(2))
    assert () == first.undone
    assert first.tours == second.tours
    assert first.dead_head_share < 0.4


def test_one_who_stops_it_has_the_best_so_far() -> None:
    """A run of an hour that is stopped at once gives a whole plan."""
    problem = night()
    plan = solve(problem, 3_600.0, processes=1, stop=lambda: True)
    assert plan.stopped_early
    assert plan.seconds < 600
    assert () == check(problem, plan)


def test_a_run_whose_time_is_over_before_it_begins_does_every_street() -> None:
    """A machine that is busy with something else gives a worse plan, not an empty one."""
    problem = night()
    plan = solve(problem, 0.0, processes=1)
    assert () == check(problem, plan)
    assert ((), False) == (plan.undone, plan.stopped_early)


def test_a_night_that_costs_nothing_is_planned_all_the_same() -> None:
    """Machines without rates: every plan is as good, and there is one."""
    problem = night(3, 3)
    free = tuple(
        replace(each, cost_per_km=0.0, cost_per_hour=0.0, fixed_cost=0.0) for each in problem.machines
    )
    plan = plan_of(replace(problem, machines=free, prices=Prices()), 60)
    assert ((), 0.0) == (plan.undone, plan.cost.total)


def test_the_kernel_is_compiled_ahead() -> None:
    """What `make setup` runs plans its little night."""
    warm()


def test_urgent_streets_come_first_where_lateness_costs() -> None:
    """The main streets are done by 20:12, which takes them before what lies nearer."""
    problem = night(4, 4, ploughs=3)
    soon = tuple(replace(task, due_s=None if task.due_s is None else 20 * H + 720) for task in problem.tasks)
    plan = plan_of(replace(problem, tasks=soon, prices=Prices(late_per_hour=100_000.0)), 1_500)
    assert () == plan.late_ids


def test_a_balanced_night_has_no_overlong_tour() -> None:
    """What one plough could do alone is shared out where long tours cost."""
    problem = night(machines=tuple(plough(number, fixed_cost=0.0) for number in range(3)))
    prices = Prices(overtime_per_hour=50_000.0, balanced_s=1_200)
    alone, shared = plan_of(problem), plan_of(replace(problem, prices=prices), 600)
    assert max(each.duration_s for each in shared.tours) < max(each.duration_s for each in alone.tours)


def test_machines_stay_in_their_zones_where_leaving_costs() -> None:
    """One plough for the west, one for the east."""
    machines = tuple(plough(n, zones=frozenset({zone})) for n, zone in enumerate(("west", "east")))
    problem = night(machines=machines, prices=Prices(foreign_zone=20_000.0))
    plan = plan_of(problem, 600)
    zone_of = {task.id: task.zone for task in problem.tasks}
    worked = {tour.machine_id: {zone_of[id] for id in tour.task_ids} for tour in plan.tours}
    assert {"p0": {"west"}, "p1": {"east"}} == worked


def test_a_new_plan_moves_nothing_that_it_need_not() -> None:
    """A plough falls out: what the others were to do they still do."""
    problem = night(machines=tuple(plough(n, fixed_cost=0.0) for n in range(4)))
    before = plan_of(replace(problem, prices=Prices(overtime_per_hour=50_000.0, balanced_s=500)), 600)
    assert len(before.tours) >= 3
    held = {
        id: Held(tour.machine_id, tour.task_ids[at - 1] if at else None)
        for tour in before.tours
        for at, id in enumerate(tour.task_ids)
    }
    left = before.tours[1:]
    kept = tuple(each for each in problem.machines if each.id != before.tours[0].machine_id)
    changed = replace(problem, machines=kept, earlier=held, prices=Prices(moved_task=5_000.0))
    after = plan_of(changed, 600)
    assert () == after.undone
    still = {tour.machine_id: set(tour.task_ids) for tour in after.tours}
    assert all(set(tour.task_ids) <= still[tour.machine_id] for tour in left)


def best_tour(problem: Problem) -> float:
    """The cost of the best tour of one machine over all orders and directions."""
    [machine] = problem.machines
    costs, ways = [], Ways(problem)
    for order in permutations(problem.tasks):
        for modes in product(*(range(len(task.modes)) for task in order)):
            steps = [(Act.TASK, task.id, mode) for task, mode in zip(order, modes, strict=True)]
            tour = schedule(problem, machine, steps, ways)
            if isinstance(tour, Tour):
                costs.append(tour.cost.total)
    return min(costs)


@pytest.mark.parametrize("seed", range(2))
def test_a_small_night_is_planned_as_well_as_it_can_be(seed: int) -> None:
    """Five streets in either direction: no order and no directions are cheaper, with lateness and without."""
    whole = night(3, 3, spreaders=1, seed=seed)
    tasks = [task for task in whole.tasks if task.demand_kg][:5]
    due = tuple(replace(task, due_s=20 * H + 60 * (3 - n)) if n < 3 else task for n, task in enumerate(tasks))
    for chosen in (tuple(tasks), due):
        problem = replace(whole, tasks=chosen, machines=(spreader(0, capacity_kg=9_000),))
        assert pytest.approx(best_tour(problem)) == plan_of(problem, 400).cost.total


@st.composite
def nights(draw: st.DrawFn) -> Problem:
    """Small nights with everything that a night can have."""
    rows, columns = draw(st.integers(2, 4)), draw(st.integers(2, 4))
    ploughs, spreaders = draw(st.integers(0, 3)), draw(st.integers(0, 2))
    problem = night(rows, columns, ploughs, spreaders, seed=draw(st.integers(0, 99)))
    ends_s = 20 * H + draw(st.sampled_from([300, 900, 3_600, 9 * H]))
    rest = draw(st.sampled_from([None, Break(Window(20 * H + 200, 20 * H + 500), 300)]))
    zones = draw(st.sampled_from([None, frozenset({"west"})]))
    ids = [task.id for task in problem.tasks]
    locked = tuple(draw(st.lists(st.sampled_from(ids), max_size=2, unique=True)))
    machines = tuple(
        replace(
            each,
            shift=Window(20 * H, ends_s),
            rest=rest,
            zones=zones,
            under_way=draw(st.booleans()),
            load_kg=None if each.capacity_kg is None else draw(st.sampled_from([None, 0, 300])),
            locked=locked if number == 0 else (),
        )
        for number, each in enumerate(problem.machines)
    )
    held = {id: Held(machines[0].id, None) for id in ids[::3]} if machines else {}
    prices = Prices(1_000.0, 2_000.0, draw(st.sampled_from([None, 600])), 500.0, 300.0)
    stores = problem.stores if draw(st.booleans()) else ()
    return replace(problem, machines=machines, earlier=held, prices=prices, stores=stores)


@settings(max_examples=40, deadline=None)
@given(nights())
def test_whatever_the_night_its_plan_passes_the_check(problem: Problem) -> None:
    """Every task is done or left out with a reason, and every rule kept."""
    plan_of(problem, 40)
