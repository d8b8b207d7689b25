"""Encrypted files: AES-GCM under the owner's key, written so that a crash leaves the whole file or none."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BITS = 256


class BlobMissing(LookupError):
    """A blob is not where the database says it is."""


class BlobDamaged(ValueError):
    """A blob cannot be opened: wrong key, or its bytes were changed."""


class BlobStore(Protocol):
    """Where sealed bytes are kept by name."""

    def put(self, name: str, data: bytes) -> None:
        """Keep bytes durably; the same name again is the same content."""

    def get(self, name: str) -> bytes:
        """The bytes of a name; raises BlobMissing."""

    def delete(self, name: str) -> None:
        """Forget a name; forgetting twice is fine."""


class FolderBlobs:
    """Blobs as files in a local folder, spread over 256 subfolders."""

    def __init__(self, folder: Path, *, sync_folder: Callable[[Path], None] | None = None) -> None:
        self.folder = folder
        self._sync_folder = sync_folder or _sync_folder
        self._durable: set[Path] = set()  # subfolders whose own entry this process has made durable

    def put(self, name: str, data: bytes) -> None:
        path = self._path(name)
        if path.exists():
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.parent not in self._durable:
            self._sync_folder(self.folder)
            self._durable.add(path.parent)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)  # a full disk keeps no half file
            raise
        self._sync_folder(path.parent)

    def get(self, name: str) -> bytes:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise BlobMissing(name) from error

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / _checked(name)


class S3Blobs:
    """Blobs in a bucket of an S3 service; an object is whole or not there, and durable once the service has answered."""

    def __init__(self, url: str, *, endpoint: str = "", client: Any = None) -> None:
        """``url`` is s3://bucket/prefix; the credentials are those that boto3 finds."""
        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.netloc:
            raise ValueError(f"a blob store in S3 is named s3://bucket/prefix, was {url!r}")
        self.bucket, self.prefix = parts.netloc, parts.path.strip("/")
        self._client = client or _s3_client(endpoint)

    def put(self, name: str, data: bytes) -> None:
        self._client.put_object(Bucket=self.bucket, Key=self._key(name), Body=data)

    def get(self, name: str) -> bytes:
        try:
            found: bytes = self._client.get_object(Bucket=self.bucket, Key=self._key(name))["Body"].read()
        except self._client.exceptions.NoSuchKey as error:
            raise BlobMissing(name) from error
        return found

    def delete(self, name: str) -> None:
        self._client.delete_object(Bucket=self.bucket, Key=self._key(name))

    def _key(self, name: str) -> str:
        return "/".join(filter(None, (self.prefix, name[:2], _checked(name))))


def _s3_client(endpoint: str) -> Any:
    import boto3  # takes a third of a second, and most installations use the folder

    return boto3.client("s3", endpoint_url=endpoint or None)


def _checked(name: str) -> str:
    if not (name.isascii() and name.isalnum()):
        raise ValueError(f"a blob's name is letters and digits, was {name!r}")
    return name


def new_key() -> bytes:
    """A fresh AES-256 key."""
    return AESGCM.generate_key(KEY_BITS)


def seal(key: bytes, plain: bytes, *, bound_to: str) -> bytes:
    """Encrypt and authenticate; ``bound_to`` must be given again to open, so a blob cannot be passed off as another."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def unseal(key: bytes, sealed: bytes, *, bound_to: str) -> bytes:
    """The plain bytes; raises BlobDamaged when key, binding or bytes are not those of ``seal``."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to.encode())
    except (InvalidTag, ValueError) as error:
        raise BlobDamaged(bound_to) from error


def sha256_hex(data: bytes) -> str:
    """SHA-256 of bytes, hex."""
    return hashlib.sha256(data).hexdigest()


def blob_name(owner: str, sha256: str) -> str:
    """The name of an owner's blob: it tells neither the owner nor the content."""
    return sha256_hex(f"{owner}\n{sha256}".encode())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
