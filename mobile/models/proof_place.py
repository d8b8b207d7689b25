"""Whether a repair was photographed at its fault: told before it is saved, not by a refusal hours later."""

from __future__ import annotations

from collections.abc import Sequence

from mobile.models.fault_list import place_of_fault
from shared.contracts import Fix, RoadFault, too_far_to_prove
from shared.geometry import ACCURACY_MAX_M, Point


def too_far_m(fault: RoadFault, fixes: Sequence[Fix]) -> float | None:
    """How far from a fault, in metres, the photos with these fixes around them were taken; None where one is near enough, or none tells."""
    away_m = [
        too_far_to_prove(
            Point(lat=fix.lat, lon=fix.lon), fix.accuracy_m, place_of_fault(fault), fault.accuracy_m
        )
        for fix in fixes
        if fix.accuracy_m <= ACCURACY_MAX_M
    ]
    far_m = [each for each in away_m if each is not None]
    return min(far_m) if far_m and len(far_m) == len(away_m) else None
