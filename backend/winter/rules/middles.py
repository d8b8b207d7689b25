"""The middle of each segment of a network, by length along its line. Pure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from backend.streets.network import Network

Floats = npt.NDArray[np.float64]


def middles(network: Network) -> tuple[Floats, Floats]:
    """(S) lon and (S) lat of the points halfway along the lines."""
    lon, lat, start = network.point_lon, network.point_lat, network.line_start
    if not network.segments:
        return np.zeros(0), np.zeros(0)
    steps = np.hypot(np.diff(lon) * np.cos(np.radians(lat[:-1])), np.diff(lat))
    steps[start[1:-1] - 1] = 0.0  # from the end of one line to the beginning of the next
    run = np.concatenate(([0.0], np.cumsum(steps)))
    first, last = start[:-1], start[1:] - 1
    half = (run[first] + run[last]) / 2
    before = np.clip(np.searchsorted(run, half, side="right") - 1, first, np.maximum(last - 1, first))
    after = np.minimum(before + 1, last)
    length = run[after] - run[before]
    share = np.divide(half - run[before], length, out=np.zeros_like(half), where=length > 0)
    return lon[before] + share * (lon[after] - lon[before]), lat[before] + share * (lat[after] - lat[before])
