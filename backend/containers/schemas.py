"""Container sites on the wire."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from marshmallow import post_load

from backend.containers.rules import Containers
from backend.web.hours import WeeklyHours
from backend.web.paging import PageQuery
from backend.web.places import PlaceSchema, PointSchema
from backend.web.wire import PLAIN_TEXT, Schema, fields, filled, time_in_reach, validate
from backend.weekly import WEEKDAYS
from shared.vocabulary import ContainerType

CODE_MAX, ADDRESS_MAX, NOTE_MAX = 40, 200, 500
KINDS_MAX, COUNT_MAX, VOLUME_MAX_M3 = 12, 60, 40
DEMAND_MAX_M3, DEMAND_MAX_KG = 1_000, 200_000


def _word(most: int, **options: Any) -> fields.String:
    return fields.String(validate=[validate.Length(1, most), PLAIN_TEXT, filled], **options)


def _note(**options: Any) -> fields.String:
    words = {"description": "What the driver must know: gate, code, dog"}
    checks = [validate.Length(max=NOTE_MAX), PLAIN_TEXT]
    return fields.String(validate=checks, metadata=words, **options)


def _demand(most: float, words: str, **options: Any) -> fields.List[Any]:
    return fields.List(
        fields.Float(validate=validate.Range(0, most)),
        validate=validate.Length(equal=WEEKDAYS),
        metadata={"description": words},
        **options,
    )


def _limit(most: float, **options: Any) -> fields.Float:
    check = validate.Range(0, most, min_inclusive=False)
    words = {"description": "Of trucks that can get there; null: no limit known"}
    return fields.Float(allow_none=True, validate=check, metadata=words, **options)


def _priority(**options: Any) -> fields.Integer:
    words = {"description": "1 is the most urgent"}
    return fields.Integer(strict=True, validate=validate.Range(1, 5), metadata=words, **options)


class ContainersSchema(Schema):
    """So many containers alike."""

    type = fields.Enum(ContainerType, by_value=True, required=True)
    count = fields.Integer(required=True, strict=True, validate=validate.Range(1, COUNT_MAX))
    volume_m3 = fields.Float(
        required=True,
        validate=validate.Range(0, VOLUME_MAX_M3, min_inclusive=False),
        metadata={"description": "Of one"},
    )

    @post_load
    def make(self, data: dict[str, Any], **_options: Any) -> Containers:
        """The containers."""
        return Containers(**data)


def _containers(**options: Any) -> fields.List[Any]:
    return fields.List(fields.Nested(ContainersSchema), validate=validate.Length(1, KINDS_MAX), **options)


class SiteRequest(Schema):
    """A new container site."""

    district_id = fields.UUID(required=True)
    code = _word(CODE_MAX, required=True)
    address = _word(ADDRESS_MAX, required=True)
    access_note = _note(load_default="")
    place = fields.Nested(PlaceSchema, required=True)
    containers = _containers(required=True)
    demand_m3 = _demand(DEMAND_MAX_M3, "What comes in on each weekday, Monday first", required=True)
    demand_kg = _demand(DEMAND_MAX_KG, "The same in kilograms", required=True)
    service_min = fields.Float(load_default=3.0, validate=validate.Range(0, 120))
    hours = WeeklyHours(load_default=None, allow_none=True)
    max_gross_t = _limit(120, load_default=None)
    max_height_m = _limit(6, load_default=None)
    max_width_m = _limit(6, load_default=None)
    priority = _priority(load_default=3)


class SiteChange(Schema):
    """What to change of a site."""

    district_id = fields.UUID()
    code = _word(CODE_MAX)
    address = _word(ADDRESS_MAX)
    access_note = _note()
    place = fields.Nested(PlaceSchema)
    containers = _containers()
    demand_m3 = _demand(DEMAND_MAX_M3, "What comes in on each weekday, Monday first")
    demand_kg = _demand(DEMAND_MAX_KG, "The same in kilograms")
    service_min = fields.Float(validate=validate.Range(0, 120))
    hours = WeeklyHours(allow_none=True)
    max_gross_t = _limit(120)
    max_height_m = _limit(6)
    max_width_m = _limit(6)
    priority = _priority()


class FillSchema(Schema):
    """What is expected in a site at a moment."""

    at = fields.AwareDateTime(required=True)
    volume_m3 = fields.Float(required=True)
    weight_kg = fields.Float(required=True)
    level = fields.Float(
        required=True,
        metadata={"description": "1 is full, more lies beside; FIWARE's fillingLevel is cut at 1"},
    )
    known = fields.Boolean(
        required=True, metadata={"description": "false: nobody ever saw it emptied, so it is a guess"}
    )


class SiteSchema(Schema):
    """A place with containers."""

    id = fields.UUID(required=True)
    district_id = fields.UUID(required=True)
    code = fields.String(required=True)
    address = fields.String(required=True)
    access_note = fields.String(required=True)
    place = fields.Nested(PointSchema, required=True)
    containers = fields.List(fields.Nested(ContainersSchema), required=True)
    demand_m3 = fields.List(fields.Float(), required=True)
    demand_kg = fields.List(fields.Float(), required=True)
    service_min = fields.Float(required=True)
    hours = WeeklyHours(required=True, allow_none=True)
    max_gross_t = fields.Float(required=True, allow_none=True)
    max_height_m = fields.Float(required=True, allow_none=True)
    max_width_m = fields.Float(required=True, allow_none=True)
    priority = fields.Integer(required=True)
    emptied_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "When it was last emptied; null: never seen"}
    )
    expected = fields.Nested(FillSchema, required=True)
    created_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)
    archived_at = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class EmptyingSchema(Schema):
    """One emptying of a site."""

    id = fields.UUID(required=True)
    emptied_at = fields.AwareDateTime(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    stop_id = fields.UUID(required=True)
    route_id = fields.UUID(required=True, allow_none=True)
    vehicle_id = fields.UUID(required=True, allow_none=True)
    reported_by = fields.UUID(required=True, allow_none=True)
    volume_m3 = fields.Float(required=True, allow_none=True)
    weight_kg = fields.Float(required=True, allow_none=True)


class OneSiteSchema(SiteSchema):
    """A place with containers, and its last emptying."""

    last_emptying = fields.Nested(EmptyingSchema, required=True, allow_none=True)


class SiteQuery(PageQuery):
    """Which sites."""

    code = fields.String(
        validate=validate.Length(1, CODE_MAX), metadata={"description": "The one site with this code"}
    )
    district_id = fields.UUID(data_key="district")
    type = fields.Enum(ContainerType, by_value=True)
    emptied_before = fields.AwareDateTime(
        validate=time_in_reach,
        metadata={"description": "Not emptied since this time, or never seen to be"},
    )


class ExportFormat(StrEnum):
    """As what the sites are wanted."""

    GEOJSON = "geojson"
    CSV = "csv"


class ExportQuery(Schema):
    """As what the sites are wanted, and of which district."""

    format = fields.Enum(ExportFormat, by_value=True, load_default=ExportFormat.GEOJSON)
    district_id = fields.UUID(data_key="district", load_default=None)
