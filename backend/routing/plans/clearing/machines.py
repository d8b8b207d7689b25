"""What each kind of vehicle does in winter, and how fast it drives meanwhile. Pure.

Speeds are usual ones for Soviet-built municipal machines with the blade down: a lorry with a plough 20 to 25 km/h, a grader 8 to 12, a tractor
with a brush 5 to 8, a spreader 25 to 30 (ОДМ 218.3.028-2013 names 20 to 30 for gritting). A city that has measured its own should say so here.
"""

from __future__ import annotations

from shared.vocabulary import VehicleKind, WinterWork

SPEEDS_KMH: dict[VehicleKind, dict[WinterWork, float]] = {
    VehicleKind.PLOUGH: {WinterWork.CLEAR: 22.0},
    VehicleKind.SPREADER: {WinterWork.CLEAR: 22.0, WinterWork.GRIT: 28.0},
    VehicleKind.GRADER: {WinterWork.CLEAR: 9.0},
    VehicleKind.LOADER: {WinterWork.CLEAR: 6.0},
    VehicleKind.TRACTOR: {WinterWork.PAVEMENT: 6.0},
    VehicleKind.SWEEPER: {WinterWork.PAVEMENT: 7.0},
}
CARRIES_GRIT = frozenset({VehicleKind.SPREADER})


def does(kind: VehicleKind, works: frozenset[WinterWork]) -> dict[WinterWork, float]:
    """Of some works those that a kind of vehicle does, with its speed in km/h."""
    return {work: kmh for work, kmh in SPEEDS_KMH.get(kind, {}).items() if work in works}
