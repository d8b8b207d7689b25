"""How full a site is expected to be, and what makes a site sound. Pure.

What is known last is a ``Fill``: nothing after an emptying, or what a camera or sensor saw. From then on the demand of
each weekday comes in evenly over its local day. A site that nobody was ever seen to empty is taken for emptied a set
time ago: one that fills without end would drive every plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID

from backend.weekly import WEEKDAYS, Stretch, Window, windows
from shared.geometry import Point
from shared.i18n import Message
from shared.vocabulary import ContainerType

_ = Message


@dataclass(frozen=True)
class Containers:
    """So many alike."""

    type: ContainerType
    count: int
    volume_m3: float  # of one


@dataclass(frozen=True, kw_only=True)
class Fill:
    """What is in a site at a moment; ``known`` says whether anybody saw it."""

    at: datetime
    volume_m3: float
    weight_kg: float
    known: bool = True


@dataclass(frozen=True, kw_only=True)
class SiteFacts:
    """A site as planners see it."""

    id: UUID
    district_id: UUID
    code: str
    address: str
    access_note: str
    place: Point
    containers: tuple[Containers, ...]
    demand_m3: tuple[float, ...]
    demand_kg: tuple[float, ...]
    service_min: float
    hours: tuple[Stretch, ...] | None
    max_gross_t: float | None
    max_height_m: float | None
    max_width_m: float | None
    priority: int
    emptied_at: datetime | None

    @property
    def capacity_m3(self) -> float:
        """What its containers hold."""
        return sum(each.count * each.volume_m3 for each in self.containers)

    def windows(self, start: datetime, end: datetime, zone: tzinfo) -> list[Window]:
        """When it may be served between two moments."""
        return windows(self.hours, start, end, zone)


@dataclass(frozen=True, kw_only=True)
class SiteNeed:
    """A site and what is expected in it; ``level`` 1 is full, above it waste lies beside."""

    site: SiteFacts
    fill: Fill

    @property
    def level(self) -> float:
        """How full, as a share of what the containers hold."""
        return self.fill.volume_m3 / self.site.capacity_m3


def last_known(
    emptied_at: datetime | None, *, at: datetime, unknown: timedelta, reading: Fill | None = None
) -> Fill:
    """What was known last before a moment: the emptying, or a reading that came after it."""
    if reading is not None and reading.at <= at and (emptied_at is None or reading.at > emptied_at):
        return reading
    if emptied_at is None or emptied_at > at:
        return Fill(at=at - unknown, volume_m3=0.0, weight_kg=0.0, known=False)
    return Fill(at=emptied_at, volume_m3=0.0, weight_kg=0.0)


def expected(
    start: Fill, demand_m3: Sequence[float], demand_kg: Sequence[float], *, at: datetime, zone: tzinfo
) -> Fill:
    """What is in a site at a moment, from what was known last and the demand by weekday."""
    shares = _days(start.at, at, zone)
    volume_m3, weight_kg = (
        sum(share * demand for share, demand in zip(shares, weekly, strict=True))
        for weekly in (demand_m3, demand_kg)
    )
    return Fill(
        at=at,
        volume_m3=start.volume_m3 + volume_m3,
        weight_kg=start.weight_kg + weight_kg,
        known=start.known,
    )


def site_errors(values: Mapping[str, Any]) -> dict[str, list[Message]]:
    """What is wrong with the fields of a site together, by field; empty when it is sound."""
    errors: dict[str, list[Message]] = {}
    seen: dict[tuple[ContainerType, float], int] = {}
    for index, each in enumerate(values["containers"]):
        key = (each.type, each.volume_m3)
        if key in seen:
            message = _("is the same as containers[{index}]: add their counts together")
            errors[f"containers[{index}]"] = [message.format(index=seen[key])]
        seen.setdefault(key, index)
    return errors


def _days(start: datetime, end: datetime, zone: tzinfo) -> list[float]:
    """How many days of each weekday lie between two moments, parts of days as parts."""
    shares = [0.0] * WEEKDAYS
    if end <= start:
        return shares
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    weeks = max((last - day).days // WEEKDAYS - 1, 0)
    if weeks:  # the first day by its part, then whole weeks at once
        shares = [float(weeks)] * WEEKDAYS
        shares[day.weekday()] += _part(day, start, end, zone)
        day += timedelta(days=1, weeks=weeks)
    while day <= last:
        shares[day.weekday()] += _part(day, start, end, zone)
        day += timedelta(days=1)
    return shares


def _part(day: date, start: datetime, end: datetime, zone: tzinfo) -> float:
    """Which part of a local day lies between two moments."""
    dawn, dusk = (
        datetime.combine(each, time.min, zone).timestamp() for each in (day, day + timedelta(days=1))
    )
    inside = min(dusk, end.timestamp()) - max(dawn, start.timestamp())
    return max(inside, 0.0) / (dusk - dawn)
