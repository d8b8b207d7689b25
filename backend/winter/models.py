"""Rows of winter: the care table, street priorities, snowfalls, work on streets, measured piles and what was hauled."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Word
from shared.vocabulary import WinterWork

APPEND_ONLY = ("winter_care", "snowfall_versions")
NOTE_MAX = 500


class WinterCare(Base):
    """The city's care table as it was set once; the highest number is in force, before the first the defaults are."""

    __tablename__ = "winter_care"
    __table_args__ = (Index("uq_winter_care_number", "number", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    content: Mapped[dict[str, Any]]  # see rules.care.written
    set_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime]


class StreetPriority(Base):
    """A street, or pieces of street, whose priority is not that of their class: hospital access, bus routes."""

    __tablename__ = "street_priorities"
    __table_args__ = (Index("uq_street_priorities_key", "key", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(
        String(300)
    )  # what it is for: the street's name, or a hash of the pieces
    street: Mapped[str | None] = mapped_column(String(255))
    segment_ids: Mapped[list[Any]]  # pieces named one by one; empty where the street is named
    priority: Mapped[int]  # 1 is the most urgent
    note: Mapped[str] = mapped_column(String(NOTE_MAX))
    set_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime]


class SnowfallFacts:
    """What is said of a snowfall, in the row in force and in each of its versions."""

    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # None: it still snows
    depth_cm: Mapped[float]  # of fresh snow, up to now where it still snows
    temperature_c: Mapped[float]
    icing: Mapped[bool]  # freezing rain, or thaw and frost
    note: Mapped[str] = mapped_column(String(NOTE_MAX))


class SnowfallRow(SnowfallFacts, Base):
    """A snowfall as it stands; every earlier saying of it is a version."""

    __tablename__ = "snowfalls"
    __table_args__ = (Index("ix_snowfalls_begun_at", "begun_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("districts.id"))  # None: the whole city
    withdrawn_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int]


class SnowfallVersion(SnowfallFacts, Base):
    """A snowfall as somebody once said it."""

    __tablename__ = "snowfall_versions"
    __table_args__ = (
        Index("uq_snowfall_versions_snowfall_id_version", "snowfall_id", "version", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    snowfall_id: Mapped[UUID] = mapped_column(ForeignKey("snowfalls.id"))
    version: Mapped[int]
    withdrawn: Mapped[bool]
    set_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime]


class StreetWork(Base):
    """What one stop of a route did along one piece of street; the same stop again corrects it."""

    __tablename__ = "street_works"
    __table_args__ = (
        Index("uq_street_works_stop_id", "stop_id", "segment_id", "way", "work", unique=True),
        Index("ix_street_works_segment_id", "segment_id", "work", "way"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    segment_id: Mapped[int] = mapped_column(BigInteger)  # outlives imports of streets
    way: Mapped[int]  # 1 along the segment, -1 against it, 0 both ways at once
    work: Mapped[WinterWork] = mapped_column(Word(WinterWork, 20))
    stop_id: Mapped[UUID]
    route_id: Mapped[UUID | None]
    vehicle_id: Mapped[UUID | None]
    done_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    metres: Mapped[float]  # worked, all passes together
    share: Mapped[float]  # of the length that was covered
    passes: Mapped[int]
    by_track: Mapped[bool]  # False: somebody reported it, no track shows it
    withdrawn_at: Mapped[datetime | None]


class StreetState(Base):
    """When a piece of street was worked on last, for one kind of work and one way; reckoned from its works."""

    __tablename__ = "street_states"

    segment_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    work: Mapped[WinterWork] = mapped_column(Word(WinterWork, 20), primary_key=True)
    way: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    done_at: Mapped[datetime]
    by_track: Mapped[bool]
    recent_s: Mapped[list[Any]]  # the latest passes, newest first, in seconds since 1970


class SnowPileRow(Base):
    """A pile of snow that somebody measured; it replaces what the model says of its street."""

    __tablename__ = "snow_piles"
    __table_args__ = (Index("ix_snow_piles_gone_at", "gone_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)  # chosen by the phone
    content_hash: Mapped[str] = mapped_column(String(64))
    segment_id: Mapped[int | None] = mapped_column(BigInteger)
    lat: Mapped[float]
    lon: Mapped[float]
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("districts.id"))
    volume_m3: Mapped[float]
    shape_m: Mapped[dict[str, Any] | None]  # length, height, width as measured; None: the volume was told
    note: Mapped[str] = mapped_column(String(NOTE_MAX))
    measured_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    measured_at: Mapped[datetime]
    received_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]  # the last of it was hauled
    replaced_by: Mapped[UUID | None]  # a newer measurement of the same piece of street


class SnowHauling(Base):
    """Snow that one stop of a route took away from a piece of street or a pile."""

    __tablename__ = "snow_haulings"
    __table_args__ = (
        Index("uq_snow_haulings_stop_id", "stop_id", unique=True),
        Index("ix_snow_haulings_segment_id", "segment_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    stop_id: Mapped[UUID]
    segment_id: Mapped[int | None] = mapped_column(BigInteger)
    pile_id: Mapped[UUID | None] = mapped_column(ForeignKey("snow_piles.id"))
    route_id: Mapped[UUID | None]
    vehicle_id: Mapped[UUID | None]
    done_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    volume_m3: Mapped[float]
    is_rest_gone: Mapped[bool]  # nothing to haul was left
    by_track: Mapped[bool]
    withdrawn_at: Mapped[datetime | None]
