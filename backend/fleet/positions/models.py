"""Rows of fleet: positions of crews' devices, and the batches in which they came."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class LocationBatch(Base):
    """A batch as it was taken in: the same id again gets the same answer. It holds no position."""

    __tablename__ = "location_batches"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    kept: Mapped[int]
    doubles: Mapped[int]
    outside_shift: Mapped[int]


class LocationFix(Base):
    """Where a crew's device, or a vehicle's tracker, was during a shift; purged by setting."""

    __tablename__ = "location_fixes"
    __table_args__ = (
        Index("uq_location_fixes_device_id_taken_at", "device_id", "taken_at", unique=True),
        Index("uq_location_fixes_tracker_id_taken_at", "tracker_id", "taken_at", unique=True),
        Index("ix_location_fixes_user_id_at", "user_id", "at"),
        Index("ix_location_fixes_route_id_at", "route_id", "at"),
        Index("ix_location_fixes_vehicle_id_at", "vehicle_id", "at"),
        Index("ix_location_fixes_at", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))  # None: a shift without a driver
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("devices.id"))  # either this
    tracker_id: Mapped[UUID | None] = mapped_column(ForeignKey("trackers.id"))  # or this
    vehicle_id: Mapped[UUID | None] = mapped_column(ForeignKey("vehicles.id"))  # None: on foot
    shift_id: Mapped[UUID | None] = mapped_column(ForeignKey("vehicle_shifts.id"))
    route_id: Mapped[UUID | None]  # of the shift that it belongs to; null: a task
    district_id: Mapped[UUID | None]  # the route's, else the shift's
    at: Mapped[datetime]  # the best known time, see uploads.moments
    taken_at: Mapped[datetime]  # by the device's clock
    received_at: Mapped[datetime]
    lat: Mapped[float]
    lon: Mapped[float]
    accuracy_m: Mapped[float | None]  # some trackers do not say
    speed_mps: Mapped[float | None]
    heading_deg: Mapped[float | None]  # clockwise from north
    provider: Mapped[str] = mapped_column(String(32))
    mock: Mapped[bool]

    @property
    def source_id(self) -> UUID:
        """The device or tracker that sent it."""
        source = self.device_id or self.tracker_id
        assert source is not None
        return source


class VehiclePosition(Base):
    """Where a vehicle was last, so that a map of the fleet is one query; as old as it may be, and purged like the rest."""

    __tablename__ = "vehicle_positions"
    __table_args__ = (Index("ix_vehicle_positions_received_at", "received_at"),)

    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicles.id"), primary_key=True)
    district_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    shift_id: Mapped[UUID | None]
    route_id: Mapped[UUID | None]
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    lat: Mapped[float]
    lon: Mapped[float]
    accuracy_m: Mapped[float | None]
    speed_mps: Mapped[float | None]
    heading_deg: Mapped[float | None]
    source: Mapped[str] = mapped_column(String(10))  # phone or tracker
