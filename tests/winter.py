"""Makers of snowfalls and of districts' boundaries, through the API as a dispatcher or an administrator would."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.fleet import make
from tests.phone import Phone

HEAP = {"type": "Point", "coordinates": [69.15, 54.87]}


def snowfall(now: datetime, district_id: UUID | str | None = None, **fields: Any) -> dict[str, Any]:
    """12 cm of snow in the six hours before now, at -8 °C."""
    return {
        "district_id": str(district_id) if district_id else None,
        "begun_at": (now - timedelta(hours=6)).isoformat(),
        "ended_at": now.isoformat(),
        "depth_cm": 12,
        "temperature_c": -8,
        **fields,
    }


def make_snowfall(
    phone: Phone, now: datetime, district_id: UUID | str | None = None, **fields: Any
) -> dict[str, Any]:
    """Enter a snowfall."""
    return make(phone, "/winter/snowfalls", snowfall(now, district_id, **fields))


def pile(now: datetime, **fields: Any) -> dict[str, Any]:
    """A pile at a place on no street."""
    return {"place": HEAP, "volume_m3": 40, "measured_at": now.isoformat(), "note": "у школы", **fields}


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A GeoJSON rectangle."""
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }
