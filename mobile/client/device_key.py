"""The device's Ed25519 key: what proves that a request or a check-in comes from this phone."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SEED_BYTES = 32


class DeviceKey:
    """A key pair whose private half stays on the device."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = base64.b64encode(private.public_key().public_bytes_raw()).decode()

    @classmethod
    def generate(cls) -> DeviceKey:
        """A new key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, path: Path) -> DeviceKey:
        """The key in a file; ValueError when the file holds something else."""
        try:
            seed = base64.b64decode(path.read_bytes().strip(), validate=True)
            return cls(Ed25519PrivateKey.from_private_bytes(seed))
        except ValueError:
            raise ValueError(
                f"{path} must hold an Ed25519 seed ({SEED_BYTES} bytes in base64): remove it to make a new key"
            ) from None

    @classmethod
    def load_or_make(cls, path: Path) -> DeviceKey:
        """The key in a file, made and kept there on first use."""
        if path.exists():
            return cls.load(path)
        key = cls.generate()
        key.save(path)
        return key

    def save(self, path: Path) -> None:
        """Keep the key in a file that only its owner may read; whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        temporary.unlink(missing_ok=True)
        try:
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(base64.b64encode(self._private.private_bytes_raw()))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def sign(self, message: bytes) -> str:
        """The signature over a message in base64, as the API takes it."""
        return base64.b64encode(self._private.sign(message)).decode()
