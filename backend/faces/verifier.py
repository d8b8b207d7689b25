"""The port that workers hold: enrol from photos, read the frames of a check-in. Plain values in and out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from backend.faces.compare import Template, distances_to_others, odd_ones_out, pair_distances
from backend.faces.encode import read_frame, unreadable
from backend.faces.pictures import MAX_BYTES, MAX_PIXELS, BadPicture, read_picture
from backend.faces.quality import ENROLMENT_LIMITS, FRAME_LIMITS, QualityLimits
from backend.faces.reading import MODEL_VERSION, FrameProblem, FrameReading, Reason
from backend.faces.threshold import SHIPPED, Threshold
from shared.i18n import Message as _

MIN_PHOTOS, MAX_PHOTOS = 3, 10
"""Fewer photos let more strangers in (see docs/benchmarks.md); more than ten hardly help and cost CPU."""
SAME_PHOTO_BELOW = 0.01
"""Two shots in a row differ by 0.05 and more; below this the file was sent twice and adds nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class EnrolmentReading:
    """What enrolment made of the photos, one reading each in the order given.

    A photo is in the template exactly when its reading has no reasons. ``template`` is None when fewer than
    three are left; then ``reasons`` says so.
    """

    photos: tuple[FrameReading, ...]
    template: Template | None
    reasons: tuple[Reason, ...] = ()

    @property
    def accepted(self) -> tuple[bool, ...]:
        """For each photo, whether it passed the gate."""
        return tuple(photo.usable and not photo.reasons for photo in self.photos)


class FaceVerifier(Protocol):
    """What worker processes need of face recognition. Never raises for what a photo shows: refusals are
    values."""

    @property
    def model_version(self) -> str: ...

    def enrol(self, photos: Sequence[bytes]) -> EnrolmentReading: ...

    def read(self, frames: Sequence[bytes]) -> list[FrameReading]: ...


class DlibVerifier:
    """The real one: dlib's detector, landmarks and ResNet on the CPU. Models load at the first call."""

    def __init__(
        self, threshold: Threshold = SHIPPED, *, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS
    ) -> None:
        self._threshold = threshold
        self._max_bytes = max_bytes
        self._max_pixels = max_pixels

    @property
    def model_version(self) -> str:
        return MODEL_VERSION

    def enrol(self, photos: Sequence[bytes]) -> EnrolmentReading:
        """Template of 3 to 10 photos that each show the same one face well; about 0.05 s of CPU a photo."""
        if len(photos) > MAX_PHOTOS:
            message = _("Enrolment takes at most {max} photos, was {count}: choose the best").format(
                max=MAX_PHOTOS, count=len(photos)
            )
            reason = Reason(FrameProblem.TOO_MANY_PHOTOS, message, len(photos), MAX_PHOTOS)
            return EnrolmentReading((), None, (reason,))
        return build_enrolment([self._read_one(photo, ENROLMENT_LIMITS) for photo in photos], self._threshold)

    def read(self, frames: Sequence[bytes]) -> list[FrameReading]:
        """One reading a frame, in the order given."""
        return [self._read_one(frame, FRAME_LIMITS) for frame in frames]

    def _read_one(self, data: bytes, limits: QualityLimits) -> FrameReading:
        try:
            picture = read_picture(data, max_bytes=self._max_bytes, max_pixels=self._max_pixels)
        except BadPicture as error:
            return unreadable(error)
        return read_frame(picture, limits)


def build_enrolment(
    readings: Sequence[FrameReading], threshold: Threshold = SHIPPED, *, min_photos: int = MIN_PHOTOS
) -> EnrolmentReading:
    """The gate between readings and template: good photos, of one person, none of them twice."""
    photos = _mark_repeated(_mark_strangers(list(readings), threshold.one_identity_at))
    encodings = [photo.encoding for photo in photos if photo.encoding is not None and not photo.reasons]
    if len(encodings) < min_photos:
        message = _(
            "Enrolment needs at least {min} good photos of one person, was {count}: add others"
        ).format(min=min_photos, count=len(encodings))
        return EnrolmentReading(
            tuple(photos), None, (Reason(FrameProblem.TOO_FEW_PHOTOS, message, len(encodings), min_photos),)
        )
    return EnrolmentReading(tuple(photos), Template(np.stack(encodings)))


def _mark_strangers(photos: list[FrameReading], limit: float) -> list[FrameReading]:
    good = [index for index, photo in enumerate(photos) if photo.usable and not photo.reasons]
    encodings = [encoding for index in good if (encoding := photos[index].encoding) is not None]
    distances = distances_to_others(encodings)
    for position in odd_ones_out(encodings, limit):
        message = _(
            "The photo does not look like the others: its distance to them may be at most {limit}, was {value}: "
            "make sure that it shows the same person"
        ).format(limit=f"{limit:.2f}", value=f"{distances[position]:.2f}")
        reason = Reason(FrameProblem.OTHER_FACE, message, distances[position], limit)
        photos[good[position]] = replace(photos[good[position]], reasons=(reason,))
    return photos


def _mark_repeated(photos: list[FrameReading]) -> list[FrameReading]:
    kept: list[int] = []
    for index, photo in enumerate(photos):
        if photo.encoding is None or photo.reasons:
            continue
        for earlier in kept:
            other = photos[earlier].encoding
            assert other is not None
            if pair_distances(photo.encoding[None], other[None])[0, 0] < SAME_PHOTO_BELOW:
                message = _("The photo is the same as photo {number}: take another one").format(
                    number=earlier + 1
                )
                photos[index] = replace(photo, reasons=(Reason(FrameProblem.SAME_PHOTO, message),))
                break
        else:
            kept.append(index)
    return photos
