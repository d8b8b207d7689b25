"""One picture to one reading: the dominant face, its 68 landmarks, its quality and its encoding."""

from __future__ import annotations

import numpy as np

from backend.faces.detect import find_face
from backend.faces.dlib_models import DlibModels, dlib_models
from backend.faces.pictures import BadPicture, Picture
from backend.faces.quality import FRAME_LIMITS, QualityLimits, judge, measure
from backend.faces.reading import FrameProblem, FrameReading, Reason
from shared.i18n import Message as _

CHIP_SIDE_PX = 150
"""The encoder's input; a constant of the trained network."""
CHIP_PADDING = 0.25
"""Margin round the face with which the network was trained."""


def read_frame(
    picture: Picture, limits: QualityLimits = FRAME_LIMITS, models: DlibModels | None = None
) -> FrameReading:
    """Read one decoded picture; costs about 0.04 s of CPU. A refusal is a value: see
    ``FrameReading.reasons``."""
    models = models or dlib_models()
    pixels = picture.pixels
    detection = find_face(pixels, models)
    if detection.box is None:
        assert detection.problem is not None
        return FrameReading(
            encoding=None,
            reasons=(_no_single_face(detection.problem, detection.face_count),),
            face_count=detection.face_count,
        )
    shape = models.landmarks(pixels, detection.box)
    landmarks = np.array([(point.x, point.y) for point in shape.parts()], dtype=np.float32)
    chip = models.chip(pixels, shape, side_px=CHIP_SIDE_PX, padding=CHIP_PADDING)
    reduction = max(picture.info.width_px, picture.info.height_px) / max(pixels.shape[:2])
    quality = measure(pixels, detection, landmarks, chip, reduction)
    return FrameReading(
        encoding=models.encode(chip),
        reasons=judge(quality, limits),
        box=detection.box,
        landmarks=landmarks,
        quality=quality,
        face_count=detection.face_count,
    )


def unreadable(error: BadPicture) -> FrameReading:
    """The reading of a file that is no photo."""
    return FrameReading(encoding=None, reasons=(Reason(FrameProblem.BAD_PICTURE, error.message),))


def _no_single_face(problem: FrameProblem, face_count: int) -> Reason:
    if problem is FrameProblem.SEVERAL_FACES:
        message = _("{count} faces were found and none stands in front: take the photo with one person only")
        return Reason(problem, message.format(count=face_count), float(face_count), 1.0)
    message = _(
        "No face was found: hold the camera at eye level, come closer, and take off scarf and dark glasses"
    )
    return Reason(problem, message, 0.0, 1.0)
