"""A trained network as an ONNX file that carries its name, its limits and where it was trained."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import Tensor, nn


class WithChances(nn.Module):
    """The network with chances instead of logits."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """Chances (n, 4, h/2, w/2) and features."""
        logits, features = self.net(picture)
        return logits.sigmoid(), features


def export(net: nn.Module, path: Path, *, name: str, limits: dict[str, float], about: dict[str, Any]) -> None:
    """Write the file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            WithChances(net).eval().to(memory_format=torch.contiguous_format),
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
            "about": json.dumps(about, ensure_ascii=False, sort_keys=True),
        },
    )
    onnx.save(model, str(part))
    part.replace(path)
