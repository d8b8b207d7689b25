"""The real finders on drawn plates and a portrait, and what `qala evaluate blurring` makes of a folder."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from backend.faces import small_faces
from backend.faces.small_faces import find_small_faces
from backend.roads.blurring.drawn_plates import Light, Pose, draw_plate, lay_plate
from backend.roads.blurring.evaluation.backgrounds import measuring_photos, training_photos
from backend.roads.blurring.evaluation.measuring import covered_share, measure_blurring
from backend.roads.blurring.plates import find_plates

pytestmark = pytest.mark.models


def ground(width_px: int = 1280, height_px: int = 720) -> Image.Image:
    """A grey ground with some grain."""
    grain = np.random.default_rng(3).normal(115, 9, (height_px, width_px, 3))
    return Image.fromarray(grain.clip(0, 255).astype(np.uint8))


def test_drawn_plates_are_found_and_plain_ground_is_left_alone() -> None:
    """From 60 px on, turned and in dusk too."""
    rng, picture, boxes = random.Random(2), ground(), []
    for place, width_px in enumerate((60, 90, 140, 200)):
        pose = Pose(width_px=width_px, yaw_deg=25, roll_deg=4)
        light = Light(brightness=0.6 if place % 2 else 1.0)
        boxes.append(lay_plate(picture, draw_plate(rng), pose, light, (160 + 300 * place, 360)))
    found = find_plates(np.asarray(picture))
    assert [True] * 4 == [covered_share(box, found) > 0.8 for box in boxes]
    assert [] == find_plates(np.asarray(ground()))


def test_a_face_is_found_however_far_away() -> None:
    """NASA's portrait of Eileen Collins, reduced; its box is where she is."""
    from skimage import data

    portrait = Image.fromarray(data.astronaut())
    for side_px in (512, 200, 110):
        picture = ground()
        picture.paste(portrait.resize((side_px, side_px), Image.Resampling.LANCZOS), (600, 200))
        face = tuple(
            at + side_px * share
            for at, share in zip((600, 200, 600, 200), (0.37, 0.16, 0.51, 0.34), strict=True)
        )
        found = find_small_faces(np.asarray(picture))
        assert covered_share((face[0], face[1], face[2], face[3]), found) > 0.8, side_px


def test_bands_say_what_the_whole_picture_would() -> None:
    """To rounding: what the first layers see beyond a band's edge is given to them."""
    picture = np.random.default_rng(5).integers(0, 255, (448, 320, 3), dtype=np.uint8)
    for said, whole in zip(small_faces.seen(picture), small_faces.seen(picture, band_px=448), strict=True):
        np.testing.assert_allclose(said, whole, atol=1e-4)


def test_any_size_of_picture_is_looked_at() -> None:
    """Odd sides, slim ones, the smallest that is received."""
    for size in ((64, 64), (65, 97), (1280, 64), (333, 777)):
        pixels = np.asarray(ground(*size))
        assert ([], []) == (find_plates(pixels), find_small_faces(pixels)), size


def test_a_folder_without_photos_is_named(tmp_path: Path) -> None:
    """With what to give instead."""
    with pytest.raises(FileNotFoundError, match="--data"):
        measure_blurring(tmp_path, find_small_faces, find_plates)


def test_measuring_never_looks_at_what_was_trained_on(tmp_path: Path) -> None:
    """By the file's name, so that it stays so when others are added."""
    folder = tmp_path / "bins"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number}.webp").touch()
    measured, trained = set(measuring_photos(tmp_path)), set(training_photos(tmp_path))
    assert 60 == len(measured | trained)
    assert not measured & trained
    assert measured
