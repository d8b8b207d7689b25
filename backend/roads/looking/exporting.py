"""What people said of photos as data to learn from, in the form of the roads data: views, masks, labels.csv.

Only blurred views leave; an original would be gone by then anyway. A mask is what a person drew on the photo, unless somebody has
called that wrong since; else what the eye saw, pixel by pixel, where somebody who had seen its outlines said that they are right,
or that there is no fault. Of every other label the row stands in labels.csv alone, with an empty ``mask``, and so does a photo of
a fault in whose lane nothing is vouched for (nobody said that it is clean), and one whose pixels nobody kept: an outline of the
eye's lies loosely round a crack and is no label, and nobody knows where the road is sound.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from PIL import Image

from backend.database import db, transaction
from backend.roads.looking.drawn import Drawn, drawn_on
from backend.roads.looking.holding import views_owner
from backend.roads.looking.masks import (
    mask_as_drawn,
    mask_with_faults,
    mask_without_faults,
    shares_of,
    vouched_for,
)
from backend.roads.looking.models import DefectLabel, DefectPhoto
from backend.roads.models import Defect
from backend.roads.seeing.pixels import Pixels
from backend.uploads import evidence

WIDTH_PX, QUALITY = 800, 90
STATE = "QALA"
COLUMNS = (
    *("id", "state", "highway", "crack_frac", "pothole_frac", "lane_frac"),
    *("mask", "fault", "kind", "severity", "outlines_right", "model", "model_kind", "model_severity"),
    *("said_at", "captured_at", "drawn"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """How much was written."""

    photos: int
    masks: int
    gone: int  # labelled, but the view's time is over


def export_labels(folder: Path) -> Exported:
    """Write the latest word on each report with its photos into a folder; opens transactions of its own. Runs again over its own."""
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    photos = masks = gone = 0
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        for row in _rows(folder):
            if row is None:
                gone += 1
                continue
            table.writerow(row)
            photos += 1
            masks += row["mask"] != ""
    return Exported(photos=photos, masks=masks, gone=gone)


def _rows(folder: Path) -> Iterator[dict[str, str] | None]:
    for label_id in _latest():
        with transaction(read_only=True) as session:
            label = session.get_one(DefectLabel, label_id)
            defect = session.get_one(Defect, label.defect_id)
            query = sa.select(DefectPhoto).where(DefectPhoto.defect_id == defect.id)
            drawn = drawn_on(defect.id)
            for photo in session.scalars(query.order_by(DefectPhoto.place)).all():
                yield _row(folder, label, defect, photo, drawn.get(photo.place))


def _latest() -> list[UUID]:
    """Of each report the word that was said last."""
    with transaction(read_only=True):
        query = sa.select(DefectLabel.defect_id, DefectLabel.id)
        rows = db.session().execute(query.order_by(DefectLabel.said_at, DefectLabel.id))
        return list({row.defect_id: row.id for row in rows}.values())


def _row(
    folder: Path, label: DefectLabel, defect: Defect, photo: DefectPhoto, drawn: Drawn | None
) -> dict[str, str] | None:
    if photo.view is None:
        return None
    try:
        view = evidence.photo(views_owner(defect.id), photo.view)
    except evidence.PhotoGone:
        return None
    name = f"{defect.id}_{photo.place}"
    with Image.open(io.BytesIO(view)) as opened:
        picture = opened.convert("RGB")
    if picture.width > WIDTH_PX:
        size = (WIDTH_PX, round(picture.height * WIDTH_PX / picture.width))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    picture.save(folder / "images" / f"{name}.webp", "WEBP", quality=QUALITY)
    crack = pothole = lane = 0.0
    mask_name = ""
    mask = _mask(label, defect, photo, drawn, picture.size)
    if mask is not None:
        mask_name = f"{name}.png"
        mask.save(folder / "masks" / mask_name, "PNG")
        crack, pothole, lane = shares_of(mask)
    said = {
        "id": name,
        "state": STATE,
        "highway": str(defect.district_id),
        "crack_frac": f"{crack:.5f}",
        "pothole_frac": f"{pothole:.5f}",
        "lane_frac": f"{lane:.5f}",
        "mask": mask_name,
        "fault": "yes" if label.fault else "no",
        "outlines_right": {True: "yes", False: "no", None: ""}[label.outlines_right],
        "model": label.model or "",
        "said_at": label.said_at.isoformat(),
        "captured_at": defect.captured_at.isoformat(),
        "drawn": "yes" if drawn is not None else "",
    }
    words = ("kind", "severity", "model_kind", "model_severity")
    return said | {word: value.value if (value := getattr(label, word)) else "" for word in words}


def _mask(
    label: DefectLabel, defect: Defect, photo: DefectPhoto, drawn: Drawn | None, size: tuple[int, int]
) -> Image.Image | None:
    if photo.pixels is None:
        return None
    pixels = Pixels.unpacked(photo.pixels)
    if not label.fault:
        return mask_without_faults(pixels, size)
    if drawn is not None:
        return None if drawn.is_disputed else mask_as_drawn(pixels, drawn.outlines, size)
    has_seen = defect.looked_at is not None and defect.looked_at <= label.said_at
    if not (label.outlines_right and has_seen):
        return None
    return mask_with_faults(pixels, size, vouched_for(label.kind, label.model_kind))
