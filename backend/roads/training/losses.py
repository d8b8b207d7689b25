"""What the network is punished for: entropy, and the very score it is measured by, made soft."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from backend.roads.training.net import CHANNELS

POTHOLE_MISSED, POTHOLE_FALSE = 0.6, 0.4
"""Tversky weights: a missed pixel costs more than a false one."""


def loss(logits: Tensor, truth: dict[str, Tensor]) -> Tensor:
    """Mean over a batch; logits (n, 4, h, w) of float32, truth as ``crops.classes`` gives it."""
    of = {name: logits[:, index] for index, name in enumerate(CHANNELS)}
    lane, no_road = truth["lane"], truth["no_road"]
    known = lane + 0.3 * no_road
    return (
        _entropy(of["crack"], truth["crack"], known, weight=2.0)
        + 1.0 * _tolerant(of["crack"], truth["crack"], lane)
        + 1.5 * _focal(of["pothole"], truth["pothole"], known)
        + 1.0 * _tversky(of["pothole"], truth["pothole"], known)
        + 0.4 * _entropy(of["lane"], lane, 1 - truth["unknown"] * 0.3)
        + 0.4 * _entropy(of["road"], lane, lane + no_road)
    )


def hint_loss(hints: list[Tensor], truth: dict[str, Tensor]) -> Tensor | float:
    """Entropy at coarser levels, where a pothole is some cells of hundreds and not some pixels of thousands."""
    total: Tensor | float = 0.0
    for logits in hints:
        factor = truth["lane"].shape[-1] // logits.shape[-1]
        lane, no_road, unknown, crack, pothole = (
            functional.avg_pool2d(truth[name].unsqueeze(1), factor).squeeze(1)
            for name in ("lane", "no_road", "unknown", "crack", "pothole")
        )
        known = (lane > 0.5).float() + 0.3 * (no_road > 0.5).float()
        of = {name: logits[:, index].float() for index, name in enumerate(CHANNELS)}
        total = (
            total
            + _entropy(of["crack"], (crack > 0.06).float(), known, weight=2.0)
            + 1.5 * _entropy(of["pothole"], (pothole > 0.25).float(), known, weight=6.0)
            + 0.5 * _entropy(of["lane"], (lane > 0.5).float(), 1 - unknown * 0.3)
            + 0.5 * _entropy(of["road"], (lane > 0.5).float(), ((lane > 0.5) | (no_road > 0.5)).float())
        )
    return total / max(1, len(hints))


def plain_loss(logits: Tensor, truth: dict[str, Tensor]) -> Tensor:
    """Entropy alone, inside the lane: the plain U-Net's."""
    of = {name: logits[:, index] for index, name in enumerate(CHANNELS)}
    return _entropy(of["crack"], truth["crack"], truth["lane"]) + _entropy(
        of["pothole"], truth["pothole"], truth["lane"]
    )


def _entropy(logit: Tensor, truth: Tensor, where: Tensor, *, weight: float = 1.0) -> Tensor:
    each = functional.binary_cross_entropy_with_logits(logit, truth, reduction="none")
    return (each * where * (1 + (weight - 1) * truth)).sum() / (where.sum() + 1)


def _focal(logit: Tensor, truth: Tensor, where: Tensor) -> Tensor:
    each = functional.binary_cross_entropy_with_logits(logit, truth, reduction="none")
    chance = logit.sigmoid()
    hard = (truth - chance).abs() ** 1.5
    return (each * hard * where * (1 + 4 * truth)).sum() / (where.sum() + 1)


def _tolerant(logit: Tensor, truth: Tensor, where: Tensor) -> Tensor:
    """1 − soft F1 with a neighbourhood of 3 × 3 half pixels (about 3 px): cracks are labelled that roughly."""
    chance = logit.sigmoid() * where
    near_truth = functional.max_pool2d(truth.unsqueeze(1), 3, 1, 1).squeeze(1)
    near_chance = functional.max_pool2d(chance.unsqueeze(1), 3, 1, 1).squeeze(1)
    precision = ((chance * near_truth).sum() + 1) / (chance.sum() + 1)
    recall = ((near_chance * truth).sum() + 1) / (truth.sum() + 1)
    return 1 - 2 * precision * recall / (precision + recall)


def _tversky(logit: Tensor, truth: Tensor, where: Tensor) -> Tensor:
    chance = logit.sigmoid() * where
    truth = truth * where.clamp(max=1)
    both = (chance * truth).sum()
    missed = ((1 - chance) * truth).sum()
    false = (chance * (1 - truth)).sum()
    return 1 - (both + 20) / (both + POTHOLE_MISSED * missed + POTHOLE_FALSE * false + 20)
