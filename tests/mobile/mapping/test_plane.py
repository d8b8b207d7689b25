"""The flat map: degrees to metres and back, the window, and the bar that says how long a metre is."""

from __future__ import annotations

import math

import pytest

from mobile.mapping.plane import Bounds, Plane, bounds_of, positions_of
from mobile.mapping.viewport import M_PER_PX_MOST, Viewport, scale_bar_m
from shared.geometry import Point, distance_m

CITY = Point(lat=54.87, lon=69.15)
VIEW = Viewport(centre=(100.0, 50.0), m_per_px=2.0, width_px=360, height_px=300)


@pytest.mark.parametrize(("lat", "lon"), [(54.87, 69.15), (54.95, 69.3), (54.8, 69.0)])
def test_a_place_comes_back_from_the_plane(lat: float, lon: float) -> None:
    """To less than a millimetre."""
    plane = Plane(CITY)
    back = plane.point(plane.xy(lat, lon))
    assert pytest.approx((lat, lon), abs=1e-9) == (back.lat, back.lon)


@pytest.mark.parametrize(("lat", "lon"), [(54.88, 69.15), (54.87, 69.2), (54.9, 69.1)])
def test_a_unit_of_the_plane_is_a_metre_in_the_city(lat: float, lon: float) -> None:
    """Within 0.3 % over a few kilometres."""
    assert pytest.approx(distance_m(CITY, Point(lat, lon)), rel=3e-3) == math.hypot(*Plane(CITY).xy(lat, lon))


def test_north_is_up_and_east_is_right() -> None:
    """As on any map."""
    x, y = Plane(CITY).xy(54.88, 69.16)
    assert x > 0
    assert y > 0


def test_only_a_line_has_positions() -> None:
    """A point or nothing is no way."""
    assert () == positions_of(None)
    assert () == positions_of({"type": "Point", "coordinates": [1, 2]})
    assert [[1, 2], [3, 4]] == positions_of({"type": "LineString", "coordinates": [[1, 2], [3, 4]]})


def test_pixels_and_places_belong_together() -> None:
    """There and back."""
    assert (180.0, 150.0) == VIEW.to_px(VIEW.centre)
    assert pytest.approx((12.0, 34.0)) == VIEW.to_px(VIEW.to_plane((12.0, 34.0)))


def test_a_pan_moves_the_picture_with_the_finger() -> None:
    """The place under the finger stays under it."""
    place = VIEW.to_plane((100.0, 100.0))
    assert pytest.approx((130.0, 80.0)) == VIEW.panned(30, -20).to_px(place)


def test_a_zoom_keeps_what_is_between_the_fingers() -> None:
    """And shows it larger."""
    place = VIEW.to_plane((40.0, 60.0))
    nearer = VIEW.zoomed(2.0, (40.0, 60.0))
    assert pytest.approx((40.0, 60.0)) == nearer.to_px(place)
    assert 1.0 == nearer.m_per_px


def test_nobody_zooms_out_of_the_city() -> None:
    """However often the button is touched; a factor of nothing is a mistake."""
    assert M_PER_PX_MOST == VIEW.zoomed(1e-6).m_per_px
    with pytest.raises(ValueError, match="factor must be above 0"):
        VIEW.zoomed(0)


def test_a_fitted_view_shows_all_of_it() -> None:
    """With its margin; one stop is not seen from a hand's breadth."""
    bounds = Bounds(-500.0, -200.0, 900.0, 400.0)
    fitted = VIEW.fitted(bounds, 30)
    left, low = fitted.to_px((bounds.left, bounds.low))
    right, top = fitted.to_px((bounds.right, bounds.top))
    assert pytest.approx(30.0) == left
    assert pytest.approx(330.0) == right
    assert low >= 30
    assert top <= 270
    assert 0.4 == VIEW.fitted(Bounds(1.0, 1.0, 1.0, 1.0), 30).m_per_px


def test_the_box_of_nothing_is_nothing() -> None:
    """And that of points holds them all."""
    assert bounds_of([]) is None
    assert Bounds(-1, -2, 3, 4) == bounds_of([(3, -2), (-1, 4)])


@pytest.mark.parametrize(
    ("m_per_px", "expected"), [(0.1, 5.0), (1.0, 50.0), (2.0, 100.0), (7.0, 500.0), (0.02, 1.0)]
)
def test_the_bar_is_a_round_length(m_per_px: float, expected: float) -> None:
    """1, 2 or 5 of something, as long as there is room."""
    assert expected == scale_bar_m(m_per_px, 96)
