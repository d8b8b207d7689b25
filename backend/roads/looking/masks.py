"""Masks of the roads data's form from what an eye saw: 0 not labelled, 1 lane, 2 crack, 3 pothole. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from backend.roads.looking.outlining import covered, lies_close
from backend.roads.seeing.pixels import Pixels
from shared.vocabulary import DefectKind

OUTSIDE, LANE, CRACK, POTHOLE = range(4)
BOTH = frozenset({CRACK, POTHOLE})
PALETTE = (0, 0, 0, 90, 90, 90, 255, 200, 0, 255, 0, 0)
PAINT = {
    DefectKind.CRACK_LONGITUDINAL: CRACK,
    DefectKind.CRACK_TRANSVERSE: CRACK,
    DefectKind.CRACK_NETWORK: CRACK,
    DefectKind.POTHOLE: POTHOLE,
}


def vouched_for(kind: DefectKind | None, model_kind: DefectKind | None) -> frozenset[int]:
    """Whose pixels somebody vouches for who calls the outlines right and the fault ``kind``.

    A crack of one kind that is corrected to another stays the same pixels. What the eye took for one thing and a person calls
    another is vouched for as neither: a pothole's disc is no crack, and the lines of a crack are no pothole. Where nobody knows
    what the eye had named, only what the person names is.
    """
    named, taken_for = (None if each is None else PAINT.get(each) for each in (kind, model_kind))
    if taken_for is None:
        return frozenset() if named is None else frozenset({named})
    return BOTH if named == taken_for else BOTH - {taken_for}


def mask_with_faults(pixels: Pixels, size: tuple[int, int], vouched: Collection[int]) -> Image.Image | None:
    """The lane that the eye saw with those faults in it that somebody vouches for, in (width, height) px.

    Any other pixel that the eye took for a fault is not labelled, with its rim: nobody said what it is. None without a fault in
    the lane.
    """
    lane = _whole(pixels)
    values = np.where(lane, LANE, OUTSIDE).astype(np.uint8)
    sure = np.zeros_like(lane)
    unsure = pixels.left_out.copy()
    for fault, here in ((CRACK, pixels.crack), (POTHOLE, pixels.pothole)):
        if fault in vouched:
            values[here & lane] = fault
            sure |= here & lane
        else:
            unsure |= here
    if not sure.any():
        return None
    values[ndimage.binary_dilation(unsure, np.ones((3, 3))) & ~sure] = OUTSIDE
    return _painted(values, size)


def mask_as_drawn(
    pixels: Pixels, drawn: Sequence[Mapping[str, Any]], size: tuple[int, int]
) -> Image.Image | None:
    """The lane that the eye saw, clean but for what a person drew, wherever it lies, on a picture of (width, height) px.

    A pothole's ring is the pothole, and a ring that lies close round a crack is the crack. Within a wider ring, or one that the
    person left as the eye made it, cracked is what the eye saw there, and the rest is not labelled: nobody said which of it is
    sound. None where the eye saw no lane: nobody knows where the road is clean.
    """
    clean = mask_without_faults(pixels, size)
    if clean is None:
        return None
    values = np.array(clean)
    seen = np.asarray(_painted((pixels.crack | pixels.left_out).astype(np.uint8), size)) > 0
    cracks = [each for each in drawn if PAINT[DefectKind(each["kind"])] == CRACK]
    traced = [each for each in cracks if each["confidence"] is None and lies_close(each["ring"], size)]
    for each in (each for each in cracks if each not in traced):
        here = covered(each["ring"], size)
        values[here] = np.where(seen, CRACK, OUTSIDE)[here]
    for each in traced:
        values[covered(each["ring"], size)] = CRACK
    for each in drawn:
        if each not in cracks:
            values[covered(each["ring"], size)] = POTHOLE
    return _as_mask(Image.fromarray(values))


def mask_without_faults(pixels: Pixels, size: tuple[int, int]) -> Image.Image | None:
    """The lane that the eye saw, clean whatever it took for a fault there; None where it saw no lane."""
    lane = _whole(pixels)
    return _painted(np.where(lane, LANE, OUTSIDE).astype(np.uint8), size) if lane.any() else None


def shares_of(mask: Image.Image) -> tuple[float, float, float]:
    """Of the picture: crack, pothole, and everything labelled."""
    values = np.asarray(mask)
    return float((values == CRACK).mean()), float((values == POTHOLE).mean()), float((values > 0).mean())


def _whole(pixels: Pixels) -> NDArray[np.bool_]:
    """The lane without holes: a fault in it is lane too."""
    filled: NDArray[np.bool_] = ndimage.binary_fill_holes(pixels.lane)
    return filled


def _painted(values: NDArray[np.uint8], size: tuple[int, int]) -> Image.Image:
    """A map of half the 800 px as large as the picture; its last row or column may reach beyond an odd side."""
    height, width = values.shape
    a_pixel = max(width, height) / max(size)
    box = (0.0, 0.0, min(width, size[0] * a_pixel), min(height, size[1] * a_pixel))
    return _as_mask(Image.fromarray(values).resize(size, Image.Resampling.NEAREST, box=box))


def _as_mask(labels: Image.Image) -> Image.Image:
    mask = labels.convert("P")
    mask.putpalette(PALETTE)
    return mask
