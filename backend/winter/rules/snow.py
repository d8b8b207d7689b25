"""How much snow lies that fell since a street was last worked on, and whether it is slippery. Pure.

A snowfall is spread evenly over its time. A district's own snowfalls replace, for its streets, what was said of the whole city for
the same time; what is said of the whole city is corrected by the district's factor. Snow older than a set time counts no more: traffic
has packed it, and a plough does not lift it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
NEVER = -np.inf
ICING_CM = 0.5  # what freezing rain counts as, so that it is gritted
GRIT_FROM_CM = 0.5
GRIT_WARMEST_C, SALT_COLDEST_C = (
    1.0,
    -15.0,
)  # above it melts by itself; below it salt does nothing, sand holds


@dataclass(frozen=True, kw_only=True)
class Snowfall:
    """Snow between two moments; ``ended_at`` None: it still snows. ``district_id`` None: in the whole city."""

    begun_at: datetime
    ended_at: datetime | None
    depth_cm: float
    temperature_c: float
    district_id: UUID | None = None
    icing: bool = False


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A stretch of one snowfall in one district; seconds since 1970."""

    start_s: float
    end_s: float
    depth_cm: float
    temperature_c: float
    icing: bool


def stretches(
    falls: Sequence[Snowfall],
    district_id: UUID | None,
    *,
    now: datetime,
    since: datetime,
    until: datetime,
    factor: float = 1.0,
) -> list[Stretch]:
    """What fell in a district between two moments, oldest first; falls that begin later than ``until`` are left out."""
    first_s, last_s = since.timestamp(), until.timestamp()
    whole = [(each, *_times(each, now)) for each in falls]
    near = [each for each in whole if each[2] > first_s and each[1] < last_s]
    own = [each for each in near if district_id is not None and each[0].district_id == district_id]
    found = [_stretch(fall, start, end, start, end, 1.0) for fall, start, end in own]
    taken = sorted((start, end) for _fall, start, end in own)
    for fall, start, end in near:
        if fall.district_id is None:
            found += [
                _stretch(fall, start, end, begin, close, factor)
                for begin, close in _without(start, end, taken)
            ]
    return sorted(found, key=lambda each: (each.start_s, each.end_s))


def depth_since_cm(fallen: Sequence[Stretch], since_s: Floats) -> Floats:
    """How much of it fell after each of N moments (NEVER: all of it), cm."""
    total = np.zeros_like(since_s)
    for each in fallen:
        share = (each.end_s - since_s) / (each.end_s - each.start_s)
        total += each.depth_cm * np.clip(share, 0.0, 1.0)
    return total


def slippery_since_cm(fallen: Sequence[Stretch], since_s: Floats) -> Floats:
    """The same of what makes a street slippery: snow and ice that do not melt by themselves."""
    cold = [
        Stretch(
            start_s=each.start_s,
            end_s=each.end_s,
            depth_cm=each.depth_cm + ICING_CM * each.icing,
            temperature_c=each.temperature_c,
            icing=each.icing,
        )
        for each in fallen
        if each.temperature_c <= GRIT_WARMEST_C
    ]
    return depth_since_cm(cold, since_s)


def last_temperature_c(fallen: Sequence[Stretch]) -> float | None:
    """Of the latest stretch; None where nothing fell."""
    return max(fallen, key=lambda each: each.end_s).temperature_c if fallen else None


def _times(fall: Snowfall, now: datetime) -> tuple[float, float]:
    start_s = fall.begun_at.timestamp()
    end_s = (fall.ended_at or now).timestamp()
    return start_s, max(end_s, start_s + 60.0)  # one that began this minute


def _stretch(fall: Snowfall, start: float, end: float, begin: float, close: float, factor: float) -> Stretch:
    return Stretch(
        start_s=begin,
        end_s=close,
        depth_cm=fall.depth_cm * factor * (close - begin) / (end - start),
        temperature_c=fall.temperature_c,
        icing=fall.icing,
    )


def _without(start: float, end: float, taken: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """What is left of a stretch of time between others, which are sorted by their beginning."""
    left = []
    for begin, close in taken:
        if close <= start:
            continue
        if begin >= end:
            break
        if begin > start:
            left.append((start, begin))
        start = max(start, close)
    if start < end:
        left.append((start, end))
    return left
