"""``solve``: a plan of a night by streets, examined, searched, timed by one rule and complete with reasons."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from backend.routing.clearing.construction import construct
from backend.routing.clearing.finishing import Sequences, finish
from backend.routing.clearing.flaws import examine
from backend.routing.clearing.locking import locked_ahead, without_locked
from backend.routing.clearing.ordering import steps_in_order
from backend.routing.clearing.plan import Plan
from backend.routing.clearing.problem import Problem
from backend.routing.clearing.ways import Ways
from backend.routing.planning.limits import Limits
from backend.routing.planning.plan import Progress

ENDING_SHARE, ENDING_MOST_S, ENDING_EXAMINED = 0.01, 0.3, 1.3
"""Of a run's time and at most, and beside it so many times what examining the problem took: kept for timing the tours."""


def _ignore(_progress: Progress) -> None:
    pass


def _never() -> bool:
    return False


def solve(
    problem: Problem,
    seconds: float = 20.0,
    seed: int = 1,
    *,
    processes: int = 2,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    start: Mapping[str, Sequence[str]] | None = None,
    iterations: int | None = None,
) -> Plan:
    """The best plan found within a time or a number of iterations; whatever is wrong with the problem is in its flaws.

    ``start``: ids of tasks in order, by machine, to begin from. ``stop`` is asked often; once true the best plan so far comes back.
    """
    begun = time.monotonic()
    examined = examine(problem)
    ending_s = min(ENDING_SHARE * seconds, ENDING_MOST_S) + ENDING_EXAMINED * (time.monotonic() - begun)
    limits = Limits(begun, seconds, min(ending_s, seconds / 2), iterations, stop or _never)
    ways = Ways(examined.problem)
    ahead = locked_ahead(examined.problem, ways)
    rest = without_locked(examined.problem, ahead)
    sequences: Sequences = {}
    if rest.tasks and rest.machines:
        orders = construct(rest)
        sequences = {
            machine.id: steps_in_order(rest, machine, orders[machine.id], ways) or ()
            for machine in rest.machines
        }
    plan = finish(examined, sequences, ahead, ways, limits.is_ending)
    return replace(plan, seconds=time.monotonic() - begun, iterations=0, stopped_early=limits.stopped)
