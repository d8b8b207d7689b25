"""Working along a street: whether the blade is to be down, how far it is still, and when the run is driven to its end. Pure but for what it remembers.

A driver at three in the morning touches nothing: the run counts as driven when the receiver has seen the vehicle go along most of its line, in
its direction, to its end. Driving across it, beside it or against it counts for nothing.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from mobile.mapping.lines import nearest_on_segment
from mobile.mapping.plane import XY, Plane, positions_of
from shared.contracts import Fix, RouteStop
from shared.geometry import Point

NEAR_M = 20.0  # beside the line, on top of what the receiver claims
ACCURACY_MOST_M = 40.0  # a coarser fix tells nothing
LEAP_M = 150.0  # a longer step between two fixes is no drive along the line that was seen
END_M = 15.0  # so near to the end it is reached
DRIVEN_SHARE = 0.85  # of the line, in its direction


@dataclass(frozen=True, slots=True)
class Along:
    """Where the vehicle is on the run: metres still to go and the share that was driven."""

    left_m: float
    driven_share: float


class Working:
    """Follows the vehicle along the line of the stop that is next."""

    def __init__(self) -> None:
        self._stop_id: UUID | None = None
        self._at_m: float | None = None  # along the line, at the last fix that lay on it
        self._driven: list[tuple[float, float]] = []
        self.now: Along | None = None  # None: not on the run
        self._told: set[UUID] = set()

    def follow(self, stop: RouteStop | None, fix: Fix | None) -> bool:
        """A fix has come; whether the run is driven to its end by it, which is said once for each stop."""
        if stop is None or stop.work is None or stop.line is None:
            self._stop_id, self.now = None, None
            return False
        if stop.id != self._stop_id:
            self._stop_id, self._at_m, self._driven, self.now = stop.id, None, [], None
        if fix is None or fix.accuracy_m > ACCURACY_MOST_M:
            return False
        place = _place(stop, fix, self._at_m)
        if place is None:
            self._at_m = self.now = None
            return False
        along_m, length_m = place
        if self._at_m is not None and 0 < along_m - self._at_m <= LEAP_M:
            self._driven.append((self._at_m, along_m))
        self._at_m = along_m
        share = _covered(self._driven) / length_m if length_m > 0 else 0.0
        self.now = Along(left_m=length_m - along_m, driven_share=share)
        is_driven = length_m - along_m <= END_M and share >= min(
            DRIVEN_SHARE, 1 - 2 * END_M / max(length_m, 4 * END_M)
        )
        if not is_driven or stop.id in self._told:
            return False
        self._told.add(stop.id)
        return True


def _place(stop: RouteStop, fix: Fix, at_m: float | None) -> tuple[float, float] | None:
    """How far along its line the vehicle is, and how long that is; None beside it. Of places that are as near, the next one ahead counts."""
    positions = positions_of(stop.line)
    if len(positions) < 2:
        return None
    plane = Plane(Point(lat=positions[0][1], lon=positions[0][0]))
    line: Sequence[XY] = plane.line(positions)
    here = plane.xy(fix.lat, fix.lon)
    reach_m = NEAR_M + fix.accuracy_m
    best: tuple[float, float] | None = None
    before = 0.0
    for start, end in itertools.pairwise(line):
        nearest = nearest_on_segment(here, start, end)
        beside_m = math.dist(here, nearest)
        if beside_m <= reach_m:
            along_m = before + math.dist(start, nearest)
            ahead = abs(along_m - (at_m or 0.0))
            if best is None or beside_m + ahead < best[0]:
                best = (beside_m + ahead, along_m)
        before += math.dist(start, end)
    return None if best is None else (best[1], before)


def _covered(pieces: Sequence[tuple[float, float]]) -> float:
    total, reached = 0.0, -math.inf
    for begin, end in sorted(pieces):
        total += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return total
