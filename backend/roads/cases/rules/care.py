"""The city's table of repairs: how urgent a fault is and until when it is repaired, by street class and severity; warranties. Pure.

Why these defaults: СТ РК 1912-2023 (in force since 1 July 2024, for streets of towns too) tolerates no pothole from 15 cm length, 5 cm
depth or 0.06 m² and sets days by category of road. Its tables are not free to copy; the scale of the defaults is that of the open
rules beside it (Russian classification of maintenance: 5 days on the largest roads, 7, 14, 20 on lesser ones; ГОСТ Р 50597-2017 is
stricter). The city puts its own days in their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from backend.streets.network import StreetClass
from shared.vocabulary import Severity

LOW, MEDIUM, HIGH = Severity
DAYS_MOST, MONTHS_MOST = 1000, 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency:
    """What follows from a severity on a class of street."""

    priority: int  # 1 is the most urgent, as of tasks
    days: int  # from the first report until it must be repaired


@dataclass(frozen=True, kw_only=True)
class CareTable:
    """The whole table."""

    classes: Mapping[StreetClass, Mapping[Severity, Urgency]]
    off_street: Mapping[Severity, Urgency]
    warranty_months: int = 12  # of a repair, where nothing else is agreed
    neighbours_m: float = 150.0  # along one street: repaired in one go


def _row(*cells: tuple[int, int]) -> dict[Severity, Urgency]:
    return {
        severity: Urgency(priority=priority, days=days)
        for severity, (priority, days) in zip((LOW, MEDIUM, HIGH), cells, strict=True)
    }


_MAIN = _row((3, 20), (2, 7), (1, 5))
_GATHERING = _row((3, 20), (2, 7), (1, 7))
_LOCAL = _row((4, 30), (3, 14), (2, 14))
_YARD = _row((5, 60), (4, 20), (3, 20))
DEFAULTS = CareTable(
    classes={
        **dict.fromkeys(
            (StreetClass.MOTORWAY, StreetClass.TRUNK, StreetClass.PRIMARY, StreetClass.SECONDARY), _MAIN
        ),
        StreetClass.TERTIARY: _GATHERING,
        StreetClass.UNCLASSIFIED: _LOCAL,
        StreetClass.RESIDENTIAL: _LOCAL,
        **dict.fromkeys(
            (StreetClass.LIVING_STREET, StreetClass.SERVICE, StreetClass.TRACK, StreetClass.PEDESTRIAN), _YARD
        ),
    },
    off_street=_YARD,
)


def urgency_of(table: CareTable, street_class: StreetClass | None, severity: Severity) -> Urgency:
    """The cell of the table."""
    return (table.off_street if street_class is None else table.classes[street_class])[severity]


def due_at(urgency: Urgency, first_seen_at: datetime) -> datetime:
    """Until when a fault must be repaired."""
    return first_seen_at + timedelta(days=urgency.days)


def written(table: CareTable) -> dict[str, Any]:
    """The table as JSON, as rows keep it and the wire shows it."""
    return {
        "classes": [
            {"street_class": kind.name.lower(), **_cells(table.classes[kind])} for kind in StreetClass
        ],
        "off_street": _cells(table.off_street),
        "warranty_months": table.warranty_months,
        "neighbours_m": table.neighbours_m,
    }


def read(content: Mapping[str, Any]) -> CareTable:
    """The table out of JSON that ``written`` or the wire made; what it leaves out is as in the defaults."""
    classes = dict(DEFAULTS.classes)
    for each in content.get("classes", ()):
        kind = StreetClass[each["street_class"].upper()]
        classes[kind] = {**classes[kind], **_urgencies(each)}
    return CareTable(
        classes=classes,
        off_street={**DEFAULTS.off_street, **_urgencies(content.get("off_street", {}))},
        warranty_months=content.get("warranty_months", DEFAULTS.warranty_months),
        neighbours_m=content.get("neighbours_m", DEFAULTS.neighbours_m),
    )


def _cells(row: Mapping[Severity, Urgency]) -> dict[str, Any]:
    return {
        severity.value: {"priority": row[severity].priority, "days": row[severity].days}
        for severity in Severity
    }


def _urgencies(row: Mapping[str, Any]) -> dict[Severity, Urgency]:
    return {
        severity: Urgency(priority=row[severity.value]["priority"], days=row[severity.value]["days"])
        for severity in Severity
        if severity.value in row
    }
