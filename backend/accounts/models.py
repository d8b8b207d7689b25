"""Rows of accounts: districts, users, their devices, sessions and one-time codes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base, Word
from shared.vocabulary import Language, Role

APPEND_ONLY = ("district_calendars",)
SUNDAY = 6

user_districts = Table(
    "user_districts",
    Base.metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("district_id", ForeignKey("districts.id"), primary_key=True),
)


class District(Base):
    """A part of the city; most staff see only their own."""

    __tablename__ = "districts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name_ru: Mapped[str] = mapped_column(String(120))
    name_kk: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    rest_weekdays: Mapped[list[Any]] = mapped_column(default=lambda: [SUNDAY])  # as of today; 0 is Monday
    holidays: Mapped[list[Any]] = mapped_column(default=list)  # ISO dates, in order


class DistrictCalendar(Base):
    """A district's days of rest as they were set once; the rest weekdays count from a day on, holidays are dates."""

    __tablename__ = "district_calendars"
    __table_args__ = (
        Index("uq_district_calendars_district_id_number", "district_id", "number", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))
    number: Mapped[int]  # 1 is the first
    counts_from: Mapped[date]
    rest_weekdays: Mapped[list[Any]]
    holidays: Mapped[list[Any]]
    set_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))  # None: it came with the district
    set_at: Mapped[datetime]


class User(Base):
    """A member of staff; without a password hash the invitation is still open."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(Word(Role, 20))
    language: Mapped[Language] = mapped_column(Word(Language, 2))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    districts: Mapped[list[District]] = relationship(
        secondary=user_districts, order_by=District.code, lazy="selectin"
    )


class Device(Base):
    """A phone or browser that signs with its own Ed25519 key."""

    __tablename__ = "devices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    public_key: Mapped[str] = mapped_column(String(44), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    registered_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()


class Session(Base):
    """One sign-in on one device; its refresh token changes with every use."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"), index=True)
    refresh_hash: Mapped[str] = mapped_column(String(64), unique=True)
    previous_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()
    device: Mapped[Device] = relationship()


class OneTimeCode(Base):
    """An invitation or a password reset: whoever holds the code may set the password once."""

    __tablename__ = "one_time_codes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()
