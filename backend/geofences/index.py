"""Which of thousands of geofences hold each of many points, and are in force at a moment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt
import shapely

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence(Generic[Key]):
    """A boundary that is in force from one moment until, but not at, another; None has no end."""

    id: Key
    boundary: shapely.Polygon | shapely.MultiPolygon
    valid_from: datetime | None = None
    valid_until: datetime | None = None


class FenceIndex(Generic[Key]):
    """A read-only index: an STRtree finds candidates by box, ``contains_xy`` decides; a border is not inside.

    Build it once and keep it while the fences stand: building is the expensive part.
    """

    def __init__(self, fences: Sequence[Fence[Key]]) -> None:
        self._ids = [fence.id for fence in fences]
        self._boundaries = np.array([fence.boundary for fence in fences], dtype=object)
        self._from_s = np.array([_seconds(fence.valid_from, -math.inf) for fence in fences])
        self._until_s = np.array([_seconds(fence.valid_until, math.inf) for fence in fences])
        shapely.prepare(self._boundaries)
        self._tree = shapely.STRtree(self._boundaries)

    def __len__(self) -> int:
        return len(self._ids)

    def containing(self, points: npt.ArrayLike, *, valid_at: datetime | None = None) -> list[list[Key]]:
        """For each point (n, 2: lon, lat) the ids of the fences that hold it, in the order of the fences.

        ``valid_at`` keeps those in force then; without it validity is the caller's matter. NaN is nowhere.
        """
        lon_lat = np.asarray(points, dtype=float).reshape(-1, 2)
        found: list[list[Key]] = [[] for _point in lon_lat]
        whole = np.flatnonzero(np.isfinite(lon_lat).all(axis=1))
        if not len(self._ids) or not len(whole):
            return found
        at, fence = self._tree.query(shapely.points(lon_lat[whole]))
        at = whole[at]
        inside = shapely.contains_xy(self._boundaries[fence], lon_lat[at, 0], lon_lat[at, 1])
        if valid_at is not None:
            now_s = _seconds(valid_at, math.nan)
            inside &= (self._from_s[fence] <= now_s) & (now_s < self._until_s[fence])
        at, fence = at[inside], fence[inside]
        for position in np.lexsort((fence, at)):
            found[at[position]].append(self._ids[fence[position]])
        return found


def _seconds(moment: datetime | None, default: float) -> float:
    if moment is None:
        return default
    if moment.tzinfo is None:
        raise ValueError(f"a moment must carry its offset from UTC, was {moment.isoformat()}")
    return moment.timestamp()
