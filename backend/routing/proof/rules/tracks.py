"""Positions as a track on a plane: what is left of it when noise is taken out, how far it goes, and when it is silent. Pure."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from shared.geometry import ACCURACY_MAX_M, EARTH_RADIUS_M

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
STANDING_M = 15.0  # moves below it are noise of a standing receiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One position of one device."""

    at: datetime
    lat: float
    lon: float
    accuracy_m: float
    mock: bool = False


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The city's thresholds."""

    near_m: float  # within it a vehicle is at a stop
    stay_s: float  # a stay as long as this is a visit, shorter is passing by
    silence: timedelta  # positions further apart are a gap, and nothing is known between them
    line_m: float  # within it a position lies on a segment's line
    street_m: float  # the same where streets are known: within it a street is the segment's own
    line_share: float  # of a line that must be found driven for «done» to be borne out
    against_m: float  # driven the wrong way along a line, from which it is said
    speed_max_mps: float  # faster is no vehicle but an error
    covered_share: float = 0.8  # of a piece of street that must be worked along
    work_speed_mps: float = 14.0  # faster nobody ploughs or grits


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres east and north of a place; good for a city."""

    lat: float
    lon: float

    def xy(self, lat: float | Floats, lon: float | Floats) -> Floats:
        """(…, 2) metres of degrees."""
        east = np.radians(np.asarray(lon) - self.lon) * EARTH_RADIUS_M * math.cos(math.radians(self.lat))
        north = np.radians(np.asarray(lat) - self.lat) * EARTH_RADIUS_M
        return np.stack((east, north), axis=-1)


@dataclass(frozen=True, eq=False)
class Track:
    """N positions in order of time; a leg leads from one to the next unless silence lies between them."""

    seconds: Floats  # (N) since 1970, rising
    xy: Floats  # (N, 2) metres on the plane
    accuracy_m: Floats  # (N)
    joined: Flags  # (N - 1) whether i and i + 1 are one leg

    def __len__(self) -> int:
        return len(self.seconds)

    @property
    def heard_s(self) -> float:
        """How long it is not silent."""
        return float(np.diff(self.seconds)[self.joined].sum()) if len(self) > 1 else 0.0


@dataclass(frozen=True, kw_only=True)
class Silence:
    """A time without positions; ``before`` and ``after`` are the places at its ends, None where there is none."""

    since: datetime
    until: datetime
    before: tuple[float, float] | None
    after: tuple[float, float] | None

    @property
    def minutes(self) -> float:
        """How long."""
        return (self.until - self.since).total_seconds() / 60


def moment(seconds: float) -> datetime:
    """The time of seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def track_of(fixes: Iterable[Fix], plane: Plane, limits: Limits) -> Track:
    """A track without made-up, coarse, repeated and impossible positions."""
    usable = {
        fix.at: fix
        for fix in sorted(fixes, key=lambda fix: (fix.at, -fix.accuracy_m))
        if not fix.mock and fix.accuracy_m <= ACCURACY_MAX_M
    }
    rows = list(usable.values())
    seconds = np.array([fix.at.timestamp() for fix in rows], dtype=np.float64)
    places = plane.xy(
        np.array([fix.lat for fix in rows], dtype=np.float64),
        np.array([fix.lon for fix in rows], dtype=np.float64),
    )
    accuracy = np.array([fix.accuracy_m for fix in rows], dtype=np.float64)
    kept = ~_spikes(seconds, places, accuracy, limits.speed_max_mps)
    seconds, places, accuracy = seconds[kept], places[kept], accuracy[kept]
    joined = np.diff(seconds) <= limits.silence.total_seconds()
    return Track(seconds, places.reshape(-1, 2), accuracy, joined)


def _spikes(seconds: Floats, places: Floats, accuracy: Floats, speed_max_mps: float) -> Flags:
    """Positions to which, and from which again, nothing drives that fast."""
    found = np.zeros(len(seconds), dtype=np.bool_)
    if len(seconds) < 2:
        return found
    moved = np.hypot(*np.diff(places, axis=0).T) - accuracy[1:] - accuracy[:-1]
    too_fast = moved > speed_max_mps * np.diff(seconds)
    found[1:-1] = too_fast[1:] & too_fast[:-1]
    return found


def driven_m(track: Track) -> tuple[float, float]:
    """How far the vehicle went: in legs, and in straight lines across silence, where it is the least that it can be."""
    heard = silent = 0.0
    if not len(track):
        return heard, silent
    anchor = track.xy[0]
    for index in range(1, len(track)):
        here = track.xy[index]
        step_m = float(math.dist(anchor, here))
        if not track.joined[index - 1]:
            silent += step_m
            anchor = here
        elif step_m >= max(STANDING_M, float(track.accuracy_m[index])):
            heard += step_m
            anchor = here
    return heard, silent


def silences(track: Track, since: datetime, until: datetime, limits: Limits) -> list[Silence]:
    """Every gap between two moments: before the first position, between two, after the last."""
    times = [moment(each) for each in track.seconds]
    places: Sequence[tuple[float, float]] = [(float(x), float(y)) for x, y in track.xy]
    ends = [(since, None), *zip(times, places, strict=True), (until, None)]
    found = []
    for (at, before), (then, after) in itertools.pairwise(ends):
        begin, end = max(at, since), min(then, until)
        if end - begin > limits.silence:
            found.append(Silence(since=begin, until=end, before=before, after=after))
    return found
