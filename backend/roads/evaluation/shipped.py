"""The shipped eye on any folder of labelled photos, beside the plain baseline and «always yes»; its cost a photo."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache as once
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.roads.evaluation.baseline import fit_baseline
from backend.roads.evaluation.comparing import Side, compare, row
from backend.roads.evaluation.identity import contents, learnt_from
from backend.roads.evaluation.looks import looks_apart
from backend.roads.evaluation.measuring import chances_of, measure, version_of
from backend.roads.evaluation.photos import REST, Photo, check_photos, held_out_blocks, read_folder
from backend.roads.evaluation.report import Scored, choose_limits, joined, scored
from backend.roads.evaluation.scoring import Counts
from backend.roads.seeing.eye import OnnxRoadEye
from backend.roads.seeing.network import WEIGHTS, Network

CPU_GOAL_MS = 150.0
TIMED_PHOTOS = 24


def evaluate_roads(data: Path, *, cache: Path | None, weights: Path = WEIGHTS) -> dict[str, Any]:
    """``qala evaluate roads``: scores of the shipped model on a folder; goals are judged only where it was not trained.

    Raises DataMissing and BadPhoto before anything is reckoned.
    """
    started = time.monotonic()
    photos = read_folder(data)
    check_photos(photos, data)
    network = Network(weights)
    folder = None if cache is None else cache / f"roads-{contents(photos)}"
    trained = learnt_from(photos, network.about)
    kept = None if folder is None else folder / f"{network.name}-{version_of(weights)}.npz"
    counts = measure(photos, chances_of(network), kept)
    ours, groups = Side("ours"), _groups(photos)
    for name, places in groups.items():
        blocks = [photos[place].block for place in places]
        ours.add(name, scored(counts[np.array(places)], blocks, network.limits))
    baseline = _baseline(photos, folder)
    told = f"{data}; {trained.told()}"
    if baseline is None:
        told += "; no plain baseline: it needs photos of two places (blocks), one to learn from"
    report = compare(
        photos,
        ours,
        None,
        version=network.name,
        started=started,
        data=told,
        others=[baseline] if baseline else [],
    )
    report["trained_on"] = asdict(trained)
    if trained.photos:
        report["goals"] = [line | {"goal": None, "met": None} for line in report["goals"]]
    report["goals"] += looks_apart(photos, network) + cost(photos, network)
    return report


def cost(photos: Sequence[Photo], network: Network) -> list[dict[str, Any]]:
    """CPU of the look alone on one thread, and how many a core does in a second."""
    eye = OnnxRoadEye(network)
    pictures = [photo.picture() for photo in photos[:: max(1, len(photos) // TIMED_PHOTOS)]][:TIMED_PHOTOS]
    eye.look(pictures[0])
    spent = []
    for picture in pictures:
        before = time.process_time()
        eye.look(picture)
        spent.append(1000 * (time.process_time() - before))
    low, middle, high = (float(each) for each in np.percentile(spent, [5, 50, 95]))
    return [
        row("CPU ms of the look alone, one thread", (middle, low, high), CPU_GOAL_MS, "at_most"),
        row("looks a second of one core", (1000 / middle, 1000 / high, 1000 / low)),
    ]


def _groups(photos: Sequence[Photo]) -> dict[str, list[int]]:
    """Places of photos by fold; by highway where none is known."""
    by_highway = all(photo.fold == REST for photo in photos)
    groups: dict[str, list[int]] = {}
    for place, photo in enumerate(photos):
        groups.setdefault(photo.highway if by_highway else photo.fold, []).append(place)
    return groups


def _baseline(photos: Sequence[Photo], folder: Path | None) -> Side | None:
    """Learnt on the other groups of the same folder; where there is one group, on the other half of its blocks; none of a single block."""
    side = Side("texture and boosting")
    for name, places in _groups(photos).items():
        held = [photos[place] for place in places]
        inside = set(places)
        rest = [photo for place, photo in enumerate(photos) if place not in inside]
        if rest:
            counts, limits = baseline_counts(rest, held, folder)
            side.add(name, scored(counts, [photo.block for photo in held], limits))
        elif halves := _by_halves(held, folder):
            side.add(name, joined(halves))
    return side if side.folds else None


def baseline_counts(
    training: Sequence[Photo], held: Sequence[Photo], folder: Path | None
) -> tuple[Counts, dict[str, float]]:
    """Counts on held-out photos and the limits chosen on a part of the training photos; kept under what was trained on."""
    blocks = held_out_blocks(training)
    choosing = [photo for photo in training if photo.block in blocks][:80] or list(training)[:80]
    learnt = [photo for photo in training if photo.block not in blocks] or list(training)
    fitted = once(lambda: fit_baseline(learnt))

    def look(picture: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return fitted()(picture)

    begun = None if folder is None else folder / f"baseline-{contents(learnt)}"
    places = [
        None if begun is None else begun.with_name(begun.name + end) for end in ("-choosing.npz", ".npz")
    ]
    limits = choose_limits(measure(choosing, look, places[0]), [photo.highway for photo in choosing])
    return measure(held, look, places[1]), limits


def _by_halves(photos: Sequence[Photo], folder: Path | None) -> list[Scored]:
    blocks = sorted({photo.block for photo in photos})
    first = set(blocks[::2])
    halves = [[photo for photo in photos if (photo.block in first) is wanted] for wanted in (True, False)]
    parts = []
    for index, half in enumerate(halves):
        if half and halves[1 - index]:
            counts, limits = baseline_counts(halves[1 - index], half, folder)
            parts.append(scored(counts, [photo.block for photo in half], limits))
    return parts
