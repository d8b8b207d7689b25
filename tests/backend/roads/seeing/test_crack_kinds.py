"""The geometric rule for kinds of cracks, on drawn ones."""

from __future__ import annotations

import numpy as np
import pytest

from backend.roads.seeing.crack_kinds import find_cracks
from backend.roads.seeing.ground import Ground, find_ground
from shared.vocabulary import DefectKind
from tests.backend.roads.seeing.drawn_roads import HALF, lane_map, strokes


@pytest.fixture
def ground() -> Ground:
    """That of the drawn lane."""
    return find_ground(lane_map(), lane_map())


def test_the_ground_of_a_lane_has_its_horizon_and_its_width(ground: Ground) -> None:
    """3.5 m at every row, and a horizon where the edges meet."""
    assert ground.scale == "lane_width"
    assert ground.horizon_px == pytest.approx(-10 / 0.55, abs=2)
    for row in (60, 150, 240):
        assert float(ground.across_m(np.array([row]))[0]) * 2 * (10 + row * 0.55) == pytest.approx(
            3.5, rel=0.05
        )


def test_a_line_across_is_transverse(ground: Ground) -> None:
    """Two metres at row 180."""
    (crack,) = find_cracks(strokes(((140, 180), (260, 182))), ground)
    assert crack.kind is DefectKind.CRACK_TRANSVERSE
    assert crack.length_m == pytest.approx(120 / 218 * 3.5, rel=0.15)


def test_a_line_towards_the_horizon_is_longitudinal_wherever_it_runs(ground: Ground) -> None:
    """At the lane's edge it is slanted in the picture."""
    (crack,) = find_cracks(strokes(((200 - 0.45 * 60, 60), (200 - 0.45 * 240, 240))), ground)
    assert crack.kind is DefectKind.CRACK_LONGITUDINAL


def test_a_mesh_is_a_network(ground: Ground) -> None:
    """Five lines across six."""
    across = [((160, row), (240, row)) for row in range(150, 240, 15)]
    ahead = [((column, 150), (column, 235)) for column in range(160, 245, 16)]
    (crack,) = find_cracks(strokes(*across, *ahead), ground)
    assert crack.kind is DefectKind.CRACK_NETWORK


def test_a_line_that_leads_through_a_network_is_parted_from_it(ground: Ground) -> None:
    """A joint or a wheel's track that branched is both: four metres and more along the way of driving."""
    joint = ((206, 88), (210, 240))
    twigs = [((140, row), (270, row + 4)) for row in range(96, 238, 12)]
    network, line = find_cracks(strokes(joint, *twigs), ground)
    assert (network.kind, line.kind) == (DefectKind.CRACK_NETWORK, DefectKind.CRACK_LONGITUDINAL)
    assert line.length_m >= 4
    assert not (network.pixels & line.pixels).any()


def test_fragments_of_one_crack_are_one(ground: Ground) -> None:
    """Labels and maps are broken into bits."""
    bits = [((205 + row * 0.05, row), (205 + row * 0.05, row + 9)) for row in range(150, 240, 13)]
    (crack,) = find_cracks(strokes(*bits), ground)
    assert crack.kind is DefectKind.CRACK_LONGITUDINAL


def test_specks_are_no_cracks(ground: Ground) -> None:
    """Neither is nothing."""
    assert [] == find_cracks(strokes(((200, 200), (203, 200))), ground)
    assert [] == find_cracks(np.zeros(HALF, bool), ground)
