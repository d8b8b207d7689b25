"""Enrolment: which photos make a template, tried on readings without any model; and one portrait from end to end."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from backend.faces.check_in_cost import portrait_frames
from backend.faces.compare import compare
from backend.faces.reading import FrameProblem, FrameReading, Reason
from backend.faces.threshold import SHIPPED, Likeness
from backend.faces.verifier import MAX_PHOTOS, DlibVerifier, build_enrolment
from shared.i18n import Message

BLURRED = Reason(FrameProblem.BLURRED, Message("blurred"))


def reading(person: int, shot: int, *reasons: Reason) -> FrameReading:
    """A good reading of a made-up person."""
    centre = np.random.default_rng(person).normal(size=128)
    noise = np.random.default_rng([person, shot]).normal(size=128) * 0.02
    return FrameReading(np.asarray(centre / np.linalg.norm(centre) + noise, np.float32), reasons)


def test_three_good_photos_make_a_template() -> None:
    """The least that enrolment takes."""
    enrolment = build_enrolment([reading(1, shot) for shot in range(3)])
    assert enrolment.template is not None
    assert ((3, 128), (True, True, True)) == (enrolment.template.encodings.shape, enrolment.accepted)


def test_two_good_photos_are_too_few() -> None:
    """The reason says how many were good."""
    enrolment = build_enrolment([reading(1, 0), reading(1, 1), reading(1, 2, BLURRED)])
    assert enrolment.template is None
    assert [(FrameProblem.TOO_FEW_PHOTOS, 2, 3)] == [(r.problem, r.value, r.limit) for r in enrolment.reasons]


def test_poor_photo_stays_out_of_the_template() -> None:
    """It keeps its own reason; the others count."""
    enrolment = build_enrolment([reading(1, 0, BLURRED), *(reading(1, shot) for shot in range(1, 4))])
    assert (False, True, True, True) == enrolment.accepted
    assert enrolment.template is not None
    assert 3 == len(enrolment.template.encodings)


def test_photo_of_another_person_is_named_and_left_out() -> None:
    """A bad enrolment photo would let a stranger through."""
    enrolment = build_enrolment([reading(1, 0), reading(2, 0), reading(1, 1), reading(1, 2)])
    assert (True, False, True, True) == enrolment.accepted
    assert (FrameProblem.OTHER_FACE,) == enrolment.photos[1].problems


def test_photos_of_two_persons_in_equal_number_make_no_template() -> None:
    """Nobody can say whose template it would be."""
    mixed = [reading(person, shot) for person in (1, 2) for shot in range(2)]
    assert build_enrolment(mixed).template is None


def test_same_photo_twice_counts_once() -> None:
    """Three copies of one photo are no three photos."""
    enrolment = build_enrolment([reading(1, 0), reading(1, 0), reading(1, 1)])
    assert (FrameProblem.SAME_PHOTO,) == enrolment.photos[1].problems
    assert enrolment.template is None


def test_no_photos_make_no_template() -> None:
    """Not an error but an answer."""
    assert build_enrolment([]).template is None


def test_eleven_photos_are_refused_without_reading_them() -> None:
    """CPU is not spent on what cannot be used."""
    enrolment = DlibVerifier().enrol([b""] * (MAX_PHOTOS + 1))
    assert [FrameProblem.TOO_MANY_PHOTOS] == [reason.problem for reason in enrolment.reasons]


def test_file_that_is_no_photo_is_a_reading_with_its_reason() -> None:
    """A refusal is a value."""
    (frame,) = DlibVerifier().read([b"not a photo"])
    assert (False, (FrameProblem.BAD_PICTURE,)) == (frame.usable, frame.problems)


def test_portrait_enrols_and_verifies_end_to_end() -> None:
    """The real models on a public-domain portrait: a template from three photos, three frames accepted."""
    verifier = DlibVerifier()
    enrolment = verifier.enrol(portrait_frames(3, seed=1))
    assert enrolment.template is not None, [photo.reasons for photo in enrolment.photos]
    frames = verifier.read(portrait_frames(3, seed=2))
    assert [(), (), ()] == [frame.reasons for frame in frames]
    comparison = compare(
        enrolment.template, [frame.encoding for frame in frames if frame.encoding is not None]
    )
    assert Likeness.SAME == SHIPPED.judge(comparison.distance, comparison.distance)


@pytest.mark.models
def test_people_side_by_side_and_empty_pictures_are_unusable() -> None:
    """Two equal faces, or none, give no encoding but a reason."""
    with Image.open(io.BytesIO(portrait_frames(1, seed=3)[0])) as one:
        half = one.resize((640, 480))
    pair = Image.new("RGB", (1280, 480))
    pair.paste(half, (0, 0))
    pair.paste(half, (640, 0))
    files = []
    for picture in (pair, Image.new("RGB", (640, 480), (90, 120, 90))):
        file = io.BytesIO()
        picture.save(file, "JPEG")
        files.append(file.getvalue())
    frames = DlibVerifier().read(files)
    assert [(FrameProblem.SEVERAL_FACES,), (FrameProblem.NO_FACE,)] == [frame.problems for frame in frames]


@pytest.mark.models
def test_truncated_frame_is_refused_after_the_models_are_loaded() -> None:
    """face_recognition makes Pillow accept half photos when imported; the verifier must not inherit that."""
    photo = portrait_frames(1, seed=4)[0]
    forged = photo[: len(photo) // 2] + b"\xff\xd9"
    verifier = DlibVerifier()
    verifier.read([photo])
    assert [(FrameProblem.BAD_PICTURE,)] == [frame.problems for frame in verifier.read([photo[:9000]])]
    from PIL import ImageFile

    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
    # Ends properly: libjpeg fills the rest with grey, whatever it shows
    assert 1 == len(verifier.read([forged]))
