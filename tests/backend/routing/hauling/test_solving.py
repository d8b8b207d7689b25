"""Hauling nights are planned: legal, cheaper than first come, first served, and with what is wrong named."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from backend.routing.hauling.check import check
from backend.routing.hauling.packing import Arena
from backend.routing.hauling.plan import Act, Plan, Why
from backend.routing.hauling.problem import Dump, Pile, Window, with_volumes
from backend.routing.hauling.solving import first_come, solve
from tests.backend.routing.hauling.nights import H, loader, night, truck

ROUNDS = 150


def _words(plan: Plan) -> dict[str, str]:
    return {flaw.subject: str(flaw.words) for flaw in plan.flaws}


def test_a_night_is_planned_without_a_broken_rule_and_nothing_is_left() -> None:
    """The check reckons for itself and finds nothing."""
    problem = night()
    plan = solve(problem, rounds=ROUNDS)
    assert () == check(problem, plan)
    assert 0 == plan.left_m3
    assert plan.hauled_m3 == pytest.approx(problem.volume_m3)


def test_a_plan_costs_less_and_waits_less_than_first_come_first_served() -> None:
    """Both are played on the same night."""
    problem = night()
    plan, without = solve(problem, rounds=ROUNDS), first_come(problem)
    assert () == check(problem, without)
    assert plan.cost.total < without.cost.total
    assert plan.waited_s < 0.7 * without.waited_s


def test_equal_rounds_give_equal_plans() -> None:
    """Nothing random but the seed."""
    problem = night(piles=8)
    first, second = solve(problem, rounds=60), solve(problem, rounds=60)
    assert (first.tours, first.left) == (second.tours, second.left)


def test_main_streets_come_first() -> None:
    """On average urgent piles are gone long before the others."""
    problem = night(prices=replace(night().prices, lying_per_m3_hour=20.0))
    plan = solve(problem, rounds=ROUNDS)
    done: dict[str, int] = {}
    for tour in plan.loaders:
        for leg in tour.legs:
            if leg.act is Act.LOAD:
                done[leg.id] = max(done.get(leg.id, 0), leg.leaves_s)
    urgent = [second for id, second in done.items() if problem.pile[id].urgency > 1]
    other = [second for id, second in done.items() if problem.pile[id].urgency == 1]
    assert np.mean(urgent) + H / 2 < np.mean(other)


def test_more_snow_than_trucks_haul_is_left_by_urgency_and_said_with_a_number_of_trucks() -> None:
    """What can be hauled is hauled; the words carry cubic metres and a remedy."""
    problem = with_volumes(night(trucks=4), 3)
    plan = solve(problem, rounds=ROUNDS)
    assert () == check(problem, plan)
    assert plan.hauled_m3 > 0
    assert {Why.TRUCKS} == {each.why for each in plan.left}
    assert "more trucks" in _words(plan)["volume"]


def test_a_dump_that_fills_up_in_the_night_is_named_with_its_time_and_the_rest_goes_elsewhere() -> None:
    """The near one has room for 200 cubic metres."""
    problem = night()
    near, far = problem.dumps
    problem = replace(problem, dumps=(replace(near, capacity_m3=200.0, price_per_m3=0.0), far))
    plan = solve(problem, rounds=ROUNDS)
    assert () == check(problem, plan)
    assert 0 == plan.left_m3
    taken = sum(leg.m3 for t in plan.trucks for leg in t.legs if leg.act is Act.UNLOAD and leg.id == "near")
    assert taken <= 200
    if taken > 190:
        assert "full at" in _words(plan)["near"]


def test_when_all_dumps_are_full_the_rest_stays_and_the_dumps_are_the_reason() -> None:
    """Room for 300 cubic metres in all."""
    problem = night()
    dumps = tuple(replace(each, capacity_m3=150.0) for each in problem.dumps)
    plan = solve(replace(problem, dumps=dumps), rounds=ROUNDS)
    assert () == check(replace(problem, dumps=dumps), plan)
    assert 270 <= plan.hauled_m3 <= 300
    assert {Why.DUMPS} == {each.why for each in plan.left}


def test_a_dump_takes_nothing_outside_its_hours_and_no_more_trucks_than_bays() -> None:
    """The only dump opens at ten in the evening and has one bay."""
    dumps = (Dump(id="near", place=20, bays=1, unload_s=300, hours=(Window(22 * H, 28 * H),)),)
    problem = night(dumps=dumps)
    plan = solve(problem, rounds=ROUNDS)
    assert () == check(problem, plan)
    stays = sorted(
        (leg.begins_s, leg.leaves_s) for t in plan.trucks for leg in t.legs if leg.act is Act.UNLOAD
    )
    assert stays[0][0] >= 22 * H
    assert all(after[0] >= before[1] for before, after in pairwise(stays))


def test_a_loaded_truck_under_way_goes_to_its_dump_first_and_a_loader_to_its_locked_pile() -> None:
    """The middle of a night: where they stand, with what they carry."""
    problem = night()
    lo = replace(problem.loaders[0], start=3, locked=("pile 7",), under_way=True)
    tr = replace(problem.trucks[0], start=5, load_m3=8.0, dump_id="far", under_way=True)
    problem = replace(problem, loaders=(lo, *problem.loaders[1:]), trucks=(tr, *problem.trucks[1:]))
    plan = solve(problem, rounds=ROUNDS)
    assert () == check(problem, plan)
    tours = {tour.vehicle_id: tour for tour in plan.tours}
    first = next(leg for leg in tours[tr.id].legs if leg.act in (Act.LOAD, Act.UNLOAD))
    assert (Act.UNLOAD, "far", 8.0) == (first.act, first.id, first.m3)
    assert "pile 7" == next(leg.id for leg in tours[lo.id].legs if leg.act is Act.LOAD)


def test_two_loaders_that_head_for_one_pile_share_it() -> None:
    """The middle of a night at a large pile: none of it is loaded twice."""
    problem = night(piles=6)
    loaders = tuple(replace(each, locked=("pile 2",), under_way=True) for each in problem.loaders)
    plan = solve(replace(problem, loaders=loaders), rounds=ROUNDS)
    assert () == check(replace(problem, loaders=loaders), plan)
    assert 2 == sum(any(leg.id == "pile 2" for leg in tour.legs) for tour in plan.loaders)


def test_a_truck_that_is_not_full_goes_along_with_its_loader() -> None:
    """Many small piles: trips carry more than one pile."""
    problem = night(piles=24)
    piles = tuple(replace(each, volume_m3=4.0) for each in problem.piles)
    plan = solve(replace(problem, piles=piles), rounds=ROUNDS)
    assert () == check(replace(problem, piles=piles), plan)
    assert plan.trips < 24


def test_a_large_pile_is_shared_by_loaders() -> None:
    """More than one loader loads in a night."""
    problem = night(piles=4, trucks=20)
    piles = (Pile("mountain", 0, 1_500.0),)
    plan = solve(replace(problem, piles=piles), rounds=ROUNDS)
    assert () == check(replace(problem, piles=piles), plan)
    assert 2 == len([tour for tour in plan.loaders if tour.moved_m3 > 0])


def test_a_plan_stays_legal_in_chance_and_still_hauls_nearly_everything() -> None:
    """Slower and faster drives: trucks help where snow is left."""
    from backend.routing.hauling.searching import FOLLOW, chances
    from backend.routing.hauling.solving import Limits, decide

    problem = night()
    arena = Arena(problem)
    decision = decide(arena, Limits(0.0, 0.0, ROUNDS)).decision
    left = [arena.play(decision, FOLLOW, chance=chances(arena, 50 + n)).left.sum() for n in range(5)]
    assert np.mean(left) / 1000 < 0.05 * problem.volume_m3


def test_a_stop_brings_the_best_so_far() -> None:
    """Asked at once, it answers with the first plan."""
    problem = night()
    plan = solve(problem, 30.0, stop=lambda: True)
    assert plan.stopped_early
    assert () == check(problem, plan)


def test_nothing_to_haul_is_an_empty_plan() -> None:
    """No pile, no tour, no flaw."""
    plan = solve(night(piles=0), rounds=5)
    assert ((), (), ()) == (plan.tours, plan.left, plan.flaws)


def test_vehicles_of_several_depots_come_home_to_their_own() -> None:
    """Start and end are each vehicle's."""
    problem = night(loaders=1, trucks=2)
    problem = replace(problem, loaders=(loader(0, 1),), trucks=(truck(0, 2, end=3), truck(1, 4)))
    plan = solve(problem, rounds=40)
    assert () == check(problem, plan)
