"""What the real models make of heads and pictures that move before a simulated camera."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median

import pytest
from PIL import Image, ImageOps

from backend.faces.compare import Template, compare
from backend.faces.liveness import LiveFrame, Liveness, assess
from backend.faces.reading import FrameReading, Pose
from backend.faces.threshold import SHIPPED
from backend.faces.verifier import DlibVerifier
from mobile.simulated.faces import Face, find_face
from mobile.simulated.heads import Shot
from mobile.simulated.prints import Way
from shared.vocabulary import LivenessOutcome, Move

pytestmark = [pytest.mark.models, pytest.mark.slow]

FACES = ("portrait", "orl/s14", "orl/s18", "orl/s5")
OPPOSITE = {Move.LEFT: Move.RIGHT, Move.RIGHT: Move.LEFT, Move.UP: Move.DOWN, Move.DOWN: Move.UP}
EVERY_S = 0.4


@pytest.fixture(scope="module")
def verifier() -> DlibVerifier:
    """The real models."""
    return DlibVerifier()


@pytest.fixture(params=FACES)
def face(request: pytest.FixtureRequest, data_dir: Path) -> Face:
    """Somebody before the camera."""
    face = find_face(request.param, data_dir)
    if face is None:
        pytest.skip(f"the pictures of {request.param} are not on this machine (QALA_DATA)")
    return face


def enrolled(face: Face, verifier: DlibVerifier) -> Template:
    """The template that the face's own photos make."""
    enrolment = verifier.enrol(face.enrolment(random.Random(1), 5))
    assert enrolment.template is not None, [photo.reasons for photo in enrolment.photos]
    return enrolment.template


def read(verifier: DlibVerifier, shots: Sequence[Shot]) -> list[FrameReading]:
    """Readings of all frames."""
    return verifier.read([frame for frame, _prompt in shots])


def live(
    readings: Sequence[FrameReading],
    shots: Sequence[Shot],
    moves: Sequence[Move],
    *,
    mirrored: bool = False,
) -> Liveness:
    """What the geometry says."""
    frames = [
        LiveFrame(reading.landmarks if reading.usable else None, EVERY_S * index, prompt)
        for index, (reading, (_frame, prompt)) in enumerate(zip(readings, shots, strict=True))
    ]
    return assess(frames, moves, mirrored=mirrored)


def turn_deg(move: Move, pose: Pose) -> float:
    """How far a pose is turned in a movement's direction."""
    return {
        Move.LEFT: pose.yaw_deg,
        Move.RIGHT: -pose.yaw_deg,
        Move.UP: pose.pitch_deg,
        Move.DOWN: -pose.pitch_deg,
    }[move]


def test_turning_head_is_found_read_and_known(face: Face, verifier: DlibVerifier) -> None:
    """A face in every frame, turned as asked and by as much, still the same person, and alive."""
    template = enrolled(face, verifier)
    moves = [Move.LEFT, Move.UP, Move.RIGHT]
    shots = face.moving(random.Random(5), moves)
    readings = read(verifier, shots)
    assert [True] * len(shots) == [reading.usable for reading in readings]
    poses = [reading.quality.pose for reading in readings if reading.quality is not None]
    for index, move in enumerate(moves):
        turns = [turn_deg(move, pose) for pose, shot in zip(poses, shots, strict=True) if shot[1] == index]
        ahead = median(
            turn_deg(move, pose) for pose, shot in zip(poses, shots, strict=True) if shot[1] is None
        )
        assert max(turns) == turns[1]
        assert 10 < turns[1] - ahead < 50
    comparison = compare(template, [each.encoding for each in readings if each.encoding is not None])
    assert comparison.distance < SHIPPED.accept_at
    assert LivenessOutcome.LIVE is live(readings, shots, moves).outcome


@pytest.mark.parametrize("way", [Way.FLAT, Way.CURLED, Way.SCREEN])
def test_turned_pictures_are_never_alive(face: Face, verifier: DlibVerifier, way: Way) -> None:
    """However the attacker tilts them; they show the right face all the while."""
    moves = [Move.LEFT, Move.DOWN]
    shots = face.moving(random.Random(6), moves, way=way)
    readings = read(verifier, shots)
    assert fmean(reading.usable for reading in readings) > 0.8
    assert LivenessOutcome.LIVE is not live(readings, shots, moves).outcome


def test_head_that_turns_the_other_way_has_not_done_as_asked(face: Face, verifier: DlibVerifier) -> None:
    """That is asked for again; nobody is called an attacker for it."""
    moves = [Move.LEFT, Move.UP]
    shots = face.moving(random.Random(7), [OPPOSITE[move] for move in moves])
    assert LivenessOutcome.UNKNOWN is live(read(verifier, shots), shots, moves).outcome


def test_mirrored_frames_of_a_front_camera_are_read_unmirrored(face: Face, verifier: DlibVerifier) -> None:
    """Left and right are the person's own only for who knows that the picture is mirrored."""
    moves = [Move.RIGHT, Move.LEFT]
    shots = [(mirrored(frame), prompt) for frame, prompt in face.moving(random.Random(8), moves)]
    readings = read(verifier, shots)
    assert LivenessOutcome.LIVE is live(readings, shots, moves, mirrored=True).outcome
    assert LivenessOutcome.UNKNOWN is live(readings, shots, moves).outcome


def mirrored(frame: bytes) -> bytes:
    """A frame as some front cameras save it."""
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(frame)) as picture:
        ImageOps.mirror(picture).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()
