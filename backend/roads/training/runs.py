"""Runs of training: a fold or the model to ship, from photos to an ONNX file with its limits; each resumes where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from backend.roads.evaluation.identity import require_same, told_of
from backend.roads.evaluation.measuring import chances_of, measure
from backend.roads.evaluation.photos import DataMissing, Photo, held_out_blocks
from backend.roads.evaluation.report import choose_limits, figures, scored
from backend.roads.seeing.eye import paved_of
from backend.roads.seeing.look import Basis, features_of
from backend.roads.seeing.network import Network, fitted
from backend.roads.training.cache import Cache
from backend.roads.training.crops import Crops
from backend.roads.training.elsewhere import elsewhere
from backend.roads.training.exporting import DOUBT, export
from backend.roads.training.fitting import Plan, fit, kept_at
from backend.roads.training.machine import CPU, Machine
from backend.roads.training.net import PlainUNet, RoadNet

CHOOSING_PHOTOS = 150
"""At most as many held-out photos choose the limits."""
SEED = 20267


@dataclass(frozen=True, slots=True)
class Run:
    """One network to train."""

    name: str  # such as «roads-1-without-RS-290»
    photos: Sequence[Photo]  # that may be trained on; a part of their blocks chooses the limits
    plan: Plan
    plain: bool = False
    doubt: float = DOUBT  # of crowds of cracks; the weights are the same whatever it is

    @property
    def file_name(self) -> str:
        """The ONNX file's."""
        return f"{self.name}.onnx" if self.doubt == DOUBT else f"{self.name}-doubt-{self.doubt:g}.onnx"


def train(
    run: Run,
    cache: Cache,
    checkpoints: Path,
    data: Path,
    *,
    machine: Machine = CPU,
    say: Callable[[str], None] = print,
) -> Path:
    """The ONNX file of a run; at once where it lies there already and was trained as long. Raises OtherPhotos, DataMissing."""
    path = checkpoints / run.file_name
    told = require_own(run, checkpoints)
    if path.is_file() and Network(path).about.get("steps", 0) >= run.plan.steps:
        return path
    torch.manual_seed(SEED)
    blocks = held_out_blocks(run.photos)
    place = {photo.name: index for index, photo in enumerate(cache.photos)}
    trained_on = [photo for photo in run.photos if photo.block not in blocks]
    choosing = _some([photo for photo in run.photos if photo.block in blocks])
    if not (trained_on and choosing):
        raise DataMissing(
            f"{data}: {len(run.photos)} photos of {len({photo.block for photo in run.photos})} places are too few to learn from and to "
            "choose limits by; label photos of more places"
        )
    crops = Crops(
        cache,
        [place[photo.name] for photo in trained_on],
        others=() if run.plain else elsewhere(data),
        plain=run.plain,
        seed=SEED,
    )
    net: nn.Module = PlainUNet() if run.plain else beginner()
    start = (
        checkpoints / f"{run.name}.start.pt"
    )  # put there by hand; must not have seen what the run holds out
    if start.is_file():
        net.load_state_dict(torch.load(start, weights_only=True)["averaged"], strict=False)
    checkpoint = checkpoints / f"{run.name}.pt"
    net, cost = fit(net, crops, run.plan, checkpoint, made_of=told, machine=machine, say=say)
    about: dict[str, Any] = {
        **cost,
        **told,
        "trained_on": len(trained_on),
        "highways": sorted({photo.highway for photo in trained_on}),
        "names": fingerprint_names(run.photos),
    }
    unset = {"crack": 0.5, "pothole": 0.5, "photo": 0.5}
    export(net, path.with_suffix(".unset.onnx"), name=run.name, limits=unset, about=about, doubt=run.doubt)
    about["look"] = _look_basis(Network(path.with_suffix(".unset.onnx")), choosing).told()
    counts = measure(choosing, chances_of(Network(path.with_suffix(".unset.onnx"))), None)
    limits = choose_limits(counts, [photo.highway for photo in choosing])
    on_choosing = figures(scored(counts, [photo.block for photo in choosing], limits))
    about["on_choosing_photos"] = {name: round(value, 3) for name, value in on_choosing.items()}
    export(net, path, name=run.name, limits=limits, about=about, doubt=run.doubt)
    path.with_suffix(".unset.onnx").unlink()
    say(f"{run.name}: limits {limits}, on photos that chose them {about['on_choosing_photos']}")
    return path


def require_own(run: Run, checkpoints: Path) -> dict[str, Any]:
    """What the run is made of; refuses a folder that holds the same name made of other photos. Raises OtherPhotos."""
    told = told_of(run.photos)
    path, checkpoint = checkpoints / run.file_name, checkpoints / f"{run.name}.pt"
    if path.is_file():
        require_same(Network(path).about, told, path)
    if checkpoint.is_file():
        kept_at(checkpoint, told)
    return told


def beginner() -> RoadNet:
    """A network that knows ImageNet and nothing of roads."""
    net = RoadNet()
    net.trunk.load_imagenet()
    return net


def _look_basis(network: Network, photos: Sequence[Photo]) -> Basis:
    """How these photos' looks differ."""
    seen = [network.see(fitted(photo.picture())) for photo in photos]
    return Basis.of(np.stack([features_of(each, paved_of(each)) for each in seen]))


def fingerprint_names(photos: Sequence[Photo]) -> list[str]:
    """Sections of road that photos are from, by which a later measurement knows what was trained on."""
    return sorted({photo.block.partition("/")[0] for photo in photos})


def _some(photos: list[Photo]) -> list[Photo]:
    chosen = np.random.default_rng(SEED).permutation(len(photos))[:CHOOSING_PHOTOS]
    return [photos[index] for index in sorted(chosen)]
