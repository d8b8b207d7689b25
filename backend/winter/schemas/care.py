"""The care table and priorities of named streets on the wire."""

from __future__ import annotations

from typing import Any

from backend.streets.network import StreetClass
from backend.web.wire import PLAIN_TEXT, Pattern, Schema, fields, filled, validate
from backend.winter.rules.care import PRIORITIES
from backend.winter.schemas.words import note
from shared.i18n import Message

_ = Message
CLASSES = [each.name.lower() for each in StreetClass]
SEGMENTS_MOST = 5_000
HOUR = Pattern(r"^([01][0-9]|2[0-3]):[0-5][0-9]$", error=_("must be an hour such as 05:00, was {input}"))


def _hour(**options: Any) -> fields.String:
    words = {"description": "Before 18:00: of the morning after; null: no hour is promised"}
    return fields.String(required=True, allow_none=True, validate=HOUR, metadata=words, **options)


def _between(least: float, most: float, **options: Any) -> fields.Float:
    return fields.Float(required=True, validate=validate.Range(least, most), **options)


class StreetCareSchema(Schema):
    """What is done on streets of one class."""

    street_class = fields.String(required=True, validate=validate.OneOf(CLASSES))
    priority = fields.Integer(required=True, strict=True, validate=validate.OneOf(PRIORITIES))
    is_cleared = fields.Boolean(required=True)
    is_gritted = fields.Boolean(required=True)
    pavements = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, 2),
        metadata={"description": "Sides with a pavement that the city clears"},
    )
    clear_from_cm = _between(0.5, 50)


class PriorityCareSchema(Schema):
    """How streets of one priority are served."""

    priority = fields.Integer(required=True, strict=True, validate=validate.OneOf(PRIORITIES))
    clear_by = _hour()
    grit_by = _hour()
    pavement_by = _hour()
    weight = _between(0.1, 100, metadata={"description": "Of urgency beside other priorities"})
    salt_g_m2 = _between(0, 100)
    sand_g_m2 = _between(0, 1000)


class MachinesSchema(Schema):
    """Widths that passes are reckoned from."""

    blade_m = _between(1, 8, metadata={"description": "What a plough clears, its blade at its angle"})
    overlap_m = _between(0, 2, metadata={"description": "At the edges, which needs no pass of its own"})
    spread_m = _between(2, 16, metadata={"description": "What a spreader reaches"})


class CorrectionSchema(Schema):
    """What a district knows better than the model."""

    district_id = fields.UUID(required=True)
    depth = _between(0, 5, metadata={"description": "Times the depth said for the whole city"})
    volume = _between(0, 5, metadata={"description": "Times the volume that lies by the model"})


class CareSchema(Schema):
    """The care table; classes and priorities that are left out keep the defaults."""

    classes = fields.List(fields.Nested(StreetCareSchema), load_default=list)
    priorities = fields.List(fields.Nested(PriorityCareSchema), load_default=list)
    machines = fields.Nested(MachinesSchema)
    corrections = fields.List(fields.Nested(CorrectionSchema), load_default=list)


class PriorityRequest(Schema):
    """A street (by its name in any language), or pieces of one, and its priority; null takes it away."""

    street = fields.String(validate=[validate.Length(1, 255), PLAIN_TEXT, filled], load_default=None)
    segment_ids = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 2**63 - 1)),
        validate=validate.Length(1, SEGMENTS_MOST),
        load_default=None,
    )
    priority = fields.Integer(
        required=True, allow_none=True, strict=True, validate=validate.OneOf(PRIORITIES)
    )
    note = note(load_default="")


class PrioritySchema(Schema):
    """A priority that is not the class's."""

    street = fields.String(required=True, allow_none=True)
    segment_ids = fields.List(fields.Integer(), required=True)
    priority = fields.Integer(required=True)
    note = fields.String(required=True)
    pieces = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Pieces of street that it names today"}
    )
    set_by = fields.UUID(required=True)
    set_at = fields.AwareDateTime(required=True)


class PriorityList(Schema):
    """Every priority in force."""

    items = fields.List(fields.Nested(PrioritySchema), required=True)
