"""Turn by turn: what is said, what is not, and roundabouts."""

from __future__ import annotations

import numpy as np

from backend.streets.network import Access, Network
from backend.streets.search.directions import corners_of, directions, turn_of
from backend.streets.search.graph import prepare
from backend.streets.search.profile import CAR
from backend.streets.search.ways import way
from shared.vocabulary import StreetSide, Turn
from tests.backend.streets.search.journeys import places_on
from tests.backend.streets.search.small_networks import Street, network

CROSS = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (100.0, 100.0), (100.0, -100.0)]


def told(made: Network, start: int, end: int, **more: bool) -> list[tuple[Turn, str, int]]:
    """Turn, street and metres of each step between the middles of two segments, along both."""
    graph = prepare(made, CAR)
    found = way(graph, places_on([start, end], [0.5, 0.5], [(True, False)] * 2))
    return [
        (step.turn, step.name.ru, round(step.distance_m))
        for step in directions(corners_of(graph), found, **more)
    ]


def test_a_turn_names_its_street_and_the_metres_to_the_next() -> None:
    """50 m to the crossing, left, 50 m to the stop."""
    made = network(
        CROSS, [Street(0, 1, name="Мира"), Street(1, 2, name="Мира"), Street(1, 3, name="Абая"), Street(1, 4)]
    )
    assert [(Turn.DEPART, "Мира", 50), (Turn.LEFT, "Абая", 50), (Turn.ARRIVE, "Абая", 0)] == told(made, 0, 2)
    assert [(Turn.DEPART, "Мира", 50), (Turn.RIGHT, "", 50), (Turn.ARRIVE, "", 0)] == told(made, 0, 3)


def test_going_straight_on_is_not_said_unless_the_street_changes() -> None:
    """A crossing where the street goes on, and one where it gets another name."""
    streets = [Street(1, 3), Street(1, 4)]
    same = network(CROSS, [Street(0, 1, name="Мира"), Street(1, 2, name="Мира"), *streets])
    other = network(CROSS, [Street(0, 1, name="Мира"), Street(1, 2, name="Абая"), *streets])
    assert [Turn.DEPART, Turn.ARRIVE] == [step[0] for step in told(same, 0, 1)]
    assert [Turn.DEPART, Turn.STRAIGHT, Turn.ARRIVE] == [step[0] for step in told(other, 0, 1)]


def test_a_bend_without_a_choice_is_not_said() -> None:
    """The street turns, the driver has no choice."""
    made = network(CROSS, [Street(0, 1, name="Мира"), Street(1, 3, name="Мира")])
    assert [Turn.DEPART, Turn.ARRIVE] == [step[0] for step in told(made, 0, 1)]


def test_a_fork_is_said() -> None:
    """Two ways on that differ little: a driver must be told which."""
    nodes = [(0.0, 0.0), (100.0, 0.0), (200.0, 30.0), (200.0, -30.0)]
    made = network(nodes, [Street(0, 1, name="Мира"), Street(1, 2, name="Мира"), Street(1, 3, name="Абая")])
    assert [Turn.DEPART, Turn.STRAIGHT, Turn.ARRIVE] == [step[0] for step in told(made, 0, 1)]


def test_turning_round_at_a_dead_end_is_said() -> None:
    """There and back again."""
    graph = prepare(network(CROSS[:2], [Street(0, 1, name="Мира")]), CAR)
    found = way(graph, places_on([0, 0], [0.5, 0.5], [(True, False), (False, True)]))
    assert [Turn.DEPART, Turn.U_TURN, Turn.ARRIVE] == [
        step.turn for step in directions(corners_of(graph), found)
    ]


def test_arrival_says_on_which_side() -> None:
    """To the right of the segment, driven along it, is right; driven against it, left."""
    made = network(CROSS, [Street(0, 1), Street(1, 2), Street(2, 1, by=((150.0, 50.0),))])
    graph = prepare(made, CAR)
    for sides, side in (((True, False), StreetSide.RIGHT), ((False, True), StreetSide.LEFT)):
        found = way(graph, places_on([0, 1], [0.5, 0.5], [(True, True), sides]))
        assert side == directions(corners_of(graph), found, on_right=True)[-1].side


def test_a_roundabout_counts_its_exits() -> None:
    """Eight pieces anticlockwise, four streets: from the south the first exit is east, the third west."""
    angles = np.radians(np.arange(8) * 45.0)
    ring = [(30.0 * float(np.cos(a)), 30.0 * float(np.sin(a))) for a in angles]
    outer = [(150.0, 0.0), (0.0, 150.0), (-150.0, 0.0), (0.0, -150.0)]
    streets = [Street(i, (i + 1) % 8, back=Access(0)) for i in range(8)]
    arms = [Street(2 * i, 8 + i, name=name) for i, name in enumerate(("восток", "север", "запад"))]
    made = network([*ring, *outer], [*streets, *arms, Street(11, 6, name="юг")])
    graph = prepare(made, CAR)
    corners = corners_of(graph)
    assert 8 == corners.circular.sum()
    for exit_number, end in ((1, 8), (2, 9), (3, 10)):
        found = way(graph, places_on([11, end], [0.5, 0.5], [(True, False)] * 2))
        steps = directions(corners, found)
        assert [Turn.DEPART, Turn.ROUNDABOUT, Turn.ARRIVE] == [step.turn for step in steps]
        assert (exit_number, arms[end - 8].name) == (steps[1].exit_number, steps[1].name.ru)


def test_a_block_of_one_way_streets_driven_clockwise_is_no_roundabout() -> None:
    """Nor is anything that turns to the right."""
    nodes = [(0.0, 0.0), (0.0, 60.0), (60.0, 60.0), (60.0, 0.0), (-50.0, 0.0)]
    streets = [Street(i, (i + 1) % 4, back=Access(0)) for i in range(4)]
    assert not corners_of(prepare(network(nodes, [*streets, Street(4, 0)]), CAR)).circular.any()


def test_angles_have_words() -> None:
    """Left above 0."""
    assert [Turn.STRAIGHT, Turn.SLIGHT_LEFT, Turn.LEFT, Turn.SHARP_LEFT] == [
        turn_of(angle) for angle in (10.0, 40.0, 90.0, 150.0)
    ]
    assert [Turn.STRAIGHT, Turn.SLIGHT_RIGHT, Turn.RIGHT, Turn.SHARP_RIGHT] == [
        turn_of(-angle) for angle in (10.0, 40.0, 90.0, 150.0)
    ]
