"""The guide of a check-in against a clock that the test moves: what is asked when, what is taken, and how it can end."""

from __future__ import annotations

from itertools import groupby, pairwise

import pytest

from mobile.capture.guide import FIXES_LATE_MS, WHO
from mobile.capture.hints import Hint
from mobile.capture.phases import NO_FIXES, NO_PICTURES, Phase
from mobile.devices.trouble import CAMERA_WORDS, LOCATION_WORDS, Trouble
from mobile.voice.cues import Cue
from shared.vocabulary import Camera, Language, Move, PlaceState
from tests.mobile.capture.capture_stage import TICK_MS, Stage, challenge, textured

LEFT, RIGHT, UP, DOWN = Move.LEFT, Move.RIGHT, Move.UP, Move.DOWN


@pytest.fixture
def stage() -> Stage:
    """An open sky and a willing camera."""
    return Stage()


def test_check_in_asks_straight_each_movement_and_straight_again(stage: Stage) -> None:
    """In the person's language, and thanks at the end."""
    stage.take(LEFT, UP)
    said = [Cue.STRAIGHT, Cue.LEFT, Cue.UP, Cue.STRAIGHT, Cue.THANKS]
    assert [(cue, Language.KK) for cue in said] == stage.heard
    assert (Phase.DONE, 1.0) == (stage.guide.phase, stage.guide.progress)


@pytest.mark.parametrize(
    ("moves", "prompts"),
    [
        ((LEFT,), [None, None, 0, 0, 0, None]),
        ((LEFT, UP), [None, None, 0, 0, 0, 1, 1, 1, None]),
        ((LEFT, UP, RIGHT), [None, None, 0, 0, 0, 1, 1, 1, 2, 2, 2, None]),
        ((LEFT, UP, RIGHT, DOWN), [None, None, 0, 0, 1, 1, 2, 2, 3, 3, None]),
        ((), [None, None, None]),
    ],
)
def test_each_frame_says_what_had_been_asked_for(
    stage: Stage, moves: tuple[Move, ...], prompts: list[int | None]
) -> None:
    """Three to twelve frames, whatever the challenge; without one only looks straight ahead."""
    stage.take(*moves)
    taken = stage.guide.taken
    assert taken is not None
    assert prompts == [shot.prompt for shot in taken.shots]
    assert bool(moves) is (taken.challenge is not None)


@pytest.mark.parametrize("moves", [(LEFT, UP), (LEFT, UP, RIGHT), (LEFT, UP, RIGHT, DOWN)])
def test_check_in_takes_less_than_ten_seconds(stage: Stage, moves: tuple[Move, ...]) -> None:
    """By the clock of the capture, spoken words included."""
    assert stage.take(*moves) < 10_000


def test_frames_of_a_movement_are_a_third_of_a_second_apart_and_after_the_word(stage: Stage) -> None:
    """Nobody turns before having heard where to."""
    began_ms = stage.ticks.ms
    stage.take(LEFT, UP)
    taken = stage.guide.taken
    assert taken is not None
    for _prompt, shots in groupby(taken.shots[:-1], key=lambda shot: shot.prompt):
        gaps = [after.boot_ms - before.boot_ms for before, after in pairwise(shots)]
        assert all(300 <= gap <= 500 for gap in gaps)
    assert taken.shots[0].boot_ms - began_ms >= 800


def test_arrow_and_words_follow_the_movement(stage: Stage) -> None:
    """One thing to do at a time, and the ring only fills."""
    stage.open()
    seen, filled = [], []
    stage.guide.begin(challenge(LEFT, UP))
    while stage.guide.phase is not Phase.DONE:
        seen.append((stage.guide.arrow, str(stage.guide.words)))
        filled.append(stage.guide.progress)
        stage.pass_ms(TICK_MS)
    assert [
        (None, "Look straight ahead"),
        (LEFT, "Head to the left, as the person sees it"),
        (UP, "Head up"),
        (None, "Look straight ahead"),
    ] == [key for key, _group in groupby(seen) if "moment" not in key[1]]
    assert sorted(filled) == filled


def test_late_pictures_belong_to_the_movement_of_their_own_time(stage: Stage) -> None:
    """A camera that needs a second gives the same prompts as one that needs none."""
    stage.camera.late_ms = 1000
    stage.take(LEFT, UP)
    taken = stage.guide.taken
    assert taken is not None
    assert [None, None, 0, 0, 0, 1, 1, 1, None] == [shot.prompt for shot in taken.shots]


def test_camera_that_gives_nothing_fails_with_words(stage: Stage) -> None:
    """Nothing is saved, and the person with the phone learns why."""
    stage.camera.late_ms = 60_000
    stage.take(LEFT)
    assert (Phase.FAILED, NO_PICTURES, None) == (stage.guide.phase, stage.guide.words, stage.guide.taken)


def test_camera_that_is_taken_away_fails_at_once(stage: Stage) -> None:
    """Another app took it."""
    stage.open()
    stage.guide.begin(challenge())
    stage.camera.trouble = Trouble.FAILED
    stage.pass_ms(TICK_MS)
    assert (Phase.FAILED, CAMERA_WORDS[Trouble.FAILED]) == (stage.guide.phase, stage.guide.words)


def test_capture_waits_for_three_fixes(stage: Stage) -> None:
    """The pictures are kept meanwhile; the third fix ends the wait."""
    stage.has_fixes = False
    stage.open()
    stage.fix()
    stage.guide.begin(challenge())
    stage.pass_ms(12_000)
    assert (Phase.GATHERING, 1) == (stage.guide.phase, stage.guide.place.fixes)
    assert "location" in stage.guide.words
    for _ in range(2):
        stage.ticks.ms += 1000
        stage.fix()
    stage.pass_ms(TICK_MS)
    assert stage.guide.taken is not None
    assert 3 == len(stage.guide.taken.fixes)


def test_capture_without_fixes_ends_with_words(stage: Stage) -> None:
    """It does not wait for ever, and a receiver that is switched off is told at once."""
    stage.has_fixes = False
    lasted_ms = stage.take(LEFT)
    assert (Phase.FAILED, NO_FIXES) == (stage.guide.phase, stage.guide.words)
    assert lasted_ms > FIXES_LATE_MS
    stage.location.trouble = Trouble.SWITCHED_OFF
    stage.guide.retake()
    stage.guide.begin(challenge())
    assert stage.run() < FIXES_LATE_MS
    assert LOCATION_WORDS[Trouble.SWITCHED_OFF] == stage.guide.words


def test_repeated_fix_counts_once(stage: Stage) -> None:
    """Some receivers give the last one they had again and again."""
    stage.has_fixes = False
    stage.open()
    taken_at = stage.ticks.now()
    for _ in range(5):
        stage.fix(taken_at=taken_at)
    assert 1 == stage.guide.place.fixes


def test_location_is_said_with_its_best_accuracy(stage: Stage) -> None:
    """None believed better than five metres; inside by the same rule as the server's."""
    stage.has_fixes = False
    stage.open()
    assert (0, None, None) == (
        stage.guide.place.fixes,
        stage.guide.place.accuracy_m,
        stage.guide.place.state,
    )
    for accuracy_m in (30.0, 12.0, 3.0):
        stage.ticks.ms += 1000
        stage.fix(accuracy_m=accuracy_m)
    assert (5.0, PlaceState.INSIDE) == (stage.guide.place.accuracy_m, stage.guide.place.state)


def test_poor_look_straight_ahead_is_waited_out(stage: Stage) -> None:
    """«Hold still» once, for a second and a half at most."""
    stage.open()
    stage.guide.begin(challenge(LEFT))
    seed = 0
    while stage.camera.shots == 0:
        seed += 1
        stage.camera.rgb = textured(128 + 60 * (seed % 2), seed)
        stage.pass_ms(TICK_MS)
    assert Hint.MOVING is stage.guide.hint
    assert [Cue.STRAIGHT, Cue.STILL] == [cue for cue, _language in stage.heard]
    assert 2200 <= stage.ticks.ms - 3_600_000 <= 2700


def test_hint_names_what_to_change(stage: Stage) -> None:
    """One at a time, and none for a fair picture."""
    stage.open()
    for rgb, hint in [
        (textured(20), Hint.DARK),
        (textured(240), Hint.BRIGHT),
        (bytes([128]) * (60 * 80 * 3), Hint.BLURRED),
        (textured(128), None),
    ]:
        stage.camera.rgb = rgb
        stage.pass_ms(2 * TICK_MS)
        assert hint is stage.guide.hint


def test_check_in_in_the_dark_is_doubted_before_it_is_sent(stage: Stage) -> None:
    """It can be kept all the same: the server decides."""
    stage.camera.rgb = textured(10)
    stage.take(LEFT)
    assert (Phase.DONE, Hint.DARK) == (stage.guide.phase, stage.guide.doubt)
    assert stage.guide.taken is not None


def test_turning_head_is_no_moving_phone(stage: Stage) -> None:
    """While a movement is asked for, a change of the picture is what is wanted."""
    stage.open()
    stage.guide.begin(challenge(LEFT))
    while stage.guide.phase is not Phase.MOVE:
        stage.pass_ms(TICK_MS)
    stage.camera.rgb = textured(190, 7)
    stage.pass_ms(TICK_MS)
    assert stage.guide.hint is None


def test_cancelled_before_the_first_movement_gives_the_challenge_back(stage: Stage) -> None:
    """Nobody has heard it; afterwards somebody has, and it is spent."""
    stage.open()
    asked = challenge(LEFT)
    stage.guide.begin(asked)
    assert asked == stage.guide.cancel()
    stage.guide.begin(asked)
    while stage.guide.phase is not Phase.MOVE:
        stage.pass_ms(TICK_MS)
    assert stage.guide.cancel() is None
    assert (Phase.READY, 0.0, None) == (stage.guide.phase, stage.guide.progress, stage.guide.arrow)


def test_retake_says_once_more_and_keeps_nothing(stage: Stage) -> None:
    """The second check-in has its own pictures."""
    stage.take(LEFT)
    first = stage.guide.taken
    stage.guide.retake()
    assert (Cue.AGAIN, Phase.READY, None) == (stage.heard[-1][0], stage.guide.phase, stage.guide.taken)
    stage.guide.begin(challenge(RIGHT))
    stage.run()
    second = stage.guide.taken
    assert first is not None
    assert second is not None
    assert not {shot.boot_ms for shot in first.shots} & {shot.boot_ms for shot in second.shots}


def test_begin_counts_once(stage: Stage) -> None:
    """A nervous thumb changes nothing."""
    stage.open()
    stage.guide.begin(challenge(LEFT))
    stage.guide.begin(challenge(RIGHT))
    stage.run()
    assert stage.guide.taken is not None
    assert stage.guide.taken.challenge is not None
    assert (LEFT,) == stage.guide.taken.challenge.moves


def test_receiver_and_camera_run_only_while_the_screen_is_open(stage: Stage) -> None:
    """Battery and privacy."""
    stage.open(facing=Camera.FRONT)
    assert (Camera.FRONT, {WHO: 1.0}) == (stage.camera.facing, stage.location.wishes)
    stage.guide.close()
    assert (None, {}, Phase.CLOSED) == (stage.camera.facing, stage.location.wishes, stage.guide.phase)
    stage.pass_ms(TICK_MS)
    assert Phase.CLOSED is stage.guide.phase
