"""Rows of attendance: the check-in, its evidence by reference, and the verdict on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Word
from backend.leases import Leased
from shared.vocabulary import CheckInKind, CheckInState, Outcome, Remedy, ReviewCause, ReviewState


class CheckIn(Leased, Base):
    """One check-in. The signed manifest is sealed with the person's key; the frames lie in the blob store."""

    __tablename__ = "check_ins"
    __table_args__ = (
        Index("ix_check_ins_district_id_received_at", "district_id", "received_at"),
        Index("ix_check_ins_person_id_captured_at", "person_id", "captured_at"),
        Index("ix_check_ins_captured_by_received_at", "captured_by", "received_at"),
    )

    state: Mapped[CheckInState] = mapped_column(Word(CheckInState, 10), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), index=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))
    kind: Mapped[CheckInKind] = mapped_column(Word(CheckInKind, 12))
    captured_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"))
    captured_at: Mapped[
        datetime
    ]  # the best known time: the server's clock carried on by the device's boot clock
    device_at: Mapped[datetime]  # what the device's wall clock said
    received_at: Mapped[datetime]
    content_hash: Mapped[str] = mapped_column(String(64))
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_manifest: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[str] = mapped_column(String(100))
    frame_hashes: Mapped[list[Any]]
    expected: Mapped[dict[str, Any]]
    outcome: Mapped[Outcome | None] = mapped_column(Word(Outcome, 10))
    remedy: Mapped[Remedy | None] = mapped_column(Word(Remedy, 20))
    findings: Mapped[list[Any]] = mapped_column(default=list)
    decided_at: Mapped[datetime | None]
    model_version: Mapped[str | None] = mapped_column(String(80))
    threshold_version: Mapped[str | None] = mapped_column(String(80))
    # Whose template was compared
    enrolment_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrolments.id"))
    limits: Mapped[dict[str, Any] | None]  # what the check-in was held against
    frames_purged_at: Mapped[datetime | None]
    challenge_id: Mapped[
        UUID | None
    ]  # as the check-in names it; whether there is such a one stands in `expected`
    spot_check_id: Mapped[UUID | None] = mapped_column(index=True)
    liveness_version: Mapped[str | None] = mapped_column(String(80))
    standing: Mapped[Outcome | None] = mapped_column(
        Word(Outcome, 10)
    )  # a person's decision, else the verdict
    review_state: Mapped[ReviewState | None] = mapped_column(Word(ReviewState, 10), index=True)
    review_cause: Mapped[ReviewCause | None] = mapped_column(Word(ReviewCause, 10))
    decision: Mapped[dict[str, Any] | None]  # the last decision: outcome, reason, decided_at
    ledger_id: Mapped[int | None] = mapped_column(BigInteger)
    ledger_hash: Mapped[str | None] = mapped_column(String(64))
