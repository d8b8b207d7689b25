"""How far it is from a point of one arc to the arcs around: a bounded search by Dijkstra, for the loops of map matching.

Ways are compared by **effective metres**: those driven, and some on top for turns, so that a plain way beats a crooked one.
"""

from __future__ import annotations

import numpy as np

from backend.streets.search.compiled import compiled


@compiled
def _push(keys, values, count, key, value):  # type: ignore[no-untyped-def]
    at = count
    while at > 0:
        above = (at - 1) // 2
        if keys[above] <= key:
            break
        keys[at], values[at] = keys[above], values[above]
        at = above
    keys[at], values[at] = key, value


@compiled
def _sink(keys, values, count):  # type: ignore[no-untyped-def]
    """Take the least away: the last of ``count`` moves to its place."""
    key, value = keys[count - 1], values[count - 1]
    at, below = 0, 1
    while below < count - 1:
        if below + 1 < count - 1 and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[at], values[at] = keys[below], values[below]
        at = below
        below = 2 * at + 1
    keys[at], values[at] = key, value


@compiled
def spread(  # type: ignore[no-untyped-def]
    arc_m,
    start,
    head,
    nats,
    beta_m,
    origin,
    offset_m,
    bound_m,
    cost_m,
    reach_m,
    stamps,
    stamp,
    came_by,
    keys,
    values,
    goal,
):
    """Effective and true metres from a point of an arc to the beginnings of all arcs within a bound (and until ``goal``)."""
    count = 0
    arc, gone_m = origin, arc_m[origin] - offset_m
    true_m = gone_m
    while True:
        for step in range(start[arc], start[arc + 1]):
            after, there_m = head[step], gone_m + nats[step] * beta_m
            if true_m <= bound_m and (stamps[after] != stamp or there_m < cost_m[after]):
                cost_m[after], reach_m[after], stamps[after], came_by[after] = there_m, true_m, stamp, arc
                _push(keys, values, count, there_m, after)
                count += 1
        while count > 0:
            key, arc = keys[0], values[0]
            _sink(keys, values, count)
            count -= 1
            if key <= cost_m[arc]:
                gone_m, true_m = key + arc_m[arc], reach_m[arc] + arc_m[arc]
                break
        else:
            return
        if arc == goal:
            return


@compiled
def beside(arc_m, origin, from_m, arc, to_m, slack_m):  # type: ignore[no-untyped-def]
    """Metres within one segment; infinite where the candidates do not lie so."""
    if arc == origin:
        if to_m >= from_m:
            return to_m - from_m
        if from_m - to_m <= slack_m:
            return 0.0
    elif arc == (origin ^ 1):
        return abs(arc_m[origin] - to_m - from_m)
    return np.inf
