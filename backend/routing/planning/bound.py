"""A cost below which no plan can lie: the assignment relaxation of routes, with as many trips as the loads need.

Each stop is entered once and left once, as cheaply as any vehicle could; a trip leaves a depot or disposal site and ends at one. That
the ways make tours is dropped, so the bound is honest but loose: often a fifth below the best plan. Of very many stops only the cheapest
ways to enter them are added up, which is looser still.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

from backend.routing.planning.problem import Load, Problem, Stop, Vehicle

ASSIGNED_MOST = 1_000
"""Stops beyond which the assignment would take longer than it tells."""
ROWS = 256
"""Of a large matrix that are read at a time."""
MULTIPLIERS = 7


def _never() -> bool:
    return False


def lower_bound(
    problem: Problem,
    stops: list[Stop],
    over: Callable[[], bool] = _never,
    assigned_most: int = ASSIGNED_MOST,
) -> float | None:
    """Tenge that driving to these stops costs at least; None if some cannot be reached.

    Once ``over`` says that time is up, the bound is as good as it is by then.
    """
    if not stops or not problem.vehicles:
        return 0.0
    constant = _constant(problem, stops)
    if len(stops) > assigned_most:
        entered = _entered(problem, stops)
        return None if entered is None else entered + constant
    ways = [_ways(problem, vehicle, stops) for vehicle in _distinct(problem)]
    between = np.min([each[0] for each in ways], axis=0)
    away = np.min([each[1] for each in ways], axis=0)
    there = np.min([each[2] for each in ways], axis=0)
    if not (np.isfinite(away).all() and np.isfinite(there).all()):
        return None
    trips = _trips(problem, stops)
    over_depots = away[:, None] + there[None, :]
    best, step, multiplier = 0.0, float(np.median(over_depots)) / 2, 0.0
    for _try in range(MULTIPLIERS):
        costs = np.minimum(between, over_depots - multiplier)
        rows, columns = linear_sum_assignment(costs)
        used = int((over_depots[rows, columns] - multiplier <= between[rows, columns]).sum())
        best = max(best, float(costs[rows, columns].sum()) + trips * multiplier)
        if over() or used == trips or (used > trips and multiplier == 0.0):
            break
        multiplier = max(0.0, multiplier + (step if used < trips else -step))
        step /= 2
    return best + constant


def _constant(problem: Problem, stops: list[Stop]) -> float:
    """What the stops cost wherever the ways lead: the time they take, and one vehicle that goes out."""
    rate = min(vehicle.cost_per_hour for vehicle in problem.vehicles) / 3600
    return rate * sum(stop.service_s for stop in stops) + min(each.fixed_cost for each in problem.vehicles)


def _entered(problem: Problem, stops: list[Stop]) -> float | None:
    """Every stop is entered from somewhere, the first of a trip from where trips begin, and every trip goes to where it ends."""
    between, there, away = (np.full(len(stops), np.inf) for _ in range(3))
    places = np.array([stop.place for stop in stops])
    for vehicle in _distinct(problem):
        starts, ends = _ends(problem, vehicle)
        for at in range(0, len(stops), ROWS):
            rows = slice(at, at + ROWS)
            ways = _costs(problem, vehicle, places[rows], places)
            ways[np.arange(len(ways)), np.arange(at, at + len(ways))] = np.inf
            between = np.minimum(between, ways.min(axis=0))
        there = np.minimum(there, _costs(problem, vehicle, starts, places).min(axis=0))
        away = np.minimum(away, _costs(problem, vehicle, places, ends).min(axis=1))
    entered = np.minimum(between, there)
    if not (np.isfinite(entered).all() and np.isfinite(away).any()):
        return None
    trips = _trips(problem, stops)
    dearer = np.sort(there - entered)[:trips]  # of the stops with which trips begin
    last = np.sort(away)[:trips]  # of those with which they end
    return float(entered.sum() + sum(each[np.isfinite(each)].sum() for each in (dearer, last)))


def _distinct(problem: Problem) -> list[Vehicle]:
    kinds = {
        (each.profile, each.cost_per_km, each.cost_per_hour, each.start, each.end, each.start_place): each
        for each in problem.vehicles
    }
    return list(kinds.values())


def _ways(
    problem: Problem, vehicle: Vehicle, stops: list[Stop]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """What it costs a vehicle between stops, from each stop to the end of a trip, and from a trip's start to each stop."""
    places = [stop.place for stop in stops]
    starts, ends = _ends(problem, vehicle)
    between = _costs(problem, vehicle, places, places)
    np.fill_diagonal(between, np.inf)
    large = 1e12
    return (
        np.minimum(between, large),
        _costs(problem, vehicle, places, ends).min(axis=1),
        _costs(problem, vehicle, starts, places).min(axis=0),
    )


def _ends(problem: Problem, vehicle: Vehicle) -> tuple[list[int], list[int]]:
    """Places where a trip of a vehicle may begin, and where it may end."""
    sites = [site.place for site in problem.disposals]
    ends = [problem.depot[vehicle.end].place]
    if sites and problem.load is Load.COLLECT and vehicle.unloads_before_end:
        ends = sites
    elif sites:
        ends = [*ends, *sites]
    return [problem.begins_at(vehicle), *sites], ends


def _costs(problem: Problem, vehicle: Vehicle, sources: ArrayLike, targets: ArrayLike) -> NDArray[np.float64]:
    """Tenge from each source to each target; infinite where no way leads."""
    matrix = problem.matrices[vehicle.profile]
    pairs = np.ix_(np.asarray(sources), np.asarray(targets))
    seconds = matrix.seconds[pairs]
    costs = matrix.metres[pairs] * (vehicle.cost_per_km / 1000) + seconds * (vehicle.cost_per_hour / 3600)
    return np.where(seconds < 0, np.inf, costs)


def _trips(problem: Problem, stops: list[Stop]) -> int:
    """How many trips the loads need at least."""
    needed = 1
    for dimension in range(len(problem.dimensions)):
        largest = max(vehicle.capacity[dimension] for vehicle in problem.vehicles)
        total = sum(stop.demand[dimension] for stop in stops)
        carried = sum(each.load[dimension] for each in problem.vehicles if each.load)
        if largest > 0:
            needed = max(needed, -(-(total - (carried if problem.load is Load.DELIVER else 0)) // largest))
    return needed
