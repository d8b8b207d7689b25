"""The inner loops of map matching: the likeliest arcs under the spots of a track, and the stretches driven between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backend.streets.network import Floats, Ids, Ints
from backend.streets.search.compiled import compiled
from backend.streets.search.graph import Graph
from backend.streets.search.spreading import beside, spread
from backend.streets.search.tracks import Spots

TURN_NATS = 0.6  # so much less likely is a way with a right angle
TURN_ROUND_NATS = 6.0
BETA_M, BETA_SIGMAS = (
    6.0,
    0.7,
)  # by how much a way may differ from the crow's flight: exponential with this mean
BETA_SHARE = 0.05  # of the crow's flight
BOUND_M, BOUND_SHARE = 200.0, 1.6  # how far to look for ways
HOPELESS = 30.0  # so much less likely than the best (in nats) is not followed
SKIPS_MOST = 4  # fixes that may be left out because no way leads to them
NOBODY = -1


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Steps:
    """Legal moves between arcs, those of arc ``a`` from ``start[a]`` to ``start[a + 1]``."""

    arc_m: Floats  # (2 S)
    start: Ids  # (2 S + 1)
    head: Ints
    nats: Floats  # by which a turn makes a way less likely


def steps_of(graph: Graph) -> Steps:
    """The moves of a graph for matching: streets for residents are like all others, and anybody may turn round at a price."""
    skeleton = graph.skeleton
    tail, head = skeleton.state_arc[skeleton.move_tail], skeleton.state_arc[skeleton.move_head]
    arcs = 2 * graph.network.segments
    banned = graph.network.banned_turns.astype(np.int64)
    key = tail.astype(np.int64) * max(arcs, 1) + head
    legal = graph.arc_open[tail] & graph.arc_open[head] & ~np.isin(key, banned[:, 0] * arcs + banned[:, 1])
    _, first = np.unique(key[legal], return_index=True)
    chosen = np.flatnonzero(legal)[first]
    tail, head = tail[chosen], head[chosen]
    share = np.clip((np.abs(skeleton.move_angle[chosen]) - 20.0) / 70.0, 0.0, 1.5)
    nats = np.where(skeleton.move_turns_round[chosen], TURN_ROUND_NATS, TURN_NATS * share)
    return Steps(
        arc_m=np.repeat(graph.network.length_m, 2),
        start=np.searchsorted(tail, np.arange(arcs + 1)),
        head=head,
        nats=nats,
    )


def decode(
    steps: Steps, spots: Spots, start: Ids, arc: Ints, offset_m: Floats, emission: Floats, sigma_m: float, gap_s: float
) -> tuple[Ids, Ints]:  # fmt: skip
    """(G) the likeliest candidate of each spot (NOBODY where left out) and the piece it belongs to.

    Candidates of spot ``g`` are ``start[g]`` to ``start[g + 1]``: arc, metres along it, logarithm of likelihood.
    """
    count, candidates = len(spots.x), len(arc)
    chosen, piece = np.full(count, NOBODY, dtype=np.int64), np.full(count, NOBODY, dtype=np.int32)
    score, back = np.full(candidates, -np.inf), np.full(candidates, NOBODY, dtype=np.int64)
    arcs = len(steps.arc_m)
    _decode(
        steps.arc_m, steps.start, steps.head, steps.nats, spots.x, spots.y, spots.from_s, spots.until_s, start, arc, offset_m, emission, sigma_m, gap_s,
        score, back, chosen, piece, np.empty(arcs), np.empty(arcs), np.zeros(arcs, dtype=np.int64), np.empty(arcs, dtype=np.int32),
        np.empty(len(steps.head) + 1), np.empty(len(steps.head) + 1, dtype=np.int32),
    )  # fmt: skip
    return chosen, piece


def emit(
    steps: Steps, from_s: Floats, until_s: Floats, piece: Ints, arc: Ints, offset_m: Floats, sigma_m: float
) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
    """(D) pieces, (D) arcs and (D, 4) from metre, to metre, from second, to second of the stretches through chosen candidates."""
    arcs = len(steps.arc_m)
    room = 64 + 8 * len(arc)
    while True:
        out_piece, out_arc, spans = (
            np.empty(room, dtype=np.int32),
            np.empty(room, dtype=np.int32),
            np.empty((room, 4)),
        )
        count = _emit(
            steps.arc_m, steps.start, steps.head, steps.nats, from_s, until_s, piece, arc, offset_m, sigma_m,
            np.empty(arcs), np.empty(arcs), np.zeros(arcs, dtype=np.int64), np.empty(arcs, dtype=np.int32),
            np.empty(len(steps.head) + 1), np.empty(len(steps.head) + 1, dtype=np.int32), out_piece, out_arc, spans,
        )  # fmt: skip
        if count >= 0:
            return out_piece[:count].copy(), out_arc[:count].copy(), spans[:count].copy()
        room *= 4


@compiled
def _decode(  # type: ignore[no-untyped-def]
    arc_m, step_start, head, nats, x, y, from_s, until_s, start, arc, offset_m, emission, sigma_m, gap_s, score, back, chosen,
    piece, cost_m, reach_m, stamps, came_by, keys, values,
):  # fmt: skip
    slack_m = 3.0 * sigma_m + 5.0
    before, stamp, pieces, skipped, at = -1, 0, 0, 0, 0
    while True:
        if at < len(x) and start[at] == start[at + 1]:
            at += 1
            continue
        found = False
        over = at >= len(x)
        if not over and before >= 0 and from_s[at] - until_s[before] <= gap_s:
            crow_m = np.hypot(x[at] - x[before], y[at] - y[before])
            bound_m = BOUND_SHARE * crow_m + BOUND_M
            beta_m = BETA_M + BETA_SIGMAS * sigma_m + BETA_SHARE * crow_m
            best = -np.inf
            for one in range(start[before], start[before + 1]):
                best = max(best, score[one])
            for one in range(start[before], start[before + 1]):
                if score[one] < best - HOPELESS:
                    continue
                stamp += 1
                spread(
                    arc_m, step_start, head, nats, beta_m, arc[one], offset_m[one], bound_m, cost_m, reach_m, stamps, stamp, came_by,
                    keys, values, -1,
                )  # fmt: skip
                for other in range(start[at], start[at + 1]):
                    metres = beside(arc_m, arc[one], offset_m[one], arc[other], offset_m[other], slack_m)
                    price = abs(metres - crow_m) / beta_m + (
                        TURN_ROUND_NATS if arc[other] == (arc[one] ^ 1) else 0.0
                    )
                    if stamps[arc[other]] == stamp:
                        on = arc[other]
                        metres = reach_m[on] + offset_m[other]
                        price = min(
                            price, abs(metres - crow_m) / beta_m + (cost_m[on] - reach_m[on]) / beta_m
                        )
                    likely = score[one] - price + emission[other]
                    if likely > score[other]:
                        score[other], back[other] = likely, one
                        found = True
            if not found and skipped < SKIPS_MOST:
                skipped += 1
                at += 1
                continue
        if found:
            before, skipped = at, 0
            piece[at] = pieces
            at += 1
            continue
        if before >= 0:  # the piece ends here: tell its likeliest candidates
            last = start[before]
            for one in range(start[before], start[before + 1]):
                if score[one] > score[last]:
                    last = one
            fix = before
            while last >= 0:
                while not (start[fix] <= last < start[fix + 1]):
                    fix -= 1
                chosen[fix] = last
                last = back[last]
            pieces += 1
            at = before + 1
            before, skipped = -1, 0
            continue
        if over:
            return
        for one in range(start[at], start[at + 1]):
            score[one], back[one] = emission[one], NOBODY
        piece[at] = pieces
        before = at
        at += 1


@compiled
def _emit(  # type: ignore[no-untyped-def]
    arc_m, step_start, head, nats, from_s, until_s, piece, arc, offset_m, sigma_m, cost_m, reach_m, stamps, came_by, keys,
    values, out_piece, out_arc, spans,
):  # fmt: skip
    slack_m, beta_m = 3.0 * sigma_m + 5.0, BETA_M + BETA_SIGMAS * sigma_m
    count = 0
    held_m = 0.0
    for at in range(len(arc)):
        origin, to = (arc[at - 1] if at > 0 else 0), arc[at]
        if at == 0 or piece[at] != piece[at - 1]:
            held_m = offset_m[at]
            if until_s[at] > from_s[at]:
                if count == len(out_arc):
                    return -1
                out_piece[count], out_arc[count] = piece[at], to
                spans[count, 0], spans[count, 1], spans[count, 2], spans[count, 3] = (
                    held_m,
                    held_m,
                    from_s[at],
                    until_s[at],
                )
                count += 1
            continue
        begin = count
        from_m, to_m = held_m, offset_m[at]
        direct_m = beside(arc_m, origin, from_m, to, to_m, slack_m + max(0.0, held_m - offset_m[at - 1]))
        spread(
            arc_m, step_start, head, nats, beta_m, origin, from_m, np.inf, cost_m, reach_m, stamps, at, came_by, keys, values, to,
        )  # fmt: skip
        around_m = cost_m[to] + to_m if stamps[to] == at else np.inf
        direct_m += TURN_ROUND_NATS * beta_m if to == (origin ^ 1) else 0.0
        if count + 4 > len(out_arc):
            return -1
        if direct_m <= around_m:
            if origin == to:
                to_m = max(to_m, from_m)
                out_arc[count], spans[count, 0], spans[count, 1] = to, from_m, to_m
                count += 1
            else:
                turns_m = max(from_m, arc_m[origin] - to_m)
                out_arc[count], spans[count, 0], spans[count, 1] = origin, from_m, turns_m
                out_arc[count + 1], spans[count + 1, 0], spans[count + 1, 1] = to, arc_m[to] - turns_m, to_m
                count += 2
        else:
            length, on = 2, came_by[to]
            while on != origin:
                length += 1
                on = came_by[on]
            if count + length > len(out_arc):
                return -1
            place, on = count + length - 1, to
            out_arc[place], spans[place, 0], spans[place, 1] = to, 0.0, to_m
            on = came_by[to]
            while on != origin:
                place -= 1
                out_arc[place], spans[place, 0], spans[place, 1] = on, 0.0, arc_m[on]
                on = came_by[on]
            out_arc[count], spans[count, 0], spans[count, 1] = origin, from_m, arc_m[origin]
            count += length
        held_m = to_m
        whole_m = 0.0
        for index in range(begin, count):
            whole_m += spans[index, 1] - spans[index, 0]
        gone_m = 0.0
        lasts_s = from_s[at] - until_s[at - 1]
        for index in range(begin, count):
            out_piece[index] = piece[at]
            spans[index, 2] = until_s[at - 1] + (lasts_s * gone_m / whole_m if whole_m > 0 else 0.0)
            gone_m += spans[index, 1] - spans[index, 0]
            spans[index, 3] = until_s[at - 1] + (lasts_s * gone_m / whole_m if whole_m > 0 else lasts_s)
        if until_s[at] > from_s[at]:
            if count == len(out_arc):
                return -1
            out_piece[count], out_arc[count] = piece[at], to
            spans[count, 0], spans[count, 1], spans[count, 2], spans[count, 3] = (
                held_m,
                held_m,
                from_s[at],
                until_s[at],
            )
            count += 1
    return count
