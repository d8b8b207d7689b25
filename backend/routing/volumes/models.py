"""Rows of counts at the gates of snow dumps."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base

BOARD_MAX, TICKET_MAX = 20, 60


class GateCount(Base):
    """A truck that somebody counted at the gate of a dump; a mistake is withdrawn, never changed."""

    __tablename__ = "gate_counts"
    __table_args__ = (Index("ix_gate_counts_facility_id_counted_at", "facility_id", "counted_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facilities.id"))
    vehicle_id: Mapped[UUID | None] = mapped_column(ForeignKey("vehicles.id"))  # None: no such board number
    board_number: Mapped[str] = mapped_column(String(BOARD_MAX))  # as it was entered
    counted_at: Mapped[datetime]
    volume_m3: Mapped[float]
    weight_kg: Mapped[float | None]
    ticket: Mapped[str] = mapped_column(String(TICKET_MAX))
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]
