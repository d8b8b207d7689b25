"""The index of a stretch of street out of its faults: deduct values and their correction in the shape of ASTM D6433. Pure.

**«D6433-style, estimated», not a survey.** The standard has an inspector measure every distress of a sample unit of 225 ± 90 m² and
read deduct values off printed curves. Here phones' photos tell kinds and rough sizes. What is kept of the method: units of some 225 m²
(30 m of a carriageway of 7.5 m), density of each kind and severity in the unit, a deduct value for each, the reduction to the number
of deducts that the standard allows, the corrected sum (the largest over q), 100 less that; a street's index is the mean of its units.
What is ours: the break points below. They follow the form of the published curves (steep at first, flat to the end; potholes before
networks before single cracks) and are rounded, not copied; between them the logarithm of the density is interpolated.

One photo has no scale: sizes rest on what the model says its scale was (lane width or camera height; counted in ``scales``). A fault
without a size takes the least size that its severity stands for. A pothole's depth is not seen: 25 to 50 mm is assumed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from shared.vocabulary import DefectKind, Severity

LOW, MEDIUM, HIGH = Severity
UNIT_M, UNIT_M2 = 30.0, 225.0
BEST = 100.0
Curve = tuple[tuple[float, float], ...]  # density in %, deduct

# Potholes: number in the unit by its area; networks: area; cracks: length by area
POTHOLE: dict[Severity, Curve] = {
    LOW: ((0.01, 3), (0.1, 17), (0.5, 36), (1, 48), (5, 80)),
    MEDIUM: ((0.01, 7), (0.1, 29), (0.5, 53), (1, 66), (5, 94)),
    HIGH: ((0.01, 18), (0.1, 50), (0.5, 75), (1, 86), (5, 100)),
}
NETWORK: dict[Severity, Curve] = {
    LOW: ((0.1, 4), (1, 11), (10, 33), (50, 55), (100, 62)),
    MEDIUM: ((0.1, 8), (1, 21), (10, 46), (50, 68), (100, 75)),
    HIGH: ((0.1, 12), (1, 30), (10, 60), (50, 81), (100, 88)),
}
CRACK: dict[Severity, Curve] = {
    LOW: ((0.3, 0), (1, 2), (10, 14), (50, 26), (100, 32)),
    MEDIUM: ((0.3, 2), (1, 7), (10, 27), (50, 46), (100, 54)),
    HIGH: ((0.3, 6), (1, 16), (10, 48), (50, 80), (100, 90)),
}
LEAST_M2 = {LOW: 0.03, MEDIUM: 0.06, HIGH: 0.16}  # of a network too small to be measured, or without a scale
LEAST_M = {LOW: 1.0, MEDIUM: 2.0, HIGH: 5.0}
# Corrected deduct of q values by their sum: the same for one, less the more values share it
CORRECTED: dict[int, Curve] = {
    1: ((0, 0), (100, 100)),
    2: ((0, 0), (50, 37), (100, 72), (150, 96), (170, 100)),
    3: ((0, 0), (50, 31), (100, 63), (150, 89), (190, 100)),
    4: ((0, 0), (50, 27), (100, 56), (150, 82), (200, 100)),
    5: ((0, 0), (50, 24), (100, 51), (150, 76), (200, 98)),
    6: ((0, 0), (50, 22), (100, 48), (150, 72), (200, 94)),
    7: ((0, 0), (50, 20), (100, 45), (150, 70), (200, 92)),
}
COUNTED_FROM = 2.0  # a deduct up to this is not counted in q


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault as the index takes it, each once however often it was seen."""

    kind: DefectKind
    severity: Severity
    along_m: float
    area_m2: float | None = None
    length_m: float | None = None
    is_seen: bool = True  # False: a person said so, no photo shows it


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """All faults of one kind and severity, with what they cost where they are worst."""

    kind: DefectKind
    severity: Severity
    count: int
    area_m2: float
    length_m: float
    deduct: float  # the largest of any unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The index of a piece of street; None where no photo of it says anything."""

    score: float | None
    units: int
    units_seen: int
    sums: tuple[Sum, ...]


def condition_of(length_m: float, seen_m: Iterable[float], faults: Sequence[Fault]) -> Condition:
    """The mean over the stretches that were seen. ``seen_m``: where photos that could be assessed were taken, along the piece.

    A stretch that nobody photographed is unknown, not good: it does not count, and ``units_seen`` says so. Nor does a fault there
    that was only told of.
    """
    units = max(1, math.ceil(length_m / UNIT_M))
    by_unit: dict[int, list[Fault]] = {_unit(along_m, units): [] for along_m in seen_m}
    for fault in sorted(faults, key=lambda each: not each.is_seen):
        unit = _unit(fault.along_m, units)
        if fault.is_seen or unit in by_unit:
            by_unit.setdefault(unit, []).append(fault)
    if not by_unit:
        return Condition(score=None, units=units, units_seen=0, sums=())
    deducts = {unit: _deducts(each) for unit, each in by_unit.items()}
    scores = [BEST - corrected(list(each.values())) for each in deducts.values()]
    return Condition(
        score=round(sum(scores) / len(scores), 1),
        units=units,
        units_seen=len(by_unit),
        sums=tuple(_sums([each for unit in by_unit.values() for each in unit], deducts.values())),
    )


def deduct_of(kind: DefectKind, severity: Severity, density: float) -> float:
    """The deduct value of a density in %."""
    curves = {DefectKind.POTHOLE: POTHOLE, DefectKind.CRACK_NETWORK: NETWORK}.get(kind, CRACK)
    return _read(curves[severity], density, logarithmic=True)


def corrected(deducts: Sequence[float]) -> float:
    """The largest corrected sum: values are put to 2 one by one, the least first, as the standard does."""
    values = sorted((each for each in deducts if each > 0), reverse=True)
    if not values:
        return 0.0
    allowed = 1 + 9 / 98 * (100 - values[0])
    whole = math.floor(allowed)
    values = values[:whole] + [each * (allowed - whole) for each in values[whole : whole + 1]]
    best = max(values)
    while True:
        q = sum(each > COUNTED_FROM for each in values)
        best = max(best, _read(CORRECTED[min(max(q, 1), 7)], sum(values), logarithmic=False))
        if q <= 1:
            return min(best, BEST)
        values[q - 1] = COUNTED_FROM


def _unit(along_m: float, units: int) -> int:
    return min(max(int(along_m // UNIT_M), 0), units - 1)


def _deducts(faults: Sequence[Fault]) -> dict[tuple[DefectKind, Severity], float]:
    amounts: dict[tuple[DefectKind, Severity], float] = defaultdict(float)
    for each in faults:
        amounts[each.kind, each.severity] += _amount(each)
    return {key: deduct_of(*key, min(100.0 * amount / UNIT_M2, 100.0)) for key, amount in amounts.items()}


def _amount(fault: Fault) -> float:
    if fault.kind is DefectKind.POTHOLE:
        return 1.0
    if fault.kind is DefectKind.CRACK_NETWORK:
        return max(fault.area_m2 or 0.0, LEAST_M2[fault.severity])
    return max(fault.length_m or 0.0, LEAST_M[fault.severity])


def _sums(
    faults: Sequence[Fault], deducts: Iterable[Mapping[tuple[DefectKind, Severity], float]]
) -> list[Sum]:
    known = list(deducts)
    keys = sorted({(each.kind, each.severity) for each in faults})
    found = []
    for kind, severity in keys:
        mine = [each for each in faults if (each.kind, each.severity) == (kind, severity)]
        found.append(
            Sum(
                kind=kind,
                severity=severity,
                count=len(mine),
                area_m2=round(sum(each.area_m2 or 0.0 for each in mine), 2),
                length_m=round(sum(each.length_m or 0.0 for each in mine), 1),
                deduct=round(max(each.get((kind, severity), 0.0) for each in known), 1),
            )
        )
    return found


def _read(curve: Curve, value: float, *, logarithmic: bool) -> float:
    first, last = curve[0], curve[-1]
    if value <= first[0]:
        return first[1] * value / first[0] if first[0] > 0 else first[1]
    if value >= last[0]:
        return last[1]
    for (low, low_deduct), (high, high_deduct) in pairwise(curve):
        if value <= high:
            share = (
                math.log(value / low) / math.log(high / low) if logarithmic else (value - low) / (high - low)
            )
            return low_deduct + share * (high_deduct - low_deduct)
    return last[1]
