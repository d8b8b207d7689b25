"""Rows of the paper way: signed sheets, absences and their documents. Words and files are sealed with the person's key."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base, Word
from shared.vocabulary import AbsenceReason, AbsenceState, PaperReason, SheetState

APPEND_ONLY = ("paper_sheet_decisions", "absence_decisions")


class DecisionRow:
    """What a person of the staff decided on a sheet or an absence; nothing changes it any more, the last one stands.

    The id follows from subject and number (rules.decision_id), so no subject has two decisions of one number.
    """

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]  # from 1
    sealed_words: Mapped[bytes | None] = mapped_column(
        LargeBinary
    )  # None: erased before an appeal was decided
    appeal_id: Mapped[UUID | None]
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime]


class PaperSheet(Base):
    """A sheet that was signed on paper and photographed: entered by one member of staff, decided by another."""

    __tablename__ = "paper_sheets"
    __table_args__ = (
        Index("ix_paper_sheets_district_id_entered_at", "district_id", "entered_at"),
        Index("ix_paper_sheets_person_id_came_at", "person_id", "came_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[SheetState] = mapped_column(Word(SheetState, 10), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), index=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))
    came_at: Mapped[datetime]
    left_at: Mapped[datetime]
    outside_window: Mapped[bool]  # of the task, when the sheet was entered
    reason: Mapped[PaperReason] = mapped_column(Word(PaperReason, 20))
    sealed_note: Mapped[bytes] = mapped_column(LargeBinary)
    photo_hashes: Mapped[list[Any]]
    content_hash: Mapped[str] = mapped_column(String(64))  # keyed: without the person's key it tells nothing
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    purged_at: Mapped[datetime | None]  # when the photos were deleted, their time over
    decisions: Mapped[list[SheetDecision]] = relationship(order_by="SheetDecision.number", lazy="selectin")


class SheetDecision(DecisionRow, Base):
    """Whether a sheet counts."""

    __tablename__ = "paper_sheet_decisions"

    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("paper_sheets.id"), index=True)
    outcome: Mapped[SheetState] = mapped_column(Word(SheetState, 10))


class Absence(Base):
    """Whole days on which a person was not there, with the reason given. A fact, not a judgement."""

    __tablename__ = "absences"
    __table_args__ = (
        Index("ix_absences_district_id_entered_at", "district_id", "entered_at"),
        Index("ix_absences_person_id_from_day", "person_id", "from_day"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[AbsenceState] = mapped_column(Word(AbsenceState, 20), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))
    from_day: Mapped[date]
    until_day: Mapped[date]  # the last day of it
    reason: Mapped[AbsenceReason] = mapped_column(Word(AbsenceReason, 20))
    sealed_words: Mapped[bytes] = mapped_column(LargeBinary)
    content_hash: Mapped[str] = mapped_column(String(64))  # keyed: without the person's key it tells nothing
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
    purged_at: Mapped[datetime | None]  # when the documents were deleted, their time over
    decisions: Mapped[list[AbsenceDecision]] = relationship(
        order_by="AbsenceDecision.number", lazy="selectin"
    )
    documents: Mapped[list[AbsenceDocument]] = relationship(
        order_by="AbsenceDocument.position", lazy="selectin"
    )


class AbsenceDocument(Base):
    """A paper that explains an absence, kept byte for byte in the blob store; it may be brought later."""

    __tablename__ = "absence_documents"

    absence_id: Mapped[UUID] = mapped_column(ForeignKey("absences.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    is_pdf: Mapped[bool]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime]


class AbsenceDecision(DecisionRow, Base):
    """Whether the reason of an absence is confirmed."""

    __tablename__ = "absence_decisions"

    absence_id: Mapped[UUID] = mapped_column(ForeignKey("absences.id"), index=True)
    outcome: Mapped[AbsenceState] = mapped_column(Word(AbsenceState, 20))
