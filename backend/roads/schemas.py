"""Defects on the wire: what the phone speaks is derived from shared.contracts."""

from __future__ import annotations

from typing import Any

from backend.roads.models import Defect
from backend.web.contract_schemas import schema_of
from backend.web.paging import PageQuery
from backend.web.wire import Schema, fields, time_in_reach
from shared.contracts import DefectAnswer
from shared.vocabulary import CannotAssess, DefectKind, DefectSource, DefectState, Severity

DefectAnswerSchema = schema_of(DefectAnswer)


class DefectQuery(PageQuery):
    """Which defects."""

    state = fields.Enum(DefectState, by_value=True)
    district_id = fields.UUID(data_key="district")
    since = fields.AwareDateTime(
        validate=time_in_reach, metadata={"description": "Received at or after this time"}
    )
    placed = fields.Boolean(metadata={"description": "false: those that wait for a place on the map"})
    suggested = fields.Boolean(
        metadata={"description": "true: those whose kind a person has not confirmed yet"}
    )
    loose = fields.Boolean(
        metadata={
            "description": "true: those in no case that wait for a person to say what they show, or where it is"
        }
    )


def place_of(row: Defect) -> dict[str, Any] | None:
    """The defect's place as a GeoJSON Point."""
    if row.lat is None or row.lon is None:
        return None
    return {"type": "Point", "coordinates": [row.lon, row.lat]}


class DefectSchema(Schema):
    """A defect as dispatchers and its reporter see it; the reporter by id only."""

    id = fields.UUID(required=True)
    source = fields.Enum(DefectSource, by_value=True, required=True)
    held = fields.Boolean(required=True, metadata={"description": "Whether a moderator has to let it in"})
    state = fields.Enum(DefectState, by_value=True, required=True)
    district_id = fields.UUID(required=True)
    task_id = fields.UUID(required=True, allow_none=True)
    reported_by = fields.UUID(required=True, allow_none=True)
    device_id = fields.UUID(required=True, allow_none=True)
    captured_at = fields.AwareDateTime(required=True)
    time_sure = fields.Boolean(
        required=True, metadata={"description": "Whether captured_at rests on the server's clock"}
    )
    received_at = fields.AwareDateTime(required=True)
    place = fields.Function(
        place_of,
        required=True,
        metadata={
            "type": ["object", "null"],
            "description": "GeoJSON Point; null: it waits for a place on the map",
        },
    )
    accuracy_m = fields.Float(required=True, allow_none=True)
    heading_deg = fields.Float(required=True, allow_none=True)
    note = fields.String(required=True)
    kind_guess = fields.Enum(DefectKind, by_value=True, required=True, allow_none=True)
    kind = fields.Enum(DefectKind, by_value=True, required=True, allow_none=True)
    severity = fields.Enum(Severity, by_value=True, required=True, allow_none=True)
    suggested = fields.Boolean(
        required=True,
        metadata={"description": "Whether kind and severity are a suggestion that no person has confirmed"},
    )
    cannot = fields.Enum(CannotAssess, by_value=True, required=True, allow_none=True)
    model = fields.String(required=True, allow_none=True)
    looked_at = fields.AwareDateTime(required=True, allow_none=True)
    same_photo_as = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "An earlier report with one of these very photos: no second witness"},
    )
    saved_anew = fields.Boolean(
        required=True,
        metadata={
            "description": "Whether that is known by the picture, which was saved anew, not byte for byte"
        },
    )
    placed_by = fields.UUID(
        required=True, allow_none=True, metadata={"description": "Who put it on the map; null: its own fixes"}
    )
    case_id = fields.UUID(required=True, allow_none=True)
    photo_hashes = fields.List(fields.String(), required=True)
    version = fields.Integer(required=True)
