"""Shifts between the database and the rules: which ones a principal reaches, and what a row says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for, owns_only
from backend.database import db
from backend.errors import NotFound
from backend.fleet.shifts.models import VehicleShift
from backend.fleet.shifts.rules import OPEN, Break, ShiftFacts, Taken
from backend.web.principal import Principal
from shared.i18n import Message

_ = Message


def in_scope(query: sa.Select[VehicleShift], by: Principal, action: str) -> sa.Select[VehicleShift]:
    """The query, narrowed to the shifts on which the principal may do the action."""
    if owns_only(by, action):
        return query.where(VehicleShift.driver_id == by.user_id)
    allowed = districts_for(by, action)
    return query if allowed is None else query.where(VehicleShift.district_id.in_(allowed))


def find(shift_id: UUID, by: Principal, action: str, *, lock: bool = False) -> VehicleShift:
    """A shift on which the principal may do the action; locked until the transaction ends if wished."""
    query = in_scope(sa.select(VehicleShift).where(VehicleShift.id == shift_id), by, action)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    shift = db.session().scalar(query)
    if shift is None:
        raise NotFound(_("shift"), shift_id)
    return shift


def others(shift_id: UUID | None, values: Mapping[str, Any]) -> list[Taken]:
    """Other open shifts of the same vehicle or driver at the same time."""
    whose = VehicleShift.vehicle_id == values["vehicle_id"]
    if values["driver_id"] is not None:
        whose = sa.or_(whose, VehicleShift.driver_id == values["driver_id"])
    query = sa.select(VehicleShift).where(
        whose,
        VehicleShift.state.in_(OPEN),
        VehicleShift.starts_at < values["ends_at"],
        VehicleShift.ends_at > values["starts_at"],
    )
    return [
        Taken(
            id=row.id,
            vehicle_id=row.vehicle_id,
            driver_id=row.driver_id,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
        )
        for row in db.session().scalars(query)
        if row.id != shift_id
    ]


def facts_of(shift: VehicleShift) -> ShiftFacts:
    """A row as planners see it."""
    return ShiftFacts(
        id=shift.id,
        district_id=shift.district_id,
        vehicle_id=shift.vehicle_id,
        driver_id=shift.driver_id,
        state=shift.state,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        breaks=breaks_of(shift),
        started_at=shift.started_at,
        ended_at=shift.ended_at,
    )


def breaks_of(shift: VehicleShift) -> tuple[Break, ...]:
    """The breaks that a row keeps."""
    return tuple(
        Break(
            earliest_at=datetime.fromisoformat(each["earliest_at"]),
            latest_at=datetime.fromisoformat(each["latest_at"]),
            minutes=each["minutes"],
        )
        for each in shift.breaks
    )


def stored(breaks: tuple[Break, ...]) -> list[dict[str, Any]]:
    """Breaks as a row keeps them."""
    return [
        {
            "earliest_at": each.earliest_at.isoformat(),
            "latest_at": each.latest_at.isoformat(),
            "minutes": each.minutes,
        }
        for each in breaks
    ]
