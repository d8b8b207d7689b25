"""Each person's own encryption key: made at registration, wrapped by the master key, erased for good on request."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
import structlog

from backend.adapters import settings
from backend.blobs import BlobDamaged, seal, unseal
from backend.database import after_commit, db
from backend.people.models import PersonKey

log = structlog.get_logger()


class KeyErased(LookupError):
    """The person's key is gone, and with it everything that was sealed for the person."""


def keep_key(person_id: UUID, key: bytes) -> None:
    """Keep a new person's key, wrapped; the person's row must be there."""
    db.session().add(
        PersonKey(person_id=person_id, wrapped=seal(_master_key(), key, bound_to=_binding(person_id)))
    )


def key_of(person_id: UUID) -> bytes:
    """A person's key; raises KeyErased."""
    wrapped = db.session().scalar(sa.select(PersonKey.wrapped).where(PersonKey.person_id == person_id))
    if wrapped is None:
        raise KeyErased(person_id)
    try:
        return unseal(_master_key(), wrapped, bound_to=_binding(person_id))
    except BlobDamaged as error:
        raise RuntimeError(
            "a person's key does not open: is QALA_MASTER_KEY the one it was wrapped with?"
        ) from error


def erase_key(person_id: UUID) -> None:
    """Forget a person's key, also in what the database keeps beside its tables."""
    db.session().execute(sa.delete(PersonKey).where(PersonKey.person_id == person_id))
    after_commit(_empty_write_ahead_log)


def _empty_write_ahead_log() -> None:
    """SQLite's log still holds the page with the key until it is written back; a reader in the way only delays that."""
    if db.engine.dialect.name != "sqlite":
        return
    connection = db.engine.raw_connection()
    try:
        busy, _pages, _written = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()
    if busy:
        log.warning("write_ahead_log_not_emptied")


def _master_key() -> bytes:
    return settings().secret_bytes("master_key")


def _binding(person_id: UUID) -> str:
    return f"person-key:{person_id}"
