"""Heads drawn in movement: what is asked for comes in order, in at most twelve frames, and nothing moves that stands still."""

from __future__ import annotations

import io
import random

import numpy as np
import pytest
from PIL import Image

from mobile.simulated.heads import MOST_FRAMES, sequence, still, turning_head
from mobile.simulated.prints import Way, made
from mobile.simulated.relief import EYES_APART_MM, NOSE_MM, Points, head
from mobile.simulated.warp import Hand, Mesh, Turn, redraw
from shared.vocabulary import Move

POINTS = Points((100, 120), (140, 120), (120, 146), (120, 163), (120, 194))


def picture() -> Image.Image:
    """Smooth colours in which a displacement can be read: red grows to the right, green downwards."""
    rows, columns = np.mgrid[0:320, 0:240]
    pixels = np.stack([columns, rows * 0.75, np.full_like(rows, 128)], axis=-1)
    return Image.fromarray(pixels.astype(np.uint8))


def seen_at(turn: Turn, x: int, y: int) -> tuple[int, int]:
    """Which pixel (x, y) of the photo a turned head shows at a pixel."""
    thing = turning_head(picture(), POINTS)
    mesh = Mesh((240, 320), POINTS, Hand())
    red, green, _blue = redraw(thing.canvas, mesh, thing.source(mesh, turn), thing.wall).getpixel((x, y))
    return red, round(green / 0.75)


def test_nose_stands_out_and_skull_falls_back() -> None:
    """The surface that every movement rests on."""
    tip, cheek, ear = (
        float(head(POINTS).at(np.array(x), np.array(40.0))) for x in (0.0, 0.5 * EYES_APART_MM, 75.0)
    )
    assert 0.7 * NOSE_MM < tip - cheek < 1.6 * NOSE_MM
    assert ear < cheek - 25


def test_head_that_looks_straight_ahead_is_the_photo() -> None:
    """No turn, no change."""
    for at in ((120, 150), (60, 60), (200, 300)):
        assert at == pytest.approx(seen_at(Turn(), *at), abs=2)


@pytest.mark.parametrize(
    ("turn", "along"),
    [(Turn(20), (-1, 0)), (Turn(-20), (1, 0)), (Turn(0, 18), (0, 1)), (Turn(0, -18), (0, -1))],
)
def test_turned_face_moves_to_where_it_looks(turn: Turn, along: tuple[int, int]) -> None:
    """Its own left is the picture's right; the middle then shows what lay on the other side."""
    column, row = seen_at(turn, 120, 130)
    moved = (column - 120) * along[0] + (row - 130) * along[1]
    assert moved > 8


def test_nose_moves_farther_than_the_eyes() -> None:
    """What no flat picture does."""
    nose, eye = (x - seen_at(Turn(20), x, y)[0] for x, y in ((144, 146), (117, 120)))
    assert nose > eye + 4


def test_background_stays() -> None:
    """Only the head turns."""
    for at in ((4, 6), (235, 10), (6, 310)):
        assert at == pytest.approx(seen_at(Turn(25, 10), *at), abs=2)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("way", list(Way))
def test_frames_follow_what_is_asked_for(count: int, way: Way) -> None:
    """Ahead twice, each movement, ahead again; every frame is another JPEG of the photo's size."""
    moves = [Move.LEFT, Move.UP, Move.RIGHT, Move.DOWN][:count]
    shots = sequence(picture(), POINTS, moves, random.Random(1), way=way)
    frames = [frame for frame, _prompt in shots]
    each = 3 if count < 4 else 2
    asked = [index for index in range(count) for _ in range(each)]
    assert [None, None, *asked, None] == [prompt for _frame, prompt in shots]
    assert len(frames) == len(set(frames)) <= MOST_FRAMES
    assert {("JPEG", (240, 320))} == {
        (each.format, each.size) for each in map(Image.open, map(io.BytesIO, frames))
    }


def test_same_seed_gives_the_same_frames() -> None:
    """Scenes can be repeated."""
    first, again = (
        sequence(picture(), POINTS, [Move.LEFT], random.Random(3), way=Way.SCREEN) for _ in range(2)
    )
    assert first == again


def test_dark_frames_are_dark() -> None:
    """For the check-in that asks for a retake."""
    [dark] = still(picture(), POINTS, [Turn()], random.Random(1), light=0.03)
    assert np.asarray(Image.open(io.BytesIO(dark))).mean() < 15


def test_print_is_smaller_than_the_frame_and_bends_straight_lines_only_when_curled() -> None:
    """What an attacker holds up has an edge; a flat print keeps lines straight, a curled one does not."""
    bends = []
    for way in (Way.FLAT, Way.CURLED):
        thing = made(picture(), POINTS, way, random.Random(1))
        mesh = Mesh((240, 320), POINTS, Hand())
        frame = np.asarray(redraw(thing.canvas, mesh, thing.source(mesh, Turn(0, 20)), thing.wall))
        assert list(thing.wall) == pytest.approx(frame[2, 2].tolist(), abs=3)
        row = thing.source(mesh, Turn(0, 20))[1][10]  # of the photo, along a level line of the frame
        bends.append(float(np.abs(np.diff(row, 2)).max()))
    flat, curled = bends
    assert flat < 0.1 < curled
