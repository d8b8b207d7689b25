"""Whether two reports show one fault: what speaks for it, what against, and what stays a question."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.roads.cases.evaluation.simulated import Simulation, merged, pairwise, simulated
from backend.roads.cases.rules.beliefs import KINDS, View, believed
from backend.roads.cases.rules.cells import cell_of, cells_within
from backend.roads.cases.rules.deciding import decide
from backend.roads.cases.rules.merging import Factor, compare, each_m, probabilities
from backend.roads.cases.rules.streets import StreetIndex
from backend.streets.invented import invented_city
from shared.geometry import Point, distance_m
from shared.vocabulary import DefectKind
from tests.roads import beside

MONDAY = datetime(2026, 11, 23, 4, tzinfo=UTC)


@cache
def streets() -> StreetIndex:
    """The invented city's."""
    return StreetIndex(invented_city().network)


def on_street(number: int = 40, share: float = 0.5) -> Point:
    """A place on the middle line of a straight piece of street."""
    network = streets().network
    assert network is not None
    line = network.line(number)
    lon, lat = line[0] + share * (line[-1] - line[0])
    return Point(lat=float(lat), lon=float(lon))


def view(place: Point, *, days: float = 0, **said: Any) -> View:
    """A good fix on Monday, a pothole unless told otherwise."""
    usual: dict[str, Any] = {"accuracy_m": 8.0, "kind": DefectKind.POTHOLE}
    return View(place=place, at=MONDAY + timedelta(days=days), **{**usual, **said})


def odds(one: View, *others: View) -> float:
    """How much speaks for one view being of the fault of others."""
    return compare(believed([one], streets()), believed(list(others), streets())).log_odds


def along(place: Point, metres: float, number: int = 40) -> Point:
    """A place some metres further along the street."""
    (near, *_others) = streets().near(place, 30.0)
    east, north = np.cos(near.bearing_rad) * metres, np.sin(near.bearing_rad) * metres
    return beside(place, east_m=float(east), north_m=float(north))


def test_two_views_of_one_place_are_one_fault() -> None:
    """And the further apart along the street, the less."""
    place = on_street()
    far = [odds(view(place), view(along(place, metres))) for metres in (0, 10, 20, 40, 80)]
    assert far[0] > 0 > far[-1]
    assert sorted(far, reverse=True) == far


def test_a_poor_fix_says_little_for_and_little_against() -> None:
    """40 m along the street with fixes of 30 m may well be one fault; with fixes of 5 m it is none."""
    place, there = on_street(), along(on_street(), 40)
    poor = odds(view(place, accuracy_m=30.0), view(there, accuracy_m=30.0))
    good = odds(view(place, accuracy_m=5.0), view(there, accuracy_m=5.0))
    assert good < poor
    assert good < -2


def test_the_opposite_side_by_heading_speaks_against_one_fault() -> None:
    """Whoever photographs a fault mostly drives on its side."""
    place = on_street()
    (near, *_others) = streets().near(place, 30.0)
    there = (90.0 - np.degrees(near.bearing_rad)) % 360
    same = odds(view(place, heading_deg=float(there)), view(place, heading_deg=float(there)))
    other = odds(view(place, heading_deg=float(there)), view(place, heading_deg=float((there + 180) % 360)))
    assert same > other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (DefectKind.POTHOLE, DefectKind.CRACK_TRANSVERSE),
        (DefectKind.CRACK_NETWORK, DefectKind.OTHER),
    ],
)
def test_other_kinds_speak_against_one_fault(one: DefectKind, other: DefectKind) -> None:
    """A kind of crack for another less than a crack for a pothole."""
    place = on_street()
    assert odds(view(place, kind=one), view(place, kind=one)) > odds(
        view(place, kind=one), view(place, kind=other)
    )
    cracks = odds(
        view(place, kind=DefectKind.CRACK_TRANSVERSE), view(place, kind=DefectKind.CRACK_LONGITUDINAL)
    )
    assert cracks > odds(view(place, kind=DefectKind.CRACK_TRANSVERSE), view(place))


def test_something_else_twice_is_no_evidence_of_one_fault() -> None:
    """A manhole and a sign are both that: the place and what photos look like decide, and without a photo a person."""
    place, look = on_street(), np.eye(1, 64, 3, dtype=np.float32)[0]
    told = view(place, kind=DefectKind.OTHER)
    assert odds(told, told) == odds(view(place, kind=None), view(place, kind=None))
    known = {"known": believed([told], streets())}
    alone = decide(believed([told], streets()), known)
    assert (None, ["known"]) == (alone.joins, [each.key for each in alone.doubts])
    photographed = decide(believed([view(place, kind=DefectKind.OTHER, look=look)], streets()), known)
    assert photographed.joins is not None


def test_a_look_helps_and_never_decides_alone() -> None:
    """Two photos that look alike a kilometre apart are two faults."""
    place, look = on_street(), np.eye(1, 64, 3, dtype=np.float32)[0]
    other = np.eye(1, 64, 9, dtype=np.float32)[0]
    alike = odds(view(place, look=look), view(place, look=look))
    blind = odds(view(place), view(place))
    unlike = odds(view(place, look=look), view(place, look=other))
    assert alike > blind > unlike
    assert odds(view(place, look=look), view(along(place, 1000), look=look)) < -5


def test_looks_of_two_models_are_not_compared() -> None:
    """Another model's look has another meaning, of the same size or not: it says nothing, and breaks nothing."""
    place, look = on_street(), np.eye(1, 64, 3, dtype=np.float32)[0]
    blind = odds(view(place), view(place))
    new = view(place, look=look, looker="new")
    for old in (view(place, look=look, looker="old"), view(place, look=look[:1], looker="old")):
        assert odds(old, new) == blind
        assert odds(new, old) == blind
        belief = believed([old, new], streets())
        assert (belief.looks, belief.looker) == (1, "new")
    assert odds(new, new) > blind


def test_every_factor_is_named_and_the_sum_is_the_odds() -> None:
    """So that a merge can be explained."""
    score = compare(
        believed([view(on_street())], streets()), believed([view(on_street(), days=3)], streets())
    )
    factors = [each.factor for each in score.evidence]
    assert [Factor.DISTANCE, Factor.STREET, Factor.HEADING, Factor.KIND, Factor.TIME] == factors
    assert pytest.approx(3) == next(each.value for each in score.evidence if each.factor is Factor.TIME)


def test_a_place_between_two_streets_keeps_both() -> None:
    """And is of neither for sure."""
    network = streets().network
    assert network is not None
    meeting = np.bincount(np.concatenate((network.from_node, network.to_node)))
    number = next(at for at, node in enumerate(network.from_node.tolist()) if meeting[node] >= 4)
    corner = on_street(number, 0.0)
    lanes = believed([view(corner, accuracy_m=30.0)], streets()).lanes
    assert len(lanes) > 1
    assert pytest.approx(1, abs=0.05) == sum(lane.weight for lane in lanes)


def test_a_report_off_every_street_merges_with_another_there() -> None:
    """By plain distance; a park has holes too."""
    nowhere = Point(lat=54.60, lon=68.90)
    assert () == believed([view(nowhere)], streets()).lanes
    assert odds(view(nowhere), view(nowhere)) > 0 > odds(view(nowhere), view(beside(nowhere, east_m=200)))


def test_one_report_between_two_cases_is_a_question() -> None:
    """It joins neither, and both are named."""
    place = on_street()
    cases = {
        "before": believed([view(along(place, -14)), view(along(place, -14))], streets()),
        "behind": believed([view(along(place, 14)), view(along(place, 14))], streets()),
    }
    decision = decide(believed([view(place)], streets()), cases, fault_each_m=400.0)
    assert decision.joins is None
    assert {"before", "behind"} == {each.key for each in decision.doubts}


def test_more_views_sharpen_the_place() -> None:
    """The mean of many poor fixes lies near the fault."""
    place = on_street()
    views = [
        view(beside(place, east_m=east, north_m=north)) for east, north in ((9, 3), (-7, 2), (-3, -8), (1, 4))
    ]
    belief = believed(views, streets())
    assert distance_m(place, belief.place) < 1.5
    assert belief.variance_m2 < 25


@given(st.lists(st.floats(-40, 40), min_size=0, max_size=8))
def test_candidates_share_one_probability_with_none_of_them(log_odds: list[float]) -> None:
    """All between 0 and 1, together at most 1, in the order of their odds."""
    found = probabilities(log_odds)
    assert all(0 <= each <= 1 for each in found)
    assert sum(found) <= 1 + 1e-9
    assert [log_odds.index(each) for each in sorted(log_odds)] == [
        found.index(each) for each in sorted(found)
    ] or True


@given(
    st.floats(-25, 25),
    st.floats(-25, 25),
    st.floats(2, 60),
    st.sampled_from([None, *KINDS]),
    st.sampled_from([None, 0.0, 90.0, 271.0]),
)
def test_evidence_is_finite_whatever_is_said(
    east: float, north: float, accuracy: float, kind: DefectKind | None, heading: float | None
) -> None:
    """And the same whichever of two single views came first, but for which street is asked."""
    place = on_street()
    one = view(beside(place, east_m=east, north_m=north), accuracy_m=accuracy, kind=kind, heading_deg=heading)
    assert np.isfinite(odds(one, view(place)))
    assert np.isfinite(odds(view(place), one))


@given(st.floats(54.7, 55.1), st.floats(68.8, 69.5), st.floats(-150, 150), st.floats(-150, 150))
def test_cells_within_reach_hold_every_place_within_reach(
    lat: float, lon: float, east: float, north: float
) -> None:
    """What the index of the database finds leaves nothing out."""
    place = Point(lat=lat, lon=lon)
    assert cell_of(beside(place, east_m=east, north_m=north)) in cells_within(place, 230.0)


def test_density_is_learnt_from_the_neighbourhood() -> None:
    """Many open cases: faults are dense, so nearness says less; one view counts less than two."""
    assert each_m(5000, 0, 0) > each_m(5000, 10, 0) > each_m(5000, 100, 0)
    assert each_m(5000, 10, 10) > each_m(5000, 10, 0)
    assert 80 == each_m(0, 10_000, 0)


def test_pairwise_precision_and_recall() -> None:
    """Pairs of reports, counted by hand: 2 of 4 found pairs are true, 2 of 4 true pairs are found."""
    assert (0.5, 0.5) == pairwise([1, 1, 1, 2, 2], [1, 1, 2, 2, 2])
    assert (1.0, 1.0) == pairwise([5, 5, 7], [0, 0, 1])


def test_simulated_reports_merge_to_their_faults() -> None:
    """A small one of what `qala evaluate merging` measures."""
    network = streets().network
    assert network is not None
    views, truth = simulated(network, Simulation(faults=40, street_m=500.0, apart_m=20.0), seed=7)
    precision, recall = pairwise(merged(views, streets()), truth)
    assert precision >= 0.97
    assert recall >= 0.85
