"""A desktop's location: it drives along a GPX track, or stands at a point with a receiver's noise."""

from __future__ import annotations

import random
import threading
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from mobile.devices.boot_clock import BootClock
from mobile.devices.gpx import TrackPoint
from mobile.devices.location import FixLog, Wishes
from mobile.devices.trouble import Trouble
from mobile.simulated.location import BIAS_M, JITTER_M, moved
from shared.contracts import Fix
from shared.geometry import Point, distance_m

ACCURACY_M = (4.0, 11.0)
BIAS_LASTS_S = 60.0  # the error of a receiver wanders: satellites rise and set, walls reflect


class Course(Protocol):
    """Where the device really is."""

    def at(self, seconds: float) -> tuple[Point, float] | None:
        """The place and the speed in metres per second, so long after the start; None where it is nowhere yet."""
        ...


class Standing:
    """At one point; ``where`` may know it later, or move it."""

    def __init__(self, where: Callable[[], Point | None]) -> None:
        self._where = where

    def at(self, seconds: float) -> tuple[Point, float] | None:
        """See Course."""
        point = self._where()
        return None if point is None else (point, 0.0)


class Track:
    """Along recorded points, straight from one to the next, and then at the last one for good."""

    def __init__(self, points: Sequence[TrackPoint], pace: float = 1.0) -> None:
        if pace <= 0:
            raise ValueError(f"pace must be above 0, was {pace}")
        self._points = points
        self._times_s = [point.at_s for point in points]
        self._pace = pace

    def at(self, seconds: float) -> tuple[Point, float] | None:
        """See Course; a faster pace is a faster vehicle."""
        at_s = seconds * self._pace
        index = bisect_right(self._times_s, at_s) - 1
        here = self._points[index]
        if index + 1 == len(self._points):
            return Point(here.lat, here.lon), 0.0
        there = self._points[index + 1]
        lasts_s = there.at_s - here.at_s
        share = (at_s - here.at_s) / lasts_s
        way_m = distance_m(Point(here.lat, here.lon), Point(there.lat, there.lon))
        point = Point(here.lat + share * (there.lat - here.lat), here.lon + share * (there.lon - here.lon))
        return point, self._pace * way_m / lasts_s


class DesktopLocation(FixLog):
    """A receiver on a course; ``threaded=False`` leaves it to ``take()``, for tests."""

    def __init__(
        self,
        course: Course,
        boot: BootClock,
        now: Callable[[], datetime],
        rng: random.Random,
        *,
        threaded: bool = True,
    ) -> None:
        super().__init__()
        self.trouble: Trouble | None = None
        self._course = course
        self._boot = boot
        self._now = now
        self._rng = rng
        self._threaded = threaded
        self._wishes = Wishes()
        self._every_s: float | None = None
        self._started_ms: int | None = None
        self._bias: tuple[float, float, int] | None = None
        self._changed = threading.Event()
        self._running = False

    def start(self, every_s: float, who: str = "app") -> None:
        """See Location; the first fix comes at once."""
        self._every_s = self._wishes.start(every_s, who)
        if self._started_ms is None:
            self._started_ms = self._boot.boot_ms()
        self._changed.set()
        if self._threaded and not self._running:
            self._running = True
            threading.Thread(target=self._run, name="location", daemon=True).start()

    def stop(self, who: str = "app") -> None:
        """See Location."""
        self._every_s = self._wishes.stop(who)
        self._changed.set()

    def take(self) -> None:
        """One fix, as of now."""
        boot_ms, now = self._boot.boot_ms(), self._now()
        if self._every_s is None or self._started_ms is None:
            return
        found = self._course.at((boot_ms - self._started_ms) / 1000)
        if found is None:
            return
        point, speed_mps = found
        north_m, east_m = self._bias_m(boot_ms)
        rng = self._rng
        seen = moved(point, north_m + rng.gauss(0, JITTER_M), east_m + rng.gauss(0, JITTER_M))
        self.add(
            Fix(
                lat=round(seen.lat, 7),
                lon=round(seen.lon, 7),
                accuracy_m=round(rng.uniform(*ACCURACY_M), 1),
                taken_at=now,
                speed_mps=round(max(speed_mps + rng.gauss(0, 0.1), 0.0), 2),
                boot_ms=boot_ms,
            )
        )

    def _bias_m(self, boot_ms: int) -> tuple[float, float]:
        if self._bias is None or boot_ms - self._bias[2] > 1000 * BIAS_LASTS_S:
            self._bias = (self._rng.gauss(0, BIAS_M), self._rng.gauss(0, BIAS_M), boot_ms)
        return self._bias[0], self._bias[1]

    def _run(self) -> None:
        while True:
            self._changed.clear()
            self.take()
            self._changed.wait(self._every_s)  # without end while nobody wants any
