"""A trained network as an ONNX file that carries its name, its limits and where it was trained."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import Tensor, nn
from torch.nn import functional

from backend.roads.training.net import CHANNELS, PlainUNet

CRACK = CHANNELS.index("crack")
SURROUNDINGS_CELL, SURROUNDINGS_CELLS = 4, 9
"""Surroundings are a square of so many cells of so many pixels of the map: 72 px of the photo at 800 px."""
DOUBT = 5.0
"""Logits that a crack's chance loses where everything around it is crack; chosen among 0 to 6, see decision 0020."""
DOUBT_UNTOLD = 4.0
"""That of files from before they told it (roads-3)."""


class WithChances(nn.Module):
    """The network with chances instead of logits; a crack's are told against their surroundings, except by the plain U-Net."""

    def __init__(self, net: nn.Module, doubt: float) -> None:
        super().__init__()
        self.net = net
        self.doubt = doubt
        self.plain = isinstance(net, PlainUNet)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """Chances (n, 4, h/2, w/2) and features."""
        logits, features = self.net(picture)
        return (logits if self.plain else doubting_crowds(logits, self.doubt)).sigmoid(), features


def doubting_crowds(logits: Tensor, doubt: float) -> Tensor:
    """Logits (n, 4, h, w), h and w multiples of 16, with a crack's lowered by ``doubt`` times the share of crack around it.

    Where cracks crowd, a network fills what lies between them; alone, it is rather too shy of a fine line. One limit fits both
    only after what a place has around it is taken off.
    """
    chance = logits[:, CRACK : CRACK + 1].sigmoid()
    cells = functional.avg_pool2d(chance, SURROUNDINGS_CELL)
    share = functional.avg_pool2d(
        cells, SURROUNDINGS_CELLS, stride=1, padding=SURROUNDINGS_CELLS // 2, count_include_pad=False
    )
    share = functional.interpolate(
        share, scale_factor=float(SURROUNDINGS_CELL), mode="bilinear", align_corners=False
    )
    return torch.cat(
        [logits[:, :CRACK], logits[:, CRACK : CRACK + 1] - doubt * share, logits[:, CRACK + 1 :]], 1
    )


def doubt_of(about: Mapping[str, Any]) -> float:
    """The doubt that an exported file has in its graph, and for which its limits were chosen."""
    return float(about.get("doubt", DOUBT_UNTOLD))


def export(
    net: nn.Module,
    path: Path,
    *,
    name: str,
    limits: dict[str, float],
    about: dict[str, Any],
    doubt: float = DOUBT,
) -> None:
    """Write the file whole or not at all; it tells its doubt, if it has one."""
    told = dict(about) if isinstance(net, PlainUNet) else {**about, "doubt": doubt}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            WithChances(net, doubt).eval().to(memory_format=torch.contiguous_format),
            (torch.zeros(1, 3, 512, 800),),
            str(part),
            input_names=["picture"],
            output_names=["chances", "features"],
            dynamic_axes={
                "picture": {2: "height", 3: "width"},
                "chances": {2: "half_height", 3: "half_width"},
                "features": {2: "coarse_height", 3: "coarse_width"},
            },
            opset_version=17,
            dynamo=False,
        )
    model = onnx.load(str(part))
    onnx.helper.set_model_props(
        model,
        {
            "name": name,
            "limits": json.dumps(limits),
            "about": json.dumps(told, ensure_ascii=False, sort_keys=True),
        },
    )
    onnx.save(model, str(part))
    part.replace(path)
