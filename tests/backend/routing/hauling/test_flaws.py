"""What is wrong with a hauling night is named with its remedy; the rest is planned."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from backend.routing.hauling.check import check
from backend.routing.hauling.plan import Plan, Why
from backend.routing.hauling.problem import Problem, Window
from backend.routing.hauling.solving import solve
from tests.backend.routing.hauling.nights import LOADER, TRUCK, H, loader, night, truck


def _planned(problem: Problem) -> Plan:
    plan = solve(problem, rounds=20)
    assert () == check(problem, plan)
    return plan


@pytest.mark.parametrize("volume_m3", [-5.0, 0.0, float("nan"), float("inf")])
def test_a_pile_without_a_volume_is_named_and_the_others_are_hauled(volume_m3: float) -> None:
    """Negative, nothing, no number."""
    problem = night(piles=6)
    first, *others = problem.piles
    plan = solve(replace(problem, piles=(replace(first, volume_m3=volume_m3), *others)), rounds=20)
    assert [("pile 0", "volume_m3")] == [(flaw.subject, flaw.field) for flaw in plan.flaws]
    assert "measure the pile again" in str(plan.flaws[0].words)
    assert plan.hauled_m3 == pytest.approx(sum(each.volume_m3 for each in others))


@pytest.mark.parametrize("field", ["loaders", "trucks", "dumps"])
def test_a_night_without_loaders_trucks_or_dumps_leaves_everything_and_says_what_to_add(field: str) -> None:
    """Zero of a kind."""
    problem = night(**{field: () if field == "dumps" else 0})
    plan = _planned(problem)
    assert () == plan.tours
    assert [field] == [flaw.subject for flaw in plan.flaws]
    assert {Why.FLAW} == {each.why for each in plan.left}
    assert plan.left_m3 == pytest.approx(problem.volume_m3)


@pytest.mark.parametrize(
    ("profile", "words"),
    [(LOADER, "no loader gets there"), (TRUCK, "no truck gets there")],
)
def test_a_pile_that_nobody_reaches_is_named(profile: str, words: str) -> None:
    """Place 2 is cut off for loaders, or for trucks."""
    problem = night(piles=6)
    matrix = problem.matrices[profile]
    seconds = matrix.seconds.copy()
    seconds[2, :], seconds[:, 2] = -1, -1
    seconds[2, 2] = 0
    matrices = {**problem.matrices, profile: replace(matrix, seconds=seconds)}
    plan = _planned(replace(problem, matrices=matrices))
    assert {"pile 2": Why.FLAW} == {each.pile_id: each.why for each in plan.left}
    assert words in str(plan.flaws[0].words)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"rate_m3_per_h": 0.0}, "rate_m3_per_h"),
        ({"setup_s": -1}, "setup_s"),
        ({"shift": Window(29 * H, 20 * H)}, "shift"),
        ({"start": 99}, "place"),
        ({"cost_per_km": -1.0}, "cost_per_km"),
        ({"profile": "boat"}, "end"),
    ],
)
def test_a_loader_that_cannot_work_is_named_and_the_other_works(fields: dict[str, Any], field: str) -> None:
    """Each field with its value."""
    problem = night(piles=6)
    problem = replace(problem, loaders=(loader(0, 8, **fields), loader(1, 8)))
    plan = _planned(problem)
    assert [("loader 0", field)] == [(flaw.subject, flaw.field) for flaw in plan.flaws]
    assert 0 == plan.left_m3


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"body_m3": 0.0}, "body_m3"), ({"load_m3": 99.0}, "load_m3"), ({"load_m3": -1.0}, "load_m3")],
)
def test_a_truck_that_cannot_drive_is_named(fields: dict[str, Any], field: str) -> None:
    """Body and load."""
    problem = night(piles=6)
    problem = replace(problem, trucks=(truck(0, 8, **fields), *problem.trucks[1:]))
    plan = _planned(problem)
    assert [("truck 0", field)] == [(flaw.subject, flaw.field) for flaw in plan.flaws]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"capacity_m3": 0.0}, "capacity_m3"),
        ({"capacity_m3": -3.0}, "capacity_m3"),
        ({"bays": 0}, "bays"),
        ({"unload_s": -1}, "unload_s"),
        ({"price_per_m3": -1.0}, "price_per_m3"),
        ({"hours": (Window(9, 3),)}, "hours"),
        ({"place": -1}, "place"),
    ],
)
def test_a_dump_that_takes_nothing_is_named_and_the_other_takes_all(
    fields: dict[str, Any], field: str
) -> None:
    """Full from the beginning, no bay, hours that end before they begin."""
    problem = night(piles=6)
    near, far = problem.dumps
    plan = _planned(replace(problem, dumps=(replace(near, **fields), far)))
    assert [("near", field)] == [(flaw.subject, flaw.field) for flaw in plan.flaws]
    assert 0 == plan.left_m3


def test_doubles_are_named_and_the_first_counts() -> None:
    """Two piles of one id."""
    problem = night(piles=4)
    plan = solve(replace(problem, piles=(*problem.piles, problem.piles[0])), rounds=20)
    assert ["pile 0"] == [flaw.subject for flaw in plan.flaws]
    assert plan.hauled_m3 == pytest.approx(problem.volume_m3)


@pytest.mark.parametrize("seed", range(25))
def test_random_nights_with_holes_in_the_streets_break_no_rule(seed: int) -> None:
    """Islands, dumps that are small or shut, short shifts, odd volumes: what is planned is legal."""
    draw = np.random.default_rng(seed)
    problem = night(
        piles=int(draw.integers(1, 15)),
        loaders=int(draw.integers(1, 4)),
        trucks=int(draw.integers(1, 8)),
        seed=seed,
    )
    matrices = {}
    for name, matrix in problem.matrices.items():
        seconds = matrix.seconds.copy()
        island = draw.random(len(seconds)) < 0.15
        seconds[np.ix_(island, ~island)] = -1  # an island is not left for the rest of the town,
        if draw.random() < 0.5:
            seconds[np.ix_(~island, island)] = -1  # or not even reached
        np.fill_diagonal(seconds, 0)
        matrices[name] = replace(matrix, seconds=seconds)
    dumps = tuple(
        replace(
            each,
            capacity_m3=None if draw.random() < 0.5 else float(draw.uniform(1, 400)),
            bays=int(draw.integers(1, 3)),
            hours=() if draw.random() < 0.5 else (Window(21 * H, int(draw.integers(22, 29)) * H),),
        )
        for each in problem.dumps
    )
    piles = tuple(replace(each, volume_m3=float(draw.uniform(0.01, 300))) for each in problem.piles)
    trucks = tuple(
        replace(
            each, shift=Window(20 * H, int(draw.integers(22, 30)) * H), load_m3=float(draw.integers(0, 9))
        )
        for each in problem.trucks
    )
    problem = replace(problem, matrices=matrices, dumps=dumps, piles=piles, trucks=trucks)
    plan = solve(problem, rounds=25, seed=seed)
    assert () == check(problem, plan)


@pytest.mark.parametrize("seed", range(25))
def test_random_nights_under_way_break_no_rule(seed: int) -> None:
    """Loaders anywhere with the pile they head for, trucks anywhere, loaded or empty."""
    draw = np.random.default_rng(seed)
    problem = night(
        piles=int(draw.integers(2, 15)),
        loaders=int(draw.integers(1, 4)),
        trucks=int(draw.integers(1, 8)),
        seed=seed,
    )
    piles, now_s = len(problem.piles), int(draw.integers(20 * H, 27 * H))
    loaders = tuple(
        replace(
            each,
            start=int(draw.integers(0, piles)),
            shift=Window(now_s, 29 * H),
            under_way=True,
            locked=(f"pile {draw.integers(0, piles)}",) if draw.random() < 0.5 else (),
            rest=each.rest if now_s < 25 * H else None,
        )
        for each in problem.loaders
    )
    trucks = tuple(
        replace(
            each,
            start=int(draw.integers(0, piles + 2)),
            shift=Window(now_s, 29 * H),
            under_way=bool(draw.random() < 0.8),
            load_m3=float(draw.choice([0, 0, 5, 8])),
            dump_id=str(draw.choice(["near", "far"])),
            loader_id=f"loader {draw.integers(0, len(loaders))}",
            rest=each.rest if now_s < 26 * H else None,
        )
        for each in problem.trucks
    )
    problem = replace(problem, loaders=loaders, trucks=trucks)
    assert () == check(problem, solve(problem, rounds=15, seed=seed))
