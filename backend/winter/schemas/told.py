"""What anybody is told of streets, on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import validates_schema

from backend.web.wire import PLAIN_TEXT, Schema, ValidationError, fields, filled, validate
from shared.i18n import Message
from shared.vocabulary import StreetServed

_ = Message
TOLD_DEFAULT, TOLD_MOST = 100, 500
TOLD_WAYS = (("name",), ("lat", "lon"), ("west", "south", "east", "north"))


class ToldQuery(Schema):
    """Which streets: by name in any language, in a box, or near a place; exactly one of the three."""

    name = fields.String(validate=[validate.Length(2, 255), PLAIN_TEXT, filled])
    west = fields.Float(validate=validate.Range(-180, 180))
    south = fields.Float(validate=validate.Range(-90, 90))
    east = fields.Float(validate=validate.Range(-180, 180))
    north = fields.Float(validate=validate.Range(-90, 90))
    lat = fields.Float(validate=validate.Range(-90, 90))
    lon = fields.Float(validate=validate.Range(-180, 180))
    limit = fields.Integer(load_default=TOLD_DEFAULT, validate=validate.Range(min=1, max=TOLD_MOST))

    @validates_schema
    def check(self, data: dict[str, Any], **_options: Any) -> None:
        """Exactly one way of asking, and that one whole."""
        asked = [each for each in TOLD_WAYS if set(each) & set(data)]
        if len(asked) != 1 or not set(asked[0]) <= set(data):
            raise ValidationError(
                {
                    "name": [
                        _(
                            "send name, or lat and lon, or west, south, east and north: exactly one of the three"
                        )
                    ]
                }
            )


class LastWorkSchema(Schema):
    """When, and how it is known."""

    at = fields.AwareDateTime(required=True)
    by_track = fields.Boolean(
        required=True, metadata={"description": "false: somebody reported it, no track shows it"}
    )


class ToldPieceSchema(Schema):
    """One piece of street, for anybody."""

    segment_id = fields.Integer(required=True)
    name_ru = fields.String(required=True, attribute="name.ru")
    name_kk = fields.String(required=True, attribute="name.kk")
    name_en = fields.String(required=True, attribute="name.en")
    lat = fields.Float(required=True, metadata={"description": "Of its middle"})
    lon = fields.Float(required=True)
    length_m = fields.Float(required=True)
    priority = fields.Integer(required=True)
    cleared = fields.Nested(
        LastWorkSchema, required=True, allow_none=True, metadata={"description": "Over its whole width"}
    )
    gritted = fields.Nested(LastWorkSchema, required=True, allow_none=True)
    hauled = fields.Nested(LastWorkSchema, required=True, allow_none=True)
    due_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Of what still lacks tonight"}
    )
    state = fields.Enum(StreetServed, by_value=True, required=True)


class ToldList(Schema):
    """Pieces of street, for anybody."""

    attribution = fields.String(required=True)
    items = fields.List(fields.Nested(ToldPieceSchema), required=True)
