"""Real photos to lay plates and faces into: some to train with, others to measure with, always the same."""

from __future__ import annotations

import zlib
from pathlib import Path

KINDS = {".webp", ".jpg", ".jpeg", ".png"}
MEASURED_OF = 5
"""One photo in so many is kept for measuring."""


def measuring_photos(data: Path) -> list[Path]:
    """Photos that training never sees."""
    return [path for path in _all(data) if _is_measured(path)]


def training_photos(data: Path) -> list[Path]:
    """All others."""
    return [path for path in _all(data) if not _is_measured(path)]


def _all(data: Path) -> list[Path]:
    folders = (data / "roads" / "images", data / "bins")
    found = (path for folder in folders for path in folder.rglob("*"))
    return sorted(path for path in found if path.suffix.lower() in KINDS)


def _is_measured(path: Path) -> bool:
    return zlib.crc32(path.stem.encode()) % MEASURED_OF == 0
