"""Places and fixes: agreement with shapely away from borders, and a verdict that no single fix decides."""

from __future__ import annotations

import itertools
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.contracts import Fix
from shared.geometry import (
    EARTH_RADIUS_M,
    Circle,
    Place,
    Point,
    Region,
    distance_m,
    distance_to_border_m,
    fuse_places,
    place_of,
    point_in_polygon,
    signed_distance_m,
)
from shared.vocabulary import PlaceState

INSIDE, UNCERTAIN, OUTSIDE = PlaceState.INSIDE, PlaceState.UNCERTAIN, PlaceState.OUTSIDE
ALWAYS_THE_SAME = settings(derandomize=True, database=None, deadline=None, max_examples=100)
CENTRE = Point(lat=54.87, lon=69.15)
METRES_PER_LAT = math.radians(EARTH_RADIUS_M)
METRES_PER_LON = METRES_PER_LAT * math.cos(math.radians(CENTRE.lat))


def moved(east_m: float, north_m: float, origin: Point = CENTRE) -> Point:
    """A point so many metres away from the middle of the city."""
    return Point(lat=origin.lat + north_m / METRES_PER_LAT, lon=origin.lon + east_m / METRES_PER_LON)


def ring(corners_m: list[tuple[float, float]]) -> list[list[float]]:
    """A closed ring through points given in metres east and north of the middle of the city."""
    points = [moved(east, north) for east, north in [*corners_m, corners_m[0]]]
    return [[point.lon, point.lat] for point in points]


def square(half_m: float) -> list[list[float]]:
    """A square around the middle of the city."""
    return ring([(-half_m, -half_m), (half_m, -half_m), (half_m, half_m), (-half_m, half_m)])


SQUARE = Region([[square(100)]])
WITH_HOLE = Region([[square(100), square(40)]])
CIRCLE = Circle(CENTRE, 100)


def fixes(*spots: tuple[float, float] | tuple[float, float, float]) -> list[Fix]:
    """Fixes a second apart: metres east of the middle, accuracy, and metres north where it matters."""
    start = datetime(2026, 1, 31, 9, tzinfo=UTC)
    taken = []
    for second, (east_m, accuracy_m, *north_m) in enumerate(spots):
        at = moved(east_m, *(north_m or [0.0]))
        moment = start + timedelta(seconds=second)
        taken.append(Fix(lat=at.lat, lon=at.lon, accuracy_m=accuracy_m, taken_at=moment))
    return taken


def state_of(*spots: tuple[float, float], place: Place = SQUARE) -> PlaceState:
    """What the fixes say together."""
    return fuse_places(fixes(*spots), place).state


def plainly(spot: Point, accuracy_m: float, place: Place) -> PlaceState:
    """What a fix says by itself, as three that agree show."""
    start = datetime(2026, 1, 31, 9, tzinfo=UTC)
    moments = [start + timedelta(seconds=second) for second in range(3)]
    agreeing = [Fix(lat=spot.lat, lon=spot.lon, accuracy_m=accuracy_m, taken_at=moment) for moment in moments]
    return fuse_places(agreeing, place).state


@st.composite
def stars(draw: st.DrawFn) -> tuple[list[list[float]], list[list[float]] | None]:
    """A star-shaped ring around the middle, and perhaps a hole that is the same star made smaller."""
    count = draw(st.integers(3, 12))
    radii = draw(st.lists(st.floats(50, 2000), min_size=count, max_size=count))
    turn = draw(st.floats(0, 6))
    corners = [
        (radius * math.cos(turn + 2 * math.pi * k / count), radius * math.sin(turn + 2 * math.pi * k / count))
        for k, radius in enumerate(radii)
    ]
    share = draw(st.none() | st.floats(0.2, 0.8))
    hole = None if share is None else ring([(share * east, share * north) for east, north in corners])
    return ring(corners), hole


SPOTS = st.builds(moved, st.floats(-3000, 3000), st.floats(-3000, 3000))


@pytest.mark.parametrize(("lat", "allowed"), [(54.87, 0.0034), (0.0, 0.0056), (90.0, 0.0056), (45.0, 0.0056)])
def test_distance_is_within_its_stated_error_of_the_ellipsoid(lat: float, allowed: float) -> None:
    """Against the radii of curvature of WGS 84: 0.34 % in Petropavl, 0.56 % anywhere."""
    equator_m, eccentricity_2, step = 6_378_137.0, 0.00669437999014, 1e-4
    bulge = 1 - eccentricity_2 * math.sin(math.radians(lat)) ** 2
    north_m = math.radians(step) * equator_m * (1 - eccentricity_2) / bulge**1.5
    east_m = math.radians(step) * equator_m / math.sqrt(bulge) * math.cos(math.radians(lat))
    here = Point(lat, 69.15)
    assert north_m == pytest.approx(distance_m(here, Point(lat - step, 69.15)), rel=allowed)
    assert east_m == pytest.approx(distance_m(here, Point(lat, 69.15 + step)), rel=allowed, abs=1e-6)


@ALWAYS_THE_SAME
@given(SPOTS, SPOTS, SPOTS)
def test_distance_is_a_metric(a: Point, b: Point, c: Point) -> None:
    """Zero to itself, the same both ways, and no detour is shorter."""
    assert distance_m(a, a) == 0
    assert distance_m(a, b) == pytest.approx(distance_m(b, a))
    assert distance_m(a, c) <= distance_m(a, b) + distance_m(b, c) + 1e-6


def test_distance_between_antipodes_is_half_the_circumference() -> None:
    """Rounding does not push the sine above one."""
    expected = math.pi * EARTH_RADIUS_M
    assert expected == pytest.approx(distance_m(Point(54.87, 69.15), Point(-54.87, -110.85)))


@ALWAYS_THE_SAME
@given(stars(), SPOTS)
def test_polygon_agrees_with_shapely_away_from_borders(
    star: tuple[list[list[float]], list[list[float]] | None], spot: Point
) -> None:
    """Inside and outside are shapely's, holes included, and so is the distance to the border."""
    shell, hole = star
    polygon = [shell] if hole is None else [shell, hole]
    expected = shapely.Polygon(shell, polygon[1:])
    assume(expected.is_valid)
    plane = shapely.transform(
        expected, lambda at: (at - [spot.lon, spot.lat]) * [METRES_PER_LON, METRES_PER_LAT]
    )
    border_m = plane.boundary.distance(shapely.Point(0, 0))
    assert border_m == pytest.approx(distance_to_border_m(spot, Region([polygon])), rel=0.01, abs=0.01)
    assume(border_m > 0.01)
    assert shapely.contains_xy(expected, spot.lon, spot.lat) == point_in_polygon(spot, polygon)


@ALWAYS_THE_SAME
@given(stars(), SPOTS, st.integers(0, 20))
def test_direction_start_and_closing_of_a_ring_do_not_matter(
    star: tuple[list[list[float]], list[list[float]] | None], spot: Point, turn: int
) -> None:
    """The same border written otherwise is the same place."""
    shell, _hole = star
    expected = signed_distance_m(spot, Region([[shell]]))
    assume(abs(expected) > 0.001)
    opened = shell[:-1]
    start = turn % len(opened)
    for same in (shell[::-1], opened, opened[start:] + opened[:start], [shell[0], *shell]):
        assert expected == pytest.approx(signed_distance_m(spot, Region([[same]])), abs=1e-6)


@ALWAYS_THE_SAME
@given(stars(), st.floats(0, 6.28), st.floats(10_000, 200_000))
def test_far_away_is_outside(
    star: tuple[list[list[float]], list[list[float]] | None], angle: float, away_m: float
) -> None:
    """Whatever the shape, ten kilometres off is plainly outside, at the right distance."""
    place = Region([[star[0]]])
    spot = moved(away_m * math.cos(angle), away_m * math.sin(angle))
    assert plainly(spot, 100, place) is OUTSIDE
    assert -signed_distance_m(spot, place) == pytest.approx(away_m, rel=0.05, abs=2100)


@ALWAYS_THE_SAME
@given(SPOTS)
def test_circle_agrees_with_a_polygon_of_many_corners(spot: Point) -> None:
    """A Point with a radius and its outline give the same distances."""
    corners = [
        (1000 * math.cos(math.radians(degree)), 1000 * math.sin(math.radians(degree)))
        for degree in range(360)
    ]
    circle, outline = Circle(CENTRE, 1000), Region([[ring(corners)]])
    assert signed_distance_m(spot, circle) == pytest.approx(signed_distance_m(spot, outline), abs=2.5)


def test_distance_to_border_is_known_on_a_square() -> None:
    """70 m from the middle of a square of 200 m, 30 m are left; beyond it the sign turns."""
    assert signed_distance_m(moved(70, 0), SQUARE) == pytest.approx(30, rel=0.001)
    assert signed_distance_m(moved(0, 130), SQUARE) == pytest.approx(-30, rel=0.001)
    assert signed_distance_m(moved(130, 140), SQUARE) == pytest.approx(-50, rel=0.001)


def test_hole_is_outside() -> None:
    """The middle of a ring road is not on the ring road."""
    assert signed_distance_m(CENTRE, WITH_HOLE) == pytest.approx(-40, rel=0.001)
    assert signed_distance_m(moved(70, 0), WITH_HOLE) == pytest.approx(30, rel=0.001)


def test_any_polygon_of_several_will_do() -> None:
    """A task may have two yards."""
    other = ring([(500, -50), (600, -50), (600, 50), (500, 50)])
    place = Region([[square(100)], [other]])
    assert plainly(moved(550, 0), 5, place) is INSIDE
    assert plainly(CENTRE, 5, place) is INSIDE
    assert plainly(moved(300, 0), 5, place) is OUTSIDE


def test_altitude_is_not_used() -> None:
    """GeoJSON positions may have three values."""
    high = [[*position, 136.0] for position in square(100)]
    assert signed_distance_m(CENTRE, SQUARE) == signed_distance_m(CENTRE, Region([[high]]))


def test_place_of_reads_what_a_task_card_holds() -> None:
    """Polygon, MultiPolygon, and Point with a radius."""
    shell = square(100)
    assert place_of({"type": "Polygon", "coordinates": [shell]}) == SQUARE
    assert place_of({"type": "MultiPolygon", "coordinates": [[shell]]}) == SQUARE
    assert place_of({"type": "Point", "coordinates": [69.15, 54.87]}, 100) == CIRCLE


@pytest.mark.parametrize(
    ("geojson", "reason"),
    [
        ({"type": "LineString", "coordinates": []}, "was 'LineString'"),
        ({"type": "GeometryCollection", "geometries": []}, "with coordinates"),
        ({"type": "Point", "coordinates": [69.15, 54.87]}, "radius_m"),
        ({}, "with coordinates"),
    ],
)
def test_place_of_refuses_what_is_no_area(geojson: dict[str, Any], reason: str) -> None:
    """A line is no place of work, nor is a point without a radius."""
    with pytest.raises(ValueError, match=reason):
        place_of(geojson)


@pytest.mark.parametrize("place", [SQUARE, CIRCLE])
@pytest.mark.parametrize(
    ("east_m", "accuracy_m", "expected"),
    [
        (0, 20, INSIDE),
        (79, 20, INSIDE),
        (81, 20, UNCERTAIN),
        (100, 20, UNCERTAIN),
        (139, 20, UNCERTAIN),
        (141, 20, OUTSIDE),
        (0, 101, UNCERTAIN),
        (94, 1.9, INSIDE),
        (96, 1.9, UNCERTAIN),
        (109, 1.9, UNCERTAIN),
        (111, 1.9, OUTSIDE),
    ],
)
def test_one_fix_is_held_against_its_accuracy(
    place: Place, east_m: float, accuracy_m: float, expected: PlaceState
) -> None:
    """Inside by its accuracy, outside by twice its accuracy, and never believed below 5 m."""
    assert expected is plainly(moved(east_m, 0), accuracy_m, place)


@pytest.mark.parametrize("place", [SQUARE, CIRCLE])
def test_point_on_border_is_uncertain(place: Place) -> None:
    """Nobody can say on which side of a line a receiver stands."""
    assert plainly(moved(100, 0), 5, place) is UNCERTAIN


@pytest.mark.parametrize("place", [SQUARE, CIRCLE])
@pytest.mark.parametrize(
    ("spot", "accuracy_m"),
    [(Point(math.nan, 69.15), 5), (Point(54.87, math.nan), 5), (CENTRE, math.nan), (CENTRE, math.inf)],
)
def test_number_that_is_none_says_nothing(place: Place, spot: Point, accuracy_m: float) -> None:
    """NaN must not compare its way to a verdict."""
    assert plainly(spot, accuracy_m, place) is UNCERTAIN


@pytest.mark.parametrize(
    ("spots", "expected"),
    [
        ([(0, 10), (5, 10), (10, 10)], INSIDE),
        ([(0, 10), (5, 10), (500, 10)], INSIDE),  # one wild fix out of three
        ([(0, 10), (500, 10), (500, 10)], UNCERTAIN),  # who would know which is wild
        ([(500, 10), (500, 10), (500, 10)], OUTSIDE),
        ([(0, 10), (500, 10), (500, 10), (500, 10)], OUTSIDE),  # one wild fix out of four
        ([(0, 10), (95, 10), (95, 10)], UNCERTAIN),  # only one is plainly inside
        ([(0, 10), (0, 10), (95, 10)], INSIDE),
        ([(95, 10), (95, 10), (95, 10)], UNCERTAIN),
        ([(105, 10), (105, 10), (105, 10)], UNCERTAIN),
        ([(500, 10), (105, 10), (105, 10)], UNCERTAIN),  # only one is plainly outside
        ([(500, 10), (500, 10), (105, 10)], OUTSIDE),
        ([(0, 10), (0, 10), (105, 10), (105, 10)], UNCERTAIN),
        ([(0, 10), (0, 10)], UNCERTAIN),
        ([], UNCERTAIN),
        ([(0, 10), (0, 10), (0, 101)], UNCERTAIN),  # the third is not usable
        ([(0, 10), (0, 10), (0, 100)], INSIDE),
        ([(0, 10)] * 3 + [(0, 5000)] * 20, INSIDE),
    ],
)
def test_several_fixes_are_fused(spots: list[tuple[float, float]], expected: PlaceState) -> None:
    """The rule of the module, case by case."""
    assert expected is state_of(*spots)


def test_fusion_reports_what_it_saw() -> None:
    """How many were usable, and their median, which is signed."""
    fused = fuse_places(fixes((0, 10), (10, 10), (105, 10), (0, 900)), SQUARE)
    assert fused.usable == 3
    assert fused.median_signed_distance_m == pytest.approx(90, rel=0.001)


def test_fusion_of_nothing_reports_nothing() -> None:
    """No fix, no median."""
    fused = fuse_places([], SQUARE)
    assert (fused.state, fused.usable) == (UNCERTAIN, 0)
    assert fused.median_signed_distance_m is None


def test_repeated_fix_counts_once() -> None:
    """A phone that sends its last known fix five times has sent one."""
    repeated = fixes((0, 10)) * 5
    assert fuse_places(repeated, SQUARE).usable == 1
    assert fuse_places(repeated, SQUARE).state is UNCERTAIN


def test_place_narrower_than_its_accuracy_stays_uncertain() -> None:
    """A pavement of 8 m cannot be proved by fixes of 5 m, however many."""
    pavement = Region([[ring([(-100, -4), (100, -4), (100, 4), (-100, 4)])]])
    assert state_of(*[(east, 5) for east in range(-50, 50, 5)], place=pavement) is UNCERTAIN


SOME_FIX = st.tuples(
    st.sampled_from([0, 50, 85, 95, 105, 115, 125, 300, 5000]), st.sampled_from([3, 10, 40, 100])
)


@ALWAYS_THE_SAME
@given(st.lists(SOME_FIX, min_size=3, max_size=9), st.data())
def test_no_single_fix_turns_inside_into_outside(
    spots: list[tuple[float, float]], data: st.DataObject
) -> None:
    """Change any one fix as you like: inside may become uncertain, never outside, and the other way round."""
    at = data.draw(st.integers(0, len(spots) - 1))
    changed = [*spots]
    changed[at] = data.draw(SOME_FIX)
    assert {INSIDE, OUTSIDE} != {state_of(*spots), state_of(*changed)}


@ALWAYS_THE_SAME
@given(st.integers(2, 12), SOME_FIX, st.integers(0, 12))
def test_one_wild_fix_among_good_ones_changes_nothing(count: int, wild: tuple[float, float], at: int) -> None:
    """Whoever stands plainly inside stays inside, wherever one fix jumps."""
    spots: list[tuple[float, float]] = [(float(east), 10.0) for east in range(count)]
    spots.insert(at % (count + 1), wild)
    assert state_of(*spots) is INSIDE


@ALWAYS_THE_SAME
@given(st.lists(SOME_FIX, min_size=1, max_size=6))
def test_one_plain_fix_is_never_enough(spots: list[tuple[float, float]]) -> None:
    """Among doubtful fixes a single plain one, in or out, decides nothing."""
    doubtful = [(95.0, 10.0)] * len(spots)
    assert state_of(*doubtful, spots[0]) is UNCERTAIN


def test_order_of_fixes_does_not_matter() -> None:
    """Every order of five mixed fixes says the same, repeated instants included."""
    mixed = [*fixes((0, 10), (0, 10), (95, 10), (300, 10)), *fixes((300, 40))]
    answers = {repr(fuse_places(order, SQUARE)) for order in itertools.permutations(mixed)}
    assert len(answers) == 1


@ALWAYS_THE_SAME
@given(SPOTS, st.floats(1, 100), st.floats(0, 400))
def test_worse_accuracy_never_makes_a_fix_plainer(spot: Point, accuracy_m: float, worse_m: float) -> None:
    """From plain to uncertain, never from uncertain to plain."""
    if plainly(spot, accuracy_m, SQUARE) is UNCERTAIN:
        assert plainly(spot, accuracy_m + worse_m, SQUARE) is UNCERTAIN
