"""Rows of vehicles."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Word
from shared.vocabulary import VehicleKind

IN_USE = sa.text("archived_at IS NULL")


class Vehicle(Base):
    """A vehicle of the fleet; archived ones stay, because shifts, routes and positions refer to them."""

    __tablename__ = "vehicles"
    __table_args__ = (
        Index("ix_vehicles_created_at", "created_at"),
        # A number may be given to the vehicle that comes after
        Index(
            "uq_vehicles_board_number",
            "board_number",
            unique=True,
            sqlite_where=IN_USE,
            postgresql_where=IN_USE,
        ),
        Index("uq_vehicles_plate", "plate", unique=True, sqlite_where=IN_USE, postgresql_where=IN_USE),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("districts.id"))  # None: the whole city's
    board_number: Mapped[str] = mapped_column(String(20))
    plate: Mapped[str | None] = mapped_column(String(15))
    kind: Mapped[VehicleKind] = mapped_column(Word(VehicleKind, 20))
    model: Mapped[str] = mapped_column(String(80))
    container_types: Mapped[list[Any]]  # words of ContainerType that it can empty
    capacity_kg: Mapped[float | None]  # None: not a limit
    capacity_m3: Mapped[float | None]  # of its body; see compaction
    compaction: Mapped[float]  # how many m³ of loose waste go into one
    loading_m3_h: Mapped[float | None]  # what a loader loads; None: what is usual for its kind
    gross_weight_t: Mapped[float | None]
    height_m: Mapped[float | None]
    width_m: Mapped[float | None]
    contractor: Mapped[str] = mapped_column(String(120), default="")  # whose it is; empty: the city's own
    depot_id: Mapped[UUID | None] = mapped_column(ForeignKey("facilities.id"))
    cost_fixed_kzt: Mapped[float]  # of a shift
    cost_per_km_kzt: Mapped[float]
    cost_per_h_kzt: Mapped[float]
    out_reason: Mapped[str | None] = mapped_column(String(200))  # None: in service
    out_since: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
