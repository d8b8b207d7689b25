"""Posts: where work along whole arcs begins and ends, with its direction; and places put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from backend.streets.search.places import Places


def at_arcs(arc: npt.NDArray[np.integer[Any]], *, leaving: bool) -> Places:
    """The ends of arcs for vehicles that leave them there, or their beginnings for vehicles that enter them: driven in the arc's direction alone."""
    forward = arc % 2 == 0
    at_to_node = forward if leaving else ~forward
    return Places(
        segment=(arc // 2).astype(np.int32),
        fraction=np.where(at_to_node, 1.0, 0.0),
        distance_m=np.zeros(len(arc)),
        on_right=np.zeros(len(arc), dtype=np.bool_),
        stops=np.column_stack((forward, ~forward)),
    )


def joined(parts: Sequence[Places]) -> Places:
    """Places one after another."""
    return Places(
        segment=np.concatenate([each.segment for each in parts]),
        fraction=np.concatenate([each.fraction for each in parts]),
        distance_m=np.concatenate([each.distance_m for each in parts]),
        on_right=np.concatenate([each.on_right for each in parts]),
        stops=np.concatenate([each.stops for each in parts]),
    )
