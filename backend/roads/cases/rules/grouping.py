"""Which faults of one street are repaired in one go: each within reach of the next. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from shared.geometry import Point, distance_m

Key = TypeVar("Key", bound=Hashable)


def chained(start: Key, places: Mapping[Key, Point], reach_m: float, most: int) -> list[Key]:
    """The keys that hang together with ``start`` by steps of at most ``reach_m``, the nearest to what is taken first."""
    taken, left = [start], {key: place for key, place in places.items() if key != start}
    while left and len(taken) < most:
        nearest = {key: min(distance_m(place, places[each]) for each in taken) for key, place in left.items()}
        key = min(nearest, key=lambda each: nearest[each])
        if nearest[key] > reach_m:
            break
        taken.append(key)
        del left[key]
    return taken
