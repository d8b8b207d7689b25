"""Facilities on the wire."""

from __future__ import annotations

from typing import Any

from backend.web.hours import WeeklyHours
from backend.web.paging import PageQuery
from backend.web.places import PlaceSchema, PointSchema
from backend.web.wire import PLAIN_TEXT, Schema, fields, filled, validate
from shared.vocabulary import FacilityKind

NAME_MAX, ADDRESS_MAX, NOTE_MAX, REASON_MAX = 120, 200, 500, 200
CITY_WORDS = {"description": "null: of the whole city"}
MINUTES = validate.Range(0, 600)


def _name(**options: Any) -> fields.String:
    return fields.String(validate=[validate.Length(1, NAME_MAX), PLAIN_TEXT, filled], **options)


def _text(most: int, **options: Any) -> fields.String:
    return fields.String(validate=[validate.Length(max=most), PLAIN_TEXT], **options)


def _reason(**options: Any) -> fields.String:
    words = {"description": "Why it is closed for the time being; null: in use"}
    return fields.String(
        allow_none=True,
        validate=[validate.Length(1, REASON_MAX), PLAIN_TEXT, filled],
        metadata=words,
        **options,
    )


def _number(most: float, **options: Any) -> fields.Float:
    check = validate.Range(0, most, min_inclusive=False)
    return fields.Float(
        allow_none=True, validate=check, metadata={"description": "null: no limit"}, **options
    )


def _price(**options: Any) -> fields.Float:
    words = {"description": "Of a cubic metre that is left there, in tenge"}
    return fields.Float(validate=validate.Range(0, 1_000_000), metadata=words, **options)


def _bays(**options: Any) -> fields.Integer:
    words = {"description": "Vehicles that unload or leave at once; null: no limit"}
    return fields.Integer(
        strict=True, allow_none=True, validate=validate.Range(1, 100), metadata=words, **options
    )


class FacilityRequest(Schema):
    """A new facility."""

    district_id = fields.UUID(load_default=None, allow_none=True, metadata=CITY_WORDS)
    kind = fields.Enum(FacilityKind, by_value=True, required=True)
    name = _name(required=True)
    address = _text(ADDRESS_MAX, load_default="")
    note = _text(NOTE_MAX, load_default="")
    place = fields.Nested(PlaceSchema, required=True)
    hours = WeeklyHours(load_default=None, allow_none=True)
    unload_min = fields.Float(load_default=10.0, validate=MINUTES)
    queue_min = fields.Float(load_default=0.0, validate=MINUTES)
    bays = _bays(load_default=None)
    capacity_t_day = _number(100_000, load_default=None)
    capacity_m3_day = _number(1_000_000, load_default=None)
    price_m3_kzt = _price(load_default=0.0)
    closed_reason = _reason(load_default=None)


class FacilityChange(Schema):
    """What to change of a facility; its kind stays."""

    district_id = fields.UUID(allow_none=True, metadata=CITY_WORDS)
    name = _name()
    address = _text(ADDRESS_MAX)
    note = _text(NOTE_MAX)
    place = fields.Nested(PlaceSchema)
    hours = WeeklyHours(allow_none=True)
    unload_min = fields.Float(validate=MINUTES)
    queue_min = fields.Float(validate=MINUTES)
    bays = _bays()
    capacity_t_day = _number(100_000)
    capacity_m3_day = _number(1_000_000)
    price_m3_kzt = _price()
    closed_reason = _reason()


class FacilitySchema(Schema):
    """A depot, or a place to unload."""

    id = fields.UUID(required=True)
    district_id = fields.UUID(required=True, allow_none=True, metadata=CITY_WORDS)
    kind = fields.Enum(FacilityKind, by_value=True, required=True)
    name = fields.String(required=True)
    address = fields.String(required=True)
    note = fields.String(required=True)
    place = fields.Nested(PointSchema, required=True)
    hours = WeeklyHours(required=True, allow_none=True)
    unload_min = fields.Float(required=True)
    queue_min = fields.Float(required=True)
    bays = fields.Integer(required=True, allow_none=True)
    capacity_t_day = fields.Float(required=True, allow_none=True)
    capacity_m3_day = fields.Float(required=True, allow_none=True)
    price_m3_kzt = _price(required=True)
    closed_reason = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)
    archived_at = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class FacilityQuery(PageQuery):
    """Which facilities."""

    kind = fields.Enum(FacilityKind, by_value=True)
    district_id = fields.UUID(data_key="district")
