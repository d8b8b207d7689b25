"""What is believed of a fault, reckoned from all its views, so that taking one away leaves no trace. Pure.

A place beside two parallel streets keeps both with their weights; the side of the street follows from the headings (who photographs a
fault mostly drives on its side) and, where fixes are good, from the place.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from backend.roads.cases.rules.streets import Near, StreetIndex
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
    looker: str | None = None  # the model whose look it is


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
    looker: str | None  # the model whose looks they are
    first_at: datetime
    last_at: datetime

    @property
    def kind(self) -> DefectKind | None:
        """The kind that fits best; None where no view says one."""
        if max(self.kinds) == min(self.kinds):
            return None
        return KINDS[int(np.argmax(self.kinds))]


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
    looker, looks = _comparable(views)
    return Belief(
        place=place,
        variance_m2=variance,
        lanes=lanes,
        street_evidence=evidence,
        headings=headings,
        kinds=_kinds((each.kind for each in views), known),
        look_sum=np.sum(looks, axis=0, dtype=np.float32) if looks else None,
        looks=len(looks),
        looker=looker,
        first_at=min(each.at for each in views),
        last_at=max(each.at for each in views),
    )


def reach_m(belief: Belief) -> float:
    """How far from it a case may lie that is worth comparing."""
    return 60.0 + 3.0 * math.sqrt(belief.variance_m2)


def _comparable(views: Sequence[View]) -> tuple[str | None, list[Look]]:
    """The newest view's model and its looks alone: another model sees places otherwise."""
    seen = [each for each in views if each.look is not None]
    looker = seen[-1].looker if seen else None
    return looker, [each.look for each in seen if each.looker == looker and each.look is not None]


def _variance(view: View, known: Parameters) -> float:
    return max(view.accuracy_m, known.sigma_least_m) ** 2 + known.stand_m**2


def _lanes(
    place: Point, variance: float, headings: Sequence[float], streets: StreetIndex, known: Parameters
) -> tuple[tuple[Lane, ...], float]:
    reach = max(known.street_reach_least_m, known.street_reach_sigmas * math.sqrt(variance))
    near = streets.near(place, reach)
    fits = [
        each.prior
        * normal(each.off_m, variance + (each.width_m / 4) ** 2)
        * along_fit(headings, each.bearing_rad, known)
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


def along_fit(headings: Sequence[float], bearing_rad: float, known: Parameters) -> float:
    """How well headings fit a street's two directions, 1 for what says nothing."""
    fit = 1.0
    for heading in headings:
        turn = math.degrees(math.radians(90.0 - heading) - bearing_rad) % 180.0
        turn = min(turn, 180.0 - turn)
        # Half a circle of directions, folded: the uniform density over 0 to 90 degrees is 1/90
        bell = 2.0 * normal(turn, known.heading_sigma_deg**2) * 90.0
        fit *= known.heading_along * bell + (1 - known.heading_along)
    return fit


def normal(value: float, variance: float) -> float:
    return math.exp(-value * value / (2 * variance)) / math.sqrt(2 * math.pi * variance)
