"""The columns of an exported case, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from backend.roads.words import KINDS, SEVERITIES, STATES
from backend.tables.files import Entry
from shared.i18n import Message, translate
from shared.vocabulary import Language, StreetSide

_ = Message
HEAD: tuple[Message, ...] = (
    _("Case"),
    _("State"),
    _("Kind"),
    _("Severity"),
    _("Street"),
    _("Side"),
    _("Latitude"),
    _("Longitude"),
    _("Accuracy, m"),
    _("Area, m², estimated"),
    _("Length, m, estimated"),
    _("Reports"),
    _("Witnesses"),
    _("First seen"),
    _("Last seen"),
    _("Priority"),
    _("Due"),
    _("Overdue"),
    _("Returns within warranty"),
    _("Piece of street"),
)
SIDES: dict[StreetSide, Message] = {StreetSide.LEFT: _("left"), StreetSide.RIGHT: _("right")}
YES, NO = _("yes"), _("no")


def headings(language: Language) -> list[str]:
    """The first row."""
    return [translate(each, language) for each in HEAD]


def rows(cases: Iterable[Mapping[str, Any]], language: Language, zone: tzinfo) -> list[list[Entry]]:
    """A row for each case; times by the city's clock, what is not known stays empty."""

    def say(words: Mapping[Any, Message], value: Any) -> str:
        return translate(words[value], language) if value in words else ""

    return [
        [
            str(case["id"]),
            say(STATES, case["state"]),
            say(KINDS, case["kind"]),
            say(SEVERITIES, case["severity"]),
            case["street"] or "",
            say(SIDES, case["side"]),
            round(case["lat"], 6),
            round(case["lon"], 6),
            round(case["accuracy_m"], 1),
            _number(case["area_m2"]),
            _number(case["length_m"]),
            case["views"],
            case["witnesses"],
            _moment(case["first_seen_at"], zone),
            _moment(case["last_seen_at"], zone),
            case["priority"],
            _moment(case["due_at"], zone),
            translate(YES if case["is_overdue"] else NO, language),
            case["returns"],
            "" if case["segment_id"] is None else str(case["segment_id"]),
        ]
        for case in cases
    ]


def _number(value: float | None) -> str | float:
    return "" if value is None else round(value, 2)


def _moment(value: datetime, zone: tzinfo) -> datetime:
    return value.astimezone(zone).replace(tzinfo=None)
