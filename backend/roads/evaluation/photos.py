"""A folder of labelled road photos: pictures, masks, the highway of each, and blocks of neighbouring frames.

The form: ``labels.csv`` (at least ``id``; ``state`` and ``highway`` where known), ``images/<id>.*`` and ``masks/<id>.png``, as
large as its picture, with 0 outside the driven lane, 1 lane, 2 crack, 3 pothole; rows with an empty ``mask`` are passed over.
The folder itself or one named ``roads`` in it. A picture that its camera turned by EXIF is taken as people see it.
"""

from __future__ import annotations

import csv
import hashlib
import re
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

OUTSIDE, LANE, CRACK, POTHOLE = range(4)
WIDTH_PX = 800
"""Every photo is scored at this width."""
FRAMES_PER_BLOCK = 100
"""Frame numbers within a block; neighbouring frames show the same place and are drawn together."""
FOLDS = {"RS-290": {"RS-290"}, "DF-251": {"DF-251"}, "DF-080": {"DF-080"}}
REST = "rest"
PICTURE_ENDINGS = (".webp", ".png", ".jpg", ".jpeg")
MASK_ENDINGS = (".png",)
_BROKEN = (OSError, SyntaxError, ValueError, struct.error, Image.DecompressionBombError)
"""What Pillow raises for files that are no whole pictures."""


class DataMissing(FileNotFoundError):
    """The folder of photos is not where it was looked for."""


class BadPhoto(ValueError):
    """A picture or mask that cannot be scored; the text names the file, what is wrong with it and what to do."""


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
        """RGB (height, 800, 3), as people see it. Raises BadPhoto."""
        with _whole(self.picture_path) as opened:
            return np.array(_resized(opened.convert("RGB"), Image.Resampling.BILINEAR))

    def mask(self) -> NDArray[np.uint8]:
        """Labels (height, 800). Raises BadPhoto."""
        with _whole(self.mask_path) as opened:
            if opened.mode not in ("P", "L"):
                raise BadPhoto(
                    f"{self.mask_path}: a mask must be a palette or grey picture (modes P, L), was {opened.mode}; save it with "
                    "one channel of 8 bits that holds the labels 0 to 3"
                )
            labels = np.array(_resized(opened, Image.Resampling.NEAREST))
        if labels.max() > POTHOLE:
            raise BadPhoto(
                f"{self.mask_path}: labels must be {OUTSIDE} outside the lane, {LANE} lane, {CRACK} crack, {POTHOLE} pothole, one was "
                f"{labels.max()}; put one of these in its place, or empty the row's mask in labels.csv to leave the photo out"
            )
        return labels

    def check(self) -> None:
        """Read picture and mask whole. Raises BadPhoto for what cannot be scored, and where the two differ in size."""
        self.mask()
        with _whole(self.picture_path) as picture, _whole(self.mask_path) as mask:
            if picture.size != mask.size:
                raise BadPhoto(
                    f"{self.mask_path}: a mask must be as large as its picture, was {_size(mask)} px where {self.picture_path.name} "
                    f"is {_size(picture)} as people see it; draw it on the picture as shown (turned by its EXIF where it has one)"
                )


def check_photos(photos: Sequence[Photo], data: Path) -> None:
    """Read every picture and mask before anything is reckoned from them: about 15 ms a photo. Raises BadPhoto, DataMissing."""
    if not photos:
        raise DataMissing(f"{data}: no row of labels.csv has a mask; label at least one photo")
    for photo in photos:
        photo.check()


def read_folder(data: Path) -> list[Photo]:
    """Every labelled photo of a folder, by name. Raises DataMissing."""
    folder = data / "roads" if (data / "roads" / "labels.csv").is_file() else data
    labels = folder / "labels.csv"
    if not labels.is_file():
        raise DataMissing(f"{labels}: not found; name a folder with labels.csv, images/ and masks/ by --data")
    try:
        with labels.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataMissing(
            f"{labels}: must be comma-separated UTF-8 text, was not ({error}); save it as that"
        ) from error
    if not rows or "id" not in rows[0]:
        raise DataMissing(f"{labels}: needs a column id, parted from others by commas, and at least one row")
    pictures, masks = _files(folder / "images"), _files(folder / "masks")
    photos = []
    for number, row in enumerate(sorted(rows, key=lambda row: row["id"] or "")):
        name = row["id"] or ""
        if row.get("mask") == "":  # a report that somebody spoke on without saying where its faults lie
            continue
        picture = _one_of(folder / "images", pictures, name, PICTURE_ENDINGS)
        mask = _one_of(folder / "masks", masks, name, MASK_ENDINGS)
        known = row.get("state") and row.get("highway")
        highway = f"{row['state']}-{row['highway']}" if known else row.get("highway") or folder.resolve().name
        photos.append(Photo(name, picture, mask, highway, _block(name, number)))
    return photos


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


def _files(folder: Path) -> dict[str, Path]:
    """Files of a folder by their names, whose endings may be written in capitals."""
    return {
        path.relative_to(folder).with_suffix(path.suffix.lower()).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _one_of(folder: Path, files: dict[str, Path], name: str, endings: Sequence[str]) -> Path:
    found = next((files[name + ending] for ending in endings if name + ending in files), None)
    if found is None:
        what = "mask" if endings == MASK_ENDINGS else "picture"
        also = f" ({', '.join(endings[1:])})" if endings[1:] else ""
        raise DataMissing(
            f"{folder / (name + endings[0])}: the {what} of {name or 'a row without an id'} stands in labels.csv but is missing; put it "
            f"there{also}, or take the row out"
        )
    return found


@contextmanager
def _whole(path: Path) -> Iterator[Image.Image]:
    """A picture, decoded and turned as people see it. Raises BadPhoto where its file is broken."""
    try:
        with Image.open(path) as opened:
            opened.load()
            turned = ImageOps.exif_transpose(opened)
    except _BROKEN as error:
        raise BadPhoto(
            f"{path}: must be a whole picture, was broken or cut off ({error}); copy it again, or take its row out of labels.csv"
        ) from error
    yield turned


def _size(picture: Image.Image) -> str:
    return f"{picture.width} × {picture.height}"


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
