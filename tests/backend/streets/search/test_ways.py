"""Ways cost what the matrix says, hang together, and stay on the legal side of the street."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.streets.network import Network
from backend.streets.search.graph import prepare
from backend.streets.search.matrix import least_costs
from backend.streets.search.places import Places
from backend.streets.search.profile import CAR, TRUCK, VehicleProfile
from backend.streets.search.ways import NoWay, way
from backend.streets.search.weights import LONGEST, METRE_BITS, MILLISECONDS
from tests.backend.streets.search.journeys import QUICK, journeys
from tests.backend.streets.search.reference import LEAVING, THROUGH, Reference


@QUICK
@given(journeys(), st.sampled_from([CAR, TRUCK]))
def test_a_way_costs_what_the_matrix_says_and_what_its_arcs_add_up_to(
    journey: tuple[Network, Places], profile: VehicleProfile
) -> None:
    """Each pair of places: the arcs hang together, every turn is legal, seconds and metres add up."""
    made, places = journey
    graph = prepare(made, profile)
    costs = least_costs(graph, places, places)
    plain = Reference(made, profile)
    for start in range(len(places)):
        for end in range(len(places)):
            if costs[start, end] >= LONGEST:
                with pytest.raises(NoWay):
                    way(graph, places, start, end)
                continue
            found = way(graph, places, start, end)
            cost = int(costs[start, end])
            assert ((cost >> METRE_BITS) / 1000, (cost & (MILLISECONDS - 1)) / 1000) == (
                found.seconds,
                found.metres,
            )
            added = drive(plain, places, start, end, [int(arc) for arc in found.arcs])
            assert (round(found.seconds * 1000), round(found.metres * 1000)) == added


def drive(plain: Reference, places: Places, start: int, end: int, arcs: list[int]) -> tuple[int, int]:
    """What the arcs cost, one legal move after the other."""
    phase = LEAVING if plain.restricted(arcs[0]) else THROUGH
    done, part = plain.part(places, start, arcs[0]), plain.part(places, end, arcs[-1])
    milliseconds, millimetres = part[0] - done[0], part[1] - done[1]
    for arc, after in pairwise(arcs):
        phase = dict(plain.after(arc, phase))[after]
        whole = plain.arc_cost(arc)
        milliseconds += whole[0] + plain.turn_ms(arc, after)
        millimetres += whole[1]
    return milliseconds, millimetres
