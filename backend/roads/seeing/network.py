"""The network that an eye sees with: an ONNX file that carries its own name and limits, run on one thread."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.onnx_files import opened, shrinking

LONG_SIDE_PX = 800
MOST_PX = 800 * 600
"""Time and memory grow with the area: a square is looked at in 693 px, at the price of a photo of 4 : 3."""
STRIDE = 32
PROMOTED = Path("roads") / "taught.onnx"
WEIGHTS = Path(__file__).with_name("weights") / "roads.onnx"


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What the network says of a picture scaled to 800 px: chances from 0 to 1 at half that resolution."""

    road: NDArray[np.float32]  # (h, w): paved, as far as one can tell
    lane: NDArray[np.float32]  # the lane that the camera stands over
    crack: NDArray[np.float32]
    pothole: NDArray[np.float32]
    features: NDArray[np.float32]  # (channels, rows, columns), coarser
    size_px: tuple[int, int]  # height and width that was looked at; twice h and w, rounded up

    def full(self, chance: NDArray[np.float32]) -> NDArray[np.float32]:
        """A map at the resolution that was looked at."""
        height, width = chance.shape
        grown = Image.fromarray(chance).resize((width * 2, height * 2), Image.Resampling.BILINEAR)
        return np.asarray(grown, np.float32)[: self.size_px[0], : self.size_px[1]]


def weights_in_use(instance: Path) -> Path:
    """The weights that the city taught and that proved better, where there are any in its instance folder, else the shipped ones."""
    taught = instance / PROMOTED
    return taught if taught.is_file() else WEIGHTS


class Network:
    """One ONNX session; about 60 MB, 0.1 s a picture. Safe to share between threads."""

    def __init__(self, path: Path = WEIGHTS) -> None:
        self._session = opened(path)
        self._input = self._session.get_inputs()[0].name
        self._shape: tuple[int, ...] = ()
        kept = self._session.get_modelmeta().custom_metadata_map
        self.name: str = kept["name"]
        self.limits: dict[str, float] = json.loads(kept["limits"])
        self.about: dict[str, Any] = json.loads(kept.get("about", "{}"))

    def see(self, picture: NDArray[np.uint8]) -> Seen:
        """Chances for an RGB picture (h, w, 3) no longer than 800 px."""
        height, width = picture.shape[:2]
        padded = np.zeros((1, 3, -(-height // STRIDE) * STRIDE, -(-width // STRIDE) * STRIDE), np.float32)
        if padded.shape != self._shape:
            self._session.run(None, {self._input: np.zeros((1, 3, STRIDE, STRIDE), np.float32)}, shrinking())
            self._shape = padded.shape
        padded[0, :, :height, :width] = picture.transpose(2, 0, 1)
        padded /= 255
        chances, features = self._session.run(None, {self._input: padded})
        road, lane, crack, pothole = chances[0, :, : -(-height // 2), : -(-width // 2)]
        return Seen(road, lane, crack, pothole, features[0], (height, width))


def fitted(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture with its long side at 800 px, or with as many pixels as 800 x 600; smaller ones are enlarged."""
    height, width = picture.shape[:2]
    factor = min(LONG_SIDE_PX / max(height, width), math.sqrt(MOST_PX / (height * width)))
    if factor == 1:
        return picture
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    whole = Image.fromarray(picture)
    coarser = int(1 / factor / 2)
    if coarser >= 2:
        whole = whole.reduce(coarser)
    return np.asarray(whole.resize(size, Image.Resampling.BILINEAR))
