"""Masks of what people vouch for: the eye's own pixels in the eye's own lane, and nothing of what nobody spoke of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from backend.config import DATA_DIR
from backend.roads.evaluation.gain import gained
from backend.roads.evaluation.measuring import chances_of
from backend.roads.evaluation.photos import DataMissing, read_folder
from backend.roads.evaluation.report import Scored, figures, scored
from backend.roads.evaluation.scoring import count, together
from backend.roads.looking.masks import (
    BOTH,
    CRACK,
    LANE,
    OUTSIDE,
    POTHOLE,
    mask_with_faults,
    mask_without_faults,
    shares_of,
    vouched_for,
)
from backend.roads.seeing.eye import OnnxRoadEye
from backend.roads.seeing.finding import Finding
from backend.roads.seeing.network import WEIGHTS
from backend.roads.seeing.pixels import Pixels
from shared.vocabulary import DefectKind

SIZE = (160, 120)  # of the picture; its map is half of that
AT = {"crack": 0.5, "pothole": 0.5, "photo": 0.5}


@pytest.fixture
def seen() -> Pixels:
    """A lane with a wandering crack, a pothole where the lane has a hole, a speck, and a crack beside the lane."""
    lane, crack, pothole, speck = np.zeros((4, 60, 80), bool)
    lane[10:, 10:70] = True
    crack[np.arange(15, 55), 20 + np.arange(40) % 20] = True
    crack[30, 72:78] = True
    pothole[30:40, 50:60] = True
    lane[32:38, 52:58] = False
    speck[50, 60:62] = True
    return Pixels(lane, crack, pothole, speck)


def values(mask: Image.Image | None) -> NDArray[np.uint8]:
    """Labels, (height, width)."""
    assert mask is not None
    return np.array(mask)


def hulls(mask: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What a model that fills the box round each crack says."""
    filled = np.zeros(mask.shape, np.float32)
    labelled, _ = ndimage.label(mask == CRACK, np.ones((3, 3)))
    for box in ndimage.find_objects(labelled):
        filled[box] = 1
    return filled


def test_a_map_is_kept_whole_in_a_small_picture(seen: Pixels) -> None:
    """Lane and faults overlap; a fault may lie beside the lane."""
    again = Pixels.unpacked(seen.packed())
    for name in Pixels.__slots__:
        assert np.array_equal(getattr(seen, name), getattr(again, name))
    assert len(seen.packed()) < 600


def test_a_mask_holds_the_own_pixels_in_the_own_lane(seen: Pixels) -> None:
    """Potholes are lane too; a crack beside the lane is left out, and so is a speck of which nobody was told, with its rim."""
    mask = values(mask_with_faults(seen, SIZE, BOTH))
    assert (120, 160) == mask.shape
    assert np.array_equal(mask[::2, ::2] == CRACK, seen.crack & seen.lane)
    assert np.array_equal(mask[::2, ::2] == POTHOLE, seen.pothole)
    assert OUTSIDE == mask[60, 150] == mask[98, 118] == mask[0, 0]
    assert LANE == mask[100, 50]


def test_no_fault_is_a_clean_lane_whatever_the_eye_took_for_one(seen: Pixels) -> None:
    """Its share is the lane's."""
    mask = mask_without_faults(seen, SIZE)
    assert [OUTSIDE, LANE] == np.unique(values(mask)).tolist()
    assert mask is not None
    assert (0.0, 0.0, 0.625) == shares_of(mask)


def test_without_a_lane_or_a_fault_in_it_there_is_no_mask(seen: Pixels) -> None:
    """Nobody said that the lane is clean."""
    nothing = np.zeros_like(seen.lane)
    assert mask_without_faults(replace(seen, lane=nothing), SIZE) is None
    assert mask_with_faults(replace(seen, lane=nothing), SIZE, BOTH) is None
    assert mask_with_faults(replace(seen, crack=nothing, pothole=nothing), SIZE, BOTH) is None


@pytest.mark.parametrize(
    ("kind", "model_kind", "vouched"),
    [
        (DefectKind.POTHOLE, DefectKind.POTHOLE, BOTH),
        (DefectKind.CRACK_TRANSVERSE, DefectKind.CRACK_NETWORK, BOTH),
        (DefectKind.CRACK_NETWORK, DefectKind.POTHOLE, {CRACK}),
        (DefectKind.POTHOLE, DefectKind.CRACK_NETWORK, {POTHOLE}),
        (DefectKind.OTHER, DefectKind.POTHOLE, {CRACK}),
        (DefectKind.POTHOLE, DefectKind.SNOW_PILE, {POTHOLE}),
        (DefectKind.POTHOLE, None, {POTHOLE}),
        (DefectKind.SNOW_PILE, DefectKind.SNOW_PILE, frozenset()),
    ],
)
def test_what_is_called_another_thing_is_vouched_for_as_neither(
    kind: DefectKind, model_kind: DefectKind | None, vouched: frozenset[int]
) -> None:
    """Kinds of cracks are all the same pixels."""
    assert vouched == vouched_for(kind, model_kind)


def test_pixels_that_nobody_vouches_for_are_not_labelled(seen: Pixels) -> None:
    """A pothole that a person calls cracks is neither; the cracks beside it stay."""
    mask = values(mask_with_faults(seen, SIZE, {CRACK}))
    assert {OUTSIDE} == set(mask[60:80, 100:120].flat)
    assert (mask == CRACK).any()


@pytest.mark.parametrize("size", [(800, 449), (799, 800), (600, 800), (450, 600)])
def test_a_mask_is_as_large_as_its_picture(size: tuple[int, int]) -> None:
    """Also where an odd side was rounded up, or a portrait looked at smaller: the lower right corner stays there."""
    longest = max(size)
    shape = tuple(-(-round(side * 800 / longest) // 2) for side in reversed(size))
    lane = np.ones(shape, bool)
    corner = np.zeros(shape, bool)
    corner[-2:, -2:] = True
    mask = values(mask_with_faults(Pixels(lane, corner, ~lane, ~lane), size, BOTH))
    assert (size[1], size[0]) == mask.shape
    assert CRACK == mask[-1, -1]
    assert (mask == CRACK).sum() <= 5**2


def test_the_own_pixels_called_right_judge_for_their_model_and_against_hulls(seen: Pixels) -> None:
    """By the very figures of the gate: filling what lies round a crack is surely worse."""
    mask = values(mask_with_faults(seen, SIZE, BOTH))
    pothole = (mask == POTHOLE).astype(np.float32)

    def of(crack: NDArray[np.float32]) -> Scored:
        return scored(together([count(mask, crack, pothole)] * 10), [str(each) for each in range(10)], AT)

    own, filled = of((mask == CRACK).astype(np.float32)), of(hulls(mask))
    assert 1 == figures(own)["crack F1, 3 px"] == figures(own)["pothole F1"]
    assert figures(filled)["crack F1, 3 px"] < 0.6
    assert gained(filled, own).is_sure
    assert not gained(own, filled).is_sure


@pytest.mark.slow
@pytest.mark.models
@pytest.mark.skipif(not WEIGHTS.is_file(), reason="no weights are shipped yet: qala train roads --ship")
def test_the_shipped_eye_agrees_with_what_it_taught() -> None:
    """Its outlines called right on highways: its own pixels score nearly 1, hulls that are filled far less."""
    try:
        photos = read_folder(DATA_DIR)
    except DataMissing as missing:
        pytest.skip(str(missing))
    eye = OnnxRoadEye()
    own, filled = [], []
    for photo in [each for each in photos[:: len(photos) // 40] if (each.mask() == CRACK).mean() > 0.002][
        :12
    ]:
        picture = photo.picture()
        finding = eye.look(picture)
        size = (picture.shape[1], picture.shape[0])
        mask = mask_with_faults(Pixels.unpacked(finding.pixels), size, BOTH) if finding.pixels else None
        if mask is not None:
            crack, pothole = chances_of(eye.network)(picture)
            own.append(count(values(mask), crack, pothole))
            filled.append(count(values(mask), _filled(finding, size), pothole))
            assert len(finding.pixels) < 10_000
    blocks = [str(number) for number in range(len(own))]
    limits = eye.network.limits
    before, after = (scored(together(rows), blocks, limits) for rows in (own, filled))
    assert len(own) >= 8
    assert figures(before)["crack F1, 3 px"] > 0.98
    assert figures(after)["crack F1, 3 px"] < 0.8
    assert gained(after, before).is_sure


def _filled(finding: Finding, size: tuple[int, int]) -> NDArray[np.float32]:
    """Every crack's outline filled."""
    picture = Image.new("L", size)
    draw = ImageDraw.Draw(picture)
    for outline in finding.outlines:
        if outline.kind is not DefectKind.POTHOLE:
            draw.polygon([(x * size[0], y * size[1]) for x, y in outline.ring], fill=1)
    return np.asarray(picture, np.float32)
