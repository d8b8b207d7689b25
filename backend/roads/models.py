"""Rows of roads: the defect report, as it was signed and as far as it is known."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Word
from shared.vocabulary import CannotAssess, DefectKind, DefectSource, DefectState, Severity


class Defect(Base):
    """One report of a fault; its photos lie in the blob store under the report's own key (uploads.evidence)."""

    __tablename__ = "defects"
    __table_args__ = (
        Index("ix_defects_district_id_received_at", "district_id", "received_at"),
        Index("ix_defects_reported_by_received_at", "reported_by", "received_at"),
        Index("ix_defects_source_captured_at", "source", "captured_at"),
        CheckConstraint(
            "(lat IS NULL) = (lon IS NULL) AND (lat IS NULL) = (accuracy_m IS NULL)", name="whole_place"
        ),
        CheckConstraint(
            "source <> 'phone' OR (reported_by IS NOT NULL AND device_id IS NOT NULL AND manifest IS NOT NULL)",
            name="phones_sign",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[DefectSource] = mapped_column(Word(DefectSource, 10), default=DefectSource.PHONE)
    held: Mapped[bool] = mapped_column(default=False)  # a moderator has not let it in, yet or for good
    state: Mapped[DefectState] = mapped_column(Word(DefectState, 12), index=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id"), index=True)
    reported_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))  # null: a citizen
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("devices.id"))
    captured_at: Mapped[datetime]  # the best known time, see uploads.moments
    time_sure: Mapped[bool]
    device_at: Mapped[datetime]  # what the device's wall clock said
    received_at: Mapped[datetime]
    lat: Mapped[float | None]  # null: a dispatcher places it
    lon: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    heading_deg: Mapped[float | None]
    note: Mapped[str] = mapped_column(String(500))
    kind_guess: Mapped[DefectKind | None] = mapped_column(Word(DefectKind, 20))
    kind: Mapped[DefectKind | None] = mapped_column(Word(DefectKind, 20))
    severity: Mapped[Severity | None] = mapped_column(Word(Severity, 10))
    suggested: Mapped[bool] = mapped_column(
        default=False
    )  # kind and severity are the model's, or the reporter's, alone
    cannot: Mapped[CannotAssess | None] = mapped_column(Word(CannotAssess, 12))
    model: Mapped[str | None] = mapped_column(String(40))  # that looked at the photos: name and version
    looked_at: Mapped[datetime | None]
    look: Mapped[bytes | None] = mapped_column(LargeBinary)  # of the photo that names it, see seeing.finding
    same_photo_as: Mapped[UUID | None]  # an earlier report with one of these very photos: no second witness
    saved_anew: Mapped[bool] = mapped_column(default=False)  # known by its print, not by its bytes
    placed_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id")
    )  # null: by its own fixes, or not yet
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    manifest: Mapped[bytes | None] = mapped_column(LargeBinary)  # byte for byte as it was signed by a phone
    signature: Mapped[str | None] = mapped_column(String(100))
    photo_hashes: Mapped[list[Any]]
    version: Mapped[int] = mapped_column(default=1)
