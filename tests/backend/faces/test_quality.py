"""Quality gate: each shortcoming alone is found and named with value, limit and remedy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from backend.faces.detect import Detection
from backend.faces.quality import ENROLMENT_LIMITS, FRAME_LIMITS, judge, measure
from backend.faces.reading import Box, FrameProblem, Pose, Quality
from shared.i18n import Message

GOOD = Quality(
    detection_score=1.0,
    face_px=200.0,
    inside_share=1.0,
    sharpness=0.05,
    brightness=130.0,
    dark_share=0.0,
    bright_share=0.0,
    imbalance=0.1,
    contrast=40.0,
    noise_share=0.02,
    pose=Pose(0.0, 0.0, 0.0),
)


def test_good_face_has_no_reasons() -> None:
    """Neither at enrolment nor at check-in."""
    assert () == judge(GOOD, ENROLMENT_LIMITS)
    assert () == judge(GOOD, FRAME_LIMITS)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"detection_score": -0.2}, FrameProblem.FACE_UNCLEAR),
        ({"face_px": 40.0}, FrameProblem.FACE_TOO_SMALL),
        ({"inside_share": 0.6}, FrameProblem.FACE_CUT_OFF),
        ({"sharpness": 0.001}, FrameProblem.BLURRED),
        ({"brightness": 20.0}, FrameProblem.TOO_DARK),
        ({"dark_share": 0.8}, FrameProblem.TOO_DARK),
        ({"brightness": 240.0}, FrameProblem.TOO_BRIGHT),
        ({"bright_share": 0.5}, FrameProblem.TOO_BRIGHT),
        ({"imbalance": 1.5}, FrameProblem.UNEVEN_LIGHT),
        ({"contrast": 5.0}, FrameProblem.PALE),
        ({"noise_share": 0.3}, FrameProblem.NOISY),
        ({"pose": Pose(-50.0, 0.0, 0.0)}, FrameProblem.TURNED),
        ({"pose": Pose(0.0, 45.0, 0.0)}, FrameProblem.NODDED),
        ({"pose": Pose(0.0, 0.0, 45.0)}, FrameProblem.TILTED),
    ],
)
def test_each_shortcoming_is_named_alone(change: dict[str, Any], problem: FrameProblem) -> None:
    """One change, one reason, both at enrolment and at check-in."""
    for limits in (ENROLMENT_LIMITS, FRAME_LIMITS):
        assert [problem] == [reason.problem for reason in judge(replace(GOOD, **change), limits)]


def test_reason_carries_value_limit_and_translatable_message() -> None:
    """The phone shows the sentence, the verdict stores the numbers."""
    (reason,) = judge(replace(GOOD, face_px=40.0), ENROLMENT_LIMITS)
    assert (40.0, 80.0) == (reason.value, reason.limit)
    assert "The face must be at least 80 px wide, was 40: come closer" == reason.message
    assert isinstance(reason.message, Message)
    assert {"value": "40", "limit": "80"} == reason.message.values


def test_dark_face_is_named_once() -> None:
    """Two measures of the same trouble give one sentence."""
    assert 1 == len(judge(replace(GOOD, brightness=10.0, dark_share=0.9), ENROLMENT_LIMITS))


FACE_BOX = Box(10, 10, 110, 110)


def measured_quality(chip: np.ndarray[Any, Any], box: Box = FACE_BOX) -> Quality:
    landmarks = np.zeros((68, 2), np.float32)
    landmarks[[30, 8, 36, 45, 48, 54]] = [
        (0, 0),
        (0, 330),
        (-225, -170),
        (225, -170),
        (-150, 150),
        (150, 150),
    ]
    landmarks[36:42], landmarks[42:48] = (-150, -170), (150, -170)
    landmarks[36], landmarks[45] = (-225, -170), (225, -170)
    picture = np.zeros((200, 200, 3), np.uint8)
    return measure(picture, Detection(box, None, 1, 1.0), landmarks, chip, reduction=2.0)


def noise(seed: int = 3) -> np.ndarray[Any, Any]:
    grey = np.random.default_rng(seed).integers(40, 210, (150, 150, 1)).astype(np.uint8)
    return np.repeat(grey, 3, axis=2)


def smoothed(chip: np.ndarray[Any, Any], across: int, down: int) -> np.ndarray[Any, Any]:
    rows = np.mean([np.roll(chip.astype(float), shift, axis=0) for shift in range(down)], axis=0)
    return np.mean([np.roll(rows, shift, axis=1) for shift in range(across)], axis=0).astype(np.uint8)


def test_blur_in_either_direction_lowers_sharpness() -> None:
    """A hand that moves sideways blurs one direction only."""
    sharp = measured_quality(noise()).sharpness
    assert measured_quality(smoothed(noise(), 15, 1)).sharpness < sharp / 3
    assert measured_quality(smoothed(noise(), 1, 15)).sharpness < sharp / 3


def test_noise_is_measured_and_edges_are_not_noise() -> None:
    """White noise of a standard deviation of 12 on stripes as wide as a nose, and the stripes alone."""
    stripes = np.repeat(np.where(np.arange(150) % 30 < 15, 90, 170), 150).reshape(150, 150, 1)
    noisy = stripes + np.random.default_rng(5).normal(0, 12, stripes.shape)
    chips = [np.repeat(chip, 3, axis=2).astype(np.uint8) for chip in (stripes, noisy)]
    clean, noisy_quality = (measured_quality(chip) for chip in chips)
    assert 0 == clean.noise_share
    assert pytest.approx(12, rel=0.1) == noisy_quality.noise_share * noisy_quality.contrast


def test_fog_lowers_contrast() -> None:
    """A tenth of the contrast is left."""
    foggy = (150 + (noise().astype(float) - 125) / 10).astype(np.uint8)
    assert pytest.approx(measured_quality(noise()).contrast / 10, rel=0.1) == measured_quality(foggy).contrast


def test_sharpness_does_not_depend_on_light() -> None:
    """Half the light, the same sharpness."""
    assert pytest.approx(measured_quality(noise()).sharpness, rel=0.05) == (
        measured_quality(noise() // 2).sharpness
    )


def test_light_from_one_side_is_measured() -> None:
    """One half at 50, the other at 150: a difference as large as the mean."""
    chip = np.full((150, 150, 3), 50, np.uint8)
    chip[:, 75:] = 150
    assert pytest.approx(1.0, abs=0.02) == measured_quality(chip).imbalance


def test_face_over_the_edge_is_measured_as_cut_off() -> None:
    """Half of the box outside."""
    assert pytest.approx(0.5) == measured_quality(noise(), Box(-50, 10, 50, 110)).inside_share


def test_face_width_counts_in_pixels_that_were_sent() -> None:
    """A 100 px box in a picture reduced to half was 200 px."""
    assert 200.0 == measured_quality(noise()).face_px
