"""The problem as PyVRP takes it.

Three things that PyVRP does not know are laid into its data:

- **Empty before the end.** A vehicle that must unload before its end depot gets an end of its own: the way there from any place leads
  over the cheapest disposal site, its stay included. A trip that ends in the middle of a tour uses PyVRP's reload depots.
- **Who may serve what.** Stops that only some vehicles may serve take one unit of a load dimension in which the others have none.
- **Prices beside driving** (foreign districts, changes) lie on the ways into a stop, in a matrix of their own for each class of vehicles.

Rests shorten shifts and windows here; ``scheduling`` then lays each rest where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pyvrp
from numpy.typing import NDArray

from backend.routing.planning.locations import FAR_S, End, Locations
from backend.routing.planning.model import Model
from backend.routing.planning.problem import (
    Load,
    Problem,
    Stop,
    Vehicle,
    Window,
    may_enter,
    may_serve,
)

FINE = 1000
"""Units of the search for each tenge where rates by the hour would round badly."""
LATEST_S = 10**9
ENOUGH = 10**6

Matrices = tuple[NDArray[np.int64], NDArray[np.int64]]


def build(problem: Problem, *, soft: bool) -> Model:
    """PyVRP's data for a sound problem without locked steps; ``soft``: required stops may be left out, at a high price."""
    return _Builder(problem, soft).model()


class _Builder:
    def __init__(self, problem: Problem, soft: bool) -> None:
        self.problem, self.soft = problem, soft
        priced = bool(problem.earlier) and (problem.prices.moved_stop or problem.prices.moved_order)
        self.classes = _classes(problem, apart=bool(priced))
        self.scale = 1 if _in_whole_units(problem) else FINE
        self.rest_s = max((each.rest.seconds for each in problem.vehicles if each.rest), default=0)
        self.rest_opens_s = min(
            (each.rest.window.opens_s for each in problem.vehicles if each.rest), default=LATEST_S
        )
        barred = {tuple(not may_serve(group[0], stop) for group in self.classes) for stop in problem.stops}
        self.sets = sorted(each for each in barred if any(each))
        opens = [each.shift.opens_s for each in problem.vehicles]
        self.offset_s = -min([0, *opens])

    def model(self) -> Model:
        problem = self.problem
        stops, windows = zip(*self._clients_of(problem.stops), strict=True) if problem.stops else ((), ())
        n = len(stops)
        starts = list(dict.fromkeys(problem.begins_at(group[0]) for group in self.classes))
        ends = list(dict.fromkeys(self._end(group[0]) for group in self.classes))
        sites = [(site, window) for site in problem.disposals for window in site.hours or (None,)]
        self.sites = sites
        rows = np.array(
            [stop.place for stop in stops]
            + [site.place for site, _window in sites]
            + starts
            + [problem.depot[depot].place for depot, _sites in ends],
            dtype=np.int64,
        )
        idle = {
            (starts.index(problem.begins_at(group[0])), ends.index(self._end(group[0])))
            for group in self.classes
            if group[0].under_way
        }
        locations = Locations(problem, rows, stops, len(sites), len(starts), tuple(ends), self.scale, idle)
        first_start = n + len(sites)
        first_end = first_start + len(starts)
        depots = [
            pyvrp.Depot(n + number, *self._hours(window), service_duration=site.stay_s)
            for number, (site, window) in enumerate(sites)
        ]
        depots += [pyvrp.Depot(first_start + number) for number in range(len(starts))]
        depots += [
            pyvrp.Depot(first_end + number, tw_late=self._end_closes(vias))
            for number, (_d, vias) in enumerate(ends)
        ]
        profiles: dict[object, Matrices] = {}
        types = []
        for group in self.classes:
            vehicle = group[0]
            key = self._profile_key(vehicle)
            if key not in profiles:
                profiles[key] = locations.matrices(vehicle)
            types.append(
                self._type(
                    group,
                    start=len(sites) + starts.index(problem.begins_at(vehicle)),
                    end=len(sites) + len(starts) + ends.index(self._end(vehicle)),
                    profile=list(profiles).index(key),
                )
            )
        matrices = list(profiles.values())
        self.high = self._high_prize(matrices)
        clients, groups = self._clients(stops, windows)
        data = pyvrp.ProblemData(
            [pyvrp.Location(0, 0) for _each in rows],
            clients,
            depots,
            types,
            cast(Any, [costs for costs, _durations in matrices]),
            cast(Any, [durations for _costs, durations in matrices]),
            groups,
        )
        return Model(
            problem,
            data,
            tuple(stop.id for stop in stops),
            {number: site.id for number, (site, _window) in enumerate(sites)},
            tuple(tuple(group) for group in self.classes),
            self.scale,
            tuple(self._price(stop) for stop in stops),
        )

    def _end(self, vehicle: Vehicle) -> End:
        """A vehicle's end depot and the sites over which it may go there; none: it need not unload."""
        if self.problem.load is Load.DELIVER or not vehicle.unloads_before_end:
            return vehicle.end, ()
        return vehicle.end, tuple(site.id for site in self.problem.disposals if may_enter(vehicle, site))

    def _end_closes(self, vias: tuple[str, ...]) -> int:
        """When a vehicle may at the latest be home after its last unloading."""
        if not vias:
            return LATEST_S
        sites = [self.problem.disposal[each] for each in vias]
        if not all(site.hours for site in sites):
            return LATEST_S
        last = max(
            max(each.closes_s for each in site.hours) + site.stay_s + self._longest_home(site.place)
            for site in sites
        )
        return max(0, last + self.offset_s)

    def _longest_home(self, place: int) -> int:
        ends = [self.problem.depot[each.end].place for each in self.problem.vehicles]
        return max(int(matrix.seconds[place, ends].max()) for matrix in self.problem.matrices.values())

    def _hours(self, window: Window | None) -> tuple[int, int]:
        if window is None:
            return 0, LATEST_S
        return self._narrow(window)

    def _narrow(self, window: Window) -> tuple[int, int]:
        """A window in PyVRP's seconds, narrowed so that a rest before it cannot make it missed."""
        closes_s = window.closes_s
        if self.rest_s and closes_s > self.rest_opens_s:
            closes_s = max(closes_s - self.rest_s, self.rest_opens_s, window.opens_s)
        return max(0, window.opens_s + self.offset_s), max(0, closes_s + self.offset_s)

    def _profile_key(self, vehicle: Vehicle) -> object:
        prices = self.problem.prices
        return (
            vehicle.profile,
            vehicle.cost_per_km,
            vehicle.cost_per_hour,
            vehicle.districts if prices.foreign_district else None,
            vehicle.id if self.problem.earlier and (prices.moved_stop or prices.moved_order) else None,
        )

    def _high_prize(self, matrices: list[Matrices]) -> int:
        """More than serving any one stop by a vehicle of its own costs."""
        dearest = 1
        for group in self.classes:
            vehicle = group[0]
            costs, seconds = matrices[0]
            there = int(costs[seconds < FAR_S].max(initial=1)) * 3
            hours = int(seconds[seconds < FAR_S].max(initial=0)) * 3 * vehicle.cost_per_hour / 3600
            dearest = max(dearest, there + round((vehicle.fixed_cost + hours) * self.scale))
        return 2 * dearest

    def _clients_of(self, stops: Iterable[Stop]) -> Iterator[tuple[Stop, Window | None]]:
        """One client for each window of each stop."""
        for stop in stops:
            windows = [each for each in stop.windows if each.opens_s <= each.closes_s]
            yield from ((stop, window) for window in windows)
            if not windows:
                yield stop, None

    def _price(self, stop: Stop) -> int:
        return self.high * (1 + max(0, stop.priority)) if stop.required else round(stop.prize * self.scale)

    def _clients(
        self, stops: Sequence[Stop], windows: Sequence[Window | None]
    ) -> tuple[list[pyvrp.Client], list[pyvrp.ClientGroup]]:
        marks = self._marks(stops)
        clients: list[pyvrp.Client] = []
        groups: dict[str, list[int]] = {}
        collects = self.problem.load is Load.COLLECT
        several = {stop.id for stop, after in pairwise(stops) if stop.id == after.id}
        for number, (stop, window) in enumerate(zip(stops, windows, strict=True)):
            required = stop.required and not self.soft
            amounts = [*stop.demand, *(int(mark) for mark in marks[number])]
            early_s, late_s = self._hours(window)
            group = None
            if stop.id in several:
                group = list(groups).index(stop.id) if stop.id in groups else len(groups)
                groups.setdefault(stop.id, []).append(number)
            clients.append(
                pyvrp.Client(
                    number,
                    delivery=[] if collects else amounts,
                    pickup=amounts if collects else [],
                    service_duration=stop.service_s,
                    tw_early=early_s,
                    tw_late=late_s,
                    release_time=0 if collects else max(0, stop.ready_s + self.offset_s),
                    prize=0 if required else self._price(stop),
                    required=required and group is None,
                    group=group,
                )
            )
        required_of = {stop.id: stop.required and not self.soft for stop in stops}
        return clients, [
            pyvrp.ClientGroup(members, required=required_of[stop_id]) for stop_id, members in groups.items()
        ]

    def _marks(self, stops: Sequence[Stop]) -> NDArray[np.bool_]:
        """For each stop one mark for each set of classes that excludes somebody, (stops, sets)."""
        barred = [tuple(not may_serve(group[0], stop) for group in self.classes) for stop in stops]
        marks = np.zeros((len(barred), len(self.sets)), dtype=bool)
        for number, each in enumerate(barred):
            if any(each):
                marks[number, self.sets.index(each)] = True
        return marks

    def _type(self, group: Sequence[Vehicle], *, start: int, end: int, profile: int) -> pyvrp.VehicleType:
        problem, vehicle = self.problem, group[0]
        number = next(i for i, each in enumerate(self.classes) if each[0].id == vehicle.id)
        room = [0 if barred[number] else ENOUGH for barred in self.sets]
        rest_s = vehicle.rest.seconds if vehicle.rest else 0
        shift = vehicle.shift
        longest = min(vehicle.max_duration_s or LATEST_S, shift.closes_s - shift.opens_s) - rest_s
        balanced = problem.prices.balanced_duration_s
        usual = longest if balanced is None else max(0, min(longest, balanced - rest_s))
        unloads = vehicle.max_unloads
        if unloads is not None and self._end(vehicle)[1]:
            unloads = max(0, unloads - 1)
        furthest = LATEST_S**2
        if vehicle.max_distance_m is not None and vehicle.cost_per_km > 0:
            furthest = int(vehicle.max_distance_m * vehicle.cost_per_km * self.scale / 1000)
        return pyvrp.VehicleType(
            len(group),
            [*vehicle.capacity, *room],
            start,
            end,
            round(vehicle.fixed_cost * self.scale),
            max(0, shift.opens_s + self.offset_s),
            max(0, shift.closes_s + self.offset_s - rest_s),
            max(0, usual),
            unit_distance_cost=1,
            unit_duration_cost=round(vehicle.cost_per_hour * self.scale / 3600),
            profile=profile,
            initial_load=[*vehicle.load, *(0 for _set in self.sets)] if any(vehicle.load) else [],
            reload_depots=[
                depot for depot, (site, _window) in enumerate(self.sites) if may_enter(vehicle, site)
            ],
            max_overtime=max(0, longest - usual),
            unit_overtime_cost=round(problem.prices.overtime_per_hour * self.scale / 3600),
            max_distance=furthest,
            max_reloads=ENOUGH if unloads is None else unloads,
        )


def _classes(problem: Problem, *, apart: bool) -> list[list[Vehicle]]:
    if apart:
        return [[vehicle] for vehicle in problem.vehicles]
    classes: dict[Vehicle, list[Vehicle]] = {}
    for vehicle in problem.vehicles:
        classes.setdefault(replace(vehicle, id=""), []).append(vehicle)
    return list(classes.values())


def _in_whole_units(problem: Problem) -> bool:
    """Whether all costs are whole numbers of tenge, so that the search needs no finer unit."""
    prices = problem.prices
    beside = (prices.foreign_district, prices.overtime_per_hour, prices.moved_stop, prices.moved_order)
    return not any(beside) and all(
        each.cost_per_km % 1000 == 0 and each.cost_per_hour == 0 and each.fixed_cost % 1 == 0
        for each in problem.vehicles
    )
