"""Exactly one dominant face: found on a small copy of the picture, where it costs a twentieth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.faces.reading import Box, FrameProblem


@dataclass(frozen=True, slots=True)
class DetectionSettings:
    """What counts as a face and as the dominant one; each default says why."""

    long_side_px: int = 480
    """At 480 px dlib's detector costs 24 ms instead of 667 and still sees faces of a sixth of the long
    side."""
    score_above: float = 0.0
    """The detector's own operating point."""
    fallback_score_above: float = -0.3
    """Only where nothing was found at all: a turned head scores below 0; a false find fails the comparison
    anyway."""
    dominant_area_ratio: float = 2.0
    """The subject stands in front: a bystander at 1.5 times the distance has less than half of the area."""
    rival_score_above: float = 0.15
    """Patterns in clothes score 0.0 to 0.15; a weaker find is no second person."""


SETTINGS = DetectionSettings()


class Detector(Protocol):
    """What detection needs of dlib; tests give a fake."""

    def detect(
        self, pixels: NDArray[np.uint8], *, upsample: int, score_above: float
    ) -> list[tuple[tuple[int, int, int, int], float]]: ...


@dataclass(frozen=True, slots=True)
class Detection:
    """The dominant face's box, or the reason why there is none; ``face_count`` is what was seen."""

    box: Box | None
    problem: FrameProblem | None
    face_count: int
    score: float = 0.0


def find_face(
    pixels: NDArray[np.uint8], detector: Detector, settings: DetectionSettings = SETTINGS
) -> Detection:
    """The dominant face of an RGB picture, its box in the picture's own pixels."""
    small, scale = _scaled(pixels, settings.long_side_px)
    for upsample, score_above in (
        (0, settings.score_above),
        (1, settings.score_above),
        (1, settings.fallback_score_above),
    ):
        found = detector.detect(small, upsample=upsample, score_above=score_above)
        if found:
            return _dominant(found, scale, settings)
    return Detection(box=None, problem=FrameProblem.NO_FACE, face_count=0)


def _dominant(
    found: list[tuple[tuple[int, int, int, int], float]], scale: float, settings: DetectionSettings
) -> Detection:
    by_area = sorted(found, key=lambda item: _area(item[0]), reverse=True)
    # The largest sure find is the subject; only when none is sure may a weak one be it.
    sure = [item for item in by_area if item[1] >= settings.rival_score_above]
    box, score = (sure or by_area)[0]
    rivals = [other for other, _score in sure if other != box]
    count = max(1, len(sure))
    if any(_area(other) * settings.dominant_area_ratio > _area(box) for other in rivals):
        return Detection(box=None, problem=FrameProblem.SEVERAL_FACES, face_count=count)
    left, top, right, bottom = (round(value / scale) for value in box)
    return Detection(box=Box(left, top, right, bottom), problem=None, face_count=count, score=score)


def _area(box: tuple[int, int, int, int]) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _scaled(pixels: NDArray[np.uint8], long_side_px: int) -> tuple[NDArray[np.uint8], float]:
    """A copy with the given long side (small pictures grow, so that small faces reach the detector's 80
    px)."""
    height, width = pixels.shape[:2]
    scale = long_side_px / max(height, width)
    if scale == 1.0:
        return pixels, 1.0
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    image = Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    return np.asarray(image), scale
