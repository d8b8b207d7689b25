"""Photos are known by what they show, labels by names and masks, and what a model learnt from by both."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image

from backend.roads.evaluation.identity import (
    OtherPhotos,
    contents,
    fingerprint,
    learnt_from,
    require_same,
    told_of,
)
from backend.roads.evaluation.photos import read_folder
from backend.roads.seeing.network import WEIGHTS, Network
from tests.backend.roads.evaluation.labelled_photos import labelled_photos, with_noise

NAMES = ["1_KZ_021_A21_100", "2_KZ_021_A21_900", "3_KZ_051_M51_100"]


def test_other_pictures_under_the_same_names_are_other_contents(tmp_path: Path) -> None:
    """The fingerprint, which shipped models carry, is of labels and stays."""
    photos = read_folder(labelled_photos(tmp_path, NAMES))
    before = fingerprint(photos), contents(photos)
    with_noise(tmp_path)
    assert fingerprint(photos) == before[0]
    assert contents(photos) != before[1]


def test_renamed_pictures_of_the_training_are_known_again(tmp_path: Path) -> None:
    """By their bytes; by their section where the name was kept, even if they were saved anew."""
    learnt = read_folder(labelled_photos(tmp_path / "learnt", NAMES))
    about = {"names": ["A21", "M51"], **told_of(learnt)}
    renamed = labelled_photos(tmp_path / "renamed", ["1_ZZ_1_Z1_1", "2_ZZ_1_Z1_900"], seed=9)
    shutil.copyfile(learnt[0].picture_path, renamed / "images" / "1_ZZ_1_Z1_1.png")
    known = learnt_from(read_folder(renamed), about)
    assert (0, 1, 1, 2) == (known.by_section, known.by_picture, known.photos, known.of)
    assert "no goal is judged" in known.told()

    with Image.open(learnt[0].picture_path) as opened:
        opened.convert("RGB").save(learnt[0].picture_path, compress_level=1)
    known = learnt_from(learnt, about)
    assert (3, 2, 3) == (known.by_section, known.by_picture, known.photos)


def test_unseen_photos_are_told_with_what_cannot_be_known(tmp_path: Path) -> None:
    """A picture saved anew is another; a model from before pictures were listed says so."""
    photos = read_folder(labelled_photos(tmp_path, NAMES))
    told = learnt_from(photos, {"names": ["290RS07"], "pictures": ["0" * 12]}).told()
    assert "0 of 3 photos" in told
    assert "saved anew" in told
    assert "lists no pictures" not in told
    assert "lists no pictures" in learnt_from(photos, {"names": []}).told()


def test_what_other_photos_made_is_refused_with_the_remedy(tmp_path: Path) -> None:
    """Other labels, other pictures; older files that tell less are taken."""
    photos = read_folder(labelled_photos(tmp_path, NAMES))
    told = told_of(photos)
    require_same(told, told_of(photos), tmp_path / "a.onnx")
    require_same({}, told, tmp_path / "a.pt")
    require_same({"photos": told["photos"]}, told, tmp_path / "a.onnx")
    with pytest.raises(OtherPhotos, match=r"a\.onnx.*names or masks.*--checkpoints"):
        require_same({"photos": "0" * 16}, told, tmp_path / "a.onnx")
    with_noise(tmp_path)
    with pytest.raises(OtherPhotos, match=r"pictures differ"):
        require_same(told, told_of(photos), tmp_path / "a.onnx")


@pytest.mark.models
def test_the_shipped_model_lists_its_pictures() -> None:
    """All but one of 1,775, two being the same; the file stays small."""
    about = Network().about
    assert 1774 == len(set(about["pictures"]))
    assert {12} == {len(digest) for digest in about["pictures"]}
    assert WEIGHTS.stat().st_size <= 12 * 1024 * 1024
