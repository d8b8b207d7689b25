"""Small hauling nights: a generated town with two dumps, loaders of two kinds and trucks of three sizes."""

from __future__ import annotations

from typing import Any

import numpy as np

from backend.routing.hauling.problem import Break, Dump, Loader, Matrix, Pile, Prices, Problem, Truck, Window

H = 3600
NIGHT = Window(20 * H, 29 * H)
BODIES_M3 = (10.0, 14.0, 20.0)
TRUCK, LOADER = "truck", "loader"


def loader(number: int, place: int, **fields: Any) -> Loader:
    """A loader that starts and ends at a place."""
    given: dict[str, Any] = {
        "id": f"loader {number}",
        "start": place,
        "end": place,
        "shift": NIGHT,
        "rate_m3_per_h": (120.0, 180.0)[number % 2],
        "setup_s": 240,
        "profile": LOADER,
        "rest": Break(Window(23 * H, 25 * H), 1_800),
        "fixed_cost": 5_000.0,
        "cost_per_km": 200.0,
        "cost_per_hour": 9_000.0,
    }
    return Loader(**{**given, **fields})


def truck(number: int, place: int, **fields: Any) -> Truck:
    """A truck that starts and ends at a place."""
    given: dict[str, Any] = {
        "id": f"truck {number}",
        "start": place,
        "end": place,
        "shift": NIGHT,
        "body_m3": BODIES_M3[number % 3],
        "profile": TRUCK,
        "fixed_cost": 4_000.0,
        "cost_per_km": 150.0,
        "cost_per_hour": 5_000.0,
        "rest": Break(Window(24 * H, 26 * H), 1_800),
    }
    return Truck(**{**given, **fields})


def night(piles: int = 20, loaders: int = 2, trucks: int = 10, seed: int = 0, **fields: Any) -> Problem:
    """A night in which everything can be hauled; every third pile is on a main street. The last place is the depot's."""
    draw = np.random.default_rng(seed)
    points = draw.integers(0, 3_500, (piles + 3, 2))
    metres = (np.abs(points[:, None] - points[None]).sum(axis=2) * 1.1).astype(np.int64)
    depot = piles + 2
    given: dict[str, Any] = {
        "piles": tuple(
            Pile(f"pile {n}", n, float(draw.integers(20, 110)), urgency=4.0 if n % 3 == 0 else 1.0)
            for n in range(piles)
        ),
        "loaders": tuple(loader(n, depot) for n in range(loaders)),
        "trucks": tuple(truck(n, depot) for n in range(trucks)),
        "dumps": (
            Dump(id="near", place=piles, bays=2, unload_s=300, price_per_m3=40.0),
            Dump(id="far", place=piles + 1, bays=2, unload_s=240, price_per_m3=10.0),
        ),
        "matrices": {TRUCK: Matrix(metres // 8, metres), LOADER: Matrix(metres // 4, metres)},
        "prices": Prices(lying_per_m3_hour=2.0, left_per_m3=5_000.0, overtime_per_hour=8_000.0),
    }
    return Problem(**{**given, **fields})
