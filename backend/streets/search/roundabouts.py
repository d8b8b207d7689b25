"""Which arcs go round a roundabout: read from the shape, for the network does not say."""

from __future__ import annotations

import numpy as np

from backend.streets.network import Flags, arc_heads, arc_tails
from backend.streets.search.skeleton import Skeleton

LONGEST_M = 400.0  # round the largest
PIECES_MOST = 24
ROUNDNESS = 0.7  # 4 pi area over length squared: 1 for a circle, 0.785 for a square


def roundabout_arcs(skeleton: Skeleton) -> Flags:
    """(2 S) arcs of small, round, anticlockwise circles of one-way streets with at least two streets to leave by."""
    network = skeleton.network
    forward, backward = network.access[0::2] != 0, network.access[1::2] != 0
    short = network.length_m <= LONGEST_M
    one_way = np.zeros(2 * network.segments, dtype=np.bool_)
    one_way[0::2], one_way[1::2] = forward & ~backward & short, backward & ~forward & short
    tails, heads = arc_tails(network), arc_heads(network)
    circular = np.zeros(2 * network.segments, dtype=np.bool_)
    arcs = np.flatnonzero(one_way)
    leaving: dict[int, list[int]] = {}
    for arc in arcs:
        leaving.setdefault(int(tails[arc]), []).append(int(arc))
    tried = set[int]()
    for first in arcs:
        if int(first) in tried:
            continue
        circle = _circle(skeleton, leaving, tails, heads, int(first))
        if circle:
            circular[circle] = True
            tried.update(circle)
    return circular


def _circle(
    skeleton: Skeleton, leaving: dict[int, list[int]], tails: np.ndarray, heads: np.ndarray, first: int
) -> list[int]:
    """The arcs from ``first`` back to its beginning, keeping left at each choice; none if they are no roundabout."""
    network, plane = skeleton.network, skeleton.plane
    circle, total_m, arc = [first], float(network.length_m[first // 2]), first
    while heads[arc] != tails[first]:
        choices = leaving.get(int(heads[arc]), [])
        if not choices or len(circle) == PIECES_MOST or total_m > LONGEST_M:
            return []
        arc = max(choices, key=lambda other: _left(skeleton, arc, other))
        if arc in circle:
            return []
        circle.append(arc)
        total_m += float(network.length_m[arc // 2])
    points = []
    for one in circle:
        part = slice(int(network.line_start[one // 2]), int(network.line_start[one // 2 + 1]))
        line = np.column_stack((plane.x[part], plane.y[part]))
        points.append((line if one % 2 == 0 else line[::-1])[:-1])
    ring = np.concatenate(points)
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    area = float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) / 2
    if total_m > LONGEST_M or 4 * np.pi * area / total_m**2 < ROUNDNESS:
        return []
    return circle


def _left(skeleton: Skeleton, arc: int, after: int) -> float:
    """How far a move turns left, in degrees."""
    angle = np.degrees(skeleton.begins[after] - skeleton.ends[arc])
    return float((angle + 180.0) % 360.0 - 180.0)
