"""Reading what /sync answers, also that of a newer server: unknown fields are left aside, and one thing never hides the rest."""

from __future__ import annotations

import logging
from dataclasses import dataclass, fields, replace
from typing import Any

from shared.contracts import DecodeError, SyncAnswer, decode, encode, fields_of
from shared.shapes import Kind, Shape

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pulled:
    """An answer of sync without the things that this app cannot read, and how many those are."""

    answer: SyncAnswer
    unread: int = 0


def read_sync(said: dict[str, Any]) -> Pulled:
    """What this app understands of an answer; DecodeError when there is no cursor, time or version in it."""
    lists = {each.name: each.shape for each in fields_of(SyncAnswer) if each.shape.kind is Kind.LIST}
    known = {each.name for each in fields(SyncAnswer)}
    head = {name: value for name, value in said.items() if name in known - lists.keys()}
    for each in fields_of(SyncAnswer):
        if each.shape.kind is Kind.CONTRACT and each.shape.nullable and head.get(each.name) is not None:
            head[each.name] = _as_said(_thing(each.shape, head[each.name]))
    things: dict[str, Any] = {}
    unread = 0
    for name, shape in lists.items():
        values = said.get(name, [])
        if not isinstance(values, list):
            raise DecodeError([])
        assert shape.item is not None
        read = [found for value in values if (found := _thing(shape.item, value)) is not None]
        things[name] = tuple(read)
        unread += len(values) - len(read)
    empty: dict[str, list[Any]] = {name: [] for name in lists}
    return Pulled(replace(decode(SyncAnswer, {**head, **empty}), **things), unread)


def _thing(shape: Shape, value: object) -> Any:
    """One thing, None when this app cannot read it: a newer one will."""
    try:
        return decode(shape.python_type, _known(shape, value))
    except DecodeError as error:
        log.warning("a %s of sync cannot be read: %s", shape.python_type.__name__, error)
        return None


def _as_said(thing: Any) -> Any:
    return None if thing is None else encode(thing)


def _known(shape: Shape, value: object) -> object:
    """A value without the fields that its contract does not have, however deep."""
    if shape.kind is Kind.CONTRACT and isinstance(value, dict):
        return {
            each.name: _known(each.shape, value[each.name])
            for each in fields_of(shape.python_type)
            if each.name in value
        }
    if shape.kind is Kind.LIST and shape.item is not None and isinstance(value, list):
        return [_known(shape.item, each) for each in value]
    return value
