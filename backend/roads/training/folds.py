"""Cross-validation over highways, and the model to ship."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from backend.roads.evaluation.comparing import Side, compare
from backend.roads.evaluation.measuring import chances_of, measure, version_of
from backend.roads.evaluation.nested import nested_choice
from backend.roads.evaluation.photos import DataMissing, Photo, check_photos, folds, read_folder
from backend.roads.evaluation.report import scored
from backend.roads.evaluation.shipped import baseline_counts
from backend.roads.seeing.network import Network
from backend.roads.training.cache import Cache
from backend.roads.training.exporting import DOUBT
from backend.roads.training.fitting import Plan
from backend.roads.training.machine import CPU, Machine
from backend.roads.training.runs import Run, require_own, train

NAME = "roads-4"


def cross_validate(
    data: Path,
    checkpoints: Path,
    *,
    steps: int,
    plain_steps: int,
    only: Sequence[str] = (),
    doubts: Sequence[float] = (),
    machine: Machine = CPU,
    say: Callable[[str], None] = print,
) -> dict[str, Any]:
    """The report over the folds, or over ``only`` these, also written to ``checkpoints/folds.json``.

    Other ``doubts`` of crowds of cracks are measured beside the one in use, with what choosing among them is worth. Raises
    DataMissing, BadPhoto, and OtherPhotos where ``checkpoints`` hold what another folder made, before anything is trained.
    """
    started = time.monotonic()
    photos = read_folder(data)
    check_photos(photos, data)
    ours, plain = Side("ours"), Side("plain U-Net")
    baseline = Side("texture and boosting")
    doubting = {doubt: Side(f"doubt {doubt:g}") for doubt in doubts if doubt != DOUBT}
    planned = []
    for fold, training, held in folds(photos):
        if only and fold not in only:
            continue
        our_run = Run(f"{NAME}-without-{fold}", training, Plan(steps=steps))
        runs = [(ours, our_run)]
        runs += [(side, replace(our_run, doubt=doubt)) for doubt, side in doubting.items()]
        if plain_steps:
            plan = Plan(steps=plain_steps, rate=1e-3)
            runs.append((plain, Run(f"plain-without-{fold}", training, plan, plain=True)))
        for _, run in runs:
            require_own(run, checkpoints)
        planned.append((fold, training, held, runs))
    if not planned:
        present = ", ".join(fold for fold, _, _ in folds(photos))
        raise DataMissing(
            f"{data}: must hold a fold of {', '.join(only)}, has {present}; name one of these by --only"
        )
    cache = Cache(photos, checkpoints / "cache")
    for fold, training, held, runs in planned:
        for side, run in runs:
            path = train(run, cache, checkpoints, data, machine=machine, say=say)
            network = Network(path)
            kept = checkpoints / "counts" / f"{path.stem}-{version_of(path)}.npz"
            counts = measure(held, chances_of(network), kept)
            side.add(fold, scored(counts, [photo.block for photo in held], network.limits), network.about)
        counts, limits = baseline_counts(training, held, checkpoints / "counts")
        baseline.add(fold, scored(counts, [photo.block for photo in held], limits))
    report = compare(
        photos,
        ours,
        plain if plain_steps else None,
        version=f"{NAME}, folds {', '.join(ours.folds)}, {steps} steps each",
        started=started,
        data=str(data),
        others=[baseline],
    )
    if doubting:
        sides = {f"doubt {DOUBT:g}": ours} | {side.name: side for side in doubting.values()}
        report["goals"] += nested_choice(sides)
    written = checkpoints / ("folds.json" if not only else f"folds-{'-'.join(ours.folds)}.json")
    written.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    return report


def train_final(
    data: Path,
    checkpoints: Path,
    *,
    steps: int,
    machine: Machine = CPU,
    say: Callable[[str], None] = print,
) -> Path:
    """The model to ship, trained on every highway. Raises DataMissing, BadPhoto, OtherPhotos."""
    photos: list[Photo] = read_folder(data)
    check_photos(photos, data)
    run = Run(NAME, photos, Plan(steps=steps))
    require_own(run, checkpoints)
    cache = Cache(photos, checkpoints / "cache")
    return train(run, cache, checkpoints, data, machine=machine, say=say)
