"""Blurring: what is covered is gone for good, what is no road keeps no detail, and the road itself stays as it was."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from backend.roads.blurring.blur import FindingBlurrer
from backend.roads.blurring.drawing import with_outlines
from backend.roads.blurring.softening import SOFT_LONG_SIDE_PX, Box, cover, sharp_parts, soften_around
from tests.fakes import SQUARE

LEFT_HALF = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))


def stripes(width_px: int = 1280, height_px: int = 960, period_px: int = 4) -> NDArray[np.uint8]:
    """Black and white lines, finer than the signs of any plate that could be read."""
    row = (np.arange(width_px) // (period_px // 2) % 2 * 255).astype(np.uint8)
    return np.repeat(np.tile(row, (height_px, 1))[..., None], 3, axis=2)


def contrast(pixels: NDArray[np.uint8]) -> float:
    """How far neighbours across differ, on average."""
    return float(np.abs(np.diff(pixels[..., 0].astype(float), axis=1)).mean())


def test_nothing_beside_the_road_keeps_its_detail() -> None:
    """The road does, to the last pixel."""
    picture = stripes()
    shown = soften_around(picture, [LEFT_HALF])
    assert contrast(shown[:, 700:]) < 0.05 * contrast(picture)
    assert np.array_equal(picture[:, :620], shown[:, :620])


@pytest.mark.parametrize("road", [(), (((0.1, 0.1), (0.9, 0.9)),)], ids=["none", "a line"])
def test_without_a_road_everything_is_softened(road: tuple[tuple[tuple[float, float], ...], ...]) -> None:
    """Nobody needs the detail of a photo in which no road is seen."""
    assert contrast(soften_around(stripes(), road)) < 0.05 * contrast(stripes())


def test_who_takes_everything_for_road_is_not_believed_about_the_upper_part() -> None:
    """A fault that was found there stays sharp; a road of a likely size is taken as it is."""
    everything = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    fault = ((0.0, 0.0), (0.2, 0.0), (0.2, 0.2), (0.0, 0.2))
    picture = stripes()
    shown = soften_around(picture, sharp_parts([everything], [fault]))
    assert contrast(shown[:250, 300:]) < 0.05 * contrast(picture)
    assert np.array_equal(picture[300:], shown[300:])
    assert np.array_equal(picture[:180, :240], shown[:180, :240])
    assert [LEFT_HALF] == sharp_parts([LEFT_HALF], [fault])
    assert [] == sharp_parts([], [fault])


def test_a_picture_smaller_than_what_softening_leaves_stays() -> None:
    """There is nothing to read in it."""
    picture = stripes(SOFT_LONG_SIDE_PX, 100)
    assert np.array_equal(picture, soften_around(picture, []))


def test_what_is_covered_cannot_be_told_apart() -> None:
    """Two different plates of the same paint leave the same cells."""
    shown = []
    for period_px in (4, 6):
        picture = np.full((300, 400, 3), 90, dtype=np.uint8)
        picture[100:140, 100:292] = stripes(192, 40, period_px)
        shown.append(cover(picture, [(100.0, 100.0, 292.0, 140.0)])[100:140, 100:292].astype(int))
    assert np.abs(shown[0] - shown[1]).max() <= 12


@pytest.mark.parametrize(
    "box",
    [
        (-50.0, -50.0, 20.0, 20.0),
        (390.0, 290.0, 900.0, 900.0),
        (50.0, 50.0, 50.0, 80.0),
        (500.0, 0.0, 600.0, 9.0),
    ],
    ids=["over the corner", "far out", "without a width", "beside the picture"],
)
def test_any_box_is_survived(box: Box) -> None:
    """And the picture given stays as it was."""
    picture = stripes(400, 300)
    before = picture.copy()
    assert (300, 400, 3) == cover(picture, [box]).shape
    assert np.array_equal(before, picture)


def test_what_is_found_is_covered_on_the_road_too() -> None:
    """And counted."""
    blurrer = FindingBlurrer(lambda _pixels: [(40.0, 40.0, 120.0, 140.0)], lambda _pixels: [])
    blurred = blurrer.blur(stripes(), [((0, 0), (1, 0), (1, 1), (0, 1))])
    assert (1, 0) == (blurred.faces, blurred.plates)
    assert contrast(blurred.pixels[40:140, 40:120]) < 2 < contrast(blurred.pixels[200:, 200:])


def test_outlines_of_any_number_of_corners_are_drawn() -> None:
    """A single point is no outline."""
    buffer = io.BytesIO()
    Image.new("RGB", (200, 100)).save(buffer, "JPEG")
    outlines = [
        {"kind": kind, "severity": severity, "ring": ring}
        for kind, severity, ring in (
            ("pothole", "high", SQUARE),
            ("other", "low", ((0.1, 0.1), (0.2, 0.2))),
            ("crack_network", "medium", ((0.5, 0.5),)),
        )
    ]
    drawn = np.asarray(Image.open(io.BytesIO(with_outlines(buffer.getvalue(), outlines))))
    assert drawn[25, 100, 0] > 150
    assert drawn[50, 100].max() < 60
