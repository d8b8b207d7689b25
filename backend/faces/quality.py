"""Is a face good enough to compare: size, sharpness, light and pose, each with its limit, value and
remedy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.faces.detect import Detection
from backend.faces.pose import head_pose
from backend.faces.reading import FrameProblem, Quality, Reason
from shared.i18n import Message
from shared.i18n import Message as _

_BLACK, _WHITE = 16, 250
_CORE = slice(25, 125)
"""The part of the 150 px crop that is skin: no hair, no background."""


@dataclass(frozen=True, slots=True)
class QualityLimits:
    """The least that is asked of a face; the defaults are the gate at enrolment."""

    min_detection_score: float = 0.0
    """Below 0 the detector itself calls it no face; such a find is good for one frame of several, not for
    weeks."""
    min_face_px: float = 80.0
    """The encoder looks at 150 px with a margin, about 100 px of face; below 80 it sees mostly
    interpolation."""
    min_inside_share: float = 0.85
    """A face cut off by the picture's edge loses its jaw or forehead, and the crop is filled with black."""
    min_sharpness: float = 0.0045
    """A 190 px face blurred by 7 px, which moves its encoding by 0.5; the softest hundredth of ORL lies
    below."""
    min_brightness: float = 50.0
    """Below a fifth of full scale, sensor noise outweighs the face."""
    max_brightness: float = 215.0
    """Above, cheeks and forehead are one white surface."""
    max_dark_share: float = 0.35
    """A third of the face black: light from behind."""
    max_bright_share: float = 0.20
    """A fifth of the face burnt out: morning sun or flash."""
    max_imbalance: float = 0.70
    """One half of the face more than twice as bright as the other: light from the side."""
    min_contrast: float = 12.0
    """Fog, a dirty lens or too little light: half the contrast of an overcast day costs nothing, a fifth 0.08."""
    max_noise_share: float = 0.10
    """Noise of a third of the contrast moves an encoding by 0.1; a phone's by day is a twentieth."""
    max_yaw_deg: float = 35.0
    """Beyond, the far eye begins to hide."""
    max_pitch_deg: float = 30.0
    """Beyond, nose or chin hide the rest."""
    max_roll_deg: float = 30.0
    """The crop is turned upright, but the detector misses faces tilted further."""


ENROLMENT_LIMITS = QualityLimits()
"""A template is used for weeks, so a photo that is refused costs less than one that lets strangers in."""

FRAME_LIMITS = QualityLimits(
    min_detection_score=-0.15,
    min_face_px=60.0,
    min_inside_share=0.75,
    min_sharpness=0.0035,
    min_brightness=35.0,
    max_brightness=225.0,
    max_dark_share=0.5,
    max_bright_share=0.3,
    max_imbalance=0.9,
    min_contrast=10.0,
    max_yaw_deg=45.0,
    max_pitch_deg=40.0,
    max_roll_deg=40.0,
)
"""Hints for the next try: frames of a check-in are many and the fused comparison bears some poor ones."""


def measure(
    pixels: NDArray[np.uint8],
    detection: Detection,
    landmarks: NDArray[np.float32],
    chip: NDArray[np.uint8],
    reduction: float,
) -> Quality:
    """Measures of a face: its picture (RGB), box, 68 landmarks, its 150 px crop, and sent size over decoded
    size."""
    box = detection.box
    assert box is not None, "a picture without a face has no quality"
    height, width = pixels.shape[:2]
    inside_width = min(box.right, width) - max(box.left, 0)
    inside_height = min(box.bottom, height) - max(box.top, 0)
    area = (box.right - box.left) * (box.bottom - box.top)
    core = chip[_CORE, _CORE].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    left, right = float(core[:, :50].mean()), float(core[:, 50:].mean())
    contrast = float(_half_size(core).std())
    brightness = float(core.mean())
    return Quality(
        detection_score=detection.score,
        face_px=box.width_px * reduction,
        inside_share=max(0, inside_width) * max(0, inside_height) / area,
        sharpness=_sharpness(core),
        brightness=brightness,
        dark_share=float((core < _BLACK).mean()),
        bright_share=float((core > _WHITE).mean()),
        imbalance=abs(left - right) / max(brightness, 1.0),
        contrast=contrast,
        noise_share=_noise(core) / max(contrast, 1.0),
        pose=head_pose(landmarks),
    )


def judge(quality: Quality, limits: QualityLimits) -> tuple[Reason, ...]:
    """Everything that falls short, worst kinds first; empty when the face is good."""
    pose = quality.pose
    checks: tuple[tuple[FrameProblem, float, float, bool, Message], ...] = (
        (
            FrameProblem.FACE_UNCLEAR,
            quality.detection_score * 100,
            limits.min_detection_score * 100,
            True,
            _UNCLEAR,
        ),
        (FrameProblem.FACE_TOO_SMALL, quality.face_px, limits.min_face_px, True, _SMALL),
        (
            FrameProblem.FACE_CUT_OFF,
            quality.inside_share * 100,
            limits.min_inside_share * 100,
            True,
            _CUT_OFF,
        ),
        (FrameProblem.BLURRED, quality.sharpness * 10_000, limits.min_sharpness * 10_000, True, _BLURRED),
        (FrameProblem.TOO_DARK, quality.brightness, limits.min_brightness, True, _DARK),
        (FrameProblem.TOO_DARK, quality.dark_share * 100, limits.max_dark_share * 100, False, _SHADOW),
        (FrameProblem.TOO_BRIGHT, quality.brightness, limits.max_brightness, False, _BRIGHT),
        (FrameProblem.TOO_BRIGHT, quality.bright_share * 100, limits.max_bright_share * 100, False, _GLARE),
        (FrameProblem.UNEVEN_LIGHT, quality.imbalance * 100, limits.max_imbalance * 100, False, _UNEVEN),
        (FrameProblem.PALE, quality.contrast, limits.min_contrast, True, _PALE),
        (FrameProblem.NOISY, quality.noise_share * 100, limits.max_noise_share * 100, False, _NOISY),
        (FrameProblem.TURNED, abs(pose.yaw_deg), limits.max_yaw_deg, False, _TURNED),
        (FrameProblem.NODDED, abs(pose.pitch_deg), limits.max_pitch_deg, False, _NODDED),
        (FrameProblem.TILTED, abs(pose.roll_deg), limits.max_roll_deg, False, _TILTED),
    )
    reasons: dict[FrameProblem, Reason] = {}
    for problem, value, limit, at_least, message in checks:
        if (value < limit if at_least else value > limit) and problem not in reasons:
            said = message.format(value=f"{value:.0f}", limit=f"{limit:.0f}")
            reasons[problem] = Reason(problem, said, value, limit)
    return tuple(reasons.values())


def _sharpness(grey: NDArray[np.float32]) -> float:
    """Variance of second differences at half size and unit contrast, across or down, whichever is weaker.

    The variance of the Laplacian (Pech-Pacheco et al. 2000), made independent of light by unit contrast, of
    sensor noise and JPEG blocks by half size, and aware of motion, which blurs one direction only.
    """
    half = _half_size(grey)
    half /= max(float(half.std()), 1.0)
    across = half[:, :-2] + half[:, 2:] - 2 * half[:, 1:-1]
    down = half[:-2] + half[2:] - 2 * half[1:-1]
    return float(min(across.var(), down.var()))


def _noise(grey: NDArray[np.float32]) -> float:
    """Standard deviation of white noise in grey levels (Immerkær 1996, with the median, which edges do not move)."""
    rows = grey[:-2] - 2 * grey[1:-1] + grey[2:]
    residual = rows[:, :-2] - 2 * rows[:, 1:-1] + rows[:, 2:]
    return float(np.median(np.abs(residual))) / (0.6745 * 6.0)


def _half_size(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means of 2 × 2."""
    halved: NDArray[np.float32] = grey.reshape(grey.shape[0] // 2, 2, grey.shape[1] // 2, 2).mean(axis=(1, 3))
    return halved


_UNCLEAR = _(
    "The face must be found with a certainty of at least {limit}, was {value}: look into the camera and uncover the face"
)
_SMALL = _("The face must be at least {limit} px wide, was {value}: come closer")
_CUT_OFF = _(
    "At least {limit} percent of the face must be in the picture, was {value}: hold the camera so that the whole face is seen"
)
_BLURRED = _("The face must have a sharpness of at least {limit}, was {value}: hold still and wipe the lens")
_DARK = _("The brightness of the face must be at least {limit} of 255, was {value}: turn towards the light")
_SHADOW = _(
    "At most {limit} percent of the face may be black, was {value}: turn so that the light falls on the face"
)
_BRIGHT = _("The brightness of the face must be at most {limit} of 255, was {value}: step into the shade")
_GLARE = _(
    "At most {limit} percent of the face may be burnt out, was {value}: turn away from the sun or the lamp"
)
_UNEVEN = _(
    "The halves of the face may differ in light by at most {limit} percent, was {value}: turn so that light falls evenly"
)
_PALE = _(
    "The face must have a contrast of at least {limit}, was {value}: wipe the lens and look for even, brighter light"
)
_NOISY = _(
    "At most {limit} percent of what is seen may be noise of the camera, was {value}: go where there is more light"
)
_TURNED = _("The head may be turned aside by at most {limit}°, was {value}°: look into the camera")
_NODDED = _(
    "The head may be raised or lowered by at most {limit}°, was {value}°: hold the camera at eye level"
)
_TILTED = _("The head may be tilted by at most {limit}°, was {value}°: hold the phone and the head upright")
