"""A folder of labelled road photos: pictures, masks, the highway of each, and blocks of neighbouring frames.

The form: ``labels.csv`` (at least ``id``; ``state`` and ``highway`` where known), ``images/<id>.*`` and ``masks/<id>.png``
with 0 outside the driven lane, 1 lane, 2 crack, 3 pothole; rows with an empty ``mask`` are passed over. The folder itself or
one named ``roads`` in it.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

OUTSIDE, LANE, CRACK, POTHOLE = range(4)
WIDTH_PX = 800
"""Every photo is scored at this width."""
FRAMES_PER_BLOCK = 100
"""Frame numbers within a block; neighbouring frames show the same place and are drawn together."""
FOLDS = {"RS-290": {"RS-290"}, "DF-251": {"DF-251"}, "DF-080": {"DF-080"}}
REST = "rest"
PICTURE_ENDINGS = (".webp", ".png", ".jpg", ".jpeg")


class DataMissing(FileNotFoundError):
    """The folder of photos is not where it was looked for."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One labelled photo."""

    name: str
    picture_path: Path
    mask_path: Path
    highway: str  # such as «RS-290»; the folder's name where the labels name none
    block: str  # neighbouring frames

    @property
    def fold(self) -> str:
        """The fold of cross-validation this photo is held out in."""
        return next((fold for fold, highways in FOLDS.items() if self.highway in highways), REST)

    def picture(self) -> NDArray[np.uint8]:
        """RGB (height, 800, 3)."""
        with Image.open(self.picture_path) as opened:
            return np.array(_resized(opened.convert("RGB"), Image.Resampling.BILINEAR))

    def mask(self) -> NDArray[np.uint8]:
        """Labels (height, 800)."""
        with Image.open(self.mask_path) as opened:
            if opened.mode not in ("P", "L"):
                raise ValueError(
                    f"{self.mask_path}: a mask must be a palette or grey picture, was {opened.mode}"
                )
            labels = np.array(_resized(opened, Image.Resampling.NEAREST))
        if labels.max() > POTHOLE:
            raise ValueError(f"{self.mask_path}: labels must be 0 to 3, one was {labels.max()}")
        return labels


def read_folder(data: Path) -> list[Photo]:
    """Every labelled photo of a folder, by name. Raises DataMissing."""
    folder = data / "roads" if (data / "roads" / "labels.csv").is_file() else data
    labels = folder / "labels.csv"
    if not labels.is_file():
        raise DataMissing(f"{labels}: not found; name a folder with labels.csv, images/ and masks/ by --data")
    with labels.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    if not rows or "id" not in rows[0]:
        raise DataMissing(f"{labels}: needs a column id and at least one row")
    photos = []
    for number, row in enumerate(sorted(rows, key=lambda row: row["id"])):
        name = row["id"]
        if row.get("mask") == "":  # a report that somebody spoke on without saying where its faults lie
            continue
        picture = _picture_of(folder, name)
        mask = folder / "masks" / f"{name}.png"
        if picture is None or not mask.is_file():
            raise DataMissing(f"{folder}: {name} stands in labels.csv, but its picture or mask is missing")
        known = row.get("state") and row.get("highway")
        highway = f"{row['state']}-{row['highway']}" if known else row.get("highway") or folder.resolve().name
        photos.append(Photo(name, picture, mask, highway, _block(name, number)))
    return photos


def fingerprint(photos: Sequence[Photo]) -> str:
    """What tells one set of photos from another: 16 hex digits over names and masks' bytes."""
    digest = hashlib.sha256()
    for photo in photos:
        digest.update(photo.name.encode() + b"\0" + photo.mask_path.read_bytes())
    return digest.hexdigest()[:16]


def held_out_blocks(photos: Sequence[Photo], *, one_in: int = 8) -> set[str]:
    """Blocks of training photos that choose thresholds and are never trained on; the same ones every time."""
    blocks = sorted({photo.block for photo in photos})
    return {block for block in blocks if int(hashlib.sha256(block.encode()).hexdigest(), 16) % one_in == 0}


def folds(photos: Sequence[Photo]) -> Iterator[tuple[str, list[Photo], list[Photo]]]:
    """Each fold with its training photos and those held out, which are other highways."""
    for fold in (*FOLDS, REST):
        held = [photo for photo in photos if photo.fold == fold]
        if held:
            yield fold, [photo for photo in photos if photo.fold != fold], held


def _picture_of(folder: Path, name: str) -> Path | None:
    paths = (folder / "images" / (name + ending) for ending in PICTURE_ENDINGS)
    return next((path for path in paths if path.is_file()), None)


def _block(name: str, number: int) -> str:
    """The survey's section and the hundred of the frame's number, or the report; ten photos in order where names say nothing."""
    report = re.fullmatch(r"([0-9a-f]{8}-[0-9a-f-]{27})_\d+", name)
    if report:
        return report[1]
    found = re.search(r"_([0-9A-Z]+(?:_\d)?)_(\d+)$", name)
    if found:
        return f"{found[1]}/{int(found[2]) // FRAMES_PER_BLOCK}"
    return f"{number // 10}"


def _resized(picture: Image.Image, how: Image.Resampling) -> Image.Image:
    if picture.width == WIDTH_PX:
        return picture
    return picture.resize((WIDTH_PX, max(1, round(picture.height * WIDTH_PX / picture.width))), how)
