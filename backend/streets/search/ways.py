"""The way itself: which arcs lead from place to place, with its line on the map; and along a whole sequence of places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backend.streets.network import Floats, Ints, Network
from backend.streets.search.graph import Graph
from backend.streets.search.matrix import driven
from backend.streets.search.places import Places
from backend.streets.search.plane import Plane
from backend.streets.search.unpacking import fastest
from backend.streets.search.weights import LONGEST, METRE_BITS, MILLISECONDS, NEVER, weight_of


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Way:
    """From a place on the first arc to a place on the last; both may be the same arc."""

    arcs: Ints  # in the order of driving
    start_fraction: float  # of the first arc, in driving direction
    end_fraction: float  # of the last arc
    seconds: float
    metres: float


class NoWay(ValueError):
    """No legal way leads from one place to the next; ``leg`` says which, counted from 0."""

    def __init__(self, leg: int) -> None:
        super().__init__(f"no way leads from place {leg} to place {leg + 1}")
        self.leg = leg


def way(graph: Graph, places: Places, start: int = 0, end: int = 1) -> Way:
    """The fastest way between two of the places, with the cost that `matrix` names; NoWay where there is none."""
    return ways(graph, places[np.array([start, end])])[0]


def ways(graph: Graph, places: Places, *, turn_round_s: float | None = None) -> list[Way]:
    """The fastest ways along all places in order, chosen together: a vehicle that stops in a street goes on in its direction.

    ``turn_round_s`` is what turning round at a stop costs, the profile's U-turn if not said; it may be infinite. It is part of the
    way that begins with it.
    """
    turn_s = graph.profile.u_turn_s if turn_round_s is None else turn_round_s
    round_cost = NEVER if np.isinf(turn_s) else int(weight_of(turn_s, 0.0))
    legs = [_legs(graph, places, index) for index in range(len(places) - 1)]
    best = [(0, 0) if places.known[0] else (NEVER, NEVER)] if len(places) else []
    chosen: list[list[tuple[int, int]]] = []
    for index, leg in enumerate(legs):
        costs, choices = [NEVER, NEVER], [(0, 0), (0, 0)]
        for arrives in (0, 1):
            for leaves in (0, 1):
                for came in (0, 1):
                    before = best[index][came] + (round_cost if came != leaves and index else 0)
                    if leg[leaves][arrives][0] >= LONGEST or before >= LONGEST:
                        continue
                    if before + leg[leaves][arrives][0] < costs[arrives]:
                        costs[arrives], choices[arrives] = before + leg[leaves][arrives][0], (came, leaves)
        if min(costs) >= LONGEST:
            raise NoWay(index)
        best.append((costs[0], costs[1]))
        chosen.append(choices)
    found: list[Way] = []
    arrives = int(np.argmin(best[-1])) if best else 0
    for index in range(len(legs) - 1, -1, -1):
        came, leaves = chosen[index][arrives]
        cost, arcs = legs[index][leaves][arrives]
        cost += round_cost if came != leaves and index else 0
        found.append(_made((cost, arcs), graph, places, index))
        arrives = came
    return found[::-1]


Leg = tuple[int, Ints]  # cost and states


def _legs(graph: Graph, places: Places, index: int) -> list[list[Leg]]:
    """Costs and states from each arc of a place to each arc of the next."""
    nothing = (NEVER, np.zeros(0, dtype=np.int32))
    result = [[nothing, nothing], [nothing, nothing]]
    for out in (0, 1):
        for back in (0, 1):
            if not (places.stops[index, out] and places.stops[index + 1, back]):
                continue
            arcs = np.array([2 * places.segment[index] + out, 2 * places.segment[index + 1] + back])
            if not graph.arc_open[arcs].all():
                continue
            left, reached = (int(part) for part in driven(graph, arcs, places.fraction[index : index + 2]))
            if arcs[0] == arcs[1] and reached >= left:
                result[out][back] = (reached - left, arcs[:1].astype(np.int32))
                continue
            cost, states = _between(graph, int(arcs[0]), int(arcs[1]))
            if cost < LONGEST:
                cost += int(graph.arc_weight[arcs[0]]) - left + reached - int(graph.arc_weight[arcs[1]])
                result[out][back] = (cost, graph.skeleton.state_arc[states])
    return result


def _between(graph: Graph, leaves: int, arrives: int) -> Leg:
    """From the end of one arc to the end of another, driving at least one whole arc."""
    skeleton = graph.skeleton
    start, goal = int(skeleton.leaving_state[leaves]), int(skeleton.arriving_state[arrives])
    if start != goal:
        return fastest(skeleton.hierarchy, graph.weights, start, goal)
    best: Leg = (NEVER, np.zeros(0, dtype=np.int32))
    for move in range(int(skeleton.move_start[start]), int(skeleton.move_start[start + 1])):
        step, following = int(graph.move_weight[move]), int(skeleton.move_head[move])
        if step >= LONGEST:
            continue
        cost, states = fastest(skeleton.hierarchy, graph.weights, following, goal)
        if cost + step < best[0]:
            best = (cost + step, np.concatenate((np.array([start], dtype=np.int32), states)))
    return best


def _made(leg: Leg, graph: Graph, places: Places, index: int) -> Way:
    cost, arcs = leg
    ends = []
    for arc, fraction in ((arcs[0], places.fraction[index]), (arcs[-1], places.fraction[index + 1])):
        ends.append(float(fraction if arc % 2 == 0 else 1 - fraction))
    return Way(
        arcs=arcs,
        start_fraction=ends[0],
        end_fraction=ends[1],
        seconds=(cost >> METRE_BITS) / 1000,
        metres=(cost & (MILLISECONDS - 1)) / 1000,
    )


def line(
    network: Network, plane: Plane, arcs: Ints, start_fraction: float, end_fraction: float
) -> npt.NDArray[np.float64]:
    """(points, 2) lon and lat along arcs, from a fraction of the first to a fraction of the last; at least two points."""
    pieces = []
    for index, arc in enumerate(arcs):
        low = start_fraction if index == 0 else 0.0
        high = end_fraction if index == len(arcs) - 1 else 1.0
        piece = part_of_line(network, plane, int(arc), low, high)
        pieces.append(piece[1:] if index else piece)
    return np.concatenate(pieces)


def part_of_line(network: Network, plane: Plane, arc: int, low: float, high: float) -> Floats:
    """(points, 2) lon and lat of an arc between two fractions of it, in driving direction."""
    segment = arc // 2
    points = slice(int(network.line_start[segment]), int(network.line_start[segment + 1]))
    along_m, drawn = plane.along_m[points], network.line(segment)
    if arc % 2:
        along_m, drawn = plane.drawn_m[segment] - along_m[::-1], drawn[::-1]
    if low <= 0.0 and high >= 1.0:
        return drawn
    ends_m = np.array([low, high]) * plane.drawn_m[segment]
    inside = (along_m > ends_m[0] + 0.01) & (along_m < ends_m[1] - 0.01)
    ends = np.column_stack([np.interp(ends_m, along_m, drawn[:, axis]) for axis in (0, 1)])
    return np.concatenate((ends[:1], drawn[inside], ends[1:]))
