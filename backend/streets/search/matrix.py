"""Travel times and distances from many places to many, along the fastest legal ways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backend.streets.network import Floats, Ids, Ints
from backend.streets.search.compiled import compiled
from backend.streets.search.graph import Graph
from backend.streets.search.hierarchy import labels, least_sums
from backend.streets.search.places import Places
from backend.streets.search.weights import LONGEST, METRE_BITS, MILLISECONDS, NEVER


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Matrix:
    """From each of A places to each of B; infinite where no way leads."""

    seconds: npt.NDArray[np.float32]  # (A, B)
    metres: npt.NDArray[np.float32]  # (A, B) of the fastest way


def matrix(graph: Graph, sources: Places, targets: Places | None = None) -> Matrix:
    """All ways between ``sources`` and ``targets`` (the sources themselves, if not said).

    A vehicle leaves a place along any arc on which it may stop there, whichever way it came: give places on one side of the street
    where it must not turn round at a stop.
    """
    costs = least_costs(graph, sources, sources if targets is None else targets)
    seconds, metres = np.empty(costs.shape, dtype=np.float32), np.empty(costs.shape, dtype=np.float32)
    _unpack(costs, seconds, metres)
    return Matrix(seconds=seconds, metres=metres)


def least_costs(graph: Graph, sources: Places, targets: Places) -> Ids:
    """(A, B) packed weights, LONGEST or more where no way leads."""
    result = np.full((len(sources), len(targets)), NEVER)
    leaving, arriving = seeds(graph, sources, leaving=True), seeds(graph, targets, leaving=False)
    if not len(leaving.place) or not len(arriving.place):
        return result
    hierarchy, weights = graph.skeleton.hierarchy, graph.weights
    first = graph.skeleton.first_state
    rows, columns = np.unique(leaving.place), np.unique(arriving.place)
    first_from, first_to = first[sources.segment[rows]], first[targets.segment[columns]]
    forward = labels(hierarchy, weights.up, first_from, leaving.start(rows), leaving.state, leaving.cost)
    backward = labels(
        hierarchy, weights.down, first_to, arriving.start(columns), arriving.state, arriving.cost
    )
    result[np.ix_(rows, columns)] = least_sums(hierarchy, first_from, forward, first_to, backward)
    _along_one_segment(graph, sources, targets, result)
    return result


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Seeds:
    """Where ways begin or end: state and cost, sorted by place."""

    place: Ids
    arc: Ints
    state: Ints
    cost: Ids  # to the end of the arc; for an end, less than nothing: what of its arc is not driven

    def start(self, places: Ids) -> Ids:
        """(len(places) + 1) where the seeds of each place begin, for the places that have any."""
        return np.append(np.searchsorted(self.place, places), len(self.place))


def seeds(graph: Graph, places: Places, *, leaving: bool) -> Seeds:
    """The seeds of places: how a vehicle leaves them, or arrives there."""
    place, side = np.nonzero(places.stops & places.known[:, None])
    arc = 2 * places.segment[place] + side.astype(np.int32)
    is_open = graph.arc_open[arc]
    place, arc = place[is_open], arc[is_open]
    rest = graph.arc_weight[arc] - driven(graph, arc, places.fraction[place])
    state = (graph.skeleton.leaving_state if leaving else graph.skeleton.arriving_state)[arc]
    return Seeds(place=place, arc=arc, state=state, cost=rest if leaving else -rest)


def driven(graph: Graph, arc: Ints, fraction: Floats) -> Ids:
    """The cost of an arc from its beginning to a fraction of its segment."""
    weight = graph.arc_weight[arc]
    part = np.where(arc % 2 == 0, fraction, 1.0 - fraction)
    milliseconds, millimetres = weight >> METRE_BITS, weight & (MILLISECONDS - 1)
    return np.rint(milliseconds * part).astype(np.int64) * MILLISECONDS + np.rint(millimetres * part).astype(
        np.int64
    )


def _along_one_segment(graph: Graph, sources: Places, targets: Places, result: Ids) -> None:
    """Pairs on one segment: straight along it, or out of it and back; the sums of labels cannot tell ahead from behind."""
    order = np.argsort(targets.segment, kind="stable")
    low, high = (
        np.searchsorted(targets.segment[order], sources.segment, side=side) for side in ("left", "right")
    )
    low, high = np.where(sources.known, low, 0), np.where(sources.known, high, 0)
    row = np.repeat(np.arange(len(sources)), high - low)
    if not len(row):
        return
    column = order[np.repeat(low - np.cumsum(high - low) + (high - low), high - low) + np.arange(len(row))]
    segment, which = np.unique(sources.segment[row], return_inverse=True)
    around = _around(graph, segment)
    best = np.full(len(row), NEVER)
    for out in (0, 1):
        for back in (0, 1):
            leaves, arrives = 2 * segment[which] + out, 2 * segment[which] + back
            possible = sources.stops[row, out] & targets.stops[column, back]
            possible &= graph.arc_open[leaves] & graph.arc_open[arrives]
            left = driven(graph, leaves, sources.fraction[row])
            reached = driven(graph, arrives, targets.fraction[column])
            cost = around[which, out, back] + np.where(possible, graph.arc_weight[leaves] - left, 0)
            cost += np.where(possible, reached - graph.arc_weight[arrives], 0)
            if out == back:
                cost = np.where(reached >= left, reached - left, cost)
            best = np.where(possible, np.minimum(best, cost), best)
    result[row, column] = best


def _around(graph: Graph, segment: Ints) -> Ids:
    """(K, 2, 2) from the end of each arc of the segments to the end of each arc, driving at least one whole arc."""
    skeleton, hierarchy, weights = graph.skeleton, graph.skeleton.hierarchy, graph.weights
    arc = (2 * segment[:, None] + np.arange(2)).ravel()
    first, one_each = skeleton.first_state[arc // 2], np.arange(len(arc) + 1)
    states, tables = [], []
    for state, costs in (
        (skeleton.leaving_state[arc], weights.up),
        (skeleton.arriving_state[arc], weights.down),
    ):
        cost = np.where(graph.arc_open[arc], 0, NEVER)
        tables.append(
            labels(hierarchy, costs, first, one_each, np.maximum(state, first), cost).reshape(
                -1, 2, hierarchy.height
            )
        )
        states.append(state.reshape(-1, 2))
    result = np.empty((len(segment), 2, 2), dtype=np.int64)
    for out in (0, 1):
        for back in (0, 1):
            sums = tables[0][:, out] + tables[1][:, back]
            same = np.flatnonzero((states[0][:, out] == states[1][:, back]) & (states[0][:, out] >= 0))
            state = states[0][same, out]
            sums[same, hierarchy.depth[state]] = weights.round_trip[state]
            result[:, out, back] = sums.min(axis=1, initial=NEVER)
    return result


@compiled
def _unpack(costs, seconds, metres):  # type: ignore[no-untyped-def]
    for row in range(costs.shape[0]):
        for column in range(costs.shape[1]):
            cost = costs[row, column]
            if cost >= LONGEST:
                seconds[row, column] = metres[row, column] = np.inf
            else:
                seconds[row, column] = (cost >> METRE_BITS) * 1e-3
                metres[row, column] = (cost & (MILLISECONDS - 1)) * 1e-3
