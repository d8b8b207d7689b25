"""A truck on its route: where it is as time passes, second by second in a straight line from stop to stop. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from mobile.simulated.location import moved
from shared.contracts import Fix, RouteStop
from shared.geometry import Point, distance_m

SPEED_MPS = 9.0
FIX_EVERY_S = 5.0
LONGEST_S = 120.0  # of driving between two acts; somebody also has to load
JITTER_M = 2.0
ARRIVED_M = 10.0


@dataclass(frozen=True)
class Leg:
    """Some seconds of driving: the fixes on the way, and whether the stop is reached."""

    fixes: tuple[Fix, ...]
    arrived: bool


class Truck:
    """One vehicle; it stands where it was last."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._at: Point | None = None
        self._since: datetime | None = None

    def drive(self, stop: RouteStop, now: datetime, boot_ms: int) -> Leg:
        """Drive towards a stop since the last call until ``now``; the first time it is there already."""
        target = Point(lat=stop.lat, lon=stop.lon)
        start, since = self._at or target, self._since or now
        driven_s = min(max((now - since).total_seconds(), 0.0), LONGEST_S)
        far_m = distance_m(start, target)
        needed_s = far_m / SPEED_MPS
        taken_s = min(driven_s, needed_s)
        ways = [each * FIX_EVERY_S for each in range(1, int(taken_s / FIX_EVERY_S) + 1)] or [taken_s]
        fixes = tuple(
            self._fix(
                _between(start, target, way_s / needed_s if needed_s else 1.0), now, boot_ms, taken_s - way_s
            )
            for way_s in ways
        )
        self._at = _between(start, target, taken_s / needed_s if needed_s else 1.0)
        self._since = now
        return Leg(fixes, arrived=distance_m(self._at, target) <= ARRIVED_M)

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


def _between(start: Point, end: Point, share: float) -> Point:
    return Point(lat=start.lat + (end.lat - start.lat) * share, lon=start.lon + (end.lon - start.lon) * share)
