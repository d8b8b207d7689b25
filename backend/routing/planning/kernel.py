"""Ruin and recreate, compiled: strings of neighbouring stops are taken out of routes and put back where they cost least.

Christiaens and Vanden Berghe 2020 (Slack Induction by String Removals, doi 10.1287/trsc.2019.0914) with what a waste day needs: several
trips with unloadings that are put in and taken out on the way, windows and shifts in constant time by Vidal's segments (duration, earliest,
latest), goods that lie ready later, several load dimensions, stops that may stay out at a price. Every route is legal at all times.

One module, although it is long: numba's cache knows only of changes in the file of the function that was compiled, so kernels spread over
files would go on running old code. Arrays are passed one by one: in tuples each call would count their references.

Arrays: ``cost``, ``cost_t`` (transposed) and ``dur`` (profiles, locations, locations); ``node`` (locations, 4): earliest, latest, stay,
ready; ``dem`` (stops, dimensions); ``kind`` (vehicle types, columns below, then the locations of its disposal sites); ``cap``, ``ini``
(types, dimensions); ``type_of`` (routes). Routes: ``seg`` (routes, positions, 8): location, then duration, earliest and latest of everything
up to here, the same from here on, number of the trip; ``trip`` (routes, trips, 2 + dimensions): position of the place it leaves from, when it
is ready, loads; ``head`` (routes, 5): length, trips, cost, duration, distance cost. ``at`` (stops, 6): route (−1: none), position, location before
and after, cost of the way from and to them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

IMPOSSIBLE = 1 << 50
TRIPS_MOST = 24
(
    START,
    END,
    PROFILE,
    OPENS,
    CLOSES,
    LONGEST,
    USUAL,
    FIXED,
    BY_SECOND,
    OVERTIME,
    RELOADS,
    FURTHEST,
    UNDER_WAY,
    SITES,
) = range(14)
FIRST_SITE = 14
"""Columns of ``kind``; after them the disposal sites."""
LENGTH, TRIPS, COST, DURATION, DISTANCE = range(5)


Arrays = Any
"""Numpy arrays of the shapes above; what is compiled has its types from its arguments."""


@njit(cache=True, inline="always")
def _chance(rng: Arrays) -> float:
    """A number from 0 to 1 (xorshift64*)."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return ((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True)
def refresh(
    cost: Arrays, dur: Arrays, node: Arrays, dem: Arrays, kind: Arrays, cap: Arrays, ini: Arrays,
    type_of: Arrays, seg: Arrays, trip: Arrays, head: Arrays, at: Arrays, timed: bool, r: int,
) -> bool:  # fmt: skip
    """Reckon everything of a route anew; whether it is legal."""
    n, dims, t, m = len(dem), dem.shape[1], type_of[r], head[r, LENGTH]
    pr = kind[t, PROFILE]
    k = 0
    trip[r, 0, 0] = trip[r, 0, 1] = 0
    for q in range(dims):
        trip[r, 0, 2 + q] = ini[t, q]
    seg[r, 0, 7] = 0
    far = 0
    legal = True
    for p in range(1, m):
        v, u = seg[r, p, 0], seg[r, p - 1, 0]
        far += cost[pr, u, v]
        if v < n:
            w = seg[r, p + 1, 0]
            at[v, 0], at[v, 1], at[v, 2], at[v, 3] = r, p, u, w
            at[v, 4], at[v, 5] = cost[pr, u, v], cost[pr, v, w]
            for q in range(dims):
                trip[r, k, 2 + q] += dem[v, q]
            trip[r, k, 1] = max(trip[r, k, 1], node[v, 3])
        elif p < m - 1:
            k += 1
            trip[r, k, 0], trip[r, k, 1] = p, 0
            for q in range(dims):
                trip[r, k, 2 + q] = 0
        seg[r, p, 7] = k
    head[r, TRIPS] = k + 1
    for j in range(k + 1):
        for q in range(dims):
            if trip[r, j, 2 + q] > cap[t, q]:
                legal = False
    if k > kind[t, RELOADS] or far > kind[t, FURTHEST]:
        legal = False
    lasts = 0
    if timed:
        early = max(kind[t, OPENS], trip[r, 0, 1])
        late = max(kind[t, CLOSES], early)
        if early > kind[t, CLOSES]:
            legal = False
        seg[r, 0, 1], seg[r, 0, 2], seg[r, 0, 3] = 0, early, late
        for p in range(1, m):
            v = seg[r, p, 0]
            stay, opens, closes = node[v, 2], node[v, 0], node[v, 1]
            if p == m - 1:
                stay, closes = 0, min(closes, kind[t, CLOSES])
            elif v >= n:
                opens = max(opens, trip[r, seg[r, p, 7], 1] - stay)
                closes = max(closes, opens)
            reach = lasts + dur[pr, seg[r, p - 1, 0], v]
            if early + reach > closes:
                legal = False
            wait = max(0, opens - reach - late)
            lasts = reach + stay + wait
            early = max(opens - reach, early) - wait
            late = min(closes - reach, late)
            seg[r, p, 1], seg[r, p, 2], seg[r, p, 3] = lasts, early, late
        v = seg[r, m - 1, 0]
        rest, early, late = 0, node[v, 0], min(node[v, 1], kind[t, CLOSES])
        seg[r, m - 1, 4], seg[r, m - 1, 5], seg[r, m - 1, 6] = rest, early, late
        for p in range(m - 2, 0, -1):
            v = seg[r, p, 0]
            stay, opens, closes = node[v, 2], node[v, 0], node[v, 1]
            if v >= n:
                opens = max(opens, trip[r, seg[r, p, 7], 1] - stay)
                closes = max(closes, opens)
            reach = stay + dur[pr, v, seg[r, p + 1, 0]]
            wait = max(0, early - reach - closes)
            early = max(early - reach, opens) - wait
            late = min(late - reach, closes)
            rest = reach + rest + wait
            seg[r, p, 4], seg[r, p, 5], seg[r, p, 6] = rest, early, late
        if lasts > kind[t, LONGEST]:
            legal = False
    head[r, DURATION], head[r, DISTANCE] = lasts, far
    head[r, COST] = 0
    if m > 2 or kind[t, UNDER_WAY]:
        head[r, COST] = far + kind[t, FIXED] + kind[t, BY_SECOND] * lasts
        if lasts > kind[t, USUAL]:
            head[r, COST] += kind[t, OVERTIME] * (lasts - kind[t, USUAL])
    return legal


@njit(cache=True)
def _worth(
    cost: Arrays, dur: Arrays, node: Arrays, dem: Arrays, kind: Arrays, cap: Arrays, ini: Arrays,
    type_of: Arrays, seg: Arrays, trip: Arrays, head: Arrays, timed: bool, readied: bool, r: int, p: int,
    c: int, mode: int, site: int, limit: int,
) -> int:  # fmt: skip
    """What it costs to put stop c after position p: alone (mode 0), behind an unloading (1) or before one (2)."""
    n, dims, t = len(dem), dem.shape[1], type_of[r]
    pr, k = kind[t, PROFILE], seg[r, p, 7]
    a, b = seg[r, p, 0], seg[r, p + 1, 0]
    if mode == 0:
        delta = cost[pr, a, c] + cost[pr, c, b] - cost[pr, a, b]
    elif mode == 1:
        delta = cost[pr, a, site] + cost[pr, site, c] + cost[pr, c, b] - cost[pr, a, b]
    else:
        delta = cost[pr, a, c] + cost[pr, c, site] + cost[pr, site, b] - cost[pr, a, b]
    unused = head[r, LENGTH] == 2 and not kind[t, UNDER_WAY]
    if head[r, DISTANCE] + delta > kind[t, FURTHEST]:
        return IMPOSSIBLE
    if unused:
        delta += kind[t, FIXED]
    if delta >= limit:
        return IMPOSSIBLE
    if mode == 0:
        for q in range(dims):
            if trip[r, k, 2 + q] + dem[c, q] > cap[t, q]:
                return IMPOSSIBLE
    else:
        if head[r, TRIPS] > kind[t, RELOADS] or head[r, TRIPS] >= TRIPS_MOST:
            return IMPOSSIBLE
        for q in range(dims):
            before = ini[t, q] if k == 0 else 0
            for j in range(trip[r, k, 0] + 1, p + 1):
                before += dem[seg[r, j, 0], q]
            behind = trip[r, k, 2 + q] - before
            if mode == 1:
                behind += dem[c, q]
            else:
                before += dem[c, q]
            if before > cap[t, q] or behind > cap[t, q]:
                return IMPOSSIBLE
    if not timed:
        return delta
    lasts, early, late = seg[r, p, 1], seg[r, p, 2], seg[r, p, 3]
    ready_behind = 0
    if readied:
        leaves, ready = trip[r, k, 0], 0
        if mode == 0:
            ready = max(trip[r, k, 1], node[c, 3])
        else:
            for j in range(leaves + 1, p + 1):
                ready = max(ready, node[seg[r, j, 0], 3])
            for j in range(p + 1, head[r, LENGTH] - 1):
                v = seg[r, j, 0]
                if v >= n:
                    break
                ready_behind = max(ready_behind, node[v, 3])
            if mode == 1:
                ready_behind = max(ready_behind, node[c, 3])
            else:
                ready = max(ready, node[c, 3])
        if ready != trip[r, k, 1]:
            first = leaves
            if k == 0:
                early = max(kind[t, OPENS], ready)
                late = max(kind[t, CLOSES], early)
                lasts, first = 0, 1
                if early > kind[t, CLOSES]:
                    return IMPOSSIBLE
            else:
                lasts, early, late = seg[r, leaves - 1, 1], seg[r, leaves - 1, 2], seg[r, leaves - 1, 3]
            for j in range(first, p + 1):
                v = seg[r, j, 0]
                stay, opens, closes = node[v, 2], node[v, 0], node[v, 1]
                if v >= n:
                    opens = max(opens, ready - stay)
                    closes = max(closes, opens)
                reach = lasts + dur[pr, seg[r, j - 1, 0], v]
                if early + reach > closes:
                    return IMPOSSIBLE
                wait = max(0, opens - reach - late)
                lasts = reach + stay + wait
                early = max(opens - reach, early) - wait
                late = min(closes - reach, late)
    before_v = a
    for step in range(1 if mode == 0 else 2):
        v = c
        if mode != 0 and step == mode - 1:
            v = site
        stay, opens, closes = node[v, 2], node[v, 0], node[v, 1]
        if v >= n:
            opens = max(opens, ready_behind - stay)
            closes = max(closes, opens)
        reach = lasts + dur[pr, before_v, v]
        if early + reach > closes:
            return IMPOSSIBLE
        wait = max(0, opens - reach - late)
        lasts = reach + stay + wait
        early = max(opens - reach, early) - wait
        late = min(closes - reach, late)
        before_v = v
    reach = lasts + dur[pr, before_v, b]
    if early + reach > seg[r, p + 1, 6]:
        return IMPOSSIBLE
    lasts = reach + seg[r, p + 1, 4] + max(0, seg[r, p + 1, 5] - reach - late)
    if lasts > kind[t, LONGEST]:
        return IMPOSSIBLE
    delta += kind[t, BY_SECOND] * lasts + kind[t, OVERTIME] * max(0, lasts - kind[t, USUAL])
    if not unused:
        lasted = head[r, DURATION]
        delta -= kind[t, BY_SECOND] * lasted + kind[t, OVERTIME] * max(0, lasted - kind[t, USUAL])
    return delta


@njit(cache=True)
def _put(
    seg: Arrays, head: Arrays, r: int, p: int, v: int,
) -> None:  # fmt: skip
    """Put a location after position p."""
    for j in range(head[r, LENGTH], p + 1, -1):
        seg[r, j, 0] = seg[r, j - 1, 0]
    seg[r, p + 1, 0] = v
    head[r, LENGTH] += 1


@njit(cache=True)
def _remember(
    seg: Arrays, head: Arrays, r: int, touched: Arrays, kept: Arrays, kept_length: Arrays, count: int,
) -> int:  # fmt: skip
    """Keep a route as it is, once, so that the change can be taken back; how many are kept."""
    for i in range(count):
        if touched[i] == r:
            return count
    touched[count], kept_length[count] = r, head[r, LENGTH]
    for j in range(head[r, LENGTH]):
        kept[count, j] = seg[r, j, 0]
    return count + 1


@njit(cache=True)
def _insert(
    cost: Arrays, cost_t: Arrays, dur: Arrays, node: Arrays, dem: Arrays, kind: Arrays, cap: Arrays,
    ini: Arrays, type_of: Arrays, seg: Arrays, trip: Arrays, head: Arrays, at: Arrays, near: Arrays,
    price: Arrays, twin: Arrays, timed: bool, readied: bool, stop: int, rng: Arrays, blink: float,
    touched: Arrays, kept: Arrays, kept_length: Arrays, count: int, near_plain: int, near_trip: int,
    tries: Arrays,
) -> int:  # fmt: skip
    """Put a stop, or a twin of it with another window, where it costs least; the routes kept, or −1 − that if it stays out."""
    routes, dims, sites = len(type_of), dem.shape[1], kind.shape[1] - FIRST_SITE
    best, best_r, best_p, best_mode, best_site, best_c = IMPOSSIBLE, -1, 0, 0, 0, stop
    c = stop
    while True:
        for i in range(min(near.shape[1], near_plain)):
            x = near[c, i]
            r = at[x, 0]
            if r < 0:
                continue
            t = type_of[r]
            pr = kind[t, PROFILE]
            behind = cost_t[pr, c, x] + cost[pr, c, at[x, 3]] - at[x, 5]
            ahead = cost_t[pr, c, at[x, 2]] + cost[pr, c, x] - at[x, 4]
            for side in range(2):
                worth = behind if side == 0 else ahead
                if worth >= best or _chance(rng) < blink:
                    continue
                p = at[x, 1] - side
                if trip[r, seg[r, p, 7], 2] + dem[c, 0] > cap[t, 0]:
                    continue
                if timed or dims > 1 or kind[t, FURTHEST] < IMPOSSIBLE:
                    worth = _worth(
                        cost,
                        dur,
                        node,
                        dem,
                        kind,
                        cap,
                        ini,
                        type_of,
                        seg,
                        trip,
                        head,
                        timed,
                        readied,
                        r,
                        p,
                        c,
                        0,
                        0,
                        best,
                    )
                if worth < best:
                    best, best_r, best_p, best_mode, best_c = worth, r, p, 0, c
        for stage in range(2):
            tried = 0
            if stage == 0:
                for i in range(min(near.shape[1], near_trip) if sites else 0):
                    x = near[c, i]
                    r = at[x, 0]
                    for j in range(kind[type_of[r], SITES] if r >= 0 else 0):
                        for way in range(3):
                            tries[tried, 0], tries[tried, 1] = r, at[x, 1] - (way == 2)
                            tries[tried, 2], tries[tried, 3] = (
                                1 if way == 0 else 2,
                                kind[type_of[r], FIRST_SITE + j],
                            )
                            tried += 1
                last = -1
                for r in range(routes):
                    t, p = type_of[r], head[r, LENGTH] - 2
                    if p == 0:
                        if t == last:
                            continue
                        last = t
                        tries[tried, 0], tries[tried, 1], tries[tried, 2] = r, 0, 0
                        tried += 1
                    for j in range(kind[t, SITES] if p > 0 or kind[t, UNDER_WAY] else 0):
                        tries[tried, 0], tries[tried, 1] = r, p
                        tries[tried, 2], tries[tried, 3] = 1, kind[t, FIRST_SITE + j]
                        tried += 1
            elif best_r < 0:
                for r in range(routes):
                    for p in range(head[r, LENGTH] - 1):
                        tries[tried, 0], tries[tried, 1], tries[tried, 2] = r, p, 0
                        tried += 1
            for i in range(tried):
                if stage == 0 and _chance(rng) < blink:
                    continue
                r, p, mode, site = tries[i, 0], tries[i, 1], tries[i, 2], tries[i, 3]
                worth = _worth(
                    cost, dur, node, dem, kind, cap, ini, type_of, seg, trip, head, timed, readied, r, p, c, mode, site, best
                )  # fmt: skip
                if worth < best:
                    best, best_r, best_p, best_mode, best_site, best_c = worth, r, p, mode, site, c
        c = twin[c]
        if c == stop:
            break
    if best_r < 0 or best >= price[stop]:
        return -1 - count
    count = _remember(seg, head, best_r, touched, kept, kept_length, count)
    if best_mode == 2:
        _put(seg, head, best_r, best_p, best_site)
    _put(seg, head, best_r, best_p, best_c)
    if best_mode == 1:
        _put(seg, head, best_r, best_p, best_site)
    refresh(cost, dur, node, dem, kind, cap, ini, type_of, seg, trip, head, at, timed, best_r)
    return count


@njit(cache=True)
def _tidy(
    cost: Arrays, dur: Arrays, node: Arrays, dem: Arrays, kind: Arrays, cap: Arrays, ini: Arrays,
    type_of: Arrays, seg: Arrays, trip: Arrays, head: Arrays, at: Arrays, timed: bool, r: int,
) -> None:  # fmt: skip
    """Take out unloadings that separate nothing, and those between trips that fit into one."""
    n, dims, t, m = len(dem), dem.shape[1], type_of[r], head[r, LENGTH]
    if kind[t, SITES] > 0:
        w = 1
        for p in range(1, m):
            v = seg[r, p, 0]
            if (
                v >= n
                and p < m - 1
                and ((w == 1 and not kind[t, UNDER_WAY]) or (w > 1 and seg[r, w - 1, 0] >= n))
            ):
                continue
            if p == m - 1:
                while w > 1 and seg[r, w - 1, 0] >= n:
                    w -= 1
            seg[r, w, 0] = v
            w += 1
        head[r, LENGTH] = w
    refresh(cost, dur, node, dem, kind, cap, ini, type_of, seg, trip, head, at, timed, r)
    k = 1
    while k < head[r, TRIPS]:
        fits = True
        for q in range(dims):
            if trip[r, k - 1, 2 + q] + trip[r, k, 2 + q] > cap[t, q]:
                fits = False
        if fits:
            p, before = trip[r, k, 0], head[r, COST]
            v = seg[r, p, 0]
            for j in range(p, head[r, LENGTH] - 1):
                seg[r, j, 0] = seg[r, j + 1, 0]
            head[r, LENGTH] -= 1
            if (
                refresh(cost, dur, node, dem, kind, cap, ini, type_of, seg, trip, head, at, timed, r)
                and head[r, COST] <= before
            ):
                continue
            _put(seg, head, r, p - 1, v)
            refresh(cost, dur, node, dem, kind, cap, ini, type_of, seg, trip, head, at, timed, r)
        k += 1


@njit(cache=True)
def anneal(
    cost: Arrays, cost_t: Arrays, dur: Arrays, node: Arrays, dem: Arrays, kind: Arrays, cap: Arrays,
    ini: Arrays, type_of: Arrays, seg: Arrays, trip: Arrays, head: Arrays, at: Arrays, near: Arrays,
    price: Arrays, twin: Arrays, timed: bool, readied: bool, rng: Arrays, out: Arrays, best_seq: Arrays,
    best_length: Arrays, costs: Arrays, samples: Arrays, iterations: int, hot: float, cold: float,
    removed: float, longest: float, blink: float, near_plain: int, near_trip: int, every: int,
) -> int:  # fmt: skip
    """Ruin and recreate for some iterations, from one temperature to another.

    ``out``: stops in no route, their number in the last place; ``costs``: best and current objective. Both are kept up to date. Every
    ``every`` iterations the current routes are written to ``samples`` (rows: length, then −1 − route and its locations); how many rows.
    """
    n, routes, width = len(dem), len(type_of), seg.shape[1]
    touched, kept_length = np.empty(routes, np.int64), np.empty(routes, np.int64)
    kept = np.empty((routes, width), np.int64)
    key, out_before = np.empty(n, np.float64), np.empty(n, np.int64)
    ruined = np.zeros(routes, np.int64)
    sites = kind.shape[1] - FIRST_SITE
    tries = np.zeros(
        (3 * sites * near_trip + routes * (sites + 2) + n + routes * (TRIPS_MOST + 2), 4), np.int64
    )
    temperature = hot
    cooling = (cold / hot) ** (1.0 / max(1, iterations))
    taken = 0
    outside = out[n]
    for iteration in range(1, iterations + 1):
        temperature *= cooling
        outside_before = outside
        for i in range(outside):
            out_before[i] = out[i]
        count = used = 0
        for r in range(routes):
            used += head[r, LENGTH] > 2
        string = min(longest, (n - outside) / max(1, used))
        strings = int(_chance(rng) * (4.0 * removed / (1.0 + string) - 1.0) + 1.0)
        seed = int(_chance(rng) * n)
        for i in range(-1, near.shape[1]):
            if strings <= 0:
                break
            c = seed if i < 0 else near[seed, i]
            r = at[c, 0]
            if r < 0 or ruined[r] == iteration:
                continue
            ruined[r] = iteration
            strings -= 1
            count = _remember(seg, head, r, touched, kept, kept_length, count)
            m = head[r, LENGTH] - 2
            length = min(m, int(_chance(rng) * min(float(m), string) + 1.0))
            spared = 1 if 1 < length < m and _chance(rng) < 0.5 else 0
            span = length + spared
            low, high = max(1, at[c, 1] - span + 1), min(at[c, 1], m - span + 1)
            first = low + int(_chance(rng) * (high - low + 1))
            spare = first + int(_chance(rng) * span) if spared else -1
            w = first
            for j in range(first, head[r, LENGTH]):
                v = seg[r, j, 0]
                if j < first + span and j != spare and v < n:
                    out[outside] = v
                    outside += 1
                    at[v, 0] = -1
                else:
                    seg[r, w, 0] = v
                    w += 1
            head[r, LENGTH] = w
            _tidy(cost, dur, node, dem, kind, cap, ini, type_of, seg, trip, head, at, timed, r)
        order = int(_chance(rng) * (13 if timed else 11))
        for i in range(outside):
            v = out[i]
            if order < 4:
                key[i] = _chance(rng)
            elif order < 8:
                key[i] = -float(dem[v, 0])
            elif order < 10:
                key[i] = -float(cost[0, kind[0, START], v])
            elif order < 11:
                key[i] = float(cost[0, kind[0, START], v])
            elif order < 12:
                key[i] = float(node[v, 1] - node[v, 0])
            else:
                key[i] = float(node[v, 1])
        for i in range(1, outside):
            value, v, j = key[i], out[i], i - 1
            while j >= 0 and key[j] > value:
                key[j + 1], out[j + 1] = key[j], out[j]
                j -= 1
            key[j + 1], out[j + 1] = value, v
        still = 0
        for i in range(outside):
            c = out[i]
            done = _insert(
                cost, cost_t, dur, node, dem, kind, cap, ini, type_of, seg, trip, head, at, near, price, twin,
                timed, readied, c, rng, blink, touched, kept, kept_length, count, near_plain, near_trip, tries,
            )  # fmt: skip
            if done < 0:
                out[still] = c
                still += 1
            else:
                count = done
        outside = still
        objective = 0.0
        for r in range(routes):
            objective += head[r, COST]
        for i in range(outside):
            objective += price[out[i]]
        if objective < costs[1] - temperature * np.log(_chance(rng) + 1e-300):
            costs[1] = objective
            if objective < costs[0] - 0.5:
                costs[0] = objective
                for r in range(routes):
                    best_length[r] = head[r, LENGTH]
                    for j in range(head[r, LENGTH]):
                        best_seq[r, j] = seg[r, j, 0]
        else:
            for i in range(count):
                for j in range(1, head[touched[i], LENGTH] - 1):
                    v = seg[touched[i], j, 0]
                    if v < n:
                        at[v, 0] = -1
            for i in range(count):
                r = touched[i]
                head[r, LENGTH] = kept_length[i]
                for j in range(kept_length[i]):
                    seg[r, j, 0] = kept[i, j]
                refresh(cost, dur, node, dem, kind, cap, ini, type_of, seg, trip, head, at, timed, r)
            outside = outside_before
            for i in range(outside):
                out[i] = out_before[i]
        if iteration % every == 0 and taken < len(samples) and costs[1] < costs[0] * 1.03:
            w = 1
            for r in range(routes):
                if head[r, LENGTH] > 2:
                    samples[taken, w] = -1 - r
                    w += 1
                    for j in range(1, head[r, LENGTH] - 1):
                        samples[taken, w] = seg[r, j, 0]
                        w += 1
            samples[taken, 0] = w
            taken += 1
    out[n] = outside
    return taken
