"""A new plan while the trucks drive is measured on the path that the product takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.routing.evaluation.replanning import LEFT, after_the_event, measure_replanning, morning
from backend.routing.planning.check import check
from backend.routing.planning.solving import solve
from backend.routing.plans.waste import ways
from backend.routing.plans.waste.day import problem_of
from backend.streets.invented import invented_city
from backend.streets.searching import StreetSearch


@pytest.mark.slow
def test_a_day_is_broken_off_with_a_hundred_stops_left_and_planned_anew(tmp_path: Path) -> None:
    """On the invented city, where no file is at hand; the new plan breaks no rule and leaves nothing out."""
    result = measure_replanning(tmp_path, 1, 1.0, first_s=3.0, long_s=1.0)
    values = {goal["name"]: goal["value"] for goal in result["goals"]}
    assert 0 == values["violations, and stops left out that a truck can reach"]
    assert 1.0 <= values["a new plan with its ways, s"]
    assert "invented city" in result["data"]


@pytest.mark.slow
def test_after_the_event_a_truck_is_missing_and_the_others_head_for_their_next_stop() -> None:
    """What is done is gone, what is left is held, and one stop is urgent."""
    city = invented_city().network
    search = StreetSearch(city, 1, "")
    day = morning(city, 1)
    problem = problem_of(day, ways.matrices(search, day))
    plan = solve(problem, iterations=2_000, processes=1)
    assert () == check(problem, plan)
    later = after_the_event(day, plan, city, 1)
    assert abs(LEFT + 1 - len(later.stops)) <= len(day.vehicles)
    assert {each.id for each in later.vehicles} < {each.id for each in day.vehicles}
    assert all(len(each.locked) <= 2 for each in later.vehicles)
    assert any(each.id == "urgent" for each in later.stops)
    assert {each.stop_id for each in later.held} <= {each.id for each in later.stops}
