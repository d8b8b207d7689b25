"""The compass: where the camera looks and where its bearer faces, from true north, or why nobody knows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from mobile.devices.attitude import bearing_deg
from mobile.devices.location import Location
from shared.contracts import Fix
from shared.geometry import Point, distance_m

WAY_LEAST_M = 8.0  # a shorter way is the receiver's noise, not a direction
WAY_MOST_MS = 30_000


class Silence(StrEnum):
    """Why there is no heading."""

    MISSING = "missing"  # the device has no compass
    WAITING = "waiting"  # it has not spoken yet, or no longer
    DISTURBED = "disturbed"  # iron near it, or it was never calibrated
    STEEP = "steep"  # the camera looks straight down
    NO_PLACE = "no_place"  # how far magnetic north lies from true north depends on where one is


@dataclass(frozen=True, slots=True)
class Heading:
    """Degrees clockwise from true north, 0 to below 360; or why not."""

    deg: float | None = None
    why: Silence | None = None


class Compass(Protocol):
    """Runs between ``start`` and ``stop``; several parts of the app may want it."""

    def start(self, who: str = "app") -> None: ...
    def stop(self, who: str = "app") -> None: ...

    def camera(self) -> Heading:
        """Where the camera on the back looks."""
        ...

    def facing(self) -> Heading:
        """Where somebody faces who holds the device before him."""
        ...


class NoCompass:
    """Of a device without one."""

    def start(self, who: str = "app") -> None:
        """There is nothing to start."""

    def stop(self, who: str = "app") -> None:
        """There is nothing to stop."""

    def camera(self) -> Heading:
        """See Compass."""
        return Heading(why=Silence.MISSING)

    def facing(self) -> Heading:
        """See Compass."""
        return Heading(why=Silence.MISSING)


class CourseCompass(NoCompass):
    """A desktop's: it looks ahead along its way, and while it stands, nowhere."""

    def __init__(self, location: Location) -> None:
        self._location = location

    def camera(self) -> Heading:
        """See Compass."""
        latest = self._location.latest
        if latest is None or latest.boot_ms is None:
            return Heading(why=Silence.MISSING)
        course = course_deg(self._location.since(latest.boot_ms - WAY_MOST_MS))
        return Heading(why=Silence.MISSING) if course is None else Heading(course)

    def facing(self) -> Heading:
        """See Compass."""
        return self.camera()


def course_deg(fixes: tuple[Fix, ...]) -> float | None:
    """Where the way over these fixes, oldest first, leads at its end; None for one that is shorter than a receiver's noise."""
    if not fixes:
        return None
    end = Point(fixes[-1].lat, fixes[-1].lon)
    for fix in reversed(fixes[:-1]):
        start = Point(fix.lat, fix.lon)
        if distance_m(start, end) >= WAY_LEAST_M:
            return bearing_deg((end.lon - start.lon) * math.cos(math.radians(end.lat)), end.lat - start.lat)
    return None
