"""Tracks matched to streets: direction, noise, stops, gaps, wild fixes, parallel streets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backend.streets.network import Access, Network
from backend.streets.search.graph import Graph, prepare
from backend.streets.search.matching import NO_ARC, Matched, match
from backend.streets.search.profile import CAR
from backend.streets.search.simulated import Drive, drive_along, metres_right, seen
from backend.streets.search.tracks import DRIVING, OFF_STREET, STANDING, WILD, Track
from tests.backend.streets.search.journeys import places_on
from tests.backend.streets.search.small_networks import Street, degrees, grid, network


def track(points: list[tuple[float, float]], every_s: float = 5.0, **more: object) -> Track:
    """Fixes in metres, one every few seconds."""
    lon, lat = degrees(np.array([x for x, _ in points]), np.array([y for _, y in points]))
    return Track(lon=lon, lat=lat, time_s=np.arange(len(points)) * every_s, **more)  # type: ignore[arg-type]


def straight(
    count: int, *, step_m: float = 40.0, y: float = 0.0, x: float = 20.0
) -> list[tuple[float, float]]:
    """Fixes along a street to the east."""
    return [(x + index * step_m, y) for index in range(count)]


def arcs(found: Matched) -> list[int]:
    """Arcs driven, one after the other."""
    return [each.arc for each in found.passes()]


def test_a_clean_drive_is_found_with_direction_and_times() -> None:
    """Three blocks east at 8 m/s: entered and left when the vehicle was there."""
    graph = prepare(grid(5, 3), CAR)
    found = match(graph, track(straight(8)))
    first, second, third = found.passes()
    assert [0, 2, 4] == [first.arc, second.arc, third.arc]
    assert (pytest.approx(0.2, abs=0.01), 1.0) == (first.enters, first.leaves)
    assert (0.0, pytest.approx(10.0, abs=0.3)) == (first.entered_at_s, first.left_at_s)
    assert (pytest.approx(0.0), 1.0, first.left_at_s) == (second.enters, second.leaves, second.entered_at_s)
    assert (pytest.approx(1.0), pytest.approx(35.0)) == (third.leaves, third.left_at_s)
    assert [0, 2, 4] == found.arc[[1, 3, 7]].tolist()
    assert [5, 3, 1] == arcs(match(graph, track(straight(8)[::-1])))


def test_noise_across_the_street_changes_nothing() -> None:
    """Fixes 12 m to either side."""
    noisy = [(x, 12.0 if index % 2 else -12.0) for index, (x, _) in enumerate(straight(8))]
    assert [0, 2, 4] == arcs(match(prepare(grid(5, 3), CAR), track(noisy)))


def test_a_parallel_street_nearer_to_one_fix_is_not_taken() -> None:
    """Two streets 30 m apart, joined at their ends: one fix nearer to the other street does not cross over and back."""
    nodes = [(0.0, 0.0), (400.0, 0.0), (0.0, 30.0), (400.0, 30.0)]
    made = network(nodes, [Street(0, 1), Street(2, 3), Street(0, 2), Street(1, 3)])
    points = straight(8)
    points[4] = (points[4][0], 20.0)
    assert [0] == arcs(match(prepare(made, CAR), track(points)))


def test_the_carriageway_of_the_driving_direction_is_taken() -> None:
    """Two one-way carriageways 12 m apart: the noise says the wrong one, the direction says the right one."""
    nodes = [(0.0, 0.0), (400.0, 0.0), (0.0, 12.0), (400.0, 12.0)]
    made = network(
        nodes, [Street(0, 1, back=Access(0)), Street(3, 2, back=Access(0)), Street(0, 2), Street(1, 3)]
    )
    assert [0] == arcs(match(prepare(made, CAR), track(straight(9, y=10.0))))


def test_standing_does_not_drive_round_the_block() -> None:
    """Two minutes at a stop with 10 m of noise are one stretch without length, from the first fix there to the last."""
    rng = np.random.default_rng(3)
    places = [*straight(4), *[(150.0, 0.0)] * 24, *straight(4, x=180.0)]
    noisy = [(x + float(rng.normal(0, 10)), y + float(rng.normal(0, 10))) for x, y in places]
    found = match(prepare(grid(5, 3), CAR), track(noisy))
    assert [0, 2, 4] == arcs(found)[:3]
    assert STANDING in found.state
    length_m = ((found.leaves - found.enters) * 100.0).sum()
    assert length_m == pytest.approx(280.0, abs=40.0)
    assert 60.0 <= sum(each.stood_s for each in found.passes()) <= 130.0


def test_a_wild_fix_is_left_out() -> None:
    """One fix 300 m away."""
    points = straight(8)
    points[4] = (points[4][0], 300.0)
    found = match(prepare(grid(5, 5), CAR), track(points))
    assert [0, 2, 4] == arcs(found)
    assert WILD == found.state[4]
    assert NO_ARC == found.arc[4]


def test_fixes_off_all_streets_are_named_and_the_rest_is_matched() -> None:
    """A yard 250 m from the last street, driven out to and back from."""
    away = [(400.0 + 40.0 * index, 0.0) for index in range(1, 8)]
    found = match(prepare(grid(5, 3), CAR), track([*straight(10), *away]))
    assert [0, 2, 4, 6] == arcs(found)[:4]
    assert OFF_STREET == found.state[-1]
    assert NO_ARC == found.arc[-1]


def test_a_long_silence_breaks_the_track() -> None:
    """Ten minutes without a fix: two pieces, and nothing is claimed between them."""
    points = track([*straight(5), *straight(5, y=200.0)])
    time_s = points.time_s.copy()
    time_s[5:] += 600.0
    found = match(prepare(grid(5, 3), CAR), replace(points, time_s=time_s))
    assert {0, 1} == set(found.driven_piece.tolist())
    assert not ((found.entered_at_s < 500.0) & (found.left_at_s > 500.0)).any()


def test_an_impossible_leap_breaks_the_track() -> None:
    """From one island of streets to another."""
    nodes = [(0.0, 0.0), (400.0, 0.0), (0.0, 1000.0), (400.0, 1000.0)]
    made = network(nodes, [Street(0, 1), Street(2, 3)])
    found = match(prepare(made, CAR), track([*straight(6), *straight(6, y=1000.0)], every_s=30.0))
    assert [0, 1] == sorted(set(found.driven_piece.tolist()))
    assert [0, 2] == arcs(found)


def test_turning_round_in_a_street_is_seen() -> None:
    """Out and back along one street: first along the segment, then against it."""
    made = network([(0.0, 0.0), (600.0, 0.0)], [Street(0, 1)])
    out = straight(8)
    found = match(prepare(made, CAR), track([*out, *out[::-1]]))
    assert [0, 1] == arcs(found)


def test_told_accuracy_is_believed() -> None:
    """Phones say how good their fixes are; one pass is enough then."""
    found = match(prepare(grid(5, 3), CAR), track(straight(8), accuracy_m=np.full(8, 15.0)))
    assert 10.0 == found.sigma_m
    assert DRIVING in found.state


@pytest.mark.parametrize("count", [0, 1])
def test_a_track_of_nothing_is_nothing_driven(count: int) -> None:
    """One fix says where, not where to."""
    found = match(prepare(grid(3, 3), CAR), track(straight(count)))
    assert 0 == len(found.driven_arc)
    assert count == len(found.arc)


def test_a_track_must_rise_in_time() -> None:
    """The error says what to do."""
    with pytest.raises(ValueError, match="time_s must rise from fix to fix: sort them and drop doubled ones"):
        replace(track(straight(2)), time_s=np.zeros(2))
    with pytest.raises(ValueError, match="lat must have 2 values as lon has, had 1"):
        replace(track(straight(2)), lat=np.zeros(1))


def simulated(made: Network, seed: int) -> tuple[Graph, Drive, np.random.Generator]:
    """A drive through six places of a network."""
    graph, rng = prepare(made, CAR), np.random.default_rng(seed)
    chosen = rng.integers(0, made.segments, 6)
    places = places_on(chosen.tolist(), rng.uniform(0.2, 0.8, 6).tolist(), [(True, False)] * 6)
    return graph, drive_along(graph, places, rng), rng


@pytest.mark.parametrize("noise_m", [5.0, 10.0])
def test_simulated_drives_over_a_grid_are_found(noise_m: float) -> None:
    """Blocks of 100 m, one fix in 5 s."""
    shares = []
    for seed in range(3):
        graph, drive, rng = simulated(grid(8, 8), seed)
        found = match(graph, seen(graph, drive, rng, every_s=5.0, noise_m=noise_m))
        true_m, right_m, vain_m = metres_right(graph, drive, found.driven_arc, found.enters, found.leaves)
        shares.append((right_m / true_m, vain_m / true_m))
    assert np.mean([right for right, _ in shares]) >= 0.97
    assert np.mean([vain for _, vain in shares]) <= 0.03


def test_stretches_hang_together() -> None:
    """Each begins where and when the one before ends, or is another piece."""
    graph, drive, rng = simulated(grid(8, 8), 7)
    found = match(graph, seen(graph, drive, rng, every_s=5.0, noise_m=15.0, wild_share=0.05))
    same = found.driven_piece[1:] == found.driven_piece[:-1]
    assert np.allclose(found.entered_at_s[1:][same], found.left_at_s[:-1][same])
    assert (found.leaves >= found.enters - 1e-9).all()
    assert (found.left_at_s >= found.entered_at_s).all()
    stays = same & (found.driven_arc[1:] == found.driven_arc[:-1])
    assert np.allclose(found.enters[1:][stays], found.leaves[:-1][stays])
