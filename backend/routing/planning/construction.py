"""A first plan in seconds, however many stops: savings (Clarke and Wright 1964) make trips, and each trip goes to the vehicle that it costs least.

What fits nowhere stays out; a search begins from here, and measurements compare with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from backend.routing.planning.finishing import complete
from backend.routing.planning.flaws import vehicle_classes
from backend.routing.planning.plan import Act
from backend.routing.planning.problem import Load, Problem, Stop, Vehicle, may_enter, may_serve
from backend.routing.planning.scheduling import Impossible, Step

NEIGHBOURS = 40
"""Of each stop's nearest ones: with how many it may be joined."""
DAY_S = 86_400


def construct(problem: Problem) -> dict[str, tuple[Step, ...]]:
    """Sequences by vehicle for a sound problem without locked steps; only required stops are in them."""
    stops = [stop for stop in problem.stops if stop.required]
    if not stops or not problem.vehicles:
        return {}
    return _Savings(problem, stops).sequences()


class _Savings:
    def __init__(self, problem: Problem, stops: Sequence[Stop]) -> None:
        self.problem, self.stops = problem, stops
        self.groups = vehicle_classes(problem.vehicles)
        first = problem.vehicles[0]
        matrix = problem.matrices[first.profile]
        self.seconds = matrix.seconds
        self.costs = matrix.metres * (first.cost_per_km / 1000) + matrix.seconds * (
            first.cost_per_hour / 3600
        )
        self.costs[matrix.seconds < 0] = 1e12
        self.place = [stop.place for stop in stops]
        starts = [problem.begins_at(group[0]) for group in self.groups]
        sites = [site.place for site in problem.disposals]
        ends = [problem.depot[group[0].end].place for group in self.groups]
        if (
            sites
            and problem.load is Load.COLLECT
            and all(each.unloads_before_end for each in problem.vehicles)
        ):
            ends = sites
        self.away = self.costs[np.ix_(self.place, ends)].min(axis=1)
        self.there = self.costs[np.ix_([*starts, *sites], self.place)].min(axis=0)
        self.leave_s = self._least_s([*starts, *sites], outward=True)
        self.return_s = self._least_s(ends, outward=False)
        self.opens_s = min(each.shift.opens_s for each in problem.vehicles)
        self.closes_s = max(each.shift.closes_s for each in problem.vehicles)
        self.longest_s = max(
            min(each.max_duration_s or DAY_S * 10_000, each.shift.closes_s - each.shift.opens_s)
            - (each.rest.seconds if each.rest else 0)
            for each in problem.vehicles
        )
        masks: dict[tuple[frozenset[str] | None, str | None], int] = {}
        self.mask = []
        for stop in stops:
            key = stop.vehicle_kinds, stop.container_type
            if key not in masks:
                masks[key] = sum(1 << k for k, group in enumerate(self.groups) if may_serve(group[0], stop))
            self.mask.append(masks[key])

    def sequences(self) -> dict[str, tuple[Step, ...]]:
        """Trips, then who drives them."""
        return self._assigned(self._trips())

    def _least_s(self, places: list[int], *, outward: bool) -> NDArray[np.int64]:
        ways = (
            self.seconds[np.ix_(places, self.place)]
            if outward
            else self.seconds[np.ix_(self.place, places)].T
        )
        return np.asarray(np.where(ways < 0, DAY_S * 10, ways).min(axis=0))

    def _trips(self) -> list[list[int]]:
        trips = [[number] for number in range(len(self.stops))]
        trip_of = list(range(len(self.stops)))
        loads = [np.array(stop.demand) for stop in self.stops]
        masks = list(self.mask)
        for i, j in self._pairs():
            a, b = trip_of[i], trip_of[j]
            if a == b:
                continue
            first, second = trips[a], trips[b]
            if first[-1] != i:
                if first[0] != i:
                    continue
                first = first[::-1]
            if second[0] != j:
                if second[-1] != j:
                    continue
                second = second[::-1]
            load = loads[a] + loads[b]
            mask = self._who_fits(masks[a] & masks[b], load)
            if not mask or not self._is_in_time(joined := [*first, *second]):
                continue
            turned = (
                self._within(first) + self._within(second) - self._within(trips[a]) - self._within(trips[b])
            )
            if self.away[i] + self.there[j] - self.costs[self.place[i], self.place[j]] <= turned:
                continue
            trips[a], trips[b], loads[a], masks[a] = joined, [], load, mask
            for each in joined:
                trip_of[each] = a
        return [trip for trip in trips if trip]

    def _pairs(self) -> list[tuple[int, int]]:
        """Pairs worth joining, the largest saving first."""
        n = len(self.stops)
        near = min(NEIGHBOURS, n - 1)
        if near < 1:
            return []
        between = self.costs[np.ix_(self.place, self.place)]
        np.fill_diagonal(between, np.inf)
        others = np.argpartition(between, near - 1, axis=1)[:, :near]
        first = np.repeat(np.arange(n), near)
        second = others.ravel()
        saved = self.away[first] + self.there[second] - between[first, second]
        order = np.argsort(-saved, kind="stable")
        order = order[saved[order] > 0]
        return list(zip(first[order].tolist(), second[order].tolist(), strict=True))

    def _who_fits(self, mask: int, load: NDArray[np.int64]) -> int:
        for number, group in enumerate(self.groups):
            if mask >> number & 1 and any(load > group[0].capacity):
                mask &= ~(1 << number)
        return mask

    def _within(self, trip: list[int]) -> float:
        return sum(float(self.costs[self.place[a], self.place[b]]) for a, b in pairwise(trip))

    def _is_in_time(self, trip: list[int]) -> bool:
        """Whether a trip by itself fits into a shift; with several windows anything between the first and the last will do here."""
        seconds, place = self.seconds, self.place
        now_s = self.opens_s + int(self.leave_s[trip[0]])
        busy_s = int(self.leave_s[trip[0]] + self.return_s[trip[-1]])
        before = -1
        for number in trip:
            stop = self.stops[number]
            if before >= 0:
                leg_s = int(seconds[before, place[number]])
                if leg_s < 0:
                    return False
                now_s, busy_s = now_s + leg_s, busy_s + leg_s
            if stop.windows:
                if now_s > max(each.closes_s for each in stop.windows):
                    return False
                now_s = max(now_s, min(each.opens_s for each in stop.windows))
            now_s, busy_s = now_s + stop.service_s, busy_s + stop.service_s
            before = place[number]
        return busy_s <= self.longest_s and now_s + int(self.return_s[trip[-1]]) <= self.closes_s

    def _assigned(self, trips: list[list[int]]) -> dict[str, tuple[Step, ...]]:
        """The longest trips first, each to the vehicle that it costs least and that has the time."""
        steps_of: dict[str, tuple[Step, ...]] = {}
        at = {vehicle.id: self.problem.begins_at(vehicle) for vehicle in self.problem.vehicles}
        for trip in sorted(trips, key=lambda trip: -self._lasts_s(trip)):
            load = np.sum([self.stops[each].demand for each in trip], axis=0)
            mask = self._who_fits(int(np.bitwise_and.reduce([self.mask[each] for each in trip])), load)
            for vehicle in self._fitting(mask, trip, at, steps_of):
                steps = self._behind(vehicle, steps_of.get(vehicle.id, ()), trip)
                if steps is not None:
                    steps_of[vehicle.id] = steps
                    at[vehicle.id] = self.place[trip[-1]]
                    break
        return steps_of

    def _fitting(
        self, mask: int, trip: list[int], at: Mapping[str, int], used: Mapping[str, object]
    ) -> list[Vehicle]:
        """Vehicles that may drive a trip, those that it costs least first; of the unused ones of a class only one."""
        first = self.place[trip[0]]
        ranked: list[tuple[float, int, Vehicle]] = []
        for number, group in enumerate(self.groups):
            if not mask >> number & 1:
                continue
            home = self.problem.depot[group[0].end].place
            fresh = next((each for each in group if each.id not in used), None)
            for vehicle in group:
                if vehicle.id in used or vehicle is fresh:
                    further = float(self.costs[at[vehicle.id], first] - self.costs[at[vehicle.id], home])
                    fixed = vehicle.fixed_cost if vehicle is fresh else 0.0
                    ranked.append((further + fixed, len(ranked), vehicle))
        return [vehicle for _cost, _number, vehicle in sorted(ranked)]

    def _behind(self, vehicle: Vehicle, steps: tuple[Step, ...], trip: list[int]) -> tuple[Step, ...] | None:
        """A vehicle's steps with a trip behind them, over the disposal site that lies best; None if it cannot be driven."""
        stops = tuple((Act.STOP, self.stops[each].id) for each in trip)
        betweens: list[tuple[Step, ...]] = [()]
        if steps or any(vehicle.load):
            sites = [site for site in self.problem.disposals if may_enter(vehicle, site)]
            before = self.problem.begins_at(vehicle)
            if steps:
                before = self.problem.stop[steps[-1][1]].place
            first = self.place[trip[0]]
            sites.sort(key=lambda site: float(self.costs[before, site.place] + self.costs[site.place, first]))
            betweens = [((Act.UNLOAD, site.id),) for site in sites[:1]]
        for between in betweens:
            tried = (*steps, *between, *stops)
            if not isinstance(complete(self.problem, vehicle, tried), Impossible):
                return tried
        return None

    def _lasts_s(self, trip: list[int]) -> int:
        return sum(self.stops[each].service_s for each in trip) + sum(
            int(self.seconds[self.place[a], self.place[b]]) for a, b in pairwise(trip)
        )
