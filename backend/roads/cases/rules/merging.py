"""Whether a report shows a fault that is known: the evidence for «the same» against «another», factor by factor. Pure.

Two beliefs are compared by a logarithm of odds (natural), the sum of these factors:

- **distance**: how dense the difference along the street is if both are one fault (normal, the variances of both added), against
  the density of faults along streets, learnt from the open cases of the neighbourhood (`each_m`).
- **street**: how well the report fits across the case's street, and its heading the street's direction, against all streets near it.
- **heading**: the side of the street.
- **kind**: what the views say they saw, through a table of how often one kind is taken for another. «Something else» twice says
  nothing: an open manhole and a missing sign are both that.
- **time**: faults vanish unseen; the longer nobody saw one, the less a report is of it.
- **look**: the mean cosine of one model's looks, normal for one place and for two, damped and bounded: it may help, never decide alone.

All candidates and «none of them» share one probability. Only a case that has most of it takes a report; what is left in doubt is
kept as a question for a person.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from backend.roads.cases.rules.beliefs import (
    DEFAULTS,
    KINDS,
    Belief,
    Parameters,
    along_fit,
    normal,
)
from backend.roads.cases.rules.streets import DEGREE_M
from shared.geometry import Point
from shared.vocabulary import DefectKind

DAY_S = 86_400.0


class Factor(StrEnum):
    """What speaks for or against one fault."""

    DISTANCE = "distance"
    STREET = "street"
    HEADING = "heading"
    KIND = "kind"
    TIME = "time"
    LOOK = "look"
    PHOTO = "photo"
    COPY = "copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One factor: what was measured, and how much it weighs for (above 0) or against one fault."""

    factor: Factor
    weight: float
    value: float | None = None  # metres, degrees, days or a cosine, as the factor says
    other: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """All factors of one comparison."""

    evidence: tuple[Evidence, ...]

    @property
    def log_odds(self) -> float:
        """For one fault against two, before other candidates are looked at."""
        return sum(each.weight for each in self.evidence)


def each_m(street_m: float, cases: int, singles: int, known: Parameters = DEFAULTS) -> float:
    """Metres of street for one fault, in a neighbourhood with so many open cases, ``singles`` of them with one view."""
    faults = cases - singles * (1 - known.single_share)
    held = known.neighbourhood_faults
    found = (street_m + held * known.fault_each_m) / (faults + held)
    return min(max(found, known.fault_each_least_m), known.fault_each_most_m)


def compare(
    new: Belief, case: Belief, known: Parameters = DEFAULTS, *, fault_each_m: float | None = None
) -> Score:
    """How much speaks for ``new`` being the fault of ``case``, where there is one fault on so many metres of street."""
    each = known.fault_each_m if fault_each_m is None else fault_each_m
    found = [*_place(new, case, known, each), _kind(new, case, known), _time(new, case, known)]
    if new.look_sum is not None and case.look_sum is not None and new.looker == case.looker:
        found.append(_look(new, case, known))
    return Score(evidence=tuple(found))


def probabilities(log_odds: Sequence[float]) -> list[float]:
    """Of each candidate, beside the others and «none of them»."""
    if not log_odds:
        return []
    top = max(0.0, *log_odds)
    shares = [math.exp(each - top) for each in log_odds]
    total = math.exp(-top) + sum(shares)
    return [each / total for each in shares]


def _place(new: Belief, case: Belief, known: Parameters, fault_each_m: float) -> list[Evidence]:
    spread = new.variance_m2 + case.variance_m2
    if not new.lanes or not case.lanes:
        away = math.hypot(*_metres(case.place, new.place))
        density = math.exp(-away * away / (2 * spread)) / (2 * math.pi * spread)
        weight = math.log(max(density, 1e-30) * fault_each_m**2)
        return [Evidence(factor=Factor.DISTANCE, value=away, weight=max(weight, -20.0))]
    total, best, along_m, likeliest = 0.0, -1.0, 0.0, case.lanes[0]
    for lane in case.lanes:
        east, north = _metres(lane.place, new.place)
        along = east * math.cos(lane.bearing_rad) + north * math.sin(lane.bearing_rad)
        across = north * math.cos(lane.bearing_rad) - east * math.sin(lane.bearing_rad)
        aside = lane.weight * normal(across, new.variance_m2 + (lane.width_m / 4) ** 2)
        aside *= along_fit(new.headings, lane.bearing_rad, known)
        density = aside * normal(along, spread)
        total += density
        if density > best:
            best, along_m, likeliest = density, along, lane
    distance = math.log(max(normal(along_m, spread), 1e-12) * fault_each_m)
    whole = math.log(max(total, 1e-30) * fault_each_m / max(new.street_evidence, 1e-30))
    same_lane = next((each.right for each in new.lanes if each.segment_id == likeliest.segment_id), 0.5)
    right = likeliest.right
    both = (right * same_lane + (1 - right) * (1 - same_lane)) / 0.5
    return [
        Evidence(factor=Factor.DISTANCE, value=abs(along_m), weight=distance),
        Evidence(factor=Factor.STREET, value=likeliest.weight, weight=max(min(whole - distance, 3.0), -15.0)),
        Evidence(factor=Factor.HEADING, value=same_lane, other=right, weight=math.log(both)),
    ]


def _kind(new: Belief, case: Belief, known: Parameters) -> Evidence:
    if new.kind is DefectKind.OTHER and case.kind is DefectKind.OTHER:
        return Evidence(factor=Factor.KIND, weight=0.0)
    share = [math.log(known.kind_share[kind]) for kind in KINDS]
    one, other = (_log_sum([p + k for p, k in zip(share, each.kinds, strict=True)]) for each in (new, case))
    both = _log_sum([p + a + b for p, a, b in zip(share, new.kinds, case.kinds, strict=True)])
    return Evidence(factor=Factor.KIND, weight=both - one - other)


def _time(new: Belief, case: Belief, known: Parameters) -> Evidence:
    gap_s = max(
        (new.first_at - case.last_at).total_seconds(), (case.first_at - new.last_at).total_seconds(), 0.0
    )
    days = gap_s / DAY_S
    return Evidence(factor=Factor.TIME, value=days, weight=-days / known.unseen_days)


def _look(new: Belief, case: Belief, known: Parameters) -> Evidence:
    assert new.look_sum is not None
    assert case.look_sum is not None
    cosine = float(new.look_sum @ case.look_sum) / (new.looks * case.looks)
    (same, same_dev), (other, other_dev) = known.look_same, known.look_other
    # Beyond the means more likeness never speaks against one fault, nor less for it
    held = min(max(cosine, other - other_dev), same + same_dev)
    weight = math.log(normal(held - same, same_dev**2) / normal(held - other, other_dev**2))
    bounded = max(-known.look_most, min(known.look_most, known.look_trust * weight))
    return Evidence(factor=Factor.LOOK, value=cosine, weight=bounded)


def _metres(origin: Point, place: Point) -> tuple[float, float]:
    """East and north of the origin."""
    east = (place.lon - origin.lon) * DEGREE_M * math.cos(math.radians(origin.lat))
    return east, (place.lat - origin.lat) * DEGREE_M


def _log_sum(values: Sequence[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(each - top) for each in values))
