"""What makes a facility sound, and what a planner needs to know of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from backend.weekly import Stretch, Window, windows
from shared.geometry import Point
from shared.i18n import Message
from shared.vocabulary import FacilityKind

_ = Message
DISPOSAL = frozenset({FacilityKind.LANDFILL, FacilityKind.TRANSFER_STATION, FacilityKind.SNOW_DUMP})
OF_DISPOSAL = ("capacity_t_day", "capacity_m3_day")


@dataclass(frozen=True, kw_only=True)
class FacilityFacts:
    """A facility as planners see it; capacities None: no limit."""

    id: UUID
    district_id: UUID | None
    kind: FacilityKind
    name: str
    place: Point
    hours: tuple[Stretch, ...] | None
    unload_min: float
    queue_min: float
    bays: int | None
    capacity_t_day: float | None
    capacity_m3_day: float | None
    price_m3_kzt: float
    closed_reason: str | None

    @property
    def is_disposal(self) -> bool:
        """Whether vehicles unload there."""
        return self.kind in DISPOSAL

    def windows(self, start: datetime, end: datetime, zone: tzinfo) -> list[Window]:
        """When it is open between two moments; never while it is closed for a reason."""
        return [] if self.closed_reason is not None else windows(self.hours, start, end, zone)


def facility_errors(values: Mapping[str, Any]) -> dict[str, list[Message]]:
    """What is wrong with the fields of a facility together, by field; empty when it is sound."""
    if values["kind"] in DISPOSAL:
        return {}
    message = _("goes with a place to unload only: leave it out for a depot")
    return {name: [message] for name in OF_DISPOSAL if values[name] is not None}
