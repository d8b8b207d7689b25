"""A sound problem as the arrays that the kernel plays with, and one play of a night by lists of trips or by who comes first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.routing.hauling import kernel
from backend.routing.hauling.plan import Cost
from backend.routing.hauling.problem import Dump, Loader, Problem, Truck

LITRES = 1_000
PART_H = 1.5
"""A pile is cut into parts that the fastest loader loads in so many hours, so that several may share it."""
TRIPS_MOST = 96
ROWS_MOST = 120_000
ALWAYS = (0, kernel.NEVER // 2)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chance:
    """What driving, loading and unloading take, as multiples of what is usual: (vehicles, numbers), in the order in which each happens."""

    drive: Floats
    load: Floats
    unload: Floats


@dataclass(slots=True)
class Decision:
    """Loaders' sequences of parts, and for each truck its trips (loader, dump) when it leaves, and how much
    before the end of its shift it wants to be home."""

    seq: Ints
    n_seq: Ints
    trip: Ints
    n_trip: Ints
    leaves: Ints
    slack: Ints

    def copy(self) -> Decision:
        """A decision of its own."""
        return Decision(
            self.seq.copy(),
            self.n_seq.copy(),
            self.trip.copy(),
            self.n_trip.copy(),
            self.leaves.copy(),
            self.slack.copy(),
        )


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a night: what it adds up to, litres left and the moment of the end by part, and the log if wished."""

    total: Floats
    left: Ints
    done_at: Ints
    log: Ints

    @property
    def cost(self) -> Cost:
        """In its parts."""
        t = self.total
        return Cost(
            fixed=float(t[kernel.FIXED]),
            distance=float(t[kernel.DISTANCE]),
            time=float(t[kernel.TIME]),
            fees=float(t[kernel.FEES]),
            overtime=float(t[kernel.OVERTIME]),
            late=float(t[kernel.LATE]),
            lying=float(t[kernel.LYING]),
            left=float(t[kernel.LEFT]),
        )


class Arena:
    """A problem's arrays. ``part_pile`` leads from a part to the number of its pile."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        profiles = list(problem.matrices)
        number = {name: index for index, name in enumerate(profiles)}
        self.sec = np.stack([problem.matrices[each].seconds for each in profiles]).astype(np.int64)
        self.met = np.stack([problem.matrices[each].metres for each in profiles]).astype(np.int64)
        loader_no = {each.id: index for index, each in enumerate(problem.loaders)}
        dump_no = {each.id: index for index, each in enumerate(problem.dumps)}
        self.lo = np.array([_vehicle(each, number) for each in problem.loaders], dtype=np.int64)
        self.rate = np.array([each.rate_m3_per_h * LITRES / 3600 for each in problem.loaders])
        self.tr = np.array(
            [
                [
                    *_vehicle(each, number),
                    round(each.body_m3 * LITRES),
                    round(each.load_m3 * LITRES),
                    dump_no.get(each.dump_id or "", -1),
                    loader_no.get(each.loader_id or "", -1),
                ]
                for each in problem.trucks
            ],
            dtype=np.int64,
        )
        self.du = np.array([_dump(each) for each in problem.dumps], dtype=np.int64)
        widest = max(1, *(len(each.hours) for each in problem.dumps))
        self.hours = np.array([_hours(each, widest) for each in problem.dumps], dtype=np.int64)
        self.lo_cost, self.tr_cost = _money(problem.loaders), _money(problem.trucks)
        self.du_price = np.array([each.price_per_m3 / LITRES for each in problem.dumps])
        prices = problem.prices
        self.price = np.array(
            [
                prices.lying_per_m3_hour / LITRES / 3600,
                prices.left_per_m3 / LITRES,
                prices.late_per_m3_hour / LITRES / 3600,
                prices.overtime_per_hour / 3600,
                float(prices.overtime_s),
            ]
        )
        self._cut(problem)
        self.locked = self._locked_parts(problem)
        vehicles = len(problem.trucks) + len(problem.loaders)
        ones = np.ones((max(1, vehicles), 1))
        self.usual = Chance(ones, ones, ones)
        self._no_log = np.zeros((0, 9), dtype=np.int64)

    def _cut(self, problem: Problem) -> None:
        most = max(LITRES, int(self.rate.max() * 3600 * PART_H))
        rows: list[tuple[int, int, int]] = []
        pile_of, urgency = [], []
        self.parts_of: dict[str, list[int]] = {}
        heading = Counter(pile_id for each in problem.loaders for pile_id in set(each.locked))
        for index, pile in enumerate(problem.piles):
            litres = round(pile.volume_m3 * LITRES)
            pieces = min(litres, max(1, math.ceil(litres / most), heading[pile.id]))
            for piece in range(pieces):
                share = litres * (piece + 1) // pieces - litres * piece // pieces
                self.parts_of.setdefault(pile.id, []).append(len(rows))
                rows.append((pile.place, share, kernel.NEVER if pile.due_s is None else pile.due_s))
                pile_of.append(index)
                urgency.append(pile.urgency)
        self.part = np.array(rows, dtype=np.int64).reshape(-1, 3)
        self.part_pile = np.array(pile_of, dtype=np.int64)
        self.urgency = np.array(urgency, dtype=np.float64)

    def _locked_parts(self, problem: Problem) -> list[list[int]]:
        """What each loader must begin with; several that head for one pile share its parts."""
        heading: dict[str, list[int]] = {}
        for number, each in enumerate(problem.loaders):
            for pile_id in dict.fromkeys(each.locked):
                heading.setdefault(pile_id, []).append(number)
        return [
            [
                part
                for pile_id in dict.fromkeys(each.locked)
                for part in self.parts_of.get(pile_id, ())[
                    heading[pile_id].index(number) :: len(heading[pile_id])
                ]
            ]
            for number, each in enumerate(problem.loaders)
        ]

    def nothing(self) -> Decision:
        """A decision by which nothing happens."""
        loaders, trucks = len(self.lo), len(self.tr)
        return Decision(
            np.full((loaders, max(1, len(self.part))), -1, dtype=np.int64),
            np.zeros(loaders, dtype=np.int64),
            np.full((trucks, TRIPS_MOST, 2), -1, dtype=np.int64),
            np.zeros(trucks, dtype=np.int64),
            self.tr[:, kernel.OPENS].copy(),
            np.zeros(trucks, dtype=np.int64),
        )

    def fill(self, decision: Decision, allowed: NDArray[np.bool_], weight: Floats, follow: float) -> None:
        """Write lists of trips for the decision's sequences into it."""
        kernel.fill(
            self.sec, self.met, self.part, self.urgency, self.lo, self.rate, self.tr, self.du, self.hours,
            self.lo_cost, self.tr_cost, self.du_price, self.price,
            decision.seq, decision.n_seq, allowed, weight, decision.trip, decision.n_trip, decision.leaves, follow,
        )  # fmt: skip

    def play(
        self,
        decision: Decision,
        follow: float,
        *,
        first_come: bool = False,
        chance: Chance | None = None,
        logs: bool = False,
    ) -> Played:
        """What comes of a decision; ``first_come`` plays without one. Trucks help where snow is left after their last trip."""
        chance = self.usual if chance is None else chance
        total = np.zeros(kernel.BEYOND + 1)
        left = np.zeros(len(self.part), dtype=np.int64)
        done_at = np.zeros(len(self.part), dtype=np.int64)
        log = np.zeros((ROWS_MOST, 9), dtype=np.int64) if logs else self._no_log
        rows = kernel.play(
            self.sec, self.met, self.part, self.urgency, self.lo, self.rate, self.tr, self.du, self.hours,
            self.lo_cost, self.tr_cost, self.du_price, self.price,
            decision.seq, decision.n_seq, decision.trip, decision.n_trip, decision.leaves, decision.slack, follow,
            kernel.FIRST_COME if first_come else kernel.FOLLOWS, chance.drive, chance.load, chance.unload,
            left, done_at, log, total,
        )  # fmt: skip
        return Played(total, left, done_at, log[:rows])


def _vehicle(each: Loader | Truck, number: dict[str, int]) -> list[int]:
    rest = each.rest
    return [
        each.start,
        each.end,
        each.shift.opens_s,
        each.shift.closes_s,
        number[each.profile],
        each.setup_s if isinstance(each, Loader) else 0,
        0 if rest is None else rest.window.opens_s,
        0 if rest is None else rest.window.closes_s,
        0 if rest is None else rest.seconds,
        int(each.under_way),
    ]


def _dump(each: Dump) -> list[int]:
    room = kernel.NEVER if each.capacity_m3 is None else round(each.capacity_m3 * LITRES)
    return [each.place, room, min(each.bays, kernel.MANY), each.unload_s]


def _hours(each: Dump, widest: int) -> list[tuple[int, int]]:
    hours = [(window.opens_s, window.closes_s) for window in each.hours] or [ALWAYS]
    return hours + [(0, -1)] * (widest - len(hours))


def _money(vehicles: Sequence[Any]) -> Floats:
    return np.array([(v.fixed_cost, v.cost_per_km / 1000, v.cost_per_hour / 3600) for v in vehicles]).reshape(
        -1, 3
    )
