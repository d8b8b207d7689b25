"""What a street network is made from: ways with their traits, places of their nodes, signals, barriers, turn signs. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from backend.streets.network import Access, StreetClass, StreetName

OPEN = Access.CAR | Access.TRUCK
CLOSED = Access(0)
NAMELESS = StreetName()


@dataclass(frozen=True, slots=True)
class Direction:
    """One direction of a way."""

    access: Access
    speed_kmh: float
    lanes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What two pieces of street must have in common to be one segment."""

    street_class: StreetClass
    name: StreetName = NAMELESS
    forward: Direction
    backward: Direction
    max_weight_t: float = math.inf
    max_height_m: float = math.inf
    width_m: float

    def turned(self) -> Traits:
        """The same street, drawn the other way round."""
        return replace(self, forward=self.backward, backward=self.forward)


@dataclass(frozen=True, slots=True)
class Way:
    """A line through nodes whose traits do not change."""

    id: int
    nodes: tuple[int, ...]
    traits: Traits


@dataclass(frozen=True, slots=True)
class TurnSign:
    """«No left turn» and the like (``only`` False), or «only straight on» (True), at a node."""

    from_way: int
    via: int
    to_way: int
    only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Everything that a network is built from; ids are the source's own."""

    namespace: str  # keeps the segment ids of different sources apart
    ways: Sequence[Way]
    places: Mapping[int, tuple[float, float]]  # lon, lat of each node, in degrees
    signals: frozenset[int] = frozenset()
    barriers: frozenset[int] = frozenset()  # nodes that no vehicle passes
    turn_signs: Sequence[TurnSign] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)  # what could not be used, and how often
