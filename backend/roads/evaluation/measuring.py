"""Counts of every photo as a network sees it, kept beside the network so that an interrupted run goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.roads.evaluation.photos import Photo
from backend.roads.evaluation.scoring import Counts, count, together
from backend.roads.seeing.network import Network, fitted

Chances = Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], NDArray[np.float32]]]
SAVE_EACH = 50


def chances_of(network: Network) -> Chances:
    """What a network says of a picture 800 px wide: crack and pothole, (height, 800) each."""

    def look(picture: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        seen = network.see(fitted(picture))
        crack, pothole = seen.full(seen.crack), seen.full(seen.pothole)
        if crack.shape != picture.shape[:2]:  # a portrait was looked at smaller
            size = picture.shape[:2]
            return _grown(crack, size), _grown(pothole, size)
        return crack, pothole

    return look


def measure(photos: Sequence[Photo], look: Chances, kept: Path | None) -> Counts:
    """Counts in the order of the photos; what stands in ``kept`` is not measured again."""
    rows: dict[str, dict[str, Any]] = {}
    if kept is not None and kept.is_file():
        with np.load(kept) as stored:
            names = [str(name) for name in stored["names"]]
            for index, name in enumerate(names):
                rows[name] = {field: stored[field][index] for field in Counts.__slots__}
    fresh = 0
    for photo in photos:
        if photo.name not in rows:
            rows[photo.name] = count(photo.mask(), *look(photo.picture()))
            fresh += 1
            if fresh % SAVE_EACH == 0:
                _save(rows, kept)
    if fresh:
        _save(rows, kept)
    return together([rows[photo.name] for photo in photos])


def version_of(path: Path) -> str:
    """What tells one file of weights from another."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _save(rows: dict[str, dict[str, Any]], kept: Path | None) -> None:
    if kept is None:
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part.npz")
    fields = {field: np.array([row[field] for row in rows.values()]) for field in Counts.__slots__}
    np.savez(part, names=np.array(list(rows)), **fields)  # type: ignore[arg-type]  # arrays by name, as numpy takes them
    part.replace(kept)


def _grown(chance: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    from PIL import Image

    return np.asarray(Image.fromarray(chance).resize((size[1], size[0]), Image.Resampling.BILINEAR))
