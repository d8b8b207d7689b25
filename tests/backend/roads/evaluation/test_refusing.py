"""The measurement of refusals: what is spoilt and how it is counted, with a network that is sure of a lane whatever it is shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from backend.roads.evaluation.photos import LANE, Photo, read_folder
from backend.roads.evaluation.refusing import SeesNoFaults, evaluate_refusals, spoilt
from backend.roads.evaluation.spoiling import OTHERS, SNOWS
from backend.roads.seeing.eye import OnnxRoadEye
from tests.backend.roads.seeing.drawn_roads import DrawnNetwork, asphalt, lane_map, seen, strokes

CRACKED = strokes(((210, 60), (230, 240)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three drawn roads with their lanes."""
    made = tmp_path_factory.mktemp("roads")
    for part in ("images", "masks"):
        (made / part).mkdir()
    lane = (lane_map().repeat(2, 0).repeat(2, 1) * LANE).astype(np.uint8)
    for seed in range(3):
        Image.fromarray(asphalt(seed=seed)).save(made / "images" / f"road_{seed}.png")
        Image.fromarray(lane).save(made / "masks" / f"road_{seed}.png")
    (made / "labels.csv").write_text("id\nroad_0\nroad_1\nroad_2\n")
    return made


@pytest.fixture(scope="module")
def shares(folder: Path) -> dict[str, float]:
    """Every row of the measurement."""
    network = DrawnNetwork(seen(crack=CRACKED))
    return {row["name"]: row["value"] for row in evaluate_refusals(folder, each=3, network=network)["goals"]}


def test_bare_roads_are_refused_neither_with_their_faults_nor_without(shares: dict[str, float]) -> None:
    """The second row asks what would be said if no fault were seen."""
    assert shares["as they are: refused"] == 0
    assert shares["as they are, were no fault in them: not enough for «sound»"] == 0


@pytest.mark.parametrize("way", ["snow everywhere", "snow on the lane alone", "night", "out of focus"])
def test_what_shows_no_road_is_refused_though_the_network_is_sure(shares: dict[str, float], way: str) -> None:
    """Faults that it claims there count for nothing."""
    assert shares[f"{way}: refused"] == 1


def test_a_road_is_called_sound_where_no_fault_is_seen(folder: Path) -> None:
    """So that the row «called sound» can count one."""
    photo = read_folder(folder)[0]
    network = DrawnNetwork(seen(crack=CRACKED))
    assert OnnxRoadEye(network).look(photo.picture()).outlines
    finding = OnnxRoadEye(SeesNoFaults(network)).look(photo.picture())
    assert (finding.cannot, finding.outlines) == (None, ())


@pytest.mark.parametrize("way", list(SNOWS | OTHERS))
def test_a_photo_is_spoilt_the_same_way_each_time(folder: Path, way: str) -> None:
    """And changed, at its own size."""
    photo: Photo = read_folder(folder)[1]
    first, second = spoilt(photo, way), spoilt(photo, way)
    assert np.array_equal(first, second)
    assert (first.shape, first.dtype) == (photo.picture().shape, np.uint8)
    assert not np.array_equal(first, photo.picture())


def test_snow_on_the_lane_leaves_what_lies_beside_it(folder: Path) -> None:
    """Far from the lane nothing changes."""
    photo = read_folder(folder)[2]
    before, after = photo.picture(), spoilt(photo, "snow on the lane alone")
    assert np.array_equal(before[:250, :60], after[:250, :60])
