"""From a night as the kernel played it to a plan: what every loader and truck does when, in ids and cubic metres."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from backend.routing.hauling import kernel
from backend.routing.hauling.packing import LITRES, Arena, Ints, Played
from backend.routing.hauling.plan import Act, Leg, Tour

ACTS = {
    kernel.LOG_START: Act.START,
    kernel.LOG_UNLOAD: Act.UNLOAD,
    kernel.LOG_REST: Act.REST,
    kernel.LOG_WAIT: Act.WAIT,
    kernel.LOG_LOAD: Act.LOAD,
    kernel.LOG_END: Act.END,
}


def tours_of(arena: Arena, played: Played) -> tuple[tuple[Tour, ...], tuple[Tour, ...]]:
    """Loaders' and trucks' tours; whoever does nothing has none."""
    problem = arena.problem
    trucks = [
        _tour(arena, each.id, each.profile, [_truck_leg(arena, row) for row in rows])
        for each, rows in zip(problem.trucks, _rows_by(played.log, 0, len(problem.trucks)), strict=True)
        if len(rows)
    ]
    loaders = []
    own = _rows_by(played.log, len(problem.trucks), len(problem.loaders))
    for number, (each, rows) in enumerate(zip(problem.loaders, own, strict=True)):
        served = played.log[(played.log[:, 0] == kernel.LOG_LOAD) & (played.log[:, 3] == number)]
        if len(rows):
            legs = list(_loader_legs(arena, number, rows, served))
            loaders.append(_tour(arena, each.id, each.profile, legs))
    return tuple(loaders), tuple(trucks)


def left_of(arena: Arena, played: Played) -> dict[str, float]:
    """Cubic metres left by pile, where there are any."""
    litres = np.bincount(arena.part_pile, weights=played.left, minlength=len(arena.problem.piles))
    return {
        pile.id: float(left) / LITRES
        for pile, left in zip(arena.problem.piles, litres, strict=True)
        if left > 0
    }


def _rows_by(log: Ints, first: int, count: int) -> list[Ints]:
    """The log's rows of each vehicle in order of time."""
    return [log[log[:, 1] == first + number] for number in range(count)]


def _truck_leg(arena: Arena, row: Ints) -> Leg:
    kind, _who, what, partner, arrives, begins, leaves, litres, place = map(int, row)
    problem = arena.problem
    id = ""
    if kind == kernel.LOG_UNLOAD:
        id = problem.dumps[what].id
    elif what >= 0:
        id = problem.piles[int(arena.part_pile[what])].id
    loader = problem.loaders[partner].id if partner >= 0 else ""
    moves = kind in (kernel.LOG_LOAD, kernel.LOG_UNLOAD)
    return Leg(ACTS[kind], id, loader, place, arrives, begins, leaves, litres / LITRES if moves else 0.0)


def _loader_legs(arena: Arena, number: int, rows: Ints, served: Ints) -> Iterator[Leg]:
    """Its start and rests as they are logged, each truck that it loads, its end."""
    profile = arena.lo[number, kernel.PROFILE]
    acts = sorted([*served, *rows], key=lambda row: (int(row[5]), int(row[0])))
    place, free_s = int(rows[0][8]), int(rows[0][6])
    for row in acts:
        kind, who, what, _partner, _arrives, begins, leaves, litres, at = map(int, row)
        arrives = free_s + max(0, int(arena.sec[profile, place, at]))
        if kind == kernel.LOG_LOAD:
            pile_id = arena.problem.piles[int(arena.part_pile[what])].id
            truck_id = arena.problem.trucks[who].id
            yield Leg(Act.LOAD, pile_id, truck_id, at, arrives, begins, leaves, litres / LITRES)
        elif kind != kernel.LOG_WAIT or at != place:
            arrives = begins if kind == kernel.LOG_END else min(arrives, begins)
            yield Leg(ACTS[kind], "", "", at, arrives, begins, leaves)
        place, free_s = at, leaves


def _tour(arena: Arena, vehicle_id: str, profile: str, legs: list[Leg]) -> Tour:
    metres = arena.problem.matrices[profile].metres
    driven_m = sum(max(0, int(metres[a.place, b.place])) for a, b in pairwise(legs))
    return Tour(vehicle_id, tuple(legs), driven_m)
