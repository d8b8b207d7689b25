"""A new plan while the trucks drive, as the product makes it: streets, solver, check, ways and what is kept, in one time.

A random day on a city's streets (Petropavl where its file is at hand, else the invented city) is planned and driven until a hundred stops
are left. Then a truck breaks down, its next street is closed and an urgent stop comes in. The database is not in it: two short
transactions.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from backend.routing.evaluation.contenders import load_average
from backend.routing.evaluation.results import planner_version
from backend.routing.planning.check import check
from backend.routing.planning.plan import Act, Plan, Tour, Visit, Why
from backend.routing.planning.problem import Problem
from backend.routing.planning.solving import solve
from backend.routing.plans.basics import Hours, Spot
from backend.routing.plans.rules import Events
from backend.routing.plans.waste import outcome, ways
from backend.routing.plans.waste.day import (
    Day,
    DayFacility,
    DayHeld,
    DayStep,
    DayStop,
    DayTour,
    DayVehicle,
    Rates,
    problem_of,
    start_of,
)
from backend.streets.building import build
from backend.streets.invented import invented_city
from backend.streets.network import Network
from backend.streets.osm.reading import read_osm
from backend.streets.searching import StreetSearch

CITY = Path("osm/petropavl.osm.pbf")
LEFT, SPARE = 100, 0.35
"""Stops that are left when the event comes, and the share beyond that the trucks have driven by then."""
TRUCKS = 8
SHIFT = Hours(opens_s=7 * 3600, closes_s=16 * 3600)
FIRST_S, LONG_S = 10.0, 20.0
"""Time for the morning's plan, and for the long search with which a short one is compared."""
GOAL_S = 2.0


def measure_replanning(
    data: Path, seeds: int, seconds: float | None = None, *, first_s: float = FIRST_S, long_s: float = LONG_S
) -> dict[str, Any]:
    """Seconds, violations and the price of haste, in the one form of every measurement; ``seconds`` None: as the product asks."""
    begun = time.monotonic()
    path = data / CITY
    built = build(read_osm(path)) if path.exists() else invented_city()
    search = StreetSearch(built.network, 1, "")
    asked_s = Events(reason="").seconds if seconds is None else seconds
    reckon(search, morning(built.network, 0), 1.0)
    took, beside, above, moved, broken = [], [], [], [], 0
    loads = [load_average()]
    for seed in range(1, seeds + 1):
        day = morning(built.network, seed)
        _problem, plan, _took = reckon(search, day, first_s)
        day = after_the_event(day, plan, built.network, seed)
        problem, short, took_s = reckon(search, day, asked_s)
        beside.append(took_s - short.seconds)
        _problem, thorough, _took = reckon(search, day, long_s)
        took.append(took_s)
        above.append(100 * (short.cost.total / thorough.cost.total - 1))
        moved.append(float(_moved(day, short)))
        broken += len(check(problem, short)) + sum(each.why is not Why.FLAW for each in short.unserved)
        loads.append(load_average())
    return {
        "name": "routing replan",
        "version": planner_version(),
        "seconds": round(time.monotonic() - begun, 1),
        "samples": seeds,
        "data": f"{CITY if path.exists() else 'invented city'}, {LEFT} stops left, load {min(loads):g} to {max(loads):g}",
        "goals": [
            _row("a new plan with its ways, s", took, GOAL_S),
            _row("of it beside the solver (matrices, ways, words), s", beside),
            _row("violations, and stops left out that a truck can reach", [float(broken)], 0.0),
            _row(f"cost above that of a search of {long_s:g} s, %", above),
            _row("stops that changed the truck beside the broken one's", moved),
        ],
    }


def reckon(search: StreetSearch, day: Day, seconds: float) -> tuple[Problem, Plan, float]:
    """What a planner's worker does between its transactions, and how long it takes."""
    begun = time.monotonic()
    problem = problem_of(day, ways.matrices(search, day))
    plan = solve(problem, seconds, start=start_of(day))
    check(problem, plan)
    outcome.written(plan, day, ways.of_tours(search, day, plan), ways.obstacles(search, day), streets="")
    return problem, plan, time.monotonic() - begun


def morning(network: Network, seed: int) -> Day:
    """A day of random sites on the streets, with two landfills at the edge of the city and a depot in it."""
    rng = np.random.default_rng(seed)
    spots = _spots(network, rng, round(LEFT * (1 + SPARE)) + TRUCKS + 1)
    depot, spots = spots[0], spots[1:]
    order = np.argsort(network.point_lon)
    edges = [_spot(network, int(order[int(len(order) * share)])) for share in (0.03, 0.97)]
    return Day(
        stops=tuple(_stop(f"site {number}", spot, rng) for number, spot in enumerate(spots)),
        facilities=(
            _facility("depot", depot, disposal=False),
            *(_facility(f"landfill {number}", spot, disposal=True) for number, spot in enumerate(edges)),
        ),
        vehicles=tuple(_truck(number) for number in range(TRUCKS)),
        rates=Rates(
            foreign_district=0.0, overtime_per_h=3000.0, balanced_s=None, moved_stop=400.0, moved_order=100.0
        ),
    )


def after_the_event(day: Day, plan: Plan, network: Network, seed: int) -> Day:
    """The same day when a hundred stops are left: the first truck stands still, an urgent stop is there, a street is closed."""
    rng = np.random.default_rng(seed + 1_000)
    begins = sorted(v.begins_s for tour in plan.tours for v in tour.visits if v.act is Act.STOP)
    now_s = begins[max(0, len(begins) - LEFT)]
    spot_of = {each.id: each.spot for each in day.stops} | {each.id: each.spot for each in day.facilities}
    tours = {tour.vehicle_id: tour for tour in plan.tours}
    _broken, *driving = [each for each in day.vehicles if each.id in tours]
    done = {v.id for tour in plan.tours for v in _stops(tour) if v.begins_s <= now_s}
    vehicles = [_under_way(each, tours[each.id], now_s, spot_of) for each in driving]
    vehicles += [
        replace(each, shift=replace(each.shift, opens_s=now_s))
        for each in day.vehicles
        if each.id not in tours
    ]
    urgent = _stop("urgent", _spots(network, rng, 1)[0], rng)
    return replace(
        day,
        stops=(*(each for each in day.stops if each.id not in done), replace(urgent, priority=9)),
        vehicles=tuple(vehicles),
        held=tuple(held for tour in plan.tours for held in _held(tour, done)),
        tours=tuple(
            DayTour(
                vehicle_id=each.id,
                steps=_ahead(tours[each.id], now_s)[len(each.locked) :],
            )
            for each in vehicles
            if each.id in tours
        ),
        closed_segment_ids=(int(network.segment_id[int(rng.integers(network.segments))]),),
    )


def _under_way(vehicle: DayVehicle, tour: Tour, now_s: int, spot_of: dict[str, Spot]) -> DayVehicle:
    """Where a truck stands, what it carries, and the stop that it heads for, an unloading on the way to it included."""
    last = [v for v in tour.visits if v.begins_s <= now_s and v.id in spot_of][-1]
    ahead = _ahead(tour, now_s)
    next_stop = next((number for number, step in enumerate(ahead) if step.act is Act.STOP), -1)
    return replace(
        vehicle,
        shift=replace(vehicle.shift, opens_s=max(now_s, last.leaves_s)),
        rest=None if any(v.act is Act.REST and v.begins_s <= now_s for v in tour.visits) else vehicle.rest,
        start=spot_of[last.id],
        load_kg=last.load[0],
        load_l=last.load[1],
        locked=tuple(step.id for step in ahead[: next_stop + 1]),
        under_way=True,
    )


def _ahead(tour: Tour, now_s: int) -> tuple[DayStep, ...]:
    """What a truck has not begun yet."""
    return tuple(
        DayStep(act=v.act, id=v.id)
        for v in tour.visits
        if v.act in (Act.STOP, Act.UNLOAD) and v.begins_s > now_s
    )


def _held(tour: Tour, done: set[str]) -> list[DayHeld]:
    """Where the plan in force holds what is left of a tour."""
    left = [v.id for v in _stops(tour) if v.id not in done]
    before = [None, *left][: len(left)]
    return [
        DayHeld(stop_id=stop_id, vehicle_id=tour.vehicle_id, after_id=after_id)
        for stop_id, after_id in zip(left, before, strict=True)
    ]


def _moved(day: Day, plan: Plan) -> int:
    driving = {each.id for each in day.vehicles}
    held = {each.stop_id: each.vehicle_id for each in day.held if each.vehicle_id in driving}
    return sum(
        held.get(stop_id, tour.vehicle_id) != tour.vehicle_id
        for tour in plan.tours
        for stop_id in tour.stop_ids
    )


def _stops(tour: Tour) -> list[Visit]:
    return [visit for visit in tour.visits if visit.act is Act.STOP]


def _spots(network: Network, rng: np.random.Generator, count: int) -> list[Spot]:
    return [_spot(network, int(each)) for each in rng.integers(0, len(network.point_lon), count)]


def _spot(network: Network, point: int) -> Spot:
    return Spot(lat=float(network.point_lat[point]), lon=float(network.point_lon[point]))


def _stop(name: str, spot: Spot, rng: np.random.Generator) -> DayStop:
    return DayStop(
        id=name,
        title=name,
        detail="",
        spot=spot,
        kg=int(rng.integers(150, 900)),
        litres=int(rng.integers(1_000, 6_000)),
        service_s=150,
        hours=(),
        container_types=(),
        max_gross_t=None,
        max_height_m=None,
        max_width_m=None,
        priority=3,
        required=True,
        prize=0.0,
        district="",
    )


def _facility(name: str, spot: Spot, *, disposal: bool) -> DayFacility:
    return DayFacility(
        id=name,
        title=name,
        spot=spot,
        hours=(),
        queue_s=0,
        unload_s=600 if disposal else 0,
        disposal=disposal,
    )


def _truck(number: int) -> DayVehicle:
    return DayVehicle(
        id=f"truck {number}",
        vehicle_id=f"truck {number}",
        board=str(number),
        driver_ids=(),
        district=None,
        depot_id="depot",
        shift=SHIFT,
        rest=Hours(opens_s=11 * 3600, closes_s=13 * 3600),
        rest_s=1800,
        capacity_kg=7_000,
        capacity_l=60_000,
        container_types=(),
        gross_t=19.0,
        height_m=3.4,
        width_m=2.5,
        cost_fixed=5_000.0,
        cost_per_km=150.0,
        cost_per_h=2_500.0,
    )


def _row(name: str, values: list[float], goal: float | None = None) -> dict[str, Any]:
    """Median, least and most."""
    value = float(np.median(values))
    return {
        "name": name,
        "value": round(value, 3),
        "low": round(min(values), 3),
        "high": round(max(values), 3),
        "goal": goal,
        "direction": "at_most",
        "met": None if goal is None else max(values) <= goal,
    }
