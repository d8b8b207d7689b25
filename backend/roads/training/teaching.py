"""The city teaches the eye: fine-tuning on confirmed and corrected local photos, promoted only where it is better.

The local test set is frozen by the photos' own names: a quarter of the blocks, the same whenever more photos come, and never trained
on. The tuned model replaces the one in use only if the lower end of a one-sided 95 % interval of its gain there (mean of crack F1,
pothole F1 and pothole photo AP, of those that the test set has positives for, blocks drawn anew for both at once) is above zero.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import nn

from backend.roads.evaluation.frozen import local_photos
from backend.roads.evaluation.gain import gained
from backend.roads.evaluation.identity import fingerprint, picture_digests, told_of
from backend.roads.evaluation.measuring import chances_of, measure
from backend.roads.evaluation.photos import Photo, check_photos, read_folder
from backend.roads.evaluation.report import Scored, figures, scored
from backend.roads.seeing.network import Network
from backend.roads.training.cache import Cache
from backend.roads.training.crops import Crops
from backend.roads.training.exporting import doubt_of, export
from backend.roads.training.fitting import Plan, fit
from backend.roads.training.machine import CPU, Machine
from backend.roads.training.net import RoadNet, without_normalisation
from backend.roads.training.runs import SEED, fingerprint_names


def from_onnx(path: Path) -> nn.Module:
    """The network of an exported file, normalisation folded into its convolutions, ready to be trained on."""
    net = without_normalisation(RoadNet().eval())
    graph = onnx.load(str(path)).graph
    kept = {each.name: onnx.numpy_helper.to_array(each) for each in graph.initializer}
    for node in graph.node:  # equal tensors are written once
        if node.op_type == "Identity" and node.input[0] in kept:
            kept[node.output[0]] = kept[node.input[0]]
    order: list[nn.Conv2d] = []
    hooks = [
        module.register_forward_hook(lambda called, *_: order.append(called))
        for module in net.modules()
        if isinstance(module, nn.Conv2d)
    ]
    with torch.no_grad():
        net(torch.zeros(1, 3, 64, 64))
    for hook in hooks:
        hook.remove()
    nodes = [node for node in graph.node if node.op_type == "Conv"]
    for module, node in zip(order, nodes, strict=True):
        with torch.no_grad():
            module.weight.copy_(torch.from_numpy(kept[node.input[1]].copy()))
            if module.bias is not None:
                module.bias.copy_(torch.from_numpy(kept[node.input[2]].copy()))
    return net.requires_grad_()  # folding leaves new biases out


def teach(
    local: Path,
    weights: Path,
    promoted: Path,
    checkpoints: Path,
    *,
    steps: int,
    replay: Path | None = None,
    machine: Machine = CPU,
    say: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Tune on a folder of local labels; ``replay`` is the folder first trained on, drawn from too lest it be forgotten.

    Raises TooFewPhotos, NothingToCompare, BadPhoto and OtherPhotos. The result says which model is in use afterwards.
    """
    known = local_photos(local)
    photos, test, learnt = known.photos, known.test, known.learnt
    used = Network(weights)
    name = f"{used.name.partition('+')[0]}+local-{fingerprint(photos)[:8]}"
    others = [] if replay is None else read_folder(replay)
    everything = [*learnt, *others]
    check_photos([*photos, *others], local)
    crops = Crops(Cache(everything, checkpoints / "cache"), range(len(everything)), seed=SEED)
    crops.favour({photo.highway for photo in learnt})
    net, spent = fit(
        from_onnx(weights),
        crops,
        Plan(steps=steps, rate=2e-4, trunk_rate=5e-5, average=0.99),
        checkpoints / f"{name}.pt",
        made_of=told_of(everything),
        machine=machine,
        say=say,
    )
    tuned = checkpoints / f"{name}.onnx"
    about = {**used.about, **spent, "local": fingerprint(photos), "begun_with": used.name}
    about["names"] = sorted({*used.about.get("names", ()), *fingerprint_names(everything)})
    about["pictures"] = sorted({*used.about.get("pictures", ()), *picture_digests(everything)})
    export(net, tuned, name=name, limits=used.limits, about=about, doubt=doubt_of(used.about))
    sides = [_scored(test, Network(path)) for path in (weights, tuned)]
    gain = gained(*sides)
    if gain.is_sure:
        promoted.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(tuned, promoted.with_suffix(".part"))
        promoted.with_suffix(".part").replace(promoted)
    return {
        "in_use": name if gain.is_sure else used.name,
        "promoted": gain.is_sure,
        "gain": round(gain.mean, 4),
        "gain_at_least": round(gain.at_least, 4),
        "judged_by": list(gain.judged_by),
        "test_photos": len(test),
        "learnt_photos": len(learnt),
        used.name: _rounded(figures(sides[0])),
        name: _rounded(figures(sides[1])),
    }


def _scored(photos: Sequence[Photo], network: Network) -> Scored:
    counts = measure(photos, chances_of(network), None)
    return scored(counts, [photo.block for photo in photos], network.limits)


def _rounded(values: dict[str, float]) -> dict[str, float | None]:
    return {name: None if value != value else round(value, 4) for name, value in values.items()}
