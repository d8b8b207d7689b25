"""Who plans an arc routing instance: our solver, and beside it PyVRP with a client for each direction of each edge.

PyVRP knows stops and no streets: each direction of a task is a client of its own, the two exclude one another (a mutually exclusive group),
and the way from one to the next is that from where the first ends to where the second begins, the work on it added. It uses one core.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

from backend.routing.clearing.finishing import finish
from backend.routing.clearing.flaws import examine
from backend.routing.clearing.locking import locked_ahead
from backend.routing.clearing.plan import Act, Plan
from backend.routing.clearing.solving import solve
from backend.routing.clearing.ways import Ways
from backend.routing.evaluation.carp import DEPOT, ArcInstance

CORES = 2


def ours(instance: ArcInstance, _path: Path, seconds: float, seed: int) -> Plan:
    """The solver as the product calls it."""
    return solve(instance.problem, seconds, seed, processes=CORES)


def pyvrp_with_groups(instance: ArcInstance, _path: Path, seconds: float, seed: int) -> Plan:
    """PyVRP with its defaults on two clients for each task."""
    import pyvrp
    from pyvrp.exceptions import PenaltyBoundWarning
    from pyvrp.stop import MaxRuntime

    problem = instance.problem
    arcs = [(task, mode) for task in range(len(problem.tasks)) for mode in range(2)]
    modes = [problem.tasks[task].modes[mode] for task, mode in arcs]
    enters = np.array([*(each.enters for each in modes), DEPOT])
    leaves = np.array([*(each.leaves for each in modes), DEPOT])
    metres = problem.travel("", leaves, enters).metres + np.array([*(each.metres for each in modes), 0])
    np.fill_diagonal(metres, 0)
    clients = [
        pyvrp.Client(at, delivery=[problem.tasks[task].demand_kg], required=False, group=task)
        for at, (task, _mode) in enumerate(arcs)
    ]
    capacity = problem.machines[0].capacity_kg or 0
    data = pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _each in enters],
        clients,
        [pyvrp.Depot(len(arcs))],
        [pyvrp.VehicleType(len(problem.tasks), [capacity])],
        [metres],
        [np.zeros_like(metres)],
        [pyvrp.ClientGroup([2 * task, 2 * task + 1]) for task in range(len(problem.tasks))],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        result = pyvrp.solve(data, MaxRuntime(seconds), seed=seed, collect_stats=False)
    sequences = {}
    for machine, route in zip(problem.machines, result.best.routes(), strict=False):
        visited = [arcs[each.idx] for each in route if each.is_client()]
        sequences[machine.id] = tuple((Act.TASK, problem.tasks[task].id, mode) for task, mode in visited)
    examined = examine(problem)
    ways = Ways(examined.problem)
    return finish(examined, sequences, locked_ahead(examined.problem, ways), ways)
