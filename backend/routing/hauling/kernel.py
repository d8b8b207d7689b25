"""A hauling night played event by event, compiled: loaders, queues of trucks, dumps; and slots of loaders filled with trucks, one by one.

One module, although it is long: numba's cache knows only of changes in the file of the function that was compiled. Volumes are litres here,
so that they add up to the last one.

Arrays: ``sec`` and ``met`` (profiles, places, places); ``part`` (parts, 3): place, litres, due; ``lo`` and ``tr`` (loaders and trucks, columns below);
``du`` (dumps, 4): place, litres that it takes, bays, seconds to unload; ``hours`` (dumps, windows, 2); money: ``lo_cost`` and ``tr_cost`` (n, 3): fixed,
by metre, by second; ``du_price`` by litre; ``price``: lying (litre and second), left (litre), late, overtime (second), seconds of overtime that may be
asked for. Decisions: ``seq`` (loaders, parts at most) with ``n_seq``; ``trip`` (trucks, trips at most, 2): loader, dump, with ``n_trip``; ``leaves`` (trucks).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

START, END, OPENS, CLOSES, PROFILE, SETUP, REST_OPENS, REST_CLOSES, REST_S, UNDER_WAY = range(10)
BODY, LOAD, DUMP, LOADER = 10, 11, 12, 13
"""Columns of ``lo``, and behind them those of ``tr`` alone."""
PLACE, ROOM, BAYS, UNLOAD = range(4)
"""Columns of ``du``."""
NEVER = 1 << 50
FOLLOWS, FIRST_COME = 0, 1
"""Who decides: the plan's lists, or whoever comes first is served first by whoever is nearest."""
LOG_START, LOG_LOAD, LOG_UNLOAD, LOG_REST, LOG_WAIT, LOG_END = range(6)
"""Kinds of rows of the log: kind, vehicle (trucks, then loaders), part or dump, partner, arrives, begins, leaves, litres, place."""
FIXED, DISTANCE, TIME, FEES, OVERTIME, LATE, LYING, LEFT, WAITED, TRIPS, ENDS, HAULED, USED, IDLED, BEYOND = (
    range(15)
)
"""What a play adds up to: parts of the cost, then seconds that trucks waited, trips, the last unloading's end, litres, trucks, seconds that loaders waited,
and seconds by which trucks come home later than a plan may ask for."""
FREE, AT_LOADER, AT_DUMP, READY, LOADED = range(5)
LITTLE_L = 500
"""Less room than that at a dump is none."""
FOLLOW_MOST_S = 600
"""A truck that is not full goes along to the next pile when that is so near."""
MANY = 64
"""Most bays of a dump that are told apart."""

Arrays = Any
"""Numpy arrays of the shapes above; what is compiled has its types from its arguments."""


@njit(cache=True)
def _opens_at(hours: Arrays, d: int, second: int) -> int:
    """The first second from this one on at which an unloading may begin."""
    found = NEVER
    for w in range(hours.shape[1]):
        if hours[d, w, 1] >= second:
            found = min(found, max(second, hours[d, w, 0]))
    return found


@njit(cache=True)
def _dump_for(
    sec: Arrays, met: Arrays, du: Arrays, hours: Arrays, du_price: Arrays, tr_cost: Arrays, taken: Arrays,
    t: int, profile: int, place: int, home: int, back: int, ready: int, load_l: int, latest: int, wished: int, nearest: bool,
) -> int:  # fmt: skip
    """A dump with room for a load that a truck reaches in time and from which it gets home: the wished one, else the nearest or the cheapest; −1: none."""
    best, least = -1, np.inf
    for d in range(len(du)):
        at = du[d, PLACE]
        way_s, home_s = sec[profile, place, at], sec[profile, at, home]
        if way_s < 0 or home_s < 0 or du[d, ROOM] - taken[d] < load_l:
            continue
        begins = _opens_at(hours, d, ready + way_s)
        if begins >= NEVER or begins + du[d, UNLOAD] + home_s > latest:
            continue
        if d == wished:
            return d
        cost = float(way_s)
        if not nearest:
            back_s = max(0, sec[profile, at, back])
            cost = (begins - ready + back_s) * tr_cost[t, 2] + du_price[d] * load_l
            cost += (met[profile, place, at] + max(0, met[profile, at, back])) * tr_cost[t, 1]
        if cost < least:
            best, least = d, cost
    return best


@njit(cache=True)
def _note(
    log: Arrays, rows: int, kind: int, who: int, what: int, partner: int,
    arrives: int, begins: int, leaves: int, litres: int, place: int,
) -> int:  # fmt: skip
    """Write a row of the log while it has room; the number of rows."""
    if rows < len(log):
        row = log[rows]
        row[0], row[1], row[2], row[3], row[4] = kind, who, what, partner, arrives
        row[5], row[6], row[7], row[8] = begins, leaves, litres, place
        return rows + 1
    return rows


@njit(cache=True)
def _drive(
    sec: Arrays, met: Arrays, x: Arrays, place: Arrays, drives: Arrays, metres: Arrays,
    e: int, profile: int, to: int, now: int,
) -> int:  # fmt: skip
    """Send a vehicle to a place; when it arrives."""
    way = max(0, sec[profile, place[e], to])
    metres[e] += max(0, met[profile, place[e], to])
    arrives = now + int(np.ceil(way * x[e, drives[e] % x.shape[1]]))
    drives[e] += 1
    place[e] = to
    return arrives


@njit(cache=True)
def _in_time(sec: Arrays, lo: Arrays, k: int, profile: int, to: int, arrives: int, closes: int) -> bool:
    """Whether a loader that arrives somewhere can set up there and still get home."""
    return arrives + lo[k, SETUP] + max(0, sec[profile, to, lo[k, END]]) <= closes


@njit(cache=True)
def play(
    sec: Arrays, met: Arrays, part: Arrays, urgency: Arrays, lo: Arrays, rate: Arrays, tr: Arrays, du: Arrays, hours: Arrays,
    lo_cost: Arrays, tr_cost: Arrays, du_price: Arrays, price: Arrays,
    seq: Arrays, n_seq: Arrays, trip: Arrays, n_trip: Arrays, leaves: Arrays, slack: Arrays, follow: float,
    mode: int, drive_x: Arrays, load_x: Arrays, unload_x: Arrays,
    left: Arrays, done_at: Arrays, log: Arrays, total: Arrays,
) -> int:  # fmt: skip
    """Play the night; fills ``left`` (litres by part), ``done_at``, ``log`` (as far as it has rows) and ``total``; the number of rows.

    ``slack`` (trucks): seconds before the end of its shift by which a truck wants to be home. A truck whose list is done helps where
    snow is left that no list holds. ``drive_x`` (trucks and loaders, numbers), ``load_x`` and ``unload_x`` (trucks, numbers) multiply what driving, loading and unloading take, in order.
    """
    n_t, n_l, n_d, n_p = len(tr), len(lo), len(du), len(part)
    first_come = mode == FIRST_COME
    beyond_s = int(price[4])
    total[:] = 0.0
    rows = 0
    when = np.full(n_t + n_l, NEVER, dtype=np.int64)
    what = np.zeros(n_t + n_l, dtype=np.int64)
    place = np.zeros(n_t + n_l, dtype=np.int64)
    begun = np.full(n_t + n_l, -1, dtype=np.int64)
    rested = np.zeros(n_t + n_l, dtype=np.bool_)
    drives = np.zeros(n_t + n_l, dtype=np.int64)
    metres = np.zeros(n_t + n_l, dtype=np.int64)
    loads = np.zeros(n_t, dtype=np.int64)
    unloads = np.zeros(n_t, dtype=np.int64)
    load = np.zeros(n_t, dtype=np.int64)
    number = np.zeros(n_t, dtype=np.int64)
    to_loader = np.full(n_t, -1, dtype=np.int64)
    to_dump = np.full(n_t, -1, dtype=np.int64)
    wished = np.full(n_t, -1, dtype=np.int64)
    to_part = np.full(n_t, -1, dtype=np.int64)
    queued = np.full(n_t, -1, dtype=np.int64)
    refused = np.zeros(n_t, dtype=np.bool_)  # no dump takes what it would load: it goes home
    came = np.zeros(n_t, dtype=np.int64)
    turn = np.zeros(n_t, dtype=np.int64)
    turns = 0
    taken = np.zeros(n_d, dtype=np.int64)
    bay = np.zeros((n_d, MANY), dtype=np.int64)
    at = np.zeros(n_l, dtype=np.int64)
    current = np.full(n_l, -1, dtype=np.int64)
    there = np.zeros(n_l, dtype=np.bool_)
    gone = np.zeros(n_l, dtype=np.bool_)
    serving = np.full(n_l, -1, dtype=np.int64)
    portion = np.zeros(n_l, dtype=np.int64)
    began = np.zeros(n_l, dtype=np.int64)
    idle_from = np.zeros(n_l, dtype=np.int64)
    remaining = np.zeros(n_l, dtype=np.int64)
    claimed = np.zeros(n_l, dtype=np.int64)
    listed = np.zeros(n_l, dtype=np.int64)  # litres of trips that lists still hold
    given = np.zeros(n_p, dtype=np.bool_)
    spare = 0  # litres that nobody works on yet, when who comes first is served first
    for i in range(n_p):
        left[i] = part[i, 1]
        done_at[i] = NEVER
        if first_come:
            spare += part[i, 1]
    for t in range(n_t):
        place[t], load[t] = tr[t, START], tr[t, LOAD]
        when[t], what[t] = max(tr[t, OPENS], leaves[t]), FREE
        for i in range(n_trip[t]):
            listed[trip[t, i, 0]] += tr[t, BODY]
        if not first_come and n_trip[t] == 0 and load[t] == 0 and not tr[t, UNDER_WAY]:
            when[t] = NEVER
    for k in range(n_l):
        e = n_t + k
        place[e] = lo[k, START]
        for i in range(n_seq[k]):
            given[seq[k, i]] = True
            remaining[k] += left[seq[k, i]]
        gone[k] = not first_come and n_seq[k] == 0
        if not gone[k] or lo[k, UNDER_WAY]:
            when[e], what[e] = lo[k, OPENS], LOADED
    while True:
        e = n_t
        for i in range(n_t, n_t + n_l):
            if when[i] < when[e]:
                e = i
        for i in range(n_t):
            if when[i] < when[e]:
                e = i
        now = when[e]
        if now >= NEVER:
            break
        when[e] = NEVER
        if e < n_t:
            t = e
            p = tr[t, PROFILE]
            latest = tr[t, CLOSES] + beyond_s - slack[t]
            if what[t] == FREE:
                if load[t] > 0:
                    d = _dump_for(sec, met, du, hours, du_price, tr_cost, taken, t, p, place[t], tr[t, END], place[t],
                                  now, load[t], latest, tr[t, DUMP], first_come)  # fmt: skip
                    if d < 0:
                        d = _dump_for(sec, met, du, hours, du_price, tr_cost, taken, t, p, place[t], tr[t, END], place[t],
                                      now, load[t], NEVER, tr[t, DUMP], first_come)  # fmt: skip
                    if d >= 0:
                        if begun[t] < 0:
                            begun[t] = now
                            rows = _note(log, rows, LOG_START, t, -1, -1, now, now, now, 0, place[t])
                        taken[d] += load[t]
                        to_dump[t] = d
                        when[t] = _drive(sec, met, drive_x, place, drives, metres, t, p, du[d, PLACE], now)
                        what[t] = AT_DUMP
                        continue
                chosen, target, ends = -1, -1, now
                while load[t] == 0 and not refused[t]:
                    chosen = -1
                    if first_come or number[t] >= n_trip[t]:
                        free = spare
                        if first_come:
                            for k in range(n_l):
                                free += min(0, remaining[k] - claimed[k])
                        best, wished[t] = np.inf, -1
                        for k in range(n_l):
                            if (
                                gone[k]
                                or current[k] < 0
                                or (remaining[k] <= claimed[k] + listed[k] and free <= 0)
                            ):
                                continue
                            way = sec[p, place[t], part[current[k], 0]]
                            if way < 0:
                                continue
                            score = float(way)
                            if first_come and there[k] and claimed[k] == 0 and serving[k] < 0:
                                score = -1.0 - (now - idle_from[k])
                            if score < best:
                                best, chosen = score, k
                    else:
                        k = trip[t, number[t], 0]
                        wished[t] = trip[t, number[t], 1]
                        number[t] += 1
                        listed[k] -= tr[t, BODY]
                        if gone[k] or remaining[k] <= claimed[k]:
                            continue
                        chosen = k
                    if chosen < 0:
                        break
                    target = current[chosen]
                    if not first_come:
                        ahead = claimed[chosen]
                        for i in range(at[chosen], n_seq[chosen]):
                            target = seq[chosen, i]
                            if left[target] > ahead:
                                break
                            ahead -= left[target]
                    way = sec[p, place[t], part[target, 0]]
                    takes = int(tr[t, BODY] / rate[chosen])
                    ends = now + way + takes
                    if way >= 0 and now + way <= lo[chosen, CLOSES] + beyond_s and _dump_for(
                        sec, met, du, hours, du_price, tr_cost, taken, t, p, part[target, 0], tr[t, END], part[target, 0],
                        ends, LITTLE_L, latest, wished[t], first_come) >= 0:  # fmt: skip
                        break
                    chosen = -1
                    if first_come or number[t] >= n_trip[t]:
                        break
                if chosen >= 0 and tr[t, REST_S] > 0 and not rested[t]:
                    cycle = (ends - now) * 3 // 2 + 900
                    if now >= tr[t, REST_OPENS] or now + cycle > tr[t, REST_CLOSES]:
                        rested[t] = True
                        if begun[t] >= 0:
                            rest_at = max(now, tr[t, REST_OPENS])
                            when[t], what[t] = rest_at + tr[t, REST_S], FREE
                            rows = _note(log, rows, LOG_REST, t, -1, -1, now, rest_at, when[t], 0, place[t])
                            if not first_come and wished[t] >= 0:
                                number[t] -= 1
                                listed[chosen] += tr[t, BODY]
                            continue
                if chosen >= 0:
                    if begun[t] < 0:
                        begun[t] = now
                        rows = _note(log, rows, LOG_START, t, -1, -1, now, now, now, 0, place[t])
                    claimed[chosen] += tr[t, BODY]
                    to_loader[t], to_part[t], turn[t] = chosen, target, -1
                    when[t] = _drive(sec, met, drive_x, place, drives, metres, t, p, part[target, 0], now)
                    what[t] = AT_LOADER
                    continue
                if (
                    first_come and begun[t] < 0
                ):  # nothing to do yet: as long as loaders come, it is asked again
                    for k in range(n_l):
                        if lo[k, OPENS] > now:
                            when[t] = min(when[t], lo[k, OPENS])
                    if when[t] < NEVER:
                        continue
            elif what[t] == AT_LOADER:
                k = to_loader[t]
                if gone[k] or remaining[k] + spare == 0:
                    claimed[k] -= tr[t, BODY] - load[t]
                    rows = _note(log, rows, LOG_WAIT, t, to_part[t], k, now, now, now, 0, place[t])
                    if load[t] == 0:
                        when[t], what[t] = now, FREE
                    else:
                        d = to_dump[t]
                        when[t] = _drive(sec, met, drive_x, place, drives, metres, t, p, du[d, PLACE], now)
                        what[t] = AT_DUMP
                    continue
                if current[k] < 0:
                    when[t] = max(now + 1, lo[k, OPENS])
                    total[WAITED] += when[t] - now
                    rows = _note(log, rows, LOG_WAIT, t, to_part[t], k, now, now, when[t], 0, place[t])
                    continue
                if turn[t] < 0:
                    turns += 1
                    turn[t] = turns
                if place[t] != part[current[k], 0]:
                    rows = _note(log, rows, LOG_WAIT, t, to_part[t], k, now, now, now, 0, place[t])
                    to_part[t] = current[k]
                    when[t] = _drive(sec, met, drive_x, place, drives, metres, t, p, part[current[k], 0], now)
                    continue
                to_part[t] = current[k]
                queued[t], came[t] = k, now
                if there[k] and serving[k] < 0:
                    when[n_t + k], what[n_t + k] = now, READY
                continue
            else:
                d = to_dump[t]
                first = 0
                for b in range(1, min(MANY, du[d, BAYS])):
                    if bay[d, b] < bay[d, first]:
                        first = b
                begins = _opens_at(hours, d, max(now, bay[d, first]))
                if begins < NEVER:
                    ends = begins + int(np.ceil(du[d, UNLOAD] * unload_x[t, unloads[t] % unload_x.shape[1]]))
                    unloads[t] += 1
                    bay[d, first] = ends
                    total[WAITED] += begins - now
                    total[TRIPS] += 1
                    total[HAULED] += load[t]
                    total[ENDS] = max(total[ENDS], ends)
                    total[FEES] += du_price[d] * load[t]
                    rows = _note(log, rows, LOG_UNLOAD, t, d, -1, now, begins, ends, load[t], place[t])
                    load[t] = 0
                    when[t], what[t] = ends, FREE
                    continue
                taken[d] -= load[t]
                rows = _note(log, rows, LOG_WAIT, t, -1, -1, now, now, now, 0, place[t])
                other = _dump_for(sec, met, du, hours, du_price, tr_cost, taken, t, p, place[t], tr[t, END], place[t],
                                  now, load[t], NEVER, -1, first_come)  # fmt: skip
                if other >= 0 and other != d:
                    taken[other] += load[t]
                    to_dump[t] = other
                    when[t] = _drive(sec, met, drive_x, place, drives, metres, t, p, du[other, PLACE], now)
                    continue
            if begun[t] >= 0 or tr[t, UNDER_WAY]:
                if begun[t] < 0:
                    begun[t] = now
                    rows = _note(log, rows, LOG_START, t, -1, -1, now, now, now, 0, place[t])
                home = _drive(sec, met, drive_x, place, drives, metres, t, p, tr[t, END], now)
                total[FIXED] += tr_cost[t, 0]
                total[TIME] += (home - begun[t]) * tr_cost[t, 2]
                total[OVERTIME] += max(0, home - tr[t, CLOSES]) * price[3]
                total[BEYOND] += max(0, home - tr[t, CLOSES] - beyond_s)
                total[LEFT] += load[t] * price[1]
                total[USED] += 1
                rows = _note(log, rows, LOG_END, t, -1, -1, home, home, home, load[t], tr[t, END])
            continue
        k = e - n_t
        p = lo[k, PROFILE]
        stops = False
        if what[e] == LOADED:
            t = serving[k]
            serving[k] = -1
            moves = True
            if t >= 0:
                i = current[k]
                left[i] -= portion[k]
                remaining[k] -= portion[k]
                claimed[k] -= portion[k]
                load[t] += portion[k]
                rows = _note(log, rows, LOG_LOAD, t, i, k, came[t], began[k], now, portion[k], place[t])
                total[WAITED] += began[k] - came[t]
                moves = left[i] == 0
                if moves:
                    done_at[i] = now
                    at[k] += 1
            following = current[k]
            closes = lo[k, CLOSES] + beyond_s
            if moves:
                following = -1
                if first_come:
                    best = np.inf
                    for i in range(n_p):
                        way = sec[p, place[e], part[i, 0]]
                        if (
                            not given[i]
                            and way >= 0
                            and _in_time(sec, lo, k, p, part[i, 0], now + way, closes)
                        ):
                            score = way - urgency[i] * 1e7
                            if score < best:
                                best, following = score, i
                    if following >= 0:
                        given[following] = True
                        spare -= left[following]
                        remaining[k] = left[following]
                else:
                    while at[k] < n_seq[k] and following < 0:
                        i = seq[k, at[k]]
                        way = sec[p, place[e], part[i, 0]]
                        if way >= 0 and _in_time(sec, lo, k, p, part[i, 0], now + way, closes):
                            following = i
                        else:
                            remaining[k] -= left[i]
                            at[k] += 1
                current[k], there[k] = following, False
            if t >= 0:
                goes_along = False
                if moves and following >= 0 and load[t] < tr[t, BODY]:
                    way = sec[tr[t, PROFILE], place[t], part[following, 0]]
                    goes_along = way == 0 or (load[t] < follow * tr[t, BODY] and 0 < way <= FOLLOW_MOST_S)
                if goes_along:
                    when[t] = _drive(
                        sec, met, drive_x, place, drives, metres, t, tr[t, PROFILE], part[following, 0], now
                    )
                    what[t], to_part[t] = AT_LOADER, following
                else:
                    claimed[k] -= tr[t, BODY] - load[t]
                    d = to_dump[t]
                    when[t] = _drive(
                        sec, met, drive_x, place, drives, metres, t, tr[t, PROFILE], du[d, PLACE], now
                    )
                    what[t] = AT_DUMP
            if following < 0:
                stops = True
            elif not moves:
                when[e], what[e] = now, READY
            else:
                if begun[e] < 0:
                    begun[e] = now
                    rows = _note(log, rows, LOG_START, e, -1, -1, now, now, now, 0, place[e])
                setup_s = 0 if place[e] == part[following, 0] and begun[e] < now else lo[k, SETUP]
                when[e] = _drive(sec, met, drive_x, place, drives, metres, e, p, part[following, 0], now)
                when[e] += setup_s
                what[e] = READY
                for i in range(n_t):
                    if queued[i] == k:
                        queued[i] = -1
                        total[WAITED] += now - came[i]
                        rows = _note(log, rows, LOG_WAIT, i, to_part[i], k, came[i], now, now, 0, place[i])
                        to_part[i] = following
                        when[i] = _drive(
                            sec,
                            met,
                            drive_x,
                            place,
                            drives,
                            metres,
                            i,
                            tr[i, PROFILE],
                            part[following, 0],
                            now,
                        )
                        what[i] = AT_LOADER
        elif lo[k, REST_S] > 0 and not rested[e] and now >= lo[k, REST_OPENS]:
            rested[e] = True
            if there[k]:
                total[IDLED] += now - idle_from[k]
            there[k] = False
            when[e], what[e] = now + lo[k, REST_S], READY
            rows = _note(log, rows, LOG_REST, e, -1, -1, now, now, when[e], 0, place[e])
        else:
            if not there[k]:
                there[k], idle_from[k] = True, now
            while True:
                t = -1
                for i in range(n_t):
                    if queued[i] == k and (t < 0 or turn[i] < turn[t]):
                        t = i
                if t < 0:
                    if lo[k, REST_S] > 0 and not rested[e]:
                        when[e], what[e] = lo[k, REST_OPENS], READY
                    break
                i = current[k]
                amount = min(tr[t, BODY] - load[t], left[i])
                takes = int(np.ceil(amount / rate[k]))
                home = max(0, sec[p, place[e], lo[k, END]])
                if now + takes + home > lo[k, CLOSES] + beyond_s:
                    stops = True
                    break
                d = -1
                if load[t] > 0:
                    amount = min(amount, du[to_dump[t], ROOM] - taken[to_dump[t]])
                    if amount >= min(LITTLE_L, left[i]):
                        d = to_dump[t]
                else:
                    latest = tr[t, CLOSES] + beyond_s - slack[t]
                    d = _dump_for(sec, met, du, hours, du_price, tr_cost, taken, t, tr[t, PROFILE], place[t], tr[t, END],
                                  place[t], now + takes, amount, latest, wished[t], first_come)  # fmt: skip
                    if d < 0:  # the last room of a dump that is nearly full
                        most = 0
                        for j in range(n_d):
                            most = max(most, du[j, ROOM] - taken[j])
                        if LITTLE_L <= most < amount:
                            amount = most
                            d = _dump_for(sec, met, du, hours, du_price, tr_cost, taken, t, tr[t, PROFILE], place[t],
                                          tr[t, END], place[t], now + takes, amount, latest, -1, first_come)  # fmt: skip
                if d >= 0:
                    to_dump[t] = d
                    taken[d] += amount
                    queued[t] = -1
                    serving[k], portion[k], began[k] = t, amount, now
                    total[IDLED] += now - idle_from[k]
                    takes = int(np.ceil(amount / rate[k] * load_x[t, loads[t] % load_x.shape[1]]))
                    loads[t] += 1
                    idle_from[k] = now + takes
                    when[e], what[e] = now + takes, LOADED
                    break
                queued[t] = -1
                claimed[k] -= tr[t, BODY] - load[t]
                total[WAITED] += now - came[t]
                rows = _note(log, rows, LOG_WAIT, t, i, k, came[t], now, now, 0, place[t])
                if load[t] > 0:
                    when[t] = _drive(
                        sec,
                        met,
                        drive_x,
                        place,
                        drives,
                        metres,
                        t,
                        tr[t, PROFILE],
                        du[to_dump[t], PLACE],
                        now,
                    )
                    what[t] = AT_DUMP
                else:
                    when[t], what[t], refused[t] = now, FREE, True
        if not stops:
            continue
        gone[k] = True
        home = max(0, sec[p, place[e], lo[k, END]])
        idle_from[k] = max(idle_from[k], min(now, lo[k, CLOSES] + beyond_s - home))
        if first_come and current[k] >= 0 and left[current[k]] > 0:
            given[current[k]] = False
            spare += left[current[k]]
        remaining[k] = 0
        for t in range(n_t):
            if queued[t] == k:
                queued[t] = -1
                total[WAITED] += now - came[t]
                claimed[k] -= tr[t, BODY] - load[t]
                rows = _note(log, rows, LOG_WAIT, t, to_part[t], k, came[t], now, now, 0, place[t])
                if load[t] > 0:
                    when[t] = _drive(
                        sec,
                        met,
                        drive_x,
                        place,
                        drives,
                        metres,
                        t,
                        tr[t, PROFILE],
                        du[to_dump[t], PLACE],
                        now,
                    )
                    what[t] = AT_DUMP
                else:
                    when[t], what[t] = now, FREE
    first, last = NEVER, 0
    for k in range(n_l):
        first, last = min(first, lo[k, OPENS]), max(last, lo[k, CLOSES])
        e = n_t + k
        if begun[e] < 0 and not lo[k, UNDER_WAY]:
            continue
        ends = max(idle_from[k], lo[k, OPENS])
        if begun[e] < 0:
            begun[e] = ends
            rows = _note(log, rows, LOG_START, e, -1, -1, ends, ends, ends, 0, place[e])
        rows = _note(log, rows, LOG_WAIT, e, -1, -1, ends, ends, ends, 0, place[e])
        home = _drive(sec, met, drive_x, place, drives, metres, e, lo[k, PROFILE], lo[k, END], ends)
        total[FIXED] += lo_cost[k, 0]
        total[TIME] += (home - begun[e]) * lo_cost[k, 2]
        total[OVERTIME] += max(0, home - lo[k, CLOSES]) * price[3]
        total[DISTANCE] += metres[e] * lo_cost[k, 1]
        rows = _note(log, rows, LOG_END, e, -1, -1, home, home, home, 0, lo[k, END])
    for t in range(n_t):
        total[DISTANCE] += metres[t] * tr_cost[t, 1]
    for i in range(n_p):
        until = last if left[i] > 0 else done_at[i]
        total[LYING] += part[i, 1] * max(0, until - first) * urgency[i] * price[0]
        total[LATE] += part[i, 1] * max(0, until - part[i, 2]) * urgency[i] * price[2]
        total[LEFT] += left[i] * urgency[i] * price[1]
    return rows


@njit(cache=True)
def fill(
    sec: Arrays, met: Arrays, part: Arrays, urgency: Arrays, lo: Arrays, rate: Arrays, tr: Arrays, du: Arrays, hours: Arrays,
    lo_cost: Arrays, tr_cost: Arrays, du_price: Arrays, price: Arrays,
    seq: Arrays, n_seq: Arrays, allowed: Arrays, weight: Arrays, trip: Arrays, n_trip: Arrays, leaves: Arrays, follow: float,
) -> None:  # fmt: skip
    """Lists of trips for loaders' sequences: each next slot of the loader that is free first goes to the truck for which a cubic metre costs least.

    ``allowed`` (trucks) says who may drive at all; ``weight``: how dear a loader's idle second is (times its own price), how dear it is to bring in
    one more truck (times its fixed cost and a drive), seconds that a first trip comes early, how dear a truck's second is (times its own price).
    """
    n_t, n_l, n_d = len(tr), len(lo), len(du)
    beyond_s = int(price[4])
    n_trip[:] = 0
    free = np.zeros(n_l, dtype=np.int64)
    where = np.zeros(n_l, dtype=np.int64)
    at = np.zeros(n_l, dtype=np.int64)
    over = np.zeros(n_l, dtype=np.bool_)
    here = np.zeros(n_l, dtype=np.int64)
    rests = np.zeros(n_l, dtype=np.bool_)
    ready = np.zeros(n_t, dtype=np.int64)
    place = np.zeros(n_t, dtype=np.int64)
    used = np.zeros(n_t, dtype=np.bool_)
    rested = np.zeros(n_t, dtype=np.bool_)
    taken = np.zeros(n_d, dtype=np.int64)
    bay = np.zeros((n_d, MANY), dtype=np.int64)
    for t in range(n_t):
        leaves[t] = tr[t, OPENS]
        ready[t], place[t] = tr[t, OPENS], tr[t, START]
        if tr[t, UNDER_WAY]:
            used[t] = True
        if tr[t, LOAD] > 0:
            d = _dump_for(sec, met, du, hours, du_price, tr_cost, taken, t, tr[t, PROFILE], place[t], tr[t, END], place[t],
                          ready[t], tr[t, LOAD], NEVER, tr[t, DUMP], False)  # fmt: skip
            used[t] = True
            if d >= 0:
                taken[d] += tr[t, LOAD]
                begins = _opens_at(hours, d, ready[t] + sec[tr[t, PROFILE], place[t], du[d, PLACE]])
                ready[t], place[t] = begins + du[d, UNLOAD], du[d, PLACE]
    for k in range(n_l):
        over[k] = n_seq[k] == 0
        if not over[k]:
            i = seq[k, 0]
            here[k] = part[i, 1]
            where[k] = part[i, 0]
            free[k] = lo[k, OPENS] + sec[lo[k, PROFILE], lo[k, START], where[k]] + lo[k, SETUP]
            rests[k] = lo[k, REST_S] > 0
    while True:
        k = -1
        for i in range(n_l):
            if not over[i] and (k < 0 or free[i] < free[k]):
                k = i
        if k < 0:
            break
        if rests[k] and free[k] >= lo[k, REST_OPENS]:
            rests[k] = False
            free[k] += lo[k, REST_S]
            continue
        ahead = here[k]
        for i in range(at[k] + 1, n_seq[k]):
            ahead += part[seq[k, i], 1]
            if ahead > 100_000:
                break
        chosen, least, dump, starts, ends = -1, np.inf, -1, 0, 0
        for t in range(n_t):
            if not allowed[t] or n_trip[t] >= trip.shape[1]:
                continue
            p = tr[t, PROFILE]
            way = sec[p, place[t], where[k]]
            if way < 0 or (
                n_trip[t] == 0 and tr[t, LOADER] >= 0 and tr[t, LOADER] != k and not over[tr[t, LOADER]]
            ):
                continue
            came = ready[t] + way
            starting = max(came, free[k])
            amount = min(tr[t, BODY], here[k] if here[k] >= follow * tr[t, BODY] else ahead)
            takes = int(amount / rate[k])
            if tr[t, REST_S] > 0 and not rested[t] and used[t] and (
                ready[t] >= tr[t, REST_OPENS] or starting + takes + 2700 > tr[t, REST_CLOSES]
            ):  # fmt: skip
                came = max(ready[t], tr[t, REST_OPENS]) + tr[t, REST_S] + way
                starting = max(came, free[k])
            if (
                starting + takes + max(0, sec[lo[k, PROFILE], where[k], lo[k, END]])
                > lo[k, CLOSES] + beyond_s
            ):
                continue
            by_s = tr_cost[t, 2] * weight[3]
            cost = way * by_s + met[p, place[t], where[k]] * tr_cost[t, 1] + takes * by_s
            if used[t]:
                cost += (starting - came) * by_s
            else:
                cost += weight[1] * (tr_cost[t, 0] + 2 * way * by_s)
            cost += (starting - free[k]) * lo_cost[k, 2] * weight[0]
            if cost / amount >= least:
                continue
            best, last = -1, np.inf
            for d in range(n_d):
                to = du[d, PLACE]
                there_s, home_s = sec[p, where[k], to], sec[p, to, tr[t, END]]
                if there_s < 0 or home_s < 0 or du[d, ROOM] - taken[d] < amount:
                    continue
                arrives = starting + takes + there_s
                first = bay[d, 0]
                for b in range(1, min(MANY, du[d, BAYS])):
                    first = min(first, bay[d, b])
                begins = _opens_at(hours, d, max(arrives, first))
                if begins >= NEVER or begins + du[d, UNLOAD] + home_s > tr[t, CLOSES] + beyond_s:
                    continue
                onward = max(0, sec[p, to, where[k]])
                one = (begins + du[d, UNLOAD] + onward - starting - takes) * by_s + du_price[d] * amount
                one += (met[p, where[k], to] + max(0, met[p, to, where[k]])) * tr_cost[t, 1]
                if one < last:
                    last, best = one, d
            if best < 0:
                continue
            if (cost + last) / amount < least:
                chosen, least, dump, starts, ends = (
                    t,
                    (cost + last) / amount,
                    best,
                    starting,
                    starting + takes,
                )
        if chosen < 0:
            over[k] = True
            continue
        t = chosen
        p = tr[t, PROFILE]
        if not used[t]:
            leaves[t] = max(tr[t, OPENS], starts - sec[p, place[t], where[k]] - int(weight[2]))
        elif tr[t, REST_S] > 0 and not rested[t] and (
            ready[t] >= tr[t, REST_OPENS] or ends + 2700 > tr[t, REST_CLOSES]
        ):  # fmt: skip
            rested[t] = True
        used[t] = True
        amount = min(tr[t, BODY], here[k] if here[k] >= follow * tr[t, BODY] else ahead)
        trip[t, n_trip[t], 0], trip[t, n_trip[t], 1] = k, dump
        n_trip[t] += 1
        taken[dump] += amount
        rest = amount
        now, leaving, stood = ends, ends, where[k]
        while rest > 0 and not over[k]:
            piece = min(rest, here[k])
            here[k] -= piece
            rest -= piece
            stood, leaving = where[k], now
            if here[k] == 0:
                at[k] += 1
                if at[k] >= n_seq[k]:
                    over[k] = True
                    break
                i = seq[k, at[k]]
                if where[k] != part[i, 0]:
                    now += sec[lo[k, PROFILE], where[k], part[i, 0]] + lo[k, SETUP]
                where[k], here[k] = part[i, 0], part[i, 1]
        free[k] = now
        to = du[dump, PLACE]
        arrives = leaving + max(0, sec[p, stood, to])
        first = 0
        for b in range(1, min(MANY, du[dump, BAYS])):
            if bay[dump, b] < bay[dump, first]:
                first = b
        begins = _opens_at(hours, dump, max(arrives, bay[dump, first]))
        ready[t] = min(begins, NEVER) + du[dump, UNLOAD]
        bay[dump, first] = ready[t]
        place[t] = to
