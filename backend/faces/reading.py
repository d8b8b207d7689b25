"""What one picture gave: plain values between encoder, comparison and rules. Loads no models."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.i18n import Message

MODEL_VERSION = "dlib-20-resnet-1/sp68/150-25/1"
"""Stored with every template: encodings compare only within one version. Encoder, landmarks, crop, our own
count."""

Encoding = NDArray[np.float32]
"""128 numbers that say whose face it is; float32, shape (128,)."""


class FrameProblem(StrEnum):
    """Why a picture is unusable, or what would make it better."""

    BAD_PICTURE = "bad_picture"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    FACE_UNCLEAR = "face_unclear"
    FACE_TOO_SMALL = "face_too_small"
    FACE_CUT_OFF = "face_cut_off"
    BLURRED = "blurred"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    UNEVEN_LIGHT = "uneven_light"
    PALE = "pale"
    NOISY = "noisy"
    TURNED = "turned"
    NODDED = "nodded"
    TILTED = "tilted"
    OTHER_FACE = "other_face"
    SAME_PHOTO = "same_photo"
    TOO_FEW_PHOTOS = "too_few_photos"
    TOO_MANY_PHOTOS = "too_many_photos"


_OF_THE_POSE = {FrameProblem.TURNED, FrameProblem.NODDED, FrameProblem.TILTED}


class Box(NamedTuple):
    """A rectangle in the picture's pixels; right and bottom are just outside. May reach over the picture's
    edge."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width_px(self) -> int:
        return self.right - self.left


class Pose(NamedTuple):
    """Rough angles of the head: yaw above 0 to the person's own left, pitch above 0 up, roll above 0
    clockwise as seen."""

    yaw_deg: float
    pitch_deg: float
    roll_deg: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Measures of the face alone, each independent of the picture's size."""

    detection_score: float
    """The detector's certainty: a plain frontal face has 1 and more, one half turned away 0, a pattern up to
    0.15."""
    face_px: float
    """Width of the face box in the picture that was sent (before reduction to the working size)."""
    inside_share: float
    """Share of the face box that lies inside the picture."""
    sharpness: float
    """Variance of second differences of the face crop at 75 px and unit contrast, the weaker direction: 0 is
    fog."""
    brightness: float
    """Mean grey of the face, 0 to 255."""
    dark_share: float
    """Share of the face that is black (below 16)."""
    bright_share: float
    """Share of the face that is white (above 250)."""
    imbalance: float
    """Difference of mean grey between the face's halves, as a share of the mean."""
    contrast: float
    """Standard deviation of the face's grey at 75 px, 0 to 127."""
    noise_share: float
    """Standard deviation of pixel noise, as a share of the contrast."""
    pose: Pose


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding about a picture, with the value and the limit it was held against, and a sentence with a
    remedy."""

    problem: FrameProblem
    message: Message
    value: float | None = None
    limit: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FrameReading:
    """The reading of one picture.

    ``encoding`` is None exactly when the picture is unusable; then ``reasons`` begins with why. For a usable
    picture ``reasons`` are hints (a check-in asks to retake only if too few frames are usable; enrolment
    refuses the photo).
    """

    encoding: Encoding | None
    reasons: tuple[Reason, ...] = ()
    box: Box | None = None
    """In pixels of the decoded picture (long side at most 1280)."""
    landmarks: NDArray[np.float32] | None = None
    """68 points (x, y) in pixels of the decoded picture, iBUG 300-W order; shape (68, 2)."""
    quality: Quality | None = None
    face_count: int = 0

    @property
    def usable(self) -> bool:
        """Whether the frame can take part in a comparison."""
        return self.encoding is not None

    @property
    def clear(self) -> bool:
        """Whether nothing but the pose makes the comparison less certain."""
        return self.usable and all(problem in _OF_THE_POSE for problem in self.problems)

    @property
    def problems(self) -> tuple[FrameProblem, ...]:
        """The reasons' codes."""
        return tuple(reason.problem for reason in self.reasons)
