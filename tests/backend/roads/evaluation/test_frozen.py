"""The frozen local test set: the same photos whenever more come, refused in plain words where it can judge nothing."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from PIL import Image

from backend.cli import main
from backend.roads.evaluation.frozen import LEAST_TEST_PHOTOS, TooFewPhotos, local_photos
from backend.roads.evaluation.gain import NothingToCompare
from backend.roads.evaluation.photos import CRACK, LANE

ENOUGH = 6 * LEAST_TEST_PHOTOS


def labelled(folder: Path, *, reports: int, faults: int = 0) -> Path:
    """Reports as they are exported, a photo each; the first few show a crack."""
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    names = [f"{UUID(int=number)}_0" for number in range(reports)]
    rows = [f"{name},QALA,d,{name}.png" for name in names]
    (folder / "labels.csv").write_text("\n".join(["id,state,highway,mask", *rows]), encoding="utf-8")
    for number, name in enumerate(names):
        Image.new("RGB", (8, 6)).save(folder / "images" / f"{name}.png")
        Image.new("L", (8, 6), CRACK if number < faults else LANE).save(folder / "masks" / f"{name}.png")
    return folder


def test_a_quarter_is_frozen_and_stays_when_more_photos_come(tmp_path: Path) -> None:
    """And is never learnt from."""
    before = local_photos(labelled(tmp_path, reports=ENOUGH, faults=ENOUGH))
    after = local_photos(labelled(tmp_path, reports=2 * ENOUGH, faults=2 * ENOUGH))
    frozen = {photo.name for photo in before.test}
    assert ENOUGH == len(before.photos)
    assert ENOUGH / 8 < len(frozen) < ENOUGH / 2
    assert frozen < {photo.name for photo in after.test}
    assert set() == {photo.name for photo in after.test} & {photo.name for photo in after.learnt}


def test_too_few_photos_are_refused(tmp_path: Path) -> None:
    """With how many there are and how many it takes."""
    with pytest.raises(TooFewPhotos, match="at least 30"):
        local_photos(labelled(tmp_path, reports=20, faults=20))


def test_a_test_set_without_a_fault_is_refused_before_anything_is_trained(tmp_path: Path) -> None:
    """Only «no fault» was ever said: `qala train roads --local` tells it in plain words, also where nothing could be trained."""
    folder = labelled(tmp_path, reports=ENOUGH)
    with pytest.raises(NothingToCompare, match="positive label"):
        local_photos(folder)
    told = CliRunner().invoke(main, ["train", "roads", "--local", str(folder)])
    assert 1 == told.exit_code
    assert "positive label" in told.output
    assert "outlines are right" in told.output
