"""Which streets a vehicle drove, from its noisy fixes: a hidden Markov model over arcs.

After Newson and Krumm, «Hidden Markov Map Matching Through Noise and Sparseness», 2009, doi 10.1145/1653771.1653818: a fix likes near
streets, and two fixes like streets whose way between them is as long as the crow flies. Here the states are arcs, so the driving
direction comes out too; the way between keeps to one-ways and banned turns, may turn round at a price, and each turn costs a little,
so that noise does not zigzag. Where no way explains the fixes the track breaks into pieces. Standing vehicles and wild fixes are taken
out first (`tracks`). How noisy the fixes are is taken from the fixes where they do not tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backend.streets.network import Bytes, Floats, Ints
from backend.streets.search.graph import Graph
from backend.streets.search.grid import NO_SEGMENT, closest
from backend.streets.search.places import positions
from backend.streets.search.stepping import Steps, decode, emit, steps_of
from backend.streets.search.tracks import DRIVING, NO_SPOT, OFF_STREET, STANDING, WILD, Spots, Track, gathered

SIGMA_M = 8.0  # of a fix about the truth, each axis, as long as nothing else is known
SIGMA_LEAST_M, SIGMA_MOST_M = 4.0, 50.0
RADIUS_SIGMAS, RADIUS_LEAST_M, RADIUS_MOST_M = 4.0, 40.0, 200.0
CANDIDATES = 12  # segments a fix, each in both directions
GAP_S = 180.0  # silence after which nobody knows where the vehicle was
COUNTS_MOST = 4  # fixes of one spot that count as independent: the noise of receivers lasts
FIXES_TO_TELL = 8  # that it takes to tell how noisy they are
PASSES_MOST = 4
NO_ARC = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """A vehicle on one arc, from entering to leaving it."""

    piece: int
    arc: int
    enters: float  # fraction of the arc, in driving direction
    leaves: float
    entered_at_s: float
    left_at_s: float
    stood_s: float  # of these seconds


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Matched:
    """F fixes and the D stretches that were driven, in order: from spot to spot, cut where one arc ends and the next begins."""

    sigma_m: float  # how noisy the fixes were taken to be
    state: Bytes  # (F) DRIVING, STANDING, WILD or OFF_STREET, see `tracks`
    arc: Ints  # (F) NO_ARC where unknown
    fraction: Floats  # (F) of the arc, in driving direction
    distance_m: Floats  # (F) from the fix to its place on the street
    piece: Ints  # (F) the piece of the track, NO_ARC where unknown

    driven_piece: Ints  # (D)
    driven_arc: Ints  # (D)
    enters: Floats  # (D) fraction of the arc where it begins
    leaves: Floats  # (D) fraction where it ends
    entered_at_s: Floats  # (D) by the clock of the fixes
    left_at_s: Floats  # (D)

    def passes(self) -> list[Pass]:
        """The arcs driven, one after the other: stretches of one arc that hang together are one pass."""
        same = (self.driven_arc[1:] == self.driven_arc[:-1]) & (
            self.driven_piece[1:] == self.driven_piece[:-1]
        )
        same &= np.abs(self.enters[1:] - self.leaves[:-1]) < 1e-9
        firsts = (
            np.flatnonzero(np.concatenate(([True], ~same)))
            if len(self.driven_arc)
            else np.zeros(0, dtype=int)
        )
        lasts = np.append(firsts[1:], len(self.driven_arc)) - 1
        stood_s = np.where(self.leaves > self.enters, 0.0, self.left_at_s - self.entered_at_s)
        return [
            Pass(
                piece=int(self.driven_piece[first]),
                arc=int(self.driven_arc[first]),
                enters=float(self.enters[first]),
                leaves=float(self.leaves[last]),
                entered_at_s=float(self.entered_at_s[first]),
                left_at_s=float(self.left_at_s[last]),
                stood_s=float(stood_s[first : last + 1].sum()),
            )
            for first, last in zip(firsts, lasts, strict=True)
        ]


def match(graph: Graph, track: Track, *, steps: Steps | None = None) -> Matched:
    """The streets under a track. ``steps`` of the same graph, made before, save a few milliseconds."""
    steps = steps or steps_of(graph)
    if track.accuracy_m is not None and len(track):
        told_m = float(np.median(track.accuracy_m)) / 1.5  # 68 % of fixes lie within 1.5 sigma
        return _match(graph, track, steps, float(np.clip(told_m, SIGMA_LEAST_M, SIGMA_MOST_M)))[0]
    sigma_m = SIGMA_M
    for _ in range(PASSES_MOST):
        found, off_m = _match(graph, track, steps, sigma_m)
        if len(off_m) < FIXES_TO_TELL:
            break
        before_m, sigma_m = sigma_m, float(np.clip(1.4826 * np.median(off_m), SIGMA_LEAST_M, SIGMA_MOST_M))
        if 0.8 < sigma_m / before_m < 1.25:
            break
    return found


def _match(graph: Graph, track: Track, steps: Steps, sigma_m: float) -> tuple[Matched, Floats]:
    """The streets, and how far from its street a fix of each spot lies."""
    plane = graph.skeleton.plane
    x, y = plane.project(track.lon, track.lat)
    stretch = plane.stretch(track.lat)
    spots = gathered(x * stretch, y, track.time_s, sigma_m)
    wide = (
        np.bincount(spots.spot[spots.spot != NO_SPOT], weights=stretch[spots.spot != NO_SPOT]) / spots.fixes
    )
    usable = graph.arc_open[0::2] | graph.arc_open[1::2]
    radius_m = float(np.clip(RADIUS_SIGMAS * sigma_m + 10, RADIUS_LEAST_M, RADIUS_MOST_M))
    segment, along_m, distance_m, _ = closest(
        graph.skeleton.grid, plane, spots.x / wide, spots.y, wide, usable, radius_m, CANDIDATES
    )
    spot, slot = np.nonzero(segment != NO_SEGMENT)
    spot, slot = np.repeat(spot, 2), np.repeat(slot, 2)
    arc = 2 * segment[spot, slot] + np.arange(len(spot), dtype=np.int32) % 2
    is_open = graph.arc_open[arc]
    spot, slot, arc = spot[is_open], slot[is_open], arc[is_open]
    part = along_m[spot, slot] / np.maximum(plane.drawn_m[arc // 2], 1e-6)
    offset_m = np.where(arc % 2 == 0, part, 1 - part) * graph.network.length_m[arc // 2]
    spot_sigma_m = sigma_m / np.sqrt(np.minimum(spots.fixes, COUNTS_MOST))
    emission = -0.5 * (distance_m[spot, slot] / spot_sigma_m[spot]) ** 2
    start = np.searchsorted(spot, np.arange(len(spots.x) + 1))
    chosen, piece = decode(steps, spots, start, arc, offset_m, emission, sigma_m, GAP_S)
    on_way = np.flatnonzero(chosen >= 0)
    chosen = chosen[on_way]
    stretches = emit(
        steps,
        spots.from_s[on_way],
        spots.until_s[on_way],
        piece[on_way],
        arc[chosen],
        offset_m[chosen],
        sigma_m,
    )
    off_m = distance_m[spot[chosen], slot[chosen]] * np.sqrt(np.minimum(spots.fixes[on_way], COUNTS_MOST))
    return _told(graph, track, spots, sigma_m, *stretches), off_m


def _told(
    graph: Graph,
    track: Track,
    spots: Spots,
    sigma_m: float,
    piece: Ints,
    arc: Ints,
    spans: npt.NDArray[np.float64],
) -> Matched:
    """Places of all fixes, from the times of the stretches."""
    plane = graph.skeleton.plane
    length_m = graph.network.length_m[arc // 2]
    enters, leaves = spans[:, 0] / length_m, spans[:, 1] / length_m
    fixes = len(track)
    state = np.full(fixes, OFF_STREET, dtype=np.uint8)
    fix_arc, fix_piece = np.full(fixes, NO_ARC, dtype=np.int32), np.full(fixes, NO_ARC, dtype=np.int32)
    fraction, distance_m = np.zeros(fixes), np.full(fixes, np.inf)
    if len(arc):
        at = np.clip(np.searchsorted(spans[:, 2], track.time_s, side="right") - 1, 0, len(arc) - 1)
        known = (track.time_s >= spans[at, 2]) & (track.time_s <= spans[at, 3]) & (spots.spot != NO_SPOT)
        at = at[known]
        lasts_s = spans[at, 3] - spans[at, 2]
        share = (track.time_s[known] - spans[at, 2]) / np.where(lasts_s > 0, lasts_s, 1.0)
        fix_arc[known], fix_piece[known] = arc[at], piece[at]
        fraction[known] = enters[at] + share * (leaves[at] - enters[at])
        along = np.where(fix_arc[known] % 2 == 0, fraction[known], 1 - fraction[known])
        x, y = plane.project(*positions(graph.skeleton, fix_arc[known] // 2, along))
        fix_x, fix_y = plane.project(track.lon[known], track.lat[known])
        distance_m[known] = np.hypot((fix_x - x) * plane.stretch(track.lat[known]), fix_y - y)
        state[known] = np.where((spots.until_s > spots.from_s)[spots.spot[known]], STANDING, DRIVING)
    state[spots.spot == NO_SPOT] = WILD
    return Matched(
        sigma_m=sigma_m, state=state, arc=fix_arc, fraction=fraction, distance_m=distance_m, piece=fix_piece,
        driven_piece=piece, driven_arc=arc, enters=enters, leaves=leaves, entered_at_s=spans[:, 2], left_at_s=spans[:, 3],
    )  # fmt: skip
