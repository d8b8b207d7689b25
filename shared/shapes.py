"""The shape of a wire field, read from a dataclass: its kind, its limits, whether null or missing is fine."""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import MISSING, dataclass
from datetime import datetime
from enum import Enum, StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from shared.i18n import Message

LIMITS = "limits"


class Kind(StrEnum):
    """What a value is on the wire."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE_NUMBER = "whole_number"
    FLAG = "flag"
    UUID = "uuid"
    TIME = "time"
    WORD = "word"  # a member of an enum, by value
    CONTRACT = "contract"  # a nested dataclass
    LIST = "list"
    TEXTS = "texts"  # dict[str, str]
    OBJECT = "object"  # any JSON object: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a value must keep to; lengths count the characters of a text or the entries of a list."""

    description: str = ""
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    pattern_means: Message | None = None
    each: Limits | None = None


NO_LIMITS = Limits()


def limits(description: str = "", **constraints: Any) -> dict[str, Limits]:
    """Field metadata: ``lat: float = field(metadata=limits("Latitude", minimum=-90, maximum=90))``."""
    return {LIMITS: Limits(description=description, **constraints)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How one value looks; ``python_type`` is the enum or dataclass, ``item`` a list's entry."""

    kind: Kind
    limits: Limits = NO_LIMITS
    nullable: bool = False
    python_type: Any = None
    item: Shape | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShape:
    """One field of a contract; ``default`` is ``dataclasses.MISSING`` where the field is required."""

    name: str
    shape: Shape
    default: Any = MISSING

    @property
    def required(self) -> bool:
        """Whether the field must be present."""
        return self.default is MISSING


@cache
def fields_of(contract: type) -> tuple[FieldShape, ...]:
    """The fields of a contract dataclass in order; TypeError for a type that the wire does not speak."""
    hints = typing.get_type_hints(contract)
    return tuple(
        FieldShape(
            name=each.name,
            shape=_shape_of(hints[each.name], each.metadata.get(LIMITS, NO_LIMITS)),
            default=_default_of(each),
        )
        for each in dataclasses.fields(contract)
    )


def _default_of(field: dataclasses.Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


_SCALARS: dict[Any, Kind] = {
    str: Kind.TEXT,
    float: Kind.NUMBER,
    int: Kind.WHOLE_NUMBER,
    bool: Kind.FLAG,
    UUID: Kind.UUID,
    datetime: Kind.TIME,
}


def _shape_of(hint: Any, limits: Limits) -> Shape:
    if hint in _SCALARS:
        return Shape(kind=_SCALARS[hint], limits=limits)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return Shape(kind=Kind.WORD, limits=limits, python_type=hint)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return Shape(kind=Kind.CONTRACT, limits=limits, python_type=hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType) and len(arguments) == 2 and arguments[1] is types.NoneType:
        return dataclasses.replace(_shape_of(arguments[0], limits), nullable=True)
    if origin is tuple and arguments[1:] == (...,):
        return Shape(kind=Kind.LIST, limits=limits, item=_shape_of(arguments[0], limits.each or NO_LIMITS))
    if origin is dict and arguments == (str, str):
        return Shape(kind=Kind.TEXTS, limits=limits, item=_shape_of(str, limits.each or NO_LIMITS))
    if origin is dict and arguments == (str, Any):
        return Shape(kind=Kind.OBJECT, limits=limits)
    raise TypeError(f"a contract field cannot be {hint!r}: use {sorted(k.value for k in Kind)}")
