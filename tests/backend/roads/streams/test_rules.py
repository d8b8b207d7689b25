"""Which frames of a drive are wanted: in order those of a folder's rule, in any order none of the same road, and each fix must be one."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from backend.roads.frames.rules import EVERY_M, NewRoad, PlacedFrame, Shows, Told, thinned
from backend.roads.streams.rules import DriveRoad, Kept, Offer, Reason
from shared.geometry import Point, distance_m
from tests.roads import beside

START = Point(lat=54.8695, lon=69.1425)
MONDAY = datetime(2026, 11, 23, 3, tzinfo=UTC)
drives = some.lists(some.sampled_from([0.0, 0.5, 2.0, 5.0, 9.0, 14.0, 21.0]), min_size=1, max_size=40)


def frames(speeds: list[float], *, turns_at: int = 25) -> list[Offer]:
    """A frame a second at these speeds, east and back again."""
    driven_m, found = 0.0, []
    for second, speed_mps in enumerate(speeds):
        found.append(
            Offer(
                at=MONDAY + timedelta(seconds=second),
                place=beside(START, east_m=driven_m),
                accuracy_m=5.0,
                speed_mps=speed_mps,
            )
        )
        driven_m += speed_mps if second < turns_at else -speed_mps
    return found


def taken(offers: list[Offer], others: tuple[Told, ...] = ()) -> list[Offer]:
    """Those that are wanted, one after the other."""
    road, kept = DriveRoad((), others), []
    for offer in offers:
        if road.why_not(offer) is None:
            road.keep(offer)
            kept.append(offer)
    return kept


@given(speeds=drives)
def test_frames_in_their_order_are_chosen_as_a_folders(speeds: list[float]) -> None:
    """The very same ones."""
    offers = frames(speeds)
    folder = thinned(
        [
            PlacedFrame(name="", at=each.at, place=each.place, accuracy_m=5.0, heading_deg=None)
            for each in offers
        ]
    )
    assert [each.at for each in folder] == [each.at for each in taken(offers)]


@given(speeds=drives, seed=some.integers(0, 1000))
def test_frames_in_any_order_show_no_road_twice_and_leave_none_out(speeds: list[float], seed: int) -> None:
    """Neighbours in time lie apart, and whatever was passed over lies near one of its own."""
    offers = frames(speeds)
    mixed = random.Random(seed).sample(offers, len(offers))
    kept = sorted(taken(mixed), key=lambda each: each.at)
    for one, other in itertools.pairwise(kept):
        assert distance_m(one.place, other.place) >= EVERY_M
    for offer in offers:
        before = [each for each in kept if each.at <= offer.at][-1:]
        after = [each for each in kept if each.at >= offer.at][:1]
        near = [distance_m(each.place, offer.place) for each in before + after]
        assert offer in kept or min(near) < EVERY_M


@pytest.mark.parametrize(
    ("seconds", "east_m", "reason"),
    [(2, 4.0, Reason.OTHER_CAMERA), (6, 4.0, None), (2, 12.0, None), (-4, 0.0, Reason.OTHER_CAMERA)],
)
def test_what_another_camera_showed_is_near_in_time_and_place(
    seconds: float, east_m: float, reason: Reason | None
) -> None:
    """Both; a vehicle that comes back later shows the road anew."""
    other = Told(at=MONDAY + timedelta(seconds=seconds), place=beside(START, east_m=east_m))
    refusal = DriveRoad((), (other,)).why_not(Offer(at=MONDAY, place=START, accuracy_m=5.0))
    assert reason == (refusal.reason if refusal else None)


def test_the_heading_is_the_receivers_else_that_of_driving() -> None:
    """From the kept frame shortly before; after a silence nobody knows."""
    road = DriveRoad([Kept(at=MONDAY, place=START, accuracy_m=5.0)], ())
    for second, said, expected in ((2, None, 90.0), (2, 181.0, 181.0), (60, None, None)):
        offer = Offer(
            at=MONDAY + timedelta(seconds=second),
            place=beside(START, east_m=20),
            accuracy_m=5.0,
            heading_deg=said,
        )
        found = road.heading_deg(offer)
        assert (found is None) == (expected is None)
        assert found is None or abs(found - (expected or 0)) < 1


def test_a_card_adds_no_road_that_was_sent_but_what_was_missed() -> None:
    """A box that lost the network for good: its card fills the gap."""
    offers = frames([5.0] * 20)
    sent = [
        Told(at=each.at, place=each.place)
        for each in taken(offers)
        if each.at < MONDAY + timedelta(seconds=9)
    ]
    road = NewRoad(EVERY_M, sent)
    shown = [
        road.shows(PlacedFrame(name="", at=each.at, place=each.place, accuracy_m=5.0, heading_deg=None))
        for each in offers
    ]
    assert [Shows.TOLD, Shows.SAME] * 5 + [Shows.NEW, Shows.SAME] * 5 == shown
