"""Rows of challenges: which movements were asked for, of whom, on which device, and what spent them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class Challenge(Base):
    """Movements of the head to be asked for once; ``spent_by`` is the first check-in that answered."""

    __tablename__ = "challenges"
    __table_args__ = (Index("ix_challenges_device_id_person_id", "device_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    nonce_hash: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"))
    moves: Mapped[list[Any]]
    offline: Mapped[bool]  # of the batch for a phone that goes offline
    stock: Mapped[bool] = mapped_column(server_default=sa.false())  # kept by a phone that is online
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    spent_by: Mapped[UUID | None]
