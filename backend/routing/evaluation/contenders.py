"""Who plans an instance: our planner, and beside it PyVRP alone, VROOM and OR-Tools with the same seconds on the same cores.

Each gives sequences; ours are finished, timed and checked exactly as theirs. VROOM and OR-Tools are imported only here and only when
asked: the product does not need them. What a solver has no words for (loads that lie ready later, reloading) it is not asked.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from backend.routing.evaluation import arc_contenders, qingdao
from backend.routing.evaluation.instances import Instance, steps_of
from backend.routing.planning.finishing import finish
from backend.routing.planning.flaws import examine
from backend.routing.planning.plan import Plan
from backend.routing.planning.solving import solve

CORES = 2
FURTHER_VEHICLES = 6
"""Beyond the fewest that the loads need; a solver that scans all vehicles is not handed one for each stop."""

Contender = Callable[[Any, Path, float, int], Any]
"""Plans an instance of its kind, read from a file, in so many seconds with a seed."""


def ours(instance: Instance, _path: Path, seconds: float, seed: int) -> Plan:
    """The planner as the product calls it."""
    return solve(instance.problem, seconds, seed, processes=CORES)


def pyvrp_alone(instance: Instance, path: Path, seconds: float, seed: int) -> Plan:
    """PyVRP with its defaults, reading the file itself; it uses one core."""
    import pyvrp
    from pyvrp.exceptions import PenaltyBoundWarning
    from pyvrp.stop import MaxRuntime

    rounding = "round" if not instance.problem.disposals else "dimacs"
    data = pyvrp.read(path, round_func=rounding)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        result = pyvrp.solve(data, MaxRuntime(seconds), seed=seed, collect_stats=False)
    routes = [
        [each.idx + 1 if each.is_client() else 0 for each in list(route)[1:-1]]
        for route in result.best.routes()
    ]
    return _plan(instance, routes)


def vroom_alone(instance: Instance, _path: Path, seconds: float, _seed: int) -> Plan:
    """VROOM at its highest level of exploration, with as many threads as cores; it may end before its time."""
    import vroom

    problem = instance.problem
    metres = next(iter(problem.matrices.values())).metres.astype("uint32")
    given = vroom.Input()
    given.set_durations_matrix(profile="car", matrix_input=metres)
    given.set_costs_matrix(profile="car", matrix_input=metres)
    capacity = list(problem.vehicles[0].capacity)
    given.add_vehicle(
        [vroom.Vehicle(number, start=0, end=0, capacity=capacity) for number in range(_vehicles(instance))]
    )
    given.add_job(
        [
            vroom.Job(number, location=stop.place, delivery=list(stop.demand))
            for number, stop in enumerate(problem.stops, start=1)
        ]
    )
    answer = given.solve(exploration_level=5, nb_threads=CORES, timeout=timedelta(seconds=seconds))
    routes: dict[int, list[int]] = {}
    for step in answer.routes.itertuples():
        if step.type == "job":
            routes.setdefault(int(step.vehicle_id), []).append(int(step.id))
    return _plan(instance, list(routes.values()))


def ortools_alone(instance: Instance, _path: Path, seconds: float, _seed: int) -> Plan:
    """OR-Tools' routing library: savings, then guided local search; it uses one core."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    problem = instance.problem
    metres = next(iter(problem.matrices.values())).metres.tolist()
    demands = [0, *(stop.demand[0] for stop in problem.stops)]
    vehicles = _vehicles(instance)
    index = pywrapcp.RoutingIndexManager(len(metres), vehicles, 0)
    routing = pywrapcp.RoutingModel(index)
    ways = routing.RegisterTransitMatrix(metres)
    routing.SetArcCostEvaluatorOfAllVehicles(ways)
    loads = routing.RegisterUnaryTransitVector(demands)
    routing.AddDimension(loads, 0, problem.vehicles[0].capacity[0], True, "load")
    how = pywrapcp.DefaultRoutingSearchParameters()
    how.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.SAVINGS
    how.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    how.time_limit.FromMilliseconds(int(seconds * 1000))
    answer = routing.SolveWithParameters(how)
    routes = []
    for vehicle in range(vehicles if answer else 0):
        at, route = routing.Start(vehicle), []
        while not routing.IsEnd(at):
            if index.IndexToNode(at):
                route.append(index.IndexToNode(at))
            at = answer.Value(routing.NextVar(at))
        routes.append(route)
    return _plan(instance, [route for route in routes if route])


def savings_alone(instance: Instance, _path: Path, _seconds: float, _seed: int) -> Plan:
    """A savings construction; it takes the seconds that it needs."""
    return qingdao.savings_alone(instance.problem)


def pyvrp_in_districts(instance: Instance, _path: Path, seconds: float, seed: int) -> Plan:
    """PyVRP on districts, on both cores."""
    return qingdao.pyvrp_in_districts(instance.problem, seconds, seed)


CONTENDERS: dict[str, dict[str, Contender]] = {
    "cvrp": {"Qala": ours, "PyVRP": pyvrp_alone, "VROOM": vroom_alone, "OR-Tools": ortools_alone},
    "mtvrptw": {"Qala": ours, "PyVRP": pyvrp_alone},
    "carp": {"Qala": arc_contenders.ours, "PyVRP": arc_contenders.pyvrp_with_groups},
    "qingdao": {"Savings": savings_alone, "PyVRP in districts": pyvrp_in_districts, "Qala": ours},
}
"""By kind of instance."""


def load_average() -> float:
    """How many processes wanted a core in the last minute: figures from a busy machine are worse than they need be."""
    return round(os.getloadavg()[0], 1)


def _vehicles(instance: Instance) -> int:
    problem = instance.problem
    total = sum(stop.demand[0] for stop in problem.stops)
    return min(len(problem.vehicles), -(-total // problem.vehicles[0].capacity[0]) + FURTHER_VEHICLES)


def _plan(instance: Instance, routes: list[list[int]]) -> Plan:
    vehicles = instance.problem.vehicles
    sequences = {vehicles[number].id: steps_of(route) for number, route in enumerate(routes)}
    return finish(examine(instance.problem), sequences)
