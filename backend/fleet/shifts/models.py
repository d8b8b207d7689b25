"""Rows of vehicles' shifts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Word
from shared.vocabulary import ShiftState


class VehicleShift(Base):
    """A vehicle, who drives it, and the window of the work; what really was stands beside what was planned."""

    __tablename__ = "vehicle_shifts"
    __table_args__ = (
        Index("ix_vehicle_shifts_district_id_starts_at", "district_id", "starts_at"),
        Index("ix_vehicle_shifts_vehicle_id_starts_at", "vehicle_id", "starts_at"),
        Index("ix_vehicle_shifts_driver_id_starts_at", "driver_id", "starts_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicles.id"))
    driver_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))  # None: not known yet
    state: Mapped[ShiftState] = mapped_column(Word(ShiftState, 10))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    breaks: Mapped[list[Any]]  # [{"earliest_at", "latest_at", "minutes"}]
    note: Mapped[str] = mapped_column(String(500))
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
