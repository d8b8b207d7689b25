"""Rings that people draw: which are taken, what is said of others, what they cover and how large the fault is."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from PIL import Image

from backend.config import DATA_DIR
from backend.roads.evaluation.photos import DataMissing, read_folder
from backend.roads.looking.masks import CRACK, LANE, OUTSIDE, POTHOLE, mask_as_drawn
from backend.roads.looking.measuring import measured
from backend.roads.looking.outlining import BadRing, lies_close, read_ring
from backend.roads.looking.rules import finding_words
from backend.roads.seeing.eye import OnnxRoadEye
from backend.roads.seeing.finding import Finding
from backend.roads.seeing.network import WEIGHTS
from backend.roads.seeing.pixels import Pixels
from shared.vocabulary import DefectKind, Severity
from tests.fakes import SQUARE, outline_of

SIZE = (160, 120)
TRIANGLE = [[0.1, 0.1], [0.5, 0.1], [0.1, 0.5]]
BAND = ((0.2, 0.5), (0.8, 0.5), (0.8, 0.51), (0.2, 0.51))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, "must be a list of points such as [0.25, 0.5], was null"),
        ("circle", "was «circle»"),
        ([[0.1, 0.1], [0.5, 0.5]], "3 to 300 different points, had 2"),
        ([[0.1, 0.1]] * 9, "3 to 300 different points, had 1"),
        ([[0.1, 0.1], [0.5, 0.5], [0.10001, 0.1], [0.5, 0.5]], "covers too little"),
        ([[0.001 * number, 0.5] for number in range(302)], "had 302"),
        ([[0.1, 0.1], [0.5, 0.5], [0.1, 0.5], [0.5, 0.1]], "crosses or touches itself at [0.3, 0.3]"),
        ([[0.1, 0.1], [0.2, 0.2], [0.3, 0.3]], "covers too little"),
        ([[0.1, 0.1], [0.101, 0.1], [0.1, 0.101]], "0.00001 of the picture at least, was 0.000001"),
        ([[0.1, 0.1], [1.2, 0.5], [0.1, 0.5]], "point 2 must be [x, y], each from 0 to 1"),
        ([[0.1, 0.1], [-0.1, 0.5], [0.1, 0.5]], "was [-0.1, 0.5]: put it inside the photo"),
        ([[0.1, 0.1], [math.nan, 0.5], [0.1, 0.5]], "was [nan, 0.5]"),
        ([[0.1, 0.1], [True, 0.5], [0.1, 0.5]], "was [true, 0.5]"),
        ([[0.1, 0.1], [0.5], [0.1, 0.5]], "was [0.5]"),
        ([[0.1, 0.1], 0.5, [0.1, 0.5]], "was 0.5"),
        ([[0.1, 0.1], ["0.5", 0.5], [0.1, 0.5]], "was [«0.5», 0.5]"),
        ([[0.1, 0.1], [0.2] * 1000, [0.1, 0.5]], "was a list"),
    ],
)
def test_a_ring_that_outlines_nothing_is_refused_with_a_remedy(value: Any, says: str) -> None:
    """Each says which point, what it was and what to do."""
    with pytest.raises(BadRing) as refused:
        read_ring(value)
    assert says in str(refused.value.message)
    assert any(remedy in str(refused.value.message) for remedy in (": ", "; ", "such as"))


def test_a_ring_is_the_same_closed_or_open_and_rounded() -> None:
    """Its first point is not kept twice, nor one that stands still."""
    ring = read_ring(TRIANGLE)
    assert ((0.1, 0.1), (0.5, 0.1), (0.1, 0.5)) == ring
    assert ring == read_ring([*TRIANGLE, TRIANGLE[0]])
    assert ring == read_ring([[0.100004, 0.1], [0.5, 0.1], [0.5, 0.1], [0.1, 0.49999]])
    assert 300 == len(read_ring([[0.5 + 0.4 * math.cos(at), 0.5 + 0.4 * math.sin(at)] for at in circle(300)]))


def circle(points: int) -> list[float]:
    """Angles all round."""
    return [2 * math.pi * number / points for number in range(points)]


def test_a_spike_along_the_picture_s_edge_is_left_out() -> None:
    """The eye's own outlines have some, where they were cut off at the edge."""
    ring = read_ring([[0, 0], [0.5, 0], [0.8, 0], [0.5, 0], [0.5, 0.5], [0, 0.5]])
    assert {(0.0, 0.0), (0.5, 0.0), (0.5, 0.5), (0.0, 0.5)} == set(ring)


def test_a_band_lies_close_and_a_loop_does_not() -> None:
    """However large the photo is."""
    assert lies_close(BAND, (800, 500))
    assert lies_close(BAND, (4000, 2500))
    assert not lies_close(SQUARE, (800, 500))


@pytest.fixture
def seen() -> Pixels:
    """A lane in perspective with a crack that was outlined, a speck, and a false pothole."""
    rows, columns = np.mgrid[:60, :80]
    lane = (rows > 20) & (abs(columns - 40) < (rows - 20) * 0.9)
    crack, pothole, speck = np.zeros((3, 60, 80), bool)
    crack[40, 30:50] = True
    pothole[50:54, 50:54] = True
    speck[45, 40] = True
    return Pixels(lane, crack, pothole, speck)


def fault(kind: DefectKind, ring: Any, confidence: float | None = None) -> dict[str, Any]:
    """A drawn fault as it is kept."""
    return {"kind": kind.value, "ring": ring, "confidence": confidence}


def labels(mask: Image.Image | None) -> np.ndarray:
    """Values (height, width)."""
    assert mask is not None
    assert SIZE == mask.size
    return np.asarray(mask)


def test_a_mask_has_what_was_drawn_and_a_clean_lane_round_it(seen: Pixels) -> None:
    """A pothole's ring is filled, a traced crack too; what the eye took for faults and nobody drew is lane."""
    hole = ((0.3, 0.8), (0.4, 0.8), (0.4, 0.9), (0.3, 0.9))
    beside = ((0.0, 0.0), (0.1, 0.0), (0.1, 0.1), (0.0, 0.1))
    drawn = [fault(DefectKind.POTHOLE, hole), fault(DefectKind.POTHOLE, beside)]
    mask = labels(mask_as_drawn(seen, [*drawn, fault(DefectKind.CRACK_TRANSVERSE, BAND)], SIZE))
    assert {POTHOLE} == set(mask[98:107, 49:63].flat)
    assert POTHOLE == mask[5, 5]
    assert {CRACK} == set(mask[60, 40:120].flat)
    assert {LANE} == set(mask[100:108, 100:108].flat)
    assert OUTSIDE == mask[5, 80]
    whole = (0.1**2 * 2 * SIZE[0] * SIZE[1], 0.6 * SIZE[0])
    assert whole[0] == pytest.approx((mask == POTHOLE).sum(), rel=0.2)
    assert whole[1] <= (mask == CRACK).sum() <= 4 * whole[1]


def test_within_a_loop_round_cracks_only_what_the_eye_saw_is_cracked(seen: Pixels) -> None:
    """Also in an outline left as the eye made it, however close it lies; the rest of either is not labelled."""
    mask = labels(mask_as_drawn(seen, [fault(DefectKind.CRACK_NETWORK, SQUARE)], SIZE))
    assert {CRACK} == set(mask[80:82, 60:100].flat)
    assert CRACK == mask[90, 80]
    assert OUTSIDE == mask[70, 80]
    assert LANE == mask[100, 80]
    left = labels(mask_as_drawn(seen, [fault(DefectKind.CRACK_NETWORK, BAND, confidence=0.8)], SIZE))
    assert CRACK not in left


def test_a_photo_said_to_show_nothing_is_clean_and_one_without_a_lane_gives_no_mask(seen: Pixels) -> None:
    """Nobody knows there where the road is sound."""
    assert {OUTSIDE, LANE} == set(labels(mask_as_drawn(seen, [], SIZE)).flat)
    nothing = np.zeros_like(seen.lane)
    blind = Pixels(nothing, nothing, nothing, nothing)
    assert mask_as_drawn(blind, [fault(DefectKind.POTHOLE, SQUARE)], SIZE) is None


def test_a_drawn_pothole_is_measured_on_the_ground_of_its_photo(seen: Pixels) -> None:
    """The lane opens by 1.8 px a row and is 3.5 m wide: that gives metres; twice as wide and as high is four times as large."""
    finding = finding_words(Finding(model="fake-1", cannot=None, road_share=0.5, scale="lane_width"))
    small, large = (
        measured(
            DefectKind.POTHOLE,
            tuple((0.5 + x * half, 0.9 + y * half) for x, y in [(-1, -1), (1, -1), (1, 1), (-1, 1)]),
            finding,
            seen.packed(),
        )
        for half in (0.02, 0.04)
    )
    assert 4 == pytest.approx(large["area_m2"] / small["area_m2"], rel=0.2)
    assert 2 == pytest.approx(large["width_m"] / small["width_m"], rel=0.1)
    a_row_m, a_column_m = 68 * (3.5 / 1.8) / (54 - 20) ** 2, (3.5 / 1.8) / (54 - 20)
    assert 0.08 * 60 * a_row_m * 0.08 * 80 * a_column_m == pytest.approx(large["area_m2"], rel=0.15)
    assert 0.08 * 80 * a_column_m == pytest.approx(large["width_m"], rel=0.15)
    assert (None, None) == (small["confidence"], small["length_m"])
    assert small["area_share"] == pytest.approx(0.04**2 / 0.5)
    assert list(Severity).index(small["severity"]) <= list(Severity).index(large["severity"])


def test_a_drawn_crack_has_a_length_and_a_network_an_area(seen: Pixels) -> None:
    """How wide they gape is not told by a ring."""
    finding = finding_words(Finding(model="fake-1", cannot=None, road_share=0.5, scale="lane_width"))
    line = measured(DefectKind.CRACK_TRANSVERSE, BAND, finding, seen.packed())
    net = measured(DefectKind.CRACK_NETWORK, SQUARE, finding, seen.packed())
    assert line["length_m"] > 1
    assert line["area_m2"] is None
    assert net["area_m2"] > 1


def test_without_a_scale_there_are_no_sizes_and_an_untouched_outline_keeps_its_own(seen: Pixels) -> None:
    """The model measured that; a person only looked at it."""
    own = outline_of(DefectKind.POTHOLE, Severity.HIGH)
    finding = finding_words(Finding(model="fake-1", cannot=None, outlines=(own,), road_share=0.5))
    assert finding["outlines"][0] == measured(DefectKind.POTHOLE, SQUARE, finding, seen.packed())
    for known, pixels in ((finding, seen.packed()), (None, None)):
        drawn = measured(DefectKind.POTHOLE, BAND, known, pixels)
        assert [None] * 3 == [drawn[name] for name in ("area_m2", "length_m", "width_m")]
        assert "medium" == drawn["severity"]


@pytest.mark.slow
@pytest.mark.models
@pytest.mark.skipif(not WEIGHTS.is_file(), reason="no weights are shipped yet: qala train roads --ship")
def test_the_shipped_eye_s_outlines_may_be_sent_back_and_a_moved_one_keeps_its_size() -> None:
    """None is refused as a ring; a pothole that was moved by a fifth of a pixel is as large as the eye measured it."""
    try:
        photos = read_folder(DATA_DIR)
    except DataMissing as missing:
        pytest.skip(str(missing))
    eye = OnnxRoadEye()
    ratios = []
    for photo in photos[:: len(photos) // 40]:
        finding = eye.look(photo.picture())
        kept = finding_words(finding)
        for own in kept["outlines"]:
            ring = read_ring([list(corner) for corner in own["ring"]])
            if own["kind"] == DefectKind.POTHOLE and own["area_m2"] > 0.05:
                moved = tuple((min(1.0, x + 0.0002), y) for x, y in ring)
                drawn = measured(DefectKind.POTHOLE, moved, kept, finding.pixels)
                ratios.append(drawn["area_m2"] / own["area_m2"])
    assert len(ratios) >= 5
    assert 1 == pytest.approx(float(np.median(ratios)), abs=0.1)
