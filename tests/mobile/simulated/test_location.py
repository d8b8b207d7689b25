"""Simulated receivers: plainly inside, plainly outside, with noise that stays plausible."""

from __future__ import annotations

import random
from datetime import timedelta
from statistics import pstdev

import pytest

from mobile.simulated.location import BIAS_M, FAR_M, fixes_around, inner_point, moved, outer_point
from shared.geometry import Circle, Place, Point, Region, distance_m, fuse_places, signed_distance_m
from shared.vocabulary import PlaceState
from tests.mobile.scripted_server import NOON

HERE = Point(lat=54.87, lon=69.15)


def square(side_m: float, hole_m: float = 0.0) -> Region:
    """A square around a point, with a square hole in its middle."""
    rings = [[[corner.lon, corner.lat] for corner in _corners(side)] for side in (side_m, hole_m) if side]
    return Region([rings])


def _corners(side_m: float) -> list[Point]:
    half = side_m / 2
    signs = ((-1, -1), (-1, 1), (1, 1), (1, -1), (-1, -1))
    return [moved(HERE, north * half, east * half) for north, east in signs]


PLACES = [Circle(HERE, 60.0), square(120), square(300, hole_m=120)]


@pytest.mark.parametrize("place", PLACES, ids=["circle", "square", "square with a hole"])
def test_fixes_at_the_inner_point_are_inside(place: Place) -> None:
    """Whatever the noise."""
    for seed in range(50):
        fixes = fixes_around(inner_point(place), NOON, random.Random(seed))
        assert PlaceState.INSIDE is fuse_places(fixes, place).state


@pytest.mark.parametrize("place", PLACES, ids=["circle", "square", "square with a hole"])
def test_fixes_at_the_outer_point_are_outside(place: Place) -> None:
    """As far beyond the border as was asked for, in any direction."""
    for seed in range(50):
        rng = random.Random(seed)
        point = outer_point(place, 100.0, rng)
        assert -115 <= signed_distance_m(point, place) <= -100
        assert PlaceState.OUTSIDE is fuse_places(fixes_around(point, NOON, rng), place).state


def test_point_of_a_hole_is_not_inside() -> None:
    """The middle of the square lies in its hole."""
    assert signed_distance_m(inner_point(square(300, hole_m=120)), square(300, hole_m=120)) > 30


def test_errors_of_one_capture_share_their_cause() -> None:
    """Fixes of one capture scatter less than captures do among each other."""
    captures = [fixes_around(HERE, NOON, random.Random(seed)) for seed in range(200)]
    within = [pstdev([distance_m(HERE, Point(fix.lat, fix.lon)) for fix in fixes]) for fixes in captures]
    firsts = [moved_north_m(fixes[0].lat) for fixes in captures]
    assert sum(within) / len(within) < pstdev(firsts)
    assert 0.7 * BIAS_M < pstdev(firsts) < 1.5 * BIAS_M


def moved_north_m(lat: float) -> float:
    """How far north of here a latitude lies."""
    return (lat - HERE.lat) * 111_195


def test_fixes_are_a_second_apart_and_end_at_the_capture() -> None:
    """No two have the same time: the server counts those once."""
    times = [fix.taken_at for fix in fixes_around(HERE, NOON, random.Random(1), 4)]
    assert [NOON - timedelta(seconds=back) for back in (3, 2, 1, 0)] == times


def test_same_seed_gives_the_same_fixes() -> None:
    """So that a course of a demonstration can be repeated."""
    assert fixes_around(HERE, NOON, random.Random(5)) == fixes_around(HERE, NOON, random.Random(5))


def test_place_as_large_as_a_country_has_no_outside_nearby() -> None:
    """Said, instead of searching for ever."""
    with pytest.raises(ValueError, match="farther than"):
        outer_point(Circle(HERE, 2 * FAR_M), 100.0, random.Random(1))


def test_place_thinner_than_the_grid_is_refused() -> None:
    """A line has no inside."""
    line = Region([[[[69.15, 54.87], [69.16, 54.88], [69.15, 54.87]]]])
    with pytest.raises(ValueError, match="thinner"):
        inner_point(line)
