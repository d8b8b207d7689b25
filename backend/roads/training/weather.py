"""Other light, wet, blur, shade, paint and tyre marks, drawn over crops: what must not be taken for a fault."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor
from torch.nn import functional

from backend.roads.evaluation.photos import CRACK, LANE, POTHOLE


def weathered(pictures: Tensor, masks: Tensor, rng: Generator) -> tuple[Tensor, Tensor]:
    """Crops (n, 3, h, w) in 0 to 1 and their masks, each under a weather of its own."""
    drawn = []
    masks = masks.clone()
    for picture, mask in zip(pictures, masks, strict=True):
        if rng.random() < 0.15:
            picture = _painted(picture, mask, rng)
        if rng.random() < 0.12:
            picture = _driven_on(picture, rng)
        if rng.random() < 0.22:
            picture = _shaded(picture, rng)
        if rng.random() < 0.07:
            picture = _wet(picture, rng)
        picture = _lit(picture, rng)
        if rng.random() < 0.15:
            picture = _blurred(picture, rng)
        if rng.random() < 0.2:
            picture = picture + torch.randn_like(picture) * rng.uniform(0.005, 0.05)
        drawn.append(picture)
    return torch.stack(drawn).clamp_(0, 1), masks


def _lit(picture: Tensor, rng: Generator) -> Tensor:
    """Exposure, gamma, contrast, colour of the light, haze."""
    gains = torch.tensor(rng.normal(1, 0.05, 3) * math.exp(rng.normal(-0.05, 0.18)), dtype=torch.float32)
    picture = (picture * gains[:, None, None]).clamp(1e-4, 1) ** math.exp(rng.normal(0, 0.25))
    mean = picture.mean()
    picture = (picture - mean) * math.exp(rng.normal(0, 0.2)) + mean
    grey = picture.mean(0, keepdim=True)
    picture = grey + (picture - grey) * rng.uniform(0, 1.5)
    if rng.random() < 0.15:
        haze = rng.uniform(0.1, 0.5)
        picture = picture * (1 - haze) + haze * rng.uniform(0.5, 0.95)
    return picture


def _field(shape: tuple[int, int], cells: int, rng: Generator) -> Tensor:
    """Smooth noise of mean 0 and deviation 1, (h, w)."""
    noise = torch.from_numpy(rng.normal(0, 1, (1, 1, cells, cells)).astype(np.float32))
    smooth = functional.interpolate(noise, size=shape, mode="bilinear", align_corners=False)[0, 0]
    return (smooth - smooth.mean()) / (smooth.std() + 1e-6)


def _distance(shape: tuple[int, int], rng: Generator, *, upright: bool) -> tuple[Tensor, Tensor]:
    """Pixels from a random straight line, and along it, each (h, w)."""
    height, width = shape
    angle = rng.normal(0, 0.5) if upright else rng.uniform(0, math.pi)
    y, x = torch.meshgrid(torch.arange(height).float(), torch.arange(width).float(), indexing="ij")
    x, y = x - rng.uniform(0, width), y - rng.uniform(0, height)
    return x * math.cos(angle) + y * math.sin(angle), -x * math.sin(angle) + y * math.cos(angle)


def _shaded(picture: Tensor, rng: Generator) -> Tensor:
    """Leaves, poles or a wall between the sun and the road."""
    shape = (picture.shape[1], picture.shape[2])
    if rng.random() < 0.3:
        across, _ = _distance(shape, rng, upright=False)
        width = rng.uniform(2, 60)
        dark = torch.sigmoid((width - across.abs()) / rng.uniform(0.6, 3))
    else:
        dark = torch.sigmoid(
            (_field(shape, int(rng.integers(3, 28)), rng) - rng.uniform(-0.5, 1.2)) * rng.uniform(3, 40)
        )
    return picture * (1 - dark * rng.uniform(0.2, 0.7))


def _painted(picture: Tensor, mask: Tensor, rng: Generator) -> Tensor:
    """A stripe of paint, worn; what lies under it cannot be seen any more."""
    shape = (picture.shape[1], picture.shape[2])
    across, along = _distance(shape, rng, upright=rng.random() < 0.7)
    stripe = across.abs() < rng.uniform(3, 14)
    if rng.random() < 0.4:
        stripe &= (along / rng.uniform(30, 120)).floor().remainder(2) == 0
    worn = torch.sigmoid((_field(shape, 40, rng) + rng.uniform(0, 3)) * 4)
    alpha = stripe.float() * worn * rng.uniform(0.6, 0.95)
    colour = torch.tensor([0.9, 0.9, 0.88] if rng.random() < 0.6 else [0.9, 0.72, 0.25])[:, None, None]
    mask[((mask == CRACK) | (mask == POTHOLE)) & (alpha > 0.5)] = LANE
    return picture * (1 - alpha) + colour * rng.uniform(0.7, 1.1) * alpha


def _driven_on(picture: Tensor, rng: Generator) -> Tensor:
    """Marks of tyres or a strip of tar: dark, soft, no fault."""
    shape = (picture.shape[1], picture.shape[2])
    for _ in range(int(rng.integers(1, 3))):
        across, _ = _distance(shape, rng, upright=True)
        bend = _field(shape, 3, rng) * rng.uniform(0, 8)
        mark = torch.sigmoid((rng.uniform(3, 18) - (across + bend).abs()) / rng.uniform(1, 4))
        picture = picture * (1 - mark * rng.uniform(0.1, 0.4))
    return picture


def _wet(picture: Tensor, rng: Generator) -> Tensor:
    """Darker and glossier, with the sky in it here and there."""
    shape = (picture.shape[1], picture.shape[2])
    pools = torch.sigmoid((_field(shape, int(rng.integers(3, 10)), rng) - rng.uniform(0.3, 1.5)) * 6)
    return picture * rng.uniform(0.45, 0.8) * (1 - 0.7 * pools) + pools * rng.uniform(0.2, 0.7)


def _blurred(picture: Tensor, rng: Generator) -> Tensor:
    """Out of focus, or shaken along a line."""
    if rng.random() < 0.6:
        radius = 4
        line = torch.arange(-radius, radius + 1).float()
        weights = torch.exp(-(line**2) / (2 * rng.uniform(0.4, 1.6) ** 2))
        kernel = weights[:, None] * weights[None, :]
    else:
        length = int(rng.integers(3, 8))
        kernel = torch.zeros(length, length)
        along = torch.arange(length)
        kernel[along if rng.random() < 0.5 else torch.full_like(along, length // 2), along] = 1
    kernel = kernel / kernel.sum()
    size = kernel.shape
    padded = functional.pad(
        picture.unsqueeze(1),
        ((size[1] - 1) // 2, size[1] // 2, (size[0] - 1) // 2, size[0] // 2),
        mode="reflect",
    )
    return functional.conv2d(padded, kernel[None, None]).squeeze(1)
