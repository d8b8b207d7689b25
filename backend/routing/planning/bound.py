"""A cost below which no plan can lie: the assignment relaxation of routes, with as many trips as the loads need.

Each stop is entered once and left once, as cheaply as any vehicle could; a trip leaves a depot or disposal site and ends at one. That
the ways make tours is dropped, so the bound is honest but loose: often a fifth below the best plan.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from backend.routing.planning.problem import Load, Problem, Stop, Vehicle

STOPS_MOST = 1_000
"""Beyond, the assignment would take longer than it tells."""
MULTIPLIERS = 7


def _never() -> bool:
    return False


def lower_bound(problem: Problem, stops: list[Stop], over: Callable[[], bool] = _never) -> float | None:
    """Tenge that driving to these stops costs at least; None if there are too many to say.

    Once ``over`` says that time is up, the bound is as good as it is by then.
    """
    if not stops or not problem.vehicles:
        return 0.0
    if len(stops) > STOPS_MOST:
        return None
    ways = [_ways(problem, vehicle, stops) for vehicle in _distinct(problem)]
    between = np.min([each[0] for each in ways], axis=0)
    away = np.min([each[1] for each in ways], axis=0)
    there = np.min([each[2] for each in ways], axis=0)
    if not (np.isfinite(away).all() and np.isfinite(there).all()):
        return None
    trips = _trips(problem, stops)
    rate = min(vehicle.cost_per_hour for vehicle in problem.vehicles) / 3600
    constant = rate * sum(stop.service_s for stop in stops) + min(
        each.fixed_cost for each in problem.vehicles
    )
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
    matrix = problem.matrices[vehicle.profile]
    costs = matrix.metres * (vehicle.cost_per_km / 1000) + matrix.seconds * (vehicle.cost_per_hour / 3600)
    costs = np.where(matrix.seconds < 0, np.inf, costs)
    places = [stop.place for stop in stops]
    sites = [site.place for site in problem.disposals]
    ends = [problem.depot[vehicle.end].place]
    if sites and problem.load is Load.COLLECT and vehicle.unloads_before_end:
        ends = sites
    elif sites:
        ends = [*ends, *sites]
    starts = [problem.begins_at(vehicle), *sites]
    between = costs[np.ix_(places, places)].copy()
    np.fill_diagonal(between, np.inf)
    large = 1e12
    return (
        np.minimum(between, large),
        costs[np.ix_(places, ends)].min(axis=1),
        costs[np.ix_(starts, places)].min(axis=0),
    )


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
