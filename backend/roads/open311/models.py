"""Rows of the public door: what a citizen asked for. Who asked is not kept: no name, address or number of a person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Word
from shared.vocabulary import Moderation, PublicService


class CitizenRequest(Base):
    """One report through the public door; its photos and place are those of the defect with the same id."""

    __tablename__ = "citizen_requests"
    __table_args__ = (
        Index("ix_citizen_requests_moderation_requested_at", "moderation", "requested_at"),
        Index("ix_citizen_requests_content_hash", "content_hash"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("defects.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)  # what the citizen follows it by
    service: Mapped[PublicService] = mapped_column(Word(PublicService, 12))
    moderation: Mapped[Moderation] = mapped_column(Word(Moderation, 10))
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))
    description: Mapped[str] = mapped_column(String(4000))
    address: Mapped[str] = mapped_column(String(255))
    app: Mapped[str] = mapped_column(String(60))  # whose key it came with; empty: none
    content_hash: Mapped[str] = mapped_column(String(64))
    requested_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(500))
    text_shown: Mapped[bool]
    photos_shown: Mapped[bool]
    version: Mapped[int] = mapped_column(default=1)
