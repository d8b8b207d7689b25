"""Rows of proof: the reconciliation of a route as it was when the route was closed, and the last one made meanwhile."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base

APPEND_ONLY = ("route_proofs",)


class RouteProofRow(Base):
    """One reconciliation, never changed; it names times and metres at stops, no position."""

    __tablename__ = "route_proofs"
    __table_args__ = (Index("uq_route_proofs_route_id_number", "route_id", "number", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    route_id: Mapped[UUID] = mapped_column(ForeignKey("routes.id"))
    number: Mapped[int]  # 1 is the first; another for each time that the route is closed again
    route_version: Mapped[int]
    made_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = mapped_column(String(64))
    salt: Mapped[bytes] = mapped_column(LargeBinary)


class ProofDraft(Base):
    """The last reconciliation that was made of a route by the streets driven, and of what; also whether one is to be kept.

    It names times and metres at stops, no position.
    """

    __tablename__ = "proof_drafts"
    __table_args__ = (Index("ix_proof_drafts_due", "due"),)

    route_id: Mapped[UUID] = mapped_column(ForeignKey("routes.id"), primary_key=True)
    due: Mapped[bool]  # the route was closed, and its reconciliation is still to be kept
    asked_at: Mapped[datetime | None]  # when somebody last wished for a newer one
    made_of: Mapped[str | None] = mapped_column(String(200))  # version, state, reports and streets
    positions: Mapped[str | None] = mapped_column(String(80))  # how many there were, and when the last came
    made_at: Mapped[datetime | None]
    content: Mapped[dict[str, Any] | None]
