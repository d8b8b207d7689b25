"""Segments as people and maps read them: those in a box page by page, and one by its id."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from backend.database import db
from backend.errors import NotFound
from backend.streets import service
from backend.streets.models import StreetImport, StreetSegment
from backend.streets.network import Access, StreetClass
from backend.streets.packed import E7
from backend.web.boxes import BoundingBox
from shared.i18n import Message
from shared.lines import read_line

_ = Message


def streets() -> StreetImport:
    """The import in force; Conflict where there is none."""
    row = service.newest_import()
    if row is None:
        raise service.no_streets()
    return row


def segments_in(bbox: BoundingBox, *, cursor: str | None = None, limit: int) -> dict[str, Any]:
    """A page of the segments whose boxes meet ``bbox``, as GeoJSON, in the order of their ids."""
    row = streets()
    query = (
        sa.select(StreetSegment)
        .where(
            StreetSegment.id > int(cursor or 0),
            StreetSegment.west <= bbox.east,
            StreetSegment.east >= bbox.west,
            StreetSegment.south <= bbox.north,
            StreetSegment.north >= bbox.south,
        )
        .order_by(StreetSegment.id)
        .limit(limit + 1)
    )
    found = list(db.session().scalars(query))
    return {
        "type": "FeatureCollection",
        "version": row.version,
        "attribution": row.attribution,
        "features": [as_feature(segment) for segment in found[:limit]],
        "next": str(found[limit - 1].id) if len(found) > limit else None,
    }


def segment(segment_id: int) -> tuple[dict[str, Any], int]:
    """One segment as GeoJSON, and the version of the network that it is of."""
    row = streets()
    found = db.session().get(StreetSegment, segment_id) if segment_id < 2**63 else None
    if found is None:
        raise NotFound(_("piece of street"), segment_id)
    return as_feature(found), row.version


def as_feature(row: StreetSegment) -> dict[str, Any]:
    """A row as a GeoJSON Feature."""
    points = [[lon / E7, lat / E7] for lon, lat in read_line(row.line)]
    return {
        "type": "Feature",
        "id": row.id,
        "geometry": {"type": "LineString", "coordinates": points},
        "properties": {
            "street_class": StreetClass(row.street_class).name.lower(),
            "name_ru": row.name_ru,
            "name_kk": row.name_kk,
            "name_en": row.name_en,
            "length_m": round(row.length_m, 2),
            "forward": _direction(row.access_forward, row.speed_forward_kmh, row.lanes_forward),
            "backward": _direction(row.access_backward, row.speed_backward_kmh, row.lanes_backward),
            "max_weight_t": row.max_weight_t,
            "max_height_m": row.max_height_m,
            "width_m": row.width_m,
            "islet": row.islet,
        },
    }


def _direction(access: int, speed_kmh: float, lanes: int) -> dict[str, Any]:
    return {
        "cars": bool(access & Access.CAR),
        "trucks": bool(access & Access.TRUCK),
        "destination_only": bool(access & Access.DESTINATION_ONLY),
        "speed_kmh": speed_kmh,
        "lanes": lanes,
    }
