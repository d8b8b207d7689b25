"""marshmallow schemas derived from the wire's dataclasses: same limits, same refusals, good OpenAPI names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields, post_load

from shared.decoding import DecodeError, Errors, decode, decode_value
from shared.encoding import encode_value
from shared.shapes import FieldShape, Kind, Shape, fields_of

STORABLE = "^[^\\u0000]*$"  # what the decoder accepts in a text without a pattern of its own


class ContractSchema(Schema):
    """Loads to an instance of ``contract`` and dumps from one; refuses in the decoder's own words."""

    contract: ClassVar[type]

    class Meta:
        unknown = RAISE

    @post_load
    def make(self, data: dict[str, Any], **_options: Any) -> Any:
        """The dataclass instance; its defaults stand in for what is missing."""
        return self.contract(**data)

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **_options: Any) -> None:
        """Say what is wrong in the decoder's words, which are translated and name field, value and remedy."""
        values: list[tuple[tuple[int, ...], Any]] = list(enumerate_values(data) if many else [((), data)])
        errors: Errors = []
        for at, value in values:
            try:
                decode(self.contract, value)
            except DecodeError as refusal:
                errors += [((*at, *path), message) for path, message in refusal.errors]
        if errors:
            error.messages = nested_messages(errors)


def enumerate_values(data: Any) -> list[tuple[tuple[int, ...], Any]]:
    """The items of a list with their index; nothing for what is no list."""
    return [((at,), value) for at, value in enumerate(data)] if isinstance(data, list) else []


def nested_messages(errors: Errors) -> dict[Any, Any]:
    """Errors by path as marshmallow nests them; the whole value's own stand under ``_schema``."""
    nested: dict[Any, Any] = {}
    for path, message in errors:
        place: dict[Any, Any] = nested
        for part in path:
            place = place.setdefault(part, {})
        place.setdefault("_schema", []).append(message)
    return {key: _folded(value) for key, value in nested.items()}


def _folded(place: Any) -> Any:
    if not isinstance(place, dict):
        return place
    if list(place) == ["_schema"]:
        return place["_schema"]
    return {key: _folded(value) for key, value in place.items()}


class ByShape(fields.Field[Any]):
    """Reads and writes as the decoder and encoder do; the other base of each subclass serves OpenAPI."""

    shape: Shape

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_options: Any
    ) -> Any:
        try:
            return decode_value(self.shape, value, self.name or "")
        except DecodeError as refusal:
            raise ValidationError(_folded(nested_messages(refusal.errors))) from None

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_options: Any) -> Any:
        return encode_value(value)


class TextField(ByShape, fields.String):
    """A text."""


class NumberField(ByShape, fields.Float):
    """A finite number."""


class WholeNumberField(ByShape, fields.Integer):
    """A whole number."""


class FlagField(ByShape, fields.Boolean):
    """True or false."""


class UuidField(ByShape, fields.UUID):
    """A UUID."""


class TimeField(ByShape, fields.AwareDateTime):
    """An RFC 3339 time with offset."""


class WordField(ByShape, fields.Enum[Any]):
    """A member of an enum, by value."""


class ContractField(ByShape, fields.Nested):  # type: ignore[misc]
    """A nested contract."""


class ListField(ByShape, fields.List[Any]):
    """A list, a tuple in Python."""


class ObjectField(ByShape, fields.Dict):
    """A JSON object."""


_SCALAR_FIELDS: dict[Kind, type[ByShape]] = {
    Kind.TEXT: TextField,
    Kind.NUMBER: NumberField,
    Kind.WHOLE_NUMBER: WholeNumberField,
    Kind.FLAG: FlagField,
    Kind.UUID: UuidField,
    Kind.TIME: TimeField,
    Kind.OBJECT: ObjectField,
}


@cache
def schema_of(contract: type) -> type[ContractSchema]:
    """The schema class of a contract: one each, so that OpenAPI shows ``CheckIn`` once and refers to it."""
    members: dict[str, Any] = {each.name: _field(each) for each in fields_of(contract)}
    members |= {"contract": contract, "__doc__": contract.__doc__, "__module__": __name__}
    return type(f"{contract.__name__}Schema", (ContractSchema,), members)


def _field(of: FieldShape) -> ByShape:
    metadata = {} if of.required else {"default": encode_value(of.default)}
    return _field_of_shape(of.shape, required=of.required, metadata=metadata)


def _field_of_shape(shape: Shape, *, required: bool, metadata: dict[str, Any]) -> ByShape:
    options: dict[str, Any] = {
        "required": required,
        "allow_none": shape.nullable,
        "metadata": metadata | _openapi(shape),
    }
    field: ByShape
    if shape.kind is Kind.WORD:
        field = WordField(shape.python_type, by_value=fields.String, **options)
    elif shape.kind is Kind.CONTRACT:
        field = ContractField(schema_of(shape.python_type), **options)
    elif shape.item is not None:
        item = _field_of_shape(shape.item, required=False, metadata={})
        field = ListField(item, **options) if shape.kind is Kind.LIST else ObjectField(values=item, **options)
    else:
        field = _SCALAR_FIELDS[shape.kind](**options)
    field.shape = shape
    return field


def _openapi(shape: Shape) -> dict[str, Any]:
    """The limits in the words of JSON Schema 2020-12."""
    limits, entries = shape.limits, {Kind.LIST: "Items", Kind.TEXTS: "Properties"}.get(shape.kind, "Length")
    words: dict[str, Any] = {
        "description": limits.description or None,
        "minimum": limits.minimum,
        "maximum": limits.maximum,
        "exclusiveMinimum": limits.above,
        f"min{entries}": limits.min_length,
        f"max{entries}": limits.max_length,
        "pattern": (limits.pattern or STORABLE) if shape.kind is Kind.TEXT else None,
    }
    return {word: value for word, value in words.items() if value is not None}
