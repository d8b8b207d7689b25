"""One training run: AdamW, one cycle of the learning rate, averaged weights, a checkpoint every minute to go on from.

A run that goes on draws its crops anew from the step it stopped at, and torch's own chance is not kept: it is as good as an
unbroken one, not equal to it bit by bit.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from backend.roads.evaluation.identity import require_same
from backend.roads.training.crops import Crops, classes
from backend.roads.training.losses import hint_loss, loss, plain_loss
from backend.roads.training.machine import CPU, Machine, batches

CHECKPOINT_S = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how boldly."""

    steps: int
    batch: int = 8
    rate: float = 1.5e-3
    trunk_rate: float = 2.5e-4  # of the trunk, which knows much already and has no normalisation to forgive
    decay: float = 1e-2
    average: float = 0.995  # of the weights, a step
    warm_up: float = 0.06  # share of the steps


def fit(
    net: nn.Module,
    crops: Crops,
    plan: Plan,
    checkpoint: Path,
    *,
    made_of: Mapping[str, Any],
    machine: Machine = CPU,
    say: Callable[[str], None] = print,
) -> tuple[nn.Module, dict[str, Any]]:
    """The averaged network after ``plan.steps``, going on from the checkpoint where there is one, and what it cost.

    ``made_of`` says what photos the run is of. Raises OtherPhotos where the checkpoint was begun with others.
    """
    net = net.to(machine.device, memory_format=torch.channels_last).train()
    averaged = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(_groups(net, plan), weight_decay=plan.decay)
    done, seconds = 0, 0.0
    if checkpoint.is_file():
        kept = kept_at(checkpoint, made_of)
        net.load_state_dict(kept["net"])
        averaged.load_state_dict(kept["averaged"])
        optimiser.load_state_dict(kept["optimiser"])
        done, seconds = kept["done"], kept["seconds"]
        crops.draw_anew(done, 7)
    average = Average(averaged, net)
    fed = batches(crops, plan.batch, machine, seed=done)
    started = saved = time.monotonic()
    mean: Tensor | None = None
    while done < plan.steps:
        for group in optimiser.param_groups:
            group["lr"] = group["boldness"] * _cycle((done + 1) / plan.steps, plan.warm_up)
        pictures, masks = next(fed)
        truth = classes(masks)
        with torch.autocast(machine.device, torch.bfloat16):
            logits, _ = net(pictures.contiguous(memory_format=torch.channels_last))
        now: Tensor = (plain_loss if crops.plain else loss)(logits.float(), truth)
        now = now + hint_loss(getattr(net, "hints", []), truth)
        optimiser.zero_grad(set_to_none=True)
        now.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        done += 1
        average.take(1 - min(plan.average, done / (done + 10)))
        mean = now.detach() if mean is None else mean.lerp(now.detach(), 0.02)
        if time.monotonic() - saved > CHECKPOINT_S or done == plan.steps:
            saved = time.monotonic()
            kept = {
                "net": net.state_dict(),
                "averaged": averaged.state_dict(),
                "optimiser": optimiser.state_dict(),
                "done": done,
                "seconds": seconds + saved - started,
                "made_of": dict(made_of),
            }
            checkpoint.parent.mkdir(parents=True, exist_ok=True)
            torch.save(kept, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
            say(f"{checkpoint.stem}: step {done} of {plan.steps}, loss {mean:.3f}, {kept['seconds']:.0f} s")
    fed.close()
    took = seconds + time.monotonic() - started
    last = 0.0 if mean is None else float(mean)
    return averaged.cpu().eval(), {
        "steps": done,
        "seconds": round(took),
        "loss": round(last, 4),
        "device": machine.device,
    }


def kept_at(checkpoint: Path, made_of: Mapping[str, Any]) -> dict[str, Any]:
    """What a checkpoint keeps. Raises OtherPhotos where it says that other photos made it; those from before it was told do not."""
    kept: dict[str, Any] = torch.load(checkpoint, weights_only=True, map_location="cpu")
    require_same(kept.get("made_of", {}), made_of, checkpoint)
    return kept


def _groups(net: nn.Module, plan: Plan) -> list[dict[str, Any]]:
    """Parameters by how boldly they move."""
    of_trunk: list[nn.Parameter] = []
    others: list[nn.Parameter] = []
    for name, parameter in net.named_parameters():
        (of_trunk if name.startswith("trunk.") else others).append(parameter)
    groups = [(others, plan.rate), (of_trunk, plan.trunk_rate)]
    return [{"params": params, "boldness": rate, "lr": rate} for params, rate in groups if params]


def _cycle(progress: float, warm_up: float) -> float:
    if progress < warm_up:
        return progress / warm_up
    return 0.5 * (1 + float(torch.cos(torch.tensor(torch.pi * (progress - warm_up) / (1 - warm_up))))) + 1e-3


class Average:
    """Weights that follow a network's slowly."""

    def __init__(self, averaged: nn.Module, net: nn.Module) -> None:
        pairs = list(zip(averaged.state_dict().values(), net.state_dict().values(), strict=True))
        self.weights = [pair for pair in pairs if pair[0].dtype.is_floating_point]
        self.counts = [pair for pair in pairs if not pair[0].dtype.is_floating_point]

    @torch.no_grad()
    def take(self, share: float) -> None:
        """Go this share of the way to the network's."""
        kept, new = zip(*self.weights, strict=True)
        torch._foreach_lerp_(kept, new, share)  # one call for all of them: a GPU waits for nothing else
        for held, now in self.counts:
            held.copy_(now)
