"""What the eye makes of photos that show nothing for certain: refused, faults called all the same, or a sound road, which must never be."""

from __future__ import annotations

import time
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.roads.evaluation.comparing import row, wilson
from backend.roads.evaluation.photos import LANE, Photo, read_folder
from backend.roads.evaluation.spoiling import OTHERS, SNOWS
from backend.roads.seeing.eye import OnnxRoadEye, Sees
from backend.roads.seeing.network import Network, Seen

AS_THEY_ARE = 5
"""So many times as many photos are looked at as they are."""
BELOW_LIMIT = 0.01


def evaluate_refusals(data: Path, *, each: int, network: Sees | None = None) -> dict[str, Any]:
    """Shares of photos as they are, and of ``each`` photos spoilt in every way, that are refused or called sound. Raises DataMissing, BadPhoto.

    Nearly all labelled photos show faults; what would be said of the same roads without them is measured by an eye whose network
    sees none.
    """
    started = time.monotonic()
    photos = read_folder(data)
    network = network or Network()
    eye, blind = OnnxRoadEye(network), OnnxRoadEye(SeesNoFaults(network))
    some = _spread(photos, each)
    pictures = [photo.picture() for photo in _spread(photos, each * AS_THEY_ARE)]
    goals = [
        _share("as they are: refused", [eye.look(picture).cannot is not None for picture in pictures]),
        _share(
            "as they are, were no fault in them: not enough for «sound»",
            [blind.look(picture).cannot is not None for picture in pictures],
        ),
    ]
    for name in SNOWS | OTHERS:
        found = [eye.look(spoilt(photo, name)) for photo in some]
        goals += [
            _share(f"{name}: refused", [finding.cannot is not None for finding in found]),
            _share(
                f"{name}: called sound",
                [finding.cannot is None and not finding.outlines for finding in found],
                0.0,
            ),
        ]
    return {
        "name": "refusals",
        "version": network.name,
        "seconds": round(time.monotonic() - started, 1),
        "samples": len(pictures),
        "data": str(data),
        "goals": goals,
    }


def spoilt(photo: Photo, way: str) -> NDArray[np.uint8]:
    """A photo spoilt in one of the ways of SNOWS and OTHERS, the same each time."""
    rng = np.random.default_rng(zlib.crc32(f"{photo.name} {way}".encode()))
    return (SNOWS | OTHERS)[way](photo.picture(), photo.mask() >= LANE, rng)


class SeesNoFaults:
    """A network that sees what another does, and every fault a little less surely than counts."""

    def __init__(self, network: Sees) -> None:
        self.name, self.limits, self.about = network.name, network.limits, network.about
        self._network = network

    def see(self, picture: NDArray[np.uint8]) -> Seen:
        """Chances for an RGB picture (h, w, 3)."""
        seen = self._network.see(picture)
        return replace(
            seen,
            crack=np.minimum(seen.crack, self.limits["crack"] - BELOW_LIMIT),
            pothole=np.minimum(seen.pothole, self.limits["pothole"] - BELOW_LIMIT),
        )


def _spread(photos: Sequence[Photo], number: int) -> Sequence[Photo]:
    step = max(1, len(photos) // number)
    return photos[step // 2 :: step][:number]


def _share(name: str, said: Sequence[bool], goal: float | None = None) -> dict[str, Any]:
    """A share with its 95 % interval after Wilson."""
    return row(name, (float(np.mean(said)), *wilson(sum(said), len(said))), goal, "at_most")
