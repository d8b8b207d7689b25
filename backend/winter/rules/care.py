"""The city's care table: what is done on streets of each class, until when and how urgently by priority. Pure.

The defaults are a Kazakh city's habit, to be corrected by the city: main streets (priority 1) are clear by 05:00 and gritted by
07:00, streets that gather traffic (2) by 06:00, residents' streets (3) by 08:00, yards (4) when there is time. Service ways are
cleared by whoever owns them, unless a priority names them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID

from backend.streets.network import StreetClass

PRIORITIES = (1, 2, 3, 4)
EVENING = time(
    18, 0
)  # an hour of the day from here on is the evening's own, an earlier one the next morning's


@dataclass(frozen=True, kw_only=True)
class StreetCare:
    """What is done on streets of one class."""

    priority: int
    is_cleared: bool
    is_gritted: bool
    pavements: int  # how many sides have a pavement that the city clears
    clear_from_cm: float  # of fresh snow


@dataclass(frozen=True, kw_only=True)
class PriorityCare:
    """How streets of one priority are served; None: no hour is promised."""

    clear_by: time | None
    grit_by: time | None
    pavement_by: time | None
    weight: float  # of urgency beside other priorities
    salt_g_m2: float
    sand_g_m2: float

    def due(self, by: time | None, night: date, zone: tzinfo) -> datetime | None:
        """The moment of an hour of the day in the night that begins on a date."""
        if by is None:
            return None
        return datetime.combine(night if by >= EVENING else night + timedelta(days=1), by, zone)


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What a district knows better than the model."""

    depth: float = 1.0  # times the depth that was said for the whole city
    volume: float = 1.0  # times the volume that lies by the model


@dataclass(frozen=True, kw_only=True)
class Machines:
    """Widths that passes are reckoned from, in metres."""

    blade_m: float = 3.2  # what a plough's blade clears, set at its angle
    overlap_m: float = 0.6  # at the edges of a direction that need no pass of their own
    spread_m: float = 8.0  # what a spreader reaches in one pass


@dataclass(frozen=True, kw_only=True)
class CareTable:
    """The whole table."""

    classes: Mapping[StreetClass, StreetCare]
    priorities: Mapping[int, PriorityCare]
    machines: Machines = Machines()
    corrections: Mapping[UUID, Correction] = field(default_factory=dict)  # by district


def _street(priority: int, **options: Any) -> StreetCare:
    usual = {"is_cleared": True, "is_gritted": False, "pavements": 0, "clear_from_cm": 5.0}
    return StreetCare(priority=priority, **{**usual, **options})


_MAIN = _street(1, is_gritted=True, pavements=2, clear_from_cm=2.0)
DEFAULTS = CareTable(
    classes={
        StreetClass.MOTORWAY: _street(1, is_gritted=True, clear_from_cm=2.0),
        StreetClass.TRUNK: _street(1, is_gritted=True, clear_from_cm=2.0),
        StreetClass.PRIMARY: _MAIN,
        StreetClass.SECONDARY: _MAIN,
        StreetClass.TERTIARY: _street(2, is_gritted=True, pavements=2, clear_from_cm=3.0),
        StreetClass.UNCLASSIFIED: _street(3),
        StreetClass.RESIDENTIAL: _street(3),
        StreetClass.LIVING_STREET: _street(4, clear_from_cm=8.0),
        StreetClass.SERVICE: _street(4, is_cleared=False, clear_from_cm=8.0),
        StreetClass.TRACK: _street(4, is_cleared=False, clear_from_cm=10.0),
        StreetClass.PEDESTRIAN: _street(3, is_cleared=False, pavements=1),
    },
    priorities={
        1: PriorityCare(
            clear_by=time(5), grit_by=time(7), pavement_by=time(7), weight=8, salt_g_m2=20, sand_g_m2=200
        ),
        2: PriorityCare(
            clear_by=time(6), grit_by=time(7), pavement_by=time(8), weight=4, salt_g_m2=20, sand_g_m2=200
        ),
        3: PriorityCare(
            clear_by=time(8), grit_by=time(8), pavement_by=None, weight=2, salt_g_m2=10, sand_g_m2=150
        ),
        4: PriorityCare(clear_by=None, grit_by=None, pavement_by=None, weight=1, salt_g_m2=10, sand_g_m2=150),
    },
)


def written(table: CareTable) -> dict[str, Any]:
    """The table as JSON, as rows keep it and the wire shows it."""
    return {
        "classes": [
            {"street_class": kind.name.lower(), **vars(care)} for kind, care in sorted(table.classes.items())
        ],
        "priorities": [
            {"priority": priority, **{name: _hour(value) for name, value in vars(care).items()}}
            for priority, care in sorted(table.priorities.items())
        ],
        "machines": dict(vars(table.machines)),
        "corrections": [
            {"district_id": str(district_id), **vars(each)} for district_id, each in table.corrections.items()
        ],
    }


def read(content: Mapping[str, Any]) -> CareTable:
    """The table out of JSON that ``written`` or the wire made; classes and priorities that it leaves out keep the defaults."""
    classes, priorities = dict(DEFAULTS.classes), dict(DEFAULTS.priorities)
    for each in content.get("classes", ()):
        values = {name: value for name, value in each.items() if name != "street_class"}
        classes[StreetClass[each["street_class"].upper()]] = StreetCare(**values)
    for each in content.get("priorities", ()):
        values = {name: _time(value) for name, value in each.items() if name != "priority"}
        priorities[each["priority"]] = PriorityCare(**values)
    return CareTable(
        classes=classes,
        priorities=priorities,
        machines=Machines(**content.get("machines", {})),
        corrections={
            UUID(str(each["district_id"])): Correction(depth=each["depth"], volume=each["volume"])
            for each in content.get("corrections", ())
        },
    )


def _hour(value: Any) -> Any:
    return value.strftime("%H:%M") if isinstance(value, time) else value


def _time(value: Any) -> Any:
    return time.fromisoformat(value) if isinstance(value, str) else value
