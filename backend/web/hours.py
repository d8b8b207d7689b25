"""Hours of a week on the wire: a list of stretches, each with its weekday and two times of the clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.web.wire import Pattern, Schema, ValidationError, fields, validate
from backend.weekly import DAY_MIN, STRETCHES_MAX, WEEKDAYS, overlaps
from shared.i18n import Message

_ = Message
CLOCK = Pattern(
    r"^([01][0-9]|2[0-3]):[0-5][0-9]|24:00$", error=_("must be a time such as 08:30, was {input}")
)
WORDS = (
    "When it is open, by the clock on the wall; one that closes at or before it opens closes the next day. "
    "null: always; an empty list: never"
)


class WeekHoursSchema(Schema):
    """From when to when on a weekday."""

    weekday = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, WEEKDAYS - 1),
        metadata={"description": "0 is Monday"},
    )
    opens = fields.String(required=True, validate=CLOCK)
    closes = fields.String(required=True, validate=CLOCK)


class WeeklyHours(fields.List[Any]):
    """Stretches of a week; loaded as ``[[weekday, opens_min, closes_min], …]`` in order."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("metadata", {"description": WORDS})
        super().__init__(
            fields.Nested(WeekHoursSchema), validate=validate.Length(max=STRETCHES_MAX), **options
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[Any]:
        loaded: list[Any] = super()._deserialize(value, attr, data, **options)
        hours = sorted(_minutes(each) for each in loaded)
        wrong = overlaps(hours)
        if wrong is not None:
            raise ValidationError(wrong)
        return hours

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> list[Any] | None:
        return None if value is None else [written(each) for each in value]


def written(stretch: Any) -> dict[str, Any]:
    """A stretch as the wire has it."""
    weekday, opens, closes = stretch
    return {"weekday": weekday, "opens": clock(opens), "closes": clock(closes, end=True)}


def clock(minute: int, *, end: bool = False) -> str:
    """Minutes since midnight as a time of the clock; an end at midnight is 24:00."""
    if end and minute == DAY_MIN:
        return "24:00"
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _minutes(stretch: Mapping[str, Any]) -> list[int]:
    opens, closes = (int(text[:2]) * 60 + int(text[3:]) for text in (stretch["opens"], stretch["closes"]))
    return [stretch["weekday"], opens, closes if closes > opens else closes + DAY_MIN]
