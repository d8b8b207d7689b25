"""Rows of tasks: what is to be done, who does it, and every change of state."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base, Word
from backend.web.asked import AskedMoveRow
from shared.vocabulary import TaskKind, TaskState

task_assignees = Table(
    "task_assignees",
    Base.metadata,
    Column("task_id", ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("users.id"), primary_key=True, index=True),
)

task_people = Table(
    "task_people",
    Base.metadata,
    Column("task_id", ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True, index=True),
)


class Task(Base):
    """Work in a window of time, at a geofence or within a radius of a point."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_district_id_created_at", "district_id", "created_at"),
        Index("ix_tasks_geofence_id", "geofence_id"),
        CheckConstraint("(geofence_id IS NULL) <> (place_lat IS NULL)", name="one_place"),
        CheckConstraint(
            "(place_lat IS NULL) = (place_lon IS NULL) AND (place_lat IS NULL) = (radius_m IS NULL)",
            name="whole_place",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))
    kind: Mapped[TaskKind] = mapped_column(Word(TaskKind, 20))
    title: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(2000))
    state: Mapped[TaskState] = mapped_column(Word(TaskState, 20))
    priority: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    geofence_id: Mapped[UUID | None] = mapped_column(ForeignKey("geofences.id"))
    place_lat: Mapped[float | None]
    place_lon: Mapped[float | None]
    radius_m: Mapped[float | None]
    required_evidence: Mapped[list[Any]]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    moves: Mapped[list[TaskMove]] = relationship(order_by="TaskMove.number")


class TaskMove(Base):
    """One change of a task's state; the ledger holds the same without the words."""

    __tablename__ = "task_moves"

    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # 1 is the first
    source: Mapped[TaskState] = mapped_column(Word(TaskState, 20))
    target: Mapped[TaskState] = mapped_column(Word(TaskState, 20))
    reason: Mapped[str] = mapped_column(String(500))
    moved_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    moved_at: Mapped[datetime]


class AskedMove(AskedMoveRow):
    """A move of a task under the id that whoever asked for it has made."""

    __tablename__ = "asked_task_moves"

    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), index=True)
    target: Mapped[TaskState] = mapped_column(Word(TaskState, 20))
