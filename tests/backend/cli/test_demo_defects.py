"""`qala demo defects`: real photos of a folder, the shipped eye, cases, a repair and its return."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.cli.defects.choosing import sights, soundest
from backend.cli.defects.day import SEED, play
from backend.config import DATA_DIR
from backend.roads.seeing.network import WEIGHTS
from tests.fakes import FakeRoadEye

ROADS = DATA_DIR / "roads"
with_photos = pytest.mark.skipif(not (ROADS / "labels.csv").is_file(), reason=f"{ROADS} is not here")
with_weights = pytest.mark.skipif(not WEIGHTS.is_file(), reason="no weights of the eye are shipped yet")


@with_photos
def test_a_fault_is_chosen_with_the_frames_that_show_it_again() -> None:
    """No frame shows two faults; each is there."""
    chosen = sights(ROADS, 12, SEED)
    photos = [photo for each in chosen for photo in each.photos]
    assert len(photos) == len(set(photos)) > len(chosen)
    assert all(photo.is_file() for photo in [*photos, soundest(ROADS, FakeRoadEye())])
    assert {"pothole", "crack"} == {each.label for each in chosen}


@with_photos
@with_weights
@pytest.mark.slow
@pytest.mark.models
def test_a_fault_from_the_phones_outbox_to_its_return_within_the_warranty(tmp_path: Path) -> None:
    """Real photos, the shipped eye, the app's own outbox and sync; what two crews saw twice is one case."""
    said: list[str] = []
    picture = tmp_path / "results.jpg"
    told = play(roads=ROADS, osm=None, faults=6, picture=picture, say=said.append)
    assert told["reports"] > told["faults"] == 6
    assert 0 == told["pairs_merged_wrongly"]
    assert told["pairs_merged_rightly"] > 0
    assert (1, "confirmed", "ТОО «Жол-Сервис»") == (
        told["returned_within_warranty"],
        told["returned_case_is"],
        told["returned_names_contractor"],
    )
    assert any("of 100 → " in line for line in said)
    assert picture.is_file()
