"""Comparison of encodings: fused distance, who does not fit, and storage of templates."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from backend.faces.compare import Template, compare, distances_to_others, odd_ones_out
from backend.faces.reading import MODEL_VERSION


def encodings(person: int, count: int, spread: float = 0.02) -> list[NDArray[np.float32]]:
    """Encodings of a made-up person, scattered round their own direction."""
    centre = np.random.default_rng(person).normal(size=128)
    centre /= np.linalg.norm(centre)
    noise = np.random.default_rng(person + 1000).normal(size=(count, 128)) * spread
    return [np.asarray(centre + row, np.float32) for row in noise]


def template(person: int, count: int = 5) -> Template:
    return Template(np.stack(encodings(person, count)))


def test_distance_is_the_mean_over_all_pairs() -> None:
    """Checked against a plain loop."""
    enrolled, frames = encodings(1, 3), encodings(2, 4)
    expected = np.mean([np.linalg.norm(e.astype(float) - f) for e in enrolled for f in frames])
    comparison = compare(Template(np.stack(enrolled)), frames)
    assert pytest.approx(expected) == comparison.distance
    assert 4 == len(comparison.frame_distances)


def test_frame_distances_keep_the_order_of_frames() -> None:
    """The one stranger among the frames has the largest distance."""
    frames = [*encodings(1, 2), *encodings(2, 1), *encodings(1, 1)]
    assert 2 == int(np.argmax(compare(template(1), frames).frame_distances))


def test_same_person_is_nearer_than_another() -> None:
    """The least that a comparison must do."""
    assert compare(template(1), encodings(1, 3)).distance < compare(template(1), encodings(2, 3)).distance


def test_comparison_without_frames_is_an_error() -> None:
    """Whoever calls it must first ask for a retake."""
    with pytest.raises(ValueError, match="at least 1 usable frame, was 0"):
        compare(template(1), [])


def test_template_survives_storage() -> None:
    """What is decrypted years later is what was enrolled."""
    stored = Template(np.stack(encodings(1, 7)), "some-older-version")
    read = Template.from_bytes(stored.to_bytes())
    assert "some-older-version" == read.model_version
    assert np.array_equal(stored.encodings, read.encodings)


def test_template_of_another_version_is_not_current() -> None:
    """Encodings of two encoders must not be compared."""
    assert template(1).is_current
    assert not Template(np.stack(encodings(1, 3)), MODEL_VERSION + "-older").is_current


@pytest.mark.parametrize(
    "data", [b"", b"QFT1", b"PK\x03\x04", b"QFT1\x01\0\x01\0v" + bytes(511), b"QFT1" + b"\xff" * 4]
)
def test_damaged_template_is_refused(data: bytes) -> None:
    """Never a silently wrong comparison."""
    with pytest.raises(ValueError, match="template must"):
        Template.from_bytes(data)


@pytest.mark.parametrize("shape", [(0, 128), (3, 127), (128,)])
def test_template_of_wrong_shape_is_refused(shape: tuple[int, ...]) -> None:
    """The error names the shape."""
    with pytest.raises(ValueError, match=r"was \("):
        Template(np.zeros(shape, np.float32))


def test_template_with_nan_is_refused() -> None:
    """NaN would compare as neither far nor near."""
    with pytest.raises(ValueError, match="finite"):
        Template(np.full((3, 128), np.nan, np.float32))


def test_stranger_among_photos_is_the_odd_one_out() -> None:
    """One of five photos shows somebody else."""
    photos = encodings(1, 5)
    photos[3] = encodings(2, 1)[0]
    assert (3,) == odd_ones_out(photos, 0.6)


def test_two_strangers_are_named_worst_first_and_the_rest_stays() -> None:
    """Removal goes one by one, as each stranger lifts everybody's distance."""
    photos = [*encodings(1, 5), *encodings(2, 1), *encodings(3, 1)]
    assert {5, 6} == set(odd_ones_out(photos, 0.6))


def test_of_two_that_differ_both_are_odd() -> None:
    """Nobody can say which of them is the stranger."""
    assert {0, 1} == set(odd_ones_out([*encodings(1, 1), *encodings(2, 1)], 0.6))


def test_one_person_has_nobody_odd() -> None:
    """Also alone, or with no photo at all."""
    for count in (0, 1, 2, 6):
        assert () == odd_ones_out(encodings(1, count), 0.6)


def test_distance_to_others_of_one_alone_is_zero() -> None:
    """There is nobody to differ from."""
    assert (0.0,) == distances_to_others(encodings(1, 1))
