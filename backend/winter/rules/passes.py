"""How many passes each direction of a street takes, by its width; never against traffic. Pure: arrays over S segments.

Ways are numbered as rows keep them: 1 along the segment, -1 against it, 0 where one pass serves both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backend.streets.network import Access, Network
from backend.winter.rules.care import Machines

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
BOTH, ALONG, AGAINST = 0, 1, -1
WAYS = (BOTH, ALONG, AGAINST)
PASSES_MOST = 6


@dataclass(frozen=True, kw_only=True)
class Passes:
    """By way: (S) how many passes, and (S) how wide the part of the street is that they serve, in metres."""

    count: dict[int, Counts]
    width_m: dict[int, Floats]


def clearing_passes(streets: Network, machines: Machines) -> Passes:
    """Passes of a plough: each direction's own width; one pass for both where the whole street is no wider than a blade."""
    return _passes(streets, machines.blade_m, machines.overlap_m)


def gritting_passes(streets: Network, machines: Machines) -> Passes:
    """Passes of a spreader, whose reach crosses the middle of the street."""
    return _passes(streets, machines.spread_m, 0.0)


def pavement_passes(sides: npt.NDArray[np.int64]) -> Passes:
    """Passes of a tractor: one a side, in either direction; the pavement is as wide as its blade."""
    nothing = np.zeros_like(sides)
    return Passes(
        count={BOTH: sides, ALONG: nothing, AGAINST: nothing},
        width_m={way: np.full(len(sides), 1.5) for way in WAYS},
    )


def _passes(streets: Network, reach_m: float, overlap_m: float) -> Passes:
    anybody = int(Access.CAR | Access.TRUCK)
    along, against = ((streets.access[start::2] & anybody) != 0 for start in (0, 1))
    lanes = [
        np.where(open_, np.maximum(streets.lanes[start::2], 1), 0)
        for start, open_ in ((0, along), (1, against))
    ]
    total = np.maximum(lanes[0] + lanes[1], 1)
    widths = [streets.width_m * each / total for each in lanes]
    at_once = along & against & (streets.width_m - overlap_m <= reach_m)
    counts = [
        np.where(open_ & ~at_once, np.clip(np.ceil((width - overlap_m) / reach_m), 1, PASSES_MOST), 0).astype(
            np.int64
        )
        for open_, width in ((along, widths[0]), (against, widths[1]))
    ]
    return Passes(
        count={BOTH: at_once.astype(np.int64), ALONG: counts[0], AGAINST: counts[1]},
        width_m={BOTH: streets.width_m, ALONG: widths[0], AGAINST: widths[1]},
    )
