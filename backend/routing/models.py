"""Rows of routing: the route, its stops, every version of its plan, its moves, and what crews reported of each stop."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Word
from backend.web.asked import AskedMoveRow
from shared.vocabulary import (
    RouteKind,
    RouteState,
    SkipReason,
    StopAction,
    StopChange,
    StopState,
    StreetSide,
)

APPEND_ONLY = ("route_versions", "stop_reports")

route_assignees = Table(
    "route_assignees",
    Base.metadata,
    Column("route_id", ForeignKey("routes.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("users.id"), primary_key=True, index=True),
)


class Route(Base):
    """What one crew drives in one shift; its version grows with every change of the plan."""

    __tablename__ = "routes"
    __table_args__ = (
        Index("ix_routes_district_id_created_at", "district_id", "created_at"),
        Index("ix_routes_state_ends_at", "state", "ends_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))
    kind: Mapped[RouteKind] = mapped_column(Word(RouteKind, 20))
    title: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(2000))
    state: Mapped[RouteState] = mapped_column(Word(RouteState, 10))
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id"), index=True)
    vehicle: Mapped[str] = mapped_column(String(60))
    plan_id: Mapped[UUID | None] = mapped_column(index=True)  # the plan that made it; null: entered by hand
    vehicle_id: Mapped[UUID | None] = mapped_column(index=True)
    shift_id: Mapped[UUID | None] = mapped_column(index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    length_m: Mapped[float | None]  # null for routes entered by hand
    removed: Mapped[list[Any]]  # titles of the stops that the last version took away
    changed_because: Mapped[str] = mapped_column(String(500))
    report_count: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]  # plan or state
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class RouteStop(Base):
    """One stop of a route, as the newest plan has it; one that a plan took away stays, without a number."""

    __tablename__ = "route_stops"
    __table_args__ = (Index("ix_route_stops_route_id_number", "route_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    route_id: Mapped[UUID] = mapped_column(ForeignKey("routes.id"))
    number: Mapped[int | None]  # 1 is the first; null: a newer plan took it away
    action: Mapped[StopAction] = mapped_column(Word(StopAction, 10))
    title: Mapped[str] = mapped_column(String(200))
    detail: Mapped[str] = mapped_column(String(500))
    lat: Mapped[float]
    lon: Mapped[float]
    line: Mapped[dict[str, Any] | None]
    side: Mapped[StreetSide | None] = mapped_column(Word(StreetSide, 5))
    path: Mapped[dict[str, Any] | None]  # the way from the stop before; null for routes entered by hand
    arrive_at: Mapped[datetime | None]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    locked: Mapped[bool]
    photo_needed: Mapped[bool]
    site_id: Mapped[UUID | None] = mapped_column(index=True)  # the container site that is emptied there
    segments: Mapped[list[Any] | None]  # pieces of street worked along, see rules.plans.Stop; null: a place
    haul: Mapped[dict[str, Any] | None]  # snow loaded or unloaded there, see rules.plans.Stop; null: none
    instructions: Mapped[list[Any] | None]  # turns on the path, see rules.turns; null: not known
    change: Mapped[StopChange | None] = mapped_column(Word(StopChange, 10))
    state: Mapped[StopState] = mapped_column(Word(StopState, 10))
    skip_reason: Mapped[SkipReason | None] = mapped_column(Word(SkipReason, 20))
    proof_missing: Mapped[bool] = mapped_column(default=False)
    report_id: Mapped[UUID | None]  # the report that counts
    reported_at: Mapped[datetime | None]  # when it was captured


class RouteVersion(Base):
    """One version of a route's plan, whole; never changed."""

    __tablename__ = "route_versions"
    __table_args__ = (Index("uq_route_versions_route_id_number", "route_id", "number", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    route_id: Mapped[UUID] = mapped_column(ForeignKey("routes.id"))
    number: Mapped[int]
    plan: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(500))
    set_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime]


class RouteMove(Base):
    """One change of a route's state; the ledger holds the same without the words."""

    __tablename__ = "route_moves"

    route_id: Mapped[UUID] = mapped_column(ForeignKey("routes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # 1 is the first
    source: Mapped[RouteState] = mapped_column(Word(RouteState, 10))
    target: Mapped[RouteState] = mapped_column(Word(RouteState, 10))
    reason: Mapped[str] = mapped_column(String(500))
    moved_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    moved_at: Mapped[datetime]


class AskedRouteMove(AskedMoveRow):
    """A move of a route under the id that whoever asked for it has made."""

    __tablename__ = "asked_route_moves"

    route_id: Mapped[UUID] = mapped_column(ForeignKey("routes.id"), index=True)
    target: Mapped[RouteState] = mapped_column(Word(RouteState, 10))


class StopReport(Base):
    """What a crew reported of a stop; never changed. Its photos lie under its own key (uploads.evidence)."""

    __tablename__ = "stop_reports"
    __table_args__ = (
        Index("ix_stop_reports_route_id_received_at", "route_id", "received_at"),
        Index("ix_stop_reports_stop_id_captured_at", "stop_id", "captured_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    route_id: Mapped[UUID] = mapped_column(ForeignKey("routes.id"))
    stop_id: Mapped[UUID] = mapped_column(ForeignKey("route_stops.id"))
    route_version: Mapped[int]  # that the driver had before him
    reported_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"))
    state: Mapped[StopState] = mapped_column(Word(StopState, 10))
    skip_reason: Mapped[SkipReason | None] = mapped_column(Word(SkipReason, 20))
    note: Mapped[str] = mapped_column(String(500))
    volume_m3: Mapped[float | None]  # snow in the body, as the driver saw it
    weight_kg: Mapped[float | None]  # by the weigh ticket
    ticket: Mapped[str] = mapped_column(String(60), default="")
    captured_at: Mapped[datetime]  # the best known time, see uploads.moments
    time_sure: Mapped[bool]
    device_at: Mapped[datetime]
    received_at: Mapped[datetime]
    removed: Mapped[bool]  # whether a newer plan had taken the stop away when it came
    proof_missing: Mapped[bool]
    content_hash: Mapped[str] = mapped_column(String(64))
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    manifest: Mapped[bytes] = mapped_column(LargeBinary)  # byte for byte as it was signed
    signature: Mapped[str] = mapped_column(String(100))
    photo_hashes: Mapped[list[Any]]
