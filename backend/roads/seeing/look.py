"""What a place looks like, as a unit vector: the cosine of two tells two views of one fault from two faults, roughly.

The network's coarse features, averaged where the faults are (and a little over the rest of the road), less their mean over the
training highways, on the axes in which those differ, each at the same scale. Without that every road is 0.9 like every other.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.roads.seeing.network import Seen

AXES = 32
ROAD_WEIGHT = 0.05
"""Of the road beside a sure fault's 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What is common to all roads, and the axes in which they differ."""

    mean: NDArray[np.float32]  # (channels,)
    axes: NDArray[np.float32]  # (channels, AXES), each divided by the deviation along it

    @classmethod
    def of(cls, features: NDArray[np.float32]) -> Basis:
        """From features (photos, channels) of many places."""
        mean = features.mean(0)
        _, deviations, rows = np.linalg.svd(features - mean, full_matrices=False)
        kept = min(AXES, len(features) - 1)
        scale = deviations[:kept] / np.sqrt(len(features)) + 1e-6
        return cls(mean.astype(np.float32), (rows[:kept].T / scale).astype(np.float32))

    def told(self) -> dict[str, Any]:
        """As text, for the file of weights."""
        return {"mean": _written(self.mean), "axes": _written(self.axes), "shape": list(self.axes.shape)}

    @classmethod
    def read(cls, told: dict[str, Any]) -> Basis:
        """What ``told`` wrote."""
        return cls(_read(told["mean"]), _read(told["axes"]).reshape(told["shape"]))


def features_of(seen: Seen, paved: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Coarse features (channels,) where the faults are."""
    size = (seen.features.shape[2], seen.features.shape[1])
    weights = np.maximum(np.maximum(seen.pothole, seen.crack), ROAD_WEIGHT) * paved
    coarse = np.asarray(Image.fromarray(weights.astype(np.float32)).resize(size, Image.Resampling.BOX)) + 1e-6
    mean: NDArray[np.float32] = (seen.features * coarse).sum((1, 2)) / coarse.sum()
    return mean


def look_of(features: NDArray[np.float32], basis: Basis | None) -> bytes:
    """A unit vector of float16."""
    vector = features if basis is None else (features - basis.mean) @ basis.axes
    return (vector / (np.linalg.norm(vector) + 1e-9)).astype(np.float16).tobytes()


def _written(values: NDArray[np.float32]) -> str:
    return base64.b64encode(values.astype("<f4").tobytes()).decode("ascii")


def _read(text: str) -> NDArray[np.float32]:
    return np.frombuffer(base64.b64decode(text), "<f4").astype(np.float32)
