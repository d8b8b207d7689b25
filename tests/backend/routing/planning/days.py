"""Small waste days to plan: a generated town with two disposal sites, trucks of two kinds and a noon rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from backend.routing.planning.problem import (
    Break,
    Depot,
    Disposal,
    Matrix,
    Problem,
    Stop,
    Vehicle,
    Window,
)

H = 3600
DAY = Window(7 * H, 16 * H)
METRES_PER_SECOND = 8


def town(places: int, seed: int = 0) -> Matrix:
    """Ways between random places of a town 12 km wide; place 0 is the depot, 1 and 2 are the disposal sites."""
    points = np.random.default_rng(seed).integers(0, 12_000, (places, 2))
    metres = np.rint(np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2)) * 1.3).astype(np.int64)
    return Matrix(metres // METRES_PER_SECOND, metres)


def vehicle(number: int, **fields: Any) -> Vehicle:
    """A truck; odd ones load from the rear, even ones from the side."""
    given: dict[str, Any] = {
        "id": f"v{number}",
        "kind": "rear" if number % 2 else "side",
        "capacity": (6_000,),
        "start": "depot",
        "end": "depot",
        "shift": DAY,
        "cost_per_km": 150.0,
        "cost_per_hour": 2_500.0,
        "fixed_cost": 5_000.0,
        "rest": Break(Window(11 * H, 13 * H), 2_700),
        "max_duration_s": 8 * H,
    }
    return Vehicle(**{**given, **fields})


def waste_day(stops: int = 30, vehicles: int = 4, seed: int = 0, **fields: Any) -> Problem:
    """A day on which everything can be served; every fifth stop is for the morning, every seventh for rear loaders."""
    draw = np.random.default_rng(seed + 1)
    given: dict[str, Any] = {
        "depots": (Depot("depot", 0),),
        "disposals": (
            Disposal("north", 1, (Window(7 * H, 17 * H),), 300, 600),
            Disposal("south", 2, (Window(8 * H, 15 * H),), 60, 600),
        ),
        "vehicles": tuple(vehicle(number) for number in range(vehicles)),
        "stops": tuple(
            Stop(
                f"c{number}",
                number + 3,
                (int(draw.integers(100, 700)),),
                service_s=150,
                windows=(Window(7 * H, 12 * H),) if number % 5 == 0 else (),
                vehicle_kinds=frozenset({"rear"}) if number % 7 == 0 else None,
            )
            for number in range(stops)
        ),
        "matrices": {"": town(stops + 3, seed)},
    }
    return Problem(**{**given, **fields})


def long_day() -> Problem:
    """A day whose tours go on over noon."""
    day = waste_day(stops=24, vehicles=2)
    return replace(day, stops=tuple(replace(each, service_s=1_500, windows=()) for each in day.stops))


def with_stop(problem: Problem, number: int, **fields: Any) -> Problem:
    """The same day with one stop changed."""
    stops = list(problem.stops)
    stops[number] = replace(stops[number], **fields)
    return replace(problem, stops=tuple(stops))


def with_vehicle(problem: Problem, number: int, **fields: Any) -> Problem:
    """The same day with one vehicle changed."""
    vehicles = list(problem.vehicles)
    vehicles[number] = replace(vehicles[number], **fields)
    return replace(problem, vehicles=tuple(vehicles))
