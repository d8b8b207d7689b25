"""Makers of vehicles, facilities, shifts and container sites, through the API as a dispatcher would."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.phone import Phone

NUMBERS = itertools.count(101)
GATE = {"type": "Point", "coordinates": [69.156, 54.879]}
YARD = {"type": "Point", "coordinates": [69.1355, 54.8652]}
EVERY_DAY = [{"weekday": day, "opens": "08:00", "closes": "20:00"} for day in range(7)]


def facility(district_id: UUID | str | None, **fields: Any) -> dict[str, Any]:
    """A depot of a district, open by day."""
    return {
        "district_id": str(district_id) if district_id else None,
        "kind": "depot",
        "name": "База",
        "place": GATE,
        "hours": EVERY_DAY,
        **fields,
    }


def vehicle(district_id: UUID | str | None, **fields: Any) -> dict[str, Any]:
    """A refuse truck of a district that lifts wheeled containers from behind."""
    return {
        "district_id": str(district_id) if district_id else None,
        "board_number": str(next(NUMBERS)),
        "kind": "refuse_rear",
        "model": "МАЗ КО-456",
        "container_types": ["wheeled"],
        "capacity_kg": 8000,
        "capacity_m3": 18,
        "compaction": 4,
        "gross_weight_t": 19,
        **fields,
    }


def site(district_id: UUID | str, **fields: Any) -> dict[str, Any]:
    """A container site of a district that fills in two days."""
    return {
        "district_id": str(district_id),
        "code": f"КП-{next(NUMBERS)}",
        "address": "Улица Жамбыла, 150",
        "place": YARD,
        "containers": [{"type": "wheeled", "count": 4, "volume_m3": 1.1}],
        "demand_m3": [2.2] * 7,
        "demand_kg": [330] * 7,
        **fields,
    }


def make(phone: Phone, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Create a thing; its answer."""
    answer = phone.post(path, json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json  # type: ignore[assignment]
    return made


def make_facility(phone: Phone, district_id: UUID | str | None, **fields: Any) -> dict[str, Any]:
    """Enter a facility."""
    return make(phone, "/facilities", facility(district_id, **fields))


def make_vehicle(phone: Phone, district_id: UUID | str | None, **fields: Any) -> dict[str, Any]:
    """Enter a vehicle."""
    return make(phone, "/vehicles", vehicle(district_id, **fields))


def make_site(phone: Phone, district_id: UUID | str, **fields: Any) -> dict[str, Any]:
    """Enter a container site."""
    return make(phone, "/containers", site(district_id, **fields))


def shift(vehicle_id: str, start: datetime, **fields: Any) -> dict[str, Any]:
    """A shift of eight hours."""
    hours = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=8)).isoformat()}
    return {"vehicle_id": vehicle_id, **hours, **fields}


def make_shift(phone: Phone, vehicle_id: str, start: datetime, **fields: Any) -> dict[str, Any]:
    """Plan a shift."""
    return make(phone, "/shifts", shift(vehicle_id, start, **fields))


def make_tracker(phone: Phone, vehicle_id: str) -> dict[str, Any]:
    """Register a tracker; ``device_id`` is what it must send."""
    return make(phone, "/trackers", {"vehicle_id": vehicle_id, "name": "Teltonika"})
