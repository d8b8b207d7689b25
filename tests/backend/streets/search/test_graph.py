"""The rules of the road as a vehicle meets them: bans, dead ends, residents' streets, limits, lights."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from backend.streets.network import Access, Network, StreetClass
from backend.streets.search.graph import prepare
from backend.streets.search.hierarchy import build
from backend.streets.search.order import dissect
from backend.streets.search.profile import CAR, TRUCK, VehicleProfile
from backend.streets.search.skeleton import survey
from backend.streets.search.ways import NoWay, way
from tests.backend.streets.search.journeys import places_on
from tests.backend.streets.search.small_networks import BOTH, Street, grid, metres, network

CROSS = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (100.0, 100.0), (100.0, -100.0)]
WEST, EAST, NORTH, SOUTH = range(4)  # segments of the crossing, each towards or from node 1
CROSSING = [Street(0, 1), Street(1, 2), Street(1, 3), Street(1, 4)]


def driven(
    made: Network, profile: VehicleProfile, start: tuple[int, bool], end: tuple[int, bool]
) -> list[int]:
    """Arcs of the way between the middles of two segments, each along or against it."""
    sides = [(True, False) if along else (False, True) for _, along in (start, end)]
    return [
        int(arc) for arc in way(prepare(made, profile), places_on([start[0], end[0]], [0.5, 0.5], sides)).arcs
    ]


def seconds(made: Network, profile: VehicleProfile, start: tuple[int, bool], end: tuple[int, bool]) -> float:
    """Seconds of the same way."""
    sides = [(True, False) if along else (False, True) for _, along in (start, end)]
    return way(prepare(made, profile), places_on([start[0], end[0]], [0.5, 0.5], sides)).seconds


def test_turns_cost_what_the_profile_says() -> None:
    """100 m at 36 km/h are 10 s; a right angle to the right costs 2 s, to the left 5 s, straight on nothing."""
    made = network(CROSS, CROSSING)
    assert [10.0, 12.0, 15.0] == [seconds(made, CAR, (WEST, True), (to, True)) for to in (EAST, SOUTH, NORTH)]
    assert 10.0 == seconds(made, CAR.without_turn_costs(), (WEST, True), (NORTH, True))


def test_a_light_costs_its_seconds_whatever_the_turn() -> None:
    """Eight seconds are expected at a traffic light."""
    made = network(CROSS, CROSSING, signals=[1])
    assert 18.0 == seconds(made, CAR, (WEST, True), (EAST, True))


def test_a_bend_without_a_choice_costs_nothing() -> None:
    """Two segments that meet are one street."""
    made = network(CROSS, [Street(0, 1), Street(1, 3)])
    assert 10.0 == seconds(made, CAR, (0, True), (1, True))


def test_nobody_turns_round_at_a_crossing_only_at_a_dead_end() -> None:
    """From the west to the west again: into the nearest dead end and back."""
    made = network(CROSS, CROSSING)
    arcs = driven(made, CAR, (WEST, True), (WEST, False))
    assert 4 == len(arcs)
    assert arcs[1] == arcs[2] ^ 1
    assert 10.0 + 20.0 + 20.0 <= seconds(made, CAR, (WEST, True), (WEST, False))


def test_a_banned_turn_is_driven_around() -> None:
    """No left turn: round the block by the other three sides, or not at all where there is no block."""
    made = network(CROSS, CROSSING, bans=[(2 * WEST, 2 * NORTH)])
    assert [2 * WEST, 2 * NORTH] not in [
        list(pair) for pair in pairwise(driven(made, CAR, (WEST, True), (NORTH, True)))
    ]
    alone = network([*CROSS[:2], CROSS[3]], [Street(0, 1), Street(1, 2)], bans=[(0, 2)])
    with pytest.raises(NoWay, match="place 0 to place 1"):
        driven(alone, CAR, (0, True), (1, True))


def test_residents_streets_are_no_short_cut_but_lead_to_their_houses() -> None:
    """The long way round costs more than the gate, and all the same it is driven; who lives behind the gate gets in and out."""
    nodes = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0), (0.0, 300.0), (300.0, 300.0)]
    gate = BOTH | Access.DESTINATION_ONLY
    streets = [
        Street(0, 1), Street(1, 2, gate, gate), Street(2, 3), Street(0, 4), Street(4, 5), Street(5, 3),
    ]  # fmt: skip
    made = network(nodes, streets)
    assert 1 not in {arc // 2 for arc in driven(made, CAR, (0, True), (2, True))}
    assert [0, 2] == driven(made, CAR, (0, True), (1, True))
    assert [2, 4] == driven(made, CAR, (1, True), (2, True))


def test_a_street_that_only_leads_to_residents_is_a_dead_end_for_others() -> None:
    """Who comes there by mistake may turn round."""
    nodes = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)]
    gate = BOTH | Access.DESTINATION_ONLY
    made = network(nodes, [Street(0, 1), Street(1, 2, gate, gate)])
    assert [0, 1] == driven(made, CAR, (0, True), (0, False))


@pytest.mark.parametrize(
    ("street", "profile"),
    [
        (Street(1, 2, there=Access.CAR, back=Access.CAR), TRUCK),
        (Street(1, 2, max_weight_t=10.0), TRUCK),
        (Street(1, 2, max_height_m=3.5), TRUCK),
    ],
)
def test_trucks_keep_to_their_streets(street: Street, profile: VehicleProfile) -> None:
    """A limit or a sign closes a street to a truck of 18 t and 3.8 m, not to a car."""
    made = network([(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)], [Street(0, 1), street])
    assert [0, 2] == driven(made, CAR, (0, True), (1, True))
    with pytest.raises(NoWay):
        driven(made, profile, (0, True), (1, True))


def test_trucks_are_slower_by_class_and_factor() -> None:
    """45 km/h on a tertiary street where cars drive 60; half of what cars drive in snow."""
    made = network([(0.0, 0.0), (900.0, 0.0)], [Street(0, 1, kmh=60.0, street_class=StreetClass.TERTIARY)])
    times = [
        way(prepare(made, profile), places_on([0, 0], [0.0, 1.0], [(True, False)] * 2)).seconds
        for profile in (CAR, TRUCK, VehicleProfile(speed_factor=0.5))
    ]
    assert [54.0, 72.0, 108.0] == times


def test_a_street_closed_today_is_driven_around() -> None:
    """One of the two ways over a grid is taken away."""
    made = grid(3, 3)
    free = prepare(made, CAR)
    places = places_on([0, 1], [0.5, 0.5], [(True, False)] * 2)
    assert {0, 1} == {int(arc) // 2 for arc in way(free, places).arcs}
    closed = prepare(made, CAR, skeleton=free.skeleton, closed=np.array([1], dtype=np.int32))
    with pytest.raises(NoWay):
        way(closed, places)
    assert 1 not in {int(arc) // 2 for arc in way(closed, places_on([0, 3], [0.5, 0.5])).arcs}


def test_what_cannot_be_left_or_reached_is_not_served() -> None:
    """A one-way street out of town leads nowhere that one comes back from."""
    made = network(
        [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (0.0, 100.0)],
        [Street(0, 1), Street(1, 2, back=Access(0)), Street(3, 0, back=Access(0))],
    )
    graph = prepare(made, CAR)
    assert [True, True, False, False, False, False] == graph.served.tolist()
    assert graph.reached[graph.skeleton.arriving_state[2]]
    assert not graph.returns[graph.skeleton.leaving_state[2]]
    assert graph.returns[graph.skeleton.leaving_state[4]]
    assert not graph.reached[graph.skeleton.arriving_state[4]]


def test_an_empty_network_has_nothing_to_prepare() -> None:
    """Nor does one whose streets are all closed fall over."""
    assert 0 == len(prepare(network([], []), CAR).served)
    assert not prepare(network(CROSS[:2], [Street(0, 1, Access(0), Access(0))]), CAR).served.any()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"access": Access.DESTINATION_ONLY}, "access must be"),
        ({"speed_factor": 0.0}, "speed_factor must be above 0, was 0.0"),
        ({"left_s": -1.0}, "left_s must be 0 or more, was -1.0"),
        ({"top_kmh": (50.0,)}, "top_kmh must name 11 speeds"),
    ],
)
def test_a_profile_says_what_is_wrong_with_it(wrong: dict[str, object], said: str) -> None:
    """Field, value and what is wanted."""
    with pytest.raises(ValueError, match=said):
        VehicleProfile(**wrong)  # type: ignore[arg-type]


def test_dissection_names_every_segment_once_and_cuts_a_grid_in_the_middle() -> None:
    """The last ones to go part the grid into halves."""
    made = grid(9, 4)
    x, y = metres(made)
    order = dissect(x, y, made.from_node, made.to_node)
    assert list(range(made.segments)) == sorted(order)
    cut = order[-4:]
    assert (cut < 8 * 4).all()  # streets to the east
    assert 1 == len({int(segment) % 8 for segment in cut})


def test_chains_grow_with_the_width_of_a_grid_not_with_its_length() -> None:
    """A long ribbon stays shallow."""
    heights = [survey(grid(columns, 3)).hierarchy.height for columns in (16, 32)]
    assert heights[1] < 1.6 * heights[0]


def test_a_hierarchy_of_islands_has_several_tops() -> None:
    """States that never meet share no chain."""
    made = build(4, np.array([0, 2], dtype=np.int32), np.array([1, 3], dtype=np.int32))
    assert [1, -1, 3, -1] == made.parent.tolist()
    assert [1, 0, 1, 0] == made.depth.tolist()
