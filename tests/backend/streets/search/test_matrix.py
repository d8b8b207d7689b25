"""Matrices against the plainest search, on networks drawn by chance and on the real city."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.streets.network import Network
from backend.streets.search.graph import prepare
from backend.streets.search.matrix import least_costs, matrix
from backend.streets.search.places import Places
from backend.streets.search.profile import CAR, TRUCK, VehicleProfile
from backend.streets.search.weights import (
    LONGEST,
    METRE_BITS,
    MILLISECONDS,
    NEVER,
    metres_of,
    seconds_of,
    weight_of,
)
from tests.backend.streets.search.journeys import QUICK, THOROUGH, journeys, places_on
from tests.backend.streets.search.reference import NO_WAY, Reference
from tests.backend.streets.search.small_networks import Street, grid, network

PROFILES = st.sampled_from([CAR, TRUCK, CAR.without_turn_costs()])


@QUICK
@given(journeys(), PROFILES)
def test_every_cost_is_the_plain_searchs(journey: tuple[Network, Places], profile: VehicleProfile) -> None:
    """To the millisecond and the millimetre, whatever the network and wherever the vehicle may stop."""
    costs_agree(*journey, profile)


@pytest.mark.slow
@THOROUGH
@given(journeys(), PROFILES)
def test_every_cost_is_the_plain_searchs_at_length(
    journey: tuple[Network, Places], profile: VehicleProfile
) -> None:
    """The same on many more networks."""
    costs_agree(*journey, profile)


def costs_agree(made: Network, places: Places, profile: VehicleProfile) -> None:
    """Of every pair of places."""
    costs = least_costs(prepare(made, profile), places, places)
    plain = Reference(made, profile)
    for start in range(len(places)):
        for end in range(len(places)):
            cost = int(costs[start, end])
            found = NO_WAY if cost >= LONGEST else (cost >> METRE_BITS, cost & (MILLISECONDS - 1))
            assert plain.between(places, start, end) == found, (start, end)


def test_seconds_and_metres_come_from_one_way() -> None:
    """Two blocks east and one north in a grid of 100 m at 36 km/h, a left turn on the way: 30 s + 5 s, 300 m."""
    graph = prepare(grid(4, 4), CAR)
    found = matrix(graph, places_on([0, 14], [0.5, 0.5], [(True, False)] * 2))
    assert (25.0, 200.0) == (found.seconds[0, 1], found.metres[0, 1])
    assert (0.0, 0.0) == (found.seconds[0, 0], found.metres[0, 0])


def test_sources_and_targets_may_differ() -> None:
    """A row for each source, a column for each target, the same numbers as in the whole."""
    graph = prepare(grid(4, 4), CAR)
    places = places_on(list(range(10)), [0.3] * 10)
    whole, part = matrix(graph, places), matrix(graph, places[2:5], places[[7, 1, 3, 2]])
    assert np.array_equal(whole.seconds[2:5][:, [7, 1, 3, 2]], part.seconds)
    assert np.array_equal(whole.metres[2:5][:, [7, 1, 3, 2]], part.metres)


def test_no_places_make_an_empty_matrix() -> None:
    """Rows or columns may be missing."""
    graph = prepare(grid(2, 2), CAR)
    places = places_on([0, 1], [0.5, 0.5])
    assert [(0, 0), (0, 2), (2, 0)] == [
        matrix(graph, sources, targets).seconds.shape
        for sources, targets in ((places[:0], places[:0]), (places[:0], places), (places, places[:0]))
    ]


def test_what_no_way_leads_to_is_infinite() -> None:
    """Two islands."""
    made = network([(0.0, 0.0), (50.0, 0.0), (0.0, 90.0), (50.0, 90.0)], [Street(0, 1), Street(2, 3)])
    found = matrix(prepare(made, CAR), places_on([0, 1], [0.5, 0.5]))
    assert [[True, False], [False, True]] == np.isfinite(found.seconds).tolist()
    assert [[True, False], [False, True]] == np.isfinite(found.metres).tolist()


def test_weights_hold_seconds_and_metres_exactly() -> None:
    """Sums of packed weights unpack to sums of both."""
    packed = weight_of([1.5, 2.25], [10.125, 0.875])
    assert (3.75, 11.0) == (seconds_of(packed.sum()), metres_of(packed.sum()))
    assert np.isinf(seconds_of(np.array([NEVER, NEVER + 5])))[0]
