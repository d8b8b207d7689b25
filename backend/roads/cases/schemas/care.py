"""The city's table of repairs: priority and days by severity and class of street."""

from __future__ import annotations

from backend.roads.cases.rules import care
from backend.roads.cases.schemas.words import CLASSES
from backend.web.wire import Schema, fields, validate


class UrgencySchema(Schema):
    """What follows from a severity."""

    priority = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    days = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(1, care.DAYS_MOST),
        metadata={"description": "From the first report until it must be repaired"},
    )


class UrgenciesSchema(Schema):
    """A row of the table."""

    low = fields.Nested(UrgencySchema)
    medium = fields.Nested(UrgencySchema)
    high = fields.Nested(UrgencySchema)


class ClassUrgencies(UrgenciesSchema):
    """The row of a class of streets."""

    street_class = fields.String(required=True, validate=validate.OneOf(CLASSES))


class RoadCareSchema(Schema):
    """The city's table of repairs; what is left out is as in the defaults."""

    classes = fields.List(fields.Nested(ClassUrgencies), validate=validate.Length(max=len(CLASSES)))
    off_street = fields.Nested(UrgenciesSchema)
    warranty_months = fields.Integer(strict=True, validate=validate.Range(0, care.MONTHS_MOST))
    neighbours_m = fields.Float(validate=validate.Range(0, 1000))
