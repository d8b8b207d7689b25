"""When drivers and vehicles are at work, as their shifts say: positions are kept only then."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from backend.clock import now
from backend.database import db
from backend.fleet.positions.rules import Shift
from backend.fleet.shifts.models import VehicleShift
from backend.fleet.shifts.rows import facts_of
from backend.fleet.shifts.rules import SHIFT_MAX, span_of
from backend.web.principal import Principal
from shared.vocabulary import ShiftState


def of_driver(by: Principal, since: datetime, until: datetime) -> list[Shift]:
    """When the principal is at work with a vehicle."""
    return _at_work(VehicleShift.driver_id == by.user_id, since, until)


def of_vehicle(vehicle_id: UUID, since: datetime, until: datetime) -> list[Shift]:
    """When a vehicle is at work, and under whom."""
    return _at_work(VehicleShift.vehicle_id == vehicle_id, since, until)


def _at_work(whose: sa.ColumnElement[bool], since: datetime, until: datetime) -> list[Shift]:
    # One that began early, or runs longer than planned, is found by a day on either side
    query = sa.select(VehicleShift).where(
        whose,
        VehicleShift.starts_at <= until + SHIFT_MAX,
        VehicleShift.ends_at >= since - SHIFT_MAX,
        VehicleShift.state != ShiftState.CANCELLED,
    )
    found = []
    for shift in db.session().scalars(query):
        span = span_of(facts_of(shift), now=now())
        if span is not None and span[0] <= until and span[1] >= since:
            found.append(
                Shift(
                    starts_at=span[0],
                    ends_at=span[1],
                    district_id=shift.district_id,
                    vehicle_id=shift.vehicle_id,
                    shift_id=shift.id,
                    user_id=shift.driver_id,
                )
            )
    return found
