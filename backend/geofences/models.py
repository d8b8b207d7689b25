"""Rows of geofences: areas where work may happen, and when they are in force; and the districts' own boundaries."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class Geofence(Base):
    """An area of a district; archived ones stay, because tasks and verdicts refer to them."""

    __tablename__ = "geofences"
    __table_args__ = (
        Index("ix_geofences_district_id_created_at", "district_id", "created_at"),
        Index("ix_geofences_version_changed_at", "version", "changed_at"),  # tells whether anything changed
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))
    name: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]  # the first moment at which it is no longer in force
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    # GeoJSON Polygon or MultiPolygon, lon lat. The last column, so that SQLite reads the others without it.
    boundary: Mapped[dict[str, Any]]


class DistrictBoundary(Base):
    """What belongs to a district; a boundary that was taken away leaves its row, whose version still grows."""

    __tablename__ = "district_boundaries"

    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"), primary_key=True)
    version: Mapped[int]
    set_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime]
    is_drawn: Mapped[bool]
    boundary: Mapped[
        dict[str, Any]
    ]  # GeoJSON Polygon or MultiPolygon, lon lat; empty where it was taken away
