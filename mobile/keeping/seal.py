"""Everything the phone keeps is encrypted with one key that the platform's key store holds (AES-256-GCM)."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mobile.keeping.disk import make_durable

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_DIGITS = 32


class Damaged(ValueError):
    """Sealed bytes do not open: they were changed, belong elsewhere, or were sealed with another key."""


class KeyStore(Protocol):
    """Where the platform keeps the phone's key."""

    def load(self) -> bytes | None:
        """The key, 32 bytes; None where none was made."""
        ...

    def make(self) -> bytes:
        """A new key, durable before it is returned; the one that is there if there is one."""
        ...


class KeyFile:
    """The desktop's key store: a file that only its owner may read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> bytes | None:
        """The key in the file; ValueError when the file holds something else."""
        try:
            key = self.path.read_bytes()
        except FileNotFoundError:
            return None
        if len(key) != KEY_BYTES:
            raise ValueError(f"{self.path} must hold a key of {KEY_BYTES} bytes, has {len(key)}: restore it")
        return key

    def make(self) -> bytes:
        """Written whole beside its place and then linked there, so that a key in use is never overwritten."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(AESGCM.generate_key(8 * KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            try:
                self.path.hardlink_to(temporary)
            except FileExistsError:
                pass
        finally:
            temporary.unlink(missing_ok=True)
        make_durable(self.path.parent)
        key = self.load()
        assert key is not None
        return key


class Seal:
    """One key's seal; ``bound_to`` must be given again to open, so that sealed bytes cannot be passed off as others."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._tags = hmac.digest(key, b"qala-phone-tags-1", hashlib.sha256)

    def seal(self, plain: bytes, bound_to: str) -> bytes:
        """Encrypt and authenticate."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, bound_to.encode())

    def open(self, sealed: bytes, bound_to: str) -> bytes:
        """The plain bytes; Damaged when key, binding or bytes are not those of ``seal``."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to.encode())
        except (InvalidTag, ValueError, TypeError) as error:
            raise Damaged(f"{bound_to} does not open") from error

    def tag(self, text: str) -> str:
        """What a text is looked up by: always the same, and telling nothing without the key."""
        return hmac.digest(self._tags, text.encode(), hashlib.sha256).hex()[:TAG_DIGITS]
