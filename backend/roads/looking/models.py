"""Rows of looking: the job of a report, what each photo showed, and what people said of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Word
from backend.leases import Leased
from backend.roads.looking.rules import in_words
from shared.vocabulary import CannotAssess, DefectKind, LookState, Severity


class Looking(Leased, Base):
    """That a report's photos are to be looked at and blurred, under the report's own id; what is received with the report."""

    __tablename__ = "lookings"

    id: Mapped[UUID] = mapped_column(ForeignKey("defects.id"), primary_key=True)
    state: Mapped[LookState] = mapped_column(Word(LookState, 8), index=True)
    done_at: Mapped[datetime | None]
    originals_gone_at: Mapped[datetime | None]  # null: the sealed originals are still there


class DefectPhoto(Base):
    """One photo of a report: the hash of what was received stays for ever, the finding follows."""

    __tablename__ = "defect_photos"
    __table_args__ = (Index("ix_defect_photos_sha256", "sha256"),)

    defect_id: Mapped[UUID] = mapped_column(ForeignKey("defects.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)  # in the report, from 0
    sha256: Mapped[str] = mapped_column(String(64))
    cannot: Mapped[CannotAssess | None] = mapped_column(Word(CannotAssess, 12))
    finding: Mapped[dict[str, Any] | None]  # see finding_words; null: not looked at yet
    look: Mapped[bytes | None] = mapped_column(LargeBinary)
    pixels: Mapped[bytes | None] = mapped_column(
        LargeBinary, deferred=True
    )  # what people vouch for, see seeing
    faces: Mapped[int] = mapped_column(default=0)  # blurred
    plates: Mapped[int] = mapped_column(default=0)  # blurred
    view: Mapped[int | None]  # which of the sealed views is its own; null: there is none


class PhotoPrint(Base):
    """What a photo is known again by if it was saved anew (see seeing.prints); goes when its view does."""

    __tablename__ = "photo_prints"

    defect_id: Mapped[UUID] = mapped_column(ForeignKey("defects.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    printed: Mapped[bytes] = mapped_column(LargeBinary)
    band_0: Mapped[int] = mapped_column(index=True)
    band_1: Mapped[int] = mapped_column(index=True)
    band_2: Mapped[int] = mapped_column(index=True)
    band_3: Mapped[int] = mapped_column(index=True)

    @property
    def words(self) -> tuple[int, ...]:
        """The four words of its coarsest waves."""
        return self.band_0, self.band_1, self.band_2, self.band_3


class DefectLabel(Base):
    """What a person said of a report's photos: append-only, and what the model had said before."""

    __tablename__ = "defect_labels"
    __table_args__ = (Index("ix_defect_labels_defect_id_said_at", "defect_id", "said_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)  # made by whoever asks
    defect_id: Mapped[UUID] = mapped_column(ForeignKey("defects.id"))
    said_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    said_at: Mapped[datetime]
    fault: Mapped[bool]  # false: no fault of the road
    kind: Mapped[DefectKind | None] = mapped_column(Word(DefectKind, 20))
    severity: Mapped[Severity | None] = mapped_column(Word(Severity, 10))
    outlines_right: Mapped[bool | None]  # null: nothing was said of them
    outlines: Mapped[list[Any] | None]  # what was drawn: [{photo, faults}], see drawn; null: nothing
    note: Mapped[str] = mapped_column(String(500))
    model: Mapped[str | None] = mapped_column(String(40))
    model_kind: Mapped[DefectKind | None] = mapped_column(Word(DefectKind, 20))
    model_severity: Mapped[Severity | None] = mapped_column(Word(Severity, 10))

    @property
    def drawn_photos(self) -> list[dict[str, Any]] | None:
        """What was drawn, in words of the vocabulary."""
        if self.outlines is None:
            return None
        return [{**each, "faults": [in_words(fault) for fault in each["faults"]]} for each in self.outlines]
