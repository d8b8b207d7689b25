"""The search for a hauling night: sequences of loaders are annealed, each filled with trucks by the kernel, then single trips are changed.

What a decision costs is what comes of it when the night is played: as usual, and with chance (a few draws of slower and faster drives), so that
no plan lives on everything going right.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backend.routing.hauling import kernel
from backend.routing.hauling.packing import TRIPS_MOST, Arena, Chance, Decision, Floats
from backend.routing.hauling.problem import UNREACHABLE

IDLE_TIMES = (1.0, 4.0, 16.0, 64.0, 256.0)
TRUCK_TIMES = (0.3, 1.0, 3.0)
SECOND_TIMES = (1.0, 4.0)
"""Weights with which the first lists are filled: see `kernel.fill`."""
EARLY_S = 60.0
FOLLOW = 0.75
"""A truck less full than this goes along to its loader's next pile."""
WARMTH = 0.01
"""With so large a share of the cost above the last one a change is accepted in the beginning, by chance; less and less of it to the end."""
SEQUENCES_SHARE = 0.7
"""Of the time for sequences; the rest for single trips."""
BEYOND_PRICE = 100.0
"""Tenge for each second by which a plan would bring a truck home later than it may."""
DRAWS = 2
SPREAD = 0.2
NEIGHBOURS = 12


@dataclass(slots=True)
class Found:
    """The best so far: a decision, what it costs (with chance), and its rounds."""

    decision: Decision
    cost: float
    rounds: int = 0


def chances(arena: Arena, seed: int, spread: float = SPREAD, numbers: int = 64) -> Chance:
    """Lognormal multiples with mean 1 and this spread, for every vehicle and act."""
    rng = np.random.default_rng(seed)
    trucks, loaders = len(arena.tr), len(arena.lo)

    def draw(rows: int) -> Floats:
        return rng.lognormal(-spread * spread / 2, spread, (rows, numbers))

    return Chance(draw(trucks + loaders), draw(trucks), draw(trucks))


class Search:
    """One run over one arena; everything random comes from the seed."""

    def __init__(
        self,
        arena: Arena,
        seed: int,
        share_done: Callable[[], float],
        tell: Callable[[Found], None],
        draws: int = DRAWS,
    ) -> None:
        self._arena = arena
        self._rng = np.random.default_rng(seed)
        self._share_done = share_done
        self._tell = tell
        self._draws = [chances(arena, 7_000 + number) for number in range(draws)]
        self._weight = np.array([1.0, 1.0, EARLY_S, 1.0])
        self._allowed = np.ones(len(arena.tr), dtype=np.bool_)
        self._near = _nearest_parts(arena)
        self._rounds = 0

    def run(self) -> Found:
        """The best decision until the share of time or rounds that is done reaches 1."""
        sequences = first_sequences(self._arena)
        found = self._first(sequences)
        self._tell(found)
        found = self._anneal_sequences(sequences, found)
        found = self._anneal_trips(found)
        found.rounds = self._rounds
        return found

    def _cost(self, decision: Decision) -> float:
        usual = self._arena.play(decision, FOLLOW).total
        total = _total(usual) + float(usual[kernel.BEYOND]) * BEYOND_PRICE
        for chance in self._draws:
            total += _total(self._arena.play(decision, FOLLOW, chance=chance).total)
        return total / (1 + len(self._draws))

    def _filled(self, sequences: list[list[int]]) -> tuple[Decision, float]:
        decision = self._arena.nothing()
        for number, sequence in enumerate(sequences):
            decision.n_seq[number] = len(sequence)
            decision.seq[number, : len(sequence)] = sequence
        self._arena.fill(decision, self._allowed, self._weight, FOLLOW)
        return decision, self._cost(decision)

    def _first(self, sequences: list[list[int]]) -> Found:
        best: Found | None = None
        chosen = self._weight
        for idle in IDLE_TIMES:
            for truck in TRUCK_TIMES:
                for second in SECOND_TIMES:
                    self._weight = np.array([idle, truck, EARLY_S, second])
                    decision, cost = self._filled(sequences)
                    if best is None or cost < best.cost:
                        best, chosen = Found(decision, cost), self._weight
        assert best is not None
        self._weight = chosen
        return best

    def _anneal_sequences(self, sequences: list[list[int]], found: Found) -> Found:
        cost = found.cost
        while (share := self._share_done() / SEQUENCES_SHARE) < 1:
            self._rounds += 1
            weight, allowed = self._weight, self._allowed
            changed = self._change(sequences)
            if changed is None:
                continue
            decision, new = self._filled(changed)
            if new < cost - self._warmth(cost, share):
                sequences, cost = changed, new
                if new < found.cost:
                    found = Found(decision.copy(), new)
                    self._tell(found)
            else:
                self._weight, self._allowed = weight, allowed
        return found

    def _warmth(self, cost: float, share: float) -> float:
        """At most so much below (above, when negative) the cost a change must be: a threshold by chance."""
        return WARMTH * cost * (1 - share) * math.log(max(self._rng.random(), 1e-12)) * 0.3

    def _change(self, sequences: list[list[int]]) -> list[list[int]] | None:
        """Other sequences, or the same with other weights or other trucks; None where nothing changed."""
        dice = self._rng.random()
        if dice < 0.12:
            factor = np.exp(self._rng.normal(0, 0.4, 4))
            self._weight = np.clip(self._weight * factor, 0.01, [2_000.0, 30.0, 900.0, 50.0])
            return sequences
        if dice < 0.24:
            self._allowed = self._allowed.copy()
            for number in self._rng.integers(0, len(self._allowed), 1 + int(self._rng.integers(0, 3))):
                self._allowed[number] = not self._allowed[number]
            return sequences
        changed = [list(each) for each in sequences]
        where = {part: (loader, at) for loader, each in enumerate(changed) for at, part in enumerate(each)}
        if not where:
            return None
        parts = list(where)
        part = parts[int(self._rng.integers(0, len(parts)))]
        loader, at = where[part]
        if dice < 0.34:
            end = min(len(changed[loader]), at + 2 + int(self._rng.integers(0, 6)))
            changed[loader][at:end] = changed[loader][at:end][::-1]
            return changed if self._legal(changed, (loader,)) else None
        near = self._near[part]
        other = int(near[int(self._rng.integers(0, len(near)))]) if len(near) and dice < 0.9 else None
        if other is None or other not in where:
            to = int(self._rng.integers(0, len(changed)))
            place = int(self._rng.integers(0, len(changed[to]) + 1))
        else:
            to, place = where[other]
            if dice < 0.5:  # both change places
                changed[loader][at], changed[to][place] = other, part
                return changed if self._legal(changed, (loader, to)) else None
            place += int(self._rng.integers(0, 2))
        run = changed[loader][at : at + 1 + int(self._rng.integers(0, 3))]
        if to == loader:
            rest = changed[loader][:at] + changed[loader][at + len(run) :]
            place = min(place, len(rest))
            changed[loader] = rest[:place] + run + rest[place:]
        else:
            del changed[loader][at : at + len(run)]
            changed[to][place:place] = run
        return changed if self._legal(changed, (loader, to)) else None

    def _legal(self, sequences: list[list[int]], loaders: tuple[int, ...]) -> bool:
        """Locked parts first, and nothing that a loader does not reach."""
        arena = self._arena
        for loader in loaders:
            locked = arena.locked[loader]
            if sequences[loader][: len(locked)] != locked:
                return False
            places = arena.part[np.array(sequences[loader], dtype=np.int64), 0]
            profile = arena.lo[loader, kernel.PROFILE]
            if np.any(arena.sec[profile, arena.lo[loader, kernel.START], places] == UNREACHABLE):
                return False
        return True

    def _anneal_trips(self, found: Found) -> Found:
        """Single trips to other loaders and dumps, fewer and more of them, other times of leaving."""
        decision, cost = found.decision.copy(), found.cost
        trucks = len(self._arena.tr)
        loaders, dumps = len(self._arena.lo), len(self._arena.du)
        while (share := self._share_done()) < 1:
            self._rounds += 1
            t = int(self._rng.integers(0, trucks))
            before = decision.trip[t].copy(), int(decision.n_trip[t]), int(decision.leaves[t])
            count = before[1]
            dice = self._rng.random()
            if dice < 0.2 or count == 0:
                step = int(self._rng.normal(0, 300))
                opens = int(self._arena.tr[t, kernel.OPENS])
                decision.leaves[t] = max(opens, int(decision.leaves[t]) + step)
                if count == 0 and dice < 0.5:
                    decision.trip[t, 0] = self._rng.integers(0, loaders), self._rng.integers(0, dumps)
                    decision.n_trip[t] = 1
            elif dice < 0.35:
                decision.n_trip[t] = count - 1
            elif dice < 0.5 and count < TRIPS_MOST:
                decision.trip[t, count] = decision.trip[t, int(self._rng.integers(0, count))]
                decision.n_trip[t] = count + 1
            else:
                at = int(self._rng.integers(0, count))
                until = min(count, at + 1 + int(self._rng.integers(0, 3)))
                if dice < 0.75:
                    decision.trip[t, at:until, 0] = self._rng.integers(0, loaders)
                else:
                    decision.trip[t, at:until, 1] = self._rng.integers(0, dumps)
            new = self._cost(decision)
            if new < cost - self._warmth(cost, share) * 0.2:
                cost = new
                if new < found.cost:
                    found = Found(decision.copy(), new)
                    self._tell(found)
            else:
                decision.trip[t], decision.n_trip[t], decision.leaves[t] = before
        return found


def first_sequences(arena: Arena) -> list[list[int]]:
    """Each loader in turn, the least busy first, takes the most urgent part that is left, the nearest of these."""
    sequences = [list(each) for each in arena.locked]
    taken = {part for each in sequences for part in each}
    place = arena.lo[:, kernel.START].copy()
    busy = arena.lo[:, kernel.OPENS].astype(np.float64)
    for number, sequence in enumerate(sequences):
        for part in sequence:
            busy[number] += _takes_s(arena, number, int(place[number]), part)
            place[number] = arena.part[part, 0]
    open_parts = [part for part in range(len(arena.part)) if part not in taken]
    alive = set(range(len(arena.lo)))
    while open_parts and alive:
        number = min(alive, key=lambda each: (busy[each], each))
        profile = arena.lo[number, kernel.PROFILE]
        ways = arena.sec[profile, place[number], arena.part[open_parts, 0]]
        if not np.any(ways >= 0):
            alive.discard(number)
            continue
        order = np.lexsort((ways, -arena.urgency[open_parts], ways < 0))
        part = open_parts.pop(int(order[0]))
        busy[number] += _takes_s(arena, number, int(place[number]), part)
        place[number] = arena.part[part, 0]
        sequences[number].append(part)
    return sequences


def _takes_s(arena: Arena, number: int, place: int, part: int) -> float:
    profile = arena.lo[number, kernel.PROFILE]
    way = max(0, int(arena.sec[profile, place, arena.part[part, 0]]))
    return way + int(arena.lo[number, kernel.SETUP]) + float(arena.part[part, 1] / arena.rate[number])


def _nearest_parts(arena: Arena) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """For each part the nearest others, by the first loader's ways."""
    places = arena.part[:, 0]
    ways = arena.sec[arena.lo[0, kernel.PROFILE]][np.ix_(places, places)].astype(np.float64)
    ways[ways < 0] = np.inf
    np.fill_diagonal(ways, np.inf)
    order = np.argsort(ways, axis=1, kind="stable")[:, :NEIGHBOURS]
    return [row.astype(np.int64) for row in order]


def _total(total: Floats) -> float:
    return float(total[: kernel.LEFT + 1].sum())
