"""In which order a hierarchy takes the segments away: nested dissection by inertial flow, once for a network.

A piece of the network is cut in two where the fewest segments cross; those come last, and each half is cut again. Cuts are
minimum cuts (maximum flow with a capacity of one a segment) between the outermost nodes in each of several directions, as in
Schild and Sommer, «On Balanced Separators in Road Networks», SEA 2015. Weights play no part, so the order serves every vehicle.
"""

from __future__ import annotations

import numpy as np

from backend.streets.network import Floats, Ints
from backend.streets.search.compiled import compiled

DIRECTIONS = 8
OUTER_SHARE = 0.25  # of the nodes on either side that must not be parted


def dissect(node_x: Floats, node_y: Floats, from_node: Ints, to_node: Ints) -> Ints:
    """(S) the segments in the order of their removal, least important first; coordinates on any plane."""
    nodes = len(node_x)
    ends = np.concatenate((from_node, to_node))
    by_node = np.argsort(ends, kind="stable")
    start = np.zeros(nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(ends, minlength=nodes), out=start[1:])
    incident = (by_node % len(from_node) if len(from_node) else by_node).astype(np.int64)
    angles = np.arange(DIRECTIONS) * np.pi / DIRECTIONS
    heights = np.outer(np.cos(angles), node_x) + np.outer(np.sin(angles), node_y)
    removed = np.empty(len(from_node), dtype=np.int32)
    _dissect(
        np.argsort(heights, axis=1, kind="stable"), from_node, to_node, start, incident, OUTER_SHARE, removed,
        np.zeros(len(from_node), dtype=np.bool_), np.zeros(len(from_node), dtype=np.int8),
        np.zeros((9, nodes + 1), dtype=np.int64),
    )  # fmt: skip
    return removed


@compiled
def _dissect(  # type: ignore[no-untyped-def]
    members, from_node, to_node, start, incident, outer_share, removed, taken, flow, room
):
    """Each row of ``members`` holds all nodes, piece by piece, sorted in its direction within a piece.

    The last arrays are room to work in: compiling their creation would take as long as all the rest.
    """
    directions, nodes = members.shape
    free = len(from_node)  # the last ones are found first
    piece, role, seen, came_by, queue = room[0], room[1], room[2], room[3], room[4]
    moved, here, lows, highs = room[5], room[6], room[7], room[8]
    lows[0], highs[0], waiting = 0, nodes, 1
    stamp, pieces = 0, 1
    while waiting > 0:
        waiting -= 1
        low, high = lows[waiting], highs[waiting]
        size = high - low
        if size == 0:
            continue
        this = piece[members[0, low]]
        if size == 1:  # only streets from a node to itself are left
            node = members[0, low]
            for at in range(start[node], start[node + 1]):
                if not taken[incident[at]]:
                    taken[incident[at]] = True
                    free -= 1
                    removed[free] = incident[at]
            continue
        outer = max(1, int(size * outer_share))
        best_score = np.inf
        for direction in range(directions):
            if best_score == 0.0:
                break
            for index in range(low, high):
                node = members[direction, index]
                role[node] = 1 if index < low + outer else 2 if index >= high - outer else 0
                for at in range(start[node], start[node + 1]):
                    flow[incident[at]] = 0
            cut, filled, sink = 0, 0, 0
            while sink >= 0 and cut < best_score * (size // 2):
                stamp += 1
                filled = 0
                for index in range(low, low + outer):
                    node = members[direction, index]
                    queue[filled], seen[node], came_by[node] = node, stamp, -1
                    filled += 1
                read = 0
                sink = -1
                while read < filled and sink < 0:
                    node = queue[read]
                    read += 1
                    for at in range(start[node], start[node + 1]):
                        segment = incident[at]
                        forward = from_node[segment] == node
                        other = to_node[segment] if forward else from_node[segment]
                        if taken[segment] or piece[other] != this or seen[other] == stamp:
                            continue
                        if flow[segment] == (1 if forward else -1):
                            continue
                        seen[other], came_by[other] = stamp, segment
                        if role[other] == 2:
                            sink = other
                            break
                        queue[filled] = other
                        filled += 1
                if sink >= 0:
                    cut += 1
                    node = sink
                    while came_by[node] >= 0:
                        segment = came_by[node]
                        if to_node[segment] == node:
                            flow[segment] += 1
                            node = from_node[segment]
                        else:
                            flow[segment] -= 1
                            node = to_node[segment]
            score = cut / min(filled, size - filled)
            if sink < 0 and score < best_score:
                best_score = score
                for index in range(low, high):
                    node = members[direction, index]
                    here[node] = 1 if seen[node] == stamp else 0
        for index in range(low, high):
            node = members[0, index]
            for at in range(start[node], start[node + 1]):
                segment = incident[at]
                one, other = from_node[segment], to_node[segment]
                if (
                    not taken[segment]
                    and piece[one] == this
                    and piece[other] == this
                    and here[one] != here[other]
                ):
                    taken[segment] = True
                    free -= 1
                    removed[free] = segment
        middle = low
        for direction in range(directions):
            middle, back = low, 0
            for index in range(low, high):
                node = members[direction, index]
                if here[node] == 1:
                    members[direction, middle] = node
                    middle += 1
                else:
                    moved[back] = node
                    back += 1
            for index in range(back):
                members[direction, middle + index] = moved[index]
        for index in range(middle, high):
            piece[members[0, index]] = pieces
        pieces += 1
        lows[waiting], highs[waiting] = low, middle
        lows[waiting + 1], highs[waiting + 1] = middle, high
        waiting += 2
