"""What training keeps of photos: all of a survey's, and of a phone's tall ones the rows that teach most."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from backend.roads.evaluation.photos import CRACK, LANE, POTHOLE, read_folder
from backend.roads.training.cache import HEIGHT_PX, Cache, kept_rows

WIDTH_PX = 800


def labels(height: int, *faults: tuple[int, int]) -> NDArray[np.uint8]:
    """A lane in the lower two thirds, with a pothole between these rows."""
    mask = np.zeros((height, WIDTH_PX), np.uint8)
    mask[height // 3 :, 200:600] = LANE
    for top, bottom in faults:
        mask[top:bottom, 300:400] = POTHOLE
    return mask


@pytest.mark.parametrize(
    ("height", "kept"), [(500, (0, 500)), (512, (0, 512)), (600, (88, 600)), (1067, (555, 1067))]
)
def test_without_a_fault_the_nearest_rows_are_kept(height: int, kept: tuple[int, int]) -> None:
    """They show the road best; whoever is lower than that keeps all."""
    rows = kept_rows(labels(height))
    assert (rows.start, rows.stop) == kept


@pytest.mark.parametrize("fault", [(380, 420), (500, 700), (1000, 1060)])
def test_a_tall_photo_keeps_its_fault(fault: tuple[int, int]) -> None:
    """Wherever it lies: a phone is held upright."""
    rows = kept_rows(labels(1067, fault))
    assert rows.start <= fault[0] < fault[1] <= rows.stop
    assert rows.stop - rows.start == HEIGHT_PX


def test_of_two_faults_too_far_apart_the_larger_is_kept() -> None:
    """Both do not fit."""
    rows = kept_rows(labels(1200, (410, 430), (1100, 1180)))
    assert rows.start <= 1100


def test_a_cache_holds_picture_and_labels_of_the_same_rows(tmp_path: Path) -> None:
    """A survey's photo is filled up below, a phone's is cut."""
    for part in ("images", "masks"):
        (tmp_path / part).mkdir()
    for name, height in (("low", 500), ("tall", 1067)):
        mask = labels(height, (400, 450))
        mask[mask == POTHOLE] = CRACK
        Image.fromarray(mask).save(tmp_path / "masks" / f"{name}.png")
        Image.fromarray(np.repeat(mask[..., None] * 60, 3, 2)).save(tmp_path / "images" / f"{name}.png")
    (tmp_path / "labels.csv").write_text("id\nlow\ntall\n")
    kept = Cache(read_folder(tmp_path), tmp_path / "kept")
    assert np.array_equal(kept.pictures[..., 0], kept.masks * 60)
    assert [int((mask == CRACK).sum()) for mask in kept.masks] == [50 * 100, 50 * 100]
    assert not kept.masks[0, 500:].any()
