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
    """Where a crew's device was during a shift; purged by setting."""

    __tablename__ = "location_fixes"
    __table_args__ = (
        Index("uq_location_fixes_device_id_taken_at", "device_id", "taken_at", unique=True),
        Index("ix_location_fixes_user_id_at", "user_id", "at"),
        Index("ix_location_fixes_route_id_at", "route_id", "at"),
        Index("ix_location_fixes_at", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"))
    route_id: Mapped[UUID | None]  # of the shift that it belongs to; null: a task
    district_id: Mapped[UUID | None]  # the route's
    at: Mapped[datetime]  # the best known time, see uploads.moments
    taken_at: Mapped[datetime]  # by the device's clock
    received_at: Mapped[datetime]
    lat: Mapped[float]
    lon: Mapped[float]
    accuracy_m: Mapped[float]
    speed_mps: Mapped[float | None]
    provider: Mapped[str] = mapped_column(String(32))
    mock: Mapped[bool]
