"""Rows of reviews: decisions by people, which nothing changes any more, and appeals against what was decided."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.attendance.reviews.rules import AppealForm
from backend.database import Base, Word
from shared.vocabulary import AppealState, DecisionReason, Outcome, ReviewCause

APPEND_ONLY = ("decisions",)
OPEN = text(f"state = '{AppealState.FILED.value}'")


class Decision(Base):
    """What a person of the staff decided on a check-in; the words are sealed with the person's key, bound to the id.

    The id follows from check-in and number (rules.decision_id), so no check-in has two decisions of one number.
    """

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_check_in_id_number", "check_in_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    check_in_id: Mapped[UUID] = mapped_column(ForeignKey("check_ins.id"))
    number: Mapped[int]  # from 1
    cause: Mapped[ReviewCause] = mapped_column(Word(ReviewCause, 10))
    outcome: Mapped[Outcome] = mapped_column(Word(Outcome, 10))
    reason: Mapped[DecisionReason] = mapped_column(Word(DecisionReason, 30))
    sealed_words: Mapped[bytes | None] = mapped_column(LargeBinary)  # None: erased before it was decided
    appeal_id: Mapped[UUID | None]
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime]


class Appeal(Base):
    """A person's objection to something that was decided; every text is sealed with the person's key."""

    __tablename__ = "appeals"
    __table_args__ = (
        Index(
            "uq_appeals_open_kind_subject_id",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=OPEN,
            sqlite_where=OPEN,
        ),
        Index("ix_appeals_state_due_at", "state", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[AppealState] = mapped_column(Word(AppealState, 10))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[UUID] = mapped_column(index=True)
    filed_as: Mapped[AppealForm] = mapped_column(Word(AppealForm, 12))
    filed_on: Mapped[date]
    filed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))  # who wrote it down
    received_at: Mapped[datetime]
    content_hash: Mapped[str] = mapped_column(String(64))  # keyed
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    appeal_until: Mapped[date]  # last day on which it was in time
    late: Mapped[bool]
    due_at: Mapped[datetime]
    sealed_ruling: Mapped[bytes | None] = mapped_column(LargeBinary)
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime | None]
