"""Vehicles on the wire."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from backend.web.paging import PageQuery
from backend.web.wire import PLAIN_TEXT, Schema, fields, filled, validate
from shared.vocabulary import ContainerType, VehicleKind

BOARD_MAX, PLATE_MAX, MODEL_MAX, REASON_MAX, CONTRACTOR_MAX = 20, 15, 80, 200, 120
LOADING_WORDS = "What a loader loads in an hour, m³; null: what is usual for its kind"
CONTRACTOR_WORDS = {"description": "Whose it is; empty: the city's own"}
CITY_WORDS = {"description": "null: of the whole city"}


class ServiceState(StrEnum):
    """Whether a vehicle can be sent out."""

    IN_SERVICE = "in_service"
    OUT_OF_SERVICE = "out_of_service"


def _word(most: int, **options: Any) -> fields.String:
    return fields.String(validate=[validate.Length(1, most), PLAIN_TEXT, filled], **options)


def _above_0(most: float, words: str, **options: Any) -> fields.Float:
    check = validate.Range(0, most, min_inclusive=False)
    return fields.Float(allow_none=True, validate=check, metadata={"description": words}, **options)


def _cost(words: str, **options: Any) -> fields.Float:
    return fields.Float(validate=validate.Range(0, 10_000_000), metadata={"description": words}, **options)


def _types(**options: Any) -> fields.List[Any]:
    return fields.List(
        fields.Enum(ContainerType, by_value=True),
        validate=validate.Length(max=len(ContainerType)),
        metadata={"description": "Containers that it can empty"},
        **options,
    )


def _contractor(**options: Any) -> fields.String:
    return fields.String(
        validate=[validate.Length(max=CONTRACTOR_MAX), PLAIN_TEXT], metadata=CONTRACTOR_WORDS, **options
    )


def _reason(**options: Any) -> fields.String:
    words = {"description": "Why it is out of service; null: in service"}
    return _word(REASON_MAX, allow_none=True, metadata=words, **options)


class VehicleRequest(Schema):
    """A new vehicle."""

    district_id = fields.UUID(load_default=None, allow_none=True, metadata=CITY_WORDS)
    board_number = _word(BOARD_MAX, required=True)
    plate = _word(PLATE_MAX, load_default=None, allow_none=True)
    kind = fields.Enum(VehicleKind, by_value=True, required=True)
    model = fields.String(load_default="", validate=[validate.Length(max=MODEL_MAX), PLAIN_TEXT])
    container_types = _types(load_default=list)
    capacity_kg = _above_0(100_000, "What it may carry", load_default=None)
    capacity_m3 = _above_0(200, "Of its body", load_default=None)
    compaction = fields.Float(
        load_default=1.0,
        validate=validate.Range(1, 12),
        metadata={"description": "Cubic metres of loose waste that go into one"},
    )
    loading_m3_h = _above_0(2_000, LOADING_WORDS, load_default=None)
    gross_weight_t = _above_0(120, "With its load: bridges and streets forbid some", load_default=None)
    height_m = _above_0(6, "Overall", load_default=None)
    width_m = _above_0(6, "Overall", load_default=None)
    contractor = _contractor(load_default="")
    depot_id = fields.UUID(load_default=None, allow_none=True)
    cost_fixed_kzt = _cost("Of a shift, in tenge", load_default=0.0)
    cost_per_km_kzt = _cost("In tenge", load_default=0.0)
    cost_per_h_kzt = _cost("In tenge", load_default=0.0)
    out_reason = _reason(load_default=None)


class VehicleChange(Schema):
    """What to change of a vehicle; ``out_reason`` takes it out of service, null puts it back."""

    district_id = fields.UUID(allow_none=True, metadata=CITY_WORDS)
    board_number = _word(BOARD_MAX)
    plate = _word(PLATE_MAX, allow_none=True)
    kind = fields.Enum(VehicleKind, by_value=True)
    model = fields.String(validate=[validate.Length(max=MODEL_MAX), PLAIN_TEXT])
    container_types = _types()
    capacity_kg = _above_0(100_000, "What it may carry")
    capacity_m3 = _above_0(200, "Of its body")
    compaction = fields.Float(validate=validate.Range(1, 12))
    loading_m3_h = _above_0(2_000, LOADING_WORDS)
    gross_weight_t = _above_0(120, "With its load")
    height_m = _above_0(6, "Overall")
    width_m = _above_0(6, "Overall")
    contractor = _contractor()
    depot_id = fields.UUID(allow_none=True)
    cost_fixed_kzt = _cost("Of a shift, in tenge")
    cost_per_km_kzt = _cost("In tenge")
    cost_per_h_kzt = _cost("In tenge")
    out_reason = _reason()


class VehicleSchema(Schema):
    """A vehicle of the fleet."""

    id = fields.UUID(required=True)
    district_id = fields.UUID(required=True, allow_none=True, metadata=CITY_WORDS)
    board_number = fields.String(required=True)
    plate = fields.String(required=True, allow_none=True)
    kind = fields.Enum(VehicleKind, by_value=True, required=True)
    model = fields.String(required=True)
    container_types = fields.List(fields.String(), required=True)
    capacity_kg = fields.Float(required=True, allow_none=True)
    capacity_m3 = fields.Float(required=True, allow_none=True)
    compaction = fields.Float(required=True)
    loading_m3_h = fields.Float(required=True, allow_none=True, metadata={"description": LOADING_WORDS})
    gross_weight_t = fields.Float(required=True, allow_none=True)
    height_m = fields.Float(required=True, allow_none=True)
    width_m = fields.Float(required=True, allow_none=True)
    contractor = fields.String(required=True, metadata=CONTRACTOR_WORDS)
    depot_id = fields.UUID(required=True, allow_none=True)
    cost_fixed_kzt = fields.Float(required=True)
    cost_per_km_kzt = fields.Float(required=True)
    cost_per_h_kzt = fields.Float(required=True)
    out_reason = fields.String(required=True, allow_none=True)
    out_since = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)
    archived_at = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class VehicleQuery(PageQuery):
    """Which vehicles."""

    kind = fields.Enum(VehicleKind, by_value=True)
    state = fields.Enum(ServiceState, by_value=True)
    district_id = fields.UUID(data_key="district")
    depot_id = fields.UUID(data_key="depot")
