"""Rows of cases: the fault, its views, why they were merged, its moves and repairs, and the city's table of repairs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base, Word
from backend.web.asked import AskedMoveRow
from shared.vocabulary import CannotAssess, CaseState, DefectKind, ProofCheck, Severity

APPEND_ONLY = ("road_care",)
REASON_MAX, CONTRACTOR_MAX = 500, 200


class RoadCase(Base):
    """One fault of the road; everything of its place and kind is reckoned from its views."""

    __tablename__ = "road_cases"
    __table_args__ = (
        Index("ix_road_cases_is_open_cell", "is_open", "cell"),
        Index("ix_road_cases_district_id_opened_at", "district_id", "opened_at"),
        Index("ix_road_cases_segment_id", "segment_id"),
        Index("ix_road_cases_opened_at", "opened_at", "id"),
        Index("ix_road_cases_urgency", "is_open", "priority", "due_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))
    state: Mapped[CaseState] = mapped_column(Word(CaseState, 12))
    is_open: Mapped[bool]
    kind: Mapped[DefectKind | None] = mapped_column(Word(DefectKind, 20))
    severity: Mapped[Severity] = mapped_column(Word(Severity, 10))
    area_m2: Mapped[float | None]  # the largest of its views, estimated
    length_m: Mapped[float | None]
    cell: Mapped[int] = mapped_column(BigInteger)  # rules.cells of the mean of its views
    lat: Mapped[float]  # on the likeliest street, or the mean of its views
    lon: Mapped[float]
    accuracy_m: Mapped[float]  # deviation of each axis
    segment_id: Mapped[int | None] = mapped_column(
        BigInteger
    )  # outlives imports of streets; None: off every street
    along_m: Mapped[float | None]
    right: Mapped[float | None]  # probability that it lies on the right of the segment's direction
    street_class: Mapped[int | None]  # streets.network.StreetClass
    belief: Mapped[dict[str, Any]]  # believing.written
    look_sum: Mapped[bytes | None] = mapped_column(LargeBinary)  # float32, of all looks
    views: Mapped[int]
    witnesses: Mapped[int]  # views that are no copy of another's photo
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    priority: Mapped[int]
    due_at: Mapped[datetime]
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id"), index=True)
    joined_into: Mapped[UUID | None] = mapped_column(ForeignKey("road_cases.id"))
    earlier_case_id: Mapped[UUID | None] = mapped_column(ForeignKey("road_cases.id"))  # repaired here before
    returns: Mapped[int] = mapped_column(default=0)  # how often it came back within a warranty
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    moves: Mapped[list[CaseMove]] = relationship(order_by="CaseMove.number")
    repairs: Mapped[list[CaseRepair]] = relationship(order_by="CaseRepair.recorded_at")


class CaseView(Base):
    """A report as cases see it: where on which street, what it shows, and which case it may be of besides its own."""

    __tablename__ = "case_views"
    __table_args__ = (
        Index("ix_case_views_segment_id_seen_at", "segment_id", "seen_at"),
        Index("ix_case_views_lat_lon", "lat", "lon"),
    )

    defect_id: Mapped[UUID] = mapped_column(ForeignKey("defects.id"), primary_key=True)
    case_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("road_cases.id"), index=True
    )  # None: it shows no fault
    lat: Mapped[float]
    lon: Mapped[float]
    accuracy_m: Mapped[float]
    heading_deg: Mapped[float | None]
    segment_id: Mapped[int | None] = mapped_column(BigInteger)
    along_m: Mapped[float | None]
    right: Mapped[float | None]
    seen_at: Mapped[datetime]
    kind: Mapped[DefectKind | None] = mapped_column(Word(DefectKind, 20))
    severity: Mapped[Severity | None] = mapped_column(Word(Severity, 10))
    cannot: Mapped[CannotAssess | None] = mapped_column(Word(CannotAssess, 12))
    area_m2: Mapped[float | None]
    length_m: Mapped[float | None]
    faults: Mapped[list[Any]]  # every outline: kind, severity, area_m2, length_m
    scale: Mapped[str] = mapped_column(String(20))
    look: Mapped[bytes | None] = mapped_column(LargeBinary)  # float16
    looker: Mapped[str | None] = mapped_column(String(40))  # the model whose look it is
    is_witness: Mapped[bool]  # False: a photo of it was in an earlier report
    doubts: Mapped[list[Any]]  # cases that it may be of: case_id, probability
    taken_in_at: Mapped[datetime]


class CaseMerge(Base):
    """Why a report stands in a case; kept when it is undone, or when the case is joined to another."""

    __tablename__ = "case_merges"
    __table_args__ = (
        Index("ix_case_merges_case_id", "case_id", "made_at"),
        Index("ix_case_merges_defect_id", "defect_id", "made_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    defect_id: Mapped[UUID] = mapped_column(ForeignKey("defects.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("road_cases.id"))
    from_case_id: Mapped[UUID | None] = mapped_column(ForeignKey("road_cases.id"))  # with which it came here
    opened: Mapped[bool]  # the report that opened the case
    probability: Mapped[float | None]  # None: a person said so
    evidence: Mapped[list[Any]]  # factor, weight, value, other
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))  # None: by itself
    made_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(REASON_MAX))
    undone_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    undone_at: Mapped[datetime | None]
    undone_reason: Mapped[str] = mapped_column(String(REASON_MAX))


class CaseMove(Base):
    """One change of a case's state; the ledger holds the same without the words."""

    __tablename__ = "case_moves"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("road_cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # 1 is the first
    source: Mapped[CaseState] = mapped_column(Word(CaseState, 12))
    target: Mapped[CaseState] = mapped_column(Word(CaseState, 12))
    reason: Mapped[str] = mapped_column(String(REASON_MAX))
    moved_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))  # None: by itself
    moved_at: Mapped[datetime]


class AskedCaseMove(AskedMoveRow):
    """A move of a case under the id that whoever asked for it has made."""

    __tablename__ = "asked_case_moves"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("road_cases.id"), index=True)
    target: Mapped[CaseState] = mapped_column(Word(CaseState, 12))


class CaseRepair(Base):
    """One repair of a fault: by whom, when, how long it must hold, and what its proof showed."""

    __tablename__ = "case_repairs"
    __table_args__ = (Index("ix_case_repairs_case_id", "case_id", "recorded_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("road_cases.id"))
    contractor: Mapped[str] = mapped_column(String(CONTRACTOR_MAX))
    repaired_at: Mapped[datetime]
    warranty_months: Mapped[int]
    warranty_until: Mapped[datetime]
    proof_id: Mapped[UUID | None] = mapped_column(ForeignKey("defects.id"))
    proof_check: Mapped[ProofCheck | None] = mapped_column(Word(ProofCheck, 10))
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id"))
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    checked_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]  # the fault was seen again within the warranty


class RoadCare(Base):
    """The city's table of repairs as it was set once; the highest number is in force, before the first the defaults are."""

    __tablename__ = "road_care"
    __table_args__ = (Index("uq_road_care_number", "number", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    content: Mapped[dict[str, Any]]  # see rules.care.written
    set_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime]
