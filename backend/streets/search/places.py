"""Places on streets: where a point in the city touches the network, and on which arcs a vehicle may stop there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
import numpy.typing as npt

from backend.streets.network import Flags, Floats, Ints
from backend.streets.search.graph import Graph
from backend.streets.search.grid import NO_SEGMENT, closest
from backend.streets.search.skeleton import Skeleton

LIMIT_M = 150.0  # further from any street there is nothing to stop for: a river, a field
WIDE_M = 10.0  # a carriageway that nobody crosses with a container


class Kerb(Enum):
    """On which side of a street a vehicle may stop."""

    EITHER = "either"
    RIGHT_WHERE_WIDE = "right_where_wide"  # nobody crosses a wide street with a container
    RIGHT = "right"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Places:
    """K places; where ``segment`` is NO_SEGMENT no usable street is near."""

    segment: Ints  # (K)
    fraction: Floats  # (K) of the way from the segment's from_node to its to_node
    distance_m: Floats  # (K) from the point asked for to the street; infinite without one
    on_right: Flags  # (K) whether the point lies to the right of the segment's direction
    stops: npt.NDArray[
        np.bool_
    ]  # (K, 2) whether the vehicle may stop when it drives along the segment, and when against

    def __len__(self) -> int:
        return len(self.segment)

    def __getitem__(self, chosen: npt.ArrayLike | slice) -> Places:
        """The places chosen by a mask, indices or a slice."""
        pick = chosen if isinstance(chosen, slice) else np.asarray(chosen)
        return Places(
            segment=self.segment[pick],
            fraction=self.fraction[pick],
            distance_m=self.distance_m[pick],
            on_right=self.on_right[pick],
            stops=self.stops[pick],
        )

    @property
    def known(self) -> Flags:
        """(K) whether there is a street."""
        return self.segment != NO_SEGMENT


def nearest(
    skeleton: Skeleton,
    lon: npt.ArrayLike,
    lat: npt.ArrayLike,
    *,
    usable: Flags | None = None,
    limit_m: float = LIMIT_M,
) -> Places:
    """The nearest of the usable segments (all, if not said) for each point; stopping is allowed both ways."""
    lon, lat = np.atleast_1d(np.asarray(lon, dtype=float)), np.atleast_1d(np.asarray(lat, dtype=float))
    network = skeleton.network
    wanted = np.ones(network.segments, dtype=np.bool_) if usable is None else usable
    x, y = skeleton.plane.project(lon, lat)
    found = closest(skeleton.grid, skeleton.plane, x, y, skeleton.plane.stretch(lat), wanted, limit_m, 1)
    segment, along_m, distance_m, on_right = found[0][:, 0], found[1][:, 0], found[2][:, 0], found[3][:, 0]
    known = segment != NO_SEGMENT
    fraction = np.zeros(len(lon))
    drawn_m = skeleton.plane.drawn_m[segment[known]]
    fraction[known] = np.clip(along_m[known] / np.where(drawn_m > 0, drawn_m, 1.0), 0.0, 1.0)
    return Places(
        segment=segment,
        fraction=fraction,
        distance_m=distance_m,
        on_right=on_right,
        stops=np.repeat(known[:, None], 2, axis=1),
    )


def stops(
    graph: Graph,
    lon: npt.ArrayLike,
    lat: npt.ArrayLike,
    *,
    kerb: Kerb = Kerb.EITHER,
    limit_m: float = LIMIT_M,
    anywhere: bool = False,
) -> Places:
    """Where the vehicle stops for each point: on the nearest street that it can get to and back from.

    With ``anywhere`` the nearest street counts, whether it can be reached or not; `reasons` tells what is wrong with it.
    """
    served = graph.served
    usable = None if anywhere else served[0::2] | served[1::2]
    found = nearest(graph.skeleton, lon, lat, usable=usable, limit_m=limit_m)
    return on_kerb(graph, found, kerb)


def on_kerb(graph: Graph, places: Places, kerb: Kerb) -> Places:
    """The same places, each with the arcs along which the vehicle may stop there.

    The right side is not insisted on where it cannot be driven: in a one-way street both kerbs are served from the one arc.
    """
    segment = np.where(places.known, places.segment, 0)
    if len(graph.arc_open) == 0:
        return replace(places, stops=np.zeros((len(places), 2), dtype=np.bool_))
    possible = graph.served.reshape(-1, 2)[segment]
    reachable: Flags = np.any(possible, axis=1)
    possible = np.where(reachable[:, None], possible, graph.arc_open.reshape(-1, 2)[segment])
    right = np.column_stack((places.on_right, ~places.on_right)) & possible
    strict: Flags = np.any(right, axis=1)
    if kerb is Kerb.EITHER:
        strict &= False
    elif kerb is Kerb.RIGHT_WHERE_WIDE:
        strict &= graph.network.width_m[segment] >= WIDE_M
    return replace(places, stops=np.where(strict[:, None], right, possible) & places.known[:, None])


def positions(skeleton: Skeleton, segment: Ints, fraction: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude of points on segments."""
    network, plane = skeleton.network, skeleton.plane
    wanted_m = plane.begins_m[segment] + fraction * plane.drawn_m[segment]
    return np.interp(wanted_m, plane.behind_m, network.point_lon), np.interp(
        wanted_m, plane.behind_m, network.point_lat
    )
