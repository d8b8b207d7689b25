"""What a night's run needs of the streets: ways between posts, the lines of what is worked along, turns on the ways between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from backend.routing.planning.problem import Matrix
from backend.routing.plans.basics import matrix_of
from backend.routing.plans.clearing.night import Night, Posts, profile_of
from backend.routing.plans.driving import written_leg
from backend.streets import service as streets
from backend.streets.network import arc_heads, arc_tails
from backend.streets.search.places import Places
from backend.streets.search.posts import at_arcs, joined

if TYPE_CHECKING:
    from backend.streets.searching import StreetSearch


class NightStreets:
    """The streets as a night's machines find them; asked with the numbers of `Posts`. Segments that are not in force must be gone before."""

    def __init__(self, search: StreetSearch, night: Night, posts: Posts) -> None:
        self._search, self._posts = search, posts
        self._closed = night.closed_segment_ids
        self._profiles = {
            profile.name: streets.truck(weight_t=profile.gross_t, height_m=profile.height_m)
            for profile in map(profile_of, night.vehicles)
        }
        self._places: dict[tuple[str, bool], Places] = {}
        segments = np.array([search.index_of(each) for each in posts.segment_ids], dtype=np.int64)
        self._tails, self._heads = arc_tails(search.network), arc_heads(search.network)
        self._by_tail = np.argsort(self._tails, kind="stable")
        self._sorted = self._tails[self._by_tail]
        self._arcs: NDArray[np.int64] = (2 * segments[:, None] + np.arange(2)).ravel()

    def __call__(self, profile: str, leaving: NDArray[np.int64], entering: NDArray[np.int64]) -> Matrix:
        """Seconds and metres from posts to posts; see `Travel`."""
        found = self._search.between(
            self._at(profile, leaving, leaves=True),
            self._at(profile, entering, leaves=False),
            self._profiles[profile],
            closed=self._closed,
        )
        return matrix_of(found.seconds, found.metres)

    def legs(self, profile: str, pairs: Sequence[tuple[int, int]]) -> list[dict[str, Any] | None]:
        """The ways from posts that are left to posts that are entered, with their turns, as results keep them."""
        if not pairs:
            return []
        posts = np.array(pairs, dtype=np.int64)
        found = self._search.ways_between(
            self._at(profile, posts[:, 0], leaves=True),
            self._at(profile, posts[:, 1], leaves=False),
            self._profiles[profile],
            closed=self._closed,
        )
        return [None if leg is None else written_leg(leg) for leg in found]

    def arc(self, segment_id: int, forward: bool) -> int:
        """The number of a direction of a segment."""
        segment = self._search.index_of(segment_id)
        assert segment is not None
        return 2 * segment + (0 if forward else 1)

    def follows(self, arc: int, next_arc: int) -> bool:
        """Whether one arc begins where the other ends, without turning round."""
        return bool(self._heads[arc] == self._tails[next_arc]) and arc // 2 != next_arc // 2

    def crossing(self, first: int, last: int) -> tuple[str, str]:
        """The names of the streets that cross where the first arc begins and where the last one ends; empty: none has a name."""
        own = {self._name(first // 2), self._name(last // 2), ""}
        return self._across(int(self._tails[first]), own), self._across(int(self._heads[last]), own)

    def _across(self, node: int, own: set[str]) -> str:
        low, high = np.searchsorted(self._sorted, (node, node + 1))
        names = {self._name(int(arc) // 2) for arc in self._by_tail[low:high]} - own
        return min(names, default="")

    def _name(self, segment: int) -> str:
        return self._search.network.name(segment).ru

    def line(self, arcs: Sequence[int]) -> list[list[float]]:
        """Positions (lon, lat) along arcs that follow each other."""
        found: list[list[float]] = np.round(self._search.along(np.array(arcs, dtype=np.int32)), 6).tolist()
        return found

    def _at(self, profile: str, posts: NDArray[np.int64], *, leaves: bool) -> Places:
        both = self._ends(profile, leaves)
        arcs, first = len(self._arcs), self._posts.first_spot
        return both[np.where(posts < first, posts // 2, posts - first + arcs)]

    def _ends(self, profile: str, leaves: bool) -> Places:
        """All arcs' ends (or beginnings), then all spots, for one kind of vehicle."""
        key = profile, leaves
        if key not in self._places:
            graph = self._search.graph(self._profiles[profile], self._closed)
            spots = np.array([(each.lon, each.lat) for each in self._posts.spots], dtype=np.float64)
            self._places[key] = joined(
                (at_arcs(self._arcs, leaving=leaves), self._search.places(graph, spots.reshape(-1, 2)))
            )
        return self._places[key]
