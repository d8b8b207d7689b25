"""The eye's own part, with a network that says what is drawn: outlines, shares, scale, and when it cannot tell."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from backend.roads.seeing.eye import MOST_OUTLINES, OnnxRoadEye
from backend.roads.seeing.network import fitted
from backend.roads.seeing.pixels import Pixels
from shared.vocabulary import CannotAssess, DefectKind, Severity
from tests.backend.roads.seeing.drawn_roads import HALF, DrawnNetwork, asphalt, seen, strokes

ROWS, COLUMNS = np.mgrid[: HALF[0], : HALF[1]]
HOLE = ((COLUMNS - 200) / 30) ** 2 + ((ROWS - 180) / 12) ** 2 <= 1


def test_a_pothole_is_outlined_where_it_lies() -> None:
    """Its ring is in shares of the picture, its confidence the network's."""
    finding = OnnxRoadEye(DrawnNetwork(seen(pothole=HOLE))).look(asphalt())
    (hole,) = finding.outlines
    xs, ys = np.array(hole.ring).T
    assert (hole.kind, hole.confidence) == (DefectKind.POTHOLE, pytest.approx(0.8, abs=0.01))
    assert [xs.min(), xs.max()] == pytest.approx([170 / 400, 231 / 400], abs=0.01)
    assert [ys.min(), ys.max()] == pytest.approx([168 / 250, 193 / 250], abs=0.01)


def test_a_pothole_has_metres_from_the_lane_s_width() -> None:
    """At row 180 a lane of 3.5 m is 218 px wide, so 60 px are just under a metre."""
    finding = OnnxRoadEye(DrawnNetwork(seen(pothole=HOLE))).look(asphalt())
    (hole,) = finding.outlines
    assert finding.scale == "lane_width"
    assert hole.width_m == pytest.approx(60 / 218 * 3.5, rel=0.1)
    assert hole.severity is Severity.HIGH


def test_shares_are_of_the_road() -> None:
    """Not of the picture."""
    finding = OnnxRoadEye(DrawnNetwork(seen(pothole=HOLE))).look(asphalt())
    road = seen().road > 0.5
    assert finding.road_share == pytest.approx(road.mean(), abs=0.04)
    assert finding.pothole_share == pytest.approx(HOLE.sum() / road.sum(), rel=0.1)
    assert finding.crack_share == 0


def test_the_pavement_is_outlined() -> None:
    """As one ring for the drawn lane, for the blurring of what lies beside it."""
    (ring,) = OnnxRoadEye(DrawnNetwork(seen())).look(asphalt()).road
    xs, ys = np.array(ring).T
    assert [ys.min(), ys.max()] == pytest.approx([0, 1], abs=0.02)
    assert [xs.min(), xs.max()] == pytest.approx([0.16, 0.86], abs=0.03)


def test_faults_beside_the_road_are_none() -> None:
    """A dark thing in the meadow."""
    beside = np.roll(HOLE, 250, axis=1)
    finding = OnnxRoadEye(DrawnNetwork(seen(pothole=beside))).look(asphalt())
    assert (finding.outlines, finding.cannot) == ((), None)


def test_specks_are_no_potholes() -> None:
    """Fourteen pixels of the map."""
    speck = np.zeros(HALF, bool)
    speck[180:182, 200:207] = True
    assert () == OnnxRoadEye(DrawnNetwork(seen(pothole=speck))).look(asphalt()).outlines


def test_the_pixels_of_what_was_outlined_are_kept_and_the_rest_is_told_apart() -> None:
    """Not what lies between them: a crack's own line, a pothole's own disc; a speck is left out."""
    crack, speck = strokes(((150, 150), (170, 240))), np.zeros(HALF, bool)
    speck[120:122, 230:234] = True
    finding = OnnxRoadEye(DrawnNetwork(seen(crack=crack | speck, pothole=HOLE))).look(asphalt())
    kept = Pixels.unpacked(finding.pixels)
    assert np.array_equal(kept.lane, seen().lane >= 0.5)
    assert np.array_equal(kept.crack, crack & ~HOLE)
    assert np.array_equal(kept.pothole, HOLE)
    assert np.array_equal(kept.left_out, speck)
    assert len(finding.pixels) < 1500


def test_pixels_beyond_the_most_outlines_are_told_apart() -> None:
    """Fifteen potholes: nobody is shown the three smallest."""
    holes, sides = np.zeros(HALF, bool), range(4, 19)
    for number, side in enumerate(sides):
        holes[150 + number // 5 * 30 :, 140 + number % 5 * 24 :][:side, :side] = True
    finding = OnnxRoadEye(DrawnNetwork(seen(pothole=holes))).look(asphalt())
    kept = Pixels.unpacked(finding.pixels)
    assert MOST_OUTLINES == len(finding.outlines)
    assert np.array_equal(kept.pothole | kept.left_out, holes)
    assert sum(side**2 for side in sides[:3]) == kept.left_out.sum()


def test_what_cannot_be_judged_has_no_pixels() -> None:
    """There is nothing in it to vouch for."""
    assert b"" == OnnxRoadEye(DrawnNetwork(seen())).look(np.zeros((500, 800, 3), np.uint8)).pixels


def test_a_crack_along_the_lane_is_longitudinal_and_has_a_length() -> None:
    """Straight towards where the lane vanishes."""
    finding = OnnxRoadEye(DrawnNetwork(seen(crack=strokes(((210, 60), (230, 240)))))).look(asphalt())
    (crack,) = finding.outlines
    assert crack.kind is DefectKind.CRACK_LONGITUDINAL
    assert crack.length_m is not None
    assert crack.length_m > 3


def test_the_worst_names_the_report() -> None:
    """A pothole before a crack."""
    network = DrawnNetwork(seen(crack=strokes(((150, 150), (170, 240))), pothole=HOLE))
    worst = OnnxRoadEye(network).look(asphalt()).worst
    assert worst is not None
    assert worst.kind is DefectKind.POTHOLE


def test_nothing_seen_is_an_empty_finding_that_names_its_model() -> None:
    """And never «good»."""
    finding = OnnxRoadEye(DrawnNetwork(seen())).look(asphalt())
    assert (finding.model, finding.outlines, finding.cannot) == ("drawn-1", (), None)


def test_the_look_is_a_unit_vector_of_float16() -> None:
    """Two looks at one place are the same."""
    eye = OnnxRoadEye(DrawnNetwork(seen(pothole=HOLE)))
    first, second = eye.look(asphalt()).look, eye.look(asphalt()).look
    assert first == second
    assert np.linalg.norm(np.frombuffer(first, np.float16).astype(float)) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("drawn", "cannot"),
    [
        (lambda: np.zeros((500, 800, 3), np.uint8), CannotAssess.TOO_DARK),
        (lambda: (asphalt() * 0.12).astype(np.uint8), CannotAssess.TOO_DARK),
        (lambda: np.full((500, 800, 3), 180, np.uint8), CannotAssess.NO_ROAD),
        (lambda: np.full((500, 800, 3), 255, np.uint8), CannotAssess.NO_ROAD),
        (lambda: asphalt(brightness=225, grain=2, beside=False), CannotAssess.SNOW_COVERED),
        (lambda: asphalt()[:60], CannotAssess.NO_ROAD),
        (lambda: asphalt()[..., 0], CannotAssess.UNREADABLE),
        (lambda: asphalt().astype(np.float32), CannotAssess.UNREADABLE),
        (lambda: np.zeros((0, 0, 3), np.uint8), CannotAssess.UNREADABLE),
        (lambda: asphalt()[:, :100].repeat(40, 0), CannotAssess.NO_ROAD),
    ],
    ids=[
        "black",
        "night",
        "blank",
        "white wall",
        "fresh snow",
        "strip",
        "grey",
        "floats",
        "empty",
        "very tall",
    ],
)
def test_what_is_no_photo_to_judge_is_refused_with_its_reason(
    drawn: Callable[[], NDArray[np.uint8]], cannot: CannotAssess
) -> None:
    """Without asking the network."""
    network = DrawnNetwork(seen(pothole=HOLE))
    finding = OnnxRoadEye(network).look(drawn())
    assert (finding.cannot, finding.outlines, network.looked_at) == (cannot, (), 0)


def test_a_blurred_photo_is_refused() -> None:
    """Even where the network thinks it sees a hole."""
    blurred = ndimage.gaussian_filter(asphalt().astype(np.float32), (3, 3, 0))
    stretched = np.clip((blurred - 120) * 1.5 + 120, 0, 255).astype(np.uint8)
    finding = OnnxRoadEye(DrawnNetwork(seen(pothole=HOLE))).look(stretched)
    assert (finding.cannot, finding.outlines) == (CannotAssess.BLURRED, ())


def test_snow_is_refused() -> None:
    """White, smooth, without colour, whatever the network says."""
    finding = OnnxRoadEye(DrawnNetwork(seen(pothole=HOLE))).look(
        asphalt(brightness=225, grain=8, beside=False)
    )
    assert finding.cannot is CannotAssess.SNOW_COVERED


def test_a_picture_without_road_is_refused() -> None:
    """The network sees a few grey specks."""
    road = np.zeros(HALF, np.float32)
    road[200:220, :100] = 0.9
    finding = OnnxRoadEye(DrawnNetwork(seen(road=road, pothole=HOLE))).look(asphalt())
    assert finding.cannot is CannotAssess.NO_ROAD


def test_a_road_without_a_lane_is_measured_by_the_camera_s_height() -> None:
    """And says so."""
    network = DrawnNetwork(seen(road=np.ones(HALF, np.float32), pothole=HOLE))
    finding = OnnxRoadEye(network).look(asphalt())
    assert finding.scale == "camera_height"
    assert finding.outlines[0].area_m2 is not None


@pytest.mark.parametrize(
    ("size", "looked_at"),
    [
        ((500, 800), (500, 800)),
        ((960, 1280), (600, 800)),
        ((1280, 960), (800, 600)),
        ((400, 400), (693, 693)),
    ],
)
def test_every_shape_is_looked_at_in_no_more_pixels_than_four_to_three(
    size: tuple[int, int], looked_at: tuple[int, int]
) -> None:
    """Time and memory grow with the area."""
    assert fitted(np.zeros((*size, 3), np.uint8)).shape[:2] == looked_at
