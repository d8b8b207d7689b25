"""Crops to train on: highways balanced, potholes sought and copied, views bent as another camera would see them.

Neighbouring frames and two highways make up most of the photos, so a highway is drawn by the square root of its photos. What
is bent: height and angle of the camera (a homography), scale, mirror. Light, wet and blur follow in ``weather``.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from scipy import ndimage
from torch import Tensor
from torch.nn import functional

from backend.roads.evaluation.photos import CRACK, LANE, POTHOLE
from backend.roads.training.cache import Cache

CROP_PX = 320
UNKNOWN = 255
"""In masks of crops: nothing is known here (beside the lane, beyond the picture)."""
NO_ROAD = 254
"""In masks of crops: surely no road (another picture, a hedge)."""
PATCH_MARGIN_PX = 8
LEAST_PATCH_PX = 120


@dataclass(frozen=True, slots=True)
class Patch:
    """A pothole cut out with its surroundings."""

    picture: NDArray[np.uint8]
    inside: NDArray[np.bool_]


class Crops:
    """Draws batches from photos of a cache; ``plain`` draws uniformly and only mirrors, as the plain U-Net is trained."""

    def __init__(
        self,
        cache: Cache,
        chosen: Sequence[int],
        *,
        others: Sequence[tuple[NDArray[np.uint8], int]] = (),
        plain: bool = False,
        seed: int,
    ) -> None:
        self.cache = cache
        self.plain = plain
        self.others = others  # pictures and how many rows of each surely show no road
        self.rng = np.random.default_rng(seed)
        self.chosen = list(chosen)
        self.by_highway: dict[str, list[int]] = defaultdict(list)
        for index in self.chosen:
            self.by_highway[cache.photos[index].highway].append(index)
        self.highways = sorted(self.by_highway)
        weights = np.sqrt([len(self.by_highway[highway]) for highway in self.highways])
        self.weights = weights / weights.sum()
        self.holed = {
            index for index in self.chosen if (cache.masks[index] == POTHOLE).sum() > LEAST_PATCH_PX
        }
        self.patches = [] if plain else self._patches()

    def draw_anew(self, *seed: int) -> None:
        """Go on by other chance than so far."""
        self.rng = np.random.default_rng(seed)

    def favour(self, highways: set[str]) -> None:
        """Draw half of all crops from these highways."""
        here = np.array([highway in highways for highway in self.highways])
        if here.all() or not here.any():
            return
        self.weights = (
            np.where(here, self.weights / self.weights[here].sum(), self.weights / self.weights[~here].sum())
            / 2
        )

    def batch(self, size: int) -> tuple[Tensor, Tensor]:
        """Pictures (n, 3, 320, 320) in 0 to 1, masks (n, 320, 320) of labels, UNKNOWN and NO_ROAD."""
        pictures, masks = zip(*(self._bent(*self._draw()) for _ in range(size)), strict=True)
        return torch.stack(pictures), torch.stack(masks)

    def _bent(
        self, picture: NDArray[np.uint8], mask: NDArray[np.uint8], centre: tuple[float, float]
    ) -> tuple[Tensor, Tensor]:
        """One crop as another camera would see it; only the part of the photo that it needs is touched."""
        across, down = self._places(centre)
        height, width = mask.shape
        left, right = max(0, int(across.min()) - 2), min(width, int(across.max()) + 3)
        top, bottom = max(0, int(down.min()) - 2), min(height, int(down.max()) + 3)
        grid = torch.stack(
            [(across - left) / (right - left) * 2 - 1, (down - top) / (bottom - top) * 2 - 1], -1
        ).unsqueeze(0)
        part = torch.from_numpy(np.ascontiguousarray(picture[top:bottom, left:right].transpose(2, 0, 1)))
        known = torch.from_numpy(np.ascontiguousarray(mask[top:bottom, left:right]))
        bent = functional.grid_sample(
            part.float().div_(255)[None], grid, padding_mode="zeros", align_corners=False
        )
        drawn = functional.grid_sample(
            known.float().add_(1)[None, None], grid, mode="nearest", padding_mode="zeros", align_corners=False
        )
        labels = drawn[0, 0].round_().to(torch.int16) - 1
        labels[labels < 0] = UNKNOWN
        return bent[0], labels

    def _draw(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8], tuple[float, float]]:
        rng = self.rng
        if self.plain:
            index = self.chosen[rng.integers(len(self.chosen))]
            picture, mask = self.cache.pictures[index], self.cache.masks[index].copy()
            mask[mask == 0] = UNKNOWN
            return np.array(picture), mask, (rng.uniform(160, 640), rng.uniform(160, 340))
        if len(self.others) and rng.random() < 0.08:
            picture, rows_of_none = self.others[int(rng.integers(len(self.others)))]
            mask = np.full(picture.shape[:2], UNKNOWN, np.uint8)
            mask[:rows_of_none] = NO_ROAD
            return picture, mask, (rng.uniform(200, 600), rng.uniform(120, 260))
        photos = self.by_highway[self.highways[rng.choice(len(self.highways), p=self.weights)]]
        holed = [index for index in photos if index in self.holed]
        seek = bool(holed) and rng.random() < 0.45
        index = holed[rng.integers(len(holed))] if seek else photos[rng.integers(len(photos))]
        picture, mask = np.array(self.cache.pictures[index]), np.array(self.cache.masks[index])
        if self.patches and rng.random() < 0.3:
            for _ in range(rng.integers(1, 4)):
                self._paste(picture, mask)
        wanted = POTHOLE if rng.random() < 0.5 and (mask == POTHOLE).any() else LANE
        rows, columns = np.nonzero(mask[::4, ::4] == wanted)
        if len(rows):
            one = rng.integers(len(rows))
            centre = (columns[one] * 4 + rng.uniform(-120, 120), rows[one] * 4 + rng.uniform(-120, 120))
        else:
            centre = (rng.uniform(200, 600), rng.uniform(150, 350))
        inner = (float(np.clip(centre[0], 150, 650)), float(np.clip(centre[1], 130, 380)))
        return picture, beside_the_lane(picture, mask), inner

    def _places(self, centre: tuple[float, float]) -> tuple[Tensor, Tensor]:
        """Column and row of the photo where each pixel of the crop lies."""
        rng = self.rng
        line = (torch.arange(CROP_PX, dtype=torch.float32) + 0.5 - CROP_PX / 2) / (CROP_PX / 2)
        y, x = torch.meshgrid(line, line, indexing="ij")
        if rng.random() < 0.5:
            x = -x
        half = CROP_PX / 2
        if self.plain:
            across, down = x * half, y * half
        else:
            scale, aspect = (
                math.exp(rng.uniform(math.log(0.7), math.log(1.6))),
                math.exp(rng.uniform(-0.2, 0.2)),
            )
            turn = math.radians(rng.normal(0, 6))
            depth = 1 + rng.uniform(-0.2, 0.2) * y + rng.uniform(-0.08, 0.08) * x
            x, y = x / depth / scale * aspect, y / depth / scale / aspect
            across = (x * math.cos(turn) - y * math.sin(turn)) * half
            down = (x * math.sin(turn) + y * math.cos(turn)) * half
        return centre[0] + across, centre[1] + down

    def _patches(self) -> list[list[Patch]]:
        """Potholes by highway."""
        found: dict[str, list[Patch]] = defaultdict(list)
        for index in sorted(self.holed):
            picture, mask = self.cache.pictures[index], self.cache.masks[index] == POTHOLE
            labelled, _ = ndimage.label(mask)
            for number, place in enumerate(ndimage.find_objects(labelled), start=1):
                rows, columns = (
                    slice(max(0, side.start - PATCH_MARGIN_PX), side.stop + PATCH_MARGIN_PX) for side in place
                )
                inside = labelled[rows, columns] == number
                if inside.sum() >= LEAST_PATCH_PX and max(inside.shape) < 260:
                    found[self.cache.photos[index].highway].append(
                        Patch(np.array(picture[rows, columns]), inside)
                    )
        return [found[highway] for highway in sorted(found)]

    def _paste(self, picture: NDArray[np.uint8], mask: NDArray[np.uint8]) -> None:
        """Copy a pothole onto the lane, in the light that is there."""
        rng = self.rng
        of_highway = self.patches[rng.integers(len(self.patches))]
        patch = of_highway[rng.integers(len(of_highway))]
        factor = math.exp(rng.uniform(math.log(0.5), math.log(1.5)))
        size = (max(8, round(patch.inside.shape[1] * factor)), max(6, round(patch.inside.shape[0] * factor)))
        piece = np.array(Image.fromarray(patch.picture).resize(size)).astype(np.float32)
        shape = Image.fromarray(patch.inside.astype(np.uint8) * 255).resize(size)
        if rng.random() < 0.5:
            piece, shape = piece[:, ::-1], shape.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        rows, columns = np.nonzero(mask[::4, ::4] == LANE)
        if not len(rows):
            return
        one = rng.integers(len(rows))
        top, left = rows[one] * 4 - size[1] // 2, columns[one] * 4 - size[0] // 2
        if top < 0 or left < 0 or top + size[1] > mask.shape[0] or left + size[0] > mask.shape[1]:
            return
        there = (slice(top, top + size[1]), slice(left, left + size[0]))
        inside = np.array(shape) > 127
        if (mask[there] == 0).any() or inside.all():
            return
        target = picture[there].astype(np.float32)
        light = (target.mean((0, 1)) + 4) / (piece[~inside].mean(0) + 4)
        soft = np.array(
            shape.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(2)), np.float32
        )
        alpha = soft[..., None] / 255
        picture[there] = np.clip(target * (1 - alpha) + piece * light * alpha, 0, 255).astype(np.uint8)
        mask[there][inside] = POTHOLE


def beside_the_lane(picture: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Labels with what lies beside the lane told apart: NO_ROAD where it is green, blue or strongly coloured, else UNKNOWN."""
    colours = picture[2::4, 2::4].astype(np.int16)  # coarse is near enough, and sixteen times as quick
    red, green, blue = colours[..., 0], colours[..., 1], colours[..., 2]
    coarse = (2 * green - red - blue > 24) | (blue - red > 45) | (red - blue > 70)
    grown = coarse.repeat(4, 0).repeat(4, 1)[: mask.shape[0], : mask.shape[1]]
    return np.where(mask == 0, np.where(grown, NO_ROAD, UNKNOWN), mask).astype(np.uint8)


def classes(mask: Tensor) -> dict[str, Tensor]:
    """Truth at half resolution, each (n, h/2, w/2) of 0 or 1 as floats, and where it is known."""

    def halved(here: Tensor, *, any_of: bool) -> Tensor:
        pooled = functional.max_pool2d if any_of else functional.avg_pool2d
        smaller = pooled(here.float().unsqueeze(1), 2).squeeze(1)
        return smaller if any_of else (smaller >= 0.5).float()

    in_lane = (mask >= LANE) & (mask <= POTHOLE)
    return {
        "lane": halved(in_lane, any_of=False),
        "crack": halved(mask == CRACK, any_of=True),
        "pothole": halved(mask == POTHOLE, any_of=False),
        "no_road": halved(mask == NO_ROAD, any_of=False),
        "unknown": halved(mask == UNKNOWN, any_of=False),
    }
