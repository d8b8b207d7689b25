"""The network's lines on a plane, in metres: a sphere seen straight from above the middle, good for a region."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backend.streets.network import Floats, Network
from shared.geometry import EARTH_RADIUS_M

BEARING_M = (
    12.0  # a turn is judged by where a street leads so far from the corner: the corner itself may be rounded
)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Plane:
    """Points of the network's lines in metres east and north of its middle, and how far along their segment they lie."""

    middle_lon: float
    middle_lat: float
    x: Floats  # (P)
    y: Floats  # (P)
    along_m: Floats  # (P) from the beginning of the point's segment
    drawn_m: Floats  # (S) the length of the line as drawn here
    begins_m: Floats  # (S) where a segment begins when all lines lie one behind the other, a metre apart
    behind_m: Floats  # (P) where each point lies then

    def project(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Metres east and north of the middle."""
        return _project(
            np.asarray(lon, dtype=float), np.asarray(lat, dtype=float), self.middle_lon, self.middle_lat
        )

    def stretch(self, lat: npt.ArrayLike) -> Floats:
        """What a metre east on the plane really measures at a latitude."""
        return np.cos(np.radians(np.asarray(lat, dtype=float))) / np.cos(np.radians(self.middle_lat))


def plane_of(network: Network) -> Plane:
    """The plane over the middle of a network; an empty one lies at 0, 0."""
    if len(network.point_lon) == 0:
        empty = np.zeros(0)
        return Plane(
            middle_lon=0.0, middle_lat=0.0, x=empty, y=empty, along_m=empty, drawn_m=empty, begins_m=empty, behind_m=empty
        )  # fmt: skip
    middle_lon = float(network.point_lon.min() + network.point_lon.max()) / 2
    middle_lat = float(network.point_lat.min() + network.point_lat.max()) / 2
    x, y = _project(network.point_lon, network.point_lat, middle_lon, middle_lat)
    stretch = np.cos(np.radians(network.point_lat)) / np.cos(np.radians(middle_lat))
    step_m = np.hypot(np.diff(x) * (stretch[1:] + stretch[:-1]) / 2, np.diff(y))
    first, last = network.line_start[:-1], network.line_start[1:] - 1
    step_m[first[1:] - 1] = 0.0
    gone_m = np.concatenate(([0.0], np.cumsum(step_m)))
    points = np.diff(network.line_start)
    along_m = gone_m - np.repeat(gone_m[first], points)
    begins_m = np.concatenate(([0.0], np.cumsum(along_m[last] + 1.0)))[:-1]
    return Plane(
        middle_lon=middle_lon,
        middle_lat=middle_lat,
        x=x,
        y=y,
        along_m=along_m,
        drawn_m=along_m[last],
        begins_m=begins_m,
        behind_m=along_m + np.repeat(begins_m, points),
    )


def end_bearings(network: Network, plane: Plane) -> tuple[Floats, Floats]:
    """(2 S) the directions in which each arc begins and ends, in radians, counted from east to north."""
    first, last = network.line_start[:-1], network.line_start[1:] - 1
    inward_m = np.minimum(BEARING_M, plane.drawn_m)
    begins, ends = np.empty(2 * network.segments), np.empty(2 * network.segments)
    if not network.segments:
        return begins, ends
    for corner, inner_m, outgoing, incoming in (
        (first, inward_m, begins[0::2], ends[1::2]),
        (last, plane.drawn_m - inward_m, begins[1::2], ends[0::2]),
    ):
        dx = np.interp(plane.begins_m + inner_m, plane.behind_m, plane.x) - plane.x[corner]
        dy = np.interp(plane.begins_m + inner_m, plane.behind_m, plane.y) - plane.y[corner]
        outgoing[:] = np.arctan2(dy, dx)
        incoming[:] = np.arctan2(0.0 - dy, 0.0 - dx)
    return begins, ends


def _project(lon: Floats, lat: Floats, middle_lon: float, middle_lat: float) -> tuple[Floats, Floats]:
    x = np.radians(lon - middle_lon) * (EARTH_RADIUS_M * np.cos(np.radians(middle_lat)))
    return x, np.radians(lat - middle_lat) * EARTH_RADIUS_M
