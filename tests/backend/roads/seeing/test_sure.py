"""What a photo without a fault must show before «nothing» counts: grain that noise cannot feign, more than one tint, no snow."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from backend.roads.seeing.eye import OnnxRoadEye
from backend.roads.seeing.grain import Evened
from shared.vocabulary import CannotAssess
from tests.backend.roads.seeing.drawn_roads import DrawnNetwork, asphalt, seen, uneven

EVERYWHERE = np.ones((500, 800), bool)


def said(picture: NDArray[np.floating]) -> CannotAssess | None:
    """What the eye says where the network is sure of a lane without a fault."""
    finding = OnnxRoadEye(DrawnNetwork(seen())).look(np.clip(picture, 0, 255).astype(np.uint8))
    assert finding.outlines == ()
    return finding.cannot


def noisy(picture: NDArray[np.floating], deviation: float) -> NDArray[np.float64]:
    """As a sensor adds it, each pixel by itself."""
    return picture + np.random.default_rng(3).normal(0, deviation, picture.shape)


@pytest.mark.parametrize("deviation", [0, 4, 8, 12])
def test_a_sharp_photo_counts_however_noisy(deviation: float) -> None:
    """Noise differs at every distance alike, and only what grows with distance is asked."""
    assert said(noisy(asphalt().astype(float), deviation)) is None


@pytest.mark.parametrize("deviation", [0, 2, 4, 8, 12])
@pytest.mark.parametrize("blur_px", [2.5, 4, 5])
def test_a_blurred_photo_does_not_count_however_noisy(blur_px: float, deviation: float) -> None:
    """4 to 8 px of a photo of 1,280; noise takes nothing off it."""
    blurred = ndimage.gaussian_filter(asphalt(grain=30).astype(float), (blur_px, blur_px, 0))
    assert said(noisy(blurred, deviation)) is CannotAssess.BLURRED


@pytest.mark.parametrize("axis", [0, 1])
def test_a_photo_shaken_one_way_does_not_count(axis: int) -> None:
    """Twenty pixels, with noise."""
    shaken = ndimage.uniform_filter1d(asphalt(grain=30).astype(float), 20, axis=axis)
    assert said(noisy(shaken, 5)) is CannotAssess.BLURRED


@pytest.mark.parametrize("deviation", [6, 15, 30])
def test_noise_alone_is_no_road(deviation: float) -> None:
    """Though the network is sure of it."""
    assert said(noisy(np.full((500, 800, 3), 110.0), deviation)) in {
        CannotAssess.BLURRED,
        CannotAssess.NO_ROAD,
    }


def test_noise_changes_nothing_of_the_grain() -> None:
    """Its fineness is the same within a tenth."""
    plain = Evened(asphalt()).grain(EVERYWHERE)
    grainy = Evened(np.clip(noisy(asphalt(), 10), 0, 255).astype(np.uint8)).grain(EVERYWHERE)
    assert plain is not None
    assert grainy is not None
    assert grainy.fineness == pytest.approx(plain.fineness, rel=0.1)
    assert grainy.over_noise < plain.over_noise


@pytest.mark.parametrize("brightness", [100, 130, 150, 170, 200, 230])
@pytest.mark.parametrize("blue", [0, 10, 25])
def test_snow_is_snow_at_any_exposure(brightness: float, blue: float) -> None:
    """A camera makes it grey, dusk blue; that it has no other tint beside it stays."""
    rng = np.random.default_rng(2)
    smooth = uneven(rng, (500, 800), (1, 2, 4, 8, 16))[..., None] * 7
    snow = brightness + smooth + rng.normal(0, 3, (500, 800, 1)) + np.array([-blue / 2, 0, blue / 2])
    assert said(snow) is CannotAssess.SNOW_COVERED


@pytest.mark.parametrize("share", [0.5, 0.65])
def test_great_patches_of_snow_are_snow_whatever_is_seen_in_them(share: float) -> None:
    """White and asphalt in one light."""
    rng = np.random.default_rng(5)
    field = ndimage.gaussian_filter(rng.normal(0, 1, (500, 800)), 25)
    picture = asphalt().astype(float)
    covered = field > np.quantile(field, 1 - share)
    picture[covered] = 235 + rng.normal(0, 4, (int(covered.sum()), 1))
    hole = np.zeros((250, 400), bool)
    hole[150:180, 180:230] = True
    finding = OnnxRoadEye(DrawnNetwork(seen(pothole=hole))).look(np.clip(picture, 0, 255).astype(np.uint8))
    assert (finding.cannot, finding.outlines) == (CannotAssess.SNOW_COVERED, ())


def test_a_road_that_the_sun_makes_white_is_no_snow() -> None:
    """There is earth beside it."""
    assert said(asphalt(brightness=205, grain=14).astype(float)) is None


def test_one_surface_and_nothing_else_is_no_proof() -> None:
    """A wall, a floor, a carpet; asphalt too, from so near that nothing tells where it is."""
    assert said(asphalt(grain=25, beside=False).astype(float)) is not None
