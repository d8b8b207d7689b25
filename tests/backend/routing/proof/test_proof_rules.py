"""The reconciliation: what positions bear out, what they do not, and what nobody can know, which is never held against anyone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.routing.proof.rules import lines, places
from backend.routing.proof.rules.driving import Driven, JudgedBy
from backend.routing.proof.rules.findings import ProofCode
from backend.routing.proof.rules.places import Presence
from backend.routing.proof.rules.reconciling import Drive, RouteProof, reconcile
from backend.routing.proof.rules.stops import PlannedStop
from backend.routing.proof.rules.tracks import Fix, Limits, Plane, Track, driven_m, track_of
from shared.vocabulary import SkipReason, StopState

START = datetime(2026, 11, 23, 4, tzinfo=UTC)
LAT, LON = 54.87, 69.15
NORTH_M = 1 / 111_195.0  # degrees of latitude in a metre
EAST_M = NORTH_M / np.cos(np.radians(LAT))
LIMITS = Limits(
    near_m=50,
    stay_s=20,
    silence=timedelta(minutes=5),
    line_m=25,
    street_m=10,
    line_share=0.8,
    against_m=30,
    speed_max_mps=25,
)
PLANE = Plane(LAT, LON)


def at(seconds: float) -> datetime:
    """A moment of the shift."""
    return START + timedelta(seconds=seconds)


def fix(seconds: float, east_m: float, north_m: float = 0.0, **fields: Any) -> Fix:
    """A position so many metres east and north of the first stop."""
    given_fields = {"lat": LAT + north_m * NORTH_M, "lon": LON + east_m * EAST_M, "accuracy_m": 5.0}
    return Fix(at=at(seconds), **(given_fields | fields))


def straight(
    begin_s: float, begin_m: float, end_m: float, *, speed_mps: float = 10, every_s: float = 10
) -> list[Fix]:
    """Driving east or west along the first stop's latitude."""
    way = end_m - begin_m
    count = round(abs(way) / speed_mps / every_s)
    return [fix(begin_s + k * every_s, begin_m + way * k / count) for k in range(count + 1)]


def planned(number: int = 1, east_m: float = 0.0, **fields: Any) -> PlannedStop:
    """A stop, done unless told otherwise."""
    given_fields: dict[str, Any] = {
        "id": UUID(int=number),
        "number": number,
        "lat": LAT,
        "lon": LON + east_m * EAST_M,
        "line": None,
        "on_street": False,
        "arrive_at": None,
        "state": StopState.DONE,
        "skip_reason": None,
        "reported_at": at(100),
        "time_sure": True,
        "photo_count": 1,
        "photo_missing": False,
    }
    return PlannedStop(**(given_fields | fields))


def proof(stops: Sequence[PlannedStop], *tracks: Sequence[Fix], **fields: Any) -> RouteProof:
    """The reconciliation of a drive that began at START and is closed."""
    given_fields: dict[str, Any] = {
        "length_m": None,
        "starts_at": START,
        "ends_at": at(28_800),
        "driving_since": START,
        "closed_at": at(28_800),
        "positions_deleted": False,
    }
    drive = Drive(stops=stops, **(given_fields | fields))
    return reconcile(drive, dict(enumerate(tracks)), LIMITS)


def codes(found: RouteProof, stop: int = 0) -> list[ProofCode]:
    """What is said of a stop."""
    return [each.code for each in found.stops[stop].findings]


def test_a_stop_that_was_driven_to_and_reported_needs_no_word() -> None:
    """There, for how long, when, how near."""
    track = [*straight(0, -500, 0), fix(110, 2), fix(120, -1), *straight(130, 0, 500)]
    (stop,) = proof([planned(reported_at=at(105))], track).stops
    assert (Presence.THERE, ()) == (stop.presence, stop.findings)
    assert stop.nearest_m is not None
    assert stop.nearest_m < 3
    assert stop.stayed_s is not None
    assert 85 <= stop.stayed_s <= 95  # 50 m in, 80 s of standing, 50 m out
    assert stop.arrived_at is not None
    assert abs((stop.arrived_at - at(45)).total_seconds()) < 2


def test_done_far_from_every_position_is_said_with_the_nearest() -> None:
    """In metres and time, and no more than that."""
    found = proof([planned(east_m=300, reported_at=at(90))], straight(0, -1000, 0))
    assert [ProofCode.DONE_NOT_SEEN] == codes(found)
    (finding,) = found.stops[0].findings
    assert {"distance_m": 300, "near_m": 50} == finding.values
    assert {"reported_at": at(90), "nearest_at": at(100)} == finding.times


def test_what_may_have_happened_in_silence_is_unknown() -> None:
    """Ten minutes without positions are enough to be 300 m away and back; the silence is named."""
    track = [*straight(0, -1000, 0), *straight(700, 0, -1000)]
    found = proof([planned(east_m=300, reported_at=at(500))], track)
    assert (Presence.UNKNOWN, [ProofCode.DONE_UNKNOWN]) == (found.stops[0].presence, codes(found))
    assert [(ProofCode.SILENCE, {"minutes": 10})] == [(each.code, each.values) for each in found.findings]


def test_silence_that_is_too_short_for_the_way_explains_nothing() -> None:
    """20 km and back in ten minutes drives nobody."""
    track = [*straight(0, -1000, 0), *straight(700, 0, -1000)]
    found = proof([planned(east_m=20_000, reported_at=at(500))], track)
    assert [ProofCode.DONE_NOT_SEEN] == codes(found)


def test_silence_after_the_report_explains_nothing_unless_its_time_is_unsure() -> None:
    """What is reported has happened; a clock that cannot be checked leaves it open."""
    track = [*straight(0, -1000, 0), *straight(700, 0, -1000)]
    stop = planned(east_m=300, reported_at=at(60))
    assert [ProofCode.DONE_NOT_SEEN] == codes(proof([stop], track))
    unsure = codes(proof([replace(stop, time_sure=False)], track))
    assert [ProofCode.DONE_UNKNOWN, ProofCode.TIME_UNSURE] == unsure


@pytest.mark.parametrize("state", list(StopState))
def test_without_positions_nothing_is_held_against_anyone(state: StopState) -> None:
    """Said once, of the route; of each stop it is unknown."""
    reported = None if state is StopState.PLANNED else at(100)
    found = proof([planned(state=state, reported_at=reported)])
    assert [ProofCode.NO_POSITIONS] == [each.code for each in found.findings]
    assert Presence.UNKNOWN is found.stops[0].presence
    assert not {ProofCode.DONE_NOT_SEEN, ProofCode.DONE_UNKNOWN} & set(codes(found))
    assert (None, None) == (found.driven_m, found.stops[0].nearest_m)


def test_deleted_positions_are_called_deleted() -> None:
    """Not missing: the city's own term has taken them."""
    found = proof([planned()], positions_deleted=True)
    assert [ProofCode.POSITIONS_DELETED] == [each.code for each in found.findings]


def test_a_coarse_position_proves_no_absence() -> None:
    """90 m off with an accuracy of 60 m may be there."""
    track = [fix(second, 90, accuracy_m=60.0) for second in range(0, 200, 10)]
    assert Presence.UNKNOWN is proof([planned()], track).stops[0].presence


def test_standing_at_a_stop_without_a_report_is_said_and_passing_by_is_not() -> None:
    """Who drives past 40 containers has not visited them."""
    stop = planned(state=StopState.PLANNED, reported_at=None)
    past = straight(0, -1000, 1000)
    assert [ProofCode.NOT_REPORTED] == codes(proof([stop], past))
    stood = [
        *straight(0, -500, 0),
        *(fix(50 + k, 0.3 * (k % 3)) for k in range(10, 60, 10)),
        *straight(110, 0, 500),
    ]
    assert [ProofCode.VISITED_UNREPORTED] == codes(proof([stop], stood))
    assert [] == codes(proof([stop], past, closed_at=None))


def test_a_report_from_elsewhere_names_both_times() -> None:
    """All stops reported at the depot in the evening: allowed, and said."""
    track = [*straight(0, -500, 0), *straight(60, 0, 2000)]
    found = proof([planned(reported_at=at(250))], track)
    assert [ProofCode.REPORTED_ELSEWHERE] == codes(found)
    assert 1900 == found.stops[0].findings[0].values["distance_m"]


def test_skipped_out_of_sight_is_said_like_done_out_of_sight() -> None:
    """A reason that asks for being there stands beside the nearest position."""
    stop = planned(
        east_m=400, state=StopState.SKIPPED, skip_reason=SkipReason.PARKED_CARS, reported_at=at(100)
    )
    assert [ProofCode.SKIPPED_NOT_SEEN] == codes(proof([stop], straight(0, -1000, 0)))


def test_made_up_positions_prove_nothing_and_are_counted() -> None:
    """Only the rest counts."""
    track = [replace(each, mock=True) for each in straight(0, -500, 500)]
    found = proof([planned()], track)
    assert [ProofCode.NO_POSITIONS, ProofCode.MADE_UP] == [each.code for each in found.findings]
    assert {"count": len(track)} == found.findings[1].values


LINE = {"type": "LineString", "coordinates": [[LON, LAT], [LON + 200 * EAST_M, LAT]]}


def segment(**fields: Any) -> PlannedStop:
    """200 m of street to be cleared eastwards."""
    return planned(east_m=100, line=LINE, **fields)


def test_a_segment_driven_its_way_is_proved_in_metres() -> None:
    """Along it, not across it."""
    found = proof([segment(reported_at=at(50))], straight(0, -300, 500))
    stop = found.stops[0]
    assert ((200, 200, 0), ()) == ((stop.line_m, stop.driven_with_m, stop.driven_against_m), stop.findings)


def test_a_segment_driven_the_wrong_way_is_said() -> None:
    """A machine may not clear against the direction of travel; metres of it, once however often."""
    there_and_back = [*straight(0, 500, -300), *straight(100, -300, 500)]
    wrong = proof([segment(reported_at=at(50))], straight(0, 500, -300))
    assert [ProofCode.AGAINST_DIRECTION, ProofCode.DONE_PARTLY] == codes(wrong)
    both = proof([segment(reported_at=at(150))], there_and_back)
    assert [ProofCode.AGAINST_DIRECTION] == codes(both)
    assert (200, 200) == (both.stops[0].driven_with_m, both.stops[0].driven_against_m)


def test_crossing_a_segment_is_not_driving_along_it() -> None:
    """From south to north through its middle."""
    track = [fix(10 * k, 100, -500 + 100 * k) for k in range(11)]
    found = proof([segment(reported_at=at(55))], track)
    assert (0, 0) == (found.stops[0].driven_with_m, found.stops[0].driven_against_m)
    assert [ProofCode.DONE_PARTLY] == codes(found)


def test_a_bent_segment_is_followed_round_its_corner() -> None:
    """East, then north."""
    line = PLANE.xy(
        np.array([LAT, LAT, LAT + 100 * NORTH_M]), np.array([LON, LON + 100 * EAST_M, LON + 100 * EAST_M])
    )
    track = [*straight(0, 0, 100, speed_mps=5), *(fix(20 + 10 * k, 100, 50 * k) for k in (1, 2))]
    found = lines.along(track_of(track, PLANE, LIMITS), line, 25)
    assert found.length_m == pytest.approx(200, abs=1)
    assert found.with_m == pytest.approx(200, abs=8)
    assert 0 == found.against_m


@given(seed=st.integers(0, 2**32), noise_m=st.floats(0, 8))
def test_noise_of_a_standing_receiver_drives_nowhere(seed: int, noise_m: float) -> None:
    """Neither along a line nor in kilometres: half an hour at a red light is no way."""
    draw = random.Random(seed)
    track = track_of(
        [
            fix(
                5 * k,
                100 + draw.uniform(-1, 1) * noise_m / 1.5,
                draw.uniform(-1, 1) * noise_m / 1.5,
                accuracy_m=15.0,
            )
            for k in range(360)
        ],
        PLANE,
        LIMITS,
    )
    line = PLANE.xy(np.array([LAT, LAT]), np.array([LON, LON + 200 * EAST_M]))
    found = lines.along(track, line, 25)
    assert (0, 0) == (found.with_m, found.against_m)
    assert (0, 0) == driven_m(track)


@given(seed=st.integers(0, 2**32))
def test_a_noisy_drive_is_about_as_long_as_it_was(seed: int) -> None:
    """5 m of noise, one wild position: 4 km stay 4 km within 3 %."""
    draw = random.Random(seed)
    track = straight(0, 0, 4000)
    noisy = [
        replace(each, lat=each.lat + draw.gauss(0, 5) * NORTH_M, lon=each.lon + draw.gauss(0, 5) * EAST_M)
        for each in track
    ]
    wild = draw.randrange(1, len(noisy) - 1)
    noisy[wild] = replace(noisy[wild], lat=LAT + 0.2)
    heard, silent = driven_m(track_of(noisy, PLANE, LIMITS))
    assert heard == pytest.approx(4000, rel=0.03)
    assert 0 == silent


def test_a_way_through_silence_is_counted_apart() -> None:
    """What is driven unseen is at least the straight line."""
    track = track_of([*straight(0, 0, 1000), *straight(1000, 3000, 4000)], PLANE, LIMITS)
    heard, silent = driven_m(track)
    assert (heard, silent) == (pytest.approx(2000, rel=0.01), pytest.approx(2000, rel=0.01))


def test_two_receivers_on_one_truck_are_two_tracks() -> None:
    """Neither doubles the way, and each hears what the other misses."""
    tracker = straight(0, -1000, 1000)
    phone = [replace(each, at=each.at + timedelta(seconds=3), lat=LAT + 10 * NORTH_M) for each in tracker[:8]]
    found = proof([planned()], tracker, phone)
    assert found.driven_m == pytest.approx(2000, rel=0.01)
    assert Presence.THERE is found.stops[0].presence


@given(
    order=st.permutations(range(21)),
    doubled=st.lists(st.integers(0, 20), max_size=5),
)
def test_late_and_doubled_positions_change_nothing(order: list[int], doubled: list[int]) -> None:
    """The same facts whatever order they came in."""
    track = straight(0, -1000, 1000)
    mixed = [track[k] for k in [*order, *doubled]]
    assert proof([planned()], track) == proof([planned()], mixed)


def test_a_stay_is_one_stay_however_the_receiver_trembles() -> None:
    """A position or two outside for less than a minute ends no visit."""
    track = [fix(10 * k, 60 if k in (5, 6) else 0) for k in range(20)]
    (stay,) = places.stays(track_of(track, PLANE, LIMITS), np.zeros(2), 50)
    assert 190 == (stay.until - stay.since).total_seconds()
    assert stay.seconds < 190


def along_streets(begin_s: float, *places_m: tuple[float, float], speed_mps: float = 10) -> Driven:
    """A drive from corner to corner, each so many metres east and north of the first stop."""
    legs = np.hypot(*np.diff(np.array(places_m), axis=0).T)
    return Driven(
        seconds=START.timestamp() + begin_s + np.concatenate(([0.0], legs.cumsum())) / speed_mps,
        lat=np.array([LAT + north_m * NORTH_M for _east_m, north_m in places_m]),
        lon=np.array([LON + east_m * EAST_M for east_m, _north_m in places_m]),
        piece=np.zeros(len(places_m), dtype=np.int32),
        metres=float(legs.sum()),
        share=1.0,
        noise_m=7.0,
    )


def test_a_street_beside_the_one_driven_is_not_driven() -> None:
    """Twenty metres apart, positions cannot tell; the streets can. A line that lies on no street is judged by nearness."""
    line = {
        "type": "LineString",
        "coordinates": [[LON, LAT + 20 * NORTH_M], [LON + 200 * EAST_M, LAT + 20 * NORTH_M]],
    }
    fixes = straight(0, -50, 250)
    stops = [planned(1, line=line, on_street=on_street) for on_street in (True, False)]
    driven = along_streets(0, (-50, 0), (250, 0))
    drive = Drive(
        stops=stops,
        length_m=None,
        starts_at=at(0),
        ends_at=at(3600),
        driving_since=at(0),
        closed_at=None,
        positions_deleted=False,
    )
    by_street, by_nearness = reconcile(drive, {1: fixes}, LIMITS, {1: driven}).stops
    assert (JudgedBy.STREETS, 0) == (by_street.judged_by, by_street.driven_with_m)
    assert (JudgedBy.NEARNESS, 200) == (by_nearness.judged_by, by_nearness.driven_with_m)
    on_it = along_streets(0, (-50, 20), (250, 20))
    found = reconcile(drive, {1: fixes}, LIMITS, {1: on_it})
    assert (200, 300.0, JudgedBy.STREETS) == (found.stops[0].driven_with_m, found.streets_m, found.judged_by)


@pytest.mark.parametrize("seed", range(12))
def test_the_nearest_to_a_line_is_the_nearest_of_all_legs_to_any_of_its_points(seed: int) -> None:
    """What is looked at closely never leaves out the nearest, near the track or far from it."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 60))
    xy = rng.normal(0, 40, (count, 2)).cumsum(axis=0)
    joined = rng.random(count - 1) < 0.8
    track = Track(
        seconds=START.timestamp() + np.arange(count) * 5.0,
        xy=xy,
        accuracy_m=np.full(count, 5.0),
        joined=joined,
    )
    marks = rng.normal(0, 300, (int(rng.integers(1, 9)), 2)) + rng.normal(0, 2000, 2) * (seed % 2)
    expected = np.inf
    for mark in marks:
        expected = min(expected, *np.hypot(*(xy - mark).T))
        for leg in np.flatnonzero(joined):
            start, way = xy[leg], xy[leg + 1] - xy[leg]
            share = np.clip((mark - start) @ way / (way @ way), 0, 1)
            expected = min(expected, float(np.hypot(*(start + share * way - mark))))
    found = places.nearest(track, marks)
    assert found is not None
    assert expected == pytest.approx(found.distance_m)


def test_a_street_leads_past_a_stop_where_a_straight_line_cuts_the_corner() -> None:
    """Positions a minute apart: the crew is not said to have been elsewhere."""
    fixes = [fix(0, 0, -400), fix(60, 400, 0)]
    stop = planned(1, east_m=0, reported_at=at(40))
    drive = Drive(
        stops=[stop],
        length_m=None,
        starts_at=at(0),
        ends_at=at(3600),
        driving_since=at(0),
        closed_at=None,
        positions_deleted=False,
    )
    alone = reconcile(drive, {1: fixes}, LIMITS)
    assert (Presence.NOT_SEEN, None, JudgedBy.NEARNESS) == (
        alone.stops[0].presence,
        alone.streets_m,
        alone.judged_by,
    )
    [found] = reconcile(
        drive, {1: fixes}, LIMITS, {1: along_streets(0, (0, -400), (0, 0), (400, 0), speed_mps=40 / 3)}
    ).stops
    assert (Presence.THERE, JudgedBy.STREETS, 0.0) == (found.presence, found.judged_by, found.nearest_m)
