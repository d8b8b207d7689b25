"""Rows of the ledger, its anchors and the access log; the database refuses to update or delete any of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base

APPEND_ONLY = ("ledger_entries", "ledger_anchors", "access_entries")


class LedgerEntry(Base):
    """One accountable act; ``content`` is its canonical JSON, the other columns are there to filter by."""

    __tablename__ = "ledger_entries"
    __table_args__ = (Index("ix_ledger_entries_subject_id", "subject", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(80))
    audience: Mapped[str] = mapped_column(String(32))
    district_id: Mapped[UUID | None]
    content: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class LedgerAnchor(Base):
    """A signed statement of the ledger's newest entry, one a day or on demand."""

    __tablename__ = "ledger_anchors"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    last_id: Mapped[int] = mapped_column(BigInteger)
    statement: Mapped[dict[str, Any]]


class AccessEntry(Base):
    """Who read which personal data, when, and why it was allowed."""

    __tablename__ = "access_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(80), index=True)
    hash: Mapped[str] = mapped_column(String(64))
