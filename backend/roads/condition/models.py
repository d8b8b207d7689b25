"""Rows of conditions: each index of a piece of street that was ever reckoned, the newest marked."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class StreetCondition(Base):
    """The condition of a piece of street as it was reckoned once; another is kept only when something has changed."""

    __tablename__ = "street_conditions"
    __table_args__ = (
        Index("ix_street_conditions_segment_id", "segment_id", "reckoned_at"),
        Index("ix_street_conditions_is_newest_score", "is_newest", "score", "segment_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    segment_id: Mapped[int] = mapped_column(BigInteger)  # outlives imports of streets
    is_newest: Mapped[bool]
    score: Mapped[float | None]  # 0 to 100; None: photos, but none that says anything
    photos: Mapped[int]  # of the period
    assessed: Mapped[int]  # photos that could be assessed
    units_seen: Mapped[int]  # stretches of some 30 m with evidence
    units: Mapped[int]
    faults: Mapped[list[Any]]  # by kind and severity: count, area_m2, length_m, deduct
    scales: Mapped[dict[str, Any]]  # how metres were reckoned, counted
    evidence_from: Mapped[datetime]
    evidence_until: Mapped[datetime]
    reckoned_at: Mapped[datetime]
