"""A customizable contraction hierarchy over the arcs: built once for a network, weighed in a moment for each vehicle.

Its nodes are **states** (see `graph`), numbered in the order of their removal; a weight is a whole number that holds seconds and
metres together (see `weights`), so shortest is exact and the metres are those of the fastest way. Removing a state joins its
remaining neighbours; `build` finds who they are without looking at weights, `weigh` finds what the joints cost. The states above a
state, from parent to parent, are one chain, and the top of each shortest way lies on the chains of both its ends: a **label** holds
the costs from a place to its chain (or back), and the cost between two places is the least sum along the common part.

Dibbelt, Strasser, Wagner, «Customizable Contraction Hierarchies», JEA 2016, doi 10.1145/2886843; with turn costs: Buchhold, Wagner,
Zeitz, Zündorf, ATMOS 2020, doi 10.4230/OASIcs.ATMOS.2020.9.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backend.streets.network import Ids, Ints
from backend.streets.search.compiled import compiled
from backend.streets.search.weights import NEVER

NOBODY = -1


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Hierarchy:
    """N states and their joints: state ``x`` with ``upper[upper_start[x]:upper_start[x + 1]]``, ascending, all above ``x``."""

    upper_start: Ids  # (N + 1)
    upper: Ints  # (J)
    parent: Ints  # (N) the lowest of the upper neighbours; NOBODY at the top
    depth: Ints  # (N) how many states lie above on the chain
    position: Ints  # (N) in an order where each state is followed by those that have it on their chain

    @property
    def states(self) -> int:
        """How many states."""
        return len(self.parent)

    @property
    def height(self) -> int:
        """States on the longest chain."""
        return int(self.depth.max()) + 1 if self.states else 0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Weights:
    """What the joints of a hierarchy cost for one vehicle, and through which lower state (NOBODY: straight)."""

    up: Ids  # (J) from the lower state to the upper
    down: Ids  # (J) from the upper to the lower
    up_through: Ints  # (J)
    down_through: Ints  # (J)
    round_trip: Ids  # (N) from a state back to itself through lower ones


def build(states: int, tails: Ints, heads: Ints) -> Hierarchy:
    """The hierarchy over states 0 to ``states - 1``, removed in that order, with moves from ``tails`` to ``heads``."""
    low, high = np.minimum(tails, heads), np.maximum(tails, heads)
    keys = np.unique(low[low != high].astype(np.int64) * states + high[low != high])
    start = np.searchsorted(keys, np.arange(states + 1, dtype=np.int64) * states)
    upper_start, upper, parent = _filled(start, (keys % max(states, 1)).astype(np.int32))
    depth, position = np.zeros(states, dtype=np.int32), np.empty(states, dtype=np.int32)
    _chains(parent, depth, position, np.ones(states, dtype=np.int32), np.empty(states, dtype=np.int32))
    return Hierarchy(upper_start=upper_start, upper=upper, parent=parent, depth=depth, position=position)


def weigh(hierarchy: Hierarchy, tails: Ints, heads: Ints, weights: Ids) -> Weights:
    """Costs of all joints, given the moves and their weights (NEVER where forbidden)."""
    joints = len(hierarchy.upper)
    up, down = np.full(joints, NEVER), np.full(joints, NEVER)
    round_trip = np.full(hierarchy.states, NEVER)
    np.minimum.at(round_trip, tails[tails == heads], weights[tails == heads])
    lower_of_joint = np.repeat(np.arange(hierarchy.states), np.diff(hierarchy.upper_start))
    keys = lower_of_joint * max(hierarchy.states, 1) + hierarchy.upper
    for here, there, costs in ((tails, heads, up), (heads, tails, down)):
        rising = here < there
        joint = np.searchsorted(keys, here[rising].astype(np.int64) * hierarchy.states + there[rising])
        np.minimum.at(costs, joint, weights[rising])
    up_through, down_through = (np.full(joints, NOBODY, dtype=np.int32) for _ in "ud")
    _weigh(hierarchy.upper_start, hierarchy.upper, up, down, up_through, down_through, round_trip)
    return Weights(up=up, down=down, up_through=up_through, down_through=down_through, round_trip=round_trip)


def labels(
    hierarchy: Hierarchy, costs: Ids, first: Ints, seed_start: Ids, seed_state: Ints, seed_cost: Ids
) -> Ids:
    """(P, height) least costs from each place to the states of its chain, by depth; with ``down`` costs, back from them.

    ``first`` is the lowest state of a place; its seeds lie on the chain of that state.
    """
    result = np.full((len(first), hierarchy.height), NEVER)
    _label(
        hierarchy.upper_start, hierarchy.upper, hierarchy.parent, hierarchy.depth, costs,
        first, seed_start, seed_state, seed_cost, result,
    )  # fmt: skip
    return result


def least_sums(
    hierarchy: Hierarchy, first_from: Ints, forward: Ids, first_to: Ints, backward: Ids
) -> npt.NDArray[np.int64]:
    """(A, B) the least cost between places with labels ``forward`` (A) and ``backward`` (B)."""
    order_from = np.argsort(hierarchy.position[first_from], kind="stable")
    order_to = np.argsort(hierarchy.position[first_to], kind="stable")
    result = np.full((len(first_from), len(first_to)), NEVER)
    if not len(first_to):
        return result
    _least_sums(
        hierarchy.parent, hierarchy.depth, hierarchy.position, first_from[order_from], forward, order_from,
        first_to[order_to], backward[order_to], order_to, result,
    )  # fmt: skip
    return result


def _filled(start: Ids, higher: Ints) -> tuple[Ids, Ints, Ints]:
    """All joints: those that there are, and those that removals add; room is doubled until they fit."""
    states, room = len(start) - 1, 16 + 6 * len(higher)
    while True:
        upper_start, upper = np.zeros(states + 1, dtype=np.int64), np.empty(room, dtype=np.int32)
        tables = np.full((4, states), NOBODY, dtype=np.int32)
        if _fill(start, higher, upper_start, upper, tables, np.empty(states, dtype=np.int32)):
            return upper_start, upper[: upper_start[-1]].copy(), tables[0].copy()
        room *= 2


@compiled
def _fill(start, higher, upper_start, upper, tables, found):  # type: ignore[no-untyped-def]
    parent, first_child, next_child, marked = tables[0], tables[1], tables[2], tables[3]
    for state in range(len(parent)):
        count = 0
        for at in range(start[state], start[state + 1]):
            marked[higher[at]] = state
            found[count] = higher[at]
            count += 1
        child = first_child[state]
        while child >= 0:
            for at in range(upper_start[child], upper_start[child + 1]):
                other = upper[at]
                if other != state and marked[other] != state:
                    marked[other] = state
                    found[count] = other
                    count += 1
            child = next_child[child]
        begin = upper_start[state]
        if begin + count > len(upper):
            return False
        for index in range(count):  # insertion sort: the lists are short and nearly sorted
            value, at = found[index], begin + index
            while at > begin and upper[at - 1] > value:
                upper[at] = upper[at - 1]
                at -= 1
            upper[at] = value
        upper_start[state + 1] = begin + count
        if count > 0:
            above = upper[begin]
            parent[state] = above
            next_child[state] = first_child[above]
            first_child[above] = state
    return True


@compiled
def _chains(parent, depth, position, size, free):  # type: ignore[no-untyped-def]
    for state in range(len(parent)):
        if parent[state] >= 0:
            size[parent[state]] += size[state]
    top = 0
    for state in range(len(parent) - 1, -1, -1):
        above = parent[state]
        if above >= 0:
            depth[state] = depth[above] + 1
            position[state] = free[above]
            free[above] += size[state]
        else:
            position[state] = top
            top += size[state]
        free[state] = position[state] + 1


@compiled
def _weigh(upper_start, upper, up, down, up_through, down_through, round_trip):  # type: ignore[no-untyped-def]
    for low in range(len(upper_start) - 1):
        end = upper_start[low + 1]
        for first in range(upper_start[low], end):
            middle = upper[first]
            into, out_of = down[first], up[first]
            round_trip[middle] = min(round_trip[middle], into + out_of)
            at = upper_start[middle]
            for second in range(first + 1, end):
                while upper[at] != upper[second]:
                    at += 1
                rising = into + up[second]
                if rising < up[at]:
                    up[at] = rising
                    up_through[at] = low
                falling = down[second] + out_of
                if falling < down[at]:
                    down[at] = falling
                    down_through[at] = low


@compiled
def _label(  # type: ignore[no-untyped-def]
    upper_start, upper, parent, depth, costs, first, seed_start, seed_state, seed_cost, result
):
    for place in range(len(first)):
        row = result[place]
        for seed in range(seed_start[place], seed_start[place + 1]):
            at = depth[seed_state[seed]]
            row[at] = min(row[at], seed_cost[seed])
        state = first[place]
        while state >= 0:
            cost = row[depth[state]]
            if cost < NEVER:
                for joint in range(upper_start[state], upper_start[state + 1]):
                    at = depth[upper[joint]]
                    row[at] = min(row[at], cost + costs[joint])
            state = parent[state]


@compiled
def _least(one, other, count):  # type: ignore[no-untyped-def]
    least = NEVER
    for at in range(count):
        least = min(least, one[at] + other[at])
    return least


@compiled
def common(parent, depth, one, other):  # type: ignore[no-untyped-def]
    """How many states the chains of two states have in common."""
    while one != other and one >= 0 and other >= 0:
        if one < other:
            one = parent[one]
        else:
            other = parent[other]
    return depth[one] + 1 if one == other and one >= 0 else 0


@compiled
def _least_sums(  # type: ignore[no-untyped-def]
    parent, depth, position, sources, forward, row_of, targets, backward, column_of, result
):
    count = len(targets)
    shared = np.empty(count, dtype=np.int64)  # by target and the one before
    for index in range(1, count):
        shared[index] = common(parent, depth, targets[index - 1], targets[index])
    nearest = 0
    for index in range(len(sources)):
        source = sources[index]
        row, label = result[row_of[index]], forward[row_of[index]]
        while nearest < count and position[targets[nearest]] < position[source]:
            nearest += 1
        if nearest < count:
            together = common(parent, depth, source, targets[nearest])
            for target in range(nearest, count):
                if target > nearest:
                    together = min(together, shared[target])
                row[column_of[target]] = _least(label, backward[target], together)
        if nearest > 0:
            together = common(parent, depth, source, targets[nearest - 1])
            for target in range(nearest - 1, -1, -1):
                if target < nearest - 1:
                    together = min(together, shared[target + 1])
                row[column_of[target]] = _least(label, backward[target], together)
