"""A truck on its route: where it is as time passes, along the planned way, else along the streets. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol

from mobile.simulated.location import moved
from shared.contracts import Fix, RouteStop
from shared.geometry import Point, distance_m

SPEED_MPS = 9.0
FIX_EVERY_S = 5.0
LONGEST_S = 120.0  # of driving between two acts; somebody also has to load
JITTER_M = 2.0
ARRIVED_M = 10.0
JOINS_M = 60.0  # a planned way that begins further off is another truck's


class Streets(Protocol):
    """Where one can drive."""

    def way(self, start: Point, target: Point) -> list[Point]:
        """From start to target, both included."""
        ...


class NoStreets:
    """An open field."""

    def way(self, start: Point, target: Point) -> list[Point]:
        """Straight on."""
        return [start, target]


@dataclass(frozen=True)
class Leg:
    """Some seconds of driving: the fixes on the way, and whether the stop is reached."""

    fixes: tuple[Fix, ...]
    arrived: bool


class Truck:
    """One vehicle; it stands where it was last."""

    def __init__(self, rng: random.Random, streets: Streets | None = None) -> None:
        self._rng = rng
        self._streets = streets or NoStreets()
        self._at: Point | None = None
        self._since: datetime | None = None
        self._ahead: list[Point] = []  # of the way to the stop that it drives to
        self._to: Point | None = None

    def drive(self, stop: RouteStop, now: datetime, boot_ms: int) -> Leg:
        """Drive towards a stop since the last call until ``now``; the first time it is there already."""
        target = Point(lat=stop.lat, lon=stop.lon)
        start, since = self._at or target, self._since or now
        if self._to != target:
            self._to, self._ahead = target, self._way(stop, start, target)
        driven_s = min(max((now - since).total_seconds(), 0.0), LONGEST_S)
        needed_s = length_m(self._ahead) / SPEED_MPS
        taken_s = min(driven_s, needed_s)
        ways = [each * FIX_EVERY_S for each in range(1, int(taken_s / FIX_EVERY_S) + 1)] or [taken_s]
        fixes = tuple(
            self._fix(cut(self._ahead, way_s * SPEED_MPS)[0], now, boot_ms, taken_s - way_s) for way_s in ways
        )
        self._ahead = cut(self._ahead, taken_s * SPEED_MPS)
        self._at, self._since = self._ahead[0], now
        return Leg(fixes, arrived=length_m(self._ahead) <= ARRIVED_M)

    def _way(self, stop: RouteStop, start: Point, target: Point) -> list[Point]:
        """The planned way from where the truck stands on it, else one along the streets."""
        planned = [Point(lat=lat, lon=lon) for lon, lat in (stop.path or {}).get("coordinates", [])]
        if planned:
            nearest = min(range(len(planned)), key=lambda index: distance_m(start, planned[index]))
            if distance_m(start, planned[nearest]) <= JOINS_M:
                return [start, *planned[nearest:], target]
        return self._streets.way(start, target)

    def _fix(self, at: Point, now: datetime, boot_ms: int, ago_s: float) -> Fix:
        seen = moved(at, self._rng.gauss(0, JITTER_M), self._rng.gauss(0, JITTER_M))
        return Fix(
            lat=round(seen.lat, 7),
            lon=round(seen.lon, 7),
            accuracy_m=round(self._rng.uniform(4.0, 9.0), 1),
            taken_at=now - timedelta(seconds=ago_s),
            speed_mps=SPEED_MPS,
            boot_ms=max(boot_ms - round(1000 * ago_s), 0),
        )


def length_m(way: Sequence[Point]) -> float:
    """Of a way of at least one point."""
    return sum(distance_m(start, end) for start, end in pairwise(way))


def cut(way: Sequence[Point], after_m: float) -> list[Point]:
    """What is left of a way after so many metres; its last point at the end."""
    left_m = after_m
    for number, (start, end) in enumerate(pairwise(way)):
        piece_m = distance_m(start, end)
        if left_m < piece_m:
            return [between(start, end, left_m / piece_m), *way[number + 1 :]]
        left_m -= piece_m
    return [way[-1]]


def between(start: Point, end: Point, share: float) -> Point:
    """The point at a share of the straight line."""
    return Point(lat=start.lat + (end.lat - start.lat) * share, lon=start.lon + (end.lon - start.lon) * share)
