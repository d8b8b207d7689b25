"""The device's key: kept privately, the same after a restart."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mobile.client.device_key import DeviceKey


def test_key_is_the_same_after_a_restart(tmp_path: Path) -> None:
    """Made on first use, read afterwards."""
    path = tmp_path / "keys" / "device.key"
    assert DeviceKey.load_or_make(path).public == DeviceKey.load_or_make(path).public


def test_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """No other user of the machine reads it, and no temporary file stays."""
    path = tmp_path / "device.key"
    DeviceKey.generate().save(path)
    assert 0o600 == path.stat().st_mode & 0o777
    assert [path] == list(tmp_path.iterdir())


def test_signature_fits_the_public_key() -> None:
    """Both in base64, as the API takes them."""
    key = DeviceKey.generate()
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.public))
    public.verify(base64.b64decode(key.sign(b"message")), b"message")


@pytest.mark.parametrize("content", [b"", b"not base64!", b"c2hvcnQ="])
def test_damaged_key_file_is_named(tmp_path: Path, content: bytes) -> None:
    """The path and the remedy; the key is not silently replaced, for the server knows the old one."""
    path = tmp_path / "device.key"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="remove it to make a new key") as error:
        DeviceKey.load_or_make(path)
    assert str(path) in str(error.value)
