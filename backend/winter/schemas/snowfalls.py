"""Snowfalls on the wire."""

from __future__ import annotations

from typing import Any

from backend.web.paging import PageQuery
from backend.web.wire import Schema, fields, time_in_reach, validate
from backend.winter.rules.snowfalls import COLDEST_C, DEPTH_MOST_CM, WARMEST_C
from backend.winter.schemas.words import note


def _depth(**options: Any) -> fields.Float:
    words = {"description": "Of fresh snow; where it still snows, what has fallen so far"}
    return fields.Float(validate=validate.Range(0, DEPTH_MOST_CM), metadata=words, **options)


def _temperature(**options: Any) -> fields.Float:
    return fields.Float(validate=validate.Range(COLDEST_C, WARMEST_C), **options)


class SnowfallRequest(Schema):
    """A new snowfall; a forecast may begin within two days."""

    district_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "null: the whole city"}
    )
    begun_at = fields.AwareDateTime(required=True, validate=time_in_reach)
    ended_at = fields.AwareDateTime(
        load_default=None,
        allow_none=True,
        validate=time_in_reach,
        metadata={"description": "null: it still snows"},
    )
    depth_cm = _depth(required=True)
    temperature_c = _temperature(required=True)
    icing = fields.Boolean(
        load_default=False, metadata={"description": "Freezing rain, or thaw and frost: to be gritted"}
    )
    note = note(load_default="")


class SnowfallChange(Schema):
    """What to correct of a snowfall."""

    begun_at = fields.AwareDateTime(validate=time_in_reach)
    ended_at = fields.AwareDateTime(allow_none=True, validate=time_in_reach)
    depth_cm = _depth()
    temperature_c = _temperature()
    icing = fields.Boolean()
    note = note()


class SnowfallSaid(Schema):
    """What is said of a snowfall."""

    begun_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    depth_cm = fields.Float(required=True)
    temperature_c = fields.Float(required=True)
    icing = fields.Boolean(required=True)
    note = fields.String(required=True)
    version = fields.Integer(required=True)


class SnowfallSchema(SnowfallSaid):
    """A snowfall as it stands."""

    id = fields.UUID(required=True)
    district_id = fields.UUID(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True)


class SnowfallVersionSchema(SnowfallSaid):
    """A snowfall as somebody once said it."""

    withdrawn = fields.Boolean(required=True)
    set_by = fields.UUID(required=True)
    set_at = fields.AwareDateTime(required=True)


class OneSnowfallSchema(SnowfallSchema):
    """A snowfall with everything that was said of it."""

    versions = fields.List(fields.Nested(SnowfallVersionSchema), required=True)


class SnowfallQuery(PageQuery):
    """Which snowfalls."""

    begun_after = fields.AwareDateTime(validate=time_in_reach)
