"""Lines for a screen: fewer points, ribbons, sides of a street, the rest of a way."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from mobile.mapping.lines import (
    VERTICES_MOST,
    distance_to_segment,
    length,
    rest_of_way,
    ribbons,
    shifted,
    simplified,
)


def test_bends_that_nobody_sees_go() -> None:
    """A straight line with a little noise is its two ends."""
    assert ((0, 0), (10, 0)) == simplified([(0, 0), (3, 0.1), (7, -0.1), (10, 0)], 0.5)
    corner = ((0, 0), (5, 5), (10, 0))
    assert corner == simplified(corner, 0.5)


def test_a_simplified_line_stays_near_the_real_one() -> None:
    """No point of it is farther off than the tolerance."""
    rng = random.Random(1)
    line, at = [], (0.0, 0.0)
    for _point in range(400):
        at = (at[0] + rng.uniform(0, 5), at[1] + rng.uniform(-4, 4))
        line.append(at)
    fewer = simplified(line, 3.0)
    assert (line[0], line[-1]) == (fewer[0], fewer[-1])
    assert len(fewer) < len(line) / 2
    for point in line:
        assert min(distance_to_segment(point, a, b) for a, b in itertools.pairwise(fewer)) <= 3.0001


def test_a_closed_line_is_no_point() -> None:
    """A ring's first and last points are the same; the rest of it stays."""
    ring = ((0, 0), (10, 0), (10, 10), (0, 0))
    assert ring == simplified(ring, 1.0)


def test_the_right_side_is_right_of_the_driving_direction() -> None:
    """Northward it is east; left is the other one."""
    north = ((0, 0), (0, 10))
    assert ((3, 0), (3, 10)) == shifted(north, 3)
    assert ((-3, 0), (-3, 10)) == shifted(north, -3)


def test_the_rest_of_the_way_counts_from_where_it_is_nearest() -> None:
    """Half of an L is driven."""
    beside, rest = rest_of_way([(0, 0), (100, 0), (100, 50)], (40, 7))
    assert pytest.approx((7, 110)) == (beside, rest)
    assert (math.inf, math.inf) == rest_of_way([], (0, 0))
    assert 150 == length([(0, 0), (100, 0), (100, 50)])


def test_a_ribbon_has_the_width_that_was_asked_for() -> None:
    """Two triangles a part; a part of no length has none."""
    ((vertices, indices),) = ribbons([[(0, 0), (10, 0), (10, 0)]], 4)
    assert 4 * 4 == len(vertices)
    assert [0, 1, 2, 0, 2, 3] == indices
    ys = vertices[1::4]
    assert (-2, 2) == (min(ys), max(ys))
    assert [] == ribbons([], 4)


def test_a_city_is_more_than_one_mesh() -> None:
    """Each within what 16 bits can count."""
    line = [(float(x), float(x % 2)) for x in range(40_000)]
    meshes = ribbons([line], 2)
    assert len(meshes) > 1
    assert all(len(vertices) // 4 <= VERTICES_MOST for vertices, _indices in meshes)
    assert 39_999 * 6 == sum(len(indices) for _vertices, indices in meshes)
