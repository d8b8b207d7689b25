"""The phone's key, wrapped by a key that never leaves Android's key store. Never run on a device.

The store's own AES key would need a Java call for every sealed row, so it only wraps the key that Seal uses.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from mobile.devices.android.java import as_bytes, java
from mobile.keeping.disk import make_durable
from mobile.keeping.seal import KEY_BYTES

ALIAS = "qala-phone-1"
NONCE_BYTES, TAG_BITS = 12, 128
PROVIDER = "AndroidKeyStore"


class AndroidKeyStore:
    """See KeyStore."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> bytes | None:
        """See KeyStore; ValueError when the file does not open with the store's key."""
        try:
            wrapped = self.path.read_bytes()
        except FileNotFoundError:
            return None
        names = java("javax.crypto.Cipher")
        cipher = names.getInstance("AES/GCM/NoPadding")
        spec = java("javax.crypto.spec.GCMParameterSpec")(TAG_BITS, wrapped[:NONCE_BYTES])
        cipher.init(names.DECRYPT_MODE, self._wrapping_key(), spec)
        key = as_bytes(cipher.doFinal(wrapped[NONCE_BYTES:]))
        if len(key) != KEY_BYTES:
            raise ValueError(f"{self.path} must hold a key of {KEY_BYTES} bytes, has {len(key)}")
        return key

    def make(self) -> bytes:
        """See KeyStore; written whole beside its place and then renamed."""
        if (known := self.load()) is not None:
            return known
        names = java("javax.crypto.Cipher")
        cipher = names.getInstance("AES/GCM/NoPadding")
        cipher.init(names.ENCRYPT_MODE, self._wrapping_key())
        wrapped = as_bytes(cipher.getIV()) + as_bytes(cipher.doFinal(secrets.token_bytes(KEY_BYTES)))
        temporary = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(wrapped)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)
        make_durable(self.path.parent)
        key = self.load()
        assert key is not None
        return key

    def _wrapping_key(self) -> Any:
        """The store's AES key, made on first use: without a screen lock, for a sync in the pocket must open it."""
        store = java("java.security.KeyStore").getInstance(PROVIDER)
        store.load(None)
        if not store.containsAlias(ALIAS):
            purposes = java("android.security.keystore.KeyProperties")
            builder = java("android.security.keystore.KeyGenParameterSpec$Builder")(
                ALIAS, purposes.PURPOSE_ENCRYPT | purposes.PURPOSE_DECRYPT
            )
            builder.setBlockModes(purposes.BLOCK_MODE_GCM)
            builder.setEncryptionPaddings(purposes.ENCRYPTION_PADDING_NONE)
            builder.setKeySize(8 * KEY_BYTES)
            generator = java("javax.crypto.KeyGenerator").getInstance("AES", PROVIDER)
            generator.init(builder.build())
            generator.generateKey()
        return store.getKey(ALIAS, None)
