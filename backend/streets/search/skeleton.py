"""What no vehicle changes about a network: its states, the moves between them, their angles, and the hierarchy over them.

A **state** is an arc on the way. Arcs that are open only to those who have business there come twice: once for a vehicle that is
leaving such streets, once for one that is arriving; leaving leads to through streets or to arriving, through streets to arriving, and
nothing leads back, so nobody passes through. States are numbered in the order of the hierarchy, those of a segment side by side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backend.streets.network import Access, Bytes, Floats, Ids, Ints, Network, arc_heads, arc_tails
from backend.streets.search.grid import Grid, grid_of
from backend.streets.search.hierarchy import Hierarchy, build
from backend.streets.search.order import dissect
from backend.streets.search.plane import Plane, end_bearings, plane_of

LEAVING, THROUGH, ARRIVING = 0, 1, 2
NO_STATE = -1
STRAIGHT_BACK_DEG = -179.0  # who turns straight back turns over the left


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Skeleton:
    """N states and M moves, sorted by the state that they leave."""

    network: Network
    plane: Plane
    grid: Grid
    begins: Floats  # (2 S) direction in which an arc begins, radians from east to north
    ends: Floats  # (2 S) direction in which it ends
    state_arc: Ints  # (N)
    state_kind: Bytes  # (N) LEAVING, THROUGH or ARRIVING
    first_state: Ints  # (S) lowest state of each segment, or NO_STATE where nobody may drive
    leaving_state: Ints  # (2 S) where a way that begins on the arc begins
    arriving_state: Ints  # (2 S) where a way that ends on the arc ends
    move_start: Ids  # (N + 1)
    move_tail: Ints  # (M)
    move_head: Ints  # (M)
    move_angle: Floats  # (M) degrees, left above 0, -179 to 181
    move_turns_round: npt.NDArray[np.bool_]  # (M) back along the same segment
    junction: npt.NDArray[np.bool_]  # (nodes) three or more segments meet
    hierarchy: Hierarchy


def survey(network: Network) -> Skeleton:
    """The skeleton of a network: the slow part of all preparation, once for all vehicles."""
    plane = plane_of(network)
    x, y = plane.project(network.node_lon, network.node_lat)
    order = dissect(x, y, network.from_node, network.to_node)
    rank = np.empty(network.segments, dtype=np.int64)
    rank[order] = np.arange(network.segments)
    state_arc, state_kind = _states(network, rank)
    states = len(state_arc)
    leaving, arriving = (np.full(2 * network.segments, NO_STATE, dtype=np.int32) for _ in "la")
    numbers = np.arange(states, dtype=np.int32)
    for table, kind in ((leaving, LEAVING), (arriving, ARRIVING)):
        for wanted in (THROUGH, kind):
            table[state_arc[state_kind == wanted]] = numbers[state_kind == wanted]
    first = np.full(network.segments, NO_STATE, dtype=np.int32)
    first[state_arc[::-1] // 2] = numbers[::-1]
    tail, head = _moves(network, state_arc, state_kind)
    begins, ends = end_bearings(network, plane)
    angle = (np.degrees(begins[state_arc[head]] - ends[state_arc[tail]]) + 180.0) % 360.0 - 180.0
    angle[angle < STRAIGHT_BACK_DEG] += 360.0
    beside = np.flatnonzero(state_arc[1:] // 2 == state_arc[:-1] // 2).astype(np.int32)
    meeting = np.bincount(np.concatenate((network.from_node, network.to_node)), minlength=network.nodes)
    return Skeleton(
        network=network,
        plane=plane,
        grid=grid_of(network, plane),
        begins=begins,
        ends=ends,
        state_arc=state_arc,
        state_kind=state_kind,
        first_state=first,
        leaving_state=leaving,
        arriving_state=arriving,
        move_start=np.searchsorted(tail, np.arange(states + 1)),
        move_tail=tail,
        move_head=head,
        move_angle=angle,
        move_turns_round=state_arc[tail] == (state_arc[head] ^ 1),
        junction=meeting > 2,
        hierarchy=build(states, np.concatenate((tail, beside)), np.concatenate((head, beside + np.int32(1)))),
    )


def _states(network: Network, rank: Ids) -> tuple[Ints, Bytes]:
    arcs = np.flatnonzero(network.access & (Access.CAR | Access.TRUCK))
    restricted = (network.access[arcs] & Access.DESTINATION_ONLY) != 0
    arc = np.concatenate((arcs[~restricted], arcs[restricted], arcs[restricted]))
    kind = np.repeat(
        np.array([THROUGH, LEAVING, ARRIVING], dtype=np.uint8), [(~restricted).sum(), *[restricted.sum()] * 2]
    )
    order = np.lexsort((arc, kind, rank[arc // 2]))
    return arc[order].astype(np.int32), kind[order]


def _moves(network: Network, state_arc: Ints, state_kind: Bytes) -> tuple[Ints, Ints]:
    begins_at, ends_at = arc_tails(network)[state_arc], arc_heads(network)[state_arc]
    by_node = np.argsort(begins_at, kind="stable")
    start = np.searchsorted(begins_at[by_node], np.arange(network.nodes + 1))
    choices = start[ends_at + 1] - start[ends_at]
    tail = np.repeat(np.arange(len(state_arc)), choices)
    within = np.arange(len(tail)) - np.repeat(np.cumsum(choices) - choices, choices)
    head = by_node[np.repeat(start[ends_at], choices) + within]
    forward = state_kind[tail] <= state_kind[head]
    return tail[forward].astype(np.int32), head[forward].astype(np.int32)
