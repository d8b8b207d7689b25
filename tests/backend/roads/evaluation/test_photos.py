"""Folders of labelled photos of any origin, and the labels of crack kinds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from backend.roads.evaluation.kinds import kappa, kinds_by_rule, read_labels
from backend.roads.evaluation.photos import (
    BadPhoto,
    DataMissing,
    check_photos,
    folds,
    held_out_blocks,
    read_folder,
)


def _folder(
    place: Path, rows: list[str], header: str = "id,state,highway", size: tuple[int, int] = (800, 500)
) -> Path:
    """A folder with these lines of labels and a photo for each."""
    for name in ("images", "masks"):
        (place / name).mkdir(parents=True)
    (place / "labels.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    for row in rows:
        name = row.split(",")[0]
        Image.new("RGB", size, (90, 90, 90)).save(place / "images" / f"{name}.jpg")
        Image.new("P", size, 1).save(place / "masks" / f"{name}.png")
    return place


ROWS = [
    "1_RS_290_290RS07_100,RS,290",
    "2_RS_290_290RS07_105,RS,290",
    "3_RS_290_290RS07_900,RS,290",
    "4_DF_020_020BDF_5,DF,020",
]


def test_a_folder_is_read_with_highways_and_blocks(tmp_path: Path) -> None:
    """Neighbouring frames share a block."""
    photos = read_folder(_folder(tmp_path, ROWS))
    assert ["RS-290", "RS-290", "RS-290", "DF-020"] == [photo.highway for photo in photos]
    assert photos[0].block == photos[1].block != photos[2].block
    assert ["RS-290", "RS-290", "RS-290", "rest"] == [photo.fold for photo in photos]


def test_the_folder_may_be_one_named_roads_in_it(tmp_path: Path) -> None:
    """As the shared data has it."""
    _folder(tmp_path / "roads", ROWS)
    assert 4 == len(read_folder(tmp_path))


def test_photos_of_other_countries_need_no_highway_and_are_scaled(tmp_path: Path) -> None:
    """1,600 px wide, masks with them."""
    (photo,) = read_folder(_folder(tmp_path / "Almaty", ["a"], header="id", size=(1600, 900)))
    assert photo.highway == "Almaty"
    assert photo.picture().shape == (450, 800, 3)
    assert photo.mask().shape == (450, 800)


def test_a_folder_without_labels_is_refused_by_name(tmp_path: Path) -> None:
    """The remedy is said."""
    with pytest.raises(DataMissing, match="--data"):
        read_folder(tmp_path)


def test_exported_reports_are_blocks_of_their_own_and_may_lack_a_mask(tmp_path: Path) -> None:
    """As `qala roads export-labels` writes them: two photos of one report, one of another without a mask."""
    first, other = "0b0e7a52-6d6c-4c5f-9d0e-000000000001", "0b0e7a52-6d6c-4c5f-9d0e-000000000002"
    rows = [f"{first}_0,QALA,d,{first}_0.png", f"{first}_1,QALA,d,{first}_1.png", f"{other}_0,QALA,d,"]
    photos = read_folder(_folder(tmp_path, rows, header="id,state,highway,mask"))
    assert [(first, "QALA-d"), (first, "QALA-d")] == [(photo.block, photo.highway) for photo in photos]


def test_folds_never_share_a_highway(tmp_path: Path) -> None:
    """What is held out is never trained on."""
    for _, training, held in folds(read_folder(_folder(tmp_path, ROWS))):
        assert not {photo.highway for photo in training} & {photo.highway for photo in held}


def test_held_out_blocks_are_the_same_every_time(tmp_path: Path) -> None:
    """By their names alone."""
    photos = read_folder(_folder(tmp_path, ROWS))
    assert held_out_blocks(photos) == held_out_blocks(photos[::-1])


def test_kappa_is_agreement_beyond_chance() -> None:
    """1, 0, and by hand."""
    yes, no = np.ones(10, bool), np.zeros(10, bool)
    half = np.arange(10) < 5
    assert kappa(half, half) == 1
    assert kappa(half, yes) == 0
    assert kappa(half, ~half) == -1
    assert np.isnan(kappa(no, no))


def test_both_labellers_saw_the_same_160_photos() -> None:
    """At least 150 are asked for."""
    first, second = read_labels("a"), read_labels("b")
    assert set(first) == set(second)
    assert len(first) >= 150


def test_the_rule_reads_a_mask() -> None:
    """A line across a lane is transverse and nothing else."""
    mask = np.zeros((500, 800), np.uint8)
    rows, columns = np.mgrid[:500, :800]
    mask[np.abs(columns - 400) < 20 + rows * 0.55] = 1
    mask[360:364, 280:520] = 2
    assert [False, True, False] == kinds_by_rule(mask).tolist()


def test_endings_may_be_capitals(tmp_path: Path) -> None:
    """As cameras write them."""
    folder = _folder(tmp_path, ROWS)
    for place, ending in (("images", ".JPG"), ("masks", ".PNG")):
        for path in sorted((folder / place).iterdir()):
            path.rename(path.with_suffix(ending))
    photos = read_folder(folder)
    check_photos(photos, folder)
    assert {(".JPG", ".PNG")} == {(photo.picture_path.suffix, photo.mask_path.suffix) for photo in photos}


def test_it_is_said_whether_the_picture_or_the_mask_is_missing(tmp_path: Path) -> None:
    """With where it should lie."""
    folder = _folder(tmp_path, ROWS)
    (folder / "masks" / "4_DF_020_020BDF_5.png").unlink()
    with pytest.raises(DataMissing, match=r"masks/4_DF_020_020BDF_5\.png: the mask of"):
        read_folder(folder)
    (folder / "images" / "1_RS_290_290RS07_100.jpg").unlink()
    with pytest.raises(DataMissing, match=r"images/1_RS_290_290RS07_100\.webp: the picture of"):
        read_folder(folder)


def test_a_picture_turned_by_its_camera_is_seen_upright(tmp_path: Path) -> None:
    """As whoever drew the mask saw it: stored lying, shown standing."""
    folder = _folder(tmp_path, ["a"], header="id", size=(500, 800))
    lying = np.zeros((500, 800, 3), np.uint8)
    lying[:, :100] = 255  # the left edge as stored is the upper one as seen, turned clockwise
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.fromarray(lying).save(folder / "images" / "a.jpg", exif=turned)
    (photo,) = read_folder(folder)
    photo.check()
    assert photo.picture().shape[:2] == photo.mask().shape == (1280, 800)
    assert photo.picture()[:100].mean() > 250


def test_a_mask_of_another_size_is_refused_with_both(tmp_path: Path) -> None:
    """Scaling it would move its lines."""
    folder = _folder(tmp_path, ["a"], header="id")
    Image.new("L", (480, 300), 1).save(folder / "masks" / "a.png")
    with pytest.raises(BadPhoto, match=r"a\.png: .* was 480 × 300 px where a\.jpg is 800 × 500"):
        read_folder(folder)[0].check()


def test_an_unknown_label_is_named_with_the_known_ones(tmp_path: Path) -> None:
    """255 is what other tools mean «ignore» by."""
    folder = _folder(tmp_path, ["a"], header="id")
    Image.new("L", (800, 500), 255).save(folder / "masks" / "a.png")
    with pytest.raises(BadPhoto, match=r"a\.png: labels must be 0 .* 3 pothole, one was 255; "):
        read_folder(folder)[0].check()


def test_labels_of_another_writing_are_refused(tmp_path: Path) -> None:
    """Semicolons, another encoding."""
    folder = _folder(tmp_path, ["a"], header="id")
    (folder / "labels.csv").write_text("id;highway\na;дорога\n", encoding="utf-8")
    with pytest.raises(DataMissing, match="commas"):
        read_folder(folder)
    (folder / "labels.csv").write_bytes("id,highway\na,дорога\n".encode("cp1251"))
    with pytest.raises(DataMissing, match="UTF-8"):
        read_folder(folder)
