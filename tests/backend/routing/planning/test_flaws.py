"""Each thing that cannot be is named with its field, value and remedy, and the rest of the day is planned all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from backend.routing.planning.check import check
from backend.routing.planning.problem import UNREACHABLE, Matrix, Problem, Stop, Window
from backend.routing.planning.solving import solve
from tests.backend.routing.planning.days import H, waste_day, with_stop, with_vehicle


def cut_off(problem: Problem) -> Problem:
    """Nobody can drive to the place of c3."""
    matrix = problem.matrices[""]
    seconds = matrix.seconds.copy()
    seconds[:, 6] = UNREACHABLE
    np.fill_diagonal(seconds, 0)
    return replace(problem, matrices={"": Matrix(seconds, matrix.metres)})


FLAWED: dict[str, tuple[Callable[[Problem], Problem], str, str, set[str]]] = {
    "unreachable stop": (cut_off, "c3", "place", {"c3"}),
    "stop in the river": (lambda day: with_stop(day, 3, place=999), "c3", "place", {"c3"}),
    "demand above every vehicle": (lambda day: with_stop(day, 3, demand=(9_999,)), "c3", "demand", {"c3"}),
    "negative demand": (lambda day: with_stop(day, 3, demand=(-1,)), "c3", "demand", {"c3"}),
    "contradicting window": (
        lambda day: with_stop(day, 3, windows=(Window(9 * H, 8 * H),)),
        "c3",
        "windows",
        {"c3"},
    ),
    "window at night": (
        lambda day: with_stop(day, 3, windows=(Window(2 * H, 3 * H),)),
        "c3",
        "windows",
        {"c3"},
    ),
    "container nobody takes": (
        lambda day: with_stop(
            replace(
                day,
                vehicles=tuple(replace(each, container_types=frozenset({"1100"})) for each in day.vehicles),
            ),
            3,
            container_type="8000",
        ),
        "c3",
        "vehicle_kinds",
        {"c3"},
    ),
    "doubled stop": (lambda day: replace(day, stops=(*day.stops, Stop("c3", 4, (1,)))), "c3", "stops", set()),
    "no disposal open for one": (
        lambda day: replace(
            day,
            disposals=tuple(replace(each, hours=(Window(17 * H, 8 * H),)) for each in day.disposals[:1])
            + day.disposals[1:],
        ),
        "north",
        "hours",
        set(),
    ),
    "shift backwards": (lambda day: with_vehicle(day, 0, shift=Window(9 * H, 8 * H)), "v0", "shift", set()),
    "unknown depot": (lambda day: with_vehicle(day, 0, end="nowhere"), "v0", "depot", set()),
    "no travel times": (lambda day: with_vehicle(day, 0, profile="boat"), "v0", "profile", set()),
    "capacity of another size": (lambda day: with_vehicle(day, 0, capacity=(1, 2)), "v0", "capacity", set()),
    "load above capacity": (lambda day: with_vehicle(day, 0, load=(9_999,)), "v0", "load", set()),
    "locked unknown": (lambda day: with_vehicle(day, 0, locked=("c99",)), "v0", "locked", set()),
    "no disposal in the shift": (
        lambda day: with_vehicle(day, 0, shift=Window(3 * H, 4 * H)),
        "v0",
        "shift",
        set(),
    ),
}


@pytest.mark.parametrize("name", FLAWED)
def test_a_flaw_is_named_and_the_rest_is_planned(name: str) -> None:
    """Subject and field are named, value and remedy stand in the words, and only what the flaw takes is left out."""
    flawed, subject, field, lost = FLAWED[name]
    problem = flawed(waste_day(stops=14))
    plan = solve(problem, seed=1, iterations=50, processes=1)
    assert () == check(problem, plan)
    assert (subject, field) in {(flaw.subject, flaw.field) for flaw in plan.flaws}
    assert all(subject in flaw.words for flaw in plan.flaws if flaw.subject == subject)
    assert lost == {each.stop_id for each in plan.unserved}


@pytest.mark.parametrize(
    "emptied",
    [lambda day: replace(day, vehicles=()), lambda day: replace(day, disposals=())],
    ids=["no vehicles", "no disposal sites"],
)
def test_a_day_that_cannot_be_leaves_everything_out_with_the_reason(
    emptied: Callable[[Problem], Problem],
) -> None:
    """Nothing raises; every stop is in the list of those left out."""
    problem = emptied(waste_day(stops=5))
    plan = solve(problem, seed=1, iterations=5, processes=1)
    assert () == check(problem, plan)
    assert {"c0", "c1", "c2", "c3", "c4"} == {each.stop_id for each in plan.unserved}
    assert plan.flaws


def test_the_prize_of_a_flawed_optional_stop_is_lost_too() -> None:
    """Check and plan count it alike."""
    problem = with_stop(waste_day(stops=8), 3, place=999, required=False, prize=700.0)
    plan = solve(problem, seed=1, iterations=50, processes=1)
    assert () == check(problem, plan)
    assert 700 == plan.cost.prizes_lost


def test_a_day_without_stops_is_an_empty_plan() -> None:
    """Nobody drives."""
    plan = solve(replace(waste_day(), stops=()), seed=1, iterations=5, processes=1)
    assert ((), (), ()) == (plan.tours, plan.unserved, plan.flaws)
