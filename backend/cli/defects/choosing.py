"""Which photos of a folder show one fault: neighbouring frames of a survey, balanced over highways."""

from __future__ import annotations

import csv
import math
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from backend.roads.seeing.finding import RoadEye

POTHOLE_LEAST, CRACK_LEAST = 0.002, 0.004  # of the picture, below which a fault is hard to see
NEAR_FRAMES, FAR_FRAMES = 3, 60
SOUND_TRIED = 120
WATCHED = ("pothole_frac", "crack_frac")
LEAST = dict(zip(WATCHED, (POTHOLE_LEAST, CRACK_LEAST), strict=True))


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A fault as several frames show it, the first of which names it; ``label`` is what the folder's labels say.

    ``later`` shows a fault of the kind farther on the same stretch, for the day on which it breaks again: the old photo would be
    known for what it is.
    """

    photos: tuple[Path, ...]
    later: Path | None
    highway: str
    label: str


def sights(roads: Path, count: int, seed: int) -> list[Sight]:
    """So many faults, as many of each highway as it has; potholes and cracks by turns. Frames of one are used for no other."""
    with (roads / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    draw, by_highway = random.Random(seed), defaultdict[str, list[dict[str, str]]](list)
    for row in rows:
        by_highway[f"{row['state']}-{row['highway']}"].append(row)
    chosen: list[Sight] = []
    used: set[str] = set()
    while len(chosen) < count and any(by_highway.values()):
        for highway in sorted(by_highway):
            wanted = WATCHED[len(chosen) % len(WATCHED)]
            drawn = _draw(by_highway[highway], wanted, used, draw)
            if drawn is None:
                by_highway[highway] = []
                continue
            frames = [drawn, *_neighbours(drawn, rows, used)]
            used |= {each["id"] for each in frames}
            label = "pothole" if float(drawn["pothole_frac"]) >= POTHOLE_LEAST else "crack"
            farther = _farther_on(drawn, rows, used, f"{label}_frac")
            used |= {each["id"] for each in farther}
            photos, later = (
                tuple(roads / "images" / f"{each['id']}.webp" for each in some) for some in (frames, farther)
            )
            chosen.append(
                Sight(photos=photos, later=later[0] if later else None, highway=highway, label=label)
            )
            if len(chosen) == count:
                break
    return chosen


def soundest(roads: Path, eye: RoadEye) -> Path:
    """What a repaired road looks like: of the photos with least labelled damage the first in which the eye sees none either.

    Much that cracked is unlabelled, and hardly a photo of the folder shows a sound road.
    """
    with (roads / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows.sort(key=lambda row: (sum(float(row[name]) for name in WATCHED), row["id"]))
    paths = [roads / "images" / f"{row['id']}.webp" for row in rows[:SOUND_TRIED]]
    return next((path for path in paths if _is_sound(path, eye)), paths[0])


def _is_sound(path: Path, eye: RoadEye) -> bool:
    with Image.open(path) as opened:
        finding = eye.look(np.asarray(opened.convert("RGB")))
    return finding.cannot is None and not finding.outlines


def _draw(
    rows: list[dict[str, str]], wanted: str, used: set[str], draw: random.Random
) -> dict[str, str] | None:
    """A row that shows the wanted fault, else any fault."""
    free = [each for each in rows if each["id"] not in used]
    shown = [each for each in free if float(each[wanted]) >= LEAST[wanted]]
    shown = shown or [each for each in free if any(float(each[name]) >= LEAST[name] for name in WATCHED)]
    return draw.choice(shown) if shown else None


def _neighbours(row: dict[str, str], rows: list[dict[str, str]], used: set[str]) -> list[dict[str, str]]:
    """Frames that follow within a few numbers on the same stretch."""
    return [each for each in rows if each["id"] not in used and 0 < _frames_on(row, each) <= NEAR_FRAMES]


def _farther_on(
    row: dict[str, str], rows: list[dict[str, str]], used: set[str], wanted: str
) -> list[dict[str, str]]:
    """The nearest frame of the same stretch that shows another fault of the kind; none where there is none."""
    least = LEAST[wanted]
    found = [
        each
        for each in rows
        if each["id"] not in used
        and NEAR_FRAMES < abs(_frames_on(row, each)) <= FAR_FRAMES
        and float(each[wanted]) >= least
    ]
    return sorted(found, key=lambda each: abs(_frames_on(row, each)))[:1]


def _frames_on(one: dict[str, str], other: dict[str, str]) -> float:
    """How many frames later the other was taken; infinite where it shows another stretch."""
    (stretch, number), (another, later) = (
        (each["id"].partition("_")[2].rpartition("_")[0], each["id"].rpartition("_")[2])
        for each in (one, other)
    )
    return int(later) - int(number) if stretch == another else math.inf
