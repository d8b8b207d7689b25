"""The frozen local test set: which of the city's photos judge a taught model, and whether they can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.roads.evaluation.gain import NothingToCompare
from backend.roads.evaluation.photos import CRACK, Photo, held_out_blocks, read_folder

LEAST_TEST_PHOTOS = 30
TEST_ONE_IN = 4


class TooFewPhotos(ValueError):
    """There are not enough local photos to tell a better model from a worse one."""


@dataclass(frozen=True, slots=True)
class LocalPhotos:
    """Every labelled photo of the city, parted by block."""

    test: Sequence[Photo]  # never learnt from
    learnt: Sequence[Photo]

    @property
    def photos(self) -> list[Photo]:
        """All of them, by name."""
        return sorted((*self.test, *self.learnt), key=lambda photo: photo.name)


def local_photos(folder: Path) -> LocalPhotos:
    """The photos of a folder of local labels, the test set frozen by the names of their blocks.

    Raises DataMissing, TooFewPhotos, and NothingToCompare where no photo of the test set is labelled with a fault.
    """
    photos = read_folder(folder)
    blocks = held_out_blocks(photos, one_in=TEST_ONE_IN)
    test = [photo for photo in photos if photo.block in blocks]
    learnt = [photo for photo in photos if photo.block not in blocks]
    if len(test) < LEAST_TEST_PHOTOS or not learnt:
        raise TooFewPhotos(
            f"{folder}: {len(test)} photos fall into the frozen test set, at least {LEAST_TEST_PHOTOS} are needed; confirm more"
        )
    if not any((photo.mask() >= CRACK).any() for photo in test):
        raise NothingToCompare(
            f"{folder}: none of the {len(test)} photos of the frozen test set has a positive label, a crack or a pothole, to "
            "compare models on; confirm faults whose outlines are right in the room «Roads», then export the labels anew"
        )
    return LocalPhotos(test, learnt)
