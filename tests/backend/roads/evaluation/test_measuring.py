"""Kept counts hold for the pictures and masks they were made of, and for no others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.roads.evaluation.measuring import measure
from backend.roads.evaluation.photos import Photo, read_folder
from backend.roads.evaluation.scoring import count_labels
from tests.backend.roads.evaluation.labelled_photos import labelled_photos, with_noise

NAMES = ["1_KZ_021_A21_100", "2_KZ_021_A21_900", "3_KZ_051_M51_100"]


class Looking:
    """Calls what is dark a crack, and counts its looks."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self, picture: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        self.looks += 1
        dark = (picture.mean(2) < 80).astype(np.float32)
        return dark, dark


def _older(kept: Path) -> None:
    """As files were kept before rows named what they were counted on."""
    with np.load(kept) as stored:
        fields = {name: stored[name] for name in stored.files if name not in ("contents", "crack_near")}
    np.savez(kept, **fields)  # type: ignore[arg-type]  # arrays by name


def _kept(folder: Path) -> tuple[list[Photo], Path, NDArray[np.float64]]:
    photos, kept = read_folder(labelled_photos(folder / "data", NAMES)), folder / "counts.npz"
    return photos, kept, measure(photos, Looking(), kept).crack_right


def test_the_same_photos_are_not_looked_at_again(tmp_path: Path) -> None:
    """An interrupted run goes on."""
    photos, kept, before = _kept(tmp_path)
    look = Looking()
    assert np.array_equal(before, measure(photos, look, kept).crack_right)
    assert look.looks == 0


def test_noise_under_the_same_names_is_looked_at_anew(tmp_path: Path) -> None:
    """Old figures must not be printed for it."""
    photos, kept, before = _kept(tmp_path)
    with_noise(tmp_path / "data")
    look = Looking()
    assert not np.array_equal(before, measure(photos, look, kept).crack_right)
    assert look.looks == 3


def test_older_counts_go_on_and_get_what_they_lack_from_the_masks(tmp_path: Path) -> None:
    """As long as the labels give the same."""
    photos, kept, before = _kept(tmp_path)
    _older(kept)
    look = Looking()
    counts = measure(photos, look, kept)
    assert look.looks == 0
    assert np.array_equal(before, counts.crack_right)
    assert [count_labels(photo.mask())["crack_near"] for photo in photos] == counts.crack_near.tolist()


def test_older_counts_of_other_masks_are_not_believed(tmp_path: Path) -> None:
    """Another folder's photo of the same name."""
    photos, kept, _ = _kept(tmp_path)
    _older(kept)
    photos[1].mask_path.write_bytes(photos[0].mask_path.read_bytes())
    look = Looking()
    measure(photos, look, kept)
    assert look.looks == 1
