"""Rows of people: the person, the person's wrapped key, enrolments and their photos."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.blobs import blob_name
from backend.database import Base, Word
from backend.leases import Leased
from shared.vocabulary import BiometricBasis, EnrolmentState, Language


class Person(Base):
    """Someone who serves public works; names and the ИИН are sealed with the person's own key."""

    __tablename__ = "people"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"), index=True)
    iin_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    sealed_identity: Mapped[bytes | None] = mapped_column(LargeBinary)
    language: Mapped[Language] = mapped_column(Word(Language, 2))
    biometric_basis: Mapped[BiometricBasis] = mapped_column(Word(BiometricBasis, 20))
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class PersonKey(Base):
    """A person's AES key, wrapped by the master key. A table of its own, so that backups of data need not hold keys.

    Deleting the row makes everything sealed for the person unreadable, in backups of the data too.
    """

    __tablename__ = "person_keys"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class Enrolment(Leased, Base):
    """Photos of a face on their way to a template; ``pending`` until a worker has looked at them."""

    __tablename__ = "enrolments"
    __table_args__ = (Index("ix_enrolments_person_id_created_at", "person_id", "created_at"),)

    state: Mapped[EnrolmentState] = mapped_column(Word(EnrolmentState, 10), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    model_version: Mapped[str | None] = mapped_column(String(80))
    sealed_template: Mapped[bytes | None] = mapped_column(LargeBinary)
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    photos: Mapped[list[EnrolmentPhoto]] = relationship(order_by="EnrolmentPhoto.position", lazy="selectin")


class EnrolmentPhoto(Base):
    """One enrolment photo, kept byte for byte in the blob store."""

    __tablename__ = "enrolment_photos"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    reasons: Mapped[list[Any]] = mapped_column(default=list)


class Rereading(Leased, Base):
    """An enrolment whose photos are read anew because the model has changed; one for each model, whatever came of it."""

    __tablename__ = "rereadings"
    __table_args__ = (Index("uq_rereadings_enrolment_id_model", "enrolment_id", "model", unique=True),)

    state: Mapped[EnrolmentState] = mapped_column(Word(EnrolmentState, 10), index=True)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"))
    model: Mapped[str] = mapped_column(String(80))  # the version that the template is to have
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    reasons: Mapped[list[Any]] = mapped_column(default=list)


def photo_blob(enrolment_id: UUID, person_id: UUID, sha256: str) -> str:
    """Under which name an enrolment photo lies in the blob store."""
    return blob_name(f"enrolment:{enrolment_id}:{person_id}", sha256)
