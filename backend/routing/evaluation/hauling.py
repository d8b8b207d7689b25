"""Hauling nights beside first come, first served: trips, waiting, the last load and what is spent, played with chance on a city's streets.

Each seed is another night: piles along random streets, snow for what the trucks can about haul, loaders, trucks, three dumps at the edges (one
near and dear, one with little room). Plan and practice without one are played with the same chance: what driving, loading and unloading
take is lognormal round what is usual. Practice without a plan comes in two strengths: with every truck, and with the number of trucks that is
best for it on the usual night, which nobody knows beforehand.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.routing.evaluation.contenders import load_average
from backend.routing.hauling import kernel
from backend.routing.hauling.check import check
from backend.routing.hauling.flaws import examine
from backend.routing.hauling.packing import Arena, Decision
from backend.routing.hauling.problem import (
    Break,
    Dump,
    Loader,
    Matrix,
    Pile,
    Prices,
    Problem,
    Truck,
    Window,
)
from backend.routing.hauling.searching import FOLLOW, chances
from backend.routing.hauling.solving import Limits, decide, written
from backend.routing.plans.basics import matrix_of
from backend.streets import service as streets
from backend.streets.building import build
from backend.streets.invented import invented_city
from backend.streets.network import Network, StreetClass
from backend.streets.osm.reading import read_osm
from backend.streets.searching import StreetSearch

H = 3600
NIGHT = Window(20 * H, 29 * H)
PLAYS, SPREAD = 20, 0.2
"""Draws of chance in each night, and their standard deviation as a share of what is usual."""
FIRST_PLAY = 90_000
"""Seeds of these draws; the solver draws others."""
LOADERS, TRUCKS, PILES = 6, 36, 60
BODIES_M3 = (10.0, 12.0, 16.0, 20.0)
RATES_M3_PER_H = (120.0, 160.0, 200.0)
M3_PER_METRE = (0.25, 0.9)
SHORTEST_M, LONGEST_M = 60.0, 400.0
SHARES = (0.45, 0.75)
"""From light to heavy nights: snow as a share of what the loaders load if no truck ever keeps them waiting."""
LOADER_SLOWNESS = 2
TRUCK_T, TRUCK_HEIGHT_M = 26.0, 3.4
PRICES = Prices(lying_per_m3_hour=2.0, left_per_m3=3_000.0, overtime_per_hour=8_000.0)
SPENT = (kernel.FIXED, kernel.DISTANCE, kernel.TIME, kernel.FEES, kernel.OVERTIME)


@dataclass(frozen=True, slots=True)
class Night:
    """Means over the draws of one night, for one contender."""

    trips: float
    waited_h: float
    ends_h: float
    spent: float
    hauled_m3: float
    left_m3: float
    trucks: float

    @property
    def waited_min(self) -> float:
        """Minutes that a truck waits in one trip, for loaders and at dumps."""
        return 60 * self.waited_h / max(self.trips, 1.0)

    @property
    def spent_per_m3(self) -> float:
        """What a cubic metre at a dump costs."""
        return self.spent / max(self.hauled_m3, 1.0)


def measure_hauling(seeds: int, seconds: float, osm: Path | None = None) -> dict[str, Any]:
    """Every figure in the one form of every measurement: median, least and most of the nights."""
    begun = time.monotonic()
    network = (invented_city() if osm is None else build(read_osm(osm))).network
    search = StreetSearch(network, 1, "")
    ours, everybody, best, broken, loads = [], [], [], 0, [load_average()]
    for seed in range(1, seeds + 1):
        problem = night_on_streets(search, network, seed)
        examined = examine(problem)
        arena = Arena(examined.problem)
        decision = decide(arena, Limits(time.monotonic(), seconds, None), seed).decision
        broken += len(check(problem, written(examined, arena, arena.play(decision, FOLLOW, logs=True))))
        ours.append(_played(arena, decision))
        few, everyone = best_number(problem)
        everybody.append(_played(everyone, None))
        best.append(_played(few, None))
        loads.append(load_average())
    rows: list[dict[str, Any]] = [
        {"name": "violations of the check", "value": broken, "low": None, "high": None}
        | {"goal": 0, "direction": "at_most", "met": broken == 0}
    ]
    for name, field in (
        ("trips", "trips"),
        ("hours that trucks wait", "waited_h"),
        ("minutes that a truck waits a trip", "waited_min"),
        ("last load at a dump, hour of the night", "ends_h"),
        ("spent, thousand tenge", "spent"),
        ("spent a cubic metre, tenge", "spent_per_m3"),
        ("hauled, m3", "hauled_m3"),
        ("left lying, m3", "left_m3"),
        ("trucks", "trucks"),
    ):
        scale = 1000 if field == "spent" else 1
        for who, nights in (("Qala", ours), ("first come", everybody), ("first come, best number", best)):
            rows.append(_row(f"{who}: {name}", [getattr(each, field) / scale for each in nights]))
    for name, field in (("waiting a trip", "waited_min"), ("spent a cubic metre", "spent_per_m3")):
        for who, nights in (("first come", everybody), ("first come, best number", best)):
            less = [
                100 * (1 - getattr(a, field) / max(getattr(b, field), 1e-9))
                for a, b in zip(ours, nights, strict=True)
            ]
            rows.append(_row(f"{name}: less than {who}, %", less))
    return {
        "name": "hauling",
        "version": f"{seconds:g} s a plan",
        "seconds": round(time.monotonic() - begun, 1),
        "samples": seeds * PLAYS,
        "data": f"{'invented city' if osm is None else osm.name}, {seeds} nights, load {min(loads):g} to {max(loads):g}",
        "goals": rows,
    }


def night_on_streets(search: StreetSearch, network: Network, seed: int) -> Problem:
    """A random night; piles that no truck reaches lie elsewhere."""
    rng = np.random.default_rng(seed)
    lengths_m = np.asarray(network.length_m, dtype=np.float64)
    by_lon = np.argsort(network.node_lon[network.from_node])
    edges = [int(by_lon[int(network.segments * share)]) for share in (0.02, 0.5, 0.98)]
    long = np.flatnonzero((lengths_m >= SHORTEST_M) & (network.street_class <= StreetClass.RESIDENTIAL))
    drawn = rng.choice(long, size=min(len(long), 3 * PILES), replace=False)
    segments = [*edges, int(rng.choice(long)), *map(int, drawn)]
    profile = streets.truck(weight_t=TRUCK_T, height_m=TRUCK_HEIGHT_M)
    answer = search.matrix(np.array([_middle(network, each) for each in segments]), profile)
    ways = matrix_of(answer.seconds, answer.metres)
    sound = (ways.seconds[:, 3] >= 0) & (ways.seconds[3] >= 0)
    piles_at = [each for each in np.flatnonzero(sound) if each > 3][:PILES]
    places = np.ix_([*range(4), *piles_at], [*range(4), *piles_at])
    truck = Matrix(ways.seconds[places], ways.metres[places])
    slow = Matrix(np.where(truck.seconds < 0, -1, truck.seconds * LOADER_SLOWNESS), truck.metres)
    lengths = np.minimum(lengths_m[[segments[each] for each in piles_at]], LONGEST_M)
    volumes = lengths * rng.uniform(*M3_PER_METRE, len(piles_at))
    volumes *= _wished_m3(rng) / volumes.sum()
    rest = Break(Window(24 * H, 26 * H), 1_800)
    return Problem(
        piles=tuple(
            Pile(f"pile {n}", 4 + n, round(float(v), 1), urgency=float(rng.choice([1, 2, 4])))
            for n, v in enumerate(volumes)
        ),
        loaders=tuple(
            Loader(
                id=f"loader {n}",
                start=3,
                end=3,
                shift=NIGHT,
                rate_m3_per_h=RATES_M3_PER_H[n % 3],
                setup_s=240,
                profile="loader",
                rest=rest,
                fixed_cost=5_000.0,
                cost_per_km=200.0,
                cost_per_hour=9_000.0,
            )
            for n in range(LOADERS)
        ),
        trucks=tuple(
            Truck(
                id=f"truck {n}",
                start=3,
                end=3,
                shift=NIGHT,
                body_m3=BODIES_M3[n % 4],
                profile="truck",
                rest=rest,
                fixed_cost=4_000.0,
                cost_per_km=150.0,
                cost_per_hour=5_000.0,
            )
            for n in range(TRUCKS)
        ),
        dumps=(
            Dump(id="west", place=0, bays=2, unload_s=300, price_per_m3=20.0),
            Dump(id="middle", place=1, bays=1, unload_s=300, price_per_m3=80.0, capacity_m3=1_000.0),
            Dump(id="east", place=2, bays=2, unload_s=300, price_per_m3=20.0, capacity_m3=4_000.0),
        ),
        matrices={"truck": truck, "loader": slow},
        prices=PRICES,
    )


def best_number(problem: Problem) -> tuple[Arena, Arena]:
    """Without a plan: with the number of trucks that costs least on the usual night, and with all."""
    everyone = Arena(problem)
    found, least = everyone, np.inf
    for count in range(4, len(problem.trucks) + 1):
        arena = Arena(replace(problem, trucks=problem.trucks[:count]))
        total = arena.play(arena.nothing(), FOLLOW, first_come=True).total
        cost = float(total[: kernel.LEFT + 1].sum())
        if cost < least:
            found, least = arena, cost
    return found, everyone


def _played(arena: Arena, decision: Decision | None) -> Night:
    totals, left = [], []
    for number in range(PLAYS):
        chance = chances(arena, FIRST_PLAY + number, SPREAD)
        played = arena.play(
            arena.nothing() if decision is None else decision,
            FOLLOW,
            first_come=decision is None,
            chance=chance,
        )
        totals.append(played.total)
        left.append(played.left.sum() / 1000)
    mean = np.mean(totals, axis=0)
    return Night(
        trips=float(mean[kernel.TRIPS]),
        waited_h=float(mean[kernel.WAITED]) / H,
        ends_h=float(mean[kernel.ENDS]) / H,
        spent=float(mean[list(SPENT)].sum()),
        hauled_m3=float(mean[kernel.HAULED]) / 1000,
        left_m3=float(np.mean(left)),
        trucks=float(mean[kernel.USED]),
    )


def _wished_m3(rng: np.random.Generator) -> float:
    """A share of what the loaders load in a night beside their ways and rests."""
    hours = (NIGHT.closes_s - NIGHT.opens_s) / H - 2.5
    return LOADERS * float(np.mean(RATES_M3_PER_H)) * hours * float(rng.uniform(*SHARES))


def _middle(network: Network, segment: int) -> NDArray[np.float64]:
    """Longitude and latitude about the middle of a segment."""
    line = network.line(segment)
    return (line[(len(line) - 1) // 2] + line[len(line) // 2]) / 2


def _row(name: str, values: list[float]) -> dict[str, Any]:
    """Median, least and most."""
    return {
        "name": name,
        "value": round(float(np.median(values)), 2),
        "low": round(min(values), 2),
        "high": round(max(values), 2),
        "goal": None,
        "direction": "at_most",
        "met": None,
    }
