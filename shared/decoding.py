"""Strict decode from JSON values to contract dataclasses; every error is collected with its path."""

from __future__ import annotations

from typing import Any, TypeVar

from shared.i18n import Message
from shared.i18n import Message as _
from shared.scalars import ScalarError, printable, read_scalar, shown, unstorable, wrong_kind
from shared.shapes import FieldShape, Kind, Shape, fields_of

Contract = TypeVar("Contract")
Path = tuple[str | int, ...]
Errors = list[tuple[Path, Message]]

BODY = _("the body")
MISSING_FIELD = _("{field} is missing")
NULL_FIELD = _("{field} must not be null")
UNKNOWN_FIELD = _("{field} is not known here: remove it or check its spelling (known: {known})")


class DecodeError(ValueError):
    """What is wrong with a value: ``errors`` holds (path, message), a path is like ``("fixes", 0)``."""

    def __init__(self, errors: Errors) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{path_text(path)}: {message}" for path, message in errors))

    def by_field(self) -> dict[str, list[Message]]:
        """The messages by path, for the ``errors`` of a problem+json answer."""
        by_field: dict[str, list[Message]] = {}
        for path, message in self.errors:
            by_field.setdefault(path_text(path), []).append(message)
        return by_field


def path_text(path: Path) -> str:
    """``fixes[0].lat``; the whole value is ``body``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return printable(text.removeprefix(".")) or "body"


def decode(contract: type[Contract], value: object) -> Contract:
    """The contract that a parsed JSON value holds; DecodeError with every error that it has."""
    errors: Errors = []
    decoded = _contract(contract, value, BODY, (), errors)
    if errors:
        raise DecodeError(errors)
    return decoded  # type: ignore[no-any-return]


def decode_value(shape: Shape, value: object, field: str) -> Any:
    """One value against its shape; DecodeError with paths inside the value."""
    errors: Errors = []
    decoded = _value(shape, value, field, (), errors)
    if errors:
        raise DecodeError(errors)
    return decoded


def _contract(contract: type, value: object, field: str, path: Path, errors: Errors) -> Any:
    if not isinstance(value, dict):
        errors.append((path, wrong_kind(Kind.CONTRACT, field, value)))
        return None
    fields = fields_of(contract)
    known = {each.name for each in fields}
    for name in value:
        if name not in known:
            errors.append(((*path, str(name)), unknown(fields, name)))
    before = len(errors)
    decoded = {}
    for each in fields:
        if each.name in value:
            decoded[each.name] = _value(each.shape, value[each.name], each.name, (*path, each.name), errors)
        elif each.required:
            errors.append(((*path, each.name), MISSING_FIELD.format(field=each.name)))
    return contract(**decoded) if len(errors) == before else None


def unknown(fields: tuple[FieldShape, ...], name: object) -> Message:
    """The message for a field that a contract does not have."""
    return UNKNOWN_FIELD.format(field=shown(name), known=", ".join(sorted(each.name for each in fields)))


def _value(shape: Shape, value: object, field: str, path: Path, errors: Errors) -> Any:
    if value is None:
        if not shape.nullable:
            errors.append((path, NULL_FIELD.format(field=field)))
        return None
    if shape.kind is Kind.CONTRACT:
        return _contract(shape.python_type, value, field, path, errors)
    if shape.kind is Kind.LIST:
        return _list(shape, value, field, path, errors)
    if shape.kind is Kind.TEXTS:
        return _texts(shape, value, field, path, errors)
    try:
        return read_scalar(shape, value, field)
    except ScalarError as refused:
        errors.append((path, refused.message))
        return None


def _list(shape: Shape, value: object, field: str, path: Path, errors: Errors) -> Any:
    if not isinstance(value, list):
        errors.append((path, wrong_kind(Kind.LIST, field, value)))
        return None
    if (wrong := length_error(shape, value, field)) is not None:
        errors.append((path, wrong))  # the items are not looked at: a list too long may be a very long one
        return None
    assert shape.item is not None
    return tuple(_value(shape.item, each, field, (*path, at), errors) for at, each in enumerate(value))


def _texts(shape: Shape, value: object, field: str, path: Path, errors: Errors) -> Any:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        errors.append((path, wrong_kind(Kind.TEXTS, field, value)))
        return None
    if (wrong := length_error(shape, value, field)) is not None:
        errors.append((path, wrong))
        return None
    assert shape.item is not None
    for key in value:
        if (wrong := unstorable(key, field)) is not None:
            errors.append((path, wrong))
    return {key: _value(shape.item, each, key, (*path, key), errors) for key, each in value.items()}


def length_error(shape: Shape, value: list[Any] | dict[str, Any], field: str) -> Message | None:
    """The message for a list or object with too few or too many entries, else None."""
    limits, length = shape.limits, len(value)
    if limits.min_length is not None and length < limits.min_length:
        message = _("{field} must have at least {min} entries, has {length}")
        return message.format(field=field, min=limits.min_length, length=length)
    if limits.max_length is not None and length > limits.max_length:
        message = _("{field} must have at most {max} entries, has {length}")
        return message.format(field=field, max=limits.max_length, length=length)
    return None
