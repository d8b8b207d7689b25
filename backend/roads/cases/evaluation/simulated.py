"""Simulated reports around known faults on a street network, and the cases that they become in memory."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from backend.roads.cases.rules.beliefs import (
    CRACKS,
    DEFAULTS,
    KINDS,
    Belief,
    Parameters,
    View,
    believed,
    reach_m,
)
from backend.roads.cases.rules.cells import cell_of, cells_within
from backend.roads.cases.rules.deciding import decide
from backend.roads.cases.rules.merging import each_m
from backend.roads.cases.rules.streets import DEGREE_M, StreetIndex
from backend.streets.network import Network, StreetClass
from shared.geometry import Point
from shared.vocabulary import DefectKind

NEIGHBOURHOOD_M = 500.0  # as the service has it
BEGIN = datetime(2026, 4, 1, tzinfo=UTC)
LOOK_SIZE = 32  # as the eye's


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """What is simulated, stated whole."""

    faults: int = 300
    views: int = 5
    street_m: float = 250.0  # of street for one fault
    apart_m: float = 0.0  # no two faults of one street and side lie nearer
    noise_m: tuple[float, float] = (5.0, 30.0)  # deviation of each axis, uniform
    claims: tuple[float, float] = (0.7, 1.3)  # what a receiver says of its noise, times the truth
    days: float = 60.0
    headings: float = 0.8  # of the views have one
    own_lane: float = 0.85
    heading_dev_deg: float = 15.0
    across: float = 0.1  # of the photos look anywhere
    kind_right: float = 0.85
    looks: bool = True
    look_same: float = 0.7  # mean cosine of two views of one fault; of two faults 0.2
    look_other: float = 0.2


def simulated(network: Network, said: Simulation, seed: int) -> tuple[list[View], list[int]]:
    """Views in the order in which they come in, and the fault that each shows."""
    draw = np.random.default_rng(seed)
    driven = np.flatnonzero(
        (network.street_class <= StreetClass.LIVING_STREET)
        & ((network.access[0::2] | network.access[1::2]) != 0)
    )
    # A part of the city that is as large as the density asks for, around a fault drawn first
    length = network.length_m[driven]
    middles = np.array([network.line(int(each)).mean(axis=0) for each in driven])
    centre = middles[draw.choice(len(driven), p=length / length.sum())]
    near = np.argsort(np.hypot((middles[:, 0] - centre[0]) * 0.57, middles[:, 1] - centre[1]))
    enough = int(np.searchsorted(np.cumsum(length[near]), said.faults * said.street_m)) + 1
    chosen = driven[near[:enough]]
    shares = network.length_m[chosen] / network.length_m[chosen].sum()
    faults: list[tuple[int, float, bool, DefectKind]] = []
    kept: dict[tuple[int, bool], list[float]] = defaultdict(list)
    while len(faults) < said.faults:
        segment = int(draw.choice(chosen, p=shares))
        share, right = float(draw.random()), bool(draw.random() < 0.5)
        along = share * float(network.length_m[segment])
        others = kept[segment, right]
        if any(abs(along - each) < said.apart_m for each in others):
            continue
        others.append(along)
        faults.append(
            (
                segment,
                share,
                right,
                DefectKind(draw.choice([each.value for each in KINDS], p=list(DEFAULTS.kind_share.values()))),
            )
        )
    views: list[tuple[datetime, View, int]] = []
    common = _unit(draw.normal(size=LOOK_SIZE))
    for number, (segment, share, right, kind) in enumerate(faults):
        own = _unit(draw.normal(size=LOOK_SIZE))
        for _ in range(said.views):
            at = BEGIN + timedelta(days=float(draw.random() * said.days))
            views.append(
                (at, _view(network, said, draw, segment, share, right, kind, common, own, at), number)
            )
    views.sort(key=lambda each: each[0])
    return [each[1] for each in views], [each[2] for each in views]


def _view(network, said, draw, segment, share, right, kind, common, own, at):  # type: ignore[no-untyped-def]
    line = network.line(segment)
    stretch = DEGREE_M * math.cos(math.radians(float(line[0, 1])))
    x, y = line[:, 0] * stretch, line[:, 1] * DEGREE_M
    steps = np.hypot(np.diff(x), np.diff(y))
    along = np.concatenate(([0.0], np.cumsum(steps)))
    where = share * along[-1]
    piece = min(int(np.searchsorted(along, where, side="right")) - 1, len(steps) - 1)
    bearing = math.atan2(y[piece + 1] - y[piece], x[piece + 1] - x[piece])
    aside = float(network.width_m[segment]) / 4 * (1 if right else -1)
    px = float(np.interp(where, along, x)) + aside * math.sin(bearing)
    py = float(np.interp(where, along, y)) - aside * math.cos(bearing)
    noise = float(draw.uniform(*said.noise_m))
    px, py = px + float(draw.normal()) * noise, py + float(draw.normal()) * noise
    heading = None
    if draw.random() < said.headings:
        if draw.random() < said.across:
            heading = float(draw.uniform(0, 360))
        else:
            forward = right if draw.random() < said.own_lane else not right
            turn = (
                math.degrees(bearing) + (0 if forward else 180) + float(draw.normal()) * said.heading_dev_deg
            )
            heading = (90.0 - turn) % 360.0
    seen = kind
    if draw.random() > said.kind_right:
        family = [each for each in KINDS if each is not kind and (each in CRACKS) == (kind in CRACKS)]
        others = family if family and draw.random() < 0.6 else [each for each in KINDS if each is not kind]
        seen = others[int(draw.integers(len(others)))]
    look = None
    if said.looks:
        noise_part = _unit(draw.normal(size=LOOK_SIZE))
        look = _unit(
            math.sqrt(said.look_other) * common
            + math.sqrt(said.look_same - said.look_other) * own
            + math.sqrt(1 - said.look_same) * noise_part
        ).astype(np.float32)
    return View(
        place=Point(lat=py / DEGREE_M, lon=px / stretch),
        accuracy_m=noise * float(draw.uniform(*said.claims)),
        at=at,
        heading_deg=heading,
        kind=seen,
        look=look,
    )


class CasesInMemory:
    """Cases without a database, in cells like the rows': what the service does, for measuring."""

    def __init__(self, streets: StreetIndex, known: Parameters = DEFAULTS, *, joining: bool = True) -> None:
        self.streets, self.known, self.joining = streets, known, joining
        self.views: dict[int, list[tuple[int, View]]] = {}
        self.beliefs: dict[int, Belief] = {}
        self.cells: dict[int, set[int]] = defaultdict(set)
        self.next = 0

    def take_in(self, number: int, view: View) -> None:
        """One report joins a case or opens one; a case that changed may then turn out to be another."""
        new = believed([view], self.streets, self.known)
        decision = decide(new, self._near(new), self.known, fault_each_m=self._each_m(new))
        if decision.joins is None:
            key = self.next
            self.next += 1
            self.views[key] = []
        else:
            key = decision.joins.key
        self._put(key, [*self.views[key], (number, view)])
        if self.joining and len(self.views[key]) > 1:
            self._join(key)

    def _join(self, key: int) -> None:
        mine = self.beliefs[key]
        others = {each: belief for each, belief in self._near(mine).items() if each != key}
        found = decide(mine, others, self.known, fault_each_m=self._each_m(mine)).joins
        if found is not None:
            views = self.views.pop(found.key)
            self._cell(self.beliefs.pop(found.key)).discard(found.key)
            self._put(key, self.views[key] + views)

    def _put(self, key: int, views: list[tuple[int, View]]) -> None:
        if key in self.beliefs:
            self._cell(self.beliefs[key]).discard(key)
        self.views[key] = views
        self.beliefs[key] = believed([view for _number, view in views], self.streets, self.known)
        self._cell(self.beliefs[key]).add(key)

    def _each_m(self, belief: Belief) -> float:
        views = [
            len(self.views[key])
            for cell in cells_within(belief.place, NEIGHBOURHOOD_M)
            for key in self.cells.get(cell, ())
        ]
        street_m = self.streets.street_m(belief.place, NEIGHBOURHOOD_M)
        return each_m(street_m, len(views), views.count(1), self.known)

    def _near(self, belief: Belief) -> dict[int, Belief]:
        return {
            key: self.beliefs[key]
            for cell in cells_within(belief.place, reach_m(belief))
            for key in self.cells.get(cell, ())
        }

    def _cell(self, belief: Belief) -> set[int]:
        return self.cells[cell_of(belief.place)]


def pairwise(found: Sequence[int], true: Sequence[int]) -> tuple[float, float]:
    """Precision and recall over pairs of reports: how many pairs in one case show one fault, and the other way round."""
    together: dict[tuple[int, int], int] = defaultdict(int)
    by_case: dict[int, int] = defaultdict(int)
    by_fault: dict[int, int] = defaultdict(int)
    for case, fault in zip(found, true, strict=True):
        together[case, fault] += 1
        by_case[case] += 1
        by_fault[fault] += 1

    def pairs(counts: dict[int, int] | dict[tuple[int, int], int]) -> int:
        return sum(count * (count - 1) // 2 for count in counts.values())

    right = pairs(together)
    return right / max(pairs(by_case), 1), right / max(pairs(by_fault), 1)


def merged(
    views: Sequence[View], streets: StreetIndex, known: Parameters = DEFAULTS, *, joining: bool = True
) -> list[int]:
    """The case of each view, after all have come in one by one."""
    cases = CasesInMemory(streets, known, joining=joining)
    for number, view in enumerate(views):
        cases.take_in(number, view)
    case_of = [0] * len(views)
    for key, members in cases.views.items():
        for number, _view in members:
            case_of[number] = key
    return case_of


def _unit(vector):  # type: ignore[no-untyped-def]
    return vector / np.linalg.norm(vector)
