"""The network: a trunk that knows ImageNet, and a way back up that adds what each level saw and predicts at half resolution.

Sums instead of concatenations and one convolution a level keep it at 85 ms for 800 × 512 px on one thread.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from backend.roads.training.trunk import TRUNK_WIDTHS, Trunk

CHANNELS = ("road", "lane", "crack", "pothole")
WIDTHS = (16, 48, 64, 96, 128)
"""Channels on the way back up, finest first."""


class Convolution(nn.Sequential):
    """Convolution, normalisation and, where asked for, ReLU."""

    def __init__(self, into: int, out: int, *, size: int = 3, stride: int = 1, relu: bool = True) -> None:
        layers: list[nn.Module] = [
            nn.Conv2d(into, out, size, stride, size // 2, bias=False),
            nn.BatchNorm2d(out),
        ]
        super().__init__(*layers, *([nn.ReLU(inplace=True)] if relu else []))


def without_normalisation(net: nn.Module) -> nn.Module:
    """The same network with each normalisation folded into its convolution, as exported files have it; eval mode only."""
    for module in net.modules():
        if isinstance(module, Convolution):
            module[0] = fuse_conv_bn_eval(module[0], module[1])
            module[1] = nn.Identity()
    return net


class RoadNet(nn.Module):
    """RGB in 0 to 1, (n, 3, h, w), to logits (n, 4, h/2, w/2) and what the trunk's finer levels saw (n, 64, h/8, w/8).

    Finer levels know the grain of a place: neighbouring frames of unseen highways are told from others in 93 % of comparisons by
    those at 1/4 and 1/8, in 82 % by the deepest.
    """

    def __init__(self, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        self.trunk = Trunk()
        steps = list(pairwise(widths))
        self.lateral = nn.ModuleList(
            Convolution(into, out, size=1, relu=False) for into, out in zip(TRUNK_WIDTHS, widths, strict=True)
        )
        self.side = nn.ModuleList(Convolution(out, into, size=1, relu=False) for into, out in steps)
        self.fuse = nn.ModuleList(Convolution(into, into) for into, _ in steps)
        self.head = nn.Conv2d(widths[0], len(CHANNELS), 1)
        self.coarse_heads = nn.ModuleList(nn.Conv2d(width, len(CHANNELS), 1) for width in widths[1:-1])
        self.hints: list[Tensor] = []
        """Logits of the coarser levels in the last training step, finest first: without them the deep layers learn late."""

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and features of the place."""
        levels = self.trunk(picture)
        seen = [lateral(each) for lateral, each in zip(self.lateral, levels, strict=True)]
        y, self.hints = functional.relu(seen[-1]), []
        for level in reversed(range(len(self.side))):
            coarser = functional.interpolate(self.side[level](y), scale_factor=2.0, mode="nearest")
            y = self.fuse[level](functional.relu(seen[level] + coarser))
            if self.training and level:
                self.hints.insert(0, self.coarse_heads[level - 1](y))
        return self.head(y), torch.cat([functional.avg_pool2d(levels[1], 2), levels[2]], 1)


class PlainUNet(nn.Module):
    """What anyone would write first, for comparison: concatenated skips, 16 to 256 channels, 2 million parameters.

    It sees the picture at half its size: at full size it would take 430 ms on a core, and five times as long to train.
    """

    def __init__(self, width: int = 16) -> None:
        super().__init__()
        widths = [width * 2**level for level in range(5)]
        self.down = nn.ModuleList()
        into = 3
        for out in widths:
            self.down.append(nn.Sequential(Convolution(into, out), Convolution(out, out)))
            into = out
        self.up = nn.ModuleList(
            nn.Sequential(Convolution(2 * out + out, out), Convolution(out, out))
            for out in reversed(widths[:-1])
        )
        self.head = nn.Conv2d(width, len(CHANNELS), 1)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """Logits at half resolution, as RoadNet gives them, and the lowest features."""
        x = functional.avg_pool2d((picture - 0.45) / 0.22, 2)
        seen = []
        for level, down in enumerate(self.down):
            x = down(functional.max_pool2d(x, 2) if level else x)
            seen.append(x)
        lowest = x
        for skip, up in zip(reversed(seen[:-1]), self.up, strict=True):
            x = up(torch.cat([functional.interpolate(x, scale_factor=2.0, mode="nearest"), skip], 1))
        return self.head(x), lowest
