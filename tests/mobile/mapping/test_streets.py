"""Streets in a grid: what is in sight is found, the rest is not looked at."""

from __future__ import annotations

import random

from mobile.mapping.drawing import PlaneStop, PlaneStreet, stop_signs, street_strokes
from mobile.mapping.plane import Bounds, Plane, bounds_of
from mobile.mapping.streets import NoStreets, Street, StreetIndex
from mobile.mapping.viewport import Viewport
from shared.contracts import StreetKind
from shared.geometry import Point

CITY = Point(lat=54.87, lon=69.15)


def city(count: int) -> list[Street]:
    """So many short streets within some 20 km."""
    rng = random.Random(7)
    streets = []
    for number in range(count):
        lon, lat = CITY.lon + rng.uniform(-0.15, 0.15), CITY.lat + rng.uniform(-0.09, 0.09)
        line = [(lon, lat)]
        for _point in range(6):
            line.append((line[-1][0] + rng.uniform(-0.001, 0.001), line[-1][1] + rng.uniform(-0.001, 0.001)))
        streets.append(Street(number, StreetKind(number % 4), f"{number}", tuple(line)))
    return streets


def touches(street: Street, south: float, west: float, north: float, east: float) -> bool:
    """Whether a point of it lies in the box."""
    return any(west <= lon <= east and south <= lat <= north for lon, lat in street.line)


def test_every_street_in_the_box_is_found() -> None:
    """And most of the others are not."""
    streets = city(2000)
    box = (CITY.lat - 0.005, CITY.lon - 0.008, CITY.lat + 0.005, CITY.lon + 0.008)
    found = StreetIndex(streets).within(*box)
    assert {street.id for street in streets if touches(street, *box)} <= {street.id for street in found}
    assert len(found) < 100


def test_a_long_street_is_found_between_its_ends() -> None:
    """Its points lie far outside the box."""
    long = Street(1, StreetKind.MAIN, "", ((69.0, 54.87), (69.4, 54.87)))
    assert [long] == list(StreetIndex([long]).within(54.869, 69.2, 54.871, 69.21))


def test_the_whole_city_is_every_street() -> None:
    """Without going through its cells one by one."""
    streets = city(50)
    assert tuple(streets) == tuple(StreetIndex(streets).within(40, 50, 60, 90))


def test_a_city_without_streets_is_empty() -> None:
    """Until they are synced."""
    assert () == tuple(NoStreets().within(54, 69, 55, 70))
    assert [] == list(StreetIndex([]).within(54, 69, 55, 70))


def test_small_streets_vanish_from_afar() -> None:
    """What is left can be read."""
    plane = Plane(CITY)
    streets = [
        PlaneStreet(street.kind, line, bounds_of(line) or Bounds(0, 0, 0, 0))
        for street in city(8000)
        for line in [plane.line(street.line)]
    ]
    near = street_strokes(streets, Viewport(m_per_px=2.0, width_px=400, height_px=400), 1.0)
    far = street_strokes(streets, Viewport(m_per_px=40.0, width_px=400, height_px=400), 1.0)
    assert len(StreetKind) == len(near)
    assert 1 == len(far)
    assert sum(len(stroke.lines) for stroke in near) < 400


def test_signs_that_would_cover_each_other_become_dots() -> None:
    """The next stop always keeps its sign, on top of all others."""
    stops = [
        PlaneStop(
            at=(float(number), 0.0), text=str(number), colour="accent", order=number, is_next=number == 7
        )
        for number in range(10)
    ]
    signs = stop_signs(stops, Viewport(width_px=400, height_px=400), 1.0)
    assert ["7"] == [sign.text for sign in signs if sign.text]
    assert "7" == signs[-1].text
    apart = stop_signs(stops, Viewport(m_per_px=0.01, width_px=2000, height_px=400), 1.0)
    assert {"0", "7", "9"} <= {sign.text for sign in apart}


def test_stops_out_of_sight_are_not_painted() -> None:
    """A thousand of them cost nothing."""
    stops = [PlaneStop(at=(1e5 + number, 0.0), text="x", colour="accent") for number in range(1000)]
    assert () == stop_signs(stops, Viewport(width_px=400, height_px=400), 1.0)
