"""One dominant face: tried on a fake detector that answers from a list."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backend.faces.detect import find_face
from backend.faces.reading import Box, FrameProblem

Find = tuple[tuple[int, int, int, int], float]
PICTURE = np.zeros((960, 1280, 3), np.uint8)


class FakeDetector:
    """Answers each call with the next list, and remembers what it was asked."""

    def __init__(self, *answers: list[Find]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[tuple[int, ...], int]] = []

    def detect(self, pixels: NDArray[np.uint8], *, upsample: int, score_above: float) -> list[Find]:
        self.asked.append((pixels.shape, upsample))
        return self.answers.pop(0) if self.answers else []


def test_detection_runs_on_a_small_copy_and_box_is_in_full_size() -> None:
    """480 px long side, one call, no upsampling when something is found."""
    detector = FakeDetector([((90, 60, 210, 180), 1.2)])
    detection = find_face(PICTURE, detector)
    assert [((360, 480, 3), 0)] == detector.asked
    assert Box(240, 160, 560, 480) == detection.box


def test_upsampling_is_tried_only_when_nothing_was_found() -> None:
    """The expensive pass is the exception."""
    detector = FakeDetector([], [((100, 100, 150, 150), 0.4)])
    assert find_face(PICTURE, detector).box is not None
    assert [0, 1] == [upsample for _shape, upsample in detector.asked]


def test_no_face_is_a_value() -> None:
    """An empty street is reported, not raised."""
    detection = find_face(PICTURE, FakeDetector())
    assert (None, FrameProblem.NO_FACE, 0) == (detection.box, detection.problem, detection.face_count)


def test_three_equal_faces_have_none_dominant() -> None:
    """Nobody is chosen among people side by side."""
    row = [((x, 100, x + 100, 200), 1.0) for x in (0, 150, 300)]
    detection = find_face(PICTURE, FakeDetector(row))
    assert (None, FrameProblem.SEVERAL_FACES, 3) == (detection.box, detection.problem, detection.face_count)


def test_person_in_front_is_dominant_over_one_behind() -> None:
    """A passer-by with less than half the area does not spoil the frame."""
    detection = find_face(PICTURE, FakeDetector([((0, 0, 60, 60), 1.0), ((100, 100, 220, 220), 0.9)]))
    assert detection.box is not None
    assert 320 == detection.box.width_px


def test_pattern_in_clothes_is_no_second_person() -> None:
    """A weak find beside a sure one is ignored, even when it is larger."""
    detection = find_face(PICTURE, FakeDetector([((0, 0, 200, 200), 0.1), ((100, 100, 200, 200), 1.5)]))
    assert (1, 1.5) == (detection.face_count, detection.score)


def test_small_picture_is_enlarged_before_detection() -> None:
    """A face of 40 px is below what the detector sees."""
    detector = FakeDetector([((0, 0, 120, 120), 1.0)])
    detection = find_face(np.zeros((120, 160, 3), np.uint8), detector)
    assert ((360, 480, 3), 0) == detector.asked[0]
    assert Box(0, 0, 40, 40) == detection.box
