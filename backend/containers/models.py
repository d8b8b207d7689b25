"""Rows of container sites and of their emptyings."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base
from shared.geometry import Point

IN_USE = sa.text("archived_at IS NULL")


class ContainerSite(Base):
    """A place with containers; archived ones stay, because routes refer to them."""

    __tablename__ = "container_sites"
    __table_args__ = (
        Index("ix_container_sites_district_id_created_at", "district_id", "created_at"),
        # A code may be given to the site that comes after
        Index("uq_container_sites_code", "code", unique=True, sqlite_where=IN_USE, postgresql_where=IN_USE),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))
    code: Mapped[str] = mapped_column(String(40))  # as painted on it, or as the register knows it
    address: Mapped[str] = mapped_column(String(200))
    access_note: Mapped[str] = mapped_column(String(500))  # gate, code, dog
    lat: Mapped[float]
    lon: Mapped[float]
    containers: Mapped[list[Any]]  # [{"type", "count", "volume_m3"}]
    demand_m3: Mapped[list[Any]]  # what comes in on each weekday, Monday first
    demand_kg: Mapped[list[Any]]
    service_min: Mapped[float]
    hours: Mapped[list[Any] | None]  # when it may be served, see backend.weekly; None: at any time
    max_gross_t: Mapped[float | None]  # of trucks that can get there; None: no limit known
    max_height_m: Mapped[float | None]
    max_width_m: Mapped[float | None]
    priority: Mapped[int]  # 1 is the most urgent
    emptied_at: Mapped[datetime | None]  # the latest of its emptyings; None: never seen
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def place(self) -> Point:
        """Where a truck stops."""
        return Point(lat=self.lat, lon=self.lon)


class Emptying(Base):
    """One emptying of a site; ``stop_id`` names the stop of a route that did it, and is there once."""

    __tablename__ = "container_emptyings"
    __table_args__ = (
        Index("ix_container_emptyings_site_id_emptied_at", "site_id", "emptied_at"),
        Index("uq_container_emptyings_stop_id", "stop_id", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("container_sites.id"))
    stop_id: Mapped[UUID]
    route_id: Mapped[UUID | None]
    vehicle_id: Mapped[UUID | None]
    reported_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    emptied_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    volume_m3: Mapped[float | None]  # None: not measured
    weight_kg: Mapped[float | None]
    withdrawn_at: Mapped[datetime | None]  # a later report says that it was not emptied
