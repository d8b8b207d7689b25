"""Matrices against the plainest search, on networks drawn by chance and on the real city."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backend.streets.network import Network
from backend.streets.search.graph import prepare
from backend.streets.search.matrix import least_costs
from backend.streets.search.places import Places
from backend.streets.search.profile import CAR, TRUCK, VehicleProfile
from backend.streets.search.weights import LONGEST, METRE_BITS, MILLISECONDS
from tests.backend.streets.search.journeys import QUICK, journeys
from tests.backend.streets.search.reference import NO_WAY, Reference


@QUICK
@given(journeys(), st.sampled_from([CAR, TRUCK, CAR.without_turn_costs()]))
def test_every_cost_is_the_plain_searchs(journey: tuple[Network, Places], profile: VehicleProfile) -> None:
    """To the millisecond and the millimetre, whatever the network and wherever the vehicle may stop."""
    made, places = journey
    costs = least_costs(prepare(made, profile), places, places)
    plain = Reference(made, profile)
    for start in range(len(places)):
        for end in range(len(places)):
            cost = int(costs[start, end])
            found = NO_WAY if cost >= LONGEST else (cost >> METRE_BITS, cost & (MILLISECONDS - 1))
            assert plain.between(places, start, end) == found, (start, end)
