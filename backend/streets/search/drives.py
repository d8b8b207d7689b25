"""Where a vehicle drove, as a line with times along the streets: what map matching found, drawn. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backend.streets.network import Floats, Ints
from backend.streets.search.graph import Graph
from backend.streets.search.matching import NO_ARC, Matched
from backend.streets.search.ways import part_of_line


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Drawn:
    """P points along streets in order of time; between two of one piece the vehicle drove along the street."""

    lon: Floats  # (P)
    lat: Floats  # (P)
    time_s: Floats  # (P) by the clock of the fixes, never falling
    piece: Ints  # (P) where it changes, nobody knows the way
    metres: float  # along the streets, every pass counted
    share: float  # of the fixes that lie on a street found; the rest is yards, fields, and streets that no map knows
    noise_m: float  # how noisy the fixes were taken to be


def drawn(graph: Graph, matched: Matched) -> Drawn:
    """The line of a matched track; a pass along an arc is driven at one speed, standing included."""
    network, plane = graph.network, graph.skeleton.plane
    places, times, pieces, metres = [np.empty((0, 2))], [np.empty(0)], [np.empty(0, dtype=np.int32)], 0.0
    for each in matched.passes():
        line = part_of_line(network, plane, each.arc, each.enters, each.leaves)
        x, y = plane.project(line[:, 0], line[:, 1])
        along_m = np.concatenate(([0.0], np.hypot(np.diff(x), np.diff(y)).cumsum()))
        share = along_m / along_m[-1] if along_m[-1] > 0 else np.linspace(0.0, 1.0, len(line))
        places.append(line)
        times.append(each.entered_at_s + share * (each.left_at_s - each.entered_at_s))
        pieces.append(np.full(len(line), each.piece, dtype=np.int32))
        metres += float(network.length_m[each.arc // 2]) * (each.leaves - each.enters)
    positions = np.concatenate(places)
    return Drawn(
        lon=positions[:, 0],
        lat=positions[:, 1],
        time_s=np.concatenate(times),
        piece=np.concatenate(pieces),
        metres=metres,
        share=float((matched.arc != NO_ARC).mean()) if len(matched.arc) else 0.0,
        noise_m=matched.sigma_m,
    )
