"""Where a defect is, by the fixes around its photos. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Protocol

from shared.geometry import Point, distance_m


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


@dataclass(frozen=True, kw_only=True)
class FoundPlace:
    """The median of several fixes, and of their accuracies."""

    point: Point
    accuracy_m: float


def found_place(
    fixes: Iterable[PhoneFix], *, accuracy_max_m: float, city: Point, city_radius_km: float
) -> FoundPlace | None:
    """The place that the usable fixes show; None where a person must place the report on the map.

    Not usable are made-up fixes, those worse than the maximum, and the repetitions of one instant. The median lets one wild
    fix among three decide nothing. A place outside the city is no place: a receiver that was just switched on says such.
    """
    by_instant: dict[datetime, PhoneFix] = {}
    for fix in fixes:
        known = by_instant.get(fix.taken_at)
        if _usable(fix, accuracy_max_m) and (known is None or _caution(fix) > _caution(known)):
            by_instant[fix.taken_at] = fix
    usable = list(by_instant.values())
    if not usable:
        return None
    point = Point(lat=median(fix.lat for fix in usable), lon=median(fix.lon for fix in usable))
    if distance_m(city, point) > city_radius_km * 1000:
        return None
    return FoundPlace(point=point, accuracy_m=median(fix.accuracy_m for fix in usable))


def _usable(fix: PhoneFix, accuracy_max_m: float) -> bool:
    finite = math.isfinite(fix.lat) and math.isfinite(fix.lon)
    return finite and not fix.mock and 0 < fix.accuracy_m <= accuracy_max_m


def _caution(fix: PhoneFix) -> tuple[float, float, float]:
    """The least accurate of several fixes of one instant counts, so that their order does not matter."""
    return (fix.accuracy_m, fix.lat, fix.lon)
