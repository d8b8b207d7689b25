"""Read one scalar of a wire value strictly: text, number, flag, UUID, time, word, or a free JSON object."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.i18n import Message
from shared.i18n import Message as _
from shared.shapes import Kind, Shape

MAX_DEPTH = 20
WRONG_KIND = _("{field} must be {expected}, was {value}")
NOT_FINITE = _("{field} must be a finite number, was {value}")

EXPECTED: dict[Kind, Message] = {
    Kind.TEXT: _("a text"),
    Kind.NUMBER: _("a number"),
    Kind.WHOLE_NUMBER: _("a whole number"),
    Kind.FLAG: _("true or false"),
    Kind.UUID: _("a UUID such as 123e4567-e89b-42d3-a456-426614174000"),
    Kind.TIME: _("a time such as 2026-01-31T09:00:00+05:00"),
    Kind.CONTRACT: _("an object"),
    Kind.LIST: _("a list"),
    Kind.TEXTS: _("an object whose values are texts"),
    Kind.OBJECT: _("an object"),
}

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)?",
    re.ASCII,
)
_ONE_DAY = timedelta(days=1)  # room for every offset, so that no later change of time zone can overflow
_EARLIEST = datetime.min.replace(tzinfo=UTC) + _ONE_DAY
_LATEST = datetime.max.replace(tzinfo=UTC) - _ONE_DAY
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL refuses NUL, UTF-8 has no lone surrogates


class ScalarError(Exception):
    """One scalar is not what its shape asks for."""

    def __init__(self, message: Message) -> None:
        self.message = message


def wrong_kind(kind: Kind, field: str, value: object) -> Message:
    """The message for a value of another JSON kind."""
    return WRONG_KIND.format(field=field, expected=EXPECTED[kind], value=shown(value))


def read_scalar(shape: Shape, value: object, field: str) -> Any:
    """The Python value of a JSON scalar or free object; ScalarError with the reason."""
    return _READERS[shape.kind](shape, value, field)


def shown(value: object) -> str:
    """A value as an error message shows it: short, and by kind where it is large."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return EXPECTED[Kind.OBJECT]
    if isinstance(value, (list, tuple)):
        return EXPECTED[Kind.LIST]
    if isinstance(value, int) and value.bit_length() > 128:
        return f"{'-' if value < 0 else ''}2^{value.bit_length() - 1}…"
    text = f"«{value}»" if isinstance(value, str) else str(value)
    return printable(text if len(text) <= 80 else f"{text[:79]}…")


def printable(text: str) -> str:
    """The text with a replacement sign for what UTF-8 and databases cannot hold."""
    return _UNSTORABLE.sub("\ufffd", text)


def _text(shape: Shape, value: object, field: str) -> str:
    if not isinstance(value, str):
        raise ScalarError(wrong_kind(Kind.TEXT, field, value))
    limits, length = shape.limits, len(value)
    if limits.min_length is not None and length < limits.min_length:
        message = _("{field} must have at least {min} characters, has {length}")
        raise ScalarError(message.format(field=field, min=limits.min_length, length=length))
    if limits.max_length is not None and length > limits.max_length:
        message = _("{field} must have at most {max} characters, has {length}: shorten it")
        raise ScalarError(message.format(field=field, max=limits.max_length, length=length))
    if (wrong := unstorable(value, field)) is not None:
        raise ScalarError(wrong)
    if limits.pattern is not None and not re.fullmatch(limits.pattern, value):
        expected = limits.pattern_means or limits.pattern
        raise ScalarError(WRONG_KIND.format(field=field, expected=expected, value=shown(value)))
    return str(value)


def unstorable(text: str, field: str) -> Message | None:
    """The message for a text that no database can hold (NUL, lone surrogate), else None."""
    if (found := _UNSTORABLE.search(text)) is None:
        return None
    message = _("{field} has a character that cannot be stored ({code}) at position {position}: remove it")
    return message.format(field=field, code=f"U+{ord(found[0]):04X}", position=found.start())


def _number(shape: Shape, value: object, field: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ScalarError(wrong_kind(Kind.NUMBER, field, value))
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ScalarError(NOT_FINITE.format(field=field, value=shown(value)))
    _range(shape, number, value, field)
    return number


def _whole_number(shape: Shape, value: object, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ScalarError(wrong_kind(Kind.WHOLE_NUMBER, field, value))
    _range(shape, value, value, field)
    return value


def _range(shape: Shape, number: float, value: object, field: str) -> None:
    limits = shape.limits
    if limits.above is not None and not number > limits.above:
        message, bound = _("{field} must be above {bound}, was {value}"), limits.above
    elif limits.minimum is not None and number < limits.minimum:
        message, bound = _("{field} must be at least {bound}, was {value}"), limits.minimum
    elif limits.maximum is not None and number > limits.maximum:
        message, bound = _("{field} must be at most {bound}, was {value}"), limits.maximum
    else:
        return
    raise ScalarError(message.format(field=field, bound=bound, value=shown(value)))


def _flag(shape: Shape, value: object, field: str) -> bool:
    if not isinstance(value, bool):
        raise ScalarError(wrong_kind(Kind.FLAG, field, value))
    return value


def _uuid(shape: Shape, value: object, field: str) -> UUID:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise ScalarError(wrong_kind(Kind.UUID, field, value))
    return UUID(value)


def _time(shape: Shape, value: object, field: str) -> datetime:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ScalarError(wrong_kind(Kind.TIME, field, value))
    day, clock, fraction, offset = found.groups()
    if offset is None:
        message = _("{field} must carry its offset from UTC, such as +05:00 or Z, was {value}")
        raise ScalarError(message.format(field=field, value=shown(value)))
    try:
        time = datetime.fromisoformat(f"{day}T{clock}.{(fraction or '0')[:6]:0<6}{offset.upper()}")
        in_reach = _EARLIEST <= time <= _LATEST
    except ValueError:  # the 31st of February, a leap second, an offset of 99 hours
        in_reach = False
    if not in_reach:
        message = _("{field} must be a time that the calendar has, was {value}")
        raise ScalarError(message.format(field=field, value=shown(value)))
    return time


def _word(shape: Shape, value: object, field: str) -> Any:
    if isinstance(value, str):
        for member in shape.python_type:
            if member.value == value:
                return member
    allowed = ", ".join(str(member.value) for member in shape.python_type)
    message = _("{field} must be one of {allowed}, was {value}")
    raise ScalarError(message.format(field=field, allowed=allowed, value=shown(value)))


def _object(shape: Shape, value: object, field: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ScalarError(wrong_kind(Kind.OBJECT, field, value))
    pending: list[tuple[object, int]] = [(value, 1)]
    while pending:
        each, depth = pending.pop()
        if depth > MAX_DEPTH:
            message = _("{field} must be nested at most {max} deep")
            raise ScalarError(message.format(field=field, max=MAX_DEPTH))
        if isinstance(each, dict):
            pending.extend((part, depth) for part in each)
            pending.extend((part, depth + 1) for part in each.values())
        elif isinstance(each, list):
            pending.extend((part, depth + 1) for part in each)
        elif isinstance(each, str):
            if (wrong := unstorable(each, field)) is not None:
                raise ScalarError(wrong)
        elif isinstance(each, float) and not math.isfinite(each):
            raise ScalarError(NOT_FINITE.format(field=field, value=shown(each)))
        elif not (each is None or isinstance(each, (bool, int, float))):
            raise ScalarError(wrong_kind(Kind.OBJECT, field, each))
    return value


_READERS: dict[Kind, Callable[[Shape, object, str], Any]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.WHOLE_NUMBER: _whole_number,
    Kind.FLAG: _flag,
    Kind.UUID: _uuid,
    Kind.TIME: _time,
    Kind.WORD: _word,
    Kind.OBJECT: _object,
}
