"""Rows of trackers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Word
from backend.fleet.trackers.rules import Flaw


class Tracker(Base):
    """A device in a vehicle that has no session: who knows its secret id speaks for it. The id is kept hashed."""

    __tablename__ = "trackers"
    __table_args__ = (
        Index("uq_trackers_secret_hash", "secret_hash", unique=True),
        Index("ix_trackers_vehicle_id", "vehicle_id"),
        Index("ix_trackers_created_at", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicles.id"))
    name: Mapped[str] = mapped_column(String(80))
    secret_hash: Mapped[str] = mapped_column(String(64))
    sends_frames: Mapped[bool] = mapped_column(default=False)  # a camera: may report road (roads.streams)
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    battery: Mapped[float | None]  # 0 to 1
    kept: Mapped[int] = mapped_column(default=0)  # positions, since it was registered
    doubles: Mapped[int] = mapped_column(default=0)
    outside_shift: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    flaw: Mapped[Flaw | None] = mapped_column(Word(Flaw, 20))  # of the position refused last
    flaw_at: Mapped[datetime | None]  # when it was refused
