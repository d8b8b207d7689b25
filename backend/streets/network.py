"""The street network as arrays: what the import makes, the database keeps and every search reads. Knows no file, row or clock.

A **segment** is a piece of street between two junctions. It has two **arcs**, one for each direction: arc ``2 * s`` runs along
segment ``s`` from ``from_node`` to ``to_node``, arc ``2 * s + 1`` runs back. Rows are never searched one by one: searches take
the arrays whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Ids = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

NO_NAME = -1


class StreetClass(IntEnum):
    """How much a street matters, in OpenStreetMap's order; links count as the street that they lead to."""

    MOTORWAY = 0
    TRUNK = 1
    PRIMARY = 2
    SECONDARY = 3
    TERTIARY = 4
    UNCLASSIFIED = 5
    RESIDENTIAL = 6
    LIVING_STREET = 7
    SERVICE = 8
    TRACK = 9
    PEDESTRIAN = 10


class Access(IntFlag):
    """Who may use an arc."""

    CAR = 1
    TRUCK = 2
    DESTINATION_ONLY = 4  # to get to something that lies on it, not to pass through


@dataclass(frozen=True, slots=True)
class StreetName:
    """A street's name; empty where the source does not tell."""

    ru: str = ""
    kk: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Network:
    """N nodes, S segments, P points of their lines, R banned turns."""

    node_lon: Floats  # (N) degrees
    node_lat: Floats  # (N)
    node_signal: Flags  # (N) whether a traffic light stands there

    segment_id: Ids  # (S) above 0, the same after every import for as long as the piece of street is the same
    from_node: Ints  # (S)
    to_node: Ints  # (S)
    length_m: Floats  # (S)
    line_start: Ints  # (S + 1) points line_start[s] to line_start[s + 1] are the line of segment s
    point_lon: Floats  # (P)
    point_lat: Floats  # (P)

    street_class: Bytes  # (S) StreetClass
    name_index: Ints  # (S) into names, or NO_NAME
    names: tuple[StreetName, ...]
    access: Bytes  # (2 S) Access of each arc; 0: closed
    speed_kmh: Floats  # (2 S) of a car without traffic
    lanes: Bytes  # (2 S) lanes of each direction; 0 where nobody may drive
    max_weight_t: Floats  # (S) infinite where nothing is signed
    max_height_m: Floats  # (S) infinite where nothing is signed
    width_m: Floats  # (S) of the carriageway, as tagged or by class and lanes

    banned_turns: Ints  # (R, 2) from this arc straight into that one; «only» signs come as bans of all others

    @property
    def nodes(self) -> int:
        """How many nodes."""
        return len(self.node_lon)

    @property
    def segments(self) -> int:
        """How many segments."""
        return len(self.segment_id)

    def line(self, segment: int) -> npt.NDArray[np.float64]:
        """(points, 2) lon and lat of one segment, from ``from_node`` to ``to_node``."""
        part = slice(int(self.line_start[segment]), int(self.line_start[segment + 1]))
        return np.column_stack((self.point_lon[part], self.point_lat[part]))

    def name(self, segment: int) -> StreetName:
        """The street's name; an empty one where it has none."""
        index = int(self.name_index[segment])
        return StreetName() if index == NO_NAME else self.names[index]


def arc_tails(network: Network) -> Ints:
    """(2 S) the node where each arc begins."""
    tails = np.empty(2 * network.segments, dtype=np.int32)
    tails[0::2], tails[1::2] = network.from_node, network.to_node
    return tails


def arc_heads(network: Network) -> Ints:
    """(2 S) the node where each arc ends."""
    heads = np.empty(2 * network.segments, dtype=np.int32)
    heads[0::2], heads[1::2] = network.to_node, network.from_node
    return heads
