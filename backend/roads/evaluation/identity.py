"""What tells photos from others: by names and masks, by the pictures' own bytes, and whether a model learnt from them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.roads.evaluation.photos import Photo

DIGITS = 12
"""Of the SHA-256 of a picture's bytes, in models and counts: two of a million pictures share them once in 500 cases."""


class OtherPhotos(ValueError):
    """Checkpoints of other photos lie where a run would go on."""


def fingerprint(photos: Sequence[Photo]) -> str:
    """What tells one set of labels from another: 16 hex digits over names and masks' bytes. Models name it; pictures are not in it."""
    digest = hashlib.sha256()
    for photo in photos:
        digest.update(photo.name.encode() + b"\0" + photo.mask_path.read_bytes())
    return digest.hexdigest()[:16]


def picture_digest(photo: Photo) -> str:
    """12 hex digits of the picture's bytes: another name changes nothing, saving the picture anew does."""
    return hashlib.sha256(photo.picture_path.read_bytes()).hexdigest()[:DIGITS]


def picture_digests(photos: Sequence[Photo]) -> list[str]:
    """Those of all pictures, sorted, each once."""
    return sorted({picture_digest(photo) for photo in photos})


def content(photo: Photo) -> str:
    """12 hex digits of picture and mask: what was counted on a photo holds while they stay the same."""
    both = picture_digest(photo).encode() + hashlib.sha256(photo.mask_path.read_bytes()).digest()
    return hashlib.sha256(both).hexdigest()[:DIGITS]


def contents(photos: Sequence[Photo]) -> str:
    """What tells one set of photos from another for anything kept between runs: 16 hex digits over names, pictures and masks."""
    digest = hashlib.sha256()
    for photo in photos:
        digest.update(f"{photo.name}\0{content(photo)}\0".encode())
    return digest.hexdigest()[:16]


def told_of(photos: Sequence[Photo]) -> dict[str, Any]:
    """What a model says of the photos it was made of."""
    return {"photos": fingerprint(photos), "pictures": picture_digests(photos)}


def require_same(told: Mapping[str, Any], now: Mapping[str, Any], where: Path) -> None:
    """Refuse to go on with what other photos made; what an older file does not tell is not held against it. Raises OtherPhotos.

    Both are as ``told_of`` gives them: ``told`` stands in the file, ``now`` is of the run at hand.
    """
    for name, what in (("photos", "names or masks"), ("pictures", "pictures")):
        if told.get(name) not in (None, now[name]):
            raise OtherPhotos(
                f"{where}: must be made from the photos of --data, was made from others (their {what} differ); name another folder by "
                "--checkpoints, or the folder of data that it was begun with"
            )


@dataclass(frozen=True, slots=True)
class LearntFrom:
    """Which photos a model was trained on, or saw its limits chosen by."""

    by_section: int  # photos of road sections that it names
    by_picture: int  # photos whose bytes it names
    photos: int  # either
    of: int
    lists_pictures: bool

    def told(self) -> str:
        """For the head of a report."""
        if self.photos:
            known = (
                f"{self.photos} of {self.of} photos are from what the model was trained on ({self.by_section} by their road section, "
                f"{self.by_picture} by the bytes of the picture): their scores say nothing of unseen roads, so no goal is judged"
            )
        else:
            known = f"0 of {self.of} photos are known to be from what the model was trained on, by road section or the bytes of the picture"
        if not self.lists_pictures:
            known += "; this model lists no pictures, so renamed ones are not known again"
        return known + "; a picture saved anew under another name is not known again"


def learnt_from(photos: Sequence[Photo], about: Mapping[str, Any]) -> LearntFrom:
    """Which of these photos a model says it was made of."""
    sections, pictures = set(about.get("names", ())), set(about.get("pictures", ()))
    by_section = [photo.block.partition("/")[0] in sections for photo in photos]
    by_picture = [bool(pictures) and picture_digest(photo) in pictures for photo in photos]
    either = sum(one or other for one, other in zip(by_section, by_picture, strict=True))
    return LearntFrom(sum(by_section), sum(by_picture), either, len(photos), bool(pictures))
