"""How bad a fault is, from its kind and size. Pure.

Potholes by their mean diameter as in ASTM D6433 for a depth of 25 to 50 mm, which is what one photo does not show and most holes in
asphalt have: below 0.2 m low, below 0.45 m medium, else high. Networks of cracks by their area, single cracks by their length: the
standard asks for the width of a crack in millimetres, which a phone's photo does not give; what the model says stands where it says
more. A fault that СТ РК 1912-2023 does not tolerate on streets (0.06 m² and more of a pothole) is at least medium.
"""

from __future__ import annotations

import math

from shared.vocabulary import DefectKind, Severity

LOW, MEDIUM, HIGH = Severity
HOLE_M = (0.2, 0.45)  # mean diameter from which a pothole is medium, and high
NOT_TOLERATED_M2 = 0.06
NETWORK_M2 = (1.0, 6.0)
CRACK_M = (2.0, 10.0)


def severity_of(
    kind: DefectKind | None,
    *,
    area_m2: float | None,
    length_m: float | None,
    said: Severity | None,
    decided: Severity | None = None,
) -> Severity:
    """The severity of a fault; ``said`` is what a model says of it, and is never made less; ``decided`` what a person says, and stands."""
    if decided is not None:
        return decided
    sized = _sized(kind, area_m2, length_m)
    order = {LOW: 0, MEDIUM: 1, HIGH: 2}
    known = [each for each in (sized, said) if each is not None]
    return max(known, key=order.__getitem__, default=MEDIUM if kind is DefectKind.POTHOLE else LOW)


def _sized(kind: DefectKind | None, area_m2: float | None, length_m: float | None) -> Severity | None:
    if kind is DefectKind.POTHOLE and area_m2 is not None:
        found = _step(2 * math.sqrt(area_m2 / math.pi), HOLE_M)
        return MEDIUM if found is LOW and area_m2 >= NOT_TOLERATED_M2 else found
    if kind is DefectKind.CRACK_NETWORK and area_m2 is not None:
        return _step(area_m2, NETWORK_M2)
    if kind in (DefectKind.CRACK_LONGITUDINAL, DefectKind.CRACK_TRANSVERSE) and length_m is not None:
        return _step(length_m, CRACK_M)
    return None


def _step(value: float, limits: tuple[float, float]) -> Severity:
    return LOW if value < limits[0] else MEDIUM if value < limits[1] else HIGH
