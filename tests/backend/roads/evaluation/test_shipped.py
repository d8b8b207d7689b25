"""`qala evaluate roads` on small made folders: a baseline beside ours, fresh figures for fresh pictures, plain refusals."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from backend.cli import main
from backend.config import DATA_DIR
from backend.roads.evaluation.photos import DataMissing, read_folder
from backend.roads.evaluation.shipped import baseline_counts
from tests.backend.roads.evaluation.labelled_photos import labelled_photos, with_noise

NAMES = [f"{number}_KZ_021_A21_{number}00" for number in range(1, 7)]


def evaluated(folder: Path, cache: Path) -> dict[str, Any]:
    """The command's JSON."""
    told = CliRunner().invoke(
        main, ["evaluate", "roads", "--data", str(folder), "--cache", str(cache), "--json"]
    )
    assert told.exit_code == 0, told.output
    report: dict[str, Any] = json.loads(told.output)
    return report


def refused(folder: Path) -> str:
    """What the command says of a folder that it cannot score."""
    cache = folder.parent / "cache"
    told = CliRunner().invoke(main, ["evaluate", "roads", "--data", str(folder), "--cache", str(cache)])
    assert told.exit_code == 1
    assert "Traceback" not in told.output
    assert not cache.exists(), "nothing is left half done"
    return told.output


@pytest.mark.models
@pytest.mark.slow
def test_a_plain_baseline_and_always_yes_stand_beside_ours_and_new_pictures_get_new_figures(
    tmp_path: Path,
) -> None:
    """Whatever is installed for users measures all three; noise under the old names is not given the old scores."""
    folder = labelled_photos(tmp_path / "data", NAMES)
    first = evaluated(folder, tmp_path / "cache")
    values = {goal["name"]: goal["value"] for goal in first["goals"]}
    for name in (
        "crack precision, 3 px",
        "crack recall, 3 px",
        "crack F1, 3 px",
        "pothole precision",
        "pothole F1",
    ):
        assert values[f"{name}, pooled, texture and boosting"] is not None
        assert values[f"{name}, always yes, pooled"] > 0
    assert values["crack recall, 3 px, always yes, pooled"] == 1
    assert first["trained_on"] == {
        "by_section": 0,
        "by_picture": 0,
        "photos": 0,
        "of": 6,
        "lists_pictures": True,
    }

    with_noise(folder)
    fresh = {goal["name"]: goal["value"] for goal in evaluated(folder, tmp_path / "cache")["goals"]}
    for side in ("pooled", "pooled, texture and boosting"):
        kept = [fresh[name] == values[name] for name in fresh if name.endswith(f" {side}")]
        assert not all(kept), side


@pytest.mark.models
@pytest.mark.slow
def test_training_photos_under_other_names_are_judged_by_no_goal(tmp_path: Path) -> None:
    """Three of those that the shipped model was trained on, said to be of another country."""
    try:
        learnt = read_folder(DATA_DIR)[:300:100]
    except DataMissing as missing:
        pytest.skip(str(missing))
    folder = labelled_photos(tmp_path / "data", NAMES[:3])
    for name, photo in zip(NAMES, learnt, strict=False):
        (folder / "images" / f"{name}.png").unlink()
        shutil.copyfile(photo.picture_path, folder / "images" / (name + photo.picture_path.suffix))
        shutil.copyfile(photo.mask_path, folder / "masks" / f"{name}.png")
    report = evaluated(folder, tmp_path / "cache")
    assert (0, 3, 3) == tuple(report["trained_on"][name] for name in ("by_section", "by_picture", "photos"))
    assert "no goal is judged" in report["data"]
    assert {None} == {goal["met"] for goal in report["goals"] if "pooled" in goal["name"]}


@pytest.mark.slow
def test_the_baseline_is_kept_under_what_it_learnt_from(tmp_path: Path) -> None:
    """Other training photos of the same names make another one."""
    learnt = read_folder(labelled_photos(tmp_path / "learnt", NAMES[:3]))
    held = read_folder(labelled_photos(tmp_path / "held", NAMES[3:]))
    one, _ = baseline_counts(learnt, held, tmp_path)
    with_noise(tmp_path / "learnt")
    other, _ = baseline_counts(learnt, held, tmp_path)
    assert not np.array_equal(one.crack_right, other.crack_right)


def test_a_bad_mask_or_picture_is_told_in_one_line(tmp_path: Path) -> None:
    """File, value and remedy; before anything is reckoned."""
    folder = labelled_photos(tmp_path / "data", NAMES)
    mask, picture = folder / "masks" / f"{NAMES[3]}.png", folder / "images" / f"{NAMES[3]}.png"
    whole = mask.read_bytes()
    Image.new("RGB", (800, 120)).save(mask)
    assert f"{mask.name}: a mask must be a palette or grey picture (modes P, L), was RGB" in refused(folder)
    mask.write_bytes(whole)
    picture.write_bytes(picture.read_bytes()[:3000])
    assert f"{picture.name}: must be a whole picture, was broken or cut off" in refused(folder)


def test_a_folder_without_a_labelled_photo_is_told(tmp_path: Path) -> None:
    """Rows there are, masks there are none."""
    folder = labelled_photos(tmp_path / "data", NAMES[:1])
    (folder / "labels.csv").write_text(f"id,mask\n{NAMES[0]},\n", encoding="utf-8")
    assert "no row of labels.csv has a mask" in refused(folder)
