"""Ruin and recreate over streets, compiled: strings of neighbouring tasks are taken out of tours and put back where they cost least.

Christiaens and Vanden Berghe 2020 (Slack Induction by String Removals, doi 10.1287/trsc.2019.0914) with directions chosen inside the move
evaluation (Vidal 2017, doi 10.1287/opre.2017.1595): of every tour the cheapest way to each of its tasks and from each on is known for both
directions of that task, so a task is put between two others in constant time with the best directions of everything before and behind.

Every tour keeps loads and shift at all times; what does not fit stays out at its price. Lateness, overtime, foreign zones and moved tasks
cost. Refills are elements of a tour like tasks, put in where a load runs out and taken out where they are not needed.

One module, although it is long: numba's cache knows only of changes in the file of the function that was compiled. Arrays are passed one
by one: in tuples each call would count their references.

Elements: tasks from 0 up, then stores, then starts, then ends; node 2v + m is element v in direction m. Arrays: ``cost`` and ``cost_t``
(transposed; classes of rates, nodes, nodes): tenge of the way from leaving one node to entering another; ``dur`` (profiles, nodes, nodes):
its seconds; ``work`` and ``lasts`` (types, nodes): what doing it costs and takes; ``dem``, ``due``, ``late`` (elements): kilograms, second,
cost of a second's lateness; ``kind`` (types, columns below); ``type_of`` (tours). Tours: ``seq`` (tours, positions); ``fw``, ``bw``
(tours, positions, 2): cheapest way to having done this element so, and from beginning it so to the end; ``tf``, ``tb``: the seconds of these
ways; ``tail`` (tours, positions, 3): when it is done on the cheapest way, the least time left before a deadline from here on, cost of
lateness from here on; ``trip`` (tours, positions): number of refills before; ``load`` (tours, trips); ``head`` (tours, columns below).
``at`` (tasks, 2): tour (−1: none) and position.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

NO_WAY = 1 << 30
"""In costs of ways and work: there is none; more than any price."""
IMPOSSIBLE = 1 << 50
TRIPS_MOST = 40
(
    CLASS,
    PROFILE,
    START,
    END,
    OPENS,
    LONGEST,
    USUAL,
    FIXED,
    BY_SECOND,
    OVERTIME,
    CAPACITY,
    FIRST_LOAD,
    UNDER_WAY,
    REST_FROM,
    REST_TO,
    REST_S,
    REFILLS,
    KIND_COLUMNS,
) = range(18)
"""Columns of ``kind``; rest times from the shift's opening on."""
LENGTH, TRIPS, COST, LASTS, LINEAR, EXCESS, HEAD_COLUMNS = range(7)

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
    cost: Arrays, dur: Arrays, work: Arrays, lasts: Arrays, dem: Arrays, due: Arrays, late: Arrays,
    kind: Arrays, type_of: Arrays, seq: Arrays, fw: Arrays, bw: Arrays, tf: Arrays, tb: Arrays,
    tail: Arrays, came: Arrays, trip: Arrays, load: Arrays, head: Arrays, at: Arrays, timed: bool, r: int,
) -> bool:  # fmt: skip
    """Reckon everything of a tour anew; whether it is legal."""
    n, t, m = len(at), type_of[r], head[r, LENGTH]
    c, q = kind[t, CLASS], kind[t, PROFILE]
    legal = True
    k = 0
    load[r, 0] = 0
    trip[r, 0] = 0
    for p in range(1, m):
        v = seq[r, p]
        if v < n:
            at[v, 0], at[v, 1] = r, p
            load[r, k] += dem[v]
        elif p < m - 1:
            k += 1
            load[r, k] = 0
        trip[r, p] = k
    head[r, TRIPS] = k + 1
    head[r, EXCESS] = 0
    if kind[t, CAPACITY] >= 0:
        head[r, EXCESS] = max(0, load[r, 0] - kind[t, FIRST_LOAD])
        for j in range(1, k + 1):
            head[r, EXCESS] += max(0, load[r, j] - kind[t, CAPACITY])
    fw[r, 0, 0], fw[r, 0, 1] = 0, IMPOSSIBLE
    tf[r, 0, 0], tf[r, 0, 1] = 0, 0
    rests, rest_from = kind[t, REST_S] > 0, kind[t, REST_FROM]
    for p in range(1, m):
        u, v = seq[r, p - 1], seq[r, p]
        for j in range(2):
            here = 2 * v + j
            a = fw[r, p - 1, 0] + cost[c, 2 * u, here]
            b = fw[r, p - 1, 1] + cost[c, 2 * u + 1, here]
            i = 0 if a <= b else 1
            came[r, p, j] = i
            fw[r, p, j] = min(a, b) + work[t, here]
            if timed:
                done = tf[r, p - 1, i] + dur[q, 2 * u + i, here] + lasts[t, here]
                tf[r, p, j] = done
                if late[v] > 0:
                    if rests and tf[r, p - 1, i] >= rest_from:
                        done += kind[t, REST_S]
                    over = done + kind[t, OPENS] - due[v]
                    if over > 0:
                        fw[r, p, j] += over * late[v]
    v = seq[r, m - 1]
    bw[r, m - 1, 0], bw[r, m - 1, 1] = 0, IMPOSSIBLE
    tb[r, m - 1, 0] = 0
    for p in range(m - 2, -1, -1):
        u, v = seq[r, p], seq[r, p + 1]
        for j in range(2):
            here = 2 * u + j
            a = cost[c, here, 2 * v] + bw[r, p + 1, 0]
            b = cost[c, here, 2 * v + 1] + bw[r, p + 1, 1]
            i = 0 if a <= b else 1
            bw[r, p, j] = min(a, b) + work[t, here]
            if timed:
                tb[r, p, j] = lasts[t, here] + dur[q, here, 2 * v + i] + tb[r, p + 1, i]
    head[r, LINEAR] = fw[r, m - 1, 0]
    if not timed:
        if fw[r, m - 1, 0] >= NO_WAY:
            legal = False
        head[r, LASTS] = 0
        head[r, COST] = 0
        if m > 2 or kind[t, UNDER_WAY]:
            head[r, COST] = fw[r, m - 1, 0] + kind[t, FIXED]
        return legal
    j = 0
    for p in range(m - 1, 0, -1):
        tail[r, p, 0] = j
        j = came[r, p, j]
    tail[r, 0, 0] = 0
    shift, pending, i = 0, False, 0
    took = tf[r, m - 1, 0]
    if rests and took > kind[t, REST_TO] and kind[t, REST_TO] >= 0:
        pending = True
    now, total = 0, 0
    if pending and now >= rest_from:
        now += kind[t, REST_S]
        shift += kind[t, REST_S]
        pending = False
    for p in range(1, m):
        u, v = seq[r, p - 1], seq[r, p]
        j = tail[r, p, 0]
        here = 2 * v + j
        step = dur[q, 2 * u + i, here] + lasts[t, here]
        if pending and (now + step > kind[t, REST_TO] or p == m - 1):
            waits = max(0, rest_from - now)
            now += waits + kind[t, REST_S]
            shift += waits + kind[t, REST_S]
            pending = False
        now += step
        step_cost = cost[c, 2 * u + i, here] + work[t, here]
        if step_cost >= NO_WAY:
            legal = False
        total += step_cost
        tail[r, p, 0] = now
        if late[v] > 0 and now + kind[t, OPENS] > due[v]:
            total += (now + kind[t, OPENS] - due[v]) * late[v]
        if pending and now >= rest_from:
            now += kind[t, REST_S]
            shift += kind[t, REST_S]
            pending = False
        i = j
    end = tail[r, m - 1, 0]
    left, behind = IMPOSSIBLE, 0
    for p in range(m - 1, 0, -1):
        v = seq[r, p]
        if late[v] > 0:
            spare = due[v] - kind[t, OPENS] - tail[r, p, 0]
            left = min(left, spare)
            if spare < 0:
                behind -= spare * late[v]
        tail[r, p, 1], tail[r, p, 2] = left, behind
    if end > kind[t, LONGEST]:
        legal = False
    head[r, LASTS] = end
    head[r, COST] = 0
    if m > 2 or kind[t, UNDER_WAY]:
        head[r, COST] = total + kind[t, FIXED] + kind[t, BY_SECOND] * shift
        if end > kind[t, USUAL]:
            head[r, COST] += kind[t, OVERTIME] * (end - kind[t, USUAL])
    return legal


@njit(cache=True)
def _times(
    cost: Arrays, cost_t: Arrays, dur: Arrays, work: Arrays, lasts: Arrays, due: Arrays, late: Arrays,
    kind: Arrays, type_of: Arrays, seq: Arrays, fw: Arrays, bw: Arrays, tf: Arrays, tb: Arrays,
    tail: Arrays, head: Arrays, r: int, p: int, v: int, store: int, where: int, limit: int,
) -> int:  # fmt: skip
    """What the time of an insertion costs beyond the ways: lateness and overtime; IMPOSSIBLE beyond the shift or a limit.

    ``where``: 0 the task alone, 1 behind a refill, 2 before one.
    """
    t, m = type_of[r], head[r, LENGTH]
    c, q = kind[t, CLASS], kind[t, PROFILE]
    x, y = seq[r, p], seq[r, p + 1]
    spent0, spent1 = tf[r, p, 0], tf[r, p, 1]
    worth0, worth1 = fw[r, p, 0], fw[r, p, 1]
    before = x
    done = 0
    for step in range(1 if where == 0 else 2):
        e = v
        if where != 0 and step == where - 1:
            e = store
        a, b = worth0 + cost[c, 2 * before, 2 * e], worth1 + cost[c, 2 * before + 1, 2 * e]
        s0 = spent0 + dur[q, 2 * before, 2 * e] if a <= b else spent1 + dur[q, 2 * before + 1, 2 * e]
        w0 = min(a, b) + work[t, 2 * e]
        a, b = worth0 + cost[c, 2 * before, 2 * e + 1], worth1 + cost[c, 2 * before + 1, 2 * e + 1]
        s1 = spent0 + dur[q, 2 * before, 2 * e + 1] if a <= b else spent1 + dur[q, 2 * before + 1, 2 * e + 1]
        w1 = min(a, b) + work[t, 2 * e + 1]
        s0 += lasts[t, 2 * e]
        s1 += lasts[t, 2 * e + 1]
        if e == v:
            done = s0 if w0 <= w1 else s1
        spent0, spent1, worth0, worth1, before = s0, s1, w0, w1, e
    best, reach, whole = IMPOSSIBLE, 0, 0
    for j in range(2):
        for i in range(2):
            w = (worth0 if i == 0 else worth1) + cost[c, 2 * before + i, 2 * y + j] + bw[r, p + 1, j]
            if w < best:
                best = w
                reach = (spent0 if i == 0 else spent1) + dur[q, 2 * before + i, 2 * y + j]
                whole = reach + tb[r, p + 1, j]
                reach += lasts[t, 2 * y + j]
    rest = kind[t, REST_S]
    resting = rest > 0 and kind[t, REST_TO] >= 0 and whole > kind[t, REST_TO]
    if resting:
        whole += rest
    if whole > kind[t, LONGEST]:
        return IMPOSSIBLE
    extra = 0
    if resting:
        if done - lasts[t, 2 * v] >= kind[t, REST_FROM]:
            done += rest
        if reach - lasts[t, 2 * y] >= kind[t, REST_FROM]:
            reach += rest
    over, was = max(0, whole - kind[t, USUAL]), max(0, head[r, LASTS] - kind[t, USUAL])
    extra += kind[t, OVERTIME] * (over - was)
    if late[v] > 0:
        extra += late[v] * max(0, done + kind[t, OPENS] - due[v])
    later = reach - tail[r, p + 1, 0]
    if later != 0 and (later > tail[r, p + 1, 1] or tail[r, p + 1, 2] > 0):
        for j in range(p + 1, m - 1):
            e = seq[r, j]
            if late[e] > 0:
                spare = due[e] - kind[t, OPENS] - tail[r, j, 0]
                extra += late[e] * (max(0, later - spare) - max(0, -spare))
                if extra >= limit:
                    return IMPOSSIBLE
    return extra


@njit(cache=True)
def _insert(
    cost: Arrays, cost_t: Arrays, dur: Arrays, work: Arrays, lasts: Arrays, dem: Arrays, due: Arrays,
    late: Arrays, kind: Arrays, type_of: Arrays, seq: Arrays, fw: Arrays, bw: Arrays, tf: Arrays,
    tb: Arrays, tail: Arrays, trip: Arrays, load: Arrays, head: Arrays, at: Arrays, stores: int,
    timed: bool, v: int, price: int, rng: Arrays, blink: float, found: Arrays, penalty: float,
    near: Arrays, near_insert: int, stretch: Arrays,
) -> int:  # fmt: skip
    """Where a task costs least: the tour (−1: it stays out), and in ``found`` position, way (0 to 2) and store."""
    n, tours = len(at), len(type_of)
    best, best_r = price, -1
    last_unused = -1
    count = 0
    if near_insert > 0:
        for i in range(min(near_insert, near.shape[1])):
            x = near[v, i]
            r = at[x, 0]
            if r >= 0:
                stretch[count, 0], stretch[count, 1], stretch[count, 2] = r, at[x, 1] - 1, at[x, 1]
                count += 1
        for r in range(tours):
            m = head[r, LENGTH]
            stretch[count, 0], stretch[count, 1], stretch[count, 2] = r, 0, 0
            count += 1
            if m > 2:
                stretch[count, 0], stretch[count, 1], stretch[count, 2] = r, m - 2, m - 2
                count += 1
    else:
        for r in range(tours):
            stretch[count, 0], stretch[count, 1], stretch[count, 2] = r, 0, head[r, LENGTH] - 2
            count += 1
    for i in range(count):
        r, first, last = stretch[i, 0], stretch[i, 1], stretch[i, 2]
        t, m = type_of[r], head[r, LENGTH]
        w0, w1 = work[t, 2 * v], work[t, 2 * v + 1]
        if w0 >= NO_WAY and w1 >= NO_WAY:
            continue
        whole = head[r, LINEAR]
        if m == 2 and not kind[t, UNDER_WAY]:
            if t == last_unused:
                continue
            last_unused = t
            whole = -kind[t, FIXED]
        capacity = kind[t, CAPACITY]
        refills = capacity >= 0 and kind[t, REFILLS] > 0 and dem[v] <= capacity
        dearer = 0
        if capacity >= 0 and not refills:
            room = kind[t, FIRST_LOAD] - load[r, 0]
            if dem[v] > room:
                if penalty <= 0.0:
                    continue
                dearer = int(penalty * min(dem[v], dem[v] - room))
                if dearer >= best:
                    continue
        c = kind[t, CLASS]
        whole -= dearer
        row0, row1 = 2 * v, 2 * v + 1
        x = seq[r, first]
        f0, f1 = fw[r, first, 0], fw[r, first, 1]
        for p in range(first, last + 1):
            y = seq[r, p + 1]
            fits = True
            if refills:
                k = trip[r, p]
                if load[r, k] + dem[v] > (kind[t, FIRST_LOAD] if k == 0 else capacity):
                    fits = False
            if fits:
                b0, b1 = bw[r, p + 1, 0], bw[r, p + 1, 1]
                one = w0 + min(f0 + cost_t[c, row0, 2 * x], f1 + cost_t[c, row0, 2 * x + 1])
                one += min(cost[c, row0, 2 * y] + b0, cost[c, row0, 2 * y + 1] + b1)
                two = w1 + min(f0 + cost_t[c, row1, 2 * x], f1 + cost_t[c, row1, 2 * x + 1])
                two += min(cost[c, row1, 2 * y] + b0, cost[c, row1, 2 * y + 1] + b1)
                worth = min(one, two) - whole
                if timed:
                    worth += tail[r, p + 1, 2]
                if worth < best and _chance(rng) >= blink:
                    if timed:
                        worth += _times(
                            cost, cost_t, dur, work, lasts, due, late, kind, type_of, seq, fw, bw, tf, tb,
                            tail, head, r, p, v, 0, 0, best - worth,
                        )  # fmt: skip
                    if worth < best:
                        best, best_r, found[0], found[1], found[2] = worth, r, p, 0, 0
            elif refills and head[r, TRIPS] <= kind[t, REFILLS] and head[r, TRIPS] < TRIPS_MOST:
                k = trip[r, p]
                before = 0
                j = p
                while j > 0 and seq[r, j] < n:
                    before += dem[seq[r, j]]
                    j -= 1
                behind = load[r, k] - before
                for way in range(1, 3):
                    if way == 1 and behind + dem[v] > capacity:
                        continue
                    if way == 2 and (
                        behind > capacity or before + dem[v] > (kind[t, FIRST_LOAD] if k == 0 else capacity)
                    ):
                        continue
                    for s in range(n, n + stores):
                        worth = _over_store(cost, work, t, c, fw, bw, r, p, x, y, v, s, way) - whole
                        if timed:
                            worth += tail[r, p + 1, 2]
                        if worth < best and _chance(rng) >= blink:
                            if timed:
                                worth += _times(
                                    cost, cost_t, dur, work, lasts, due, late, kind, type_of, seq, fw, bw,
                                    tf, tb, tail, head, r, p, v, s, way, best - worth,
                                )  # fmt: skip
                            if worth < best:
                                best, best_r, found[0], found[1], found[2] = worth, r, p, way, s
            x = y
            f0, f1 = fw[r, p + 1, 0], fw[r, p + 1, 1]
    return best_r


@njit(cache=True)
def _over_store(
    cost: Arrays, work: Arrays, t: int, c: int, fw: Arrays, bw: Arrays, r: int, p: int, x: int, y: int,
    v: int, s: int, way: int,
) -> int:  # fmt: skip
    """The cheapest way of a tour with a task and a refill between two elements."""
    first, second = (s, v) if way == 1 else (v, s)
    a0 = min(fw[r, p, 0] + cost[c, 2 * x, 2 * first], fw[r, p, 1] + cost[c, 2 * x + 1, 2 * first])
    a1 = min(fw[r, p, 0] + cost[c, 2 * x, 2 * first + 1], fw[r, p, 1] + cost[c, 2 * x + 1, 2 * first + 1])
    a0 += work[t, 2 * first]
    a1 += work[t, 2 * first + 1]
    b0 = min(a0 + cost[c, 2 * first, 2 * second], a1 + cost[c, 2 * first + 1, 2 * second])
    b1 = min(a0 + cost[c, 2 * first, 2 * second + 1], a1 + cost[c, 2 * first + 1, 2 * second + 1])
    b0 += work[t, 2 * second]
    b1 += work[t, 2 * second + 1]
    return min(
        min(b0 + cost[c, 2 * second, 2 * y], b1 + cost[c, 2 * second + 1, 2 * y]) + bw[r, p + 1, 0],
        min(b0 + cost[c, 2 * second, 2 * y + 1], b1 + cost[c, 2 * second + 1, 2 * y + 1]) + bw[r, p + 1, 1],
    )


@njit(cache=True)
def _put(seq: Arrays, head: Arrays, r: int, p: int, v: int) -> None:
    """Put an element after position p."""
    for j in range(head[r, LENGTH], p + 1, -1):
        seq[r, j] = seq[r, j - 1]
    seq[r, p + 1] = v
    head[r, LENGTH] += 1


@njit(cache=True)
def _tidy(dem: Arrays, kind: Arrays, type_of: Arrays, seq: Arrays, head: Arrays, n: int, r: int) -> None:
    """Take out refills that are not needed: before the end, behind another, or where the load before lasts."""
    t = type_of[r]
    capacity = kind[t, CAPACITY]
    if capacity < 0:
        return
    p = 1
    has, spent = kind[t, FIRST_LOAD], 0
    while p < head[r, LENGTH] - 1:
        v = seq[r, p]
        if v < n:
            spent += dem[v]
            p += 1
            continue
        behind = 0
        j = p + 1
        while j < head[r, LENGTH] - 1 and seq[r, j] < n:
            behind += dem[seq[r, j]]
            j += 1
        if spent + behind <= has:
            for i in range(p, head[r, LENGTH] - 1):
                seq[r, i] = seq[r, i + 1]
            head[r, LENGTH] -= 1
        else:
            has, spent = capacity, 0
            p += 1


@njit(cache=True)
def _remember(
    seq: Arrays, head: Arrays, r: int, touched: Arrays, kept: Arrays, kept_length: Arrays, count: int,
) -> int:  # fmt: skip
    """Keep a tour as it is, once, so that the change can be taken back; how many are kept."""
    for i in range(count):
        if touched[i] == r:
            return count
    touched[count], kept_length[count] = r, head[r, LENGTH]
    for j in range(head[r, LENGTH]):
        kept[count, j] = seq[r, j]
    return count + 1


@njit(cache=True)
def _pool(
    seq: Arrays, head: Arrays, type_of: Arrays, r: int, n: int, whole: int, signs: Arrays, pool_key: Arrays,
    pool_head: Arrays, pool_seq: Arrays,
) -> None:  # fmt: skip
    """Keep a tour in its place in the table of tours seen, unless a dearer plan's tour would push out that of a cheaper one.

    ``pool_head``: cost, cost of the cheapest plan that held it, type, length.
    """
    m = head[r, LENGTH]
    if m - 2 > pool_seq.shape[1] or m == 2:
        return
    sign = signs[n + type_of[r]]
    for p in range(1, m - 1):
        sign ^= signs[seq[r, p]] if seq[r, p] < n else np.uint64(0)
    place = int((sign >> np.uint64(20)) % np.uint64(len(pool_key)))
    if pool_key[place] == sign:
        pool_head[place, 1] = min(pool_head[place, 1], whole)
        if pool_head[place, 0] <= head[r, COST]:
            return
    elif pool_key[place] != np.uint64(0):
        if pool_head[place, 1] < whole:
            return
        pool_head[place, 1] = whole
    else:
        pool_head[place, 1] = whole
    pool_key[place] = sign
    pool_head[place, 0], pool_head[place, 2], pool_head[place, 3] = head[r, COST], type_of[r], m - 2
    for p in range(1, m - 1):
        pool_seq[place, p - 1] = seq[r, p]


@njit(cache=True)
def run(
    cost: Arrays, cost_t: Arrays, dur: Arrays, work: Arrays, lasts: Arrays, dem: Arrays, due: Arrays,
    late: Arrays, kind: Arrays, type_of: Arrays, seq: Arrays, fw: Arrays, bw: Arrays, tf: Arrays,
    tb: Arrays, tail: Arrays, came: Arrays, trip: Arrays, load: Arrays, head: Arrays, at: Arrays,
    stores: int, timed: bool, near: Arrays, far: Arrays, price: Arrays, absent: Arrays, state: Arrays,
    rng: Arrays, touched: Arrays, kept: Arrays, kept_length: Arrays, best_seq: Arrays,
    best_length: Arrays, iterations: int, hot: float, cold: float, removed_mean: float, string_most: int,
    blink: float, orders: Arrays, found: Arrays, out: Arrays, key: Arrays, was_absent: Arrays,
    signs: Arrays, pool_key: Arrays, pool_head: Arrays, pool_seq: Arrays, pens: Arrays,
    near_insert: int, stretch: Arrays,
) -> None:  # fmt: skip
    """So many times: ruin, recreate, keep or take back.

    ``state``: cost now, best cost, number of absent tasks, iterations done, times that the best was improved. ``absent`` lists those.
    """
    n, tours, width = len(at), len(type_of), seq.shape[1]
    for number in range(iterations):
        heat = hot * (cold / hot) ** (number / iterations)
        most = state[0] - heat * np.log(_chance(rng) + 1e-300)
        count, gone = 0, state[2]
        for i in range(gone):
            was_absent[i] = absent[i]
        used, total = 0, 0
        for r in range(tours):
            if head[r, LENGTH] > 2:
                used += 1
                total += head[r, LENGTH] - 2
        if used > 0:
            longest = min(float(string_most), total / used)
            strings_most = 4.0 * removed_mean / (1.0 + longest) - 1.0
            strings = int(_chance(rng) * strings_most + 1.0)
            seed = int(_chance(rng) * n)
            i = -1
            done = 0
            while done < strings and i < near.shape[1]:
                x = seed if i < 0 else near[seed, i]
                i += 1
                r = at[x, 0]
                if r < 0:
                    continue
                again = False
                for j in range(count):
                    if touched[j] == r:
                        again = True
                if again:
                    continue
                count = _remember(seq, head, r, touched, kept, kept_length, count)
                size = head[r, LENGTH] - 2
                length = min(size, int(_chance(rng) * min(float(size), longest) + 1.0))
                spared = 0
                if length > 1 and length < size and _chance(rng) < 0.5:
                    spared = 1
                    while length + spared < size and _chance(rng) < 0.01:
                        spared += 1
                span = length + spared
                p = at[x, 1]
                first = max(1, p - span + 1)
                last = min(p, size - span + 1)
                first += int(_chance(rng) * (last - first + 1))
                skip = -1
                if spared > 0:
                    skip = first + int(_chance(rng) * (length + 1))
                q = 1
                for j in range(1, size + 1):
                    e = seq[r, j]
                    inside = first <= j < first + span and not (skip <= j < skip + spared and spared > 0)
                    if inside and e < n:
                        at[e, 0] = -1
                        absent[gone] = e
                        gone += 1
                    else:
                        seq[r, q] = e
                        q += 1
                seq[r, q] = seq[r, size + 1]
                head[r, LENGTH] = q + 1
                if stores > 0:
                    _tidy(dem, kind, type_of, seq, head, n, r)
                refresh(
                    cost, dur, work, lasts, dem, due, late, kind, type_of, seq, fw, bw, tf, tb, tail, came,
                    trip, load, head, at, timed, r,
                )  # fmt: skip
                done += 1
        pick = _chance(rng) * orders[4]
        for i in range(gone):
            e = absent[i]
            noise = _chance(rng)
            if pick < orders[0]:
                key[i] = noise
            elif pick < orders[1]:
                key[i] = -float(dem[e]) + noise
            elif pick < orders[2]:
                key[i] = -float(far[e]) + noise
            elif pick < orders[3]:
                key[i] = float(far[e]) + noise
            else:
                key[i] = float(due[e]) / 60.0 - float(late[e]) + noise
        for i in range(1, gone):
            e, k = absent[i], key[i]
            j = i - 1
            while j >= 0 and key[j] > k:
                absent[j + 1], key[j + 1] = absent[j], key[j]
                j -= 1
            absent[j + 1], key[j + 1] = e, k
        left, dear = 0, 0.0
        for r in range(tours):
            dear += head[r, COST] + pens[0] * head[r, EXCESS]
        for i in range(gone):
            e = absent[i]
            if dear >= most:
                for j in range(i, gone):
                    out[left] = absent[j]
                    left += 1
                break
            r = _insert(
                cost, cost_t, dur, work, lasts, dem, due, late, kind, type_of, seq, fw, bw, tf, tb, tail,
                trip, load, head, at, stores, timed, e, price[e], rng, blink, found,
                pens[0], near, near_insert, stretch,
            )  # fmt: skip
            if r >= 0 and head[r, LENGTH] + 2 < width:
                count = _remember(seq, head, r, touched, kept, kept_length, count)
                dear -= head[r, COST] + pens[0] * head[r, EXCESS]
                changed = r
                p, way, s = found[0], found[1], found[2]
                if way == 2:
                    _put(seq, head, r, p, s)
                _put(seq, head, r, p, e)
                if way == 1:
                    _put(seq, head, r, p, s)
                legal = refresh(
                    cost, dur, work, lasts, dem, due, late, kind, type_of, seq, fw, bw, tf, tb, tail, came,
                    trip, load, head, at, timed, r,
                )  # fmt: skip
                if not legal:
                    q = p + 1
                    size = 1 if way == 0 else 2
                    for j in range(q, head[r, LENGTH] - size):
                        seq[r, j] = seq[r, j + size]
                    head[r, LENGTH] -= size
                    at[e, 0] = -1
                    refresh(
                        cost, dur, work, lasts, dem, due, late, kind, type_of, seq, fw, bw, tf, tb, tail,
                        came, trip, load, head, at, timed, r,
                    )  # fmt: skip
                    r = -1
                dear += head[changed, COST] + pens[0] * head[changed, EXCESS]
            else:
                r = -1
            if r < 0:
                out[left] = e
                left += 1
                dear += price[e]
        now, over = 0, 0
        for r in range(tours):
            now += head[r, COST]
            over += head[r, EXCESS]
        plain = now
        for i in range(left):
            plain += price[out[i]]
        now = plain + int(pens[0] * over)
        state[3] += 1
        if pens[0] > 0.0 and dear < most:
            state[5] += over == 0
            state[6] += 1
            if state[6] >= 200:
                share = state[5] / state[6]
                was = pens[0]
                if share < pens[1]:
                    pens[0] = min(pens[3], was * 1.1)
                else:
                    pens[0] = max(pens[2], was / 1.1)
                state[5] = state[6] = 0
                state[0] += int((pens[0] - was) * state[7])
                now = plain + int(pens[0] * over)
        if now < most:
            state[0] = now
            state[2] = left
            state[7] = over
            for i in range(left):
                absent[i] = out[i]
            if len(pool_key) > 0:
                for i in range(count):
                    if head[touched[i], EXCESS] > 0:
                        continue
                    _pool(seq, head, type_of, touched[i], n, now, signs, pool_key, pool_head, pool_seq)
            if over == 0 and plain < state[1]:
                state[1] = plain
                state[4] += 1
                for r in range(tours):
                    best_length[r] = head[r, LENGTH]
                    for j in range(head[r, LENGTH]):
                        best_seq[r, j] = seq[r, j]
        else:
            for i in range(left):
                at[out[i], 0] = -1
            for i in range(count):
                r = touched[i]
                head[r, LENGTH] = kept_length[i]
                for j in range(kept_length[i]):
                    seq[r, j] = kept[i, j]
            for i in range(count):
                refresh(
                    cost, dur, work, lasts, dem, due, late, kind, type_of, seq, fw, bw, tf, tb, tail, came,
                    trip, load, head, at, timed, touched[i],
                )  # fmt: skip
            for i in range(state[2]):
                absent[i] = was_absent[i]
                at[absent[i], 0] = -1
