"""Searches in the network in force, ready to ask: prepared once a process, network and vehicle, then kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from backend.streets.network import Flags, Floats, Ints, Network
from backend.streets.search.directions import Corners, Step, corners_of, directions
from backend.streets.search.drives import Drawn, drawn
from backend.streets.search.graph import Graph, prepare
from backend.streets.search.grid import NO_SEGMENT, closest
from backend.streets.search.matching import Matched, match
from backend.streets.search.matrix import Matrix, matrix
from backend.streets.search.places import Kerb, Places, stops
from backend.streets.search.posts import joined
from backend.streets.search.profile import CAR, VehicleProfile
from backend.streets.search.reasons import reasons
from backend.streets.search.skeleton import Skeleton, survey
from backend.streets.search.stepping import Steps, steps_of
from backend.streets.search.tracks import Track
from backend.streets.search.ways import NoWay, Way, line, ways
from shared.i18n import Message

GRAPHS_KEPT = 12  # kinds of vehicles; a graph of Petropavl has some ten megabytes
FREE = 0.0


@dataclass(frozen=True, eq=False)
class Leg:
    """The way from one place to the next."""

    line: Floats  # (points, 2) lon and lat; at least two
    arcs: Ints
    seconds: float
    metres: float
    steps: tuple[Step, ...] = ()  # turn by turn, from departure to arrival


class Prepared:
    """The network as one vehicle finds it, and what directions and map matching need of it, made when first asked for."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @cached_property
    def corners(self) -> Corners:
        """For directions."""
        return corners_of(self.graph)

    @cached_property
    def steps(self) -> Steps:
        """For map matching."""
        return steps_of(self.graph)


class StreetSearch:
    """Matrices, ways and driven streets of vehicles; ``version`` is that of the network."""

    def __init__(self, network: Network, version: int, attribution: str) -> None:
        self.network = network
        self.version = version
        self.attribution = attribution
        self.skeleton: Skeleton = survey(network)
        self._segments = {int(segment_id): index for index, segment_id in enumerate(network.segment_id)}
        self._prepared: OrderedDict[tuple[VehicleProfile, tuple[int, ...]], Prepared] = OrderedDict()
        self._lock = threading.Lock()

    def graph(self, profile: VehicleProfile, closed: Iterable[int] = ()) -> Graph:
        """The network as a vehicle finds it; ``closed`` are ids of segments that nobody may drive, unknown ones are left aside."""
        return self.prepared(profile, closed).graph

    def prepared(self, profile: VehicleProfile, closed: Iterable[int] = ()) -> Prepared:
        """The same with what else is kept of it."""
        wanted = profile, tuple(sorted(set(closed)))
        with self._lock:
            if wanted in self._prepared:
                self._prepared.move_to_end(wanted)
                return self._prepared[wanted]
            indices = [self._segments[each] for each in wanted[1] if each in self._segments]
            kept = Prepared(
                prepare(
                    self.network, profile, skeleton=self.skeleton, closed=np.array(indices, dtype=np.int32)
                )
            )
            self._prepared[wanted] = kept
            if len(self._prepared) > GRAPHS_KEPT:
                self._prepared.popitem(last=False)
            return kept

    def places(self, graph: Graph, positions: npt.NDArray[np.float64]) -> Places:
        """Where a vehicle stops for each of (n, 2) lon and lat: on its own side of wide streets."""
        return stops(graph, positions[:, 0], positions[:, 1], kerb=Kerb.RIGHT_WHERE_WIDE)

    def matrix(
        self, positions: npt.NDArray[np.float64], profile: VehicleProfile, *, closed: Iterable[int] = ()
    ) -> Matrix:
        """Seconds and metres between all of (n, 2) lon and lat; infinite where no way leads or no street is near."""
        graph = self.graph(profile, closed)
        return matrix(graph, self.places(graph, positions))

    def index_of(self, segment_id: int) -> int | None:
        """Where a segment stands in the network's arrays; None for one that is not in force."""
        return self._segments.get(segment_id)

    def between(
        self, sources: Places, targets: Places, profile: VehicleProfile, *, closed: Iterable[int] = ()
    ) -> Matrix:
        """Seconds and metres from each of the sources to each of the targets; infinite where no way leads."""
        return matrix(self.graph(profile, closed), sources, targets)

    def ways_between(
        self, sources: Places, targets: Places, profile: VehicleProfile, *, closed: Iterable[int] = ()
    ) -> list[Leg | None]:
        """The way from each source to the target of the same number; None where there is none."""
        prepared = self.prepared(profile, closed)
        both = joined((sources, targets))
        count = len(sources)
        found: list[Leg | None] = []
        for number in range(count):
            pair = both[np.array([number, count + number])]
            try:
                way = ways(prepared.graph, pair)[0]
            except NoWay:
                found.append(None)
            else:
                found.append(self._leg(way, prepared.corners, bool(pair.on_right[1])))
        return found

    def along(self, arcs: Ints) -> Floats:
        """(points, 2) lon and lat of whole arcs that follow each other, in driving direction."""
        return line(self.network, self.skeleton.plane, arcs, 0.0, 1.0)

    def obstacles(
        self, positions: npt.NDArray[np.float64], profile: VehicleProfile, *, closed: Iterable[int] = ()
    ) -> list[Message | None]:
        """For each of (n, 2) lon and lat why the vehicle cannot serve it, in words; None where it can get there and back."""
        graph = self.graph(profile, closed)
        places, nearest = (
            stops(graph, positions[:, 0], positions[:, 1], anywhere=anywhere) for anywhere in (False, True)
        )
        return [
            None if known else why for known, why in zip(places.known, reasons(graph, nearest), strict=True)
        ]

    def match(self, track: Track, profile: VehicleProfile = CAR) -> Matched:
        """The streets that a vehicle drove. Where a lorry may not go is not asked: where it was, it was."""
        prepared = self.prepared(profile)
        return match(prepared.graph, track, steps=prepared.steps)

    def drive(
        self,
        positions: npt.NDArray[np.float64],
        time_s: Floats,
        accuracy_m: Floats | None = None,
        profile: VehicleProfile = CAR,
    ) -> Drawn:
        """The streets that a vehicle drove as a line with times, of (n, 2) lon and lat at rising times."""
        track = Track(lon=positions[:, 0], lat=positions[:, 1], time_s=time_s, accuracy_m=accuracy_m)
        return drawn(self.graph(profile), self.match(track, profile))

    def on_streets(
        self, positions: npt.NDArray[np.float64], within_m: float, profile: VehicleProfile = CAR
    ) -> Flags:
        """Whether each of (n, 2) lon and lat lies so near to a street that the vehicle may drive."""
        graph, plane = self.graph(profile), self.skeleton.plane
        x, y = plane.project(positions[:, 0], positions[:, 1])
        usable = graph.arc_open[0::2] | graph.arc_open[1::2]
        stretch = plane.stretch(positions[:, 1])
        segment, _along_m, _distance_m, _right = closest(
            self.skeleton.grid, plane, x, y, stretch, usable, within_m, 1
        )
        return np.asarray(segment[:, 0] != NO_SEGMENT)

    def legs(
        self, positions: npt.NDArray[np.float64], profile: VehicleProfile, *, closed: Iterable[int] = ()
    ) -> list[Leg | None]:
        """The way from each of (n, 2) lon and lat to the next, chosen together where that is possible; None where there is none.

        Turning round at a stop costs nothing here, as in ``matrix``: both name the same seconds.
        """
        prepared = self.prepared(profile, closed)
        graph = prepared.graph
        places = self.places(graph, positions)
        try:
            found: list[Way | None] = list(ways(graph, places, turn_round_s=FREE))
        except NoWay:
            found = [self._one_way(graph, places, number) for number in range(len(positions) - 1)]
        sides = places.on_right[1:]
        return [
            None if way is None else self._leg(way, prepared.corners, bool(on_right))
            for way, on_right in zip(found, sides, strict=False)
        ]

    def _one_way(self, graph: Graph, places: Places, number: int) -> Way | None:
        try:
            return ways(graph, places[np.array([number, number + 1])])[0]
        except NoWay:
            return None

    def _leg(self, way: Way, corners: Corners, on_right: bool) -> Leg:
        drawn = line(self.network, self.skeleton.plane, way.arcs, way.start_fraction, way.end_fraction)
        steps = tuple(directions(corners, way, on_right=on_right))
        return Leg(line=drawn, arcs=way.arcs, seconds=way.seconds, metres=way.metres, steps=steps)
