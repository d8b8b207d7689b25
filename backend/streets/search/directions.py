"""Turn by turn: what a driver does at each corner of a way, in no language yet.

A corner is told when there is a choice: a bend without one, or the natural way straight on in the same street, is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backend.streets.network import Flags, Floats, Ids, Ints, Network, StreetName
from backend.streets.search.graph import Graph
from backend.streets.search.places import positions
from backend.streets.search.roundabouts import roundabout_arcs
from backend.streets.search.ways import Way
from shared.vocabulary import StreetSide, Turn

STRAIGHT_DEG, SLIGHT_DEG, SHARP_DEG = 25.0, 50.0, 125.0
RIVAL_DEG = 20.0  # another street so much straighter, or as straight, makes going on worth a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One corner."""

    turn: Turn
    lon: float
    lat: float
    name: StreetName  # of the street that follows; empty where it has none
    distance_m: float  # to the next step; 0 at the last
    exit_number: int | None = None  # at a roundabout, 1 is the first
    side: StreetSide | None = None  # on arrival, where the place lies


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Corners:
    """What directions need to know of a graph, made once."""

    graph: Graph
    start: Ids  # (2 S + 1) open ways on from each arc: start[a] to start[a + 1]
    after: Ints
    angle: Floats  # degrees, left above 0
    circular: Flags  # (2 S) part of a roundabout


def corners_of(graph: Graph) -> Corners:
    """The corners of all streets open to the graph's vehicle."""
    skeleton = graph.skeleton
    tail, head = skeleton.state_arc[skeleton.move_tail], skeleton.state_arc[skeleton.move_head]
    arcs = 2 * graph.network.segments
    is_open = graph.arc_open[tail] & graph.arc_open[head] & ~skeleton.move_turns_round
    _, first = np.unique(tail[is_open].astype(np.int64) * max(arcs, 1) + head[is_open], return_index=True)
    chosen = np.flatnonzero(is_open)[first]
    return Corners(
        graph=graph,
        start=np.searchsorted(tail[chosen], np.arange(arcs + 1)),
        after=head[chosen],
        angle=skeleton.move_angle[chosen],
        circular=roundabout_arcs(skeleton),
    )


def directions(corners: Corners, way: Way, *, on_right: bool | None = None) -> list[Step]:
    """The steps of a way, from departure to arrival; ``on_right`` says on which side of its last street the place lies.

    ``on_right`` is meant along the segment, as `Places` have it.
    """
    network = corners.graph.network
    length_m = network.length_m[way.arcs // 2].copy()
    length_m[-1] *= way.end_fraction - (way.start_fraction if len(way.arcs) == 1 else 0.0)
    if len(way.arcs) > 1:
        length_m[0] *= 1.0 - way.start_fraction
    ahead_m = np.concatenate(([0.0], np.cumsum(length_m)))
    told: list[tuple[Turn, int, int | None]] = [(Turn.DEPART, 0, None)]  # turn, first arc after it, exit
    entered: int | None = None
    exits = 0
    for index in range(1, len(way.arcs)):
        before, after = int(way.arcs[index - 1]), int(way.arcs[index])
        if corners.circular[after]:
            if not corners.circular[before]:
                entered, exits = index, 0
            else:
                exits += _exits(corners, before)
            continue
        if entered is not None:
            told.append((Turn.ROUNDABOUT, entered, exits + 1))
            entered = None
            continue
        turn = _turn(corners, network, before, after)
        if turn is not None:
            told.append((turn, index, None))
    if entered is not None:
        told.append((Turn.ROUNDABOUT, entered, None))
    steps = []
    for number, (turn, index, exit_number) in enumerate(told):
        ends_m = ahead_m[told[number + 1][1]] if number + 1 < len(told) else ahead_m[-1]
        named = _leaves_at(corners, way, index) if turn is Turn.ROUNDABOUT else index
        lon, lat = _where(corners.graph, int(way.arcs[index]), way.start_fraction if index == 0 else 0.0)
        steps.append(
            Step(
                turn=turn,
                lon=lon,
                lat=lat,
                name=network.name(int(way.arcs[named]) // 2),
                distance_m=float(ends_m - ahead_m[index]),
                exit_number=exit_number,
            )
        )
    last = int(way.arcs[-1])
    lon, lat = _where(corners.graph, last, way.end_fraction)
    side = None if on_right is None else StreetSide.RIGHT if on_right == (last % 2 == 0) else StreetSide.LEFT
    steps.append(
        Step(turn=Turn.ARRIVE, lon=lon, lat=lat, name=network.name(last // 2), distance_m=0.0, side=side)
    )
    return steps


def turn_of(angle: float) -> Turn:
    """The word for an angle in degrees, left above 0."""
    if abs(angle) < STRAIGHT_DEG:
        return Turn.STRAIGHT
    if abs(angle) < SLIGHT_DEG:
        return Turn.SLIGHT_LEFT if angle > 0 else Turn.SLIGHT_RIGHT
    if abs(angle) < SHARP_DEG:
        return Turn.LEFT if angle > 0 else Turn.RIGHT
    return Turn.SHARP_LEFT if angle > 0 else Turn.SHARP_RIGHT


def _turn(corners: Corners, network: Network, before: int, after: int) -> Turn | None:
    """What to say between two arcs; None: nothing."""
    if after == before ^ 1:
        return Turn.U_TURN
    ways = slice(int(corners.start[before]), int(corners.start[before + 1]))
    others = corners.after[ways] != after
    angle = float(corners.angle[ways][~others][0])
    name, name_before = network.name_index[after // 2], network.name_index[before // 2]
    turn = turn_of(angle)
    if not others.any():
        return (
            None if name == name_before or turn is not Turn.STRAIGHT else Turn.STRAIGHT if name >= 0 else None
        )
    straightest = float(np.abs(corners.angle[ways][others]).min())
    if abs(angle) < SLIGHT_DEG and straightest > abs(angle) + RIVAL_DEG:  # it goes on by itself
        return None if name == name_before or name < 0 else Turn.STRAIGHT
    if turn is Turn.STRAIGHT and (
        straightest > SLIGHT_DEG or (name == name_before and straightest > abs(angle))
    ):
        return None
    return turn


def _exits(corners: Corners, arc: int) -> int:
    """How many streets leave the roundabout at the end of one of its arcs."""
    ways = corners.after[int(corners.start[arc]) : int(corners.start[arc + 1])]
    return int((~corners.circular[ways]).sum())


def _leaves_at(corners: Corners, way: Way, index: int) -> int:
    while index + 1 < len(way.arcs) and corners.circular[way.arcs[index]]:
        index += 1
    return index


def _where(graph: Graph, arc: int, fraction: float) -> tuple[float, float]:
    along = fraction if arc % 2 == 0 else 1 - fraction
    lon, lat = positions(graph.skeleton, np.array([arc // 2]), np.array([along]))
    return float(lon[0]), float(lat[0])
