"""What a route sheet says of the drive: which stop is next, how far it is, what a new plan has changed. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mobile.mapping.lines import length, rest_of_way
from mobile.mapping.plane import Plane, positions_of
from mobile.sync.overlay import LocalRoute
from shared.contracts import RouteSheet, RouteStop
from shared.geometry import Point, distance_m
from shared.vocabulary import RouteState, StopChange, StopState

ON_THE_WAY_M = 60.0  # farther beside the planned way it says nothing about the rest
DETOUR = 1.3  # a way through streets against the straight line, in towns (Boscoe et al. 2012: 1.3–1.4)
TOWN_MPS = 7.0  # 25 km/h: what a lorry makes between stops in winter
HERE_M = 25.0


@dataclass(frozen=True, slots=True)
class Changes:
    """What the last version did to a route."""

    added: int
    moved: int
    changed: int
    removed: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether it did anything."""
        return bool(self.added or self.moved or self.changed or self.removed)


def current_route(routes: Sequence[LocalRoute], now: datetime) -> LocalRoute | None:
    """The route to drive now: the one whose shift runs, else the next to begin, else the last; closed ones never, withdrawn ones only to say so."""
    open_ones = [route for route in routes if route.sheet.state is not RouteState.CLOSED]
    open_ones = [route for route in open_ones if not route.withdrawn] or open_ones
    open_ones.sort(key=lambda route: (route.sheet.starts_at, route.sheet.id))
    running = [route for route in open_ones if route.sheet.starts_at <= now <= route.sheet.ends_at]
    coming = [route for route in open_ones if route.sheet.starts_at > now]
    return next(iter(running or coming or open_ones[-1:]), None)


def next_stop(sheet: RouteSheet) -> RouteStop | None:
    """The first stop that is still to do."""
    return next((stop for stop in sheet.stops if stop.state is StopState.PLANNED), None)


def finished(sheet: RouteSheet) -> int:
    """How many stops are done or skipped."""
    return sum(stop.state is not StopState.PLANNED for stop in sheet.stops)


def number_of(sheet: RouteSheet, stop_id: UUID) -> int:
    """The place of a stop in the order, from 1."""
    return 1 + next(at for at, stop in enumerate(sheet.stops) if stop.id == stop_id)


def changes_of(sheet: RouteSheet) -> Changes:
    """What the last version of the plan has changed."""
    kinds = [stop.change for stop in sheet.stops]
    return Changes(
        kinds.count(StopChange.ADDED),
        kinds.count(StopChange.MOVED),
        kinds.count(StopChange.CHANGED),
        sheet.removed,
    )


def way_to_m(stop: RouteStop, here: Point | None) -> float | None:
    """How far it is to a stop: along the planned way while on it, else the straight line with a detour; None without a way."""
    there = Point(lat=stop.lat, lon=stop.lon)
    plane = Plane(here or there)
    path = plane.line(positions_of(stop.path))
    if here is None:
        return length(path) if len(path) > 1 else None
    straight_m = distance_m(here, there)
    if straight_m <= HERE_M:
        return 0.0
    beside_m, rest_m = rest_of_way(path, (0.0, 0.0))
    return max(rest_m, straight_m) if beside_m <= ON_THE_WAY_M else straight_m * DETOUR


def minutes_to(way_m: float) -> int:
    """How long it takes through the town, rounded up."""
    return math.ceil(way_m / TOWN_MPS / 60)
