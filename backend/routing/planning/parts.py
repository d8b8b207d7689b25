"""A part of a large problem as a problem of its own, and the search in it: some vehicles, what they serve, and only the places of that."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection

import numpy as np

from backend.routing.planning.annealing import Annealing
from backend.routing.planning.building import build
from backend.routing.planning.lane import serve
from backend.routing.planning.problem import Matrix, Problem
from backend.routing.planning.scheduling import Step

PIECE = 200
"""Iterations between looks at the clock and at the pipe."""

Sequences = Mapping[str, Sequence[Step]]


@dataclass(frozen=True, slots=True)
class Part:
    """A part to search in, from one share of the whole run's cooling to another; ``iterations`` None: as long as its lane says."""

    problem: Problem
    start: Sequences
    seed: int
    hot: float
    shares: tuple[float, float]
    iterations: int | None = None


@dataclass(frozen=True, slots=True)
class Improved:
    """What came of a part: its best sequences and those at which the search stands, with their costs in tenge, unserved stops priced."""

    best: Sequences
    best_cost: float
    last: Sequences
    last_cost: float
    iterations: int


def part_of(problem: Problem, vehicle_ids: Iterable[str], stop_ids: Iterable[str]) -> Problem:
    """The problem of these vehicles and stops; matrices hold only the places that they need."""
    wanted = set(stop_ids)
    vehicles = [problem.vehicle[each] for each in vehicle_ids]
    stops = [stop for stop in problem.stops if stop.id in wanted]
    places = [each.place for each in problem.depots]
    places += [each.place for each in problem.disposals]
    places += [each.place for each in stops]
    places += [each.start_place for each in vehicles if each.start_place is not None]
    kept = np.unique(places)
    number_of = {int(place): number for number, place in enumerate(kept)}
    profiles = {each.profile for each in vehicles}
    return Problem(
        depots=tuple(replace(each, place=number_of[each.place]) for each in problem.depots),
        disposals=tuple(replace(each, place=number_of[each.place]) for each in problem.disposals),
        vehicles=tuple(
            each if each.start_place is None else replace(each, start_place=number_of[each.start_place])
            for each in vehicles
        ),
        stops=tuple(replace(each, place=number_of[each.place]) for each in stops),
        matrices={
            profile: Matrix(matrix.seconds[np.ix_(kept, kept)], matrix.metres[np.ix_(kept, kept)])
            for profile, matrix in problem.matrices.items()
            if profile in profiles
        },
        dimensions=problem.dimensions,
        load=problem.load,
        prices=problem.prices,
        earlier={stop_id: held for stop_id, held in problem.earlier.items() if stop_id in wanted},
    )


def search_part(part: Part, ends_s: float, is_over: Callable[[], bool]) -> Improved:
    """Search in a part until a moment of the monotonic clock, for its iterations, or until somebody stops it."""
    model = build(part.problem, soft=True)
    search = Annealing(model, part.seed, model.rows_of(part.start.items()), part.hot)
    begun, first, last = time.monotonic(), *part.shares
    while not is_over():
        if part.iterations is not None:
            left = part.iterations - search.iterations
            over = search.iterations / part.iterations
        else:
            now = time.monotonic()
            left = PIECE if now < ends_s else 0
            over = (now - begun) / max(1e-6, ends_s - begun)
        if left <= 0:
            break
        search.run(min(PIECE, left), first + over * (last - first))
    return Improved(
        model.by_vehicle(search.rows()),
        search.best_cost / model.scale,
        model.by_vehicle(search.current_rows()),
        search.current_cost / model.scale,
        search.iterations,
    )


def search_parts(parts: Sequence[Part], ends_s: float, is_over: Callable[[], bool]) -> list[Improved]:
    """One part after the other, each with its share of the time by its stops."""
    found = []
    for number, part in enumerate(parts):
        stops_left = sum(len(each.problem.stops) for each in parts[number:])
        now = time.monotonic()
        share = len(part.problem.stops) / max(1, stops_left)
        found.append(search_part(part, now + (ends_s - now) * share, is_over))
    return found


def serve_lane(pipe: Connection) -> None:
    """What a second process runs."""
    serve(pipe, search_parts)
