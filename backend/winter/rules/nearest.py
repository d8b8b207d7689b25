"""Which segments of a network lie nearest to a place. Pure."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from backend.streets.network import Network
from shared.geometry import EARTH_RADIUS_M, Point

Floats = npt.NDArray[np.float64]


def distances_m(network: Network, place: Point) -> Floats:
    """(S) metres from the place to the nearest point of each segment's line, in a plane at the place's latitude."""
    if not network.segments:
        return np.zeros(0)
    metres = math.radians(EARTH_RADIUS_M)
    x = (network.point_lon - place.lon) * metres * math.cos(math.radians(place.lat))
    y = (network.point_lat - place.lat) * metres
    dx, dy = np.diff(x, append=x[-1]), np.diff(y, append=y[-1])
    last = network.line_start[1:] - 1  # the last point of a line goes nowhere
    dx[last], dy[last] = 0.0, 0.0
    length = dx * dx + dy * dy
    share = np.divide(-(x * dx + y * dy), length, out=np.zeros_like(x), where=length > 0)
    share = np.clip(share, 0.0, 1.0)
    found: Floats = np.minimum.reduceat(np.hypot(x + share * dx, y + share * dy), network.line_start[:-1])
    return found
