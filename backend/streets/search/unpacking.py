"""One fastest way through the hierarchy, with all the states that its joints stand for."""

from __future__ import annotations

import numpy as np

from backend.streets.network import Ints
from backend.streets.search.compiled import compiled
from backend.streets.search.hierarchy import NOBODY, Hierarchy, Weights, common
from backend.streets.search.weights import NEVER


def fastest(hierarchy: Hierarchy, weights: Weights, start: int, goal: int) -> tuple[int, Ints]:
    """The least cost from one state to another and the states on the way, both ends included; NEVER and none without a way."""
    costs = np.full((2, hierarchy.height), NEVER)
    came_from = np.full((2, hierarchy.height), NOBODY, dtype=np.int32)
    stack = np.empty((2 * hierarchy.height + 64, 2), dtype=np.int32)
    states = np.empty(hierarchy.states + 1, dtype=np.int32)
    cost, count = _fastest(
        hierarchy.upper_start, hierarchy.upper, hierarchy.parent, hierarchy.depth, weights.up, weights.down,
        weights.up_through, weights.down_through, start, goal, costs, came_from, stack, states,
    )  # fmt: skip
    return int(cost), states[:count].copy()


@compiled
def _climb(upper_start, upper, parent, depth, costs, start, least, came_from):  # type: ignore[no-untyped-def]
    """Least costs along the chain of a state, and the state below by which each is reached."""
    least[depth[start]] = 0
    state = start
    while state >= 0:
        cost = least[depth[state]]
        if cost < NEVER:
            for joint in range(upper_start[state], upper_start[state + 1]):
                at = depth[upper[joint]]
                if cost + costs[joint] < least[at]:
                    least[at] = cost + costs[joint]
                    came_from[at] = state
        state = parent[state]


@compiled
def _fastest(  # type: ignore[no-untyped-def]
    upper_start,
    upper,
    parent,
    depth,
    up,
    down,
    up_through,
    down_through,
    start,
    goal,
    costs,
    came_from,
    stack,
    states,
):
    _climb(upper_start, upper, parent, depth, up, start, costs[0], came_from[0])
    _climb(upper_start, upper, parent, depth, down, goal, costs[1], came_from[1])
    cost, top = NEVER, NOBODY
    state = start
    together = common(parent, depth, start, goal)
    while state >= 0:
        at = depth[state]
        if at < together and costs[0, at] + costs[1, at] < cost:
            cost, top = costs[0, at] + costs[1, at], state
        state = parent[state]
    if top < 0:
        return NEVER, 0
    # The stack holds what is still to be driven, from one state to another, the first on top. Its length is bounded: what
    # replaces a pair goes through a lower state, and each state is lower than those under it.
    waiting, state = 0, top
    while came_from[1, depth[state]] >= 0:
        below = came_from[1, depth[state]]
        stack[waiting, 0], stack[waiting, 1] = state, below
        waiting += 1
        state = below
    for index in range(waiting // 2):
        other = waiting - 1 - index
        for side in range(2):
            stack[index, side], stack[other, side] = stack[other, side], stack[index, side]
    state = top
    while came_from[0, depth[state]] >= 0:
        below = came_from[0, depth[state]]
        stack[waiting, 0], stack[waiting, 1] = below, state
        waiting += 1
        state = below
    states[0], count = start, 1
    while waiting > 0:
        waiting -= 1
        tail, head = stack[waiting, 0], stack[waiting, 1]
        low, high = min(tail, head), max(tail, head)
        joint = upper_start[low]
        while upper[joint] != high:
            joint += 1
        through = up_through[joint] if tail < head else down_through[joint]
        if through < 0:
            states[count] = head
            count += 1
        else:
            stack[waiting, 0], stack[waiting, 1] = through, head
            stack[waiting + 1, 0], stack[waiting + 1, 1] = tail, through
            waiting += 2
    return cost, count
