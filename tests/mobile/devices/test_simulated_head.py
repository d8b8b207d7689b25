"""The desktop's head before the desktop's camera: a whole check-in that the real models accept."""

from __future__ import annotations

import random
from pathlib import Path
from uuid import uuid4

import pytest

from backend.faces.compare import compare
from backend.faces.liveness import LiveFrame, assess
from backend.faces.threshold import SHIPPED
from backend.faces.verifier import DlibVerifier
from mobile.capture.check_in import Taken, within_bytes
from mobile.capture.guide import Guide, Subject
from mobile.capture.phases import RUNNING, Phase
from mobile.capture.photos import CHECK_IN_BYTES
from mobile.devices.boot_clock import DeviceTime
from mobile.devices.desktop_camera import DesktopCamera
from mobile.devices.desktop_location import DesktopLocation, Standing
from mobile.devices.simulated_head import SimulatedHead
from mobile.simulated.faces import Turnable, find_face
from mobile.voice.cues import Cue
from shared.vocabulary import Language, LivenessOutcome, Move
from tests.mobile.capture.capture_stage import AT, PLACE, Facts, Ticks, challenge

TICK_MS = 100


def checked_in(face: Turnable | None, *moves: Move, language: Language = Language.RU, seed: int = 3) -> Taken:
    """A check-in of a person with a face, by the desktop's devices and a clock that does not wait."""
    ticks, rng = Ticks(), random.Random(seed)
    head = SimulatedHead(lambda _person_id: face, ticks, rng)
    camera = DesktopCamera(head, ticks, ticks.now, threaded=False)
    location = DesktopLocation(Standing(lambda: AT), ticks, ticks.now, rng, threaded=False)
    guide = Guide(camera, location, DeviceTime(ticks, Facts(), ticks.now), head.prompt)
    asked = challenge(*moves)
    head.meet(asked.person_id)
    guide.open(Subject(person_id=asked.person_id, language=language, place=PLACE))
    guide.begin(asked)
    while guide.phase in RUNNING:
        ticks.ms += TICK_MS
        camera.paint()
        if ticks.ms % 1000 == 0:
            location.take()
        guide.tick()
    assert Phase.DONE is guide.phase, guide.words
    assert guide.doubt is None
    assert guide.taken is not None
    return guide.taken


@pytest.mark.models
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "moves", "language"),
    [
        ("portrait", (Move.LEFT, Move.UP), Language.RU),
        ("portrait", (Move.RIGHT, Move.LEFT), Language.EN),
        ("orl/s14", (Move.DOWN, Move.RIGHT), Language.KK),
    ],
)
def test_desktop_s_check_in_is_live_and_known(
    name: str, moves: tuple[Move, ...], language: Language, data_dir: Path
) -> None:
    """Every frame re-encoded as it would be sent: the right person, turned as asked, alive, within the bytes."""
    face = find_face(name, data_dir)
    if face is None:
        pytest.skip(f"the pictures of {name} are not on this machine (QALA_DATA)")
    assert isinstance(face, Turnable)
    verifier = DlibVerifier()
    template = verifier.enrol(face.enrolment(random.Random(1), 5)).template
    assert template is not None
    taken = within_bytes(checked_in(face, *moves, language=language))
    assert sum(len(shot.jpeg) for shot in taken.shots) < CHECK_IN_BYTES
    readings = verifier.read([shot.jpeg for shot in taken.shots])
    frames = [
        LiveFrame(reading.landmarks if reading.usable else None, shot.boot_ms / 1000, shot.prompt)
        for reading, shot in zip(readings, taken.shots, strict=True)
    ]
    live = assess(frames, moves)
    assert LivenessOutcome.LIVE is live.outcome, live.measures
    comparison = compare(template, [each.encoding for each in readings if each.encoding is not None])
    assert comparison.distance < SHIPPED.accept_at


def test_nobody_s_face_is_an_empty_place() -> None:
    """The demonstration has no picture of most people: the check-in can be made, and the server asks for another."""
    taken = checked_in(None, Move.LEFT)
    assert 6 == len(taken.shots)


def test_head_turns_where_it_was_asked_and_back() -> None:
    """By the boot clock, however often it is painted; left is the person's own, so the picture's right."""
    face = find_face("portrait", None)
    if not isinstance(face, Turnable):
        pytest.skip("scikit-image's portrait is not on this machine")
    ticks = Ticks()
    head = SimulatedHead(lambda _person_id: face, ticks, random.Random(1))
    head.meet(uuid4())
    ahead = head.preview()
    head.prompt(Cue.LEFT, Language.RU)
    ticks.ms += 2000
    left = head.preview()
    head.prompt(Cue.STILL, Language.RU)
    ticks.ms += 2000
    assert left.tobytes() == head.preview().tobytes()
    head.prompt(Cue.STRAIGHT, Language.RU)
    ticks.ms += 2000
    assert ahead.tobytes() == head.preview().tobytes()
    assert ahead.tobytes() != left.tobytes()


def test_a_picture_shows_the_pose_of_the_moment_it_was_asked_for() -> None:
    """However late it is painted: under the next movement's name it would look like somebody who does not obey."""
    face = find_face("portrait", None)
    if not isinstance(face, Turnable):
        pytest.skip("scikit-image's portrait is not on this machine")

    def turned(*, late: bool) -> bytes:
        ticks = Ticks()
        head = SimulatedHead(lambda _person_id: face, ticks, random.Random(1))
        head.meet(uuid4())
        head.prompt(Cue.LEFT, Language.RU)
        ticks.ms += 2000
        painted = head.expose()
        if late:
            head.prompt(Cue.STRAIGHT, Language.RU)
            ticks.ms += 2000
        return painted()

    assert turned(late=False) == turned(late=True)
