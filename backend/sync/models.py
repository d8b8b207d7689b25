"""Rows of sync: what each device was last told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class SyncSnapshot(Base):
    """What a device holds once it has the answer that carries this cursor; never changed, only forgotten."""

    __tablename__ = "sync_snapshots"
    __table_args__ = (Index("ix_sync_snapshots_device_id_number", "device_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)  # random, and the cursor: nobody guesses it
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"))
    number: Mapped[int]  # counts a device's snapshots: two may have the same time
    created_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]  # {kind: {id: version}}
