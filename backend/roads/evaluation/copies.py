"""Whether prints know a copy of a photo that was saved anew, and tell it from a photo taken a few metres on."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance

from backend.roads.evaluation.comparing import row, wilson
from backend.roads.evaluation.photos import read_folder
from backend.roads.seeing.prints import (
    FIRST_FIT_MIN,
    LIKE_BITS,
    bands_of,
    bits_apart,
    flat,
    is_copy,
    print_of,
)

CHOSE = "RS-290"
"""The highway whose frames chose the limits: the most photos, and those that lie closest."""
COPIED_EACH = 4
Picture = Image.Image


def saved(picture: Picture, quality: int) -> Picture:
    """As a messenger saves it."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def scaled(picture: Picture, width_px: int) -> Picture:
    """At another width."""
    return picture.resize(
        (width_px, round(picture.height * width_px / picture.width)), Image.Resampling.BICUBIC
    )


def cut(picture: Picture, left: float, up: float, right: float, down: float) -> Picture:
    """Without these shares of its sides."""
    width, height = picture.size
    return picture.crop(
        (round(width * left), round(height * up), width - round(width * right), height - round(height * down))
    )


COPIES: dict[str, Callable[[Picture], Picture]] = {
    "JPEG 90": lambda picture: saved(picture, 90),
    "JPEG 75": lambda picture: saved(picture, 75),
    "JPEG 50": lambda picture: saved(picture, 50),
    "1,280 px": lambda picture: saved(scaled(picture, 1280), 75),
    "640 px": lambda picture: saved(scaled(picture, 640), 75),
    "640 px, JPEG 50": lambda picture: saved(scaled(picture, 640), 50),
    "1 % cut off each side": lambda picture: saved(cut(picture, 0.01, 0.01, 0.01, 0.01), 75),
    "2 % cut off one corner": lambda picture: saved(cut(picture, 0.0, 0.0, 0.02, 0.02), 75),
    "10 % brighter": lambda picture: saved(ImageEnhance.Brightness(picture).enhance(1.1), 75),
    "10 % darker": lambda picture: saved(ImageEnhance.Brightness(picture).enhance(0.9), 75),
}
COPIES_OF_COPIES: dict[str, tuple[str, Callable[[Picture], Picture]]] = {
    "800 px, by way of 1,280": ("1,280 px", lambda picture: saved(scaled(picture, 800), 75)),
}


def evaluate_copies(data: Path, *, choosing: bool = False) -> dict[str, Any]:
    """Known and unknown copies of each kind, and false ones among all pairs of photos, in the common form. Raises DataMissing.

    ``choosing``: on the highway that chose the limits instead of all others.
    """
    begin = time.perf_counter()
    photos = [photo for photo in read_folder(data) if (photo.highway == CHOSE) == choosing]
    prints: list[bytes | None] = []
    known: dict[str, list[bool]] = {name: [] for name in (*COPIES, *COPIES_OF_COPIES)}
    for index, photo in enumerate(photos):
        picture = photo.picture()
        prints.append(print_of(picture))
        if index % COPIED_EACH == 0:
            for name, copied in _copies(Image.fromarray(picture)).items():
                known[name].append(_known(prints[-1], print_of(np.asarray(copied))))
    goals = [
        _share("photos with a print", [each is not None for each in prints], None),
        *(_share(f"known again: {name}", found, 0.99) for name, found in known.items()),
    ]
    whole = [each for each in prints if each is not None]
    words, vectors = [bands_of(each) for each in whole], np.array([flat(each) for each in whole])
    likely = np.argwhere(np.triu(vectors @ vectors.T >= FIRST_FIT_MIN, k=1))  # as is_copy begins
    false = [
        (int(one), int(other))
        for one, other in likely
        if bits_apart(words[one], words[other]) <= LIKE_BITS and is_copy(whole[one], whole[other])
    ]
    pairs = len(whole) * (len(whole) - 1) // 2
    goals.append(row("pairs of photos called copies", (float(len(false)), np.nan, np.nan), 0, "at_most"))
    goals.append(row("pairs of photos", (float(pairs), np.nan, np.nan)))
    return {
        "name": "copies",
        "version": CHOSE if choosing else f"all but {CHOSE}",
        "samples": len(photos),
        "seconds": time.perf_counter() - begin,
        "data": str(data),
        "goals": goals,
    }


def _copies(original: Picture) -> dict[str, Picture]:
    copies = {name: copy(original) for name, copy in COPIES.items()}
    return copies | {name: copy(copies[first]) for name, (first, copy) in COPIES_OF_COPIES.items()}


def _known(mine: bytes | None, theirs: bytes | None) -> bool:
    return (
        mine is not None
        and theirs is not None
        and bits_apart(bands_of(mine), bands_of(theirs)) <= LIKE_BITS
        and is_copy(mine, theirs)
    )


def _share(name: str, found: Sequence[bool], goal: float | None) -> dict[str, Any]:
    if not found:
        return row(name, (np.nan, np.nan, np.nan), goal)
    return row(name, (float(np.mean(found)), *wilson(sum(found), len(found))), goal)
