"""Where a vehicle drove along streets, as map matching found it from the positions of one receiver. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from backend.routing.proof.rules.coverage import StreetPass
from backend.routing.proof.rules.tracks import Floats, Limits, Plane, Track


class JudgedBy(StrEnum):
    """What something is judged by."""

    STREETS = "streets"  # the streets that were driven, by map matching
    NEARNESS = "nearness"  # positions alone


@dataclass(frozen=True, eq=False, kw_only=True)
class Driven:
    """P points along streets in order of time; between two of one piece the vehicle drove along the street."""

    seconds: Floats  # (P) since 1970, never falling
    lat: Floats  # (P)
    lon: Floats  # (P)
    piece: npt.NDArray[np.int32]  # (P) where it changes, nobody knows the way
    metres: float  # along the streets, every pass counted
    share: float  # of the positions that lie on a street found
    noise_m: float  # how noisy the positions were taken to be
    passes: tuple[StreetPass, ...] = ()  # the same piece of street by piece of street


def track_along(driven: Driven, plane: Plane, limits: Limits) -> Track:
    """The streets driven as a track: its legs lie on them."""
    together = (np.diff(driven.piece) == 0) & (np.diff(driven.seconds) <= limits.silence.total_seconds())
    return Track(
        driven.seconds,
        plane.xy(driven.lat, driven.lon).reshape(-1, 2),
        np.full(len(driven.seconds), driven.noise_m),
        together,
    )
