"""Where it happened: inside, uncertain or outside from several fixes, and whether the fixes can be believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from backend.attendance.rules.findings import DOUBT, FAIL, OK, Finding, at_least, at_most
from shared.contracts import Fix
from shared.geometry import FusedPlace, Point, distance_m
from shared.vocabulary import FindingCode, PlaceState

FIXES_LEAST = 3
SHORTEST = timedelta(seconds=1)  # two fixes at one moment are held to be a second apart


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A place and a moment, with its radius of uncertainty: a fix, or where a device or person was seen before."""

    point: Point
    accuracy_m: float
    at: datetime


def place_findings(fixes: Sequence[Fix], place: FusedPlace) -> list[Finding]:
    """Where the person was, from several fixes of that moment; one fix alone decides nothing."""
    signed_m = place.median_signed_distance_m
    rounded_m = None if signed_m is None else round(signed_m, 1)
    result = {PlaceState.INSIDE: OK, PlaceState.UNCERTAIN: DOUBT, PlaceState.OUTSIDE: FAIL}[place.state]
    findings = [
        at_least(FindingCode.FIXES_USABLE, place.usable, FIXES_LEAST, "count", digits=0),
        Finding(
            code=FindingCode.PLACE, result=result, value=rounded_m, threshold=0.0, margin=rounded_m, unit="m"
        ),
    ]
    if any(fix.mock for fix in fixes):
        findings.append(Finding(code=FindingCode.LOCATION_MOCK, result=DOUBT))
    return findings


def timely_finding(untimely: int) -> Finding:
    """Whether the fixes are of the time of the frames."""
    return at_most(FindingCode.FIXES_TIMELY, untimely, 0, "count", digits=0)


def frozen_finding(fixes: Sequence[Fix]) -> Finding | None:
    """A receiver's fixes always differ a little: the very same position and accuracy each time is a copy."""
    if len(fixes) < FIXES_LEAST:
        return None
    seen = {(fix.lat, fix.lon, fix.accuracy_m) for fix in fixes}
    return Finding(code=FindingCode.LOCATION_FROZEN, result=DOUBT if len(seen) == 1 else OK)


def speed_finding(
    sightings: Sequence[Sighting], before: Sequence[Sighting], highest_mps: float
) -> Finding | None:
    """The greatest speed that the fixes cannot do without, between each other and from where device or person were before.

    The uncertainty of both ends is taken off the way, so a poor fix looks slow rather than fast.
    """
    pairs = [*pairwise(sightings)]
    if sightings:
        last = max(sightings, key=lambda sighting: sighting.at)  # the earliest would leave the way less time
        pairs += [(earlier, last) for earlier in before]
    if not pairs:
        return None
    fastest = max(_speed_mps(one, other) for one, other in pairs)
    return at_most(FindingCode.LOCATION_SPEED, fastest, highest_mps, "m/s")


def _speed_mps(one: Sighting, other: Sighting) -> float:
    way_m = distance_m(one.point, other.point) - one.accuracy_m - other.accuracy_m
    return max(way_m, 0.0) / max(abs(other.at - one.at), SHORTEST).total_seconds()
