"""Counts of every photo as a network sees it, kept beside the network so that an interrupted run goes on.

A kept row holds for the very picture and mask that it was counted on. Rows of files from before rows named them are believed where
the labels still give the same counts, and what they lack the labels give; a picture changed since then under its old mask would not
be noticed there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.roads.evaluation.identity import content
from backend.roads.evaluation.photos import Photo
from backend.roads.evaluation.scoring import Counts, count, count_labels, together
from backend.roads.seeing.network import Network, fitted

Chances = Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], NDArray[np.float32]]]
SAVE_EACH = 50
CONTENT = "contents"
"""In kept files: what tells each row's picture and mask from others."""


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
    """Counts in the order of the photos; what stands in ``kept`` of these very pictures and masks is not measured again."""
    rows: dict[str, dict[str, Any]] = {} if kept is None else _kept_rows(photos, kept)
    fresh = 0
    for photo in photos:
        if photo.name not in rows:
            counted = count(photo.mask(), *look(photo.picture()))
            rows[photo.name] = {CONTENT: content(photo), **counted}
            fresh += 1
            if fresh % SAVE_EACH == 0:
                _save(rows, kept)
    if fresh:
        _save(rows, kept)
    return together([rows[photo.name] for photo in photos])


def _kept_rows(photos: Sequence[Photo], kept: Path) -> dict[str, dict[str, Any]]:
    """Rows of a kept file that hold for these photos."""
    if not kept.is_file():
        return {}
    with np.load(kept) as file:
        stored = {name: file[name] for name in file.files}
    places = {str(name): place for place, name in enumerate(stored["names"])}
    rows = {}
    for photo in photos:
        place, now = places.get(photo.name), content(photo)
        if place is None:
            continue
        row = {name: values[place] for name, values in stored.items() if name in Counts.__slots__}
        if CONTENT in stored:
            holds = str(stored[CONTENT][place]) == now
        else:
            labelled = count_labels(photo.mask())
            holds = all(row.get(name, value) == value for name, value in labelled.items())
            row = {**labelled, **row}
        if holds:
            rows[photo.name] = {CONTENT: now, **row}
    return rows


def version_of(path: Path) -> str:
    """What tells one file of weights from another."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _save(rows: dict[str, dict[str, Any]], kept: Path | None) -> None:
    if kept is None:
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part.npz")
    fields = {
        field: np.array([row[field] for row in rows.values()]) for field in (CONTENT, *Counts.__slots__)
    }
    np.savez(part, names=np.array(list(rows)), **fields)  # type: ignore[arg-type]  # arrays by name, as numpy takes them
    part.replace(kept)


def _grown(chance: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    from PIL import Image

    return np.asarray(Image.fromarray(chance).resize((size[1], size[0]), Image.Resampling.BILINEAR))
