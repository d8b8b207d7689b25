"""Simulated trucks keep to the streets: to the planned way where there is one, else to those of the pack."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from mobile.simulated.driving import JITTER_M, Leg, Truck, cut, length_m
from mobile.simulated.street_ways import StreetWays
from shared.contracts import RouteStop
from shared.contracts.streets import STEPS_PER_DEGREE, StreetKind
from shared.geometry import Point, distance_m
from shared.street_pack import PackedStreet
from shared.vocabulary import StopAction
from tests.mobile.scripted_server import NOON

HOME, CORNER, YARD = (69.15, 54.87), (69.15, 54.88), (69.16, 54.88)


def street(*line: tuple[float, float], kind: StreetKind = StreetKind.MIDDLE) -> PackedStreet:
    """A street through places of lon and lat."""
    steps = [(round(lon * STEPS_PER_DEGREE), round(lat * STEPS_PER_DEGREE)) for lon, lat in line]
    return PackedStreet(id=1, kind=kind, name=None, line=steps)


def point(place: tuple[float, float]) -> Point:
    """A place of lon and lat."""
    return Point(lat=place[1], lon=place[0])


def stop_at(place: tuple[float, float]) -> RouteStop:
    """A stop without a planned way."""
    return RouteStop(id=uuid4(), action=StopAction.COLLECT, title="Двор", lat=place[1], lon=place[0])


def driven(truck: Truck, stop: RouteStop) -> list[Point]:
    """Where a truck was seen until it arrived."""
    at = NOON
    legs: list[Leg] = []
    while not legs or not legs[-1].arrived:
        at += timedelta(seconds=30)
        legs.append(truck.drive(stop, at, 1_000_000))
    return [Point(lat=fix.lat, lon=fix.lon) for leg in legs for fix in leg.fixes]


def off_m(place: Point, way: list[Point]) -> float:
    """How far a place lies from a way."""
    metres = (distance_m(place, cut(way, at)[0]) for at in range(0, int(length_m(way)) + 5, 5))
    return min(metres)


def test_a_way_goes_round_the_corner_and_not_over_a_path() -> None:
    """The path would be shorter; no truck drives it."""
    ways = StreetWays([street(HOME, CORNER), street(CORNER, YARD), street(HOME, YARD, kind=StreetKind.PATH)])
    assert point(CORNER) in ways.way(point(HOME), point(YARD))


def test_where_no_street_leads_the_way_is_straight() -> None:
    """And where there are none."""
    ways = StreetWays([street(HOME, CORNER), street(YARD, (69.17, 54.88))])
    for each in (ways, StreetWays(())):
        assert [point(HOME), point(YARD)] == list(dict.fromkeys(each.way(point(HOME), point(YARD))))


def test_a_truck_without_a_planned_way_keeps_to_the_streets() -> None:
    """All its fixes lie on them."""
    ways = StreetWays([street(HOME, CORNER, YARD)])
    truck = Truck(random.Random(1), ways)
    truck.drive(stop_at(HOME), NOON, 1_000_000)
    seen = driven(truck, stop_at(YARD))
    assert len(seen) > 20
    assert max(off_m(place, [point(each) for each in (HOME, CORNER, YARD)]) for place in seen) < 6 * JITTER_M


def test_a_planned_way_comes_before_the_streets() -> None:
    """The plan knows one-way signs."""
    round_about = (69.155, 54.875)
    truck = Truck(random.Random(1), StreetWays([street(HOME, CORNER, YARD)]))
    truck.drive(stop_at(HOME), NOON, 1_000_000)
    planned = {"type": "LineString", "coordinates": [list(HOME), list(round_about), list(YARD)]}
    seen = driven(truck, replace(stop_at(YARD), path=planned))
    assert (
        max(off_m(place, [point(each) for each in (HOME, round_about, YARD)]) for place in seen)
        < 6 * JITTER_M
    )
