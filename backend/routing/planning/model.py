"""PyVRP's data with the way back: its routes as steps again, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyvrp

from backend.routing.planning.plan import Act
from backend.routing.planning.problem import (
    Problem,
    Vehicle,
)
from backend.routing.planning.scheduling import Step

Row = tuple[tuple[int, ...], int]
"""A route as activities (client numbers from 0 up, −1 − depot for an unloading) and the number of its vehicle type."""


@dataclass(frozen=True, eq=False)
class Model:
    """PyVRP's data with the way back: clients to stops, depots to disposal sites, types to vehicles."""

    problem: Problem
    data: pyvrp.ProblemData
    stop_ids: tuple[str, ...]
    site_of_depot: dict[int, str]
    classes: tuple[tuple[Vehicle, ...], ...]
    scale: int
    prices: tuple[int, ...]
    """What leaving each client's stop out costs a search."""

    @cached_property
    def is_timed(self) -> bool:
        """Whether driving takes time, so that shifts and windows matter."""
        return any(each.any() for each in self.data.duration_matrices())

    @cached_property
    def alternatives(self) -> tuple[tuple[int, ...], ...]:
        """Clients that stand for one stop together, of which one is served."""
        members: dict[str, list[int]] = {}
        for number, stop_id in enumerate(self.stop_ids):
            members.setdefault(stop_id, []).append(number)
        return tuple(tuple(each) for each in members.values())

    def steps(self, row: Row) -> tuple[Step, ...]:
        """A row's activities as steps; the last unloading is not in them."""
        return tuple(
            (Act.STOP, self.stop_ids[each]) if each >= 0 else (Act.UNLOAD, self.site_of_depot[-1 - each])
            for each in row[0]
        )

    def cost_of(self, route: pyvrp.Route) -> int:
        """What a route costs beyond its vehicle staying where it is; prizes apart."""
        kind = self.data.vehicle_type(route.vehicle_type())
        return (
            int(kind.fixed_cost + route.distance_cost() + route.duration_cost())
            - self.idle[route.vehicle_type()]
        )

    @cached_property
    def idle(self) -> tuple[int, ...]:
        """What a vehicle of each type costs without a stop: nothing, or its way home when it is under way."""
        costs = []
        for kind, group in zip(self.data.vehicle_types(), self.classes, strict=True):
            start, end = (self.data.depot(each).location for each in (kind.start_depot, kind.end_depot))
            lasts = int(self.data.duration_matrix(kind.profile)[start, end])
            home = int(self.data.distance_matrix(kind.profile)[start, end]) + kind.fixed_cost
            home += kind.unit_duration_cost * lasts + kind.unit_overtime_cost * max(
                0, lasts - kind.shift_duration
            )
            costs.append(home if group[0].under_way else 0)
        return tuple(costs)

    def solution(self, rows: Iterable[Row]) -> pyvrp.Solution:
        """Rows as a PyVRP solution, to begin a search from."""
        return pyvrp.Solution(self.data, [self.route(row) for row in rows])

    def route(self, row: Row) -> pyvrp.Route:
        """A row as a PyVRP route."""
        kinds = pyvrp.ActivityType
        activities = [
            pyvrp.Activity(kinds.CLIENT, each) if each >= 0 else pyvrp.Activity(kinds.DEPOT, -1 - each)
            for each in row[0]
        ]
        return pyvrp.Route(self.data, activities, row[1])

    def by_vehicle(self, rows: Iterable[Row]) -> dict[str, tuple[Step, ...]]:
        """Steps by vehicle: each row given to a vehicle of its class, in the vehicles' order."""
        free = [list(group) for group in self.classes]
        return {
            free[row[1]].pop(0).id: self.steps(row) for row in sorted(rows, key=lambda row: (row[1], row[0]))
        }

    def rows_of(self, tours: Iterable[tuple[str, Sequence[Step]]]) -> list[Row]:
        """Steps by vehicle as rows; unknown stops are passed over, a last unloading is left out."""
        client = {stop_id: number for number, stop_id in reversed(list(enumerate(self.stop_ids)))}
        depot = {site: number for number, site in self.site_of_depot.items()}
        type_of = {each.id: number for number, group in enumerate(self.classes) for each in group}
        rows = []
        for vehicle_id, steps in tours:
            vehicle = self.problem.vehicle[vehicle_id]
            acts = [
                client[id] if act is Act.STOP else -1 - depot[id]
                for act, id in steps
                if (id in client if act is Act.STOP else id in depot)
            ]
            while acts and acts[0] < 0 and not vehicle.load:
                acts.pop(0)
            while acts and acts[-1] < 0:
                acts.pop()
            if acts:
                rows.append((tuple(acts), type_of[vehicle_id]))
        return rows


def row_of(route: pyvrp.Route) -> Row:
    """A PyVRP route as a row."""
    acts = [each.idx if each.is_client() else -1 - each.idx for each in route]
    return tuple(acts[1:-1]), route.vehicle_type()
