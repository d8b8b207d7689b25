"""Ways cost what the matrix says, hang together, and stay on the legal side of the street."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.streets.network import Network
from backend.streets.search.graph import prepare
from backend.streets.search.matrix import least_costs
from backend.streets.search.places import Places
from backend.streets.search.profile import CAR, TRUCK, VehicleProfile
from backend.streets.search.ways import NoWay, line, way, ways
from backend.streets.search.weights import LONGEST, METRE_BITS, MILLISECONDS
from tests.backend.streets.search.journeys import QUICK, THOROUGH, journeys, places_on
from tests.backend.streets.search.reference import LEAVING, THROUGH, Reference
from tests.backend.streets.search.small_networks import Street, grid, network


@QUICK
@given(journeys(), st.sampled_from([CAR, TRUCK]))
def test_a_way_costs_what_the_matrix_says_and_what_its_arcs_add_up_to(
    journey: tuple[Network, Places], profile: VehicleProfile
) -> None:
    """Each pair of places: the arcs hang together, every turn is legal, seconds and metres add up."""
    ways_add_up(*journey, profile)


@pytest.mark.slow
@THOROUGH
@given(journeys(), st.sampled_from([CAR, TRUCK]))
def test_ways_add_up_at_length(journey: tuple[Network, Places], profile: VehicleProfile) -> None:
    """The same on many more networks."""
    ways_add_up(*journey, profile)


def ways_add_up(made: Network, places: Places, profile: VehicleProfile) -> None:
    """Of every pair of places."""
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
    phases = {LEAVING if plain.restricted(arcs[0]) else THROUGH}
    done, part = plain.part(places, start, arcs[0]), plain.part(places, end, arcs[-1])
    milliseconds, millimetres = part[0] - done[0], part[1] - done[1]
    for arc, after in pairwise(arcs):
        phases = {then for phase in phases for way_on, then in plain.after(arc, phase) if way_on == after}
        assert phases, (arc, after)
        whole = plain.arc_cost(arc)
        milliseconds += whole[0] + plain.turn_ms(arc, after)
        millimetres += whole[1]
    return milliseconds, millimetres


def test_a_vehicle_goes_on_from_a_stop_as_it_came() -> None:
    """Turning round at a stop costs what is said; where it must not be, the vehicle goes on to the end of the street."""
    made = network([(0.0, 0.0), (300.0, 0.0)], [Street(0, 1)])
    graph = prepare(made, CAR)
    there_and_back = places_on([0, 0, 0], [0.2, 0.6, 0.1])
    costly = ways(graph, there_and_back)
    assert [[0], [1]] == [leg.arcs.tolist() for leg in costly]
    assert [12.0, 20.0 + 15.0] == pytest.approx([leg.seconds for leg in costly])
    free = ways(graph, there_and_back, turn_round_s=0.0)
    assert [12.0, 15.0] == pytest.approx([leg.seconds for leg in free])
    never = ways(graph, there_and_back, turn_round_s=np.inf)
    assert [[0], [0, 1]] == [leg.arcs.tolist() for leg in never]
    assert [12.0, 12.0 + 20.0 + 27.0] == pytest.approx([leg.seconds for leg in never])


def test_the_leg_without_a_way_is_named() -> None:
    """Counted from 0, so that a dispatcher can be told between which stops."""
    made = network([(0.0, 0.0), (50.0, 0.0), (0.0, 90.0), (50.0, 90.0)], [Street(0, 1), Street(2, 3)])
    with pytest.raises(NoWay) as raised:
        ways(prepare(made, CAR), places_on([0, 0, 1], [0.2, 0.4, 0.5]))
    assert 1 == raised.value.leg


def test_a_line_begins_and_ends_at_its_places() -> None:
    """Half of one block, a whole one, a quarter of the last; the corners between are on it once."""
    made = grid(4, 2)
    graph = prepare(made, CAR)
    found = way(graph, places_on([0, 2], [0.5, 0.25], [(True, False)] * 2))
    drawn = line(made, graph.skeleton.plane, found.arcs, found.start_fraction, found.end_fraction)
    x, y = graph.skeleton.plane.project(drawn[:, 0], drawn[:, 1])
    assert [0.0, 50.0, 150.0, 175.0] == pytest.approx(list(x - x[0]), abs=0.2)
    assert [0.0] * 4 == pytest.approx(list(y - y[0]), abs=0.01)


def test_a_line_within_one_arc_has_two_ends() -> None:
    """Also against the segment."""
    made = grid(2, 2)
    graph = prepare(made, CAR)
    found = way(graph, places_on([0, 0], [0.75, 0.25]))
    assert [1] == found.arcs.tolist()
    drawn = line(made, graph.skeleton.plane, found.arcs, found.start_fraction, found.end_fraction)
    x, _ = graph.skeleton.plane.project(drawn[:, 0], drawn[:, 1])
    assert -50.0 == pytest.approx(float(x[1] - x[0]), abs=0.1)


def test_one_place_has_no_way_and_needs_none() -> None:
    """Nothing to drive."""
    assert [] == ways(prepare(grid(2, 2), CAR), places_on([0], [0.5]))
