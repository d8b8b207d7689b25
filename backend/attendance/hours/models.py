"""Rows of hours: what people decided on unproven minutes. Hours themselves are computed, never kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base

APPEND_ONLY = ("gap_decisions",)


class GapDecision(Base):
    """One decision on a gap, for the minutes that it had then; of several on a minute the newest stands."""

    __tablename__ = "gap_decisions"
    __table_args__ = (
        Index("uq_gap_decisions_gap_id_number", "gap_id", "number", unique=True),
        Index("ix_gap_decisions_person_id", "person_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gap_id: Mapped[UUID]
    number: Mapped[int]  # 1 is the first
    spot_check_id: Mapped[UUID] = mapped_column(ForeignKey("spot_checks.id"))  # the first one in the gap
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    credited: Mapped[bool]
    sealed_words: Mapped[bytes] = mapped_column(LargeBinary)  # may name people
    appeal_id: Mapped[UUID | None]  # of the appeal that it rules on
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime]
