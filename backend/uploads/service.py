"""Files that arrive in pieces: how far each has come, taking a piece, and reading a whole one. They belong to one device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from backend.adapters import blobs, settings
from backend.blobs import BlobDamaged, BlobMissing, blob_name, new_key, seal, sha256_hex, unseal
from backend.clock import new_id, now
from backend.database import db
from backend.errors import Conflict
from backend.uploads import rules
from backend.uploads.evidence import unwrap, wrap
from backend.uploads.models import Upload, UploadPiece
from backend.uploads.rules import Kept, Piece
from backend.web.principal import Principal
from shared.i18n import Message

_ = Message
PIECE_MAX_BYTES = 65_536  # less than a second on a poor line
GAP, DAMAGED, INCOMPLETE = "upload-gap", "upload-damaged", "upload-incomplete"
FORGET_BATCH = 200


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a file has come; ``total`` is None while nothing of it is there."""

    sha256: str
    have: int
    total: int | None

    @property
    def whole(self) -> bool:
        """Whether all of it is there."""
        return self.have == self.total


@dataclass(frozen=True, kw_only=True)
class Holding:
    """A file on its way, with what is needed to seal and open its pieces."""

    id: UUID
    sha256: str
    total: int
    key: bytes
    pieces: tuple[tuple[int, int, str], ...]  # offset, length, blob; in order

    @property
    def have(self) -> int:
        """Bytes from the start without a gap."""
        return rules.have(Piece(offset, length) for offset, length, _blob in self.pieces)

    @property
    def standing(self) -> Standing:
        """How far it has come."""
        return Standing(sha256=self.sha256, have=self.have, total=self.total)


@dataclass(frozen=True, kw_only=True)
class SealedPiece:
    """The new part of a piece, sealed, on its way to the blob store."""

    upload_id: UUID
    offset: int
    length: int
    blob: str
    data: bytes


def find(sha256: str, by: Principal) -> Holding | None:
    """A file of the principal's device; None where nothing of it is there."""
    row = db.session().scalar(_own(by).where(Upload.sha256 == sha256))
    return None if row is None else _holding(row)


def begin(sha256: str, total: int, by: Principal) -> None:
    """Make room for a file's first piece; does nothing when the file is on its way already."""
    if db.session().scalar(_own(by).where(Upload.sha256 == sha256)) is None:
        upload_id = new_id()
        wrapped = wrap(new_key(), _owner(upload_id))
        db.session().add(
            Upload(
                id=upload_id,
                device_id=by.device_id,
                sha256=sha256,
                total=total,
                wrapped_key=wrapped,
                touched_at=now(),
            )
        )


def to_give_way(size: int, by: Principal) -> dict[UUID, list[str]]:
    """Which of the device's files must go before a new one fits, with the names of their blobs."""
    limits = settings()
    kept = [
        Kept(id=row.id, size=row.total, touched_at=row.touched_at) for row in db.session().scalars(_own(by))
    ]
    going = rules.give_way(
        kept,
        size=size,
        count_max=limits.uploads_per_device_max,
        bytes_max=limits.uploads_per_device_mb * 1_000_000,
    )
    return _blobs_of(going)


def seal_piece(holding: Holding, offset: int, data: bytes) -> SealedPiece | None:
    """Seal what is new of a piece; None where all of it is there. Conflict for one that would leave a gap."""
    reached = holding.have
    if offset > reached:
        message = _(
            "Of this file {have} bytes are here without a gap, and the piece begins at {offset}: go on at {have}."
        )
        raise Conflict(message.format(have=reached, offset=offset), slug=GAP)
    start = rules.new_from(Piece(offset, len(data)), reached)
    if start is None:
        return None
    new, at = data[start:], offset + start
    name = blob_name(f"upload:{holding.id}:{at}", sha256_hex(new))
    sealed = seal(holding.key, new, bound_to=_binding(holding.id, at, len(new)))
    return SealedPiece(upload_id=holding.id, offset=at, length=len(new), blob=name, data=sealed)


def add(piece: SealedPiece) -> None:
    """Write a piece's row once its bytes are durable; does nothing where another request was first."""
    row = db.session().get(Upload, piece.upload_id, with_for_update=True, populate_existing=True)
    if row is None or _holding(row).have != piece.offset:
        return
    row.touched_at = now()
    db.session().add(UploadPiece(upload_id=row.id, offset=piece.offset, length=piece.length, blob=piece.blob))


def read(holding: Holding) -> bytes | None:
    """The bytes of a whole file, needing no transaction; None when they are not those that its SHA-256 names."""
    parts = []
    try:
        for offset, length, blob in holding.pieces:
            bound_to = _binding(holding.id, offset, length)
            parts.append(unseal(holding.key, blobs().get(blob), bound_to=bound_to))
    except (BlobMissing, BlobDamaged):
        return None
    data = b"".join(parts)
    return data if sha256_hex(data) == holding.sha256 else None


def damaged(sha256: str) -> Conflict:
    """What a phone is told whose pieces are not the file that they were said to be."""
    message = _(
        "All bytes came, but not those with the SHA-256 {value}: they are forgotten; begin again at 0."
    )
    return Conflict(message.format(value=sha256), slug=DAMAGED)


def incomplete(standing: Standing) -> Conflict:
    """What a phone is told that names a file of which something is missing."""
    message = _(
        "Of the photo {value} only {have} bytes are here: send the rest with PUT /uploads, then repeat this."
    )
    return Conflict(message.format(value=standing.sha256, have=standing.have), slug=INCOMPLETE)


def blobs_of(sha256s: Sequence[str], by: Principal) -> dict[UUID, list[str]]:
    """The device's uploads of some files, with the names of their blobs."""
    rows = db.session().scalars(_own(by).where(Upload.sha256.in_(sha256s)))
    return _blobs_of([row.id for row in rows])


def too_old() -> dict[UUID, list[str]]:
    """Uploads whose last piece came too long ago, a batch, with the names of their blobs."""
    before = now() - timedelta(days=settings().upload_keep_days)
    query = sa.select(Upload.id).where(Upload.touched_at < before).order_by(Upload.touched_at)
    return _blobs_of(list(db.session().scalars(query.limit(FORGET_BATCH))))


def forget(upload_ids: Sequence[UUID]) -> None:
    """Remove uploads whose blobs are deleted, and their keys with them."""
    db.session().execute(sa.delete(UploadPiece).where(UploadPiece.upload_id.in_(upload_ids)))
    db.session().execute(sa.delete(Upload).where(Upload.id.in_(upload_ids)))


def _own(by: Principal) -> sa.Select[Upload]:
    return sa.select(Upload).where(Upload.device_id == by.device_id)


def _holding(row: Upload) -> Holding:
    query = sa.select(UploadPiece).where(UploadPiece.upload_id == row.id).order_by(UploadPiece.offset)
    pieces = tuple((each.offset, each.length, each.blob) for each in db.session().scalars(query))
    key = unwrap(row.wrapped_key, _owner(row.id))
    return Holding(id=row.id, sha256=row.sha256, total=row.total, key=key, pieces=pieces)


def _blobs_of(upload_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {upload_id: [] for upload_id in upload_ids}
    query = sa.select(UploadPiece.upload_id, UploadPiece.blob).where(UploadPiece.upload_id.in_(upload_ids))
    for upload_id, blob in db.session().execute(query):
        found[upload_id].append(blob)
    return found


def _owner(upload_id: UUID) -> str:
    return f"upload:{upload_id}"


def _binding(upload_id: UUID, offset: int, length: int) -> str:
    return f"upload:{upload_id}:{offset}+{length}"
