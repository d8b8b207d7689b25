"""Which passes are lacking on which street, from the snow since each of its passes. Pure: arrays over N segments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
import numpy.typing as npt

from backend.winter.rules.passes import AGAINST, ALONG, BOTH, PASSES_MOST
from shared.vocabulary import GritMaterial, WinterWork

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class StreetNeed:
    """Work that a piece of street needs; ``forward`` None: either direction will do, one pass serves both."""

    segment_id: int
    forward: bool | None
    work: WinterWork
    passes: int  # still lacking
    due_at: datetime | None
    urgency: float
    priority: int  # 1 is the most urgent
    grit_kg: float  # for all passes together; 0 where nothing is spread
    district_id: UUID | None  # None: inside no district's boundary
    metres: float  # of one pass
    grit_material: GritMaterial | None = None


@dataclass(frozen=True, kw_only=True)
class SnowPile:
    """Snow that lies to be hauled: beside a piece of street by the model, or as somebody measured it."""

    id: str  # of the measured pile, or of the piece of street; the same from one call to the next
    segment_id: int | None
    title: str
    lat: float
    lon: float
    volume_m3: float
    measured: bool
    priority: int
    district_id: UUID | None


Recent = dict[
    int, Floats
]  # by way: (N, PASSES_MOST) the latest passes, newest first, in seconds since 1970; NEVER


def passes_that_serve(recent: Recent, way: int) -> Floats:
    """(N, PASSES_MOST) the latest passes that served one way, newest first: its own, and those that served both at once."""
    ways = (BOTH, ALONG, AGAINST) if way == BOTH else (way, BOTH)
    every = np.concatenate([recent[each] for each in ways], axis=1)
    return -np.sort(-every, axis=1)[:, :PASSES_MOST]


def lacking(
    required: Counts, served: Floats, snow_cm: Callable[[Floats], Floats], threshold_cm: Floats
) -> Counts:
    """How many of the required passes are older than the threshold's worth of snow."""
    count = np.zeros_like(required)
    for number in range(PASSES_MOST):
        wanted = required > number
        if not wanted.any():
            break
        count += wanted & (snow_cm(served[:, number]) >= threshold_cm)
    return count
