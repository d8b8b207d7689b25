"""Places: the nearest street, the side of it, and what keeps a vehicle away."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.streets.network import Access, Network
from backend.streets.search.graph import prepare
from backend.streets.search.grid import NO_SEGMENT
from backend.streets.search.matrix import matrix
from backend.streets.search.places import Kerb, nearest, positions, stops
from backend.streets.search.profile import CAR, TRUCK
from backend.streets.search.reasons import reasons
from backend.streets.search.skeleton import survey
from tests.backend.streets.search.journeys import QUICK
from tests.backend.streets.search.small_networks import Street, degrees, grid, network, networks


def at(*points: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of points in metres."""
    return degrees(np.array([x for x, _ in points]), np.array([y for _, y in points]))


def test_a_point_beside_a_street_touches_it_where_it_is_nearest() -> None:
    """20 m to the right of the first street, 30 m along it."""
    found = nearest(survey(grid(3, 3)), *at((30.0, -20.0), (100.0, 150.0)))
    assert [0] == found.segment[:1].tolist()
    assert 0.3 == pytest.approx(found.fraction[0], abs=1e-3)
    assert 20.0 == pytest.approx(found.distance_m[0], abs=0.05)
    assert found.on_right[0]


def test_a_point_in_the_river_has_no_street() -> None:
    """Nothing lies within the limit, and the reason says so."""
    graph = prepare(grid(3, 3), CAR)
    places = stops(graph, *at((50.0, -300.0), (50.0, -10.0)), limit_m=200.0)
    assert [NO_SEGMENT, 0] == places.segment.tolist()
    assert [False, True] == places.known.tolist()
    said = reasons(graph, places, limit_m=200.0)
    assert (
        "No street lies within 200 m of it. Move the stop to the street where the vehicle halts." == said[0]
    )
    assert said[1] is None
    assert np.isinf(matrix(graph, places).seconds[0, 1])


@pytest.mark.parametrize(
    ("lon", "lat"), [(54.87, 69.15), (np.nan, 54.87), (69.15, 90.0), (-180.0, -90.0), (np.inf, 1e9)]
)
def test_points_that_are_nowhere_near_have_no_street(lon: float, lat: float) -> None:
    """Swapped, missing, at a pole: quickly, and without a street."""
    assert [NO_SEGMENT] == nearest(survey(grid(3, 3)), lon, lat).segment.tolist()


def test_a_vehicle_stops_on_its_right_where_the_street_is_wide() -> None:
    """On a narrow street both directions will do, unless the side is asked for."""
    made = network(
        [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)], [Street(0, 1, width_m=14.0), Street(1, 2, width_m=6.0)]
    )
    graph = prepare(made, CAR)
    points = at((50.0, -9.0), (50.0, 9.0), (150.0, 9.0))
    both = [True, True]
    for kerb, wanted in (
        (Kerb.EITHER, [both, both, both]),
        (Kerb.RIGHT_WHERE_WIDE, [[True, False], [False, True], both]),
        (Kerb.RIGHT, [[True, False], [False, True], [False, True]]),
    ):
        assert wanted == stops(graph, *points, kerb=kerb).stops.tolist()


def test_both_kerbs_of_a_one_way_street_are_served_from_its_one_arc() -> None:
    """There is no other direction to come from."""
    made = network(
        [(0.0, 0.0), (100.0, 0.0)], [Street(0, 1, back=Access(0)), Street(1, 0, by=((50.0, 90.0),))]
    )
    places = stops(prepare(made, CAR), *at((50.0, 5.0), (50.0, -5.0)), kerb=Kerb.RIGHT)
    assert [0, 0] == places.segment.tolist()
    assert [[True, False], [True, False]] == places.stops.tolist()


def test_a_truck_stops_at_the_nearest_street_that_it_may_use() -> None:
    """The nearest of all has a limit; asked for anywhere, the limit is named."""
    made = network(
        [(0.0, 0.0), (100.0, 0.0), (0.0, 50.0), (100.0, 50.0)],
        [Street(0, 1, max_weight_t=5.0), Street(2, 3), Street(0, 2), Street(1, 3)],
    )
    truck = prepare(made, TRUCK)
    assert [1] == stops(truck, *at((50.0, 20.0))).segment.tolist()
    forced = stops(truck, *at((50.0, 20.0)), anywhere=True)
    assert [0] == forced.segment.tolist()
    assert (
        "The street bears vehicles of up to 5 t, and this one weighs 18 t. Send a lighter one, or move the stop."
        == reasons(truck, forced)[0]
    )


@pytest.mark.parametrize(
    ("street", "start"),
    [
        (Street(1, 2, there=Access.CAR, back=Access.CAR), "The street is closed to trucks."),
        (Street(1, 2, max_height_m=3.0), "The street has a clearance of 3 m, and the vehicle is 3.8 m high."),
        (
            Street(2, 1, back=Access(0)),
            "No legal way for this vehicle leads there from the rest of the city.",
        ),
        (Street(1, 2, back=Access(0)), "The vehicle could get there, but no legal way leads back"),
    ],
)
def test_every_reason_is_named(street: Street, start: str) -> None:
    """What keeps an 18 t truck from a street, with the remedy."""
    made = network([(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)], [Street(0, 1), street])
    truck = prepare(made, TRUCK)
    said = reasons(truck, stops(truck, *at((150.0, 5.0)), anywhere=True))[0]
    assert said is not None
    assert said.startswith(start)


def test_a_street_closed_today_is_named() -> None:
    """It is open on other days, so the words differ."""
    closed = prepare(grid(2, 2), CAR, closed=np.array([0], dtype=np.int32))
    said = reasons(closed, stops(closed, *at((50.0, 0.0)), anywhere=True))[0]
    assert "The street is closed at present. Leave the stop out, or open the street." == said


@QUICK
@given(networks(), st.lists(st.tuples(st.floats(-400, 600), st.floats(-400, 600)), min_size=1, max_size=5))
def test_nearest_is_the_least_distance_to_any_line(made: Network, points: list[tuple[float, float]]) -> None:
    """Against a plain search over all pieces of all streets."""
    lon, lat = at(*points)
    skeleton = survey(made)
    found = nearest(skeleton, lon, lat, limit_m=250.0)
    x, y = skeleton.plane.project(lon, lat)
    scale = skeleton.plane.stretch(lat)
    for index in range(len(points)):
        distances = []
        for segment in range(made.segments):
            part = slice(made.line_start[segment], made.line_start[segment + 1])
            ends = np.column_stack(
                ((skeleton.plane.x[part] - x[index]) * scale[index], skeleton.plane.y[part] - y[index])
            )
            along = np.linspace(0, 1, 401)[:, None]
            distances.append(float(np.hypot(*(ends[0] + along * (ends[1] - ends[0])).T).min()))
        if min(distances) > 251.0:
            assert NO_SEGMENT == found.segment[index]
        elif min(distances) < 249.0:
            assert min(distances) == pytest.approx(found.distance_m[index], abs=0.5)
            there = positions(skeleton, found.segment[index : index + 1], found.fraction[index : index + 1])
            ax, ay = skeleton.plane.project(*there)
            off_m = float(np.hypot((ax[0] - x[index]) * scale[index], ay[0] - y[index]))
            assert off_m == pytest.approx(found.distance_m[index], abs=0.01)
