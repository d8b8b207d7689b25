"""Fields that several of them have."""

from __future__ import annotations

from typing import Any

from backend.roads.cases.models import REASON_MAX
from backend.streets.network import StreetClass
from backend.web.wire import PLAIN_TEXT, fields, filled, validate

CLASSES = [each.name.lower() for each in StreetClass]


def word(words: Any, **options: Any) -> fields.Enum[Any]:
    """One of a vocabulary's words."""
    return fields.Enum(words, by_value=True, **{"required": True, **options})


def perhaps(words: Any) -> fields.Enum[Any]:
    """One of a vocabulary's words, or null."""
    return fields.Enum(words, by_value=True, required=True, allow_none=True)


def number(description: str = "", **options: Any) -> fields.Float:
    """A number, with what it means where its name does not tell."""
    return fields.Float(
        required=True, metadata={"description": description} if description else {}, **options
    )


def an_id(**options: Any) -> fields.UUID:
    """An id."""
    return fields.UUID(required=True, **options)


def reason_words(**options: Any) -> fields.String:
    """Why, in plain words."""
    return fields.String(validate=[validate.Length(max=REASON_MAX), PLAIN_TEXT, filled], **options)


def place_of(case: dict[str, Any]) -> dict[str, Any]:
    """The place of a case or view as a GeoJSON Point."""
    return {"type": "Point", "coordinates": [round(case["lon"], 7), round(case["lat"], 7)]}


def point() -> fields.Function:
    """The place of a case or view."""
    return fields.Function(
        place_of, required=True, metadata={"type": "object", "description": "GeoJSON Point"}
    )
