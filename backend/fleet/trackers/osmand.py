"""The OsmAnd protocol as Traccar's clients speak it: query or form fields, and the JSON of client 9 and later. Pure.

Query form: ``id`` (or ``deviceid``), ``lat`` and ``lon`` (or ``location=lat,lon``), ``timestamp`` (seconds or milliseconds
since 1970, RFC 3339, or ``2026-11-23 04:00:00`` in UTC; left out: now), ``speed`` in knots, ``bearing`` (or ``heading``),
``accuracy`` in metres, ``hdop``, ``batt`` in percent. JSON: ``device_id`` and ``location`` (one, or a list) with ``timestamp``,
``coords`` (speed in metres a second, below 0: not known) and ``battery.level`` from 0 to 1. Other fields are passed over.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.i18n import Message
from shared.scalars import shown

_ = Message
KNOT_MPS = 0.514444
SECONDS_BELOW = 2**31 - 1  # a larger number counts milliseconds
HDOP_M = 5.0  # accuracy of a receiver at a dilution of 1
ID_MAX, FIXES_MAX = 100, 1000
TRUTHS = frozenset({"true", "1"})


class Unreadable(ValueError):
    """A message that no client of the protocol sends; ``errors`` maps a field to what is wrong with it."""

    def __init__(self, errors: dict[str, list[Message]]) -> None:
        super().__init__(str(errors))
        self.errors = errors


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One position as it came; no place: the receiver had none."""

    at: datetime | None  # None: not said
    lat: float | None
    lon: float | None
    accuracy_m: float | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    mock: bool = False


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a tracker said in one message."""

    secret: str
    heard: tuple[Heard, ...]
    battery: float | None = None


def read_fields(fields: Mapping[str, str]) -> Report:
    """A message of query or form fields. Raises Unreadable."""
    reader = _Reader()
    lat, lon = fields.get("lat"), fields.get("lon")
    if "location" in fields:
        lat, _comma, lon = fields["location"].partition(",")
    accuracy_m, hdop = (reader.number(name, fields.get(name)) for name in ("accuracy", "hdop"))
    knots, percent = (reader.number(name, fields.get(name)) for name in ("speed", "batt"))
    heading = fields.get("bearing", fields.get("heading"))
    heard = Heard(
        at=reader.time("timestamp", fields.get("timestamp")),
        lat=reader.number("lat", lat),
        lon=reader.number("lon", lon),
        accuracy_m=_above_0(accuracy_m) or _above_0(None if hdop is None else hdop * HDOP_M),
        speed_mps=None if knots is None or knots < 0 else knots * KNOT_MPS,
        heading_deg=_heading(reader.number("bearing", heading)),
        mock=fields.get("mock", "").lower() in TRUTHS,
    )
    report = Report(
        secret=reader.secret("id", fields.get("id", fields.get("deviceid"))),
        heard=(heard,),
        battery=_share(None if percent is None else percent / 100),
    )
    reader.require_sound()
    return report


def read_json(message: object) -> Report:
    """A message in JSON, already parsed. Raises Unreadable."""
    reader = _Reader()
    if not isinstance(message, Mapping):
        raise Unreadable({"body": [_("must be a JSON object")]})
    location = message.get("location")
    places = location if isinstance(location, list) else [location]
    if len(places) > FIXES_MAX:
        reader.wrong("location", _("must have at most {most} items").format(most=FIXES_MAX))
        reader.require_sound()
    heard = tuple(_heard(reader, place) for place in places)
    report = Report(
        secret=reader.secret("device_id", message.get("device_id")),
        heard=heard,
        battery=_share(_battery(reader, places)),
    )
    reader.require_sound()
    return report


def _heard(reader: _Reader, place: object) -> Heard:
    if not isinstance(place, Mapping):
        reader.wrong("location", _("must be an object"))
        return Heard(at=None, lat=None, lon=None)
    coords = place.get("coords")
    said: Mapping[str, Any] = coords if isinstance(coords, Mapping) else {}
    numbers = {
        name: reader.number(f"location.coords.{name}", said.get(name))
        for name in ("latitude", "longitude", "accuracy", "speed", "heading")
    }
    speed = numbers["speed"]
    return Heard(
        at=reader.time("location.timestamp", place.get("timestamp")),
        lat=numbers["latitude"],
        lon=numbers["longitude"],
        accuracy_m=_above_0(numbers["accuracy"]),
        speed_mps=None if speed is None or speed < 0 else speed,
        heading_deg=_heading(numbers["heading"]),
        mock=place.get("mock") is True,
    )


def _battery(reader: _Reader, places: Sequence[object]) -> float | None:
    for place in reversed(places):
        battery = place.get("battery") if isinstance(place, Mapping) else None
        if isinstance(battery, Mapping):
            return reader.number("location.battery.level", battery.get("level"))
    return None


class _Reader:
    """Reads values and keeps what is wrong with them."""

    def __init__(self) -> None:
        self.errors: dict[str, list[Message]] = {}

    def wrong(self, name: str, message: Message) -> None:
        self.errors.setdefault(name, []).append(message)

    def require_sound(self) -> None:
        if self.errors:
            raise Unreadable(self.errors)

    def secret(self, name: str, value: object) -> str:
        """The tracker's id; a number is one too."""
        text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if not text:
            self.wrong(name, _("is missing: send it"))
        return text[: ID_MAX + 1]

    def number(self, name: str, value: object) -> float | None:
        """A finite number, None where nothing was sent."""
        if value is None or value == "":
            return None
        try:
            found = float(value) if isinstance(value, str | int | float) else math.nan
        except (ValueError, OverflowError):
            found = math.nan
        if isinstance(value, bool) or not math.isfinite(found):
            self.wrong(name, _("must be a number, was {value}").format(value=shown(value)))
            return None
        return found

    def time(self, name: str, value: object) -> datetime | None:
        """A time in any of the spellings that clients use, None where nothing was sent."""
        if value is None or value == "":
            return None
        found = _time(value)
        if found is None:
            message = _("must be a time in seconds or milliseconds since 1970, or as RFC 3339, was {value}")
            self.wrong(name, message.format(value=shown(value)))
        return found


def _time(value: object) -> datetime | None:
    try:
        number = float(value) if isinstance(value, str | int | float) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    try:
        if math.isfinite(number):
            return datetime.fromtimestamp(number if number < SECONDS_BELOW else number / 1000, UTC)
        found = datetime.fromisoformat(str(value).strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _above_0(value: float | None) -> float | None:
    return value if value is not None and value > 0 else None


def _heading(value: float | None) -> float | None:
    return value % 360 if value is not None and 0 <= value <= 360 else None


def _share(value: float | None) -> float | None:
    return None if value is None else min(max(value, 0.0), 1.0)
