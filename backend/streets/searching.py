"""Searches in the network in force, ready to ask: prepared once a process, network and vehicle, then kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backend.streets.network import Floats, Ints, Network
from backend.streets.search.graph import Graph, prepare
from backend.streets.search.matrix import Matrix, matrix
from backend.streets.search.places import Kerb, Places, stops
from backend.streets.search.profile import VehicleProfile
from backend.streets.search.skeleton import Skeleton, survey
from backend.streets.search.ways import NoWay, Way, line, ways

GRAPHS_KEPT = 12  # kinds of vehicles; a graph of Petropavl has some ten megabytes
FREE = 0.0


@dataclass(frozen=True, eq=False)
class Leg:
    """The way from one place to the next."""

    line: Floats  # (points, 2) lon and lat; at least two
    arcs: Ints
    seconds: float
    metres: float


class StreetSearch:
    """Matrices and ways of vehicles between positions; ``version`` is that of the network."""

    def __init__(self, network: Network, version: int, attribution: str) -> None:
        self.network = network
        self.version = version
        self.attribution = attribution
        self.skeleton: Skeleton = survey(network)
        self._segments = {int(segment_id): index for index, segment_id in enumerate(network.segment_id)}
        self._graphs: OrderedDict[tuple[VehicleProfile, tuple[int, ...]], Graph] = OrderedDict()
        self._lock = threading.Lock()

    def graph(self, profile: VehicleProfile, closed: Iterable[int] = ()) -> Graph:
        """The network as a vehicle finds it; ``closed`` are ids of segments that nobody may drive, unknown ones are left aside."""
        wanted = profile, tuple(sorted(set(closed)))
        with self._lock:
            if wanted in self._graphs:
                self._graphs.move_to_end(wanted)
                return self._graphs[wanted]
            indices = [self._segments[each] for each in wanted[1] if each in self._segments]
            graph = prepare(
                self.network, profile, skeleton=self.skeleton, closed=np.array(indices, dtype=np.int32)
            )
            self._graphs[wanted] = graph
            if len(self._graphs) > GRAPHS_KEPT:
                self._graphs.popitem(last=False)
            return graph

    def places(self, graph: Graph, positions: npt.NDArray[np.float64]) -> Places:
        """Where a vehicle stops for each of (n, 2) lon and lat: on its own side of wide streets."""
        return stops(graph, positions[:, 0], positions[:, 1], kerb=Kerb.RIGHT_WHERE_WIDE)

    def matrix(
        self, positions: npt.NDArray[np.float64], profile: VehicleProfile, *, closed: Iterable[int] = ()
    ) -> Matrix:
        """Seconds and metres between all of (n, 2) lon and lat; infinite where no way leads or no street is near."""
        graph = self.graph(profile, closed)
        return matrix(graph, self.places(graph, positions))

    def legs(
        self, positions: npt.NDArray[np.float64], profile: VehicleProfile, *, closed: Iterable[int] = ()
    ) -> list[Leg | None]:
        """The way from each of (n, 2) lon and lat to the next, chosen together where that is possible; None where there is none.

        Turning round at a stop costs nothing here, as in ``matrix``: both name the same seconds.
        """
        graph = self.graph(profile, closed)
        places = self.places(graph, positions)
        try:
            found: list[Way | None] = list(ways(graph, places, turn_round_s=FREE))
        except NoWay:
            found = [self._one_way(graph, places, number) for number in range(len(positions) - 1)]
        return [None if way is None else self._leg(way) for way in found]

    def _one_way(self, graph: Graph, places: Places, number: int) -> Way | None:
        try:
            return ways(graph, places[np.array([number, number + 1])])[0]
        except NoWay:
            return None

    def _leg(self, way: Way) -> Leg:
        drawn = line(self.network, self.skeleton.plane, way.arcs, way.start_fraction, way.end_fraction)
        return Leg(line=drawn, arcs=way.arcs, seconds=way.seconds, metres=way.metres)
