"""Small faces in the street: every face in a picture, however far away, to be covered; who it is does not matter here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backend.faces.dlib_models import dlib_models

UPSAMPLE = 1
"""dlib's detector sees faces of 80 px; once enlarged, of 40 px."""
SCORE_ABOVE = -0.2
"""Rather a wheel too much than a face too little."""


def find_small_faces(pixels: NDArray[np.uint8]) -> list[tuple[float, float, float, float]]:
    """Boxes (left, top, right, bottom in px) of all faces in an RGB picture."""
    found = dlib_models().detect(pixels, upsample=UPSAMPLE, score_above=SCORE_ABOVE)
    return [box for box, _score in found]
