"""Vehicles on the live feed: where each is while it is at work, to those who may see the fleet's positions in their districts."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from backend.accounts.policy import districts_for, permits
from backend.clock import now
from backend.errors import NotAllowed
from backend.fleet.positions import service
from backend.fleet.positions.schemas import VehiclePositionSchema
from backend.ledger.passing import Item, Sees, Source, declare
from backend.ledger.service import log_access
from backend.web.principal import Principal
from shared.i18n import Message

_ = Message
KIND = "vehicles.positions"
LIVE = timedelta(minutes=5)  # what a phone brings later tells where somebody was, not where somebody is


def read(since: datetime) -> list[Item]:
    """Where vehicles are that were heard since a moment; only positions of shifts are kept at all."""
    oldest = now() - LIVE
    return [
        Item(
            district_id=each.district_id,
            key=(each.vehicle_id, each.at),
            since=each.received_at,
            content=VehiclePositionSchema().dump(each),
        )
        for each in service.moved_since(since)
        if each.at >= oldest
    ]


def open_for(viewer: Principal) -> Sees:
    """Let a viewer in who may see the fleet's positions; that it looks is logged."""
    if not permits(viewer.role, KIND):
        raise NotAllowed(_("Your role may not see where vehicles are: leave «also» out."))
    allowed = districts_for(viewer, KIND)
    log_access(viewer.actor, KIND, "live feed", now())

    def sees(district_id: UUID | None) -> bool:
        return allowed is None or district_id in allowed

    return sees


declare(Source(kind=KIND, read=read, open=open_for))
