"""The photos of one report: sealed with a key of the report's own, so that erasing the key erases them everywhere."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from backend.adapters import blobs, settings
from backend.blobs import BlobDamaged, BlobMissing, blob_name, new_key, seal, sha256_hex, unseal
from backend.clock import now
from backend.database import db
from backend.uploads.models import EvidenceKey

SALT_BYTES = 16
PURGE_BATCH = 200


class PhotoGone(LookupError):
    """A photo of a report was deleted, its key erased, or its bytes damaged."""


@dataclass(frozen=True)
class SealedPhotos:
    """Photos of one report on their way to the blob store: names and sealed bytes in the photos' order."""

    owner: str
    wrapped_key: bytes
    blobs: tuple[tuple[str, bytes], ...]


def wrap(key: bytes, owner: str) -> bytes:
    """A key sealed with the master key, bound to what it belongs to."""
    return seal(_master_key(), key, bound_to=f"evidence-key:{owner}")


def unwrap(wrapped: bytes, owner: str) -> bytes:
    """A key that ``wrap`` sealed."""
    try:
        return unseal(_master_key(), wrapped, bound_to=f"evidence-key:{owner}")
    except BlobDamaged as error:
        raise RuntimeError(
            "the key of a report does not open: is QALA_MASTER_KEY the one it was wrapped with?"
        ) from error


def seal_photos(owner: str, photos: Sequence[bytes]) -> SealedPhotos:
    """Seal a report's photos under a fresh key; ``owner`` is the report's opaque name, such as ``defect:…``.

    The blobs' names are fresh too: a request that is repeated must not meet blobs of its first try, sealed with another key.
    """
    key, salt = new_key(), secrets.token_hex(SALT_BYTES)
    sealed = []
    for index, photo in enumerate(photos):
        name = blob_name(f"{owner}:{salt}:{index}", sha256_hex(photo))
        sealed.append((name, seal(key, photo, bound_to=_binding(owner, index))))
    return SealedPhotos(owner, wrap(key, owner), tuple(sealed))


def keep(sealed: SealedPhotos) -> None:
    """Make the sealed photos durable: before the row that names them, and outside any transaction."""
    for name, data in sealed.blobs:
        blobs().put(name, data)


def drop(sealed: SealedPhotos) -> None:
    """Forget photos that no row came to name."""
    for name, _data in sealed.blobs:
        blobs().delete(name)


@contextmanager
def dropped_if_unwritten(sealed: SealedPhotos | None) -> Iterator[None]:
    """Around what a transaction writes, and inside it: what raises is rolled back for certain, and its photos are dropped.

    A commit that fails comes after that: nobody knows whether its rows are durable, so the photos that they name stay.
    """
    try:
        yield
    except BaseException:
        if sealed is not None:
            drop(sealed)
        raise


def remember(sealed: SealedPhotos) -> None:
    """Write the key's row, in the transaction that writes the report."""
    names = [name for name, _data in sealed.blobs]
    db.session().add(
        EvidenceKey(owner=sealed.owner, wrapped_key=sealed.wrapped_key, blobs=names, kept_at=now())
    )


def photo(owner: str, index: int) -> bytes:
    """One photo of a report as it was received; raises PhotoGone."""
    row = db.session().get(EvidenceKey, owner)
    if row is None or index >= len(row.blobs):
        raise PhotoGone(owner)
    try:
        sealed = blobs().get(row.blobs[index])
        return unseal(unwrap(row.wrapped_key, owner), sealed, bound_to=_binding(owner, index))
    except (BlobMissing, BlobDamaged) as error:
        raise PhotoGone(owner) from error


def blobs_of(owner: str) -> list[str]:
    """The names of a report's sealed photos; none where they are gone."""
    row = db.session().get(EvidenceKey, owner)
    return [] if row is None else list(row.blobs)


def due(before: datetime) -> dict[str, list[str]]:
    """Reports whose photos were kept before a moment, a batch, with the names of their blobs."""
    query = sa.select(EvidenceKey).where(EvidenceKey.kept_at < before).order_by(EvidenceKey.kept_at)
    return {row.owner: list(row.blobs) for row in db.session().scalars(query.limit(PURGE_BATCH))}


def erase(owners: Sequence[str]) -> None:
    """Erase the keys of reports whose blobs are deleted."""
    db.session().execute(sa.delete(EvidenceKey).where(EvidenceKey.owner.in_(owners)))


def _binding(owner: str, index: int) -> str:
    return f"{owner}:photo:{index}"


def _master_key() -> bytes:
    return settings().secret_bytes("master_key")
