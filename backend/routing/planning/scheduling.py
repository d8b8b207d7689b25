"""The times and loads of one tour whose order is given: earliest end, then the latest start that keeps it.

A sequence is a tuple of steps; waiting, queues, opening hours, ready times and the rest of the crew are laid into it here, so that
whatever search made the sequence, all plans are timed by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from backend.routing.planning.costs import cost_of_tour
from backend.routing.planning.plan import Act, Tour, Visit, Why
from backend.routing.planning.problem import UNREACHABLE, Load, Problem, Vehicle, Window, may_enter, may_serve

Step = tuple[Act, str]
"""A stop or an unloading, by id; a tour is a sequence of them between start and end."""

ALWAYS = (Window(-(10**9), 10**9),)


@dataclass(frozen=True, slots=True)
class Impossible:
    """Why a sequence cannot be driven, and at which step it fails (its number; the number of steps: at the end)."""

    why: Why
    step: int


@dataclass(slots=True)
class _Node:
    act: Act
    id: str
    place: int
    windows: tuple[Window, ...]
    stay_s: int
    ready_s: int = -(10**9)


def schedule(problem: Problem, vehicle: Vehicle, steps: Sequence[Step]) -> Tour | Impossible:
    """Time a sequence for a vehicle; an `Impossible` when a limit would be broken."""
    for number, (act, id) in enumerate(steps):
        admitted = (
            may_serve(vehicle, problem.stop[id])
            if act is Act.STOP
            else may_enter(vehicle, problem.disposal[id])
        )
        if not admitted:
            return Impossible(Why.NO_ROOM, number)
    unloads = sum(act is Act.UNLOAD for act, _id in steps)
    if vehicle.max_unloads is not None and unloads > vehicle.max_unloads:
        return Impossible(Why.NO_ROOM, len(steps))
    loads = _loads(problem, vehicle, steps)
    if isinstance(loads, Impossible):
        return loads
    nodes = _nodes(problem, vehicle, steps)
    matrix = problem.matrices[vehicle.profile]
    seconds, metres = matrix.seconds, matrix.metres
    legs = [int(seconds[a.place, b.place]) for a, b in pairwise(nodes)]
    for number, leg in enumerate(legs):
        if leg == UNREACHABLE:
            return Impossible(Why.NO_TIME, number)
    distance_m = sum(int(metres[a.place, b.place]) for a, b in pairwise(nodes))
    if vehicle.max_distance_m is not None and distance_m > vehicle.max_distance_m:
        return Impossible(Why.NO_TIME, len(steps))
    best: list[tuple[int, int, int]] | None = None
    chosen = nodes
    failed = len(steps)
    for candidate, candidate_legs in _with_rest(vehicle, nodes, legs):
        times = _times(candidate, candidate_legs)
        if isinstance(times, int):
            failed = max(0, times - 1)
        elif vehicle.max_duration_s is not None and times[-1][0] - times[0][2] > vehicle.max_duration_s:
            failed = len(steps)
        elif best is None or (times[-1][0], -times[0][2]) < (best[-1][0], -best[0][2]):
            best, chosen = times, candidate
    if best is None:
        return Impossible(Why.NO_TIME, min(failed, len(steps)))
    visits = []
    carried = iter(loads)
    load = next(carried)
    for node, (arrives_s, begins_s, leaves_s) in zip(chosen, best, strict=True):
        if node.act in (Act.STOP, Act.UNLOAD):
            load = next(carried)
        visits.append(Visit(node.act, node.id, node.place, arrives_s, begins_s, leaves_s, load))
    return Tour(
        vehicle.id, tuple(visits), distance_m, cost_of_tour(problem, vehicle, tuple(visits), distance_m)
    )


def _loads(problem: Problem, vehicle: Vehicle, steps: Sequence[Step]) -> list[tuple[int, ...]] | Impossible:
    """What is carried when leaving the start and each step."""
    zero = (0,) * len(vehicle.capacity)
    demands = [problem.stop[id].demand if act is Act.STOP else None for act, id in steps]
    if problem.load is Load.COLLECT:
        load = vehicle.load or zero
        loads = [load]
        for number, demand in enumerate(demands):
            load = zero if demand is None else tuple(a + b for a, b in zip(load, demand, strict=True))
            if any(a > b for a, b in zip(load, vehicle.capacity, strict=True)):
                return Impossible(Why.NO_ROOM, number)
            loads.append(load)
        if vehicle.unloads_before_end and any(load):
            return Impossible(Why.NO_ROOM, len(steps))
        return loads
    left = list(vehicle.load) if vehicle.under_way else []
    behind = zero
    loads = [zero] * (len(steps) + 1)
    for number in range(len(steps), 0, -1):
        loads[number] = behind
        demand = demands[number - 1]
        behind = zero if demand is None else tuple(a + b for a, b in zip(behind, demand, strict=True))
        if any(a > b for a, b in zip(behind, vehicle.capacity, strict=True)):
            return Impossible(Why.NO_ROOM, number - 1)
    if left and any(a > b for a, b in zip(behind, left, strict=True)):
        return Impossible(Why.NO_ROOM, 0)
    loads[0] = behind
    return loads


def _nodes(problem: Problem, vehicle: Vehicle, steps: Sequence[Step]) -> list[_Node]:
    nodes = [
        _Node(Act.START, vehicle.start, problem.begins_at(vehicle), (vehicle.shift,), 0),
    ]
    trip = nodes[0]
    for act, id in steps:
        if act is Act.UNLOAD:
            site = problem.disposal[id]
            nodes.append(_Node(act, id, site.place, site.hours or ALWAYS, site.stay_s))
            trip = nodes[-1]
        else:
            stop = problem.stop[id]
            nodes.append(_Node(act, id, stop.place, stop.windows or ALWAYS, stop.service_s))
            if problem.load is Load.DELIVER:
                trip.ready_s = max(trip.ready_s, stop.ready_s)
    end = Window(ALWAYS[0].opens_s, vehicle.shift.closes_s)
    nodes.append(_Node(Act.END, vehicle.end, problem.depot[vehicle.end].place, (end,), 0))
    return nodes


def _with_rest(
    vehicle: Vehicle, nodes: list[_Node], legs: list[int]
) -> Iterator[tuple[list[_Node], list[int]]]:
    """The sequence as it is where it needs no rest, else with the rest in each place where it may begin in time."""
    rest = vehicle.rest
    times = _times(nodes, legs)
    if rest is None or isinstance(times, int):
        yield nodes, legs
        return
    if times[-1][0] <= rest.window.closes_s or times[0][2] >= rest.window.closes_s:
        yield nodes, legs
        return
    early = _forward(nodes, legs, nodes[0].windows[0].opens_s)
    assert not isinstance(early, int)
    for number, (arrives_s, _begins_s, leaves_s) in enumerate(early):
        for after, moment in ((False, arrives_s), (True, leaves_s)):
            if moment > rest.window.closes_s or (number == 0 and not after):
                continue
            if number == len(nodes) - 1 and after:
                continue
            node = _Node(Act.REST, "", nodes[number].place, (rest.window,), rest.seconds)
            at = number + 1 if after else number
            split = [0, legs[number]] if after else [legs[number - 1], 0]
            leg = number if after else number - 1
            yield [*nodes[:at], node, *nodes[at:]], [*legs[:leg], *split, *legs[leg + 1 :]]


def _times(nodes: list[_Node], legs: list[int]) -> list[tuple[int, int, int]] | int:
    """Arrival, begin and departure of each node with the earliest end and, keeping that, the latest start; or where it fails."""
    early = _forward(nodes, legs, nodes[0].windows[0].opens_s)
    if isinstance(early, int):
        return early
    latest = early[-1][0]
    for number in range(len(nodes) - 2, -1, -1):
        node = nodes[number]
        latest_leave = latest - legs[number]
        begins_s = early[number][1]
        closes_s = next(
            window.closes_s for window in node.windows if window.opens_s <= begins_s <= window.closes_s
        )
        latest = max(begins_s, min(closes_s, latest_leave - node.stay_s))
    timed = _forward(nodes, legs, latest)
    return early if isinstance(timed, int) else timed


def _forward(nodes: list[_Node], legs: list[int], start_s: int) -> list[tuple[int, int, int]] | int:
    times = []
    arrives_s = start_s
    for number, node in enumerate(nodes):
        begins_s = None
        for window in node.windows:
            if arrives_s <= window.closes_s:
                earliest = max(arrives_s, window.opens_s)
                begins_s = earliest if begins_s is None else min(begins_s, earliest)
        if begins_s is None:
            return number
        leaves_s = max(begins_s + node.stay_s, node.ready_s)
        times.append((arrives_s, begins_s, leaves_s))
        if number < len(legs):
            arrives_s = leaves_s + legs[number]
    return times
