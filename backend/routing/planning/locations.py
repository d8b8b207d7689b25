"""Costs and seconds between everything that PyVRP calls a location, for one class of vehicles.

Locations are, in this order: stops, disposal sites (one for each of their windows), starts, ends. The way to an end over which a
vehicle must unload leads over the cheapest disposal site.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.routing.planning.problem import Problem, Stop, Vehicle, is_foreign

FAR_S = 10**7
"""Seconds of a way that does not exist: longer than any shift, so no search keeps it."""

End = tuple[str, tuple[str, ...]]
"""An end depot and the disposal sites over which a vehicle may go there; none: it need not unload."""


@dataclass(frozen=True, slots=True, eq=False)
class Locations:
    """Places of all locations and how many of them are stops, disposal sites and starts."""

    problem: Problem
    rows: NDArray[np.int64]
    stops: Sequence[Stop]
    sites: int
    starts: int
    ends: tuple[End, ...]
    scale: int
    idle: Set[tuple[int, int]]
    """Starts and ends between which vehicles under way drive even without a stop."""

    @property
    def n(self) -> int:
        """How many locations are stops; one with several windows counts as several."""
        return len(self.stops)

    def matrices(self, vehicle: Vehicle) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Costs and seconds between all locations for a class of vehicles."""
        problem, rows = self.problem, self.rows
        matrix = problem.matrices[vehicle.profile]
        seconds = matrix.seconds[np.ix_(rows, rows)].astype(np.int64)
        costs = self._money(matrix.metres[np.ix_(rows, rows)], vehicle)
        no_way = seconds < 0
        first_start = self.n + self.sites
        first_end = first_start + self.starts
        for number, (depot, vias) in enumerate(self.ends):
            column = first_end + number
            if vias:
                home = problem.depot[depot].place
                spent, lasts, open_way = self._over_sites(vehicle, vias, home)
                costs[:, column], seconds[:, column], no_way[:, column] = spent, lasts, ~open_way
        far = 10 * int(costs[~no_way].max(initial=1)) + 1
        costs += self._surcharges(vehicle)
        costs[no_way], seconds[no_way] = far, FAR_S
        for start in range(self.starts):
            for end in range(len(self.ends)):
                if (start, end) not in self.idle:
                    costs[first_start + start, first_end + end] = 0
                    seconds[first_start + start, first_end + end] = 0
        np.fill_diagonal(costs, 0)
        np.fill_diagonal(seconds, 0)
        return costs, seconds

    def _over_sites(
        self, vehicle: Vehicle, vias: tuple[str, ...], home: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """From every location over the cheapest disposal site to an end depot: costs, seconds, whether there is a way."""
        matrix = self.problem.matrices[vehicle.profile]
        by_second = vehicle.cost_per_hour * self.scale / 3600
        spent, lasts = [], []
        for site in (self.problem.disposal[each] for each in vias):
            to_site, on = matrix.seconds[self.rows, site.place], int(matrix.seconds[site.place, home])
            way = (to_site >= 0) & (on >= 0)
            lasts.append(np.where(way, to_site + site.stay_s + on, FAR_S).astype(np.int64))
            metres = matrix.metres[self.rows, site.place] + int(matrix.metres[site.place, home])
            spent.append(self._money(np.where(way, metres, 0), vehicle))
        total = np.stack(spent) + by_second * np.stack(lasts)
        best = total.argmin(axis=0)
        columns = np.arange(len(self.rows))
        seconds = np.stack(lasts)[best, columns]
        return np.stack(spent)[best, columns], seconds, seconds < FAR_S

    def _money(self, metres: NDArray[np.int64], vehicle: Vehicle) -> NDArray[np.int64]:
        return np.rint(metres * (vehicle.cost_per_km * self.scale / 1000)).astype(np.int64)

    def _surcharges(self, vehicle: Vehicle) -> NDArray[np.int64]:
        """What entering each stop costs beside driving, from each location."""
        problem, prices = self.problem, self.problem.prices
        size = len(self.rows)
        extra = np.zeros((size, size), dtype=np.int64)
        if prices.foreign_district:
            foreign = [number for number, stop in enumerate(self.stops) if is_foreign(vehicle, stop)]
            extra[:, foreign] += round(prices.foreign_district * self.scale)
        if problem.earlier and (prices.moved_stop or prices.moved_order):
            numbers: dict[str, list[int]] = {}
            for number, stop in enumerate(self.stops):
                numbers.setdefault(stop.id, []).append(number)
            for number, stop in enumerate(self.stops):
                held = problem.earlier.get(stop.id)
                if held is None:
                    continue
                if held.vehicle_id != vehicle.id:
                    extra[:, number] += round(prices.moved_stop * self.scale)
                    continue
                moved = round(prices.moved_order * self.scale)
                extra[: self.n, number] += moved
                if held.after_id is not None and held.after_id in numbers:
                    extra[numbers[held.after_id], number] -= moved
                    extra[self.n + self.sites :, number] += moved
        return extra
