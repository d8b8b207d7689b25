"""What is done or locked is taken out of the search: each vehicle starts where, when and as full as its locked steps leave it."""

from __future__ import annotations

from dataclasses import replace

from backend.routing.planning.plan import Act
from backend.routing.planning.problem import UNREACHABLE, Load, Problem, Vehicle
from backend.routing.planning.scheduling import Step


def locked_steps(problem: Problem, vehicle: Vehicle) -> tuple[Step, ...]:
    """A vehicle's locked ids as steps."""
    return tuple((Act.STOP if id in problem.stop else Act.UNLOAD, id) for id in vehicle.locked)


def without_locked(problem: Problem) -> Problem:
    """The problem that is left when every vehicle has done what is locked."""
    locked = {id for vehicle in problem.vehicles for id in vehicle.locked}
    if not locked:
        return problem
    return replace(
        problem,
        stops=tuple(stop for stop in problem.stops if stop.id not in locked),
        vehicles=tuple(_moved_on(problem, vehicle) for vehicle in problem.vehicles),
    )


def _moved_on(problem: Problem, vehicle: Vehicle) -> Vehicle:
    if not vehicle.locked:
        return vehicle
    matrix = problem.matrices[vehicle.profile]
    place, now_s = problem.begins_at(vehicle), vehicle.shift.opens_s
    load, metres, unloads = vehicle.load or (0,) * len(vehicle.capacity), 0, 0
    sign = 1 if problem.load is Load.COLLECT else -1
    for act, id in locked_steps(problem, vehicle):
        if act is Act.STOP:
            stop = problem.stop[id]
            to, windows, stay_s = stop.place, stop.windows, stop.service_s
            load = tuple(max(0, a + sign * b) for a, b in zip(load, stop.demand, strict=True))
        else:
            site = problem.disposal[id]
            to, windows, stay_s = site.place, site.hours, site.stay_s
            load = (0,) * len(vehicle.capacity) if sign > 0 else vehicle.capacity
            unloads += 1
        leg_s = int(matrix.seconds[place, to])
        now_s += 0 if leg_s == UNREACHABLE else leg_s
        metres += max(0, int(matrix.metres[place, to]))
        later = [max(now_s, each.opens_s) for each in windows if now_s <= each.closes_s]
        now_s = min(later, default=now_s) + stay_s
        place = to
    rest = vehicle.rest
    if rest is not None and now_s > rest.window.closes_s:
        now_s, rest = now_s + rest.seconds, None
    spent_s = now_s - vehicle.shift.opens_s
    return replace(
        vehicle,
        start_place=place,
        shift=replace(vehicle.shift, opens_s=min(now_s, vehicle.shift.closes_s)),
        load=tuple(map(min, load, vehicle.capacity)),
        locked=(),
        rest=rest,
        under_way=True,
        max_duration_s=None if vehicle.max_duration_s is None else max(0, vehicle.max_duration_s - spent_s),
        max_distance_m=None if vehicle.max_distance_m is None else max(0, vehicle.max_distance_m - metres),
        max_unloads=None if vehicle.max_unloads is None else max(0, vehicle.max_unloads - unloads),
    )
