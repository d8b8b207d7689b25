"""The blurrer: what is found of faces and plates is covered first, then everything beside the road is softened. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from backend.roads.blurring.softening import Box, Ring, cover, soften_around


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Blurred:
    """A picture that may be shown, and how much was covered in it."""

    pixels: NDArray[np.uint8]
    faces: int
    plates: int


class Finder(Protocol):
    """Finds one kind of thing in an RGB picture (height, width, 3); rather too much than too little."""

    def __call__(self, pixels: NDArray[np.uint8], /) -> list[Box]: ...


class Blurrer(Protocol):
    """Makes a picture fit to be shown."""

    def blur(self, pixels: NDArray[np.uint8], road: Sequence[Ring]) -> Blurred:
        """``road``: rings round the pavement, each corner a share of width and height; empty where nobody knows it."""


class FindingBlurrer:
    """Two belts: finders cover faces and plates wherever they are, and what is no road loses its detail."""

    def __init__(self, faces: Finder, plates: Finder) -> None:
        self._faces = faces
        self._plates = plates

    def blur(self, pixels: NDArray[np.uint8], road: Sequence[Ring]) -> Blurred:
        faces, plates = self._faces(pixels), self._plates(pixels)
        shown = soften_around(cover(pixels, [*faces, *plates]), road)
        return Blurred(pixels=shown, faces=len(faces), plates=len(plates))
