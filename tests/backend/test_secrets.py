"""Secrets of the embedded mode: made whole or not at all, one for all processes, and a broken file is named."""

from __future__ import annotations

import base64
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend.config import SECRETS, BadSetting, load_settings


def test_secrets_are_made_once_and_privately(tmp_path: Path) -> None:
    """Each its own, readable by the owner alone, and nothing half-written beside them."""
    first, second = load_settings({}, instance_dir=tmp_path), load_settings({}, instance_dir=tmp_path)
    kept = [getattr(first, name) for name in SECRETS]
    assert kept == [getattr(second, name) for name in SECRETS]
    assert len(SECRETS) == len(set(kept))
    files = sorted((tmp_path / "secrets").iterdir())
    assert sorted(SECRETS) == [file.name for file in files]
    assert {0o600} == {file.stat().st_mode & 0o777 for file in files}


def test_many_that_start_together_agree_on_one(tmp_path: Path) -> None:
    """Nobody reads a secret that another one is writing."""
    barrier = threading.Barrier(8, timeout=60)

    def start(_index: int) -> str:
        barrier.wait()
        return str(load_settings({}, instance_dir=tmp_path).master_key)

    with ThreadPoolExecutor(8) as pool:
        assert 1 == len(set(pool.map(start, range(8), timeout=60)))


@pytest.mark.parametrize("content", [b"", b"short", base64.b64encode(b"x" * 31), b"\xff\xfe"])
def test_a_broken_secret_is_named_with_its_file_and_remedy(tmp_path: Path, content: bytes) -> None:
    """It is not made anew: what was sealed with the old one could never be opened."""
    load_settings({}, instance_dir=tmp_path)
    file = tmp_path / "secrets" / "master_key"
    file.write_bytes(content)
    with pytest.raises(BadSetting, match="restore it from your copy") as told:
        load_settings({}, instance_dir=tmp_path)
    assert str(told.value).startswith(f"{file} holds no secret")
    assert content == file.read_bytes()
