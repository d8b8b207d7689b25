"""Train the finder of number plates: `qala train plates --data DIR --out plates.onnx`."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance
from torch.nn import functional

from backend.roads.blurring.drawn_plates import Light, Pose, draw_plate, lay_plate
from backend.roads.blurring.evaluation.backgrounds import training_photos
from backend.roads.blurring.training.net import PlateNet

SIDE_PX, BATCH, STEPS = 256, 12, 1400
RATE, DECAY = 2e-3, 1e-4
PHOTOS, PLATES = 900, 1500
"""Kept in memory: decoding and drawing would take longer than learning."""
CELL_PX = 4
HARDEST_SHARE = 0.05
"""Of the cells without a plate, those that look most like one count as much as all others."""


def scene(paths: Sequence[Path], rng: random.Random) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A crop of a real photo with up to three plates, and for each cell how much a plate's cell counts (0: no plate)."""
    crop = _crop(paths, rng)
    target = np.zeros((SIDE_PX // CELL_PX, SIDE_PX // CELL_PX), dtype=np.float32)
    for _each in range(rng.choice([0, 1, 1, 2, 3])):
        _panel(crop, rng)
        width_px = 20 * 14 ** rng.random()  # 20 to 280 px, as many small as large
        pose = Pose(
            width_px=width_px,
            yaw_deg=rng.uniform(-60, 60),
            pitch_deg=rng.uniform(-20, 20),
            roll_deg=rng.gauss(0, 7),
        )
        light = Light(
            brightness=rng.uniform(0.3, 1.15),
            blur_px=rng.uniform(0, 1 + width_px / 120),
            dirt=rng.choice([0, 0, rng.random()]),
        )
        at = (rng.uniform(0, SIDE_PX), rng.uniform(0, SIDE_PX))
        before = np.asarray(crop, dtype=np.int16)
        left, top, right, bottom = lay_plate(crop, _plate(rng.randrange(PLATES)), pose, light, at)
        changed = np.abs(np.asarray(crop, dtype=np.int16) - before).max(axis=2) > 8
        inside = np.zeros_like(changed)
        inside[max(0, int(top)) : int(bottom), max(0, int(left)) : int(right)] = True
        cells = (changed & inside).reshape(SIDE_PX // CELL_PX, CELL_PX, -1, CELL_PX).mean(axis=(1, 3)) > 0.4
        if cells.any():
            target[cells] = 60 / cells.sum()  # a small plate counts as much as a large one
    return _as_jpeg(_toned(crop, rng), rng), target


def train(data: Path, out: Path, *, steps: int = STEPS, seed: int = 7, threads: int = 1) -> None:
    """Train and write the ONNX file; prints the loss now and then."""
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    rng = random.Random(seed)
    paths = rng.sample(training_photos(data), PHOTOS)
    net = PlateNet()
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    began, shown = time.monotonic(), 0.0
    for step in range(steps):
        pairs = [scene(paths, rng) for _each in range(BATCH)]
        pictures = torch.from_numpy(np.stack([each for each, _ in pairs])).permute(0, 3, 1, 2) / 255
        loss = _loss(net(pictures)[:, 0], torch.from_numpy(np.stack([each for _, each in pairs])))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        shown = loss.item() if step == 0 else 0.98 * shown + 0.02 * loss.item()
        if step % 50 == 0:
            print(f"{step:5} loss {shown:.4f} {time.monotonic() - began:6.0f} s", flush=True)
        if step % 400 == 399:
            export(net, out)
    export(net, out)


def export(net: PlateNet, out: Path) -> None:
    """Write the network as ONNX for pictures of any size, probabilities out."""
    net.eval()
    whole = torch.nn.Sequential(net, torch.nn.Sigmoid())
    torch.onnx.export(
        whole,
        (torch.zeros(1, 3, 64, 96),),
        str(out),
        input_names=["picture"],
        output_names=["plates"],
        dynamic_axes={"picture": {2: "height", 3: "width"}, "plates": {2: "rows", 3: "columns"}},
        opset_version=17,
        dynamo=False,
    )
    net.train()


def _loss(logits: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Cells of plates weigh so that each plate counts the same; of the others, all and the hardest count half each."""
    plate = (weight > 0).float()
    each = functional.binary_cross_entropy_with_logits(logits, plate, reduction="none")
    there = (each * weight).sum() / weight.sum().clamp(min=1)
    none = each[plate == 0]
    hardest = none.topk(max(1, int(HARDEST_SHARE * none.numel()))).values
    return there + none.mean() + hardest.mean()


def _crop(paths: Sequence[Path], rng: random.Random) -> Image.Image:
    photo = _photo(rng.choice(paths))
    scale = max(rng.uniform(0.8, 2.4), SIDE_PX / min(photo.size))
    part = min(round(SIDE_PX / scale), *photo.size)
    left, top = rng.randint(0, photo.width - part), rng.randint(0, photo.height - part)
    crop = photo.crop((left, top, left + part, top + part))
    if rng.random() < 0.5:
        crop = crop.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return crop.resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC)


@lru_cache(maxsize=PHOTOS)
def _photo(path: Path) -> Image.Image:
    with Image.open(path) as opened:
        return opened.convert("RGB")


@lru_cache(maxsize=PLATES)
def _plate(number: int) -> Image.Image:
    return draw_plate(random.Random(number))


def _panel(crop: Image.Image, rng: random.Random) -> None:
    """Now and then something plain, light or dark, with or without a frame: not everything that is laid in is a plate."""
    if rng.random() < 0.5:
        return
    draw = ImageDraw.Draw(crop)
    x, y = rng.randint(-40, SIDE_PX), rng.randint(-40, SIDE_PX)
    size = (rng.randint(20, 200), rng.randint(10, 120))
    grey = rng.choice([rng.randint(10, 60), rng.randint(60, 200), rng.randint(200, 250)])
    colour = tuple(max(0, min(255, grey + rng.randint(-25, 25))) for _each in range(3))
    frame = (20, 20, 20) if rng.random() < 0.3 else None
    draw.rectangle((x, y, x + size[0], y + size[1]), fill=colour, outline=frame, width=rng.randint(1, 3))


def _toned(crop: Image.Image, rng: random.Random) -> Image.Image:
    crop = ImageEnhance.Brightness(crop).enhance(rng.uniform(0.4, 1.3))
    crop = ImageEnhance.Contrast(crop).enhance(rng.uniform(0.7, 1.3))
    return ImageEnhance.Color(crop).enhance(rng.uniform(0.3, 1.2))


def _as_jpeg(crop: Image.Image, rng: random.Random) -> NDArray[np.uint8]:
    buffer = io.BytesIO()
    crop.save(buffer, "JPEG", quality=rng.randint(50, 95))
    with Image.open(buffer) as opened:
        return np.asarray(opened.convert("RGB"), dtype=np.uint8)
