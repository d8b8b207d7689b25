"""Where a defect is, by the fixes around its photos. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Protocol

from shared.geometry import Point, distance_m

NEAR_S = 3.0  # fixes so much farther from a photo than the nearest one say the same place
PACE_S = 1.0  # a receiver's own: what happens between two fixes stands in how far they lie apart
ACCELERATION_MPS2 = 2.0  # of a lorry in a hurry


class PhoneFix(Protocol):
    """What is needed of a fix; ``shared.contracts.Fix`` has it."""

    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...
    @property
    def accuracy_m(self) -> float: ...
    @property
    def taken_at(self) -> datetime: ...
    @property
    def mock(self) -> bool: ...
    @property
    def speed_mps(self) -> float | None: ...
    @property
    def boot_ms(self) -> int | None: ...


class Shot(Protocol):
    """When a photo was taken; ``shared.contracts.Photo`` has it."""

    @property
    def taken_at(self) -> datetime: ...
    @property
    def boot_ms(self) -> int | None: ...


@dataclass(frozen=True, kw_only=True)
class FoundPlace:
    """Where, and within how many metres that is believed."""

    point: Point
    accuracy_m: float


def found_place(
    fixes: Iterable[PhoneFix],
    shots: Sequence[Shot],
    *,
    accuracy_max_m: float,
    speed_max_mps: float,
    city: Point,
    city_radius_km: float,
) -> FoundPlace | None:
    """The place that the usable fixes show at the time of the photos; None where a person must place the report on the map.

    Not usable are made-up fixes, those worse than the maximum, and the repetitions of one instant. Of the others those nearest
    in time to a photo count; the median lets one wild fix among three decide nothing. The accuracy is the fixes' own, or how
    far they lie apart, and what a vehicle can have driven between the photo and the nearest of them; a place less sure than
    the maximum is none. A place outside the city is no place: a receiver that was just switched on says such.
    """
    by_instant: dict[datetime, PhoneFix] = {}
    for fix in fixes:
        known = by_instant.get(fix.taken_at)
        if _usable(fix, accuracy_max_m) and (known is None or _caution(fix) > _caution(known)):
            by_instant[fix.taken_at] = fix
    timed = sorted(
        ((min(_apart_s(fix, shot) for shot in shots), fix) for fix in by_instant.values()),
        key=lambda each: (each[0], each[1].taken_at),
    )
    if not timed:
        return None
    least_s, nearest = timed[0]
    near = [fix for apart_s, fix in timed if apart_s <= least_s + NEAR_S]
    point = Point(lat=median(fix.lat for fix in near), lon=median(fix.lon for fix in near))
    spread_m = median(distance_m(point, Point(lat=fix.lat, lon=fix.lon)) for fix in near)
    own_m = max(median(fix.accuracy_m for fix in near), spread_m)
    accuracy_m = own_m + driven_m(least_s - PACE_S, nearest.speed_mps, speed_max_mps)
    if accuracy_m > accuracy_max_m or distance_m(city, point) > city_radius_km * 1000:
        return None
    return FoundPlace(point=point, accuracy_m=accuracy_m)


def driven_m(time_s: float, speed_mps: float | None, speed_max_mps: float) -> float:
    """How far a vehicle can have come in some seconds from a fix that told its speed, or told none."""
    if time_s <= 0:
        return 0.0
    faster = speed_max_mps if speed_mps is None else speed_mps + ACCELERATION_MPS2 * time_s / 2
    return min(faster, speed_max_mps) * time_s


def _apart_s(fix: PhoneFix, shot: Shot) -> float:
    """Seconds between a fix and a photo: by the boot-time clock, where both have it, else as the device's clock says."""
    if fix.boot_ms is not None and shot.boot_ms is not None:
        return abs(fix.boot_ms - shot.boot_ms) / 1000
    return abs((fix.taken_at - shot.taken_at).total_seconds())


def _usable(fix: PhoneFix, accuracy_max_m: float) -> bool:
    finite = math.isfinite(fix.lat) and math.isfinite(fix.lon)
    return finite and not fix.mock and 0 < fix.accuracy_m <= accuracy_max_m


def _caution(fix: PhoneFix) -> tuple[float, float, float]:
    """The least accurate of several fixes of one instant counts, so that their order does not matter."""
    return (fix.accuracy_m, fix.lat, fix.lon)
