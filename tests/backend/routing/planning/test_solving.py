"""Plans that a short search makes: complete, legal by the independent check, repeatable, and with a reason for what is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from backend.routing.planning.check import check
from backend.routing.planning.companion import Companion, Found, Order
from backend.routing.planning.plan import Act, Plan, Progress, Why
from backend.routing.planning.problem import Load, Problem, Window
from backend.routing.planning.solving import solve
from tests.backend.routing.planning.days import H, long_day, vehicle, waste_day, with_stop, with_vehicle


def plan_of(problem: Problem, iterations: int = 400, **options: Any) -> Plan:
    """A plan by a short repeatable search in one process; it must pass the check."""
    plan = solve(problem, seed=1, iterations=iterations, processes=1, **options)
    assert () == check(problem, plan)
    return plan


def test_a_waste_day_is_served_whole_and_every_truck_comes_home_empty() -> None:
    """Each tour's last act before the depot is an unloading."""
    plan = plan_of(waste_day())
    assert () == plan.unserved
    assert all(Act.UNLOAD is tour.visits[-2].act for tour in plan.tours)
    assert all(not any(tour.visits[-1].load) for tour in plan.tours)


def test_the_same_seed_and_iterations_give_the_same_plan() -> None:
    """Nothing depends on the clock."""
    first, second = plan_of(waste_day()), plan_of(waste_day())
    assert first.tours == second.tours


@pytest.mark.slow
def test_two_processes_with_iterations_give_the_same_plan() -> None:
    """The exchange between processes is in step."""
    plans = [solve(waste_day(), seed=1, iterations=600, processes=2) for _run in range(2)]
    assert plans[0].tours == plans[1].tours


def test_cost_is_not_below_its_bound() -> None:
    """The gap is a share from 0 to 1."""
    plan = plan_of(waste_day())
    assert plan.bound is not None
    assert 0 < plan.bound <= plan.cost.total
    assert plan.gap is not None
    assert 0 <= plan.gap < 1


def test_a_small_truck_makes_several_trips() -> None:
    """It unloads whenever it is full."""
    problem = waste_day(stops=20, vehicles=1)
    problem = with_vehicle(problem, 0, kind="rear", capacity=(3_000,), rest=None)
    [tour] = plan_of(problem).tours
    assert sum(visit.act is Act.UNLOAD for visit in tour.visits) >= 2


def test_the_crew_rests_at_noon() -> None:
    """A tour over the rest's window has one, within it."""
    tours = plan_of(long_day()).tours
    rests = [visit for tour in tours for visit in tour.visits if visit.act is Act.REST]
    assert rests
    assert all(11 * H <= visit.begins_s <= 13 * H for visit in rests)


def test_what_does_not_fit_is_left_out_by_priority_and_said() -> None:
    """One truck with one small trip: the important stop is served, the rest named with a reason."""
    problem = waste_day(stops=12, vehicles=1)
    problem = with_vehicle(problem, 0, kind="rear", max_unloads=1, capacity=(1_500,))
    problem = with_stop(problem, 3, priority=5)
    plan = plan_of(problem)
    assert plan.unserved
    assert "c3" not in {each.stop_id for each in plan.unserved}
    assert {Why.NO_ROOM, Why.NO_TIME} >= {each.why for each in plan.unserved}
    assert all(each.stop_id in each.words for each in plan.unserved)


def test_an_optional_stop_is_served_only_for_its_prize() -> None:
    """A prize of 1 tenge is worth no detour, one of a million is."""
    poor = with_stop(waste_day(stops=10), 3, required=False, prize=1.0, place=1, service_s=600)
    rich = with_stop(waste_day(stops=10), 3, required=False, prize=1_000_000.0)
    assert [Why.NOT_WORTH] == [each.why for each in plan_of(poor).unserved]
    assert () == plan_of(rich).unserved


def test_a_stop_with_two_windows_is_served_once_in_one_of_them() -> None:
    """Early or in the afternoon."""
    windows = (Window(7 * H, 7 * H + 600), Window(14 * H, 15 * H))
    plan = plan_of(with_stop(waste_day(stops=12), 4, windows=windows))
    [visit] = [visit for tour in plan.tours for visit in tour.visits if visit.id == "c4"]
    assert any(each.opens_s <= visit.begins_s <= each.closes_s for each in windows)


def test_districts_and_balance_have_their_price() -> None:
    """With a high price no truck leaves its district though driving gets longer."""
    problem = waste_day(stops=16, vehicles=2)
    problem = replace(
        problem,
        stops=tuple(
            replace(stop, district="east" if number % 2 else "west", vehicle_kinds=None)
            for number, stop in enumerate(problem.stops)
        ),
        vehicles=(vehicle(0, districts=frozenset({"east"})), vehicle(1, districts=frozenset({"west"}))),
        prices=replace(problem.prices, foreign_district=50_000.0),
    )
    assert 0 == plan_of(problem).cost.districts


def test_gritting_loads_before_it_serves() -> None:
    """The same day turned round: vehicles leave loaded and come home with what is left of nothing."""
    problem = replace(waste_day(stops=20), load=Load.DELIVER)
    plan = plan_of(problem)
    assert () == plan.unserved
    assert all(any(tour.visits[0].load) for tour in plan.tours)


def test_progress_tells_how_far_the_best_may_be_from_the_optimum() -> None:
    """The gap is reckoned against the bound with which the run begins, and only while everything required is served."""
    heard: list[Progress] = []
    plan = plan_of(waste_day(), on_progress=heard.append)
    assert heard[-1].unserved == 0
    assert heard[-1].gap is not None
    assert plan.gap is not None
    assert plan.gap <= heard[-1].gap < 1
    crowded: list[Progress] = []
    plan_of(waste_day(stops=60, vehicles=1), on_progress=crowded.append)
    assert crowded[-1].unserved > 0
    assert crowded[-1].gap is None


def test_a_run_whose_time_is_over_before_it_begins_serves_everybody() -> None:
    """It does not begin to search, and a machine that is busy with something else gives a worse plan, not an empty one."""
    problem = waste_day()
    plan = solve(problem, 0.0, processes=1)
    assert () == check(problem, plan)
    assert ((), False) == (plan.unserved, plan.stopped_early)
    assert plan.iterations <= 1


class Silent(Companion):
    """A second process that is still recombining when the run is over."""

    waits: ClassVar[list[bool]] = []

    def __init__(self, _order: Order) -> None:
        self.waits.clear()

    def found(self, *, wait: bool) -> list[Found]:
        """See Companion."""
        self.waits.append(wait)
        return []

    def tell(self, _found: Found) -> None:
        """See Companion."""

    def end(self) -> None:
        """See Companion."""
        self.waits.append(False)


@pytest.mark.slow
def test_a_run_of_seconds_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for the recombination of routes in the second process; it asks for what there is, and ends it."""
    monkeypatch.setattr("backend.routing.planning.solving.Companion", Silent)
    problem = waste_day(stops=150, vehicles=12)
    assert () == check(problem, solve(problem, 7.0))
    assert Silent.waits
    assert not any(Silent.waits)


@pytest.mark.slow
def test_a_run_ends_in_its_time_whatever_its_phases_take() -> None:
    """The end has its share of the time; of three runs one at least, for a machine may have something else to do."""
    problem = waste_day(stops=150, vehicles=12)
    assert any(solve(problem, 7.0).seconds < 2 * 7.0 for _run in range(3))


def test_a_stopped_search_answers_with_its_best() -> None:
    """The plan of an hour is legal and says that it was stopped; progress was told."""
    told: list[Progress] = []
    problem = waste_day()
    plan = solve(problem, 3_600.0, seed=1, processes=1, on_progress=told.append, stop=lambda: len(told) >= 2)
    assert plan.stopped_early
    assert () == check(problem, plan)
    assert plan.seconds < 600
    assert told[-1].seconds_left > 0


def test_a_vehicle_in_the_middle_of_its_day_keeps_what_is_locked_and_comes_home() -> None:
    """Its load counts, its locked stops come first in their order."""
    problem = waste_day(stops=20)
    problem = with_vehicle(
        problem,
        1,
        start_place=7,
        load=(2_000,),
        locked=("c9", "c2"),
        under_way=True,
        shift=Window(10 * H, 16 * H),
    )
    plan = plan_of(problem)
    [tour] = [tour for tour in plan.tours if tour.vehicle_id == "v1"]
    assert ("c9", "c2") == tour.stop_ids[:2]
    assert 7 == tour.visits[0].place


def test_a_vehicle_locked_into_more_than_it_can_carry_does_not_stop_the_plan_of_the_others() -> None:
    """What it was to do is left out and said; somebody else may have its other stops."""
    problem = waste_day(stops=12, vehicles=2)
    full = {"start_place": 5, "load": (5_900,), "locked": ("c1", "c2"), "under_way": True}
    problem = with_vehicle(problem, 0, **full)
    plan = solve(problem, seed=1, iterations=200, processes=1)
    served = {stop_id for tour in plan.tours for stop_id in tour.stop_ids}
    assert served >= {stop.id for stop in problem.stops} - {
        "c1",
        "c2",
        *(each.stop_id for each in plan.unserved),
    }
    assert len(served) >= 8
