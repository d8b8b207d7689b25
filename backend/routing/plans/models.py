"""Rows of plans: the plan of a day, every run of the solver for it, and its moves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Word
from backend.leases import Leased
from shared.vocabulary import PlanState, RouteKind, RunState


class Plan(Base):
    """Who of the fleet does what on one day; its routes are written when it is released."""

    __tablename__ = "plans"
    __table_args__ = (Index("ix_plans_created_at", "created_at"), Index("ix_plans_day_kind", "day", "kind"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[RouteKind] = mapped_column(Word(RouteKind, 20))
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("districts.id"))  # null: the whole city
    day: Mapped[date]  # by the city's clock; seconds of runs count from its midnight
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[PlanState] = mapped_column(Word(PlanState, 10))
    wishes: Mapped[dict[str, Any]]  # what was asked for, see rules.Wishes
    run_id: Mapped[UUID | None]  # the run that holds: what was released, or is to be
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class PlanRun(Leased, Base):
    """One run of the solver. Nothing of it is driven before somebody accepts it."""

    __tablename__ = "plan_runs"
    __table_args__ = (Index("uq_plan_runs_plan_id_number", "plan_id", "number", unique=True),)

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    number: Mapped[int]  # 1 is the first
    state: Mapped[RunState] = mapped_column(Word(RunState, 10))
    events: Mapped[dict[str, Any] | None]  # why it is planned anew, see rules.Events; null: the first plan
    seconds: Mapped[float]  # how long the solver may look
    stop_asked: Mapped[bool] = mapped_column(default=False)
    day: Mapped[dict[str, Any]]  # what it is reckoned from, see day.Day
    progress: Mapped[dict[str, Any]]  # best cost so far, gap, stops left out, seconds left, phase
    result: Mapped[dict[str, Any] | None]  # see outcome.written
    based_on: Mapped[dict[str, Any]]  # versions of the routes it was reckoned from; empty for a first plan
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    accepted_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    accepted_at: Mapped[datetime | None]


class PlanMove(Base):
    """One change of a plan's state; the ledger holds the same without the words."""

    __tablename__ = "plan_moves"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # 1 is the first
    source: Mapped[PlanState] = mapped_column(Word(PlanState, 10))
    target: Mapped[PlanState] = mapped_column(Word(PlanState, 10))
    reason: Mapped[str] = mapped_column(String(500))
    moved_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))  # null: by itself
    moved_at: Mapped[datetime]
