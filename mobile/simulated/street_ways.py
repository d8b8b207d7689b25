"""Ways along the streets that a phone draws, for simulated trucks whose route has no planned way.

One-way signs and bans are not in the pack: it looks like driving and is no advice to anybody.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from mobile.client.answers import Declined, NotNow
from mobile.client.api_client import ApiClient
from shared.contracts.streets import STEPS_PER_DEGREE, StreetKind
from shared.decoding import DecodeError
from shared.geometry import Point, distance_m
from shared.street_pack import PackedStreet, read_pack

PACK = "/streets/pack"
OFF_THE_STREETS_M = 600.0  # further from every street a truck drives straight to it
Spot = tuple[int, int]  # lon and lat in whole steps of the pack


class StreetWays:
    """The streets as points joined by pieces of line; the shortest way over them."""

    def __init__(self, streets: Iterable[PackedStreet]) -> None:
        self._next: dict[Spot, list[tuple[Spot, float]]] = defaultdict(list)
        for street in streets:
            if street.kind is StreetKind.PATH:
                continue
            for one, other in pairwise(map(_spot, street.line)):
                metres = distance_m(_point(one), _point(other))
                self._next[one].append((other, metres))
                self._next[other].append((one, metres))

    def way(self, start: Point, target: Point) -> list[Point]:
        """From start to target, both included; straight where no street is near or none leads there."""
        first, last = self._nearest(start), self._nearest(target)
        if first is None or last is None:
            return [start, target]
        return [start, *map(_point, self._shortest(first, last)), target]

    def _nearest(self, place: Point) -> Spot | None:
        """The street point nearest to a place."""
        lon, lat = place.lon * STEPS_PER_DEGREE, place.lat * STEPS_PER_DEGREE
        shrink = math.cos(math.radians(place.lat))
        found = min(
            self._next,
            key=lambda spot: ((spot[0] - lon) * shrink) ** 2 + (spot[1] - lat) ** 2,
            default=None,
        )
        return found if found is not None and distance_m(place, _point(found)) < OFF_THE_STREETS_M else None

    def _shortest(self, first: Spot, last: Spot) -> Sequence[Spot]:
        """Dijkstra's algorithm; nothing where no way leads."""
        came: dict[Spot, Spot] = {}
        far = {first: 0.0}
        queue = [(0.0, first)]
        while queue:
            metres, spot = heapq.heappop(queue)
            if spot == last:
                return [first, *reversed(list(_back(came, first, last)))]
            if metres > far[spot]:
                continue
            for other, more in self._next[spot]:
                if metres + more < far.get(other, math.inf):
                    far[other], came[other] = metres + more, spot
                    heapq.heappush(queue, (metres + more, other))
        return []


def fetched(client: ApiClient) -> StreetWays:
    """The ways of the city that a phone is signed in to; none where it has no streets, or gives none now."""
    parts: list[bytes] = []

    def take(_status: int, chunks: Iterator[bytes]) -> None:
        parts[:] = [*chunks]

    try:
        client.download(PACK, {}, take)
        return StreetWays(read_pack(b"".join(parts))[1])
    except (NotNow, Declined, DecodeError):
        return StreetWays(())


def _back(came: dict[Spot, Spot], first: Spot, last: Spot) -> Iterator[Spot]:
    while last != first:
        yield last
        last = came[last]


def _spot(position: tuple[int, int]) -> Spot:
    return position[0], position[1]


def _point(spot: Spot) -> Point:
    return Point(lat=spot[1] / STEPS_PER_DEGREE, lon=spot[0] / STEPS_PER_DEGREE)
