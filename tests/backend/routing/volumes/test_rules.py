"""Plan, driver and gate side by side: what belongs together, and which differences are named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from backend.routing.volumes.rules import (
    Count,
    Difference,
    Limits,
    Line,
    Trip,
    side_by_side,
    sums,
    told_m3,
)

NINE = datetime(2026, 11, 23, 21, tzinfo=UTC)
DUMP, OTHER, TRUCK = uuid4(), uuid4(), uuid4()
LIMITS = Limits(gate_share=0.1, plan_share=0.25)
TRIP = Trip(
    route_id=uuid4(),
    stop_id=uuid4(),
    vehicle_id=TRUCK,
    board="101",
    contractor="ТОО",
    dump_id=DUMP,
    number=1,
    planned_m3=10.0,
    body_m3=10.0,
    told_m3=10.0,
    weight_kg=None,
    ticket="",
    photos=1,
    done_at=NINE,
    least_s=None,
)
COUNT = Count(
    id=uuid4(),
    dump_id=DUMP,
    vehicle_id=TRUCK,
    board="101",
    contractor="ТОО",
    counted_at=NINE - timedelta(minutes=4),
    m3=10.0,
    ticket="",
)


def beside(trips: list[Trip], counts: list[Count], dumps: frozenset[UUID] = frozenset({DUMP})) -> list[Line]:
    """The lines of some trips and counts."""
    return side_by_side(trips, counts, dumps, LIMITS)


def test_a_trip_and_its_count_that_say_the_same_differ_in_nothing() -> None:
    """Joined by the truck and the time."""
    (line,) = beside([TRIP], [COUNT])
    assert (TRIP, COUNT, ()) == (line.trip, line.count, line.differences)


@pytest.mark.parametrize(
    ("trip", "count", "difference", "percent"),
    [
        ({}, {"m3": 7.0}, Difference.LESS_AT_GATE, 30),
        ({"told_m3": 8.0}, {"m3": 10.0}, Difference.MORE_AT_GATE, 25),
        ({"told_m3": None}, {}, Difference.NOTHING_TOLD, None),
        ({"planned_m3": 20.0, "body_m3": 20.0}, {}, Difference.LESS_THAN_PLANNED, 50),
        ({"told_m3": 14.0}, {"m3": 14.0}, Difference.MORE_THAN_BODY, None),
        ({"dump_id": OTHER}, {}, Difference.OTHER_DUMP, None),
    ],
)
def test_each_difference_is_named(
    trip: dict[str, object], count: dict[str, object], difference: Difference, percent: int | None
) -> None:
    """One thing is changed, one thing is said."""
    (line,) = beside([replace(TRIP, **trip)], [replace(COUNT, **count)])  # type: ignore[arg-type]
    assert difference in line.differences
    if percent is not None:
        assert percent == line.percent


def test_a_trip_that_the_gate_did_not_count_is_named_only_where_somebody_counts() -> None:
    """A dump without a gate says nothing."""
    (counted,) = beside([TRIP], [])
    (unknown,) = beside([TRIP], [], frozenset())
    assert (Difference.NO_GATE_COUNT,) == counted.differences
    assert () == unknown.differences


def test_a_trip_that_nothing_but_the_driver_tells_of_is_named() -> None:
    """No photo, no ticket, no count."""
    (alone,) = beside([replace(TRIP, photos=0)], [], frozenset())
    (counted,) = beside([replace(TRIP, photos=0)], [COUNT])
    assert (Difference.NO_PROOF,) == alone.differences
    assert () == counted.differences


def test_a_count_without_a_trip_stands_alone() -> None:
    """Another truck, or hours later."""
    late = replace(COUNT, id=uuid4(), counted_at=NINE + timedelta(hours=3))
    lines = beside([TRIP], [COUNT, late])
    assert [(), (Difference.NO_TRIP,)] == [line.differences for line in lines]
    assert late is lines[1].count


def test_the_ticket_joins_before_truck_and_time() -> None:
    """Of two counts of the same truck the one with the ticket is the trip's, though the other is nearer."""
    ticketed = replace(COUNT, id=uuid4(), counted_at=NINE - timedelta(minutes=50), ticket="77")
    lines = beside([replace(TRIP, ticket="77")], [COUNT, ticketed])
    joined = next(line for line in lines if line.trip is not None)
    assert ticketed is joined.count


def test_each_count_belongs_to_one_trip_and_the_nearest_wins() -> None:
    """Two trips, two counts, in order."""
    second = replace(TRIP, stop_id=uuid4(), number=2, done_at=NINE + timedelta(minutes=40))
    at_second = replace(COUNT, id=uuid4(), counted_at=NINE + timedelta(minutes=38))
    lines = beside([second, TRIP], [at_second, COUNT])
    assert [(1, COUNT.id), (2, at_second.id)] == [
        (line.trip.number, line.count.id) for line in lines if line.trip and line.count
    ]


def test_more_trips_than_driving_time_allows_are_named() -> None:
    """Ten minutes after the last unloading, where the way alone takes twenty."""
    second = replace(TRIP, stop_id=uuid4(), number=2, done_at=NINE + timedelta(minutes=10), least_s=1_200.0)
    first, soon = beside([TRIP, second], [], frozenset())
    assert () == first.differences
    assert (Difference.TOO_SOON,) == soon.differences
    assert 600 == soon.stated_s


def test_a_board_number_joins_where_the_vehicle_is_not_known() -> None:
    """Entered at the gate as it was read."""
    (line,) = beside([replace(TRIP, board="А-7")], [replace(COUNT, vehicle_id=None, board="а-7")])
    assert line.count is not None


def test_sums_by_contractor_count_what_is_said_and_what_differs() -> None:
    """The city's own first."""
    own = replace(TRIP, stop_id=uuid4(), contractor="", vehicle_id=uuid4(), board="7", told_m3=5.0)
    found = sums(beside([TRIP, own], [COUNT]))
    assert ["", "ТОО"] == [each.contractor for each in found]
    assert (1, 10.0, 10.0, 10.0, 1, {}) == (
        found[1].trips,
        found[1].planned_m3,
        found[1].told_m3,
        found[1].gate_m3,
        found[1].counts,
        found[1].differences,
    )
    assert {Difference.NO_GATE_COUNT: 1, Difference.LESS_THAN_PLANNED: 1} == found[0].differences


def test_a_weigh_ticket_tells_more_than_an_eye() -> None:
    """By the stated weight of snow."""
    assert 20.0 == told_m3(12.0, 8_400.0, 420.0)
    assert 12.0 == told_m3(12.0, None, 420.0)
    assert told_m3(None, None, 420.0) is None
