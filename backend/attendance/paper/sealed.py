"""What the paper way seals with the person's key: words and files, each bound to the thing and the part that it belongs to."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.adapters import blobs
from backend.blobs import BlobDamaged, BlobMissing, blob_name, seal, sha256_hex, unseal
from backend.people import keys


@dataclass(frozen=True, kw_only=True)
class Owner:
    """The sheet or absence that sealed things belong to, and whose key seals them."""

    kind: str
    id: UUID
    person_id: UUID

    def binding(self, part: str) -> str:
        """What a sealed part is bound to."""
        return f"{self.kind}:{self.id}:{part}"

    def blob(self, sha256: str) -> str:
        """Under which name a file lies in the blob store; a retry for another person must not meet the first one's blob."""
        return blob_name(f"{self.kind}:{self.id}:{self.person_id}", sha256)


@dataclass(frozen=True)
class Document:
    """A paper as it was uploaded."""

    data: bytes
    is_pdf: bool


@dataclass(frozen=True)
class SealedFile:
    """A file on its way to the blob store."""

    sha256: str
    name: str
    sealed: bytes


def seal_files(owner: Owner, files: Sequence[bytes]) -> tuple[SealedFile, ...]:
    """Files sealed under the person's key; nothing is written yet. Raises KeyErased."""
    key = keys.key_of(owner.person_id)
    hashes = [sha256_hex(data) for data in files]
    return tuple(
        SealedFile(digest, owner.blob(digest), seal(key, data, bound_to=owner.binding(digest)))
        for digest, data in zip(hashes, files, strict=True)
    )


def keep_files(files: Sequence[SealedFile]) -> None:
    """Make sealed files durable: before the row that names them, and outside any transaction."""
    for file in files:
        blobs().put(file.name, file.sealed)


def open_file(owner: Owner, sha256: str) -> bytes | None:
    """A file's bytes as they were sent; None when nobody can open it any more."""
    try:
        key = keys.key_of(owner.person_id)
        return unseal(key, blobs().get(owner.blob(sha256)), bound_to=owner.binding(sha256))
    except (keys.KeyErased, BlobMissing, BlobDamaged):
        return None


def seal_words(owner: Owner, part: str, words: str) -> bytes:
    """Words sealed under the person's key. Raises KeyErased."""
    return seal(keys.key_of(owner.person_id), words.encode(), bound_to=owner.binding(part))


def open_words(owner: Owner, part: str, sealed: bytes | None) -> str | None:
    """The words; None where there are none, or nobody can open them any more."""
    if sealed is None:
        return None
    try:
        return unseal(keys.key_of(owner.person_id), sealed, bound_to=owner.binding(part)).decode()
    except (keys.KeyErased, BlobDamaged):
        return None


def content_hash(owner: Owner, manifest: bytes, files: Sequence[bytes]) -> str:
    """What makes two requests the same; keyed, so that short words cannot be guessed from it. Raises KeyErased."""
    content = "\n".join([sha256_hex(manifest), *(sha256_hex(data) for data in files)])
    return hmac.new(keys.key_of(owner.person_id), content.encode(), hashlib.sha256).hexdigest()
