"""Whether a report shows a fault that is known: the evidence for «the same» against «another», factor by factor. Pure.

What is believed of a fault (`Belief`) is reckoned from all its views, so that taking one away leaves no trace. Two beliefs are
compared by a logarithm of odds (natural), the sum of five factors:

- **distance**: how dense the difference along the street is if both are one fault (normal, the variances of both added), against
  the density of faults along streets, learnt from the open cases of the neighbourhood (`each_m`).
- **street**: how well the report fits across the case's street, and its heading the street's direction, against all streets near it.
  A place beside two parallel streets keeps both with their weights.
- **heading**: the side of the street. Who photographs a fault mostly drives on its side; the place tells only where fixes are good.
- **kind**: what the views say they saw, through a table of how often one kind is taken for another.
- **time**: faults vanish unseen; the longer nobody saw one, the less a report is of it.
- **look**: the mean cosine of the looks, normal for one place and for two, damped and bounded: it may help, never decide alone.

All candidates and «none of them» share one probability. Only a case that has most of it takes a report; what is left in doubt is
kept as a question for a person.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from backend.roads.cases.rules.streets import DEGREE_M, Near, StreetIndex
from shared.geometry import Point
from shared.vocabulary import DefectKind

Look = npt.NDArray[np.float32]
KINDS = (
    DefectKind.POTHOLE,
    DefectKind.CRACK_LONGITUDINAL,
    DefectKind.CRACK_TRANSVERSE,
    DefectKind.CRACK_NETWORK,
    DefectKind.OTHER,
)
CRACKS = frozenset(KINDS[1:4])
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


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Everything that was chosen; tuned on simulated reports (`qala evaluate merging`), not on the seeds that it reports."""

    fault_each_m: float = 400.0  # of street for one fault, where nothing is known of the neighbourhood
    neighbourhood_faults: float = 3.0  # what is said above counts like so many faults of the neighbourhood
    fault_each_least_m: float = 80.0
    fault_each_most_m: float = 1500.0
    single_share: float = 0.6  # a case with one view counts so much: it may be a double
    sigma_least_m: float = 4.0  # receivers promise better than they keep
    stand_m: float = 4.0  # from whoever photographs to the fault
    street_reach_sigmas: float = 3.0
    street_reach_least_m: float = 25.0
    heading_sigma_deg: float = 20.0
    heading_along: float = 0.85  # of the photos look along the street
    own_lane: float = 0.85  # of the photos along it are taken driving on the fault's side
    kind_right: float = 0.82
    crack_for_crack: float = 0.12  # another kind of crack
    kind_share: Mapping[DefectKind, float] = field(
        default_factory=lambda: dict(zip(KINDS, (0.35, 0.2, 0.2, 0.15, 0.1), strict=True))
    )
    unseen_days: float = 365.0  # in which one of e faults vanishes without us
    look_same: tuple[float, float] = (0.7, 0.18)  # mean and deviation of the cosine of two views of one place
    look_other: tuple[float, float] = (0.2, 0.22)
    look_trust: float = 1.0  # of what the two normals say; below 1 where they are known roughly
    look_most: float = 4.5
    merge_from: float = 0.75  # probability from which a report joins a case by itself
    merge_blind_from: float = 0.65  # the same where no looks were compared: more would split, and be no surer
    ask_from: float = 0.15  # from which a person is asked


DEFAULTS = Parameters()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One report as merging sees it."""

    place: Point
    accuracy_m: float
    at: datetime
    heading_deg: float | None = None  # clockwise from north
    kind: DefectKind | None = None
    look: Look | None = None  # unit vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A street on which a fault may lie, and where on it."""

    segment_id: int
    along_m: float
    place: Point  # on the street's middle line
    bearing_rad: float
    width_m: float
    weight: float  # the weights of all lanes of a fault are 1 together
    right: float  # probability that it lies on the right of the piece's direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What is known of a fault from its views."""

    place: Point  # mean of the views, each by its accuracy
    variance_m2: float  # of each axis
    lanes: tuple[Lane, ...]  # the likeliest first; none: off every street
    street_evidence: float  # how well the place fits the streets around it, all together
    headings: tuple[float, ...]
    kinds: tuple[float, ...]  # logarithm of how likely the views are, for each of KINDS
    look_sum: Look | None
    looks: int
    first_at: datetime
    last_at: datetime

    @property
    def kind(self) -> DefectKind | None:
        """The kind that fits best; None where no view says one."""
        if max(self.kinds) == min(self.kinds):
            return None
        return KINDS[int(np.argmax(self.kinds))]


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


def believed(views: Sequence[View], streets: StreetIndex, known: Parameters = DEFAULTS) -> Belief:
    """What several views of one fault say together; one view is a fault too."""
    weights = np.array([1.0 / _variance(each, known) for each in views])
    total = float(weights.sum())
    place = Point(
        lat=float((weights * [each.place.lat for each in views]).sum() / total),
        lon=float((weights * [each.place.lon for each in views]).sum() / total),
    )
    variance = 1.0 / total
    headings = tuple(each.heading_deg for each in views if each.heading_deg is not None)
    lanes, evidence = _lanes(place, variance, headings, streets, known)
    looks = _comparable([each.look for each in views if each.look is not None])
    return Belief(
        place=place,
        variance_m2=variance,
        lanes=lanes,
        street_evidence=evidence,
        headings=headings,
        kinds=_kinds((each.kind for each in views), known),
        look_sum=np.sum(looks, axis=0, dtype=np.float32) if looks else None,
        looks=len(looks),
        first_at=min(each.at for each in views),
        last_at=max(each.at for each in views),
    )


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
    looks = new.look_sum, case.look_sum
    if looks[0] is not None and looks[1] is not None and looks[0].shape == looks[1].shape:
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


def reach_m(belief: Belief) -> float:
    """How far from it a case may lie that is worth comparing."""
    return 60.0 + 3.0 * math.sqrt(belief.variance_m2)


def _comparable(looks: Sequence[Look]) -> list[Look]:
    """Looks of the newest model only: another one's may have another meaning, and another size."""
    return [each for each in looks if each.shape == looks[-1].shape]


def _variance(view: View, known: Parameters) -> float:
    return max(view.accuracy_m, known.sigma_least_m) ** 2 + known.stand_m**2


def _lanes(
    place: Point, variance: float, headings: Sequence[float], streets: StreetIndex, known: Parameters
) -> tuple[tuple[Lane, ...], float]:
    reach = max(known.street_reach_least_m, known.street_reach_sigmas * math.sqrt(variance))
    near = streets.near(place, reach)
    fits = [
        each.prior
        * _normal(each.off_m, variance + (each.width_m / 4) ** 2)
        * _along(headings, each.bearing_rad, known)
        for each in near
    ]
    total = sum(fits)
    lanes = [
        Lane(
            segment_id=each.segment_id,
            along_m=each.along_m,
            place=each.place,
            bearing_rad=each.bearing_rad,
            width_m=each.width_m,
            weight=fit / total,
            right=_right(each, variance, headings, known),
        )
        for each, fit in zip(near, fits, strict=True)
        if total > 0 and fit / total > 0.01
    ]
    return tuple(sorted(lanes, key=lambda lane: -lane.weight)), total


def _right(near: Near, variance: float, headings: Sequence[float], known: Parameters) -> float:
    odds = 2.0 * near.off_m * (near.width_m / 4) / (variance + 4.0)
    if not near.is_one_way:
        step = math.log(known.own_lane / (1 - known.own_lane))
        for heading in headings:
            turn = math.cos(math.radians(90.0 - heading) - near.bearing_rad)
            odds += step if turn > 0.7 else -step if turn < -0.7 else 0.0
    return 1.0 / (1.0 + math.exp(-max(-4.0, min(4.0, odds))))


def _along(headings: Sequence[float], bearing_rad: float, known: Parameters) -> float:
    """How well headings fit a street's two directions, 1 for what says nothing."""
    fit = 1.0
    for heading in headings:
        turn = math.degrees(math.radians(90.0 - heading) - bearing_rad) % 180.0
        turn = min(turn, 180.0 - turn)
        # Half a circle of directions, folded: the uniform density over 0 to 90 degrees is 1/90
        bell = 2.0 * _normal(turn, known.heading_sigma_deg**2) * 90.0
        fit *= known.heading_along * bell + (1 - known.heading_along)
    return fit


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
        aside = lane.weight * _normal(across, new.variance_m2 + (lane.width_m / 4) ** 2)
        aside *= _along(new.headings, lane.bearing_rad, known)
        density = aside * _normal(along, spread)
        total += density
        if density > best:
            best, along_m, likeliest = density, along, lane
    distance = math.log(max(_normal(along_m, spread), 1e-12) * fault_each_m)
    whole = math.log(max(total, 1e-30) * fault_each_m / max(new.street_evidence, 1e-30))
    same_lane = next((each.right for each in new.lanes if each.segment_id == likeliest.segment_id), 0.5)
    right = likeliest.right
    both = (right * same_lane + (1 - right) * (1 - same_lane)) / 0.5
    return [
        Evidence(factor=Factor.DISTANCE, value=abs(along_m), weight=distance),
        Evidence(factor=Factor.STREET, value=likeliest.weight, weight=max(min(whole - distance, 3.0), -15.0)),
        Evidence(factor=Factor.HEADING, value=same_lane, other=right, weight=math.log(both)),
    ]


def _kinds(said: Iterable[DefectKind | None], known: Parameters) -> tuple[float, ...]:
    """For each of KINDS the logarithm of how likely it is that the views say what they say."""
    sums = [0.0] * len(KINDS)
    for kind in said:
        if kind in KINDS:
            for at, true in enumerate(KINDS):
                sums[at] += math.log(_said(kind, true, known))
    return tuple(sums)


def _said(said: DefectKind, true: DefectKind, known: Parameters) -> float:
    """How likely a view says a kind where another is true."""
    if said is true:
        return known.kind_right
    wrong = 1.0 - known.kind_right
    if true in CRACKS:
        if said in CRACKS:
            return known.crack_for_crack / 2
        return (wrong - known.crack_for_crack) / 2
    return wrong / 4


def _kind(new: Belief, case: Belief, known: Parameters) -> Evidence:
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
    weight = math.log(_normal(held - same, same_dev**2) / _normal(held - other, other_dev**2))
    bounded = max(-known.look_most, min(known.look_most, known.look_trust * weight))
    return Evidence(factor=Factor.LOOK, value=cosine, weight=bounded)


def _metres(origin: Point, place: Point) -> tuple[float, float]:
    """East and north of the origin."""
    east = (place.lon - origin.lon) * DEGREE_M * math.cos(math.radians(origin.lat))
    return east, (place.lat - origin.lat) * DEGREE_M


def _normal(value: float, variance: float) -> float:
    return math.exp(-value * value / (2 * variance)) / math.sqrt(2 * math.pi * variance)


def _log_sum(values: Sequence[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(each - top) for each in values))
