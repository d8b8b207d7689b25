"""Networks drawn by chance with places on them."""

from __future__ import annotations

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from backend.streets.network import Network
from backend.streets.search.places import Places
from tests.backend.streets.search.small_networks import networks

QUICK = settings(derandomize=True, database=None, deadline=None, max_examples=20)
THOROUGH = settings(QUICK, max_examples=200)


def places_on(
    segments: list[int], fractions: list[float], stops: list[tuple[bool, bool]] | None = None
) -> Places:
    """Places by hand."""
    return Places(
        segment=np.array(segments, dtype=np.int32),
        fraction=np.array(fractions, dtype=float),
        distance_m=np.zeros(len(segments)),
        on_right=np.ones(len(segments), dtype=bool),
        stops=np.array(stops or [(True, True)] * len(segments), dtype=bool).reshape(-1, 2),
    )


@st.composite
def journeys(draw: st.DrawFn) -> tuple[Network, Places]:
    """A network and some places on it, several of them on one segment."""
    made = draw(networks())
    count = draw(st.integers(1, 5))
    segments = draw(st.lists(st.integers(0, made.segments - 1), min_size=count, max_size=count))
    fraction = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
    fractions = draw(st.lists(fraction, min_size=count, max_size=count))
    both_or_one = st.sampled_from([(True, True), (True, False), (False, True)])
    return made, places_on(segments, fractions, draw(st.lists(both_or_one, min_size=count, max_size=count)))
