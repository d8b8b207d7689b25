"""A network as one vehicle finds it: which arcs are open, what moves cost, where it can come from and get to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from backend.streets.network import Flags, Floats, Ids, Ints, Network, arc_heads
from backend.streets.search.hierarchy import Weights, weigh
from backend.streets.search.profile import VehicleProfile
from backend.streets.search.skeleton import ARRIVING, THROUGH, Skeleton, survey
from backend.streets.search.weights import NEVER, weight_of

STRAIGHT_DEG = 20.0  # a turn up to here costs nothing by itself
SQUARE_DEG = 70.0  # from here on it costs a right angle's seconds
NOTHING_CLOSED = np.zeros(0, dtype=np.int32)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Graph:
    """N states, M moves and S segments as in the skeleton."""

    skeleton: Skeleton
    profile: VehicleProfile
    arc_open: Flags  # (2 S)
    arc_weight: Ids  # (2 S) to drive the whole arc; NEVER where closed
    move_weight: Ids  # (M) the turn and the arc behind it; NEVER where forbidden
    reached: Flags  # (N) from the main part of the network
    returns: Flags  # (N) to the main part of the network
    weights: Weights

    @property
    def network(self) -> Network:
        """The network searched."""
        return self.skeleton.network

    @property
    def served(self) -> Flags:
        """(2 S) arcs that the vehicle can get to from the main part of the network, and back from."""
        arriving, leaving = self.skeleton.arriving_state, self.skeleton.leaving_state
        if not len(self.reached):
            return np.zeros(len(arriving), dtype=np.bool_)
        return (arriving >= 0) & self.reached[arriving] & self.returns[leaving]


def prepare(
    network: Network,
    profile: VehicleProfile,
    *,
    skeleton: Skeleton | None = None,
    closed: Ints = NOTHING_CLOSED,
) -> Graph:
    """The graph of one vehicle.

    A ``skeleton`` made before by `survey` of the same network saves most of the time. ``closed`` names segments that nobody may
    drive today.
    """
    skeleton = skeleton or survey(network)
    arc_open = open_arcs(network, profile, closed)
    arc_weight = np.where(
        arc_open, weight_of(arc_seconds(network, profile), np.repeat(network.length_m, 2)), NEVER
    )
    allowed = _allowed_moves(skeleton, arc_open)
    turn = weight_of(_turn_seconds(skeleton, profile), 0.0)
    move_weight = np.where(
        allowed, turn + arc_weight[skeleton.state_arc[skeleton.move_head]] * allowed, NEVER
    )
    reached, returns = _main_part(skeleton, allowed)
    weights = weigh(skeleton.hierarchy, skeleton.move_tail, skeleton.move_head, move_weight)
    return Graph(
        skeleton=skeleton,
        profile=profile,
        arc_open=arc_open,
        arc_weight=arc_weight,
        move_weight=move_weight,
        reached=reached,
        returns=returns,
        weights=weights,
    )


def open_arcs(network: Network, profile: VehicleProfile, closed: Ints = NOTHING_CLOSED) -> Flags:
    """(2 S) whether the vehicle may drive each arc at all."""
    bears = (network.max_weight_t >= profile.weight_t) & (network.max_height_m >= profile.height_m)
    bears[closed] = False
    return np.repeat(bears, 2) & ((network.access & profile.access) != 0)


def arc_seconds(network: Network, profile: VehicleProfile) -> Floats:
    """(2 S) to drive each whole arc, open or not."""
    top_kmh = np.repeat(np.asarray(profile.top_kmh)[network.street_class], 2)
    kmh = np.minimum(np.maximum(network.speed_kmh * profile.speed_factor, 1.0), top_kmh)
    return np.repeat(network.length_m, 2) * 3.6 / kmh


def _turn_seconds(skeleton: Skeleton, profile: VehicleProfile) -> Floats:
    node = arc_heads(skeleton.network)[skeleton.state_arc[skeleton.move_tail]]
    angle = skeleton.move_angle
    sharpness = np.clip((np.abs(angle) - STRAIGHT_DEG) / (SQUARE_DEG - STRAIGHT_DEG), 0.0, 1.0)
    turn_s = profile.straight_s + sharpness * np.where(angle > 0, profile.left_s, profile.right_s)
    seconds = np.where(skeleton.junction[node], turn_s, 0.0)
    seconds[skeleton.move_turns_round] = profile.u_turn_s
    return seconds + np.where(skeleton.network.node_signal[node], profile.signal_s, 0.0)


def _allowed_moves(skeleton: Skeleton, arc_open: Flags) -> Flags:
    """(M) what is open, not banned, and no turning round except where nothing else goes on.

    Nothing goes on where all that follows is for residents, or cannot be come back from: a one-way street over the map's edge.
    """
    tail, head = skeleton.state_arc[skeleton.move_tail], skeleton.state_arc[skeleton.move_head]
    arcs = np.int64(len(arc_open))
    banned = skeleton.network.banned_turns.astype(np.int64)
    allowed = arc_open[tail] & arc_open[head]
    allowed &= ~np.isin(tail * arcs + head, banned[:, 0] * arcs + banned[:, 1])
    part = connected_components(
        _matrix(tail[allowed], head[allowed], len(arc_open)), directed=True, connection="strong"
    )[1]
    goes_on = allowed & ~skeleton.move_turns_round & (part[tail] == part[head])
    goes_on &= (skeleton.state_kind[skeleton.move_head] != ARRIVING) | (
        skeleton.state_kind[skeleton.move_tail] == ARRIVING
    )
    ways_on = np.bincount(skeleton.move_tail[goes_on], minlength=len(skeleton.state_arc))
    return allowed & (~skeleton.move_turns_round | (ways_on[skeleton.move_tail] == 0))


def _main_part(skeleton: Skeleton, allowed: Flags) -> tuple[Flags, Flags]:
    """Which states can be reached from the largest part whose streets all lead to each other, and which lead there."""
    states = len(skeleton.state_arc)
    through = skeleton.state_kind == THROUGH
    if not through.any():
        return np.zeros(states, dtype=bool), np.zeros(states, dtype=bool)
    moves = _matrix(skeleton.move_tail[allowed], skeleton.move_head[allowed], states)
    part = connected_components(moves, directed=True, connection="strong")[1]
    length_m = np.where(through, skeleton.network.length_m[skeleton.state_arc // 2], 0.0)
    main = int(np.argmax(np.bincount(part, weights=length_m)))
    middle = int(np.flatnonzero((part == main) & through)[0])
    reached, returns = np.zeros(states, dtype=bool), np.zeros(states, dtype=bool)
    reached[breadth_first_order(moves, middle, return_predecessors=False)] = True
    returns[breadth_first_order(moves.T.tocsr(), middle, return_predecessors=False)] = True
    return reached, returns


def _matrix(rows: npt.NDArray[np.int32], columns: npt.NDArray[np.int32], size: int) -> csr_array:
    return csr_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(size, size))
