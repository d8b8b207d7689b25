"""Rows of spot checks: the sealed seed of each draw, the checks drawn, and the phones that hold some beforehand."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Word
from shared.vocabulary import SpotCheckState


class SpotCheckDraw(Base):
    """One draw for people of a shift; who joins the shift later is drawn anew, with another seed."""

    __tablename__ = "spot_check_draws"
    __table_args__ = (
        Index("uq_spot_check_draws_task_id_number", "task_id", "number", unique=True),
        Index("ix_spot_check_draws_revealed_at_ends_at", "revealed_at", "ends_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"))
    number: Mapped[int]  # 1 is the first of the task
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))
    person_ids: Mapped[list[Any]]
    starts_at: Mapped[datetime]  # of the shift, or of the draw if that came later
    ends_at: Mapped[datetime]
    per_shift: Mapped[float]
    seed_sha256: Mapped[str] = mapped_column(String(64))
    sealed_seed: Mapped[bytes] = mapped_column(LargeBinary)
    committed_at: Mapped[datetime]
    revealed_at: Mapped[datetime | None]


class SpotCheck(Base):
    """One check during a shift; ``state`` follows from the accepted check-ins, and changes when they do (see settling)."""

    __tablename__ = "spot_checks"
    __table_args__ = (
        Index("ix_spot_checks_task_id_due_at", "task_id", "due_at"),
        Index("ix_spot_checks_person_id_due_at", "person_id", "due_at"),
        Index("ix_spot_checks_state_answer_by", "state", "answer_by"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draw_id: Mapped[UUID] = mapped_column(ForeignKey("spot_check_draws.id"))
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))
    due_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    state: Mapped[SpotCheckState] = mapped_column(Word(SpotCheckState, 10))
    foreknowledge: Mapped[bool] = mapped_column(default=False)
    check_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("check_ins.id"))  # the answer
    settled_at: Mapped[datetime | None]


class SpotCheckHandOver(Base):
    """A phone that was given a spot check before it was due, because it went offline."""

    __tablename__ = "spot_check_hand_overs"

    spot_check_id: Mapped[UUID] = mapped_column(ForeignKey("spot_checks.id"), primary_key=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    handed_over_at: Mapped[datetime]
