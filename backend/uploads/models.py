"""Rows of uploads: files on their way in pieces, and the key of each report's photos."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class Upload(Base):
    """A file of one device that arrives in pieces; they lie in the blob store, sealed with its own key."""

    __tablename__ = "uploads"
    __table_args__ = (Index("uq_uploads_device_id_sha256", "device_id", "sha256", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    total: Mapped[int]  # bytes of the whole file
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    touched_at: Mapped[datetime] = mapped_column(index=True)


class UploadPiece(Base):
    """One piece of an upload, by its place in the file."""

    __tablename__ = "upload_pieces"

    upload_id: Mapped[UUID] = mapped_column(ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True)
    offset: Mapped[int] = mapped_column(primary_key=True)
    length: Mapped[int]
    blob: Mapped[str] = mapped_column(String(64))


class EvidenceKey(Base):
    """The key of one report's photos, wrapped by the master key; without it the photos are gone, backups included."""

    __tablename__ = "evidence_keys"

    owner: Mapped[str] = mapped_column(String(80), primary_key=True)  # defect:…, stop_report:…
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    blobs: Mapped[list[Any]]  # names in the photos' order
    kept_at: Mapped[datetime] = mapped_column(index=True)
