"""The simulation of liveness: what it draws, how it counts, and what it shows on real photos."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from backend.faces.error_rates import Rate
from backend.faces.evaluation import DataMissing, orl_photo
from backend.faces.homography import homography_residual
from backend.faces.liveness_attempts import Attempts, draw_moves
from backend.faces.liveness_evaluation import (
    CHOOSING,
    REPORTING,
    Judged,
    evaluate_liveness,
    judge,
    share,
)
from backend.faces.liveness_pictures import WALL, Hold, photograph
from backend.faces.liveness_readings import SPECIES, LivenessReadings, landmarks_of
from backend.faces.turn import head_turn
from shared.vocabulary import LivenessOutcome, Move
from tests.backend.faces.solid_faces import flat_face, seen, solid_face


@pytest.fixture(scope="module")
def readings() -> LivenessReadings:
    """Made-up people who look ahead, to both sides, up and down; pictures of them, tilted as the species ask."""
    poses = [(0, 0), (3, 0), (28, 0), (-28, 0), (0, 22), (0, -22), (26, 4), (-26, -4), (5, 5), (-5, -5)]
    photos = np.array([[seen(solid_face(), yaw_deg=yaw, pitch_deg=pitch) for yaw, pitch in poses]] * 40)
    pictures = {
        kind: np.array(
            [[[[picture_of(hold) for hold in holds] for holds in shapes]] * 2] * 40,
        )
        for kind, shapes in SPECIES.items()
    }
    return LivenessReadings(photos, np.zeros((40, 10, 4, 68, 2), np.float32), pictures)


def picture_of(hold: Hold) -> NDArray[np.float32]:
    """Landmarks of a flat face held so; curls are left out."""
    return seen(flat_face(), yaw_deg=hold.turn_deg, pitch_deg=hold.nod_deg, roll_deg=hold.roll_deg)


def grey_of(file: bytes) -> NDArray[np.float64]:
    """Of a photo's file."""
    with Image.open(io.BytesIO(file)) as image:
        return np.asarray(image.convert("L"), dtype=float)


def test_made_up_heads_are_live(readings: LivenessReadings) -> None:
    """The sequences do what their challenges ask."""
    judged = judge(Attempts(readings, CHOOSING).bona_fide, 2, draws=3)
    assert 60 == len(judged)
    assert {LivenessOutcome.LIVE} == {one.outcome for one in judged}


@pytest.mark.parametrize("kind", SPECIES)
def test_made_up_pictures_are_never_live(readings: LivenessReadings, kind: str) -> None:
    """Of no species."""
    attempts = Attempts(readings, REPORTING)
    judged = judge(lambda moves, rng, draws: attempts.attacks(kind, moves, rng, draws), 2, draws=3)
    assert judged
    assert LivenessOutcome.LIVE not in {one.outcome for one in judged}


def test_relay_of_a_genuine_film_passes(readings: LivenessReadings) -> None:
    """Geometry cannot tell a film from a head, and the figures must show it."""
    judged = judge(Attempts(readings, REPORTING).relay, 2, draws=2)
    assert {LivenessOutcome.LIVE} == {one.outcome for one in judged}


def test_nobody_who_chose_the_limits_is_reported_on() -> None:
    """People 1 to 20 choose, 21 to 40 report."""
    assert not set(CHOOSING) & set(REPORTING)
    assert 40 == len({*CHOOSING, *REPORTING})


def test_moves_never_repeat_running() -> None:
    """As in real challenges."""
    moves = draw_moves(list(Move), 50, np.random.default_rng(1))
    assert all(before is not after for before, after in pairwise(moves))


def test_share_counts_attempts_and_its_interval_people() -> None:
    """One person who always passes makes the interval wide."""
    judged = [
        Judged(person, LivenessOutcome.LIVE if person == 0 else LivenessOutcome.ATTACK, True, True, 0.0, 0.0)
        for person in range(4)
        for _ in range(10)
    ]
    rate = share(judged, lambda one: one.outcome is LivenessOutcome.LIVE)
    assert 0.25 == rate.value
    assert Rate(0.25, 0.0, 0.75) == rate


def test_homography_leaves_nothing_of_a_tilted_picture_and_something_of_a_head() -> None:
    """The baseline measures what it says."""
    flat = [seen(flat_face(), yaw_deg=angle).astype(float) for angle in (0, 30)]
    head = [seen(solid_face(), yaw_deg=angle).astype(float) for angle in (0, 30)]
    assert 1e-5 > homography_residual(*flat)
    assert 0.02 < homography_residual(*head)


def test_picture_held_straight_is_seen_as_it_is() -> None:
    """In the middle of the camera's picture, pixel by pixel."""
    picture = np.arange(40.0 * 40).reshape(40, 40) % 200
    canvas = photograph(picture, Hold())
    assert WALL == canvas[0, 0]
    assert (54, 54) == canvas.shape
    assert np.allclose(picture[1:-1, 1:-1], canvas[8:46, 8:46], atol=1e-6)


@pytest.mark.parametrize(
    "hold", [Hold(turn_deg=40), Hold(radius_widths=0.4), Hold(radius_widths=-0.7), Hold(zoom=0.8)]
)
def test_turned_and_curled_pictures_cover_less(hold: Hold) -> None:
    """Foreshortening and distance."""
    picture = np.zeros((60, 40))
    assert (photograph(picture, hold) == 0).sum() < (photograph(picture, Hold()) == 0).sum()


def test_nearer_edge_of_a_turned_picture_is_larger() -> None:
    """Perspective."""
    canvas = photograph(np.zeros((60, 40)), Hold(turn_deg=40, distance_widths=1.5))
    heights = (canvas == 0).sum(axis=0)
    heights = heights[heights > 0]
    assert abs(int(heights[1]) - int(heights[-2])) > 5


def test_missing_data_is_named_with_the_remedy(tmp_path: Path) -> None:
    """Whoever runs it without data learns what to pass."""
    with pytest.raises(DataMissing, match=r"faces/orl.*pass --data or set QALA_DATA"):
        evaluate_liveness(tmp_path)


@pytest.fixture(scope="module")
def orl_dir(data_dir: Path) -> Path:
    """The folder of data, if it holds ORL."""
    if not (data_dir / "faces" / "orl" / "s1").is_dir():
        pytest.skip(f"no ORL photos under {data_dir}/faces/orl (QALA_DATA)")
    return data_dir


@pytest.mark.models
@pytest.mark.slow
def test_real_heads_pass_and_their_tilted_pictures_do_not(orl_dir: Path) -> None:
    """Three people who turn their heads in ORL, and a photo of each held at seventeen angles."""
    folder = orl_dir / "faces" / "orl"
    tilted = SPECIES["flat, tilted"][1]
    photos, pictures = [], []
    for person in (21, 23, 28):
        greys = [grey_of(orl_photo(folder, person, photo)) for photo in range(1, 11)]
        photos.append([landmarks_of(grey) for grey in greys])
        straightest = int(np.argmin([abs(head_turn(points.astype(float)).yaw_deg) for points in photos[-1]]))
        pictures.append([[[landmarks_of(photograph(greys[straightest], hold)) for hold in tilted]]])
    real = LivenessReadings(
        np.array(photos), np.zeros((3, 10, 4, 68, 2), np.float32), {"flat": np.array(pictures)}
    )
    attempts = Attempts(real, range(3))
    heads = judge(attempts.bona_fide, 2, draws=10)
    sheets = judge(lambda moves, rng, draws: attempts.attacks("flat", moves, rng, draws), 2, draws=10)
    assert 30 == len(heads) == len(sheets)
    assert 0.9 <= share(heads, lambda one: one.outcome is LivenessOutcome.LIVE).value
    assert 0 == share(sheets, lambda one: one.outcome is LivenessOutcome.LIVE).value
