"""From contract dataclasses to JSON-ready values and to the canonical bytes that are hashed and signed."""

from __future__ import annotations

import dataclasses
import json
import math
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

AS_THEY_ARE = frozenset(
    {str, int, bool, type(None)}
)  # most of what a phone is told; an enum that is a str is none


def encode(contract: Any) -> dict[str, Any]:
    """The contract as a JSON-ready object with every field; ValueError for a naive time, NaN or infinity."""
    return {name: encode_value(getattr(contract, name)) for name in _names(contract.__class__)}


def encode_value(value: Any) -> Any:
    """One value JSON-ready: times as RFC 3339, enums by value, UUIDs as text, tuples as lists."""
    if type(value) in AS_THEY_ARE:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"a number on the wire must be finite, was {value}")
    if isinstance(value, (list, tuple)):
        return [encode_value(each) for each in value]
    if isinstance(value, dict):
        return {str(key): encode_value(each) for key, each in value.items()}
    if dataclasses.is_dataclass(value):
        return encode(value)
    return value


@cache
def _names(contract: type) -> tuple[str, ...]:
    return tuple(each.name for each in dataclasses.fields(contract))


def time_text(time: datetime) -> str:
    """RFC 3339 with offset, microseconds where there are any; ValueError for a naive time."""
    offset = time.utcoffset()
    if offset is None:
        raise ValueError(f"a time on the wire must carry its offset, was {time.isoformat()}")
    if offset % timedelta(minutes=1):  # RFC 3339 has no seconds in offsets; local mean time has
        time = time.astimezone(UTC)
    return time.isoformat()


def canonical_json(value: object) -> bytes:
    """The one byte form of a JSON-ready value, for hashes and signatures: sorted keys, no spaces, UTF-8.

    Keys sort by code point. Floats are written as Python writes them, the shortest text that reads back the
    same (``1.0``, ``1e-07``). Another language may write them otherwise, and ``1.0`` and ``1`` differ: who
    checks a hash outside Python keeps the bytes, or the value uses whole numbers. This is not RFC 8785.
    ValueError for NaN, infinity and lone surrogates, TypeError for keys that are not texts.
    """
    _refuse_other_keys(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def _refuse_other_keys(value: object) -> None:
    """``json`` would write the key 1 as "1", so that two different values had one hash."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            for key in each:
                if not isinstance(key, str):
                    raise TypeError(f"a key of canonical JSON must be a text, was {key!r}")
            pending.extend(each.values())
        elif isinstance(each, (list, tuple)):
            pending.extend(each)
