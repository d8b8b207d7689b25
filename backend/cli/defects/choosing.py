"""Which photos of a folder show one fault: neighbouring frames of a survey, balanced over highways."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from backend.roads.seeing.finding import RoadEye

POTHOLE_LEAST, CRACK_LEAST = 0.002, 0.004  # of the picture, below which a fault is hard to see
NEAR_FRAMES = 3
SOUND_TRIED = 120
WATCHED = ("pothole_frac", "crack_frac")


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A fault as several frames show it, the first of which names it; ``label`` is what the folder's labels say."""

    photos: tuple[Path, ...]
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
            photos = tuple(roads / "images" / f"{each['id']}.webp" for each in frames)
            label = "pothole" if float(drawn["pothole_frac"]) >= POTHOLE_LEAST else "crack"
            chosen.append(Sight(photos=photos, highway=highway, label=label))
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
    least = {"pothole_frac": POTHOLE_LEAST, "crack_frac": CRACK_LEAST}
    free = [each for each in rows if each["id"] not in used]
    shown = [each for each in free if float(each[wanted]) >= least[wanted]]
    shown = shown or [each for each in free if any(float(each[name]) >= least[name] for name in WATCHED)]
    return draw.choice(shown) if shown else None


def _neighbours(row: dict[str, str], rows: list[dict[str, str]], used: set[str]) -> list[dict[str, str]]:
    """Frames that follow within a few numbers on the same stretch."""
    stretch, _line, number = row["id"].partition("_")[2].rpartition("_")
    return [
        each
        for each in rows
        if each["id"] not in used
        and each["id"].partition("_")[2].rpartition("_")[0] == stretch
        and 0 < int(each["id"].rpartition("_")[2]) - int(number) <= NEAR_FRAMES
    ]
