"""The index of a piece of street: worse for more and worse faults, unknown where nobody looked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.roads.condition.rules.index import CRACK, NETWORK, POTHOLE, Fault, condition_of, corrected
from backend.roads.condition.rules.telling import Band, band_of, trend_per_year
from shared.vocabulary import DefectKind, Severity

LOW, MEDIUM, HIGH = Severity
KINDS = [
    DefectKind.POTHOLE,
    DefectKind.CRACK_NETWORK,
    DefectKind.CRACK_TRANSVERSE,
    DefectKind.CRACK_LONGITUDINAL,
]
FAULTS = st.builds(
    Fault,
    kind=st.sampled_from(KINDS),
    severity=st.sampled_from(list(Severity)),
    along_m=st.floats(0, 100),
    area_m2=st.none() | st.floats(0, 60),
    length_m=st.none() | st.floats(0, 60),
)


def score(*faults: Fault, length_m: float = 30.0, seen_m: tuple[float, ...] = (5.0,)) -> float:
    """The index of a piece of street; for those that have one."""
    found = condition_of(length_m, seen_m, faults).score
    assert found is not None
    return found


def pothole(severity: Severity = MEDIUM, along_m: float = 5.0) -> Fault:
    """A pothole."""
    return Fault(kind=DefectKind.POTHOLE, severity=severity, along_m=along_m)


def test_nothing_seen_is_unknown_and_not_good() -> None:
    """Without a photo there is no index; with one that shows no fault it is 100."""
    assert None is condition_of(200.0, [], []).score
    assert 100 == score()


def test_worse_faults_and_more_of_them_cost_more() -> None:
    """By severity and by number."""
    by_severity = [score(pothole(severity)) for severity in Severity]
    assert sorted(by_severity, reverse=True) == by_severity
    by_number = [score(*[pothole()] * count) for count in range(5)]
    assert sorted(by_number, reverse=True) == by_number
    assert score(pothole(HIGH)) < 30
    assert score(Fault(kind=DefectKind.CRACK_TRANSVERSE, severity=LOW, along_m=5, length_m=4)) > 90


def test_the_index_is_the_mean_of_the_stretches_that_were_seen() -> None:
    """A hole in one of two seen stretches; ten unseen ones change nothing, and are counted."""
    found = condition_of(360.0, [5.0, 100.0], [pothole(along_m=100.0)])
    assert (12, 2) == (found.units, found.units_seen)
    assert pytest.approx((100 + score(pothole())) / 2, abs=0.1) == found.score


def test_sums_name_kinds_severities_and_what_they_cost() -> None:
    """For the reader to see where the index comes from."""
    (one,) = condition_of(30.0, [], [pothole(), pothole()]).sums
    assert (DefectKind.POTHOLE, MEDIUM, 2) == (one.kind, one.severity, one.count)
    assert one.deduct > 50


@given(st.lists(FAULTS, max_size=12), FAULTS)
def test_the_index_lies_between_0_and_100(faults: list[Fault], another: Fault) -> None:
    """Whatever was seen."""
    found = condition_of(100.0, [50.0], [*faults, another]).score
    assert found is not None
    assert 0 <= found <= 100


@given(st.lists(st.floats(0, 100), max_size=10))
def test_a_corrected_sum_is_at_least_the_largest_value_and_at_most_their_sum(deducts: list[float]) -> None:
    """Several faults cost more than the worst, less than all together."""
    found = corrected(deducts)
    assert max(deducts, default=0) - 1e-9 <= found <= min(sum(deducts), 100) + 1e-9


def test_curves_rise_and_severities_are_in_order() -> None:
    """Every curve, at every break point."""
    for curves in (POTHOLE, NETWORK, CRACK):
        for curve in curves.values():
            assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(curve))
        for low, medium, high in zip(curves[LOW], curves[MEDIUM], curves[HIGH], strict=True):
            assert low[1] < medium[1] < high[1]


def test_bands_are_the_standards() -> None:
    """At their borders."""
    assert [Band.GOOD, Band.SATISFACTORY, Band.FAIR, Band.FAILED, None] == [
        band_of(each) for each in (86, 85, 70, 10, None)
    ]


def test_a_trend_needs_three_months_and_three_scores() -> None:
    """Ten points lost in half a year are twenty a year; no slope is steeper than the scale."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)

    def trend(*scores: tuple[float, float]) -> float | None:
        return trend_per_year([(begin + timedelta(days=day), score) for day, score in scores])

    assert [None, None, None] == [
        trend((0, 80.0)),
        trend((0, 80.0), (120, 7.0)),
        trend((0, 80.0), (40, 75.0), (80, 70.0)),
    ]
    assert pytest.approx(-20, abs=0.1) == trend((0, 80.0), (91.3, 75.0), (182.6, 70.0))
    assert -100.0 == trend((0, 100.0), (89, 100.0), (91, 0.0))
