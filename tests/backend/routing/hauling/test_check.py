"""The check finds each rule that a tampered hauling plan breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from backend.routing.hauling.check import check
from backend.routing.hauling.plan import Act, Cost, Leg, Plan, Tour
from backend.routing.hauling.problem import Problem
from backend.routing.hauling.solving import solve
from tests.backend.routing.hauling.nights import night

PROBLEM = night(piles=6)
PLAN = solve(PROBLEM, rounds=20)


def _truck(plan: Plan, change: Callable[[Tour], Tour]) -> Plan:
    return replace(plan, trucks=(change(plan.trucks[0]), *plan.trucks[1:]))


def _leg(act: Act, change: Callable[[Leg], Leg]) -> Callable[[Tour], Tour]:
    def changed(tour: Tour) -> Tour:
        at = next(number for number, leg in enumerate(tour.legs) if leg.act is act)
        return replace(tour, legs=(*tour.legs[:at], change(tour.legs[at]), *tour.legs[at + 1 :]))

    return changed


CASES: list[tuple[str, Callable[[Plan], Plan]]] = [
    ("one tour of each known vehicle", lambda p: replace(p, trucks=(*p.trucks, p.trucks[0]))),
    ("a tour starts once and ends once", lambda p: _truck(p, lambda t: replace(t, legs=t.legs[1:]))),
    (
        "a tour starts and ends at its places",
        lambda p: _truck(p, _leg(Act.END, lambda leg: replace(leg, place=0))),
    ),
    (
        "a tour lies within its shift",
        lambda p: _truck(p, _leg(Act.END, lambda leg: replace(leg, arrives_s=200_000))),
    ),
    ("driving takes its time", lambda p: _truck(p, _leg(Act.UNLOAD, lambda leg: replace(leg, arrives_s=1)))),
    ("times go forward", lambda p: _truck(p, _leg(Act.UNLOAD, lambda leg: replace(leg, leaves_s=1)))),
    ("acts are where they say", lambda p: _truck(p, _leg(Act.UNLOAD, lambda leg: replace(leg, place=0)))),
    ("distance is that of the streets", lambda p: _truck(p, lambda t: replace(t, distance_m=1))),
    (
        "a truck unloads what it carries",
        lambda p: _truck(p, _leg(Act.UNLOAD, lambda leg: replace(leg, m3=leg.m3 + 1))),
    ),
    (
        "unloading takes its time",
        lambda p: _truck(p, _leg(Act.UNLOAD, lambda leg: replace(leg, begins_s=leg.leaves_s - 1))),
    ),
    ("no truck is overloaded", lambda p: _truck(p, _leg(Act.LOAD, lambda leg: replace(leg, m3=99.0)))),
    (
        "loader and truck meet",
        lambda p: _truck(p, _leg(Act.LOAD, lambda leg: replace(leg, leaves_s=leg.leaves_s - 1))),
    ),
    ("hauled and left are what lies there", lambda p: replace(p, trucks=p.trucks[1:])),
    ("cost is by the rates", lambda p: replace(p, cost=Cost())),
]


@pytest.mark.parametrize(("rule", "tamper"), CASES, ids=[rule for rule, _tamper in CASES])
def test_a_broken_rule_is_found(rule: str, tamper: Callable[[Plan], Plan]) -> None:
    """Sound before, found after."""
    assert () == check(PROBLEM, PLAN)
    assert rule in {each.rule for each in check(PROBLEM, tamper(PLAN))}


def _shrunk(problem: Problem, **fields: object) -> Problem:
    return replace(problem, dumps=tuple(replace(each, **fields) for each in problem.dumps))  # type: ignore[arg-type]


def test_a_dump_with_less_room_or_fewer_hours_than_planned_is_found() -> None:
    """The same plan held against a stricter night."""
    from backend.routing.hauling.problem import Window

    assert "a dump takes what it has room for" in {
        each.rule for each in check(_shrunk(PROBLEM, capacity_m3=1.0), PLAN)
    }
    assert "unloading begins within hours" in {
        each.rule for each in check(_shrunk(PROBLEM, hours=(Window(0, 1),)), PLAN)
    }
