"""How often the receiver is asked: faster at once, slower only after a while. It is the phone's greatest consumer."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.contracts import Fix
from shared.geometry import Point, distance_m

DRIVING_FROM_MPS, WALKING_FROM_MPS = 3.0, 0.5
DRIVING_S, WALKING_S, STANDING_S = 5.0, 30.0, 120.0
SLOWER_AFTER_S = 60.0  # a red light is not the end of the way
LOW_PERCENT, LOW_EVERY_S = 15, 30.0


class Pace:
    """How often the receiver is asked: faster at once, slower only after a while. Pure but for what it remembers."""

    def __init__(self) -> None:
        self.every_s = DRIVING_S
        self._last: Fix | None = None
        self._slow_since: datetime | None = None

    def after(self, fix: Fix, *, low_battery: bool = False) -> float:
        """Seconds to the next fix that is wanted."""
        wanted_s = _wanted_s(self._speed_mps(fix))
        self._last = fix
        if wanted_s <= self.every_s:
            self.every_s, self._slow_since = wanted_s, None
        else:
            self._slow_since = self._slow_since or fix.taken_at
            if fix.taken_at - self._slow_since >= timedelta(seconds=SLOWER_AFTER_S):
                self.every_s, self._slow_since = wanted_s, None
        return max(self.every_s, LOW_EVERY_S) if low_battery else self.every_s

    def _speed_mps(self, fix: Fix) -> float:
        """As the receiver says it, else over the way from the last fix beyond what both may be off."""
        if fix.speed_mps is not None:
            return fix.speed_mps
        last = self._last
        passed_s = (fix.taken_at - last.taken_at).total_seconds() if last else 0.0
        if last is None or passed_s <= 0:
            return DRIVING_FROM_MPS
        way_m = distance_m(Point(last.lat, last.lon), Point(fix.lat, fix.lon))
        return max(way_m - last.accuracy_m - fix.accuracy_m, 0.0) / passed_s


def _wanted_s(speed_mps: float) -> float:
    if speed_mps >= DRIVING_FROM_MPS:
        return DRIVING_S
    return WALKING_S if speed_mps >= WALKING_FROM_MPS else STANDING_S
