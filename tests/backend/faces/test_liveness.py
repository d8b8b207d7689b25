"""Liveness on a made-up head and pictures of it: heads that turn are live, pictures never are, garbage is no error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from backend.faces.liveness import LIMITS, LiveFrame, Liveness, assess, mirror
from shared.vocabulary import FindingCode, FindingResult, LivenessOutcome, Move
from tests.backend.faces.solid_faces import Floats, curled_face, flat_face, seen, solid_face

ALWAYS_THE_SAME = settings(derandomize=True, database=None, deadline=None, max_examples=60)

EASY = replace(LIMITS, min_yaw_deg=1.0, min_pitch_deg=1.0)
"""Grants the movement to anything, so that depth alone decides."""
TURN = {Move.LEFT: (1, 0), Move.RIGHT: (-1, 0), Move.UP: (0, 1), Move.DOWN: (0, -1)}
moves_of_a_challenge = st.lists(st.sampled_from(list(Move)), min_size=1, max_size=3)


def film(
    points: Floats,
    turns: Sequence[Move],
    *,
    angle_deg: float = 22,
    roll_deg: float = 0,
    distance_mm: float = 450,
    frame_s: float = 0.5,
    noise_px: float = 0,
) -> list[LiveFrame]:
    """Two frames ahead, then three of each movement: on the way, and twice at its end."""
    rng = np.random.default_rng(7)

    def frame(yaw_deg: float, pitch_deg: float, at_s: float, prompt: int | None) -> LiveFrame:
        landmarks = seen(
            points, yaw_deg=yaw_deg, pitch_deg=pitch_deg, roll_deg=roll_deg, distance_mm=distance_mm
        )
        return LiveFrame(
            landmarks + rng.normal(0, 1, (68, 2)).astype(np.float32) * np.float32(noise_px), at_s, prompt
        )

    frames = [frame(0, 0, 100.0, None), frame(0, 0, 100.0 + frame_s, None)]
    for index, move in enumerate(turns):
        yaw, pitch = (angle_deg * part for part in TURN[move])
        for share in (0.5, 1.0, 1.0):
            frames.append(frame(yaw * share, pitch * share, 100.0 + frame_s * len(frames), index))
    return frames


def result_of(liveness: Liveness, code: FindingCode) -> FindingResult:
    """Of a measure that must be there."""
    measure = liveness.measure(code)
    assert measure is not None
    return measure.result


@ALWAYS_THE_SAME
@given(
    moves_of_a_challenge,
    st.floats(15, 30),
    st.floats(-20, 20),
    st.floats(300, 800),
    st.floats(0, 1),
)
def test_head_that_turns_as_asked_is_live(
    moves: list[Move], angle_deg: float, roll_deg: float, distance_mm: float, noise_px: float
) -> None:
    """From 30 to 80 cm, however the phone is tilted, with the detector's usual noise."""
    frames = film(
        solid_face(),
        moves,
        angle_deg=angle_deg,
        roll_deg=roll_deg,
        distance_mm=distance_mm,
        noise_px=noise_px * 450 / distance_mm,
    )
    assert LivenessOutcome.LIVE == assess(frames, moves).outcome


@ALWAYS_THE_SAME
@given(moves_of_a_challenge, st.floats(-45, 45), st.floats(-30, 30), st.floats(250, 800))
def test_flat_picture_is_never_live(
    moves: list[Move], angle_deg: float, roll_deg: float, distance_mm: float
) -> None:
    """Tilted about either axis, near or far, even if its movement is granted."""
    frames = film(flat_face(), moves, angle_deg=angle_deg, roll_deg=roll_deg, distance_mm=distance_mm)
    assert LivenessOutcome.LIVE != assess(frames, moves).outcome
    assert assess(frames, moves, limits=EASY).outcome in (LivenessOutcome.ATTACK, LivenessOutcome.UNKNOWN)


@ALWAYS_THE_SAME
@given(
    moves_of_a_challenge,
    st.floats(-45, 45),
    st.floats(60, 400),
    st.booleans(),
    st.booleans(),
    st.floats(250, 800),
)
def test_curled_picture_is_never_live(
    moves: list[Move], angle_deg: float, radius_mm: float, hollow: bool, across: bool, distance_mm: float
) -> None:
    """Round a cylinder of 6 cm and more, about either axis, bulging or hollow, turned."""
    picture = curled_face(-radius_mm if hollow else radius_mm, across=across)
    frames = film(picture, moves, angle_deg=angle_deg, distance_mm=distance_mm)
    assert LivenessOutcome.LIVE != assess(frames, moves).outcome
    assert LivenessOutcome.LIVE != assess(frames, moves, limits=EASY).outcome


def test_tilted_picture_whose_movement_is_granted_is_called_an_attack() -> None:
    """Depth has its own say."""
    frames = film(flat_face(), [Move.LEFT, Move.UP], angle_deg=35)
    liveness = assess(frames, [Move.LEFT, Move.UP], limits=EASY)
    assert LivenessOutcome.ATTACK == liveness.outcome
    assert FindingResult.FAIL == result_of(liveness, FindingCode.LIVE_DEPTH)


@pytest.mark.parametrize(
    ("asked", "done"),
    [(Move.LEFT, Move.RIGHT), (Move.RIGHT, Move.LEFT), (Move.UP, Move.DOWN), (Move.UP, Move.LEFT)],
)
def test_wrong_direction_is_no_attack_but_another_try(asked: Move, done: Move) -> None:
    """People mix up left and right."""
    liveness = assess(film(solid_face(), [done]), [asked])
    assert LivenessOutcome.UNKNOWN == liveness.outcome
    assert FindingResult.FAIL == result_of(liveness, FindingCode.LIVE_MOVEMENT)


def test_wrong_order_is_another_try() -> None:
    """Each movement counts in its own turn."""
    frames = film(solid_face(), [Move.RIGHT, Move.LEFT])
    assert LivenessOutcome.UNKNOWN == assess(frames, [Move.LEFT, Move.RIGHT]).outcome


def test_frames_of_movements_in_another_order_are_another_try() -> None:
    """The second movement may not have been filmed before the first."""
    frames = film(solid_face(), [Move.LEFT, Move.RIGHT])
    late = [
        replace(frame, at_s=frame.at_s + 10) if frame.prompt == 0 else replace(frame, at_s=frame.at_s)
        for frame in frames
    ]
    assert LivenessOutcome.UNKNOWN == assess(late, [Move.LEFT, Move.RIGHT]).outcome


def test_missing_movement_is_another_try() -> None:
    """Half of what was asked is not enough."""
    assert LivenessOutcome.UNKNOWN == assess(film(solid_face(), [Move.LEFT]), [Move.LEFT, Move.UP]).outcome


def test_small_movement_is_another_try() -> None:
    """A head at rest is no attack."""
    assert (
        LivenessOutcome.UNKNOWN == assess(film(solid_face(), [Move.LEFT], angle_deg=3), [Move.LEFT]).outcome
    )


def mirrored_film(frames: Sequence[LiveFrame]) -> list[LiveFrame]:
    """As a mirroring front camera and the landmark finder would give it."""
    return [
        replace(frame, landmarks=mirror(frame.landmarks.astype(float)).astype(np.float32))
        for frame in frames
        if frame.landmarks is not None
    ]


@ALWAYS_THE_SAME
@given(moves_of_a_challenge)
def test_mirrored_frames_give_the_same_result(moves: list[Move]) -> None:
    """Every measure is the same to the last digits."""
    frames = film(solid_face(), moves, noise_px=1)
    plain, mirrored = assess(frames, moves), assess(mirrored_film(frames), moves, mirrored=True)
    assert plain.outcome == mirrored.outcome
    assert [measure.value for measure in plain.measures] == pytest.approx(
        [measure.value for measure in mirrored.measures]
    )


@pytest.mark.parametrize("move", [Move.LEFT, Move.RIGHT])
def test_mirrored_frames_taken_for_plain_ones_are_the_wrong_direction(move: Move) -> None:
    """Left and right are the person's own: mirroring is told, not guessed."""
    assert LivenessOutcome.UNKNOWN == assess(mirrored_film(film(solid_face(), [move])), [move]).outcome


def test_head_that_jumps_is_uncertain() -> None:
    """Nobody turns by 20° in a hundredth of a second."""
    frames = film(solid_face(), [Move.LEFT, Move.RIGHT], frame_s=0.01)
    liveness = assess(frames, [Move.LEFT, Move.RIGHT])
    assert LivenessOutcome.UNCERTAIN == liveness.outcome
    assert FindingResult.DOUBT == result_of(liveness, FindingCode.LIVE_CONTINUITY)


def test_long_gap_is_uncertain() -> None:
    """There was time to change what stands before the camera."""
    frames = film(solid_face(), [Move.LEFT], frame_s=LIMITS.max_gap_s + 1)
    assert LivenessOutcome.UNCERTAIN == assess(frames, [Move.LEFT]).outcome


def test_two_frames_of_one_moment_are_uncertain() -> None:
    """A camera takes one picture at a time."""
    frames = [replace(frame, at_s=1.0) for frame in film(solid_face(), [Move.LEFT])]
    assert LivenessOutcome.UNCERTAIN == assess(frames, [Move.LEFT]).outcome


def test_order_of_the_frames_in_the_request_does_not_matter() -> None:
    """Their times count."""
    frames = film(solid_face(), [Move.LEFT, Move.UP])
    assert assess(frames, [Move.LEFT, Move.UP]) == assess(frames[::-1], [Move.LEFT, Move.UP])


def test_frames_without_a_face_are_passed_over() -> None:
    """A blurred frame costs nothing while others show the movement."""
    frames = [*film(solid_face(), [Move.LEFT]), LiveFrame(None, 102.6, 0)]
    assert LivenessOutcome.LIVE == assess(frames, [Move.LEFT]).outcome


odd_floats = st.floats(allow_nan=True, allow_infinity=True, width=32)
odd_landmarks = st.one_of(
    st.none(),
    arrays.arrays(np.float32, (68, 2), elements=odd_floats),
    arrays.arrays(np.float32, (68, 2), elements=st.just(5.0)),
    arrays.arrays(np.float32, st.sampled_from([(0, 2), (67, 2), (68, 3), (68,)]), elements=odd_floats),
)


@ALWAYS_THE_SAME
@given(
    st.lists(st.builds(LiveFrame, odd_landmarks, st.floats(), st.none() | st.integers(-2, 5)), max_size=8),
    st.lists(st.sampled_from(list(Move)), max_size=3),
    st.booleans(),
)
def test_garbage_never_raises_and_is_never_live(
    frames: list[LiveFrame], moves: list[Move], mirrored: bool
) -> None:
    """What a phone sends is judged, not trusted."""
    assert LivenessOutcome.LIVE != assess(frames, moves, mirrored=mirrored).outcome


@pytest.mark.parametrize("spoilt", [math.nan, math.inf, 1e30, 0.0])
def test_one_spoilt_frame_does_not_spoil_the_others(spoilt: float) -> None:
    """It is passed over."""
    points: NDArray[np.float32] = np.full((68, 2), spoilt, np.float32)
    frames = [*film(solid_face(), [Move.LEFT]), LiveFrame(points, 102.6, 0)]
    assert LivenessOutcome.LIVE == assess(frames, [Move.LEFT]).outcome


def test_points_on_one_line_are_unknown() -> None:
    """Landmarks without area say nothing."""
    line = np.stack([np.arange(68.0), np.arange(68.0)], axis=1).astype(np.float32)
    frames = [LiveFrame(line, float(index), None if index < 2 else 0) for index in range(6)]
    assert LivenessOutcome.UNKNOWN == assess(frames, [Move.LEFT]).outcome


def test_no_moves_are_unknown() -> None:
    """Without a challenge nothing is proven."""
    assert LivenessOutcome.UNKNOWN == assess(film(solid_face(), [Move.LEFT]), []).outcome


def test_outcome_live_comes_with_all_three_measures_on_their_good_side() -> None:
    """Whoever reviews it sees what was measured."""
    liveness = assess(film(solid_face(), [Move.LEFT, Move.DOWN]), [Move.LEFT, Move.DOWN])
    assert [FindingCode.LIVE_MOVEMENT, FindingCode.LIVE_CONTINUITY, FindingCode.LIVE_DEPTH] == [
        measure.code for measure in liveness.measures
    ]
    assert all(measure.margin >= 0 for measure in liveness.measures)
