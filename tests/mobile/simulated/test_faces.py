"""Simulated cameras: views of one portrait, photos of ORL people, and nothing where the pictures are absent."""

from __future__ import annotations

import io
import random
from pathlib import Path
from statistics import fmean

import pytest
from PIL import Image, ImageStat

from mobile.simulated.faces import DARKNESS, ORL_ENROLMENT_PHOTOS, SHOT_PX, Face, find_face


@pytest.fixture
def portrait() -> Face:
    """The portrait."""
    face = find_face("portrait", None)
    if face is None:
        pytest.skip("scikit-image, which carries the portrait, is not installed")
    return face


@pytest.fixture
def orl(tmp_path: Path) -> Path:
    """A folder like that of the ORL set: ten photos of a person, each of one grey."""
    folder = tmp_path / "faces" / "orl" / "s1"
    folder.mkdir(parents=True)
    for number in range(1, 11):
        Image.new("L", (23, 28), 20 * number).save(folder / f"{number}.pgm")
    return tmp_path


def brightness(photo: bytes) -> float:
    """Mean brightness of a picture, 0 to 255."""
    return fmean(ImageStat.Stat(Image.open(io.BytesIO(photo)).convert("L")).mean)


def test_shots_of_the_portrait_are_different_jpegs(portrait: Face) -> None:
    """The server refuses the same picture twice in one check-in."""
    shots = portrait.shots(random.Random(1), 5)
    assert 5 == len(set(shots))
    assert {("JPEG", SHOT_PX)} == {
        (picture.format, picture.size) for picture in map(Image.open, map(io.BytesIO, shots))
    }


def test_same_seed_gives_the_same_shots(portrait: Face) -> None:
    """Enrolment photos of a repeated seeding are the same bytes."""
    assert portrait.shots(random.Random(1), 2) == portrait.shots(random.Random(1), 2)


def test_dark_shots_are_dark(portrait: Face) -> None:
    """For the check-in that asks for a retake."""
    [dark], [fair] = portrait.shots(random.Random(1), 1, light=DARKNESS), portrait.shots(random.Random(1), 1)
    assert brightness(dark) < 0.1 * brightness(fair)


def test_orl_person_is_enrolled_with_other_photos_than_are_shown_later(orl: Path) -> None:
    """The first five enrol, the others are probes."""
    face = find_face("orl/s1", orl)
    assert face is not None
    enrolled = [brightness(photo) for photo in face.enrolment(random.Random(1), 5)]
    shown = [brightness(photo) for photo in face.shots(random.Random(1), 8)]
    assert (ORL_ENROLMENT_PHOTOS, 8) == (len(enrolled), len(shown))
    assert max(enrolled) < 105 < min(shown)


def test_shots_beyond_the_number_of_photos_still_differ(orl: Path) -> None:
    """The same photo is never the same bytes."""
    face = find_face("orl/s1", orl)
    assert face is not None
    assert 12 == len(set(face.shots(random.Random(1), 12)))


@pytest.mark.parametrize("data", [None, Path("nowhere")])
def test_face_whose_pictures_are_absent_is_none(data: Path | None) -> None:
    """The demonstration says so and goes on."""
    assert find_face("orl/s1", data) is None
