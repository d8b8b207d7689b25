"""Rows of orders: what the akimat has set for a person, since when; every change of state; where and under whom it is served."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base, Word
from shared.vocabulary import OrderState, Regime

APPEND_ONLY = ("order_terms", "order_moves", "order_assignments", "deadline_notices")
NOT_CLOSED = text("state NOT IN ('completed', 'removed')")
STALE = text("credit_is_stale")


class Order(Base):
    """One order as it stands today. The biometric basis stands with the person, for it outlives the order."""

    __tablename__ = "orders"
    __table_args__ = (
        Index("ix_orders_district_id_created_at", "district_id", "created_at"),
        Index("ix_orders_person_id_starts_on", "person_id", "starts_on"),
        # A person serves one order at a time
        Index(
            "uq_orders_person_id_open",
            "person_id",
            unique=True,
            sqlite_where=NOT_CLOSED,
            postgresql_where=NOT_CLOSED,
        ),
        Index("ix_orders_person_id_stale", "person_id", sqlite_where=STALE, postgresql_where=STALE),
        CheckConstraint("hours_total_min > 0 AND daily_cap_min > 0", name="time_to_serve"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates_in_order"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))
    number: Mapped[str] = mapped_column(String(80))  # of the act, as on the document
    regime: Mapped[Regime] = mapped_column(Word(Regime, 20))
    hours_total_min: Mapped[int]
    employed: Mapped[bool]  # works or studies
    daily_cap_min: Mapped[int]
    weekly_cap_min: Mapped[int | None]
    allowed_weekdays: Mapped[list[Any] | None]  # None follows the district's calendar; 0 is Monday
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    received_on: Mapped[date | None]  # when the akimat received the sentence: the working days run from it
    notified_on: Mapped[date | None]  # when probation was told the kind of work
    work_kind: Mapped[str | None] = mapped_column(String(200))
    geofence_id: Mapped[UUID | None] = mapped_column(ForeignKey("geofences.id"))
    supervisor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    state: Mapped[OrderState] = mapped_column(Word(OrderState, 20), index=True)
    credited_min: Mapped[int] = mapped_column(default=0)
    credit_is_stale: Mapped[bool] = mapped_column(default=False)  # a calendar changed: to be reckoned anew
    completion_proposed_at: Mapped[datetime | None]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    moves: Mapped[list[OrderMove]] = relationship(order_by="OrderMove.number")


class OrderTermsRow(Base):
    """The terms of an order from a day on; on each day the newest row that counts by then holds (see `order_history`)."""

    __tablename__ = "order_terms"
    __table_args__ = (
        Index("uq_order_terms_order_id_number", "order_id", "number", unique=True),
        Index("ix_order_terms_district_id", "district_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    number: Mapped[int]  # 1 is the first
    counts_from: Mapped[date]
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))  # whose days of rest count
    employed: Mapped[bool]
    hours_total_min: Mapped[int]
    daily_cap_min: Mapped[int]
    weekly_cap_min: Mapped[int | None]
    allowed_weekdays: Mapped[list[Any] | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    set_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime]


class OrderMove(Base):
    """One change of an order's state; the reason is sealed with the person's key, for it may tell of an illness."""

    __tablename__ = "order_moves"
    __table_args__ = (Index("uq_order_moves_order_id_number", "order_id", "number", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    number: Mapped[int]  # 1 is the first
    source: Mapped[OrderState] = mapped_column(Word(OrderState, 20))
    target: Mapped[OrderState] = mapped_column(Word(OrderState, 20))
    sealed_reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    moved_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))  # None: it followed by itself
    moved_at: Mapped[datetime]


class OrderAssignment(Base):
    """Where and under whom an order is served since a moment; the newest one before a moment held at it."""

    __tablename__ = "order_assignments"
    __table_args__ = (Index("uq_order_assignments_order_id_number", "order_id", "number", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    number: Mapped[int]  # 1 is the first
    geofence_id: Mapped[UUID | None] = mapped_column(ForeignKey("geofences.id"))
    supervisor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    since: Mapped[datetime]


class DeadlineNotice(Base):
    """That the ledger has told of a deadline, so that it is told once."""

    __tablename__ = "deadline_notices"
    __table_args__ = (Index("uq_deadline_notices_once", "order_id", "kind", "due_on", "notice", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    kind: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date]
    notice: Mapped[str] = mapped_column(String(10))
    noted_at: Mapped[datetime]
