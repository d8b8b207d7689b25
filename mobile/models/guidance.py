"""Where a driver is on the way to a stop: the next turn and how far it is, or how far beside the way. Pure."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from mobile.mapping.lines import nearest_on_segment
from mobile.mapping.plane import XY, Plane, positions_of
from shared.contracts import Fix, Instruction, RouteStop
from shared.geometry import Point
from shared.vocabulary import Turn

PASSED_M = 10.0  # a turn that lies so far behind is made
BACK_M = 40.0  # a place on the way may fall back by so much: noise, not a way driven twice
ALIKE_M = 15.0  # parts of the way that are as near as that are told apart by how far one has come
BESIDE_M = 40.0  # farther beside it nobody is on the way


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What holds now; ``number`` is the turn's place among the stop's instructions."""

    number: int
    turn: Instruction
    distance_m: float  # to the turn along the way; from the start of the way where the place is not known
    along_m: float
    beside_m: float
    off_way: bool


def guide(stop: RouteStop, fix: Fix | None, since_m: float = 0.0) -> Guide | None:
    """The guide to a stop; ``since_m`` is how far along one was last. None where no turns are known."""
    positions = positions_of(stop.path)
    if not stop.instructions or len(positions) < 2:
        return None
    plane = Plane(Point(lat=positions[0][1], lon=positions[0][0]))
    line = plane.line(positions)
    marks = _marks(stop.instructions, sum(math.dist(a, b) for a, b in itertools.pairwise(line)))
    if fix is None:
        return Guide(
            number=0,
            turn=stop.instructions[0],
            distance_m=marks[0],
            along_m=0.0,
            beside_m=0.0,
            off_way=False,
        )
    along_m, beside_m = place_on(line, plane.xy(fix.lat, fix.lon), since_m)
    number = next_turn(stop.instructions, marks, along_m)
    return Guide(
        number=number,
        turn=stop.instructions[number],
        distance_m=max(0.0, marks[number] - along_m),
        along_m=along_m,
        beside_m=beside_m,
        off_way=beside_m > max(BESIDE_M, 2 * fix.accuracy_m),
    )


def next_turn(turns: Sequence[Instruction], marks: Sequence[float], along_m: float) -> int:
    """The first turn that is not made yet; the last one stays."""
    ahead = (
        number
        for number, mark in enumerate(marks)
        if mark > along_m - PASSED_M and not (turns[number].turn is Turn.DEPART and along_m > PASSED_M)
    )
    return next(ahead, len(turns) - 1)


def place_on(line: Sequence[XY], here: XY, since_m: float) -> tuple[float, float]:
    """How far along a way a place is, and how far beside; of parts that are alike, the first not behind ``since_m``."""
    found: list[tuple[float, float]] = []
    before = 0.0
    for start, end in itertools.pairwise(line):
        nearest = nearest_on_segment(here, start, end)
        found.append((before + math.dist(start, nearest), math.dist(here, nearest)))
        before += math.dist(start, end)
    least = min(beside for _along, beside in found)
    alike = [each for each in found if each[1] <= least + ALIKE_M]
    ahead = [each for each in alike if each[0] >= since_m - BACK_M]
    if not ahead:
        return min(alike, key=lambda each: each[1])
    first = ahead[0][0]
    return min((each for each in ahead if each[0] <= first + BACK_M), key=lambda each: each[1])


def _marks(turns: Sequence[Instruction], length_m: float) -> list[float]:
    """How far along the way each turn is; their distances, stretched to the way as it is drawn."""
    sums = list(itertools.accumulate((turn.distance_m for turn in turns[:-1]), initial=0.0))
    whole = sums[-1] + turns[-1].distance_m
    return [each * length_m / whole for each in sums] if whole > 0 else sums
