"""Rows of facilities."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Word
from shared.geometry import Point
from shared.vocabulary import FacilityKind


class Facility(Base):
    """Where vehicles start or unload; archived ones stay, because plans refer to them."""

    __tablename__ = "facilities"
    __table_args__ = (Index("ix_facilities_created_at", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("districts.id"))  # None: the whole city's
    kind: Mapped[FacilityKind] = mapped_column(Word(FacilityKind, 20))
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(500))
    lat: Mapped[float]
    lon: Mapped[float]
    hours: Mapped[list[Any] | None]  # see backend.weekly; None: always open
    unload_min: Mapped[float]
    queue_min: Mapped[float]  # the wait that is usual before it
    bays: Mapped[int | None]  # vehicles at once; None: no limit
    capacity_t_day: Mapped[float | None]
    capacity_m3_day: Mapped[float | None]
    price_m3_kzt: Mapped[float] = mapped_column(default=0.0)  # of a cubic metre that is left there
    closed_reason: Mapped[str | None] = mapped_column(String(200))  # None: in use
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def place(self) -> Point:
        """Where its gate is."""
        return Point(lat=self.lat, lon=self.lon)
