"""Each person's own encryption key: made at registration, wrapped by the master key, erased for good on request."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from backend.adapters import settings
from backend.blobs import BlobDamaged, new_key, seal, unseal
from backend.database import db
from backend.people.models import PersonKey


class KeyErased(LookupError):
    """The person's key is gone, and with it everything that was sealed for the person."""


def make_key(person_id: UUID) -> bytes:
    """A key for a new person."""
    key = new_key()
    keep_key(person_id, key)
    return key


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
    """Forget a person's key."""
    db.session().execute(sa.delete(PersonKey).where(PersonKey.person_id == person_id))


def _master_key() -> bytes:
    return settings().secret_bytes("master_key")


def _binding(person_id: UUID) -> str:
    return f"person-key:{person_id}"
